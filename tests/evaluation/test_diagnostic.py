"""What a room does not know yet."""

import pytest

from evaluation.diagnostic import room_of
from quizzes.models import Credit, QuizKind, Response
from tests.factories.answers import keep_attempts
from tests.factories.evaluation import add_outcome, join_many
from tests.factories.quizzes import QuizFactory, make_item

pytestmark = pytest.mark.django_db
RIGHT, WRONG = ["keya"], ["keyb"]


@pytest.fixture
def quiz(cohort):
    add_outcome(cohort.course, "LO2", "act safely")
    quiz = QuizFactory(course=cohort.course, kind=QuizKind.DIAGNOSTIC, slug="before")
    module = cohort.course.course_modules.first().module
    make_item(module, "Q1", outcomes=["LO1"])
    make_item(module, "Q2", outcomes=["LO2"])
    return quiz


def answered(cohort, quiz, right, of, sector=None):
    """So many people of whom the first `right` have both questions right; all have Q1 right."""
    sheets = [{"Q1": RIGHT, "Q2": RIGHT if n < right else WRONG} for n in range(of)]
    return keep_attempts(quiz, sheets, enrolments=join_many(cohort, of, sector))


def shown(room):
    return [(row.code, row.share and row.share.words) for row in room.outcomes]


def test_a_course_without_a_quiz_before_it_has_nothing_to_show(cohort):
    assert room_of(cohort) is None


def test_below_five_people_nothing_shows(cohort, quiz):
    answered(cohort, quiz, 1, 4)
    room = room_of(cohort)
    assert (room.finished, room.people, room.outcomes) == (4, 0, ())


def test_the_least_known_outcome_stands_first_in_tens(cohort, quiz):
    answered(cohort, quiz, 2, 10)
    assert shown(room_of(cohort)) == [("LO2", "About 20%"), ("LO1", "90% or more")]


def test_from_thirty_people_on_shares_are_exact(cohort, quiz):
    answered(cohort, quiz, 7, 30)
    assert shown(room_of(cohort)) == [("LO2", "23%"), ("LO1", "100%")]


def test_one_more_person_changes_nothing(cohort, quiz):
    answered(cohort, quiz, 0, 5)
    first = room_of(cohort).outcomes
    answered(cohort, quiz, 1, 1)
    assert (room_of(cohort).finished, room_of(cohort).outcomes) == (6, first)


def test_a_sector_has_a_column_from_five_people_on(cohort, quiz, health, police):
    answered(cohort, quiz, 4, 5, health)
    answered(cohort, quiz, 0, 5, police)
    room = room_of(cohort)
    assert room.sectors == ("Health", "Police")
    least = room.outcomes[0]
    assert (least.code, [share.words for share in least.sectors]) == ("LO2", ["About 80%", "10% or less"])


def test_a_small_sector_has_none(cohort, quiz, health, police):
    answered(cohort, quiz, 4, 6, health)
    answered(cohort, quiz, 0, 4, police)
    assert room_of(cohort).sectors == ("Health",)


def test_a_question_set_aside_counts_for_nobody(cohort, quiz):
    answered(cohort, quiz, 0, 10)
    Response.objects.filter(version__item__code="Q2").update(credit=Credit.LEFT_OUT)
    assert shown(room_of(cohort)) == [("LO1", "90% or more"), ("LO2", None)]


def test_an_outcome_that_no_question_serves_stands_last(cohort, quiz):
    add_outcome(cohort.course, "LO3", "pass it on")
    answered(cohort, quiz, 2, 10)
    assert shown(room_of(cohort))[-1] == ("LO3", None)


def test_people_of_other_groups_do_not_count(cohort, quiz):
    keep_attempts(quiz, [{"Q1": RIGHT}] * 6)
    assert room_of(cohort).finished == 0


@pytest.mark.parametrize("people", [5, 15])
def test_the_room_costs_six_queries(cohort, quiz, people, health, django_assert_num_queries):
    answered(cohort, quiz, 1, people, health)
    with django_assert_num_queries(6):
        assert room_of(cohort).people == people
