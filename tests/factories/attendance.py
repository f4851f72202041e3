"""Sessions under way, and who is marked at them."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from attendance.models import Attendance, CheckIn, Status, WalkIn
from tests.factories.accounts import UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory


class RunningSessionFactory(TrainingSessionFactory):
    """Three hours, begun five minutes ago: its register is open."""

    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=5))


class WalkInFactory(DjangoModelFactory):
    """Somebody written down by name, without a mark."""

    class Meta:
        model = WalkIn

    session = factory.SubFactory(RunningSessionFactory)
    name = factory.Sequence(lambda n: f"Walker {n}")
    made_by = factory.SelfAttribute("session.cohort.created_by")


class AttendanceFactory(DjangoModelFactory):
    """A mark without history; its learner has a place."""

    class Meta:
        model = Attendance
        skip_postgeneration_save = True

    session = factory.SubFactory(RunningSessionFactory)
    learner = factory.SubFactory(UserFactory)
    status = Status.PRESENT
    marked_by = factory.SelfAttribute("session.cohort.created_by")

    @factory.post_generation
    def place(self, create, extracted, **kwargs):
        if self.learner:
            BookingFactory(session=self.session, learner=self.learner)


class CheckInFactory(DjangoModelFactory):
    """A door that is open from half an hour before the start to half an hour after it."""

    class Meta:
        model = CheckIn

    session = factory.SubFactory(RunningSessionFactory)
    opens_at = factory.LazyAttribute(lambda door: door.session.starts_at - timedelta(minutes=30))
    closes_at = factory.LazyAttribute(lambda door: door.session.starts_at + timedelta(minutes=30))
    opened_by = factory.SelfAttribute("session.cohort.created_by")
