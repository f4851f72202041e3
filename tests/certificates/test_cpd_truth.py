"""Minutes are conserved from modules and sessions to the award, the certificate and the CPD record."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.models import CAME, Status
from attendance.services import mark
from certificates.models import Award, Certificate, credited
from certificates.refreshing import start_refresher
from certificates.services import award_if_earned
from certificates.snapshot import printed
from courses.models import CoursePage, Enrolment
from cpd.periods import Period
from cpd.record import record_of
from tests.factories.bookings import BookingFactory, TrainingSessionFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.courses import CourseModuleFactory, CoursePageFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db

IN_PART = (Status.LATE, Status.LEFT_EARLY)
TOGETHER = 120  # minutes that the course says are learned with others


@dataclass(frozen=True)
class Sat:
    """A session and what its register says of the learner. pauses: minutes of the session at which each begins and ends."""

    days_ago: int
    length: int
    pauses: tuple[tuple[int, int], ...]
    status: str
    missed: int = 0

    @property
    def starts_at(self) -> datetime:
        day = timezone.localdate() - timedelta(days=self.days_ago)
        return timezone.make_aware(datetime.combine(day, time(10)))

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length)

    @property
    def whole(self) -> int:
        """Counted minute by minute."""
        return sum(not any(a <= minute < b for a, b in self.pauses) for minute in range(self.length))

    @property
    def there(self) -> int:
        return self.whole - self.missed if self.status in CAME else 0


@st.composite
def sat(draw, days_ago):
    length = draw(st.integers(30, 240))
    edges = sorted(draw(st.sets(st.integers(1, length - 1), max_size=4)))
    pauses = tuple(zip(edges[::2], edges[1::2], strict=False))
    one = Sat(draw(days_ago), length, pauses, draw(st.sampled_from(Status.values)))
    if one.status not in IN_PART:
        return one
    return replace(one, missed=draw(st.integers(0, one.whole)))


#: Ten to eleven months ago: a refresher after a year may begin, in a window of three months.
LONG_AGO = st.integers(300, 340)
#: The last ones before the refresher's window opens or in it.
SINCE = st.integers(1, 120)


@st.composite
def stories(draw):
    first = draw(st.lists(sat(LONG_AGO), max_size=3))
    required = draw(st.integers(0, len(first)))
    alone = draw(st.integers(0, 200))
    around = st.none() | st.integers(250, 400).map(lambda n: timezone.localdate() - timedelta(days=n))
    course = {
        "sessions_required": required,
        "attendance_percent": draw(st.integers(1, 100)),
        "cpd_minutes": TOGETHER + alone,
        "participatory_minutes": TOGETHER if required else draw(st.integers(0, TOGETHER)),
        "accredited_from": draw(around),
        "accredited_to": draw(around),
    }
    return course, draw(LONG_AGO), first, draw(st.lists(sat(SINCE), max_size=3))


@pytest.fixture
def course(db):
    course = CoursePageFactory(
        refresh_months=12, refresh_window_months=3, accreditor="Example Accreditor", accreditation_number="A1"
    )
    CourseModuleFactory.create_batch(2, course=course)
    return course


def attend(cohort, learner, sessions) -> None:
    for one in sessions:
        session = TrainingSessionFactory(
            cohort=cohort, starts_at=one.starts_at, ends_at=one.ends_at, venue=None
        )
        for begins, ends in one.pauses:
            at = one.starts_at + timedelta(minutes=begins)
            session.breaks.create(starts_at=at, minutes=ends - begins)
        BookingFactory(session=session, learner=learner)
        mark(session, learner=learner, status=one.status, minutes_missed=one.missed, by=cohort.created_by)


def complete(enrolment, days_ago: int) -> date:
    """Complete every module, so many days ago, and return that day."""
    at = timezone.now() - timedelta(days=days_ago)
    for place in enrolment.course.course_modules.all():
        enrolment.completions.create(
            module=place.module, form=place.form, version=place.module.version, completed_at=at
        )
    return timezone.localdate(at)


def reaching(course, sessions) -> list[Sat]:
    """Return those attended for as much as the course asks, in the order of time."""
    counted = [
        one
        for one in sessions
        if one.whole and one.status in CAME and one.there * 100 >= one.whole * course.attendance_percent
    ]
    return sorted(counted, key=lambda one: one.ends_at)


def is_told_truly(award: Award | None, enrolment: Enrolment, sessions, modules_on: date) -> None:
    """Compare the award and its certificate with what was done for this cycle."""
    course, required = enrolment.course, enrolment.course.sessions_required
    counted = reaching(course, sessions)
    if len(counted) < required:
        assert award is None
        return
    together = sum(one.there for one in sessions) if required else course.participatory_minutes
    assert award.participatory_minutes == min(together, course.cpd_minutes)
    missed = sum(one.missed for one in sessions if one.status in CAME) if required else 0
    made_up = max(0, together - (course.participatory_minutes - missed))
    assert award.cpd_minutes == course.cpd_minutes - max(0, missed - made_up)
    done_on = [modules_on, *[timezone.localdate(one.ends_at) for one in counted[:required][-1:]]]
    assert award.completed_on == max(done_on)
    says = printed(Certificate.objects.get(award=award), timezone.now())
    assert (says.cpd_minutes, says.participatory_minutes) == (
        credited(award.cpd_minutes), credited(award.participatory_minutes)
    )  # fmt: skip
    assert says.participatory_minutes <= says.cpd_minutes <= course.cpd_minutes
    begins, ends = course.accredited_from or date.min, course.accredited_to or date.max
    is_accredited = begins <= award.completed_on <= ends
    assert bool(says.accreditor) is bool(says.accreditation_number) is is_accredited
    assert says.accredited_to == (course.accredited_to if is_accredited else None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
def test_minutes_are_conserved_and_refreshers_count_apart(course, story):
    fields, modules_ago, first, later = story
    CoursePage.objects.filter(pk=course.pk).update(**fields)
    enrolment = EnrolmentFactory(
        course=CoursePage.objects.get(pk=course.pk), enrolled_at=timezone.now() - timedelta(days=400)
    )
    learner, cohort = enrolment.learner, CohortFactory(course=course)
    attend(cohort, learner, first)
    modules_on = complete(enrolment, modules_ago)

    award = award_if_earned(enrolment)

    is_told_truly(award, enrolment, first, modules_on)
    awards = [award] if award else []
    if award:
        awards += refreshed(award, cohort, later)
    counted_at_most = sum(one.there for one in (*first, *later))
    if enrolment.course.sessions_required:
        assert sum(one.participatory_minutes for one in awards) <= counted_at_most
    record = record_of(learner, Period("all"))
    assert record.minutes == sum(credited(one.cpd_minutes) for one in awards)
    assert record.participatory_minutes == sum(credited(one.participatory_minutes) for one in awards)
    assert record.participatory_minutes <= record.minutes


def refreshed(award: Award, cohort, later) -> list[Award]:
    """Take the refresher, begun today for an award of the day on which it was earned; return what that earned."""
    earned_at = timezone.make_aware(datetime.combine(award.completed_on, time(23)))
    Award.objects.filter(pk=award.pk).update(awarded_at=earned_at)
    frozen = (award.cpd_minutes, award.participatory_minutes)
    following = start_refresher(award)
    attend(cohort, following.learner, later)
    modules_on = complete(following, 0)

    second = award_if_earned(following)

    since = [one for one in later if one.ends_at >= following.counts_from]
    is_told_truly(second, following, since, modules_on)
    award.refresh_from_db()
    assert (award.cpd_minutes, award.participatory_minutes) == frozen
    return [second] if second else []
