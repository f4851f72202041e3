from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from cascade import services
from cascade.dates import months_after
from cascade.fidelity import Mark
from cascade.models import Licence, Observation
from cascade.requirements import standing, standings
from cascade.services import LicenceRefused, grant_licence, observe, renew_licence, revoke_licence
from courses.services import enrol
from quizzes.models import Quiz
from tests.factories.accounts import UserFactory
from tests.factories.cascade import ALL_YES, LicenceFactory, LicenceRuleFactory, ObservationFactory
from tests.factories.quizzes import QuizFactory, SubmittedAttemptFactory, complete_modules, make_course

pytestmark = pytest.mark.django_db


def lacking(person, course, on=None):
    return [(r.code, r.is_met) for r in standing(person, course, on).requirements]


# --- What is asked ---------------------------------------------------------------------------


def test_what_is_there_and_what_lacks_is_said_line_by_line(course):
    QuizFactory(course=course)
    person = UserFactory()
    assert [r.words for r in standing(person, course).requirements] == [
        f"Not on “{course.title}”.",
        "Not observed yet.",
        "Not yet.",
    ]
    enrolment = enrol(person, course)

    assert standing(person, course).requirements[0].words == (
        f"“{course.title}”: 2 modules to complete, the quiz to pass."
    )
    complete_modules(enrolment)
    SubmittedAttemptFactory(enrolment=enrolment, quiz=Quiz.objects.get(), score=90, passed=True)

    assert lacking(person, course) == [("course", True), ("practice", False), ("session", False)]


def test_a_session_that_the_course_asks_for_has_to_be_attended(course):
    person = UserFactory()
    complete_modules(enrol(person, course))
    type(course).objects.filter(pk=course.pk).update(sessions_required=1)

    course.refresh_from_db()

    assert standing(person, course).requirements[0].words == f"“{course.title}”: 1 session to attend."


def test_a_rule_asks_for_another_course(course):
    trainer_day = make_course(slug="trainer-day")
    LicenceRuleFactory(course=course, trainer_course=trainer_day)
    took_course, took_day = UserFactory(), UserFactory()
    complete_modules(enrol(took_course, course))
    complete_modules(enrol(took_day, trainer_day))

    found = standings([took_course.pk, took_day.pk], course)

    assert [found[p.pk].requirements[0].is_met for p in (took_course, took_day)] == [False, True]


def test_a_whole_session_counts_for_six_months(course, ready):
    person = ready()
    today = timezone.localdate()

    assert lacking(person, course) == [("course", True), ("practice", True), ("session", True)]
    assert lacking(person, course, months_after(today, 6) + timedelta(days=1))[2] == ("session", False)
    assert lacking(person, course, today - timedelta(days=1))[1] == ("practice", False)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_where_the_calendar_says(day, months, later):
    assert months_after(day, months) == later


def test_where_people_stand_costs_the_same_for_all(course, ready, django_assert_num_queries):
    QuizFactory(course=course)
    first = ready()
    with django_assert_num_queries(9):
        standings([first.pk], course)
    people = [first.pk, ready().pk, ready().pk]
    with django_assert_num_queries(9):
        standings(people, course)


# --- Granting --------------------------------------------------------------------------------


def test_a_licence_runs_a_year_and_makes_a_trainer(course, ready, lead):
    person = ready()

    licence = grant_licence(person, course, by=lead)

    today = timezone.localdate()
    assert (licence.granted_on, licence.valid_until) == (today, months_after(today, 12))
    assert (licence.is_provisional, licence.gave_role, licence.state) == (False, True, Licence.State.VALID)
    assert person.has_role(Role.TRAINER)
    assert person.needs_second_factor


def test_without_an_observed_session_it_runs_half_a_year_until_one_is_passed(course, ready, lead):
    person = ready(kind="practice")
    licence = grant_licence(person, course, by=lead)
    today = timezone.localdate()
    assert (licence.state, licence.valid_until) == (Licence.State.PROVISIONAL, months_after(today, 6))
    watched = {"by": lead, "observed_on": today, "kind": Observation.Kind.SESSION}

    observe(person, course, form_key=uuid4(), checklist={**ALL_YES, "pathway": Mark.PARTLY.value}, **watched)
    licence.refresh_from_db()
    assert licence.is_provisional

    observe(person, course, form_key=uuid4(), checklist=ALL_YES, **watched)
    licence.refresh_from_db()
    assert (licence.is_provisional, licence.valid_until) == (False, months_after(today, 12))


def test_a_second_click_grants_nothing_more(course, ready, lead):
    person = ready()

    assert grant_licence(person, course, by=lead) == grant_licence(person, course, by=lead)
    assert Licence.objects.count() == 1


def test_nothing_is_granted_while_something_lacks(course, lead):
    person = UserFactory()

    with pytest.raises(LicenceRefused, match="finished the trainer course, passed an observed delivery"):
        grant_licence(person, course, by=lead)
    assert not Licence.objects.exists()
    assert not person.groups.exists()


def test_nobody_licenses_or_observes_themselves(course, ready):
    person = ready(role=Role.LEAD_TRAINER)
    today = timezone.localdate()

    with pytest.raises(LicenceRefused):
        grant_licence(person, course, by=person)
    with pytest.raises(LicenceRefused):
        observe(
            person, course, by=person, form_key=uuid4(), kind="session", observed_on=today, checklist=ALL_YES
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ObservationFactory(trainer=person, observed_by=person, course=course)
    with pytest.raises(IntegrityError), transaction.atomic():
        LicenceFactory(holder=person, granted_by=person)


def test_a_line_that_would_be_a_circle_is_refused(course, ready, lead):
    grandmother, mother, child = ready(), ready(), ready()
    grant_licence(mother, course, by=lead, trained_by=grandmother)
    grant_licence(child, course, by=lead, trained_by=mother)

    with pytest.raises(LicenceRefused, match="circle"):
        grant_licence(grandmother, course, by=lead, trained_by=child)
    with pytest.raises(LicenceRefused, match="circle"):
        grant_licence(grandmother, course, by=lead, trained_by=grandmother)


def test_a_lapsed_licence_is_followed_by_a_new_one(course, ready, lead):
    person = ready()
    old = LicenceFactory(holder=person, course=course, valid_until=timezone.localdate() - timedelta(days=1))
    assert old.state == Licence.State.LAPSED

    new = grant_licence(person, course, by=lead)

    old.refresh_from_db()
    assert old.replaced_by == new
    assert list(Licence.objects.valid()) == [new]


# --- Renewing --------------------------------------------------------------------------------


@pytest.fixture
def ending(course):
    return LicenceFactory(course=course, valid_until=timezone.localdate() + timedelta(days=60))


def test_a_renewal_is_a_second_row_from_the_old_end(ending, lead):
    services.read_changes(ending)

    new = renew_licence(ending, by=lead)

    assert renew_licence(ending, by=lead) == new
    ending.refresh_from_db()
    assert (ending.replaced_by, ending.is_valid) == (new, False)
    assert (new.valid_until, new.holder) == (months_after(ending.valid_until, 12), ending.holder)
    assert Licence.objects.count() == 2


def test_after_its_end_a_renewal_runs_from_today(course, lead):
    old = LicenceFactory(course=course, valid_until=timezone.localdate() - timedelta(days=30))
    services.read_changes(old)

    assert renew_licence(old, by=lead).valid_until == months_after(timezone.localdate(), 12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "read what changed"),
        ({"is_provisional": True}, "still to be observed"),
        ({"valid_until": timezone.localdate() + timedelta(days=90)}, "last 60 days"),
        ({"revoked_at": timezone.now()}, "revoked"),
    ],
    ids=["unread", "provisional", "too early", "revoked"],
)
def test_a_renewal_waits_for_what_it_asks(ending, lead, change, words):
    Licence.objects.filter(pk=ending.pk).update(**change)

    with pytest.raises(LicenceRefused, match=words):
        renew_licence(ending, by=lead)
    assert Licence.objects.count() == 1


def test_nobody_renews_their_own(ending):
    services.read_changes(ending)

    with pytest.raises(LicenceRefused):
        renew_licence(ending, by=ending.holder)


# --- Revoking --------------------------------------------------------------------------------


def test_revoking_takes_back_the_role_that_the_licence_gave(course, ready, lead):
    person = ready()
    licence = grant_licence(person, course, by=lead)

    revoke_licence(licence, by=lead, reason="Used graphic pictures.")
    revoke_licence(licence, by=UserFactory(), reason="Another click.")

    licence.refresh_from_db()
    assert (licence.state, licence.revoked_by, licence.revoke_reason) == (
        Licence.State.REVOKED,
        lead,
        "Used graphic pictures.",
    )
    assert not person.groups.exists()


def test_somebody_who_was_a_trainer_before_stays_one(course, ready, lead):
    person = ready(role=Role.TRAINER)

    revoke_licence(grant_licence(person, course, by=lead), by=lead, reason="x")

    assert person.groups.filter(name=Role.TRAINER).exists()


def test_another_licence_keeps_the_role(course, ready, lead):
    person = ready()
    licence = grant_licence(person, course, by=lead)
    other = LicenceFactory(holder=person)

    revoke_licence(licence, by=lead, reason="x")
    assert person.groups.exists()

    other.refresh_from_db()
    revoke_licence(other, by=lead, reason="x")
    assert not person.groups.exists()


# --- Observing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "mark", "passed"),
    [
        ("content", "yes", True),
        ("timings", "partly", True),
        ("timings", "no", False),
        ("safety-words", "partly", False),
        ("disclosures", "no", False),
        ("group-work", None, False),
    ],
)
def test_the_checklist_decides(course, lead, code, mark, passed):
    marks = {**ALL_YES, code: mark} if mark else {c: m for c, m in ALL_YES.items() if c != code}

    row = observe(
        UserFactory(),
        course,
        by=lead,
        form_key=uuid4(),
        kind="session",
        observed_on=timezone.localdate(),
        checklist=marks,
    )

    assert row.passed is passed


def test_one_form_makes_one_observation(course, lead):
    person, key = UserFactory(), uuid4()
    same = {"by": lead, "form_key": key, "kind": "practice", "observed_on": timezone.localdate()}

    first = observe(person, course, checklist=ALL_YES, **same)

    assert observe(person, course, checklist={}, **same) == first
    assert Observation.objects.count() == 1
