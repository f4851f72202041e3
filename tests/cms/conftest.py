import pytest

from accounts.roles import Role
from tests.factories.accounts import UserFactory


@pytest.fixture
def editor(db):
    return UserFactory(role=Role.EDITOR)


@pytest.fixture
def moderator(db):
    return UserFactory(role=Role.MODERATOR)


@pytest.fixture
def manager(db):
    return UserFactory(role=Role.PROGRAMME_MANAGER)


@pytest.fixture
def as_editor(client_for, editor):
    return client_for(editor)


@pytest.fixture
def as_moderator(client_for, moderator):
    return client_for(moderator)


@pytest.fixture
def as_manager(client_for, manager):
    return client_for(manager)
