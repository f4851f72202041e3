"""A video without captions or transcript and a case without a note: drafts yes, publication never."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.body import content_at
from courses.models import CourseModule
from courses.publication import PublicationRefused, problems
from tests.courses.conftest import case, video_block
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseModuleFactory, CoursePageFactory, ModulePageFactory

pytestmark = pytest.mark.django_db
CAPTIONS_MISSING = "Add captions to “A first talk” in the media library. Until then, save as a draft."
NOTE_MISSING = "Enter a content note: what hard material the case holds. Until then, save as a draft."


@pytest.fixture
def editor(client_for):
    """The browser of somebody who may publish."""
    return client_for(UserFactory(is_superuser=True, is_staff=True))


@pytest.fixture
def draft(make_video):
    """A draft of a module with a video without captions and a case without a note."""
    body = [video_block(make_video(captions=False)), case(content_note="")]
    return ModulePageFactory(slug="signs", code="M06", body=body, short_body=[], live=False)


def form_of(page, *blocks, **more):
    """What the CMS's edit form posts for a module with these blocks."""
    empty = {"outcomes": [], "readings": [], "comments": []}
    formsets = {name: {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0} for name in empty}
    data = {
        "title": page.title,
        "slug": page.slug,
        "code": page.code,
        "version": page.version,
        "summary": page.summary,
        "reviewed_on": "2026-11-16",
        "body": streamfield(blocks),
        "short_body": streamfield([]),
    }
    flat = {f"{name}-{key}": value for name, values in formsets.items() for key, value in values.items()}
    return nested_form_data(data) | flat | more


def case_form(note):
    return (
        "case_study",
        {"title": "Alder Row", "content_note": note, "body": rich_text("<p>Fictional.</p>")},
    )


def video_form(video):
    return ("video", {"video": str(video.pk), "introduction": ""})


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def is_live(page) -> bool:
    page.refresh_from_db()
    return page.live


# --- The rule


def test_problems_names_each_missing_thing_in_both_forms(make_video):
    body = [video_block(make_video(captions=False, transcript="")), case("A note."), case("  ")]
    page = ModulePageFactory(body=body, short_body=[case("")], live=False)

    assert problems(page) == [
        "Full form, video: Add captions and transcript to “A first talk” in the media library. "
        "Until then, save as a draft.",
        f"Full form, case study: {NOTE_MISSING}",
        f"Short form, case study: {NOTE_MISSING}",
    ]


def test_a_silent_video_needs_a_transcript_only(make_video):
    page = ModulePageFactory(body=[video_block(make_video(captions=False, has_speech=False))])

    assert problems(page) == []


def test_a_course_has_no_such_problems():
    assert problems(CoursePageFactory()) == []


# --- In the CMS's editor


def test_the_editor_reads_the_message_beside_the_block(editor, draft, make_video):
    video = make_video(captions=False)

    response = editor.post(
        edit(draft), form_of(draft, video_form(video), case_form(""), **{"action-publish": "action-publish"})
    )

    assert response.status_code == 200
    errors = response.context["form"].errors["body"].as_data()[0].block_errors
    assert errors[0].block_errors["video"].messages == [CAPTIONS_MISSING]
    assert errors[1].block_errors["content_note"].messages == [NOTE_MISSING]
    assert NOTE_MISSING.encode() in response.content
    assert not is_live(draft)


def test_a_plain_save_is_accepted(editor, draft, make_video):
    response = editor.post(edit(draft), form_of(draft, video_form(make_video(captions=False)), case_form("")))

    assert response.status_code == 302
    assert draft.revisions.count() == 2
    assert not is_live(draft)


def test_publishing_goes_through_once_everything_is_there(editor, draft, make_video):
    response = editor.post(
        edit(draft),
        form_of(draft, video_form(make_video()), case_form("Threats."), **{"action-publish": "x"}),
    )

    assert response.status_code == 302
    assert is_live(draft)


def test_a_half_written_check_may_be_saved_as_a_draft(editor, draft):
    option = ("item", {"text": "A", "feedback": "B"})
    question = ("item", {"stem": "Why?", "options": streamfield([option, option])})
    value = ("check", {"questions": streamfield([question])})

    assert editor.post(edit(draft), form_of(draft, value)).status_code == 302
    response = editor.post(edit(draft), form_of(draft, value, **{"action-publish": "x"}))
    assert response.status_code == 200


def test_scheduling_from_the_editor_is_refused_too(editor, draft):
    when = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")

    response = editor.post(
        edit(draft), form_of(draft, case_form(""), go_live_at=when, **{"action-publish": "action-publish"})
    )

    assert response.status_code == 200
    assert not draft.revisions.filter(approved_go_live_at__isnull=False).exists()


# --- Every other way


def test_a_script_cannot_publish_it(draft):
    with pytest.raises(PublicationRefused, match="captions"):
        draft.get_latest_revision().publish()

    assert not is_live(draft)


def test_saving_a_page_as_live_is_refused(draft):
    draft.live = True
    with pytest.raises(PublicationRefused):
        draft.save()


def test_a_live_page_may_still_be_unpublished_when_its_video_loses_its_captions(make_video):
    video = make_video()
    page = ModulePageFactory(body=[video_block(video)])
    video.captions = ""
    video.save()

    page.unpublish()

    assert not is_live(page)


def test_bulk_publication_is_refused_with_the_reason(editor, draft):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = editor.post(f"{address}?next=/cms/&id={draft.pk}", follow=True)

    assert response.redirect_chain[-1][0] == edit(draft)
    assert "was not published" in response.content.decode()
    assert not is_live(draft)


def test_a_schedule_that_comes_due_is_cancelled_and_the_others_still_run(draft, make_video, caplog):
    past = timezone.now() - timedelta(minutes=1)
    good = ModulePageFactory(live=False)
    for offset, page in enumerate((draft, good)):
        page.revisions.update(approved_go_live_at=past + timedelta(seconds=offset))

    call_command("publish_scheduled")

    assert not is_live(draft)
    assert is_live(good)
    assert not draft.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert "refused" in caplog.text


@pytest.fixture
def moderator(client_for):
    """The browser of somebody who may approve, in a workflow that covers every page."""
    group = Group.objects.create(name="Approvers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("change_page", "publish_page"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=Page.objects.get(depth=1), permission=permission)
    task = GroupApprovalTask.objects.create(name="Check")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Check first")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.filter(page__depth=1).delete()
    WorkflowPage.objects.create(workflow=workflow, page=Page.objects.get(depth=1))
    person = UserFactory()
    person.groups.add(group)
    return client_for(person)


def start_workflow(page):
    page.get_workflow().start(page, UserFactory())
    return page.current_workflow_state.current_task_state


@pytest.mark.parametrize("headers", [{}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}])
def test_moderation_cannot_approve_it_and_stays_open(moderator, draft, headers):
    state = start_workflow(draft)
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk])

    response = moderator.post(address, **headers)

    target = response.json()["redirect"] if headers else response.url
    assert target == edit(draft)
    assert not is_live(draft)
    assert draft.workflow_in_progress
    assert "was not published" in moderator.get(target).content.decode()


def test_moderation_approves_what_is_complete(moderator):
    page = ModulePageFactory(live=False)
    state = start_workflow(page)

    moderator.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]))

    assert is_live(page)


# --- Addresses and titles


def test_two_courses_cannot_share_a_title_or_an_address():
    course = CoursePageFactory(title="The half-day course")
    with pytest.raises(Exception, match="slug"):
        CoursePageFactory(slug=course.slug)
    with pytest.raises(Exception, match="Another course has this title"):
        CoursePageFactory(title="the half-day COURSE")


def test_a_module_cannot_take_an_address_of_the_site():
    with pytest.raises(Exception, match="used by the site itself"):
        ModulePageFactory(slug="start")


def read(place):
    return CourseModule.objects.select_related("module").annotate(text=F("module__body")).get(pk=place.pk)


def test_a_page_read_between_draft_and_approval_shows_the_approved_text_at_once(monkeypatch):
    """Another thread may keep what it prepared under the old stamp: the live revision tells the texts apart."""
    page = ModulePageFactory(slug="signs", code="M06", body=[{"type": "text", "value": "<p>As it was.</p>"}])
    place = CourseModuleFactory(course=CoursePageFactory(), module=page)
    monkeypatch.setattr("courses.body.secrets.token_hex", lambda: "stamp")

    draft = page.get_latest_revision_as_object()
    draft.body = [("text", RichText("<p>As approved.</p>"))]
    revision = draft.save_revision()
    assert "As it was." in content_at(read(place)).pieces[0].html

    revision.publish()

    assert "As approved." in content_at(read(place)).pieces[0].html
