"""Writing questions in the CMS: drafts, what may be published, approval, versions."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Revision, WorkflowState

from library.tasks import publish_scheduled_task
from quizzes.models import Item, ItemVersion
from quizzes.queries import pool_of
from quizzes.services import start_attempt
from tests.cms.bank import PUBLISH, SUBMIT, TWO, make_draft, posted, url
from tests.cms.conftest import as_editor, as_moderator, editor, moderator  # noqa: F401 -- fixtures
from tests.cms.content import make_fact, make_indicator
from tests.factories.quizzes import QuizFactory, make_enrolment, make_item

pytestmark = pytest.mark.django_db
SAME = [
    (f"TEXT-Q1-{key}", key == "a", f"{'RIGHT' if key == 'a' else 'WRONG'}FEEDBACK-Q1-{key}") for key in "ab"
]


@pytest.fixture
def quiz():
    return QuizFactory()


@pytest.fixture
def module(quiz):
    return quiz.course.course_modules.first().module


@pytest.fixture
def item(module):
    return make_item(module, "Q1", keys="ab", source="Our own")


def words(thing):
    return [(c.text, c.is_correct, c.feedback) for c in thing.choices]


def rows(item):
    return list(item.choices.all())


def drawable(quiz):
    return {candidate.item_id for candidate in pool_of(quiz)[0]}


# --- A new question


def test_a_new_question_needs_little(as_moderator, module):  # noqa: F811
    indicator = make_indicator()
    assert as_moderator.get(url(Item, "add")).status_code == 200
    answers = [("A", False, "No."), ("B", True, "Yes."), ("C", False, "No."), ("D", False, "No.")]
    data = posted(
        module, answers, indicators=[indicator.pk], source="", review_due_on="", outcomes="", **PUBLISH
    )

    assert as_moderator.post(url(Item, "add"), data).status_code == 302

    item = Item.objects.get()
    assert (item.code, item.live, item.source) == ("Q001", True, indicator.source)
    assert item.review_due_on == timezone.localdate() + timedelta(days=365)
    version = item.versions.get()
    assert (version.number, version.status, version.content.stem) == (1, "ready", "Who decides?")
    assert words(version.content) == answers


def test_codes_count_on(as_editor, module, item):  # noqa: F811
    Item.objects.filter(pk=item.pk).update(code="Q050")

    assert [make_draft(as_editor, module).code, make_draft(as_editor, module).code] == ["Q051", "Q052"]


def test_a_code_that_is_taken_is_named(as_editor, module, item):  # noqa: F811
    response = as_editor.post(url(Item, "add"), posted(module, TWO, code="Q1"))

    assert "Question with this Code already exists" in response.content.decode()


def test_the_next_question_follows_the_last_one_of_its_editor(as_editor, module, quiz):  # noqa: F811
    make_draft(as_editor, module)
    other = quiz.course.course_modules.last().module

    assert as_editor.get(url(Item, "add")).context["form"]["module"].value() == module.pk
    form = as_editor.get(f"{url(Item, 'add')}?module={other.code}").context["form"]
    assert form["module"].value() == other.pk


def test_a_draft_may_be_half_finished(as_editor, module):  # noqa: F811
    empty = [("", False, "")] * 4

    item = make_draft(as_editor, module, [("One", False, ""), *empty], stem="", source="", outcomes="")

    assert (item.live, item.stem, [c.text for c in rows(item)]) == (False, "", ["One"])
    assert not ItemVersion.objects.exists()


def test_an_editor_may_not_publish(as_editor, module):  # noqa: F811
    as_editor.post(url(Item, "add"), posted(module, TWO, **PUBLISH))

    assert Item.objects.get().live is False
    assert not ItemVersion.objects.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"choices-0-is_correct": "on"}, "Mark exactly one answer as right; 2 are marked."),
        ({"choices-1-is_correct": ""}, "Mark exactly one answer as right; 0 are marked."),
        ({"choices-0-text": "THAT"}, "Two answers read the same."),
        ({"type": "matching"}, "Give each answer of a matching question the other half"),
        ({"stem": ""}, "This field is required."),
        ({"source": ""}, "Say who says so"),
        ({"choices-0-text": ""}, "Give every answer words or a picture."),
        ({"type": "branching"}, "needs at least one decision and one ending"),
        ({"type": "numeric"}, "is no number"),
    ],
)
@pytest.mark.parametrize("action", [PUBLISH, SUBMIT])
def test_what_cannot_be_asked_goes_to_nobody(as_moderator, module, change, message, action):  # noqa: F811
    response = as_moderator.post(url(Item, "add"), posted(module, TWO) | change | action)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not ItemVersion.objects.exists()
    assert not WorkflowState.objects.exists()
    assert as_moderator.post(url(Item, "add"), posted(module, TWO) | change).status_code == 302


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stem": "nul\0"}, "Null characters are not allowed."),
        ({"outcomes": "notice signs"}, "for example LO1 LO4"),
        ({"module": ""}, "This field is required."),
        ({"marks": "0"}, "item_carries_marks"),
        ({"choices-0-share": "lots"}, "Enter a number."),
        (
            {"choices-0-key": "aa", "choices-1-key": "aa"},
            "Please correct the duplicate data for item and key",
        ),
    ],
)
def test_a_mistake_in_a_draft_is_named_and_nothing_is_written(as_editor, module, change, message):  # noqa: F811
    response = as_editor.post(url(Item, "add"), posted(module, TWO) | change)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert "Our own" in response.content.decode()
    assert not Item.objects.exists()


def test_any_text_may_be_written(as_moderator, module, hostile):  # noqa: F811
    data = posted(module, [(hostile, True, hostile), ("Other", False, hostile)])
    for action in ({}, PUBLISH):
        everything = dict.fromkeys(
            [
                "stem",
                "source",
                "outcomes",
                "code",
                "tags",
                "marks",
                "mode",
                "type",
                "category",
                "explanation",
            ],
            hostile,
        )
        assert as_moderator.post(url(Item, "add"), data | everything | action).status_code in (200, 302)
        assert as_moderator.post(url(Item, "add"), data | {"stem": hostile} | action).status_code in (
            200,
            302,
        )


# --- Versions


def test_saving_a_draft_of_a_ready_question_leaves_what_learners_get(as_editor, quiz, module, item):  # noqa: F811
    data = posted(module, [*SAME, ("Third", False, "No.")], rows=rows(item), stem="Better?", code="Q1")

    assert as_editor.post(url(Item, "edit", item.pk), data).status_code == 302

    item.refresh_from_db()
    assert (item.live, item.stem, item.has_unpublished_changes) == (True, "Stem of Q1?", True)
    assert item.status_in_words == "Ready, with a later draft"
    assert item.versions.get().content.stem == "Stem of Q1?"
    html = as_editor.get(url(Item, "edit", item.pk)).content.decode()
    assert "Better?" in html
    assert "Third" in html


def test_an_answer_keeps_its_name_through_drafts_and_publication(as_moderator, module, item):  # noqa: F811
    address = url(Item, "edit", item.pk)
    as_moderator.post(address, posted(module, [*SAME, ("Third", False, "No.")], rows=rows(item), code="Q1"))
    first = rows(reloaded(item))
    as_moderator.post(
        address, posted(module, [*SAME, ("Third!", False, "No.")], rows=first, code="Q1", **PUBLISH)
    )

    old, new = item.versions.order_by("number")
    assert (old.status, new.status) == ("retired", "ready")
    assert new.content.keys == [*old.content.keys, first[2].key]
    assert words(new.content) == [*SAME, ("Third!", False, "No.")]


def reloaded(item):
    return Item.objects.get(pk=item.pk).get_latest_revision_as_object()


def test_publishing_without_a_change_makes_no_version(as_moderator, module, item):  # noqa: F811
    as_moderator.post(url(Item, "edit", item.pk), posted(module, SAME, rows=rows(item), stem="Stem of Q1?",
                      code="Q1", outcomes="LO1", **PUBLISH))  # fmt: skip

    assert item.versions.count() == 1


def test_an_attempt_keeps_the_version_that_it_drew(as_moderator, quiz, module, item):  # noqa: F811
    attempt = start_attempt(make_enrolment(quiz))

    as_moderator.post(url(Item, "edit", item.pk), posted(module, SAME, rows=rows(item), code="Q1", **PUBLISH))

    assert attempt.responses.get().version.content.stem == "Stem of Q1?"
    assert item.versions.ready().get().content.stem == "Who decides?"


def test_an_answer_can_be_taken_away(as_moderator, module):  # noqa: F811
    item = make_item(module, "Q1", keys="abc")
    data = posted(module, [*SAME, ("TEXT-Q1-c", False, "x")], rows=rows(item), code="Q1", **PUBLISH)

    as_moderator.post(url(Item, "edit", item.pk), data | {"choices-2-DELETE": "on"})

    assert words(item.versions.ready().get().content) == SAME


def test_the_type_of_a_question_in_use_stays(as_moderator, module, item):  # noqa: F811
    data = posted(module, SAME, rows=rows(item), code="Q1", type="multiple")

    response = as_moderator.post(url(Item, "edit", item.pk), data)

    assert "The type of a question that was in use stays" in response.content.decode()


def test_two_drafts_can_be_compared_and_an_old_one_taken_back(as_moderator, module):  # noqa: F811
    item = make_draft(as_moderator, module)
    as_moderator.post(
        url(Item, "edit", item.pk), posted(module, TWO, rows=rows(item), stem="Other?", code=item.code)
    )
    first, second = Revision.objects.for_instance(item).order_by("pk")

    compared = as_moderator.get(url(Item, "revisions_compare", item.pk, first.pk, second.pk))
    assert compared.status_code == 200
    assert "Other?" in compared.content.decode()
    assert as_moderator.get(url(Item, "revisions_revert", item.pk, first.pk)).status_code == 200
    assert as_moderator.get(url(Item, "history", item.pk)).status_code == 200


# --- Approval


def test_what_an_editor_submits_waits_for_a_moderator(as_editor, as_moderator, quiz, module):  # noqa: F811
    item = make_draft(as_editor, module)
    as_editor.post(url(Item, "edit", item.pk), posted(module, TWO, rows=rows(item), code=item.code, **SUBMIT))
    item.refresh_from_db()
    state = item.current_workflow_state
    assert (item.live, state.workflow.name) == (False, "Moderators approval")
    assert item.pk not in drawable(quiz)

    approve = url(Item, "workflow_action", item.pk, "approve", state.current_task_state.pk)
    as_moderator.post(approve, {"comment": ""})

    item.refresh_from_db()
    assert item.live
    assert item.pk in drawable(quiz)
    assert item.versions.get().status == "ready"


def test_approval_of_what_cannot_be_asked_is_refused_with_the_reason(as_editor, as_moderator, module):  # noqa: F811
    item = make_draft(as_editor, module)
    as_editor.post(url(Item, "edit", item.pk), posted(module, TWO, rows=rows(item), code=item.code, **SUBMIT))
    half = Item.objects.get().latest_revision
    half.content["stem"] = ""
    half.save()
    state = Item.objects.get().current_workflow_state

    response = as_moderator.post(
        url(Item, "workflow_action", item.pk, "approve", state.current_task_state.pk),
        {"comment": ""},
        follow=True,
    )

    assert "was not published. Write the question." in response.content.decode()
    assert Item.objects.get().live is False


def test_unpublishing_retires(as_moderator, quiz, item):  # noqa: F811
    assert item.pk in drawable(quiz)

    as_moderator.post(url(Item, "unpublish", item.pk))

    item.refresh_from_db()
    assert item.status_in_words == "Retired"
    assert item.versions.get().status == "retired"
    assert item.pk not in drawable(quiz)


def test_a_question_is_ready_at_its_hour(as_moderator, quiz, module):  # noqa: F811
    when = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    as_moderator.post(url(Item, "add"), posted(module, TWO, go_live_at=when, **PUBLISH))
    item = Item.objects.get()
    assert (item.live, item.versions.count()) == (False, 0)

    Revision.objects.for_instance(item).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    revision = item.get_latest_revision()
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.save()
    publish_scheduled_task()

    item.refresh_from_db()
    assert item.live
    assert item.pk in drawable(quiz)


def test_a_moderator_locks_a_question(as_editor, as_moderator, module, item):  # noqa: F811
    as_moderator.post(url(Item, "lock", item.pk))

    response = as_editor.post(url(Item, "edit", item.pk), posted(module, SAME, rows=rows(item), code="Q1"))

    assert "could not be saved as it is locked" in response.content.decode()


def test_facts_lend_their_source(as_editor, module):  # noqa: F811
    facts = [
        make_fact(source="Home Office, 2026"),
        make_fact(source="IOM, 2025"),
        make_fact(source="IOM, 2025"),
    ]

    item = make_draft(as_editor, module, facts=[fact.pk for fact in facts], source="")

    assert item.source == "Home Office, 2026; IOM, 2025"
