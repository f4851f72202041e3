from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from cohorts import permissions, queries
from cohorts.models import Cohort
from cohorts.roster import Row, Selection, summarise
from cohorts.services import join_by_link
from courses.services import complete_module, enrol, withdraw
from quizzes.models import Attempt
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, InvitationFactory, ProgrammeFactory
from tests.factories.quizzes import QuizFactory, SubmittedAttemptFactory

pytestmark = pytest.mark.django_db


def rows_by_name(cohort):
    return {row.name: row for row in queries.roster(cohort)}


def test_the_table_says_who_is_where_and_no_score(cohort, certified):
    quiz = QuizFactory(course=cohort.course)
    names = ["New", "Trying", "Failed", "Passed"]
    _, trying, failed, passed = (CohortMemberFactory(cohort=cohort, learner__name=name) for name in names)
    complete_module(trying.enrolment, cohort.course.course_modules.first())
    Attempt.objects.create(enrolment=trying.enrolment, quiz=quiz, pass_mark=80)
    SubmittedAttemptFactory(enrolment=failed.enrolment, quiz=quiz, score=40, passed=False)
    SubmittedAttemptFactory(enrolment=passed.enrolment, quiz=quiz, score=90, passed=True)
    SubmittedAttemptFactory(enrolment=passed.enrolment, quiz=quiz, score=40, passed=False)
    certified.add(passed.enrolment.pk)

    rows = rows_by_name(cohort)

    assert {name: (row.modules_text, row.quiz, row.is_certified) for name, row in rows.items()} == {
        "New": ("0 of 2", "Not started", False),
        "Trying": ("1 of 2", "In progress", False),
        "Failed": ("0 of 2", "Not passed yet", False),
        "Passed": ("0 of 2", "Passed", True),
    }
    assert not any("score" in name for name in Row.__dataclass_fields__)
    summary = summarise(list(rows.values()))
    assert (summary.people, summary.not_started, summary.passed, summary.certified) == (4, 1, 1, 1)
    assert queries.certified_counts([cohort]) == {cohort.pk: 1}


def test_people_who_left_the_group_are_not_shown(cohort):
    CohortMemberFactory(cohort=cohort, left_at=timezone.now())

    assert queries.roster(cohort) == []
    assert queries.visible_cohorts(cohort.created_by).get().member_count == 0


def test_somebody_who_starts_the_course_again_is_followed(cohort, certified):
    member = CohortMemberFactory(cohort=cohort)
    withdraw(member.enrolment)
    assert queries.roster(cohort)[0].has_left_course

    again = enrol(member.learner, cohort.course)
    certified.add(again.pk)

    row = queries.roster(cohort)[0]
    assert (row.has_left_course, row.is_certified) == (False, True)
    assert queries.certified_counts([cohort]) == {cohort.pk: 1}


@pytest.mark.parametrize("people", [1, 3])
def test_the_table_costs_the_same_for_one_and_for_three(cohort, people, certified, django_assert_num_queries):
    for member in CohortMemberFactory.create_batch(people, cohort=cohort):
        complete_module(member.enrolment, cohort.course.course_modules.first())

    with django_assert_num_queries(4):
        queries.roster(cohort)


@pytest.mark.parametrize("groups", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(trainer, groups, certified, django_assert_num_queries):
    for _ in range(groups):
        CohortMemberFactory.create_batch(2, cohort=CohortFactory(created_by=trainer))

    with django_assert_num_queries(4):
        cohorts = list(queries.visible_cohorts(trainer))
        queries.certified_counts(cohorts)
    assert [c.member_count for c in cohorts] == [2] * groups


def test_invitations_are_offered_to_whoever_proved_the_address(django_assert_num_queries):
    learner = UserFactory(email="me@example.org")
    mine = InvitationFactory(email="me@example.org")
    InvitationFactory(email="me@example.org", expires_at=timezone.now() - timedelta(days=1))
    InvitationFactory(email="me@example.org", declined_at=timezone.now())
    InvitationFactory(email="other@example.org")
    unproved = UserFactory(email="other@example.org", verified=False)

    with django_assert_num_queries(1):
        assert [
            (i.cohort.name, i.cohort.course.title, str(i.invited_by))
            for i in queries.open_invitations(learner)
        ] == [(mine.cohort.name, mine.cohort.course.title, str(mine.invited_by))]
    assert list(queries.open_invitations(unproved)) == []


def test_a_learner_sees_the_groups_they_are_in(cohort, django_assert_num_queries):
    member = join_by_link(UserFactory(), cohort)
    CohortMemberFactory(learner=member.learner, left_at=timezone.now())

    with django_assert_num_queries(1):
        assert [m.cohort.course.title for m in queries.memberships(member.learner)] == [cohort.course.title]


@pytest.mark.parametrize(
    ("role", "view", "edit"),
    [
        (None, False, False),
        (Role.TRAINER, False, False),
        (Role.AGENCY_LEAD, False, False),
        (Role.EDITOR, False, False),
        (Role.MODERATOR, False, False),
        (Role.LEAD_TRAINER, True, True),
        (Role.PROGRAMME_MANAGER, True, False),
    ],
)
def test_both_forms_of_the_rule_agree(cohort, role, view, edit):
    user = UserFactory(role=role)

    assert permissions.can_view_cohort(user, cohort) is Cohort.objects.visible_to(user).exists() is view
    assert permissions.can_edit_cohort(user, cohort) is Cohort.objects.editable_by(user).exists() is edit


@pytest.mark.parametrize(
    ("whose", "sees"), [("theirs", True), ("of nobody", True), ("another lead's", False), ("own", True)]
)
def test_a_lead_trainer_runs_the_groups_of_their_programmes_and_of_none(whose, sees):
    lead = UserFactory(role=Role.LEAD_TRAINER)
    ours, other = ProgrammeFactory(leads=[lead]), ProgrammeFactory()
    cohort = CohortFactory(
        programme={"theirs": ours, "of nobody": None}.get(whose, other),
        trainers=[lead] if whose == "own" else None,
    )

    assert permissions.can_view_cohort(lead, cohort) is Cohort.objects.visible_to(lead).exists() is sees
    assert permissions.can_edit_cohort(lead, cohort) is Cohort.objects.editable_by(lead).exists() is sees


def test_a_trainer_without_the_role_any_more_sees_nothing(cohort, trainer):
    assert permissions.can_edit_cohort(trainer, cohort)
    assert Cohort.objects.visible_to(trainer).get() == cohort

    trainer.groups.clear()
    del trainer.roles

    assert not permissions.can_view_cohort(trainer, cohort)
    assert not Cohort.objects.visible_to(trainer).exists()


def row(name, **changes):
    defaults = {
        "member_id": 1,
        "name": name,
        "organisation": "Trust",
        "sector": "Health",
        "modules_completed": 0,
        "modules_total": 2,
        "quiz": "Not started",
        "joined_on": date(2026, 11, 1),
    }
    return Row(**defaults | changes)


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), ["Ann", "Björn", "Zoë"]),
        (Selection(name="ZOE"), ["Zoë"]),
        (Selection(name="bjo\u0308"), ["Björn"]),
        (Selection(name="ﬀ"), []),
        (Selection(organisation="Council"), ["Zoë"]),
        (Selection(status="under-way"), ["Ann"]),
        (Selection(status="certified"), ["Björn"]),
        (Selection(status="not-started"), ["Zoë"]),
        (Selection(sort="most"), ["Björn", "Ann", "Zoë"]),
        (Selection(sort="joined"), ["Zoë", "Ann", "Björn"]),
        (Selection(sort="organisation"), ["Zoë", "Ann", "Björn"]),
        (Selection(sort="quiz"), ["Zoë", "Ann", "Björn"]),
        (Selection(sort="certificate"), ["Björn", "Ann", "Zoë"]),
    ],
)
def test_people_are_found_filtered_and_sorted(selection, names):
    people = [
        row("Zoë", organisation="Council", joined_on=date(2026, 11, 2)),
        row("Björn", modules_completed=2, quiz="Passed", extra={"certificate": date(2026, 11, 3)}),
        row("Ann", modules_completed=1, quiz="Not passed yet"),
    ]

    assert [r.name for r in selection.apply(people)] == names


def test_a_mix_of_many_organisations_stays_a_screenful():
    people = [row("Ann", organisation=f"Trust {n:02}") for n in range(20)] + [
        row("Ben", organisation="Council")
    ] * 3

    organisations = summarise(people).organisations

    assert organisations[0] == ("Council", 3)
    assert organisations[-1] == ("10 others", 10)
    assert (len(organisations), sum(n for _, n in organisations)) == (12, 23)
