"""Questions that resemble each other."""

import time
from random import Random

import pytest

from quizzes.duplicates import Pair, normalised, pairs_alike, those_like, words_of_the_bank
from quizzes.models import Item
from tests.factories.quizzes import QuizFactory, make_item


def test_order_capitals_and_signs_do_not_matter():
    assert normalised("Who decides?", "The employer") == normalised("the EMPLOYER who: decides!")


def test_pairs_are_named_once_and_the_most_alike_first():
    words = {
        1: normalised("Who decides whether a worker may leave the house, and when?"),
        2: normalised("Who decides whether a worker may leave this house, and when?"),
        3: normalised("Which number do you call at night?"),
        4: normalised("Who decides whether a worker may leave the house, and when?"),
        5: "",
        6: "",
    }

    found = pairs_alike(words)

    assert [(pair.first, pair.second) for pair in found] == [(1, 4), (1, 2), (2, 4)]
    assert found[0] == Pair(1, 4, 100)


def test_five_thousand_questions_take_seconds():
    rng = Random(1)
    vocabulary = ["".join(rng.choices("abcdefghijklmnoprstu", k=rng.randint(3, 9))) for _ in range(4000)]
    words = {n: " ".join(sorted(rng.choices(vocabulary, k=40))) for n in range(5000)}
    words[5000] = words[17][:-4]
    begun = time.process_time()

    assert [(pair.first, pair.second) for pair in pairs_alike(words)] == [(17, 5000)]
    assert time.process_time() - begun < 20


@pytest.mark.django_db
def test_a_question_finds_those_like_it_but_not_itself_and_not_retired_ones(django_assert_num_queries):
    module = QuizFactory().course.course_modules.first().module
    stem = "Who decides whether a worker may leave the house at night, and who may ask about it?"
    first, second, retired, other = (
        make_item(module, f"Q{n}", stem=words, keys="ab")
        for n, words in enumerate(
            [stem, f"{stem}!", stem, "Which number do you call in an emergency at work?"]
        )
    )
    Item.objects.get(pk=retired.pk).unpublish()

    with django_assert_num_queries(3):
        found = those_like(first.content(), besides=first.pk)

    assert [pk for pk, _ in found] == [second.pk]
    assert words_of_the_bank().keys() == {first.pk, second.pk, other.pk}
