"""Lead trainers who license the same people at the same moment."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from cascade.models import Licence
from cascade.services import LicenceRefused, grant_licence, renew_licence
from courses.services import enrol
from tests.factories.accounts import UserFactory
from tests.factories.cascade import LicenceFactory, ObservationFactory
from tests.factories.quizzes import complete_modules, make_course
from tests.services.at_once import CONNECTIONS, all_at_once, deadlocks

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]


@pytest.fixture
def course():
    return make_course(slug="half-day")


@pytest.fixture
def leads():
    return UserFactory.create_batch(CONNECTIONS, role=Role.LEAD_TRAINER)


def ready(course, lead):
    person = UserFactory()
    complete_modules(enrol(person, course))
    ObservationFactory(trainer=person, course=course, observed_by=lead)
    return person


def test_a_licence_that_twenty_grant_at_once_is_one_and_so_is_its_renewal(course, leads):
    person = ready(course, leads[0])
    before = deadlocks()

    granted = all_at_once(lambda lead: grant_licence(person, course, by=lead).pk, leads)

    licence = Licence.objects.get()
    assert granted == [licence.pk] * CONNECTIONS
    ends = timezone.localdate() + timedelta(days=30)
    Licence.objects.update(valid_until=ends, changes_read_at=timezone.now())

    renewed = all_at_once(lambda lead: renew_licence(licence, by=lead).pk, leads)

    new = Licence.objects.standing().get()
    assert renewed == [new.pk] * CONNECTIONS
    assert (new.replaces.pk, Licence.objects.count()) == (licence.pk, 2)
    assert (new.valid_until.year, new.valid_until.month) == (ends.year + 1, ends.month)
    assert deadlocks() == before


def test_a_lapsed_licence_granted_anew_and_renewed_at_once_leaves_one_standing(course, leads):
    person = ready(course, leads[0])
    old = LicenceFactory(
        holder=person,
        course=course,
        valid_until=timezone.localdate() - timedelta(days=1),
        changes_read_at=timezone.now(),
    )

    def act(number):
        if number % 2:
            return grant_licence(person, course, by=leads[number]).pk
        return renew_licence(old, by=leads[number]).pk

    found = all_at_once(act, range(CONNECTIONS))

    assert set(found) == {Licence.objects.standing().get().pk}
    assert Licence.objects.count() == 2


def test_two_people_made_each_others_trainer_at_once_form_no_circle(course, leads):
    pair = [ready(course, leads[0]) for _ in range(2)]

    def act(number):
        with suppress(LicenceRefused):
            one, other = pair[number % 2], pair[1 - number % 2]
            return grant_licence(one, course, by=leads[number], trained_by=other).pk

    all_at_once(act, range(CONNECTIONS))

    assert Licence.objects.count() == 1
