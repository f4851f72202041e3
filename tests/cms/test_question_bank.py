"""The question bank in the CMS: list, filters, changes to many, where used, reports, trying out."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from library.due import due_items
from quizzes.models import Attempt, Category, Choice, Item, ItemVersion, Quiz, QuizItem, Response
from quizzes.queries import pool_of
from quizzes.services import start_attempt
from tests.cms.bank import make_draft, posted, url
from tests.cms.content import make_indicator, make_sector
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


def item_of(module, code, **fields) -> Item:
    return Item.objects.get(pk=make_item(module, code, **fields).pk)


def codes(response):
    return [row.code for row in response.context["object_list"]]


# --- The list


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(as_moderator, module, django_assert_num_queries, rows):
    as_moderator.get(url(Item))
    for number in range(rows):
        make_item(module, f"Q{number}", indicators=[make_indicator()])

    with django_assert_num_queries(21):
        assert as_moderator.get(url(Item)).status_code == 200


def test_search_and_filters(as_editor, quiz, module):
    today = timezone.localdate()
    law, referral = (Category.objects.create(name=name) for name in ("UK law", "UK law / Referral"))
    indicator, sector = make_indicator(), make_sector()
    item_of(module, "Q1", difficulty="hard", review_due_on=today - timedelta(days=1), category=law)
    item_of(module, "Q2", type="multiple", ready=False, review_due_on=today + timedelta(days=10))
    third = item_of(
        quiz.course.course_modules.last().module, "Q3", category=referral, indicators=[indicator], sectors=[sector],
        outcomes=["LO10"], review_due_on=today + timedelta(days=900),
    )  # fmt: skip
    third.tags.add("Night work")
    third.save()
    item_of(module, "Q4", review_due_on=today + timedelta(days=900)).unpublish()
    later = item_of(module, "Q5", review_due_on=today + timedelta(days=900))
    later.stem = "Later?"
    later.save_revision()
    found = {
        "q=Q2": ["Q2"],
        "q=stem+of": ["Q1", "Q2", "Q3", "Q4", "Q5"],
        "q=referral": ["Q3"],
        "q=nothing+like+it": [],
        f"module={module.code}": ["Q1", "Q2", "Q4", "Q5"],
        f"category={law.pk}": ["Q1", "Q3"],
        f"category={referral.pk}": ["Q3"],
        "type=multiple": ["Q2"],
        "difficulty=hard": ["Q1"],
        "status=draft": ["Q2"],
        "status=ready": ["Q1", "Q3", "Q5"],
        "status=later": ["Q5"],
        "status=retired": ["Q4"],
        "tag=night-work": ["Q3"],
        "outcome=lo1": ["Q1", "Q2", "Q4", "Q5"],
        "outcome=LO10": ["Q3"],
        f"sector={sector.code}": ["Q3"],
        f"indicator={indicator.code}": ["Q3"],
        f"quiz={quiz.pk}": ["Q1", "Q3", "Q5"],
        "due=overdue": ["Q1"],
        "due=soon": ["Q1", "Q2"],
    }
    for query, expected in found.items():
        assert codes(as_editor.get(f"{url(Item)}?{query}")) == expected, query


def test_lists_take_any_text(as_editor, module):
    make_item(module, "Q1")
    names = [
        "module",
        "category",
        "type",
        "difficulty",
        "status",
        "tag",
        "outcome",
        "sector",
        "indicator",
        "quiz",
        "due",
    ]
    for text in HOSTILE.values():
        everything = dict.fromkeys([*names, "q", "ordering", "p"], text)
        assert as_editor.get(url(Item), everything).status_code == 200, text
        assert as_editor.get(url(Item, "add"), {"module": text, "category": text}).status_code == 200, text


def test_export(as_editor, module):
    make_item(module, "Q1", source="Our own")
    text = b"".join(as_editor.get(url(Item), {"export": "csv"}).streaming_content).decode()
    assert text.splitlines()[0].startswith("Code,Status,Question,Module,Category,Type")
    assert text.splitlines()[1].startswith(f"Q1,Ready,Stem of Q1?,{module.title},,Single choice,Medium")

    book = b"".join(as_editor.get(url(Item), {"export": "xlsx"}).streaming_content)
    assert list(load_workbook(BytesIO(book)).active.values)[1][:3] == ("Q1", "Ready", "Stem of Q1?")


def test_what_learners_took_is_not_deleted(as_moderator, quiz, module):
    item = make_item(module, "Q1")
    start_attempt(make_enrolment(quiz))

    for row in (item, quiz):
        response = as_moderator.post(url(type(row), "delete", row.pk), follow=True)
        assert "Learners have taken this" in response.content.decode()
    bulk = reverse("wagtail_bulk_action", args=["quizzes", "item", "delete"])
    as_moderator.post(f"{bulk}?id={item.pk}")
    assert Item.objects.exists()
    assert Quiz.objects.exists()


def test_learners_have_no_way_in(client_for, quiz, module):
    item = make_item(module, "Q1")
    learner = client_for(UserFactory())
    pages = [url(model, view, *args) for model, row in ((Item, item), (Quiz, quiz))
             for view, args in (("list", ()), ("add", ()), ("edit", (row.pk,)))]  # fmt: skip
    pages += [reverse(name, args=[item.pk]) for name in ("try_question", "question_use")]
    pages += [reverse(name) for name in ("question_hints", "question_duplicates")]

    assert {learner.get(page).status_code for page in pages} == {302}


def test_managers_do_not_read_the_bank(client_for, module):
    item = make_item(module, "Q1")
    manager = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))
    pages = [reverse(name, args=[item.pk]) for name in ("try_question", "question_use")]

    for page in [*pages, reverse("question_hints"), reverse("question_duplicates"), url(Item)]:
        assert manager.get(page).status_code in (302, 403), page


def test_questions_in_use_stand_in_the_review_report(quiz, module):
    overdue = timezone.localdate() - timedelta(days=1)
    make_item(module, "Q1", review_due_on=overdue)
    item_of(module, "Q2", review_due_on=overdue).unpublish()
    fill_bank(quiz.course, each=1)

    assert [found.title for found in due_items(kind="question")] == ["Q1"]


# --- Changes to many


def bulk(client, action, items, **data):
    address = reverse("wagtail_bulk_action", args=["quizzes", "item", action])
    query = "&".join(f"id={item.pk}" for item in items)
    page = client.get(f"{address}?{query}&next={url(Item)}")
    return page, client.post(f"{address}?{query}&next={url(Item)}", data, follow=True).content.decode()


def test_a_renamed_category_takes_its_parts_along(as_editor):
    law, part, other = (Category.objects.create(name=n) for n in ("Law", "Law / UK / Police", "Lawful work"))
    Category.objects.create(name="Rights / UK")

    page = as_editor.post(url(Category, "edit", law.pk), {"name": "Law / Old"})
    assert "A category cannot be a part of itself." in page.content.decode()
    Category.objects.create(name="Rights / UK / Police")
    page = as_editor.post(url(Category, "edit", law.pk), {"name": "Rights"})
    assert "There is a category “Rights / UK / Police” already." in page.content.decode()
    as_editor.post(url(Category, "edit", law.pk), {"name": "UK law"})

    names = Category.objects.in_bulk([law.pk, part.pk, other.pk])
    assert [names[c.pk].name for c in (law, part, other)] == ["UK law", "UK law / UK / Police", "Lawful work"]


def test_a_category_for_many(as_moderator, module):
    law = Category.objects.create(name="UK law")
    ready, draft, later = item_of(module, "Q1"), item_of(module, "Q2", ready=False), item_of(module, "Q3")
    later.stem = "On trial?"
    later.save_revision()

    page, told = bulk(as_moderator, "set_category", [ready, draft, later], category=law.pk)

    assert "Left as they are, because they have a later draft: Q3" in page.content.decode()
    assert "Set category: done for 2 questions." in told
    assert "Q3: it has a later draft." in told
    rows = Item.objects.order_by("code")
    assert [(row.category, row.live) for row in rows] == [(law, True), (law, False), (None, True)]
    assert ready.revisions.count() == 1
    assert rows[2].get_latest_revision_as_object().stem == "On trial?"
    assert ItemVersion.objects.count() == 2


def test_what_an_editor_changes_in_ready_questions_waits_for_a_moderator(as_editor, module):
    item = item_of(module, "Q1")

    told = bulk(as_editor, "set_difficulty", [item], difficulty="hard")[1]

    item.refresh_from_db()
    assert "Saved as drafts, to be submitted to a moderator: Q1." in told
    assert (item.difficulty, item.has_unpublished_changes) == ("medium", True)
    assert item.get_latest_revision_as_object().difficulty == "hard"


def test_tags_dates_and_what_is_refused(as_moderator, module):
    items = [item_of(module, "Q1"), item_of(module, "Q2")]
    items[1].locked = True
    items[1].save()

    bulk(as_moderator, "add_tags", items, tags="night, work")
    assert set(Item.objects.get(code="Q1").tags.names()) == {"night", "work"}
    night = Item.objects.get(code="Q1").tags.get(name="night")
    bulk(as_moderator, "remove_tag", items, tag=night.pk)
    assert set(Item.objects.get(code="Q1").tags.names()) == {"work"}
    told = bulk(as_moderator, "set_review", items, checked_on="2026-11-22", review_due_on="2026-11-21")[1]
    assert "The next check comes after the last one." in told
    told = bulk(as_moderator, "set_review", items, checked_on="2026-11-22", review_due_on="2028-01-01")[1]
    assert "Q2: it is locked." in told
    assert [str(row.review_due_on) for row in Item.objects.order_by("code")] == ["2028-01-01", "2027-01-01"]


def test_making_ready_and_retiring(as_editor, as_moderator, quiz, module):
    good = make_draft(as_editor, module)
    half = make_draft(as_editor, module, [("One", False, "")])

    told = bulk(as_moderator, "publish", [good, half])[1]

    assert "Make ready: done for 1 question." in told
    assert f"{half.code}: Give at least two answers." in told
    assert {candidate.item_id for candidate in pool_of(quiz)[0]} == {good.pk}
    bulk(as_moderator, "retire", [good, half])
    assert pool_of(quiz)[0] == []


@pytest.mark.parametrize("action", ["publish", "retire"])
def test_editors_neither_publish_nor_retire(as_editor, module, action):
    item, draft = item_of(module, "Q1"), item_of(module, "Q2", ready=False)

    bulk(as_editor, action, [item, draft])

    assert [row.live for row in Item.objects.order_by("code")] == [True, False]


def test_bulk_addresses_take_any_text(as_moderator, module):
    make_item(module, "Q1")
    for text in HOSTILE.values():
        for action in ("set_category", "add_tags", "publish"):
            address = reverse("wagtail_bulk_action", args=["quizzes", "item", action])
            assert as_moderator.get(address, {"id": text}).status_code in (200, 404), text


# --- Where used


def test_where_a_question_is_used(as_editor, quiz, module):
    item, fixed, draft = item_of(module, "Q1"), item_of(module, "Q2"), item_of(module, "Q3", ready=False)
    QuizItem.objects.create(quiz=quiz, item=fixed)
    start_attempt(make_enrolment(quiz))

    def text(row):
        return as_editor.get(reverse("question_use", args=[row.pk])).content.decode()

    assert "May be drawn" in text(item)
    assert "Every attempt gets it" in text(fixed)
    assert "Learners were asked it 1 time in all" in text(fixed)
    assert "it is not ready" in text(draft)
    assert "It was never published." in text(draft)


# --- Reports


def test_reports_name_hints_and_doubles(as_editor, module):
    make_item(module, "Q1", stem="Signs", keys="ab")
    stem = "Who decides whether a worker may leave the house at night?"
    answers = [("Nobody", True), ("Somebody", False)]
    for code in ("Q2", "Q3"):
        choices = [Choice(text=text, is_correct=right, feedback="Because.", sort_order=n)
                   for n, (text, right) in enumerate(answers)]  # fmt: skip
        make_item(module, code, stem=stem, choices=choices)

    hints = as_editor.get(reverse("question_hints")).content.decode()
    doubles = as_editor.get(reverse("question_duplicates")).content.decode()

    assert "begin a sentence with what to do" in hints
    assert "Q2 and Q3" in doubles
    assert "Q1 and" not in doubles
    export = as_editor.get(reverse("question_hints"), {"export": "csv"})
    assert b"Question,Its words,Where,Hint" in b"".join(export.streaming_content)


def test_saving_names_hints_and_a_question_much_like_it(as_editor, module):
    make_draft(as_editor, module)

    response = as_editor.post(
        url(Item, "add"), posted(module, [("This", False, ""), ("That", True, "Yes.")]), follow=True
    )

    text = response.content.decode()
    assert "answer 1 has no feedback yet" in text
    assert "Much like Q001 (100% alike)." in text


# --- Preview and trying out


def test_preview_shows_the_draft_as_learners_meet_it(as_editor, module):
    data = posted(module, [("This", False, "No."), ("That", True, "Yes, because.")])
    address = url(Item, "preview_on_add")

    assert as_editor.post(address, data).json() == {"is_valid": True, "is_available": True}
    asked = as_editor.get(address).content.decode()
    told = as_editor.get(f"{address}?mode=feedback").content.decode()

    assert "Who decides?" in asked
    assert "Yes, because." not in asked
    assert "Yes, because." in told
    as_editor.post(address, posted(module, []))
    assert "Write the answers first." in as_editor.get(address).content.decode()


def test_trying_out_tells_marks_and_feedback_and_records_nothing(as_editor, module):
    item = make_draft(as_editor, module)
    address = reverse("try_question", args=[item.pk])
    assert "Who decides?" in as_editor.get(address).content.decode()

    assert "1 of 1 mark" in as_editor.post(address, {"answer": "2"}).content.decode()
    wrong = as_editor.post(address, {"answer": "1"}).content.decode()
    assert "0 of 1 mark" in wrong
    assert "No." in wrong
    assert "Select an answer" in as_editor.post(address, {}).content.decode()
    assert not Response.objects.exists()
    assert not Attempt.objects.exists()


def test_what_cannot_be_asked_cannot_be_tried(as_editor, module):
    item = make_draft(as_editor, module, [("One", True, "")])

    assert (
        "Give at least two answers."
        in as_editor.get(reverse("try_question", args=[item.pk])).content.decode()
    )


def test_trying_out_takes_any_text(as_editor, module):
    item = make_draft(as_editor, module)
    for text in HOSTILE.values():
        for way in (text, json.dumps([[text, text]]), "[" * 5000):
            sent = {"answer": text, "way": way, "move": text, "step": text}
            assert as_editor.post(reverse("try_question", args=[item.pk]), sent).status_code == 200


# --- Categories


def test_an_editor_makes_a_category(as_editor):
    assert as_editor.post(url(Category, "add"), {"name": "UK law / Referral"}).status_code == 302
    assert Category.objects.get().name == "UK law / Referral"
