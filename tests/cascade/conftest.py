import pytest

from accounts.roles import Role
from courses.services import enrol
from tests.factories.accounts import UserFactory
from tests.factories.cascade import ObservationFactory
from tests.factories.quizzes import complete_modules, make_course


@pytest.fixture
def lead():
    return UserFactory(role=Role.LEAD_TRAINER, name="Lea Lead")


@pytest.fixture
def course():
    return make_course(slug="half-day")


@pytest.fixture
def ready(course, lead):
    """`ready()` is somebody who lacks nothing for a full licence; `kind` says what was observed."""

    def build(kind="session", **person):
        user = UserFactory(**person)
        complete_modules(enrol(user, course))
        ObservationFactory(trainer=user, course=course, observed_by=lead, kind=kind)
        return user

    return build
