import pytest

from accounts.roles import Role
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory


@pytest.fixture
def trainer():
    return UserFactory(role=Role.TRAINER)


@pytest.fixture
def cohort(trainer):
    return CohortFactory(created_by=trainer)


@pytest.fixture
def member(cohort):
    return CohortMemberFactory(cohort=cohort)


@pytest.fixture
def enrolment(member):
    return member.enrolment


@pytest.fixture
def health(db):
    return SectorFactory()


@pytest.fixture
def police(db):
    return SectorFactory(code="POL", name="Police")


@pytest.fixture
def faith(db):
    return SectorFactory(code="FAI", name="Faith")
