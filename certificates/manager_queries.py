"""What programme managers read about certificates: a list to search, one award's whole life, what waits for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from certificates import retention
from certificates.models import (
    Appeal,
    Award,
    Certificate,
    CertificateEvent,
    NameCorrection,
    RevocationRequest,
    Standing,
)
from certificates.numbers import parse_number

DUE_WITHIN = timedelta(days=90)
MOST_WORDS = 6  # of a search; the rest is not looked at
State = Certificate.State

STATES = {
    "valid": "Valid",
    "making": "Being made",
    "waiting": "Waits for help",
    "again": "Issued more than once",
    "revoked": "Revoked",
    "erased": "Name erased",
}
DUE = {"due": "In the next 90 days", "past": "Past"}


def editions(**fields) -> Exists:
    """Say of each award whether an edition of it is as `fields` say."""
    return Exists(Certificate.objects.filter(award=OuterRef("pk"), **fields))


def find_awards(asked: Mapping[str, Any]) -> QuerySet[Award]:
    """Return the awards that fit every filter that is set, the latest first. asked: FindForm.cleaned_data."""
    found = Award.objects.all()
    for name, narrow in FILTERS.items():
        if asked.get(name):
            found = narrow(found, asked[name])
    return found


def with_rows(awards: QuerySet[Award]) -> QuerySet[Award]:
    """Load what a line of the list shows: two queries however many lines."""
    return awards.with_certificates().select_related("activity", "enrolment__learner__agency")


def _by_words(awards, text: str):
    """A certificate number in any spelling; else names, addresses and parts of numbers, every word of them."""
    number = parse_number(text)
    if number:
        return awards.filter(editions(number=number))
    for word in text.split()[:MOST_WORDS]:
        held = editions(holder_name__icontains=word) | editions(number__icontains=word)
        learner = Q(enrolment__learner__name__icontains=word) | Q(enrolment__learner__email__icontains=word)
        awards = awards.filter(learner | Q(held))
    return awards


def _by_state(awards, state: str):
    return {
        "valid": lambda: awards.filter(editions(state=State.ISSUED, erased_at=None), revoked_at=None),
        "making": lambda: awards.filter(editions(state=State.PENDING, problem="")),
        "waiting": lambda: awards.filter(Exists(Certificate.objects.waiting().filter(award=OuterRef("pk")))),
        "again": lambda: awards.filter(editions(edition__gt=1)),
        "revoked": lambda: awards.exclude(revoked_at=None),
        "erased": lambda: awards.filter(editions(erased_at__isnull=False)),
    }[state]()


def _by_refresh(awards, when: str):
    today = timezone.localdate()
    standing = awards.filter(revoked_at=None)
    if when == "past":
        return standing.filter(refresh_by__lt=today)
    return standing.filter(refresh_by__gte=today, refresh_by__lte=today + DUE_WITHIN)


def day_begins(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


FILTERS = {
    "q": _by_words,
    "course": lambda awards, course: awards.filter(activity__course=course),
    "organisation": lambda awards, text: awards.filter(enrolment__learner__agency__name__icontains=text),
    "state": _by_state,
    "issued_from": lambda awards, day: awards.filter(editions(issued_at__gte=day_begins(day))),
    "issued_to": lambda awards, day: awards.filter(
        editions(issued_at__lt=day_begins(day + timedelta(days=1)))
    ),
    "due": _by_refresh,
    "lapsed": lambda awards, _: awards.filter(
        activity__accredited_to__lt=timezone.localdate(), revoked_at=None
    ).exclude(activity__accreditor=""),
    "ending": lambda awards, _: awards.filter(pk__in=retention.ending_soon().values("pk")),
}


# --- One award --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """Where an award stands, for a tag."""

    text: str
    tone: str = ""


def status_of(award: Award) -> Status:
    """Return where the award stands; its certificates are loaded."""
    certificate = award.certificate
    if award.standing == Standing.REVOKED:
        return Status("Revoked", "stopped")
    if certificate.erased_at:
        return Status("Name erased", "quiet")
    if certificate.is_pending:
        return Status(STATES["waiting"], "strong") if certificate.problem else Status(STATES["making"])
    if any(one.is_pending for one in award.certificates.all()):
        return Status("New edition being made")
    if award.standing == Standing.PAST_REFRESH:
        return Status("Past its refresh date", "quiet")
    return Status("Valid")


def award_by_number(number: str) -> QuerySet[Award]:
    """Return the award that any of its editions' numbers means, with what its page shows."""
    return with_rows(
        Award.objects.filter(Exists(Certificate.objects.filter(award=OuterRef("pk"), number=number)))
    )


def history(award: Award) -> QuerySet[CertificateEvent]:
    """Everything that happened to any edition of the award, the latest first; one query."""
    return (
        CertificateEvent.objects.filter(certificate__award=award)
        .select_related("certificate", "by")
        .order_by("-at", "-pk")
    )


# --- What waits -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """What needs a manager. batches: requests made together, as {batch, count, reason …}."""

    names: QuerySet[NameCorrection]
    revocations: QuerySet[RevocationRequest]
    batches: list[dict]
    appeals: QuerySet[Appeal]
    undrawn: int
    ending: int

    def __bool__(self) -> bool:
        return any((self.names, self.revocations, self.batches, self.appeals, self.undrawn, self.ending))


SHOWN_AT_MOST = 20


def waiting_for_managers() -> Waiting:
    """Return what waits for a decision, the oldest first; six queries however much it is."""
    open_requests = RevocationRequest.objects.open()
    return Waiting(
        names=NameCorrection.objects.open().with_people()[:SHOWN_AT_MOST],
        revocations=open_requests.filter(batch=None).with_people()[:SHOWN_AT_MOST],
        batches=batches(open_requests),
        appeals=Appeal.objects.open().with_people()[:SHOWN_AT_MOST],
        undrawn=Certificate.objects.waiting().count(),
        ending=retention.ending_soon().count(),
    )


def batches(requests: QuerySet[RevocationRequest]) -> list[dict]:
    """Return one line for each lot of `requests` that was asked for together."""
    lots = (
        requests.exclude(batch=None)
        .order_by()
        .values("batch", "reason", "note", "asked_by", "asked_by__name")
        .annotate(count=Count("pk"), asked_at=Min("asked_at"))
        .order_by("asked_at")[:SHOWN_AT_MOST]
    )
    labels = dict(RevocationRequest.Reason.choices)
    return [lot | {"reason_words": labels[lot["reason"]]} for lot in lots]


def requests_count() -> int:
    """Return how many decisions wait for a manager, for the link on other pages; three queries."""
    return sum(model.objects.open().count() for model in (NameCorrection, RevocationRequest, Appeal))
