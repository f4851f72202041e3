"""Sessions as a requirement of the certificate: what counts, and what the certificate says of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import Status
from attendance.queries import attendance_column, attendance_met, attended, attended_sessions
from attendance.services import mark
from attendance.steps import attendance_steps
from certificates.criteria import unmet_criteria
from certificates.models import Award
from certificates.queries import perhaps_unawarded
from certificates.services import award_if_earned
from courses.models import CoursePage
from courses.queries import outline
from courses.steps import ExtraStep, StepStatus
from courses.views import continue_url
from tests.factories.attendance import AttendanceFactory, RunningSessionFactory
from tests.factories.bookings import BookingFactory
from tests.factories.certificates import course_with_quiz, earned_enrolment
from tests.factories.cohorts import CohortFactory, CohortMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return course_with_quiz(
        sessions_required=1, attendance_percent=80, cpd_minutes=210, participatory_minutes=30
    )


def earned(course):
    """Somebody in a group who has done everything but attend."""
    enrolment = earned_enrolment(course)
    cohort = CohortFactory(course=course)
    CohortMemberFactory(cohort=cohort, learner=enrolment.learner, enrolment=enrolment)
    return enrolment, cohort


def attend(cohort, learner, *, days_ago=1, breaks=0, **fields):
    starts_at = timezone.now() - timedelta(days=days_ago)
    session = RunningSessionFactory(cohort=cohort, starts_at=starts_at)
    if breaks:
        session.breaks.create(starts_at=starts_at + timedelta(hours=1), minutes=breaks)
    return AttendanceFactory(session=session, learner=learner, **fields)


@pytest.mark.parametrize(
    ("fields", "minutes", "counts"),
    [
        ({"status": Status.PRESENT}, 160, 1),
        ({"status": Status.LATE, "minutes_missed": 32}, 128, 1),  # exactly 80 per cent of 160
        ({"status": Status.LEFT_EARLY, "minutes_missed": 33}, 127, 0),
        ({"status": Status.ABSENT}, 0, 0),
        ({"status": Status.EXCUSED}, 0, 0),
    ],
)
def test_minutes_leave_out_breaks_and_what_was_missed(course, fields, minutes, counts):
    enrolment, cohort = earned(course)
    attend(cohort, enrolment.learner, breaks=20, **fields)

    assert sum(one.minutes for one in attended([enrolment])[enrolment.pk]) == minutes
    assert attended_sessions([enrolment]) == {enrolment.pk: counts}
    assert attendance_met(enrolment) is bool(counts)


def test_sessions_of_other_courses_and_those_called_off_count_for_nothing(course):
    enrolment, cohort = earned(course)
    attend(CohortFactory(), enrolment.learner)
    gone = attend(cohort, enrolment.learner).session
    gone.cancelled_at = timezone.now()
    gone.save()

    assert attended_sessions([enrolment]) == {enrolment.pk: 0}
    assert not attendance_met(enrolment)


def test_sessions_in_any_group_of_the_course_add_up(course):
    CoursePage.objects.filter(pk=course.pk).update(sessions_required=2)
    course.refresh_from_db()
    enrolment, cohort = earned(course)
    attend(cohort, enrolment.learner)
    assert attendance_column([enrolment]) == {enrolment.pk: "1 of 2"}

    attend(CohortFactory(course=course), enrolment.learner)

    assert attendance_column([enrolment]) == {enrolment.pk: "2 of 2"}
    assert attendance_met(enrolment)


def test_e_learning_asks_for_no_session():
    enrolment = earned_enrolment()
    assert attendance_met(enrolment)
    assert attendance_column([enrolment]) == {}
    assert attendance_steps(enrolment.course, enrolment, True) == []
    assert Award.objects.filter(pk=award_if_earned(enrolment).pk, participatory_minutes=0).exists()


@pytest.mark.parametrize("people", [1, 3])
def test_minutes_cost_the_same_for_any_number(course, people, django_assert_num_queries):
    enrolments = []
    for _ in range(people):
        enrolment, cohort = earned(course)
        attend(cohort, enrolment.learner, breaks=10)
        enrolments.append(enrolment)

    with django_assert_num_queries(1):
        attendance_column(enrolments)


def test_a_mark_brings_the_award_and_the_certificate_says_what_it_rests_on(
    course, django_capture_on_commit_callbacks
):
    enrolment, cohort = earned(course)
    assert unmet_criteria(enrolment) == ["attendance"]
    place = BookingFactory(
        session=RunningSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(days=3)),
        learner=enrolment.learner,
    )
    place.session.breaks.create(starts_at=place.session.starts_at + timedelta(hours=1), minutes=15)

    with django_capture_on_commit_callbacks(execute=True):
        mark(
            place.session,
            learner=enrolment.learner,
            status=Status.LATE,
            minutes_missed=10,
            by=cohort.created_by,
        )

    award = Award.objects.get()
    assert award.activity.assessment_basis == (
        "Quiz passed at 80% or more; all required modules completed; 1 session attended"
    )
    assert award.participatory_minutes == 155
    assert award.completed_on == timezone.localdate()  # the modules came after the session


def test_the_day_of_the_session_is_the_day_when_it_was_the_last(course):
    enrolment, cohort = earned(course)
    enrolment.completions.update(completed_at=timezone.now() - timedelta(days=9))
    enrolment.attempts.update(submitted_at=timezone.now() - timedelta(days=9))
    session = attend(cohort, enrolment.learner, days_ago=4).session
    attend(cohort, enrolment.learner, days_ago=2)

    assert award_if_earned(enrolment).completed_on == timezone.localdate(session.ends_at)


def test_participatory_is_never_more_than_the_whole(course):
    CoursePage.objects.filter(pk=course.pk).update(cpd_minutes=60)
    course.refresh_from_db()
    enrolment, cohort = earned(course)
    attend(cohort, enrolment.learner)

    award = award_if_earned(enrolment)

    assert (award.cpd_minutes, award.participatory_minutes) == (60, 60)


def test_the_latest_mark_comes_first_for_the_repair(course):
    first, cohort = earned(course)
    second, _ = earned(course)
    attend(cohort, first.learner, marked_at=timezone.now() + timedelta(minutes=1))

    assert list(perhaps_unawarded()) == [first, second]


# --- The task list -----------------------------------------------------------------------------


def step_of(enrolment):
    [step] = attendance_steps(enrolment.course, enrolment, True)
    return step.title, step.status, step.hint


def test_the_task_list_names_the_session_and_the_place(course):
    enrolment, cohort = earned(course)
    assert step_of(enrolment) == (
        "Attend a session",
        StepStatus.NOT_STARTED,
        "You need to be there for at least 80% of the time.",
    )
    BookingFactory(session=RunningSessionFactory(cohort=cohort, title="Thornwell"), learner=enrolment.learner)
    assert step_of(enrolment)[2].startswith("Your place: Thornwell, ")

    attend(cohort, enrolment.learner)

    assert step_of(enrolment) == ("Attend a session", StepStatus.COMPLETED, "Attended: 1.")


def test_the_line_leads_to_the_sessions_to_book_and_then_to_the_place(course, client_for):
    enrolment, cohort = earned(course)
    calendar = f"/sessions/?course={course.slug}"
    assert [step.url for step in attendance_steps(course, enrolment, True)] == [calendar]
    assert client_for(enrolment.learner).get(calendar).status_code == 200

    session = RunningSessionFactory(cohort=cohort)
    BookingFactory(session=session, learner=enrolment.learner)
    [step] = attendance_steps(course, enrolment, True)
    assert step.url == f"/sessions/{session.pk}/"
    assert client_for(enrolment.learner).get(step.url).status_code == 200

    attend(cohort, enrolment.learner)
    assert [step.url for step in attendance_steps(course, enrolment, True)] == [""]


def test_continue_leads_to_a_session_only_when_nothing_else_waits(course):
    enrolment, _ = earned(course)
    here = outline(course, enrolment)
    [session_step] = attendance_steps(course, enrolment, True)
    quiz = ExtraStep("Quiz", "", StepStatus.NOT_STARTED, url="/quiz/")
    assert continue_url(here, [session_step, quiz]) == "/quiz/"
    assert continue_url(here, [session_step]) == session_step.url


def test_a_visitor_reads_that_a_session_is_asked(course, client):
    assert "attend a session" in client.get(course.get_absolute_url()).content.decode()


def test_a_session_counts_when_it_is_over(course):
    enrolment, cohort = earned(course)
    session = RunningSessionFactory(cohort=cohort)
    AttendanceFactory(session=session, learner=enrolment.learner, status=Status.PRESENT)
    assert award_if_earned(enrolment) is None
    assert list(perhaps_unawarded()) == [enrolment]

    session.ends_at = timezone.now()
    session.save()

    assert award_if_earned(enrolment)
