import pytest
from django.db import IntegrityError, transaction

from quizzes.bank import Answer, answers_of, problem_with, save_question
from quizzes.models import ItemType, ItemVersion, VersionStatus
from tests.factories.quizzes import QuizFactory, make_attempt, make_enrolment, make_item

pytestmark = pytest.mark.django_db
DRAFT, READY, RETIRED = VersionStatus.DRAFT, VersionStatus.READY, VersionStatus.RETIRED


@pytest.fixture
def item():
    return make_item(QuizFactory().course.course_modules.first().module, "Q1")


def save(item, stem="Stem of Q1?", status=READY, answers=None):
    answers = answers_of(item.current_version()) if answers is None else answers
    return save_question(item, stem=stem, answers=answers, status=status)


def states(item):
    return list(item.versions.order_by("number").values_list("number", "status"))


def test_saving_the_same_again_changes_nothing(item):
    first = item.current_version()

    assert save(item) == first
    assert states(item) == [(1, READY)]


def test_other_words_make_a_new_version_and_keep_the_keys(item):
    first = item.current_version()

    second = save(item, stem="Better words?")

    assert states(item) == [(1, RETIRED), (2, READY)]
    assert [c.key for c in second.choices.all()] == [c.key for c in first.choices.all()]
    assert ItemVersion.objects.get(pk=first.pk).stem == "Stem of Q1?"


def test_a_draft_is_changed_in_place_beside_the_ready_version(item):
    save(item, stem="Words on trial?", status=DRAFT)
    save(item, stem="Better words on trial?", status=DRAFT)
    assert states(item) == [(1, READY), (2, DRAFT)]

    save(item, stem="Better words?")

    assert states(item) == [(1, RETIRED), (2, READY)]


def test_retiring_takes_every_version_out_of_use(item):
    save(item, stem="Words on trial?", status=DRAFT)

    save(item, stem="Words on trial?", status=RETIRED)

    assert states(item) == [(1, RETIRED), (2, RETIRED)]


def test_an_attempt_keeps_the_version_it_drew(item):
    quiz = item.module.arrangements.get().course.quiz
    attempt = make_attempt(quiz, make_enrolment(quiz))

    save(item, answers=[Answer("New", True, key="keyb"), Answer("Newer", key="keyc")])

    response = attempt.responses.get()
    assert response.version.number == 1
    assert sorted(response.choice_order) == ["keya", "keyb", "keyc"]


def test_new_answers_get_keys_of_their_own(item):
    version = save(item, answers=[*answers_of(item.current_version()), Answer("Another")])

    keys = [choice.key for choice in version.choices.all()]
    assert keys[:3] == ["keya", "keyb", "keyc"]
    assert len(keys[3]) == 8


def test_the_database_allows_one_ready_version(item):
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.create(item=item, number=2, status=READY, stem="Twice?")


A, RIGHT = Answer("One"), Answer("Two", is_correct=True)
PROBLEMS = [
    (ItemType.SINGLE, [A, RIGHT], ""),
    (ItemType.SINGLE, [RIGHT], "at least two"),
    (ItemType.SINGLE, [A, Answer("Three")], "exactly one"),
    (ItemType.SCENARIO, [RIGHT, Answer("Three", True)], "exactly one"),
    (ItemType.TRUE_FALSE, [A, RIGHT, Answer("Three")], "exactly two"),
    (ItemType.MULTIPLE, [A, Answer("Three")], "at least one"),
    (ItemType.MULTIPLE, [RIGHT, Answer("Three", True)], ""),
    (ItemType.SINGLE, [Answer("two"), RIGHT], "read the same"),
    (ItemType.MATCHING, [Answer("One", match="x"), Answer("Two")], "other half"),
    (ItemType.MATCHING, [Answer("One", match="x"), Answer("Two", match="x")], ""),
    (ItemType.ORDERING, [A, Answer("Three")], ""),
]


@pytest.mark.parametrize(("type", "answers", "words"), PROBLEMS)
def test_problem_with(type, answers, words):
    problem = problem_with(type, answers)

    assert words in problem
    assert bool(words) == bool(problem)
