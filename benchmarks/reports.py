"""The report of a programme of 200 groups and 20,000 people, against reading its registers and no more."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agency, Sector, User
from attendance.models import Attendance, Status
from bookings.models import Booking, BookingState, TrainingSession
from cascade.models import Delivery, Reach
from certificates.activities import version_for
from certificates.models import Award
from cohorts.models import Cohort, CohortMember, Programme
from courses.models import CoursePage, Enrolment
from evaluation.models import ConfidenceRating, Stage
from quizzes.models import Attempt, AttemptState, Quiz, QuizKind
from reports.programme import report_of

COHORTS, PEOPLE_A_COHORT, AGENCIES, ROUNDS = 200, 100, 300, 3
OUTCOMES = ("LO1", "LO2", "LO4", "LO6", "LO7")
AREAS = [f"Area {number}" for number in range(10)]
DAYS = 700  # over which the sessions spread
BUDGET_SECONDS, BUDGET_QUERIES = 2, 25


def measure_reports(report: Callable[..., None]) -> None:
    """Report seconds and queries.

    reports.seconds  wall time of the whole report, nothing cached; floor: a bare values_list of the attendances.
    reports.queries  floor: the budget, 25.
    """
    programme = _fill()
    spent, floors = [], []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as queries:
            spent.append(_seconds(lambda: report_of(programme)))
        floors.append(_seconds(lambda: _bare(programme)))
    value, floor = statistics.median(spent), statistics.median(floors)
    people = COHORTS * PEOPLE_A_COHORT
    report("reports.seconds", value, "s", floor, value / floor, people)
    report("reports.queries", len(queries), "queries", BUDGET_QUERIES, len(queries) / BUDGET_QUERIES, people)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _bare(programme: Programme) -> int:
    rows = Attendance.objects.filter(session__cohort__programme=programme).order_by()
    return sum(1 for _ in rows.values_list("session", "learner", "status").iterator(chunk_size=5000))


def _fill() -> Programme:
    luck = random.Random(20)
    programme = Programme.objects.create(name="Benchmark programme", target_people=25_000)
    course = CoursePage.objects.get(slug="half-day")
    sessions = _sessions(programme, course, luck)
    members = _members(sessions, course, luck)
    _evidence(members, course, luck)
    _reach(programme, course, members, luck)
    return programme


def _sessions(programme: Programme, course: CoursePage, luck) -> list[TrainingSession]:
    by = User.objects.create(email="planner@bench.example", name="Bench Planner", password="!")
    cohorts = Cohort.objects.bulk_create(
        Cohort(name=f"Bench {n}", course=course, programme=programme, created_by=by) for n in range(COHORTS)
    )
    starts = [timezone.now() - timedelta(days=luck.randint(1, DAYS)) for _ in cohorts]
    return TrainingSession.objects.bulk_create(
        TrainingSession(
            cohort=cohort,
            title="Day",
            starts_at=start,
            ends_at=start + timedelta(hours=4),
            capacity=PEOPLE_A_COHORT,
            created_by=by,
        )
        for cohort, start in zip(cohorts, starts, strict=True)
    )


def _members(sessions, course: CoursePage, luck) -> list[CohortMember]:
    sectors = list(Sector.objects.all())
    agencies = Agency.objects.bulk_create(
        Agency(
            name=f"Bench agency {n}",
            slug=f"bench-agency-{n}",
            sector=luck.choice(sectors),
            region=luck.choice(AREAS),
            headcount=luck.randint(20, 900),
        )
        for n in range(AGENCIES)
    )
    weights = [luck.random() ** 3 for _ in agencies]
    chosen = luck.choices(agencies, weights, k=COHORTS * PEOPLE_A_COHORT)
    users = User.objects.bulk_create(
        User(
            email=f"bench{n}@people.example",
            name=f"Bench Person {n}",
            password="!",
            agency=agency,
            sector=agency.sector if luck.random() < 0.9 else luck.choice(sectors),
        )
        for n, agency in enumerate(chosen)
    )
    enrolments = Enrolment.objects.bulk_create(Enrolment(learner=user, course=course) for user in users)
    places = [session for session in sessions for _ in range(PEOPLE_A_COHORT)]
    Booking.objects.bulk_create(
        Booking(session=session, learner=user, state=BookingState.BOOKED, booked_by=user)
        for session, user in zip(places, users, strict=True)
    )
    Attendance.objects.bulk_create(
        Attendance(
            session=session,
            learner=user,
            status=luck.choices([Status.PRESENT, Status.LATE, Status.ABSENT], [8, 1, 1])[0],
        )
        for session, user in zip(places, users, strict=True)
    )
    return CohortMember.objects.bulk_create(
        CohortMember(
            cohort_id=session.cohort_id,
            learner=enrolment.learner,
            enrolment=enrolment,
            source=CohortMember.Source.BOOKING,
        )
        for session, enrolment in zip(places, enrolments, strict=True)
    )


def _evidence(members, course: CoursePage, luck) -> None:
    """Awards, a score before and after, and confidence before and after for everybody."""
    now, today = timezone.now(), timezone.localdate()
    activity = version_for(course, "Everything completed")
    Award.objects.bulk_create(
        Award(
            enrolment=member.enrolment,
            activity=activity,
            learner_name="Bench Person",
            cpd_minutes=210,
            participatory_minutes=210,
            started_on=today,
            completed_on=today,
        )
        for member in members
    )
    quizzes = Quiz.objects.filter(course=course, kind__in=[QuizKind.DIAGNOSTIC, QuizKind.ASSESSMENT])
    Attempt.objects.bulk_create(
        Attempt(
            enrolment=member.enrolment,
            quiz=quiz,
            state=AttemptState.FINISHED,
            pass_mark=80,
            submitted_at=now,
            score=Decimal(luck.randint(4, 10) * 10),
            passed=True,
        )
        for quiz in quizzes
        for member in members
    )
    ConfidenceRating.objects.bulk_create(
        (
            ConfidenceRating(
                enrolment=member.enrolment, stage=stage, outcome=outcome, rating=luck.randint(1, 5)
            )
            for stage in (Stage.BEFORE, Stage.AFTER)
            for outcome in OUTCOMES
            for member in members
        ),
        batch_size=20_000,
    )


def _reach(programme: Programme, course: CoursePage, members, luck) -> None:
    sectors = list(Sector.objects.all())
    today = timezone.localdate()
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            trainer=member.learner,
            course=course,
            programme=programme,
            delivered_on=today,
            format=luck.choice(Delivery.Format.values),
            area=luck.choice(AREAS),
        )
        for member in luck.sample(members, len(members) // 4)
    )
    Reach.objects.bulk_create(
        Reach(delivery=delivery, sector=luck.choice(sectors), people=luck.randint(3, 30))
        for delivery in deliveries
    )
