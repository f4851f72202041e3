"""Put a session with thirty people, begun five minutes ago, into a running demo site.

`python -m tests.journeys.running_session TITLE` in the site's environment; prints the number of the session.
"""

import sys
from datetime import timedelta
from uuid import uuid4

import django
from django.db import transaction

PEOPLE = 30


@transaction.atomic
def make_running_session(title: str) -> int:
    """Make a group of both trainers with a session that thirty people have a place in; return its number."""
    from django.utils import timezone

    from accounts.models import Agency, User
    from bookings.models import Booking, BookingState, TrainingSession
    from cohorts.models import CohortMember
    from cohorts.services import add_member, create_cohort
    from courses.models import CoursePage

    trainers = [User.objects.get(email=f"{name}@demo.example") for name in ("trainer", "trainer2")]
    cohort = create_cohort(
        by=trainers[0],
        form_key=uuid4(),
        name=title,
        course=CoursePage.objects.get(slug="half-day"),
        trainers=trainers,
        starts_on=None,
        ends_on=None,
    )
    now = timezone.now()
    session = TrainingSession.objects.create(
        cohort=cohort,
        title=title,
        starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(hours=3),
        capacity=PEOPLE,
        created_by=trainers[0],
    )
    agencies = list(Agency.objects.select_related("sector")[:6])
    for number in range(PEOPLE):
        agency = agencies[number % len(agencies)]
        person = User.objects.create_user(
            f"person-{uuid4().hex}@example.org",
            name=f"Person {number:02d}",
            agency=agency,
            sector=agency.sector,
        )
        add_member(person, cohort, CohortMember.Source.TRAINER)
        Booking.objects.create(
            session=session,
            learner=person,
            sector=person.sector,
            state=BookingState.BOOKED,
            source=Booking.Source.TRAINER,
            booked_by=trainers[0],
        )
    return session.pk


if __name__ == "__main__":
    django.setup()
    print(make_running_session(sys.argv[1]))
