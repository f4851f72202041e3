import pytest

from accounts.roles import Role
from courses.signals import progress_changed
from tests.factories.accounts import UserFactory
from tests.factories.attendance import RunningSessionFactory
from tests.factories.bookings import BookingFactory


@pytest.fixture
def trainer():
    return UserFactory(role=Role.TRAINER, name="Tess Trainer")


@pytest.fixture
def session(trainer):
    """A session of the trainer's own group, begun five minutes ago."""
    return RunningSessionFactory(cohort__created_by=trainer)


@pytest.fixture
def learner(session):
    """Somebody with a place in it."""
    return BookingFactory(session=session, learner__name="Amina Holt").learner


@pytest.fixture
def heard():
    """The enrolments that were announced."""
    found = []

    def hear(sender, enrolment, **kwargs):
        found.append(enrolment)

    progress_changed.connect(hear)
    yield found
    progress_changed.disconnect(hear)
