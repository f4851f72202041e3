"""Corrections of marks after a faulty question: a trial run that writes nothing, then the same carried out.

Answers are told by the keys of the choices, never by their place. A pass once given stays unless staff name
the attempt; what was awarded stays in any case, for taking a certificate back is a step of its own.
"""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from kombu.exceptions import OperationalError

from courses.signals import progress_changed
from quizzes.carrying import Trouble, key_differs, takes_every_answer, trouble_with
from quizzes.marking import marks_for
from quizzes.models import (
    Attempt,
    AttemptState,
    Credit,
    Item,
    ItemVersion,
    QuizKind,
    Regrade,
    RegradeAction,
    Response,
    ScoreChange,
)
from quizzes.scoring import score_from, share_of
from quizzes.tasks import announce_passes_task

logger = logging.getLogger(__name__)
BATCH = 500
#: Attempts that will be marked later, and so by the key that counts from now on.
UNMARKED = (AttemptState.IN_PROGRESS, AttemptState.OVERDUE, AttemptState.SUBMITTED, AttemptState.ABANDONED)
CREDITS = {RegradeAction.FULL: Credit.FULL, RegradeAction.LEAVE_OUT: Credit.LEFT_OUT}


class RegradeRefused(Exception):
    """A correction that cannot be carried out. `str()` says why, to staff; nothing was written."""


class PlanOutOfDate(RegradeRefused):
    """Attempts or keys changed since the trial run that staff agreed to."""


@dataclass(frozen=True)
class Write:
    """What one answer gets. marks: None while its attempt is not marked."""

    response_id: int
    marks: Decimal | None
    marked_with_id: int | None
    credit: str


@dataclass(frozen=True)
class Line:
    """What the correction means for one marked attempt. Scores are per cent.

    earns_pass: what the new score says; a pass that stands is not touched by it.
    """

    attempt_id: int
    old_marks: Decimal
    new_marks: Decimal
    old_score: Decimal
    new_score: Decimal
    old_passed: bool
    earns_pass: bool
    trouble: str = ""
    is_emptied: bool = False
    writes: tuple[Write, ...] = ()

    @property
    def rises(self) -> bool:
        return self.new_score > self.old_score

    @property
    def falls(self) -> bool:
        return self.new_score < self.old_score

    @property
    def gains_pass(self) -> bool:
        return self.earns_pass and not self.old_passed

    @property
    def falls_below(self) -> bool:
        """Its pass would be lost by the new score."""
        return self.old_passed and not self.earns_pass

    @property
    def changes(self) -> bool:
        return self.gains_pass or (self.old_marks, self.old_score) != (self.new_marks, self.new_score)


@dataclass(frozen=True)
class Plan:
    """A trial run. lines: every marked attempt that holds the question.

    unmarked: writes for attempts still to be marked.  out_of_reach: how many of those keep their key, since
    an answer to what they were shown may not fit the new one.
    """

    item: Item
    action: RegradeAction
    version: ItemVersion
    lines: list[Line]
    unmarked: list[Write] = field(default_factory=list)
    out_of_reach: int = 0

    @cached_property
    def rises(self) -> list[Line]:
        return [line for line in self.lines if line.rises]

    @cached_property
    def falls(self) -> list[Line]:
        return [line for line in self.lines if line.falls]

    @cached_property
    def gaining(self) -> list[Line]:
        return [line for line in self.lines if line.gains_pass]

    @cached_property
    def falling_below(self) -> list[Line]:
        return [line for line in self.lines if line.falls_below]

    @cached_property
    def changing(self) -> list[Line]:
        """What changes, gravest first: passes in danger, passes won, falls, rises."""
        return sorted(
            (line for line in self.lines if line.changes),
            key=lambda x: (
                not x.falls_below,
                not x.gains_pass,
                not x.falls,
                x.new_score - x.old_score,
                x.attempt_id,
            ),
        )

    @cached_property
    def troubles(self) -> list[tuple[str, int]]:
        """Why answers cannot be carried to the new key, in words, and how many."""
        counts = defaultdict(int)
        for line in self.lines:
            if line.trouble:
                counts[line.trouble] += 1
        return [(Trouble(reason).label, count) for reason, count in sorted(counts.items())]

    @cached_property
    def problem(self) -> str:
        """Why it cannot be carried out, in words; empty if it can."""
        if emptied := sum(line.is_emptied for line in self.lines):
            return (
                f"In {emptied} attempts this is the only question that counts, so no score would be left. "
                "Give everybody full marks instead."
            )
        return ""

    @property
    def is_idle(self) -> bool:
        """Nothing would be written."""
        return not self.unmarked and not any(line.changes or line.writes for line in self.lines)

    @cached_property
    def fingerprint(self) -> str:
        """A word for what the plan would do to scores: two plans that do the same have the same."""
        said = [self.action, self.version.pk]
        for line in self.lines:
            if line.changes or line.falls_below:
                scores = map(str, (line.old_marks, line.new_marks, line.old_score, line.new_score))
                said.append([line.attempt_id, *scores, line.old_passed, line.earns_pass])
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _batches(rows: list) -> Iterator[list]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


# --- The trial run --------------------------------------------------------------------------------


def plan_regrade(item: Item, action: RegradeAction | str, version: ItemVersion | None = None) -> Plan:
    """Return what `action` would do to every attempt that holds `item`, in whatever version. Writes nothing.

    version: whose key counts; the ready one unless told. Raises RegradeRefused when there is none.
    """
    action = RegradeAction(action)
    version = version or _deciding_version(item, action)
    shares, versions = _Shares(), {version.pk: version}
    lines, unmarked, out_of_reach = [], [], 0
    for attempt, responses in _marked_attempts(item, versions):
        lines.append(_line(attempt, responses, item, action, version, shares))
    for response in _unmarked_responses(item, versions):
        if action == RegradeAction.KEY and not takes_every_answer(version.content, response.version.content):
            out_of_reach += 1
            continue
        write = Write(response.pk, None, _marked_with(response, action, version), CREDITS.get(action, ""))
        if (response.marked_with_id, response.credit) != (write.marked_with_id, write.credit):
            unmarked.append(write)
    return Plan(item, action, version, lines, unmarked, out_of_reach)


def _deciding_version(item: Item, action: RegradeAction) -> ItemVersion:
    ready = item.versions.ready().first()
    if ready is None and action != RegradeAction.KEY:
        ready = item.current_version()
    if ready is None:
        raise RegradeRefused("No version of this question is ready. Publish the corrected question first.")
    return ready


def _marked_with(response: Response, action: RegradeAction, version: ItemVersion) -> int | None:
    if action != RegradeAction.KEY:
        return response.marked_with_id
    return None if response.version_id == version.pk else version.pk


def _marked_attempts(
    item: Item, versions: dict[int, ItemVersion]
) -> Iterator[tuple[Attempt, list[Response]]]:
    """Yield every marked attempt that holds `item` with all its responses; three queries for 500 attempts."""
    held = Response.objects.filter(version__item=item, attempt__state=AttemptState.FINISHED)
    ids = held.order_by("attempt_id").values_list("attempt_id", flat=True).distinct()
    for chunk in _batches(list(ids)):
        rows = defaultdict(list)
        for response in _responses(attempt__in=chunk):
            rows[response.attempt_id].append(response)
        _attach_versions([r for responses in rows.values() for r in responses], versions)
        for attempt in Attempt.objects.filter(pk__in=chunk).order_by("pk"):
            yield attempt, rows[attempt.pk]


def _unmarked_responses(item: Item, versions: dict[int, ItemVersion]) -> list[Response]:
    responses = list(_responses(version__item=item, attempt__state__in=UNMARKED))
    _attach_versions(responses, versions)
    return responses


def _responses(**which):
    fields = ("attempt", "version", "marked_with", "credit", "answer", "marks_awarded", "marks_possible")
    return Response.objects.filter(**which).order_by("attempt_id", "position").only(*fields)


def _attach_versions(responses: Iterable[Response], known: dict[int, ItemVersion]) -> None:
    """Give the responses their versions, each loaded and read once however many answers it has."""
    wanted = {r.version_id for r in responses} | {r.marked_with_id for r in responses if r.marked_with_id}
    known.update(ItemVersion.objects.in_bulk(wanted - known.keys()))
    for response in responses:
        response.version = known[response.version_id]
        response.marked_with = known.get(response.marked_with_id)


class _Shares(dict):
    """What each answer earns, worked out once for equal answers to one key."""

    def of(self, response: Response) -> Fraction:
        key = (response.version_id, response.marked_with_id, response.credit, repr(response.answer))
        if key not in self:
            self[key] = share_of(response)
        return self[key]


def _line(attempt, responses, item, action, version, shares: _Shares) -> Line:
    trouble, writes, shared = "", [], []
    old_marks = new_marks = Decimal(0)
    for response in responses:
        if response.version.item_id == item.pk:
            before = (response.marks_awarded, response.marked_with_id, response.credit)
            old_marks += response.marks_awarded
            trouble = _correct(response, action, version) or trouble
            response.marks_awarded = marks_for(shares.of(response), response.marks_possible)
            new_marks += response.marks_awarded
            after = (response.marks_awarded, response.marked_with_id, response.credit)
            if before != after:
                writes.append(Write(response.pk, *after))
        shared.append((response, shares.of(response)))
    result = score_from(attempt, shared)
    return Line(
        attempt_id=attempt.pk,
        old_marks=old_marks,
        new_marks=new_marks,
        old_score=attempt.score,
        new_score=result.score,
        old_passed=attempt.passed,
        earns_pass=result.passed,
        trouble=trouble,
        is_emptied=all(r.credit == Credit.LEFT_OUT for r in responses),
        writes=tuple(writes),
    )


def _correct(response: Response, action: RegradeAction, version: ItemVersion) -> str:
    """Set on a loaded `response` what counts from now on; return why its answer cannot be carried, if so."""
    response.credit = CREDITS.get(action, "")
    if action != RegradeAction.KEY:
        return ""
    trouble = trouble_with(version.content, response.version.content, response.answer)
    if trouble not in Trouble.keeps_its_key():
        response.marked_with = None if response.version_id == version.pk else version
    return trouble


# --- Carried out ----------------------------------------------------------------------------------


@transaction.atomic
def apply_regrade(
    item: Item,
    action: RegradeAction | str,
    *,
    reason: str,
    by,
    expected: str,
    version: ItemVersion | None = None,
    take_back: Collection[int] = (),
) -> Regrade:
    """Do what the trial run with the fingerprint `expected` said, all of it or nothing, and record it.

    take_back: attempts whose pass is to be taken back; every other pass stays, below the pass mark too.
    Locks the question, then its attempts in order, so that corrections, marking and staff take turns.
    Raises PlanOutOfDate when the same trial run would say something else now, RegradeRefused when there is
    nothing to do or it cannot be done. New passes are announced after the commit.
    """
    Item.objects.select_for_update().get(pk=item.pk)
    _lock_attempts(item)
    plan = plan_regrade(item, action, version)
    if plan.fingerprint != expected:
        raise PlanOutOfDate("Answers were marked or the key changed since the trial run. Look at it again.")
    if plan.problem:
        raise RegradeRefused(plan.problem)
    if set(take_back) - {line.attempt_id for line in plan.falling_below}:
        raise RegradeRefused("A pass can be taken back only where the new score falls below the pass mark.")
    if plan.is_idle and not take_back:
        raise RegradeRefused("Nothing would change.")
    regrade = Regrade.objects.create(
        item=item, version=plan.version, action=plan.action, reason=reason, decided_by=by
    )
    _write_responses([*plan.unmarked, *(write for line in plan.lines for write in line.writes)])
    _write_scores(regrade, plan, frozenset(take_back))
    if plan.gaining:
        transaction.on_commit(lambda: _start_announcing(regrade.pk))
    return regrade


def _lock_attempts(item: Item) -> None:
    held = Response.objects.filter(attempt=OuterRef("pk"), version__item=item)
    attempts = Attempt.objects.select_for_update(of=("self",)).filter(Exists(held))
    list(attempts.exclude(state=AttemptState.VOID).order_by("pk").values_list("pk", flat=True))


def _write_responses(writes: Iterable[Write]) -> None:
    """One update for all answers that get the same."""
    alike = defaultdict(list)
    for write in writes:
        alike[write.marks, write.marked_with_id, write.credit].append(write.response_id)
    for (marks, marked_with_id, credit), ids in alike.items():
        for chunk in _batches(ids):
            Response.objects.filter(pk__in=chunk).update(
                marks_awarded=marks, marked_with=marked_with_id, credit=credit
            )


def _write_scores(regrade: Regrade, plan: Plan, take_back: frozenset[int]) -> None:
    changes, attempts = [], []
    for line in plan.lines:
        is_taken_back = line.attempt_id in take_back
        if not (line.changes or is_taken_back):
            continue
        passed = line.earns_pass or (line.old_passed and not is_taken_back)
        attempts.append(Attempt(pk=line.attempt_id, score=line.new_score, passed=passed))
        changes.append(
            ScoreChange(
                regrade=regrade,
                attempt_id=line.attempt_id,
                old_marks=line.old_marks,
                new_marks=line.new_marks,
                old_score=line.old_score,
                new_score=line.new_score,
                old_passed=line.old_passed,
                new_passed=passed,
                pass_kept=passed and not line.earns_pass,
            )
        )
    Attempt.objects.bulk_update(attempts, ["score", "passed"], batch_size=BATCH)
    ScoreChange.objects.bulk_create(changes, batch_size=BATCH)


def _start_announcing(regrade_id: int) -> None:
    """A broker that is away is the business of the job that reconciles awards."""
    try:
        announce_passes_task.delay(regrade_id)
    except OperationalError:
        logger.warning("No broker: passes won by correction %s wait for the next reconcile", regrade_id)


def announce_passes(regrade: Regrade) -> int:
    """Announce each pass won by a correction, so that its award comes the usual way; return how many.

    Harmless to repeat. Each is a transaction of its own; one that fails keeps nobody waiting.
    """
    won = regrade.changes.filter(
        old_passed=False,
        new_passed=True,
        attempt__passed=True,
        attempt__state=AttemptState.FINISHED,
        attempt__quiz__kind=QuizKind.ASSESSMENT,
    )
    for change in won.select_related("attempt__enrolment"):
        try:
            with transaction.atomic():
                progress_changed.send(sender=Attempt, enrolment=change.attempt.enrolment)
        except Exception:
            logger.exception("The pass of attempt %s could not be announced", change.attempt_id)
    return len(won)


# --- What pages ask -------------------------------------------------------------------------------


def needs_correction(item: Item) -> bool:
    """Say whether marked attempts stand by another key than the one of the ready version."""
    ready = item.versions.ready().first()
    if ready is None:
        return False
    answered = Response.objects.filter(
        version=OuterRef("pk"), attempt__state=AttemptState.FINISHED, credit=""
    ).exclude(marked_with=ready)
    others = item.versions.exclude(pk=ready.pk).filter(Exists(answered))
    return any(key_differs(version.content, ready.content) for version in others)


def history_of(item: Item):
    """The corrections of a question, newest first, with how many attempts each changed; one query."""
    rows = item.regrades.select_related("decided_by", "version").order_by("-decided_at", "-pk")
    return rows.annotate(
        changed=Count("changes"),
        kept=Count("changes", filter=Q(changes__pass_kept=True)),
        won=Count("changes", filter=Q(changes__old_passed=False, changes__new_passed=True)),
        taken_back=Count("changes", filter=Q(changes__old_passed=True, changes__new_passed=False)),
    )
