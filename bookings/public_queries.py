"""Reads for learners, visitors and agency leads. Each takes the same number of queries however many rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from bookings import wording
from bookings.capacity import Quota, free, places
from bookings.models import Booking, SectorQuota, TrainingSession
from bookings.queries import calendar
from cohorts.models import CohortMember
from courses.offers import Offer

WhoMayBook = TrainingSession.WhoMayBook
ONLINE = Q(venue__is_online=True) | (Q(venue=None) & ~Q(online_link=""))
OFFERS_KEY = "bookings:offers"
OFFERS_SECONDS = 60
OFFERS_A_COURSE = 3


# --- The calendar ----------------------------------------------------------------------------


def open_calendar(*, area="", month="", sector="", course="", way=""):
    """What anyone may book, by date. month: '2026-11'; sector and course: code and slug; way: 'online' or 'room'."""
    sessions = calendar(area=area).filter(**_month(month))
    if sector:
        fits = Q(cohort__course__sectors=None) | Q(cohort__course__sectors__code=sector)
        sessions = sessions.filter(fits).distinct()
    if course:
        sessions = sessions.filter(cohort__course__slug=course)
    if way:
        sessions = sessions.filter(ONLINE) if way == "online" else sessions.exclude(ONLINE)
    return sessions.prefetch_related("cohort__course__sectors")


def _month(month: str) -> dict[str, datetime]:
    if not month:
        return {}
    year, number = (int(part) for part in month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    first, after = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (date(year, number, 1), following)
    )
    return {"starts_at__gte": first, "starts_at__lt": after}


def filter_choices() -> dict[str, list[tuple[str, str]]]:
    """Return areas, months and courses with something to book, for the filters; one query."""
    rows = TrainingSession.objects.bookable().values_list(
        "venue__area", "starts_at", "cohort__course__slug", "cohort__course__title"
    )
    areas, months, courses = set(), {}, {}
    for area, starts_at, slug, title in rows.order_by("starts_at"):
        areas.add(area or "")
        local = timezone.localtime(starts_at)
        months[f"{local:%Y-%m}"] = format_date(local, "F Y")
        courses[slug] = title
    return {
        "area": [(area, area) for area in sorted(areas - {""}, key=str.casefold)],
        "month": list(months.items()),
        "course": sorted(courses.items(), key=lambda pair: pair[1].casefold()),
    }


def places_left_of(sessions: Iterable[TrainingSession]) -> dict[int, int]:
    """Return session id -> places left for people of any sector; two queries."""
    sessions = list(sessions)
    booked, quotas = _taken_and_quotas(sessions)
    return {
        s.pk: free(capacity=s.capacity, booked=booked[s.pk], quotas=quotas[s.pk], is_released=_is_released(s))
        for s in sessions
    }


def has_place_for(session: TrainingSession, person) -> bool:
    """Whether `person` would get a place at once: one that is free, or one held for their sector; two queries."""
    booked, quotas = _taken_and_quotas([session])
    given = places(
        [(person, person.sector_id)],
        capacity=session.capacity,
        booked=booked[session.pk],
        quotas=quotas[session.pk],
        is_released=_is_released(session),
    )
    return bool(given)


def _taken_and_quotas(sessions: list[TrainingSession]):
    booked, quotas = defaultdict(Counter), defaultdict(dict)
    for session_id, sector_id in (
        Booking.objects.booked().filter(session__in=sessions).order_by().values_list("session", "sector")
    ):
        booked[session_id][sector_id] += 1
    for quota in SectorQuota.objects.filter(session__in=sessions).order_by():
        quotas[quota.session_id][quota.sector_id] = Quota(quota.minimum, quota.maximum)
    return booked, quotas


def _is_released(session: TrainingSession) -> bool:
    return bool(session.quotas_released_at and session.quotas_released_at <= timezone.now())


def states_of(user, sessions: Iterable[TrainingSession]) -> dict[int, Booking]:
    """Return session id -> the user's standing booking in it; one query, none for visitors."""
    if not user.is_authenticated:
        return {}
    found = Booking.objects.of(user).standing().filter(session__in=[s.pk for s in sessions])
    return {booking.session_id: booking for booking in found}


# --- One session -----------------------------------------------------------------------------


def sessions_seen_by(user):
    """Sessions with a page for this person: open to anyone, of their groups, or with a booking of theirs.

    What was open to anyone keeps its page until it ends. What its trainers see, they see here too.
    """
    now = timezone.now()
    opened = Q(bookings_open_at__lte=now)
    public = Q(
        who_may_book=WhoMayBook.ANYONE, cancelled_at=None, ends_at__gt=now, cohort__course__live=True
    ) & Q(opened)
    rows = TrainingSession.objects.select_related("venue", "cohort__course", "moved_to")
    if not user.is_authenticated:
        return rows.filter(public)
    own = Booking.objects.of(user).filter(session=OuterRef("pk"))
    member = CohortMember.objects.active().filter(learner=user, cohort=OuterRef("cohort"))
    for_members = Q(who_may_book=WhoMayBook.MEMBERS) & opened & Exists(member)
    trained = Exists(TrainingSession.objects.visible_to(user).filter(pk=OuterRef("pk")))
    return rows.filter(public | for_members | Exists(own) | trained)


def is_member(user, session: TrainingSession) -> bool:
    return user.is_authenticated and session.cohort.members.active().filter(learner=user).exists()


# --- The offers on a course's page -------------------------------------------------------------


def offers_of(course) -> list[Offer]:
    """Return the next sessions of the course that anyone may book; a query at first, then none for a minute."""
    return cache.get_or_set(OFFERS_KEY, _all_offers, OFFERS_SECONDS).get(course.pk, [])


def _all_offers() -> dict[int, list[Offer]]:
    found = defaultdict(list)
    sessions = TrainingSession.objects.bookable().select_related("venue", "cohort")
    for session in sessions.order_by("starts_at", "pk"):
        offers = found[session.cohort.course_id]
        if len(offers) < OFFERS_A_COURSE:
            words = f"{wording.when(session)}. {wording.place_words(session)}"
            offers.append(Offer(session.title, words, reverse("bookings:public_session", args=[session.pk])))
    return dict(found)


# --- Colleagues ------------------------------------------------------------------------------


def colleagues_of(lead):
    """People of the lead's own organisation, without the lead."""
    people = get_user_model().objects.filter(is_active=True).exclude(pk=lead.pk)
    return people.filter(agency=lead.agency_id) if lead.agency_id else people.none()


def bookings_made_by(lead):
    """What the lead booked for people who are of the lead's organisation now, the coming sessions first."""
    return (
        Booking.objects.filter(booked_by=lead, source=Booking.Source.AGENCY, learner__in=colleagues_of(lead))
        .select_related("learner", "session__venue", "session__cohort__course")
        .order_by("-session__starts_at", "learner__name", "pk")
    )
