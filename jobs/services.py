"""Run long work in the background: piece by piece, with progress, pause and resume, and nothing done twice.

    # In AppConfig.ready of the app whose work it is; `run` does one piece and says what became of it.
    register_kind("invite-people", run=invite_row)

    job = start("invite-people", by=request.user, title="Inviting 5,000 people", payloads=rows, back_url=url)
    return redirect(job)

Each piece is done in one transaction together with the note that it is done: a worker killed half-way leaves
it undone, and the next one does it. Letters and files belong into an outbox that the piece writes to.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs.models import ItemState, Job, JobItem, JobState

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=1)  # a claim that is not renewed for so long belongs to a dead worker
WORKER_SECONDS = 20  # a worker's turn; then other work gets its own
PAGE_SECONDS = 1  # without workers, what one look at the progress page does
KEPT_DAYS = 30
BATCH = 1000

#: Does one piece. Raises PieceFailed with words for the person who waits.
Run = Callable[[Any, Job], str | None]
_kinds: dict[str, Run] = {}


class PieceFailed(Exception):
    """This piece cannot be done; the words say why. Nothing of it is kept, and the job goes on."""


def register_kind(name: str, run: Run) -> None:
    """Name a kind of work. `run(payload, job)` does one piece in a transaction and returns a note."""
    _kinds[name] = run


@transaction.atomic
def start(
    kind: str,
    *,
    by,
    title: str,
    payloads: Iterable[Any],
    back_url: str,
    params: Mapping[str, Any] | None = None,
    form_key: UUID | None = None,
) -> Job:
    """Return the job that will do `payloads`, each of which JSON can hold. A second click finds the first one's job."""
    if kind not in _kinds:
        raise LookupError(kind)
    payloads = list(payloads)
    job, made = Job.objects.get_or_create(
        started_by=by,
        form_key=form_key or uuid4(),
        defaults={
            "kind": kind,
            "title": title,
            "params": dict(params or {}),
            "back_url": back_url,
            "total": len(payloads),
        },
    )
    if made:
        JobItem.objects.bulk_create(
            (JobItem(job=job, position=n, payload=payload) for n, payload in enumerate(payloads, start=1)),
            batch_size=BATCH,
        )
        _run_after_commit(job)
    return job


def _run_after_commit(job: Job) -> None:
    """Set a worker to it. Should the broker be away, the scheduled run finds the job."""
    from jobs.tasks import run_job_task  # noqa: PLC0415 -- tasks import this module

    transaction.on_commit(lambda: run_job_task.delay(job.pk), robust=True)


def run_slice(job: Job, seconds: float) -> bool:
    """Work at `job` for about so long; return whether work is left that this caller may go on with.

    Two workers at once: the second finds the claim taken and returns False.
    """
    claim = uuid4()
    claimed = Job.objects.claimable(timezone.now()).filter(pk=job.pk)
    if not claimed.update(state=JobState.RUNNING, claim=claim, claimed_until=timezone.now() + LEASE):
        return False
    until = time.monotonic() + seconds
    try:
        while _do_next(job, claim):
            if time.monotonic() >= until:
                return True
    finally:
        Job.objects.filter(pk=job.pk, claim=claim).update(claim=None, claimed_until=None)
    return False


def _do_next(job: Job, claim: UUID) -> bool:
    """Do the next waiting piece; False when there is none, or the job was paused, stopped or taken over."""
    mine = Job.objects.filter(pk=job.pk, claim=claim, state=JobState.RUNNING)
    item = job.items.filter(state=ItemState.WAITING).order_by("position").first()
    if item is None:
        mine.update(state=JobState.DONE, finished_at=timezone.now())
        return False
    try:
        with transaction.atomic():
            if not _tick(mine, "done_count"):
                return False
            note = _kinds[job.kind](item.payload, job) or ""
            _close(item, ItemState.DONE, note)
    except PieceFailed as problem:
        return _fail(item, mine, str(problem))
    except Exception:
        log.exception("Job %s: piece %s failed", job.pk, item.position)
        return _fail(item, mine, "Something went wrong with this one. You can try it again.")
    return True


def _tick(mine, counter: str) -> int:
    """Count one piece and renew the claim; the row stays locked until the piece is done."""
    return mine.update(**{counter: F(counter) + 1}, claimed_until=timezone.now() + LEASE)


def _close(item: JobItem, state: str, note: str) -> None:
    item.state, item.note = state, note[:255]
    if state == ItemState.DONE:
        item.payload = {}
    item.save(update_fields=["state", "note", "payload"])


@transaction.atomic
def _fail(item: JobItem, mine, note: str) -> bool:
    if not _tick(mine, "failed_count"):
        return False
    _close(item, ItemState.FAILED, note)
    return True


def pause(job: Job) -> None:
    """The piece under way is finished, the rest waits. Safe to repeat."""
    Job.objects.filter(pk=job.pk, state__in=[JobState.WAITING, JobState.RUNNING]).update(
        state=JobState.PAUSED
    )


@transaction.atomic
def resume(job: Job) -> None:
    """Go on after a pause. Safe to repeat."""
    if Job.objects.filter(pk=job.pk, state=JobState.PAUSED).update(
        state=JobState.WAITING, claim=None, claimed_until=None
    ):
        _run_after_commit(job)


@transaction.atomic
def stop(job: Job) -> None:
    """What is done stays done; the rest is never done. Safe to repeat."""
    if Job.objects.unfinished().filter(pk=job.pk).update(state=JobState.STOPPED, finished_at=timezone.now()):
        job.items.filter(state=ItemState.WAITING).update(payload={})


@transaction.atomic
def retry_failed(job: Job) -> None:
    """Do once more what failed, when the rest is finished."""
    if not Job.objects.filter(pk=job.pk, state=JobState.DONE, failed_count__gt=0).update(
        state=JobState.WAITING, failed_count=0, finished_at=None
    ):
        return
    job.items.filter(state=ItemState.FAILED).update(state=ItemState.WAITING, note="")
    _run_after_commit(job)


def needs_watching() -> bool:
    """Whether there are no workers: then the progress page itself does the work."""
    return settings.CELERY_TASK_ALWAYS_EAGER


def work_while_watched(job: Job) -> None:
    """Without workers, the person's own look at the progress page does the work, a second at a time."""
    if needs_watching() and job.is_moving:
        run_slice(job, PAGE_SECONDS)


def run_waiting_jobs() -> None:
    """Set workers to what a crash, a lost task or an emptied broker left behind."""
    from jobs.tasks import run_job_task  # noqa: PLC0415 -- tasks import this module

    for pk in Job.objects.claimable(timezone.now()).order_by("pk").values_list("pk", flat=True):
        run_job_task.delay(pk)


def forget_old_jobs() -> None:
    """Remove jobs that ended a month ago, with the notes of their pieces."""
    Job.objects.filter(finished_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
