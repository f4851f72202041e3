"""The bank and the quizzes as editors see them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from library.due import due_items
from quizzes.models import Item, ItemVersion, Quiz
from quizzes.services import start_attempt
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import QuizFactory, fill_bank, make_enrolment, make_item
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return QuizFactory()


@pytest.fixture
def module(quiz):
    return quiz.course.course_modules.first().module


@pytest.fixture
def item(module):
    return make_item(module, "Q1", keys="ab")


@pytest.fixture
def editor(client_for):
    return client_for(UserFactory(role=Role.EDITOR))


def url(model, view="list", *args):
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def posted(module, answers, item=None, **fields):
    """What the browser sends: answers are (text, right, feedback) in order, with the rows they came from."""
    rows = list(item.current_version().choices.all()) if item else []
    data = {
        "code": "Q1",
        "module": module.pk,
        "type": "single",
        "difficulty": "easy",
        "outcomes": "LO1, LO4",
        "source": "Our own",
        "checked_on": "2026-11-01",
        "review_due_on": "2027-11-01",
        "stem": "Stem of Q1?",
        "status": "ready",
        "choices-TOTAL_FORMS": len(answers),
        "choices-INITIAL_FORMS": len(rows),
        "choices-MIN_NUM_FORMS": 2,
        "choices-MAX_NUM_FORMS": 12,
    }
    for number, (text, is_right, feedback) in enumerate(answers):
        prefix = f"choices-{number}"
        data |= {f"{prefix}-text": text, f"{prefix}-feedback": feedback, f"{prefix}-ORDER": number + 1}
        data |= {f"{prefix}-is_correct": "on"} if is_right else {}
        data |= {f"{prefix}-id": rows[number].pk} if number < len(rows) else {f"{prefix}-id": ""}
    return data | fields


TWO = [("This", False, "No."), ("That", True, "Yes.")]
SAME = [("TEXT-Q1-a", True, "RIGHTFEEDBACK-Q1-a"), ("TEXT-Q1-b", False, "WRONGFEEDBACK-Q1-b")]


def words(version):
    return [(c.text, c.is_correct, c.feedback) for c in version.choices.all()]


def test_an_editor_makes_a_question(editor, module):
    assert editor.get(url(Item, "add")).status_code == 200

    response = editor.post(url(Item, "add"), posted(module, TWO))

    assert response.status_code == 302
    item = Item.objects.get()
    assert (item.code, item.outcomes, item.module) == ("Q1", ["LO1", "LO4"], module)
    version = item.versions.get()
    assert (version.number, version.status, version.stem) == (1, "ready", "Stem of Q1?")
    assert words(version) == TWO


def test_the_form_shows_the_current_version(editor, item):
    html = editor.get(url(Item, "edit", item.pk)).content.decode()

    assert "Stem of Q1?" in html
    assert "TEXT-Q1-b" in html
    assert "LO1" in html


def test_saving_without_a_change_makes_no_version(editor, module, item):
    assert editor.post(url(Item, "edit", item.pk), posted(module, SAME, item)).status_code == 302
    assert item.versions.count() == 1


def test_editing_a_question_that_was_drawn_makes_a_new_version(editor, quiz, module, item):
    attempt = start_attempt(make_enrolment(quiz))

    editor.post(
        url(Item, "edit", item.pk), posted(module, [*SAME, ("Third", False, "No.")], item, stem="Better?")
    )

    old, new = item.versions.order_by("number")
    assert (old.status, old.stem, words(old)) == ("retired", "Stem of Q1?", SAME)
    assert (new.status, new.stem, words(new)) == ("ready", "Better?", [*SAME, ("Third", False, "No.")])
    assert [c.key for c in new.choices.all()][:2] == ["keya", "keyb"]
    assert attempt.responses.get().version == old


def test_an_answer_can_be_taken_away(editor, module):
    item = make_item(module, "Q1", keys="abc")
    data = posted(module, [*SAME, ("TEXT-Q1-c", False, "x")], item) | {"choices-2-DELETE": "on"}

    editor.post(url(Item, "edit", item.pk), data)

    assert words(item.current_version()) == SAME


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"choices-0-is_correct": "on"}, "Mark exactly one answer as right; 2 are marked."),
        ({"choices-1-is_correct": ""}, "Mark exactly one answer as right; 0 are marked."),
        ({"choices-0-text": "THAT"}, "Two answers read the same."),
        ({"type": "matching"}, "the other half"),
        ({"stem": ""}, "This field is required."),
        ({"stem": "nul\0"}, "Null characters are not allowed."),
        ({"outcomes": "notice signs"}, "for example LO1 LO4"),
        ({"choices-0-text": ""}, "This field is required."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(editor, module, change, message):
    response = editor.post(url(Item, "add"), posted(module, TWO) | change)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert "Our own" in response.content.decode()
    assert not Item.objects.exists()
    assert not ItemVersion.objects.exists()


def test_the_type_of_a_question_in_use_stays(editor, module, item):
    response = editor.post(url(Item, "edit", item.pk), posted(module, SAME, item, type="multiple"))

    assert "The type of a question that was in use stays" in response.content.decode()
    assert Item.objects.get().type == "single"


def test_what_learners_took_is_not_deleted(client_for, quiz, item):
    start_attempt(make_enrolment(quiz))
    moderator = client_for(UserFactory(role=Role.MODERATOR))

    for row in (item, quiz):
        response = moderator.post(url(type(row), "delete", row.pk), follow=True)
        assert "Learners have taken this" in response.content.decode()
    assert Item.objects.exists()
    assert Quiz.objects.exists()


def codes(response):
    return [row.code for row in response.context["object_list"]]


def test_search_and_filters(editor, quiz, module):
    today = timezone.localdate()
    make_item(module, "Q1", difficulty="hard", review_due_on=today - timedelta(days=1))
    make_item(module, "Q2", type="multiple", status="draft", review_due_on=today + timedelta(days=10))
    make_item(quiz.course.course_modules.last().module, "Q3", review_due_on=date(2099, 1, 1))
    found = {
        "q=Q2": ["Q2"],
        "q=stem+of": ["Q1", "Q2", "Q3"],
        "q=Q1+of": ["Q1"],
        "q=nothing+like+it": [],
        f"module={module.code}": ["Q1", "Q2"],
        "type=multiple": ["Q2"],
        "difficulty=hard": ["Q1"],
        "status=draft": ["Q2"],
        "status=ready": ["Q1", "Q3"],
        "due=overdue": ["Q1"],
        "due=soon": ["Q1", "Q2"],
        "ordering=-status": ["Q1", "Q3", "Q2"],
    }
    for query, expected in found.items():
        assert codes(editor.get(f"{url(Item)}?{query}")) == expected, query


def test_lists_take_any_text(editor, item):
    for model in (Item, Quiz):
        for text in HOSTILE.values():
            everything = dict.fromkeys(
                ["q", "module", "type", "difficulty", "status", "due", "ordering", "p"], text
            )
            assert editor.get(url(model), everything).status_code == 200, text
            assert editor.get(url(model), {"q": text}).status_code == 200, text


def test_any_text_may_be_written(editor, module, hostile):
    data = posted(module, [(hostile, True, hostile), ("Other", False, hostile)])

    response = editor.post(
        url(Item, "add"), data | dict.fromkeys(["stem", "source", "outcomes", "code"], hostile)
    )

    assert response.status_code in (200, 302)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_whatever_their_length(editor, module, django_assert_num_queries, rows):
    editor.get(url(Item))
    for number in range(rows):
        make_item(module, f"Q{number}")

    with django_assert_num_queries(13):
        editor.get(url(Item))


def test_export(editor, module, item):
    text = b"".join(editor.get(url(Item), {"export": "csv"}).streaming_content).decode()
    assert text.splitlines()[0].startswith("Code,Version,Status,Question,Module,Type")
    assert text.splitlines()[1].startswith(f"Q1,1,Ready,Stem of Q1?,{module.title},Single choice,Medium")

    book = b"".join(editor.get(url(Item), {"export": "xlsx"}).streaming_content)
    rows = list(load_workbook(BytesIO(book)).active.values)
    assert rows[1][:4] == ("Q1", 1, "Ready", "Stem of Q1?")


def test_an_editor_changes_a_quiz(editor, quiz):
    assert editor.get(url(Quiz, "edit", quiz.pk)).status_code == 200

    data = {"course": quiz.course.pk, "title": "New", "pass_mark": 90, "question_count": 5, "minutes": 0}
    assert editor.post(url(Quiz, "edit", quiz.pk), data).status_code == 302
    quiz.refresh_from_db()
    assert (quiz.title, quiz.pass_mark) == ("New", 90)

    response = editor.post(url(Quiz, "edit", quiz.pk), data | {"pass_mark": 101})
    assert "less than or equal to 100" in response.content.decode()


def test_learners_have_no_way_in(client_for, item):
    learner = client_for(UserFactory())

    for model, row in ((Item, item), (Quiz, Quiz.objects.get())):
        for address in (url(model), url(model, "add"), url(model, "edit", row.pk)):
            assert learner.get(address).status_code == 302


def test_questions_in_use_stand_in_the_review_report(quiz, module):
    overdue = timezone.localdate() - timedelta(days=1)
    make_item(module, "Q1", review_due_on=overdue)
    make_item(module, "Q2", review_due_on=overdue, status="retired")
    fill_bank(quiz.course, each=1)

    assert [found.title for found in due_items(kind="question")] == ["Q1"]
