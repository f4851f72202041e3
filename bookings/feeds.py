"""What stands in a person's calendar: the entry that goes with a letter, and the feed behind their own address."""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings import wording
from bookings.calendars import Entry, Method, Person, calendar_file
from bookings.models import (
    Booking,
    BookingChange,
    BookingState,
    CalendarFeed,
    TrainingSession,
    new_feed_token,
)

FEED_DAYS_BACK = 90
FEED_ENTRIES = 500


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname


def uid(session: TrainingSession, user) -> str:
    """One entry a session and person, whatever happens to either."""
    return f"session-{session.pk}-{user.pk}@{host()}"


def sequence(session: TrainingSession, steps: int) -> int:
    """Grows with each change of the session and each step of the booking, so that the newest letter wins."""
    return session.sequence + steps


def page_of(session: TrainingSession) -> str:
    return settings.SITE_URL + reverse("bookings:public_session", args=[session.pk])


def learner_entry(session: TrainingSession, learner, *, steps: int, is_cancelled: bool = False) -> Entry:
    """Title: the course's alone, for calendars are seen by colleagues. steps: how many the booking took."""
    return Entry(
        uid=uid(session, learner),
        title=session.cohort.course.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        sequence=sequence(session, steps),
        location=wording.where(session),
        description=_description(session, with_joining=wording.shows_joining(session) and not is_cancelled),
        url=page_of(session),
        is_cancelled=is_cancelled or session.cancelled_at is not None,
    )


def trainer_entry(session: TrainingSession, trainer) -> Entry:
    return Entry(
        uid=uid(session, trainer),
        title=f"{session.cohort.name}: {session.title}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        sequence=session.sequence,
        location=wording.where(session),
        description=_description(session, with_joining=True),
        url=settings.SITE_URL + session.get_absolute_url(),
        is_cancelled=session.cancelled_at is not None,
    )


def _description(session: TrainingSession, *, with_joining: bool) -> str:
    parts = [session.title]
    if session.venue and session.venue.access_notes:
        parts.append(f"Getting in: {session.venue.access_notes}")
    if with_joining:
        parts += [session.joining_notes, session.online_link and f"Join online: {session.online_link}"]
    return "\n\n".join(part for part in parts if part)


def organiser() -> Person:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Person(name or settings.PRODUCT_NAME, address)


def letter_file(entry: Entry, learner) -> tuple[str, bytes, str]:
    """Return the attachment that puts `entry` into the learner's calendar, brings it up to date, or takes it out."""
    method = Method.CANCEL if entry.is_cancelled else Method.REQUEST
    content = calendar_file(
        [entry],
        method,
        now=timezone.now(),
        organiser=organiser(),
        attendee=Person(str(learner), learner.email),
    )
    return ("session.ics", content, f"text/calendar; method={method}")


# --- The feed --------------------------------------------------------------------------------


def renew_feed(user) -> None:
    """Give the user an address, or a new one: then the old one works no more."""
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"token": new_feed_token(), "made_at": timezone.now()}
    )


def feed_address(feed: CalendarFeed) -> str:
    return settings.SITE_URL + reverse("bookings:feed", args=[feed.token])


def webcal(address: str) -> str:
    """Return the address that opens the reader's own calendar program."""
    return f"webcal:{address.partition(':')[2]}" if address else ""


def feed_file(user) -> bytes:
    """Return the sessions that the user has a place in, and those they run; three queries at most."""
    entries = {entry.uid: entry for entry in _learner_entries(user)}
    entries |= {entry.uid: entry for entry in _trainer_entries(user)}
    return calendar_file(
        entries.values(),
        Method.PUBLISH,
        now=timezone.now(),
        name=f"{settings.PRODUCT_NAME} sessions",
        organiser=organiser(),
    )


def _recent():
    since = timezone.now() - timedelta(days=FEED_DAYS_BACK)
    return TrainingSession.objects.filter(ends_at__gt=since).select_related("venue", "cohort__course")


def _learner_entries(user) -> list[Entry]:
    """Places held, and those lost in sessions called off, so that a calendar shows them struck out."""
    own = Booking.objects.of(user).filter(session=OuterRef("pk"))
    steps = BookingChange.objects.filter(booking__learner=user, booking__session=OuterRef("pk"))
    sessions = (
        _recent()
        .annotate(
            own_state=Subquery(own.values("state")[:1]),
            steps=Coalesce(
                Subquery(steps.order_by().values("booking").annotate(n=Count("pk")).values("n")[:1]), 0
            ),
        )
        .filter(
            Q(own_state=BookingState.BOOKED) | Q(cancelled_at__isnull=False, own_state=BookingState.CANCELLED)
        )
        .order_by("starts_at")[:FEED_ENTRIES]
    )
    return [learner_entry(session, user, steps=session.steps) for session in sessions]


def _trainer_entries(user) -> list[Entry]:
    if not user.has_role(Role.TRAINER, Role.LEAD_TRAINER):
        return []
    sessions = _recent().filter(cohort__trainers=user).order_by("starts_at")[:FEED_ENTRIES]
    return [trainer_entry(session, user) for session in sessions]
