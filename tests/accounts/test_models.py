import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.roles import Role
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_a_trainer_holds_the_role_and_needs_a_second_factor():
    trainer = UserFactory(role=Role.TRAINER)

    assert trainer.has_role(Role.TRAINER)
    assert not trainer.has_role(Role.EDITOR)
    assert trainer.needs_second_factor


@pytest.mark.parametrize("role", [None, Role.AGENCY_LEAD])
def test_learners_and_agency_leads_need_no_second_factor(role):
    assert not UserFactory(role=role).needs_second_factor


def test_a_superuser_holds_every_role_until_disabled():
    admin = UserFactory(is_superuser=True)
    assert admin.has_role(Role.PROGRAMME_MANAGER)
    assert admin.needs_second_factor

    admin.is_active = False
    assert not admin.has_role(Role.PROGRAMME_MANAGER)


def test_an_address_belongs_to_one_person_whatever_its_letter_case():
    UserFactory(email="amina@example.org")

    with pytest.raises(IntegrityError):
        User.objects.create_user("AMINA@example.org", name="Somebody else")
