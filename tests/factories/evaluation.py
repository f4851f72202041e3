"""People who rated, sessions that are over, and questions after ninety days."""

from collections.abc import Sequence
from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Sector
from cohorts.models import Cohort, CohortMember
from courses.models import CoursePage, Enrolment
from courses.models.pages import CourseOutcome
from evaluation.models import ConfidenceRating, FollowUp, SessionFeedback, Stage
from tests.factories.answers import make_people
from tests.factories.attendance import AttendanceFactory
from tests.factories.bookings import TrainingSessionFactory
from tests.factories.courses import EnrolmentFactory


class FollowUpFactory(DjangoModelFactory):
    """A question sent an hour ago; `sent_at=None` waits."""

    class Meta:
        model = FollowUp

    enrolment = factory.SubFactory(EnrolmentFactory)
    due_on = factory.LazyFunction(timezone.localdate)
    sent_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


class PastSessionFactory(TrainingSessionFactory):
    """Over since yesterday."""

    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1, hours=3))


class SessionFeedbackFactory(DjangoModelFactory):
    class Meta:
        model = SessionFeedback

    session = factory.SubFactory(PastSessionFactory)
    usefulness = 4
    pace = 3
    trainer = 5


def add_outcome(course: CoursePage, code: str, text: str) -> None:
    CourseOutcome.objects.create(course=course, code=code, text=text, sort_order=int(code[2:]))


def came_to(session, learner) -> None:
    """Mark the learner present; they are in the group."""
    AttendanceFactory(session=session, learner=learner)


def join_many(cohort: Cohort, count: int, sector: Sector | None = None) -> list[Enrolment]:
    """So many new people in the group, in four queries."""
    people = make_people(count, sector)
    places = Enrolment.objects.bulk_create(Enrolment(learner=p, course=cohort.course) for p in people)
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, learner=place.learner, enrolment=place, source="link") for place in places
    )
    return places


def rated(
    cohort: Cohort,
    pairs: Sequence[tuple[int, int]],
    *,
    sector: Sector | None = None,
    stage: Stage = Stage.AFTER,
    outcomes: Sequence[str] = ("LO1",),
    days_ago: int = 1,
) -> list[Enrolment]:
    """New people of the group, one for each (before, then), who rated the outcomes so, yesterday unless told."""
    places = join_many(cohort, len(pairs), sector)
    for number, side in enumerate((Stage.BEFORE, stage)):
        rate_all(places, side, [pair[number] for pair in pairs], outcomes, days_ago)
    return places


def rate_all(
    places: Sequence[Enrolment],
    stage: Stage,
    ratings: Sequence[int],
    outcomes: Sequence[str] = ("LO1",),
    days_ago: int = 1,
) -> None:
    rated_at = timezone.now() - timedelta(days=days_ago)
    ConfidenceRating.objects.bulk_create(
        ConfidenceRating(enrolment=place, stage=stage, outcome=code, rating=rating, rated_at=rated_at)
        for place, rating in zip(places, ratings, strict=True)
        for code in outcomes
    )
