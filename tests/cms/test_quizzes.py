"""Setting up quizzes in the CMS."""

import pytest
from django.urls import reverse

from quizzes.models import Feedback, Item, Quiz, QuizDraw, QuizItem, QuizKind
from quizzes.services import start_attempt
from quizzes.usage import Offer, items_reached_by, offers_for
from tests.cms.bank import url
from tests.factories.quizzes import QuizFactory, fill_bank, make_course, make_enrolment, make_item
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return QuizFactory(title="Signs quiz")


@pytest.fixture
def module(quiz):
    return quiz.course.course_modules.first().module


def sent(course, *, items=(), draws=(), **fields) -> dict:
    data = {
        "course": course.pk,
        "kind": "assessment",
        "module": "",
        "title": "New",
        "slug": "",
        "introduction": "",
        "minutes": 0,
        "question_count": 5,
        "at_least_per_outcome": 0,
        "category": "",
        "pass_mark": 90,
        "outcome_minimum": 0,
        "attempts_allowed": 0,
        "delay_minutes": 0,
        "time_limit_minutes": 0,
        "grace_minutes": 0,
        "opens_at": "",
        "closes_at": "",
        "abandon_after_days": 0,
        "show_after": ["score", "reasons"],
    }
    for prefix, rows in (("fixed_items", [{"item": item.pk} for item in items]), ("draws", draws)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0,
                 f"{prefix}-MIN_NUM_FORMS": 0, f"{prefix}-MAX_NUM_FORMS": 1000}  # fmt: skip
        for number, row in enumerate(rows):
            row = {"category": "", "outcome": "", "difficulty": "", "type": "", "module": ""} | row
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
            data |= {f"{prefix}-{number}-ORDER": number + 1, f"{prefix}-{number}-id": ""}
    return data | fields


def messages_in(response) -> str:
    return " ".join(
        [str(error) for errors in response.context["form"].errors.values() for error in errors]
        + [
            str(error)
            for formset in response.context["form"].formsets.values()
            for error in formset.non_form_errors()
        ]
    )


def test_an_editor_makes_a_quiz_with_chosen_questions_and_draws(as_editor):
    course = make_course(slug="new")
    item = make_item(course.course_modules.first().module, "Q1")
    assert as_editor.get(url(Quiz, "add")).status_code == 200

    response = as_editor.post(
        url(Quiz, "add"),
        sent(
            course, items=[item], draws=[{"count": 2, "outcome": "LO1"}, {"count": 1, "difficulty": "hard"}]
        ),
        follow=True,
    )

    quiz = Quiz.objects.get()
    assert (quiz.slug, quiz.pass_mark, quiz.time_limit_minutes) == ("quiz", 90, 0)
    assert (quiz.show_during, quiz.show_after, quiz.show_closed) == ([], ["score", "reasons"], [])
    assert [row.item.code for row in quiz.fixed_items.all()] == ["Q1"]
    assert [(row.count, row.outcome, row.difficulty) for row in quiz.draws.all()] == [
        (2, "LO1", ""),
        (1, "", "hard"),
    ]
    text = response.content.decode()
    assert "Draw: LO1: 2 asked, 1 in the bank" in text
    assert "Draw: Hard: 1 asked, 0 in the bank" in text


def test_an_editor_changes_a_quiz(as_editor, quiz):
    assert as_editor.get(url(Quiz, "edit", quiz.pk)).status_code == 200

    as_editor.post(url(Quiz, "edit", quiz.pk), sent(quiz.course, slug="quiz", show_during=["correctness"]))

    quiz.refresh_from_db()
    assert (quiz.title, quiz.show_during) == ("New", ["correctness"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pass_mark": 101}, "less than or equal to 100"),
        ({"kind": "check"}, "Choose the module of a module check"),
        ({"show_after": ["everything"]}, "Select a valid choice"),
        (
            {"opens_at": "2027-01-02 10:00", "closes_at": "2027-01-01 10:00"},
            "must come after the opening date",
        ),
        ({"slug": "two words"}, "valid “slug”"),
        ({"title": ""}, "This field is required"),
        ({"question_count": 2, "draws": [{"count": 3}]}, "come to 3, more than the 2 questions in all"),
    ],
)
def test_mistakes_are_named(as_editor, change, message):
    course = make_course(slug="new")

    response = as_editor.post(url(Quiz, "add"), sent(course, **change))

    assert response.status_code == 200
    assert message in messages_in(response)
    assert "constraint" not in messages_in(response).lower()
    assert not Quiz.objects.exists()


def test_one_quiz_of_a_kind_and_one_check_a_module(as_editor, quiz, module):
    response = as_editor.post(url(Quiz, "add"), sent(quiz.course, slug="other"))
    assert "The course has a quiz of this kind already: “Signs quiz”. Change that one." in messages_in(
        response
    )
    assert "constraint" not in messages_in(response).lower()

    check = sent(quiz.course, kind="check", module=module.pk)
    assert as_editor.post(url(Quiz, "add"), check).status_code == 302
    assert Quiz.objects.get(kind=QuizKind.CHECK).slug == f"check-{module.slug}"
    response = as_editor.post(url(Quiz, "add"), check | {"slug": "again"})
    assert "a quiz after this module already" in messages_in(response)
    response = as_editor.post(url(Quiz, "add"), sent(quiz.course, kind="diagnostic", slug="quiz"))
    assert "“Signs quiz” has this address" in messages_in(response)


def test_a_quiz_that_was_taken_stays_what_it_is(as_editor, quiz):
    fill_bank(quiz.course)
    start_attempt(make_enrolment(quiz))

    response = as_editor.post(url(Quiz, "edit", quiz.pk), sent(quiz.course, kind="diagnostic", slug="quiz"))

    assert "Learners have taken this quiz" in messages_in(response)


def test_a_quiz_takes_any_text(as_editor):
    course = make_course(slug="new")
    for number, text in enumerate(HOSTILE.values()):
        words = dict.fromkeys(["title", "introduction"], text) | {"slug": f"q{number}", "kind": "diagnostic"}
        assert as_editor.post(url(Quiz, "add"), sent(course) | words).status_code in (200, 302), text
        names = [*sent(course), "show_during", "show_closed", "draws-0-count", "fixed_items-0-item"]
        everything = {name: text for name in names if "_FORMS" not in name}
        assert as_editor.post(url(Quiz, "add"), sent(course) | everything).status_code in (200, 302), text


def test_what_the_bank_offers(quiz, module):
    fill_bank(quiz.course, each=2)
    hard = make_item(module, "Q1", difficulty="hard", outcomes=["LO2"])
    Item.objects.get(pk=make_item(module, "Q2", difficulty="hard").pk).unpublish()
    make_item(module, "Q3", difficulty="hard", ready=False)
    QuizDraw.objects.create(quiz=quiz, count=2, difficulty="hard")
    quiz.question_count = 20
    quiz.save()

    assert offers_for(quiz) == [Offer("Draw: Hard", 2, 1), Offer("In all", 20, 5)]
    assert hard.pk in items_reached_by(quiz)
    Quiz.objects.update(only_chosen=True)
    assert items_reached_by(Quiz.objects.get()) == {hard.pk}


def test_the_window_for_choosing_finds_ready_questions_by_code_and_words(as_editor, quiz, module):
    make_item(module, "Q1", stem="Who decides at night?")
    make_item(module, "Q2")
    make_item(module, "Q3", ready=False)
    address = reverse("wagtailsnippetchoosers_quizzes_item:choose_results")

    def found(query):
        return [row.code for row in as_editor.get(address, {"q": query}).context["results"]]

    assert [found(""), found("night"), found("q2"), found("q3")] == [["Q1", "Q2"], ["Q1"], ["Q2"], []]
    for text in HOSTILE.values():
        assert as_editor.get(address, {"q": text}).status_code == 200


def test_the_table_of_feedback_names_each_box(as_editor, quiz):
    html = as_editor.get(url(Quiz, "edit", quiz.pk)).content.decode()

    for window in ("while answering", "after handing in", "after the closing date"):
        for kind in Feedback.labels:
            assert f'aria-label="{kind}: {window}"' in html
    assert QuizItem.objects.count() == 0
