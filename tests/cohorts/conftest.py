from datetime import date

import pytest

from accounts.roles import Role
from cohorts import columns, panels, programme_panels
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory

AWARDED_ON = date(2026, 11, 20)


@pytest.fixture
def trainer():
    return UserFactory(role=Role.TRAINER)


@pytest.fixture
def cohort(trainer):
    return CohortFactory(created_by=trainer)


@pytest.fixture(autouse=True)
def _only_our_part(monkeypatch):
    """What apps above add to the pages has tests of its own."""
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(programme_panels, "_panels", {})


@pytest.fixture
def certified(monkeypatch):
    """A stand-in for the certificate column: put enrolment ids in and those are certified."""
    ids = set()
    column = columns.Column(
        columns.CERTIFICATE,
        "Certificate",
        lambda enrolments: {e.pk: AWARDED_ON for e in enrolments if e.pk in ids},
    )
    monkeypatch.setattr(columns, "_columns", {columns.CERTIFICATE: column})
    return ids
