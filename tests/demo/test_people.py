"""The demo's people: each contract account in its state, the same for the same seed."""

import pytest
from django.core.management import call_command

from accounts.models import User
from certificates.models import Award
from cohorts.models import CohortMember
from courses.models import Enrolment, ModuleCompletion
from courses.queries import completed_places
from quizzes.models import Attempt

CONTRACT = {
    "learner": "learner",
    "learner2": "half way",
    "learner3": "certified",
    "trainer": "trainer",
    "trainer2": "trainer",
    "lead": "lead",
    "agency": "agency",
    "editor": "editor",
    "moderator": "moderator",
    "manager": "manager",
    "funder": "funder",
    "admin": "superuser",
}


def counts():
    return [
        model.objects.count() for model in (User, Enrolment, ModuleCompletion, Attempt, Award, CohortMember)
    ]


@pytest.mark.django_db
def test_the_demo_makes_every_account_of_the_contract_and_repeating_it_adds_nothing(
    client, settings, django_capture_on_commit_callbacks
):
    settings.SECOND_FACTOR_REQUIRED = False
    with django_capture_on_commit_callbacks(execute=True):
        call_command("demo", force=True, learners=12, cohorts=2)
    before = counts()

    call_command("demo", force=True, learners=12, cohorts=2)

    assert counts() == before
    people = {user.email: user for user in User.objects.all()}
    for name in CONTRACT:
        assert people[f"{name}@demo.example"].check_password("demo-Thornwell-2026")
    half_way = people["learner2@demo.example"].enrolments.get()
    assert len(completed_places([half_way])[half_way.pk]) == 5
    assert Award.objects.filter(enrolment__learner=people["learner3@demo.example"]).count() == 1
    assert not people["learner@demo.example"].enrolments.exists()
    mine = {m.cohort_id for m in CohortMember.objects.filter(cohort__trainers__email="trainer@demo.example")}
    theirs = {
        m.cohort_id for m in CohortMember.objects.filter(cohort__trainers__email="trainer2@demo.example")
    }
    assert mine
    assert theirs
    assert mine.isdisjoint(theirs)
    assert client.login(email="learner@demo.example", password="demo-Thornwell-2026")
