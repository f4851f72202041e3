"""An agency lead books their own organisation's people. Says nothing about anybody else's account."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, TrainingSession
from bookings.public_queries import colleagues_of
from bookings.services import BookingRefused, book
from cohorts.models import Invitation
from cohorts.services import invite

INVITATIONS_A_DAY = 200  # by one lead; a whole organisation is invited by its trainers


class TooManyInvitations(Exception):
    """The lead has invited as many people as they may in a day."""


def can_book_colleagues(user) -> bool:
    return user.is_authenticated and user.has_role(Role.AGENCY_LEAD) and user.agency_id is not None


@dataclass
class Outcome:
    """What became of the people asked for. `written_to` counts addresses, whoever they belong to."""

    done: int = 0
    written_to: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)  # name and reason


def find_colleagues(lead, text: str):
    """The lead's own people, those whose name, role or address contains `text`."""
    people = colleagues_of(lead).order_by("name", "pk")
    if text:
        return people.filter(Q(name__icontains=text) | Q(job_role__icontains=text) | Q(email__icontains=text))
    return people


def book_colleagues(session: TrainingSession, people: Iterable, addresses: Collection[str], *, by) -> Outcome:
    """Book `people` and those of `addresses` who are the lead's own; everybody else is invited to the group.

    people: of `colleagues_of(by)`; addresses: lower case. Each person is booked on their own: one refusal holds up
    nobody else. Raises TooManyInvitations, and does nothing, past the limit of a day.
    """
    mine = colleagues_of(by).annotate(address=Lower("email")).filter(address__in=addresses)
    by_address = {person.address: person for person in mine}
    strangers = [a for a in addresses if a not in by_address and a != by.email.lower()]
    _check_limit(by, len(strangers))
    outcome = Outcome(written_to=len(strangers))
    chosen = {person.pk: person for person in [*people, *by_address.values()]}
    for person in chosen.values():
        try:
            book(session, person, by=by, source=Booking.Source.AGENCY)
            outcome.done += 1
        except BookingRefused as refusal:
            outcome.refused.append((str(person), str(refusal)))
    if strangers:
        invite(session.cohort, strangers, by=by)
    return outcome


def _check_limit(lead, more: int) -> None:
    since = timezone.now() - timedelta(days=1)
    asked = Invitation.objects.filter(invited_by=lead, invited_at__gt=since).count()
    if more and asked + more > INVITATIONS_A_DAY:
        raise TooManyInvitations(asked)
