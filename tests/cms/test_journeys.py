"""The editor's and the moderator's way: draft, preview, submit, approve, schedule, history; and what is refused."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.models import CourseModule, Enrolment, ModuleCompletion, ModuleLibraryPage, ModulePage
from library.models import CaptionedMedia
from library.tasks import publish_scheduled_task
from tests.cms.content import make_course, make_fact, make_home, make_module
from tests.factories.accounts import UserFactory
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


def module_form(*blocks, **fields) -> dict:
    """What the browser sends from the editor of a module; `blocks` are (type, value) pairs."""
    return nested_form_data(
        {
            "title": "Safe first conversations",
            "slug": "safe-first-conversations",
            "code": "M99",
            "version": "1",
            "version_note": "",
            "summary": "How to ask without harm.",
            "content_note": "",
            "reviewed_on": "2026-11-21",
            "review_due_on": "2027-11-21",
            "body": streamfield(blocks),
            "short_body": streamfield([]),
            "outcomes": inline_formset([]),
            "readings": inline_formset([]),
            "comments": inline_formset([]),
        }
        | fields
    )


TEXT = ("text", rich_text("<p>Listen first.</p>"))


def add_url() -> str:
    make_home()
    return reverse(
        "wagtailadmin_pages:add", args=["courses", "modulepage", ModuleLibraryPage.objects.get().pk]
    )


def edit_url(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_editor_writes_moderator_publishes_and_history_tells(as_editor, as_moderator, editor):
    response = as_editor.post(add_url(), module_form(TEXT))
    page = ModulePage.objects.get(code="M99")
    assert response.status_code == 302
    assert page.live is False

    preview = as_editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "Listen first." in preview.content.decode()

    form = module_form(TEXT, title="Safer first conversations", **{"action-submit": "1"})
    as_editor.post(edit_url(page), form)
    state = WorkflowState.objects.get()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    page.refresh_from_db()
    assert page.live is False

    dashboard = as_moderator.get(reverse("wagtailadmin_home")).content.decode()
    assert "Safer first conversations" in dashboard
    task_state = state.current_task_state
    approve = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task_state.pk])
    assert as_editor.post(approve, {"comment": "fine"}).status_code == 302
    page.refresh_from_db()
    assert page.live is False

    as_moderator.post(approve, {"comment": "fine"})
    page.refresh_from_db()
    assert (page.live, page.title) == (True, "Safer first conversations")
    history = as_editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert editor.name in history
    assert "Published" in history


def test_an_editor_cannot_publish_unpublish_or_delete(as_editor):
    page = make_module(body=[("text", "<p>Old.</p>")])
    form = module_form(TEXT, title="New", code=page.code, slug=page.slug, **{"action-publish": "1"})
    as_editor.post(edit_url(page), form)
    as_editor.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    as_editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    page.refresh_from_db()
    assert page.live is True
    assert page.title != "New"
    assert page.get_latest_revision_as_object().title == "New"


def test_a_moderator_schedules_and_the_learner_sees_it_at_its_time(as_moderator):
    page = make_module()
    page.save_revision().publish()
    when = timezone.localtime() + timedelta(hours=1)
    form = module_form(
        TEXT,
        title="Tomorrow's text",
        code=page.code,
        slug=page.slug,
        go_live_at=when.strftime("%Y-%m-%d %H:%M"),
        **{"action-publish": "1"},
    )
    response = as_moderator.post(edit_url(page), form)
    assert response.status_code == 302
    page.refresh_from_db()
    assert page.title != "Tomorrow's text"
    revision = Revision.objects.get(approved_go_live_at__isnull=False)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)  # as if the hour had gone by
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    publish_scheduled_task()
    page.refresh_from_db()
    assert page.title == "Tomorrow's text"


def test_an_earlier_text_can_be_looked_at_and_brought_back(as_editor):
    page = make_module(body=[("text", "<p>First words.</p>")])
    first = page.save_revision()
    page.body = [("text", "<p>Second words.</p>")]
    page.save_revision()
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    assert "First words." in as_editor.get(url).content.decode()
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, "latest"])
    assert as_editor.get(compare).status_code == 200


def test_comments_can_be_left_on_a_module(as_editor, editor):
    page = make_module()
    comment = {
        "text": "Is this still so?",
        "contentpath": "summary",
        "position": "",
        "deleted": "",
        "resolved": "",
        "id": "",
        "replies": inline_formset([]),
    }
    form = module_form(TEXT, code=page.code, slug=page.slug, comments=inline_formset([comment]))
    as_editor.post(edit_url(page), form)
    assert [c.text for c in page.wagtail_admin_comments.all()] == ["Is this still so?"]


def video_without_captions() -> CaptionedMedia:
    return CaptionedMedia.objects.create(
        title="First conversation", type="video", file=ContentFile(b"x", "first.mp4"), duration=60
    )


CASE = ("case_study", {"title": "The driver", "content_note": "", "body": rich_text("<p>A van stops.</p>")})


def unready_block(kind: str):
    if kind == "case":
        return CASE
    return ("video", {"video": str(video_without_captions().pk), "introduction": ""})


@pytest.mark.parametrize("kind", ["video", "case"])
def test_an_unready_module_is_saved_as_draft_and_not_published(kind, as_moderator):
    block = unready_block(kind)
    as_moderator.post(add_url(), module_form(block))
    page = ModulePage.objects.get(code="M99")
    response = as_moderator.post(edit_url(page), module_form(block, **{"action-publish": "1"}))
    assert response.status_code == 200
    assert "Until then, save as a draft" in response.content.decode()
    page.refresh_from_db()
    assert page.live is False


@pytest.mark.parametrize("kind", ["video", "case"])
def test_an_unready_module_is_refused_at_approval_with_the_reason(kind, as_editor, as_moderator):
    block = unready_block(kind)
    as_editor.post(add_url(), module_form(block))
    page = ModulePage.objects.get(code="M99")
    as_editor.post(edit_url(page), module_form(block, **{"action-submit": "1"}))
    state = WorkflowState.objects.first()
    if state:
        url = reverse(
            "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk]
        )
        response = as_moderator.post(url, {"comment": ""}, follow=True)
        assert response.status_code == 200
        assert "Until then, save as a draft" in response.content.decode()
    page.refresh_from_db()
    assert page.live is False


def test_an_unready_module_is_refused_by_the_bulk_action_with_the_reason(as_moderator):
    page = make_module(live=False)
    page.body = [("case_study", {"title": "The driver", "content_note": "", "body": "<p>A van stops.</p>"})]
    page.save_revision()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    response = as_moderator.post(url, follow=True)
    assert response.status_code == 200
    page.refresh_from_db()
    assert page.live is False


def delete_together(client, *pages):
    ids = "&".join(f"id={page.pk}" for page in pages)
    return client.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?{ids}")


def test_pages_with_records_are_not_deleted(as_moderator, admin_user, client_for):
    module, other = make_module(), make_module()
    course = make_course(module)
    enrolment = Enrolment.objects.create(learner=UserFactory(), course=course)
    ModuleCompletion.objects.create(enrolment=enrolment, module=other, version=1)
    root = client_for(admin_user)
    for page in (module, other, course, course.get_parent(), Page.objects.get(slug="fairlead")):
        for client in (as_moderator, root):
            response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
            assert response.status_code == 200
            delete_together(client, page)
        assert Page.objects.filter(pk=page.pk).exists(), page
    response = root.get(reverse("wagtailadmin_pages:delete", args=[module.pk]), follow=True)
    assert "Unpublish it instead" in response.content.decode()


@pytest.fixture
def admin_user():
    return UserFactory(is_superuser=True)


def test_a_page_nobody_used_is_deleted(client_for, admin_user):
    page = make_module()
    client_for(admin_user).post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not Page.objects.filter(pk=page.pk).exists()


def test_the_editor_chooses_a_fact_for_a_module(as_editor):
    fact = make_fact()
    as_editor.post(add_url(), module_form(("fact", {"fact": str(fact.pk), "reading": rich_text("")})))
    draft = ModulePage.objects.get(code="M99").get_latest_revision_as_object()
    assert draft.body[0].value["fact"] == fact


def test_the_module_says_where_it_is_used(as_editor):
    module = make_module()
    course = make_course(module)
    assert course.title in as_editor.get(edit_url(module)).content.decode()
    assert CourseModule.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [("title", "summary", "content_note"), ("slug", "code"), ("version", "reviewed_on")]
)
def test_the_page_editor_takes_any_text(fields, as_editor):
    page = make_module()
    for text in HOSTILE.values():
        form = module_form(TEXT, code=page.code, slug=page.slug) | dict.fromkeys(fields, text)
        assert as_editor.post(edit_url(page), form).status_code in {200, 302}, text


SEARCHES = [
    "wagtailadmin_explore_root",
    "wagtailadmin_pages:search",
    "wagtailadmin_choose_page_search",
    "wagtailimages:index",
    "wagtailimages_chooser:choose",
    "wagtaildocs:index",
    "wagtaildocs_chooser:choose",
    "wagtailmedia:index",
    "wagtailmedia:chooser",
    "wagtailredirects:index",
    "wagtailusers_users:index",
    "wagtailusers_groups:index",
    "wagtailadmin_workflows:index",
    "wagtailadmin_workflows:task_index",
    "wagtailadmin_collections:index",
    "wagtailadmin_reports:site_history",
]


@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_box_of_the_cms_takes_any_text(name, client_for, admin_user):
    make_module()
    client = client_for(admin_user)
    for text in HOSTILE.values():
        assert client.get(reverse(name), {"q": text}).status_code == 200, text


def test_the_page_explorer_finds_a_page(as_editor):
    page = make_module(title="Modern slavery in kitchens")
    found = as_editor.get(reverse("wagtailadmin_pages:search"), {"q": 'kitchens "'})
    assert page.title in found.content.decode()
