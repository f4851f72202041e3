"""The same for many certificates, one piece of a job each: pause, resume and repeat come from `jobs`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from certificates.criteria import lacks_in_words, unmet_criteria
from certificates.models import Award, Certificate, RevocationRequest
from certificates.services import revoking
from certificates.services.awards import award_if_earned
from certificates.services.deciding import ChangeRefused
from certificates.services.editions import reissue
from certificates.services.issuing import start_delivery
from courses.models import Enrolment
from jobs.models import Job
from jobs.services import PieceFailed, start

ISSUE, REISSUE = "issue-certificates", "reissue-certificates"
ASK_REVOCATION, DECIDE_REVOCATION = "ask-revocations", "decide-revocations"


def count_words(count: int) -> str:
    return f"{count:,} certificate{'' if count == 1 else 's'}"


# --- Issue for a group ------------------------------------------------------------------------


def start_issuing(enrolments: Sequence[int], *, by, back_url: str, form_key: UUID) -> Job:
    """Issue to everybody of these enrolments who has earned it. A second click finds the first one's job."""
    title = f"Issuing {count_words(len(enrolments))}"
    return start(ISSUE, by=by, title=title, payloads=enrolments, back_url=back_url, form_key=form_key)


def issue_one(payload, job: Job) -> str:
    """One piece: the award now if it is earned; drawing and letter follow its commit, and reconcile if that is lost."""
    enrolment = Enrolment.objects.select_related("learner", "course").filter(pk=payload).first()
    if enrolment is None or enrolment.withdrawn_at or not enrolment.learner.is_active:
        return "Left the course; nothing was issued"
    had = Award.objects.filter(enrolment=enrolment).first()
    award = had or award_if_earned(enrolment)
    if award is None:
        raise PieceFailed(
            f"{enrolment.learner}: {lacks_in_words(unmet_criteria(enrolment))} not complete yet."
        )
    if award.revoked_at:
        raise PieceFailed(f"{enrolment.learner}: the certificate was revoked.")
    if had and not is_delivered(had):
        transaction.on_commit(lambda: start_delivery(award.pk))
    return "Issued before" if had else "Issued"


def is_delivered(award: Award) -> bool:
    return Certificate.objects.issued().filter(award=award, emailed_at__isnull=False).exists()


# --- Reissue and revoke -----------------------------------------------------------------------


def start_reissuing(awards: Sequence[int], *, note: str, by, form_key: UUID) -> Job:
    title = f"Issuing {count_words(len(awards))} again"
    return _start(REISSUE, title, awards, by=by, form_key=form_key, params={"note": note})


def start_asking(awards: Sequence[int], *, reason: str, note: str, by, form_key: UUID) -> Job:
    """Ask for the revocation of all of them; another manager decides about the whole lot at once."""
    title = f"Asking to revoke {count_words(len(awards))}"
    params = {"reason": reason, "note": note, "batch": str(form_key)}
    return _start(ASK_REVOCATION, title, awards, by=by, form_key=form_key, params=params)


def start_deciding(requests: Sequence[int], *, is_granted: bool, answer: str, by, form_key: UUID) -> Job:
    title = f"{'Revoking' if is_granted else 'Leaving'} {count_words(len(requests))}"
    params = {"is_granted": is_granted, "answer": answer}
    return _start(DECIDE_REVOCATION, title, requests, by=by, form_key=form_key, params=params)


def _start(kind: str, title: str, payloads, *, by, form_key: UUID, params: dict) -> Job:
    back = reverse("certificates:list")
    return start(kind, by=by, title=title, payloads=payloads, back_url=back, form_key=form_key, params=params)


def reissue_one(payload, job: Job) -> str:
    award = Award.objects.get(pk=payload)
    with said_to_the_manager(award):
        reissue(award, note=job.params["note"], by=job.started_by)
    return "Issued again"


def ask_one(payload, job: Job) -> str:
    award = Award.objects.get(pk=payload)
    with said_to_the_manager(award):
        revoking.ask_revocation(
            award,
            reason=job.params["reason"],
            note=job.params["note"],
            by=job.started_by,
            batch=UUID(job.params["batch"]),
        )
    return "Asked"


def decide_one(payload, job: Job) -> str:
    request = RevocationRequest.objects.select_related("award__enrolment").get(pk=payload)
    with said_to_the_manager(request.award):
        if job.params["is_granted"]:
            revoking.confirm(request, by=job.started_by)
        else:
            revoking.refuse(request, by=job.started_by, answer=job.params["answer"])
    return "Done"


@contextmanager
def said_to_the_manager(award: Award) -> Iterator[None]:
    """Turn a refused change into a piece that failed, with the number before it."""
    try:
        yield
    except ChangeRefused as refused:
        number = award.certificates.values_list("number", flat=True).first()
        raise PieceFailed(f"{number}: {refused}") from refused
