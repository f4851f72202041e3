"""Venues, sessions open for booking, and people's places in them."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from bookings.models import Booking, BookingState, TrainingSession, Venue
from cohorts.models import CohortMember
from cohorts.services import add_member
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"Harbour Hall {n}")
    address = "1 Quay Street, Hullbridge"
    area = "Hullbridge"
    capacity = 60


class TrainingSessionFactory(DjangoModelFactory):
    """Next week, three hours, with a safety plan and open for booking to the people of its group.

    `bookings_open_at=None` is not open yet; `starts_at` moves the end with it.
    """

    class Meta:
        model = TrainingSession

    cohort = factory.SubFactory(CohortFactory)
    title = factory.Sequence(lambda n: f"Session {n}")
    starts_at = factory.LazyFunction(
        lambda: timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=7)
    )
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=3))
    venue = factory.SubFactory(VenueFactory)
    capacity = 20
    bookings_open_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    safeguarding_lead = "Ruth Adeyemi, 020 7946 0001"
    disclosure_procedure = "Listen, do not question, tell the safeguarding lead."
    quiet_room = "Room 2, first floor"
    created_by = factory.SelfAttribute("cohort.created_by")


class BookingFactory(DjangoModelFactory):
    """A place in a session, booked by the person, who is in the group; `state` gives another state."""

    class Meta:
        model = Booking
        skip_postgeneration_save = True

    session = factory.SubFactory(TrainingSessionFactory)
    learner = factory.SubFactory(UserFactory)
    sector = factory.SelfAttribute("learner.sector")
    state = BookingState.BOOKED
    booked_by = factory.SelfAttribute("learner")

    @factory.post_generation
    def member(self, create, extracted, **kwargs):
        if self.state == BookingState.BOOKED:
            add_member(self.learner, self.session.cohort, CohortMember.Source.BOOKING)
