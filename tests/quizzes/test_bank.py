"""What may be asked, and how a published question becomes a version that never changes."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from courses.publication import PublicationRefused
from quizzes.bank import next_code, problem_with, publish_item
from quizzes.content import ChoiceContent, ItemContent, ItemType
from quizzes.models import Category, Choice, Item, ItemVersion, VersionStatus
from tests.factories.quizzes import QuizFactory, make_attempt, make_enrolment, make_item

pytestmark = pytest.mark.django_db
READY, RETIRED = VersionStatus.READY, VersionStatus.RETIRED


@pytest.fixture
def quiz():
    return QuizFactory()


@pytest.fixture
def item(quiz):
    return Item.objects.get(pk=make_item(quiz.course.course_modules.first().module, "Q1").pk)


def publish(item, **changes):
    for name, value in changes.items():
        setattr(item, name, value)
    return publish_item(item)


def states(item):
    return list(item.versions.order_by("number").values_list("number", "status"))


def test_publishing_the_same_again_makes_no_version(item):
    assert publish(item) == item.versions.get()
    assert states(item) == [(1, READY)]


def test_other_words_make_a_new_version_and_keep_the_keys(item):
    first = item.versions.get()

    second = publish(item, stem="Better words?")

    assert states(item) == [(1, RETIRED), (2, READY)]
    assert second.content.keys == first.content.keys
    assert ItemVersion.objects.get(pk=first.pk).content.stem == "Stem of Q1?"


def test_a_retired_question_made_ready_again_keeps_its_version(item):
    item.unpublish()
    assert states(item) == [(1, RETIRED)]

    publish(Item.objects.get())

    assert states(item) == [(1, READY)]


def test_an_attempt_keeps_the_version_it_drew(quiz, item):
    attempt = make_attempt(quiz, make_enrolment(quiz))

    publish(item, choices=[Choice(text="New", is_correct=True, key="keyb"), Choice(text="Newer", key="keyc")])

    response = attempt.responses.get()
    assert response.version.number == 1
    assert sorted(response.choice_order) == ["keya", "keyb", "keyc"]


def test_the_database_allows_one_ready_version(item):
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.create(item=item, number=2, status=READY, data={})


@pytest.mark.parametrize("by_whom", ["a script", "a schedule"])
def test_what_cannot_be_asked_is_never_published(item, by_whom):
    item.stem = "  "
    revision = item.save_revision(clean=False)

    if by_whom == "a schedule":
        revision.publish(log_action="wagtail.publish.scheduled")
    else:
        with pytest.raises(PublicationRefused, match="Write the question"):
            revision.publish()

    assert Item.objects.get().stem == "Stem of Q1?"
    assert states(item) == [(1, READY)]


def test_codes_count_on():
    assert next_code(taken=["Q001", "Q050", "QX", "X99"]) == "Q051"
    assert next_code(taken=[]) == "Q001"


def test_a_category_has_parts_by_name():
    law, part, other = (
        Category.objects.create(name=name) for name in ("UK law", "UK law / Referral", "UK lawyers")
    )

    assert set(law.with_parts()) == {law, part}
    assert set(other.with_parts()) == {other}


def choice(text="One", right=False, **fields):
    return ChoiceContent(key=fields.pop("key", text), text=text, is_correct=right, **fields)


A, RIGHT = choice(), choice("Two", True)
PROBLEMS = [
    (ItemType.SINGLE, [A, RIGHT], ""),
    (ItemType.SINGLE, [RIGHT], "at least two"),
    (ItemType.SINGLE, [A, choice("Three")], "exactly one"),
    (ItemType.SCENARIO, [RIGHT, choice("Three", True)], "exactly one"),
    (ItemType.TRUE_FALSE, [A, RIGHT, choice("Three")], "exactly two"),
    (ItemType.MULTIPLE, [A, choice("Three")], "at least one"),
    (ItemType.MULTIPLE, [RIGHT, choice("Three", True)], ""),
    (ItemType.SINGLE, [choice("two"), RIGHT], "read the same"),
    (ItemType.SINGLE, [choice("", key="x"), RIGHT], "words or a picture"),
    (ItemType.SINGLE, [choice("", key="x", image=1), RIGHT], ""),
    (ItemType.SIGNS, [A, A.model_copy(update={"key": "x", "is_correct": True})], ""),
    (ItemType.MATCHING, [choice(match="x"), choice("Two")], "other half"),
    (ItemType.MATCHING, [choice(match="x"), choice("Two", match="x")], "two different halves"),
    (ItemType.MATCHING, [choice(match="x"), choice("Two", match="y"), choice("", match="z")], ""),
    (ItemType.ORDERING, [A, choice("Three")], ""),
    (ItemType.ORDERING, [A], "at least two"),
    (ItemType.SHORT, [A], "at least one answer that is right"),
    (ItemType.SHORT, [choice("*", True)], "would accept everything"),
    (ItemType.SHORT, [RIGHT], ""),
    (ItemType.NUMERIC, [RIGHT], "is no number"),
    (ItemType.NUMERIC, [choice("12", True, tolerance=Decimal(-1))], "never below zero"),
    (ItemType.NUMERIC, [choice("1,250", True, tolerance=Decimal(1))], ""),
    (ItemType.BRANCHING, [], "at least one decision and one ending"),
]


@pytest.mark.parametrize(("type", "choices", "words"), PROBLEMS)
def test_problem_with(type, choices, words):
    problem = problem_with(ItemContent(type=type, stem="Why?", choices=tuple(choices)))

    assert words in problem
    assert bool(words) == bool(problem)
