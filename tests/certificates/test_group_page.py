"""The whole of a group's page, with what every app adds to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from attendance.services import mark
from tests.factories.accounts import UserFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, InvitationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("people", [1, 3])
def test_a_groups_page_takes_twelve_queries_however_many_people(
    client_for, people, django_assert_num_queries
):
    trainer = UserFactory(role=Role.TRAINER)
    cohort = CohortFactory(created_by=trainer)
    now = timezone.now()
    for days in range(people):
        session = TrainingSessionFactory(
            cohort=cohort, starts_at=now - timedelta(days=days, hours=1), ends_at=now - timedelta(days=days)
        )
        member = CohortMemberFactory(cohort=cohort)
        BookingFactory(session=session, learner=member.learner)
        mark(session, learner=member.learner, status="present", by=trainer)
    InvitationFactory.create_batch(people, cohort=cohort)
    client = client_for(trainer)
    client.get(cohort.get_absolute_url())

    with django_assert_num_queries(12):
        page = client.get(cohort.get_absolute_url()).content.decode()

    assert page.count("1 session</td>") == people
    assert page.count(">Take register<") == people
