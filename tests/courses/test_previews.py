"""What editors see before anything is published: pages as drafts, and blocks in the picker."""

import pytest
from django.urls import reverse

from courses.models import Enrolment, ModulePage
from courses.models.blocks import ModuleBodyBlock
from tests.courses.conftest import activity, check, fact_block
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.courses import (
    CourseIndexPageFactory,
    CourseModuleFactory,
    CoursePageFactory,
    EnrolmentFactory,
    ModulePageFactory,
)
from tests.factories.library import FactFactory, IndicatorFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file it draws a rendition into to the garbage collector.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
]
NAMES = list(ModulePage._meta.get_field("body").stream_block.child_blocks)


@pytest.fixture
def editor(client_for):
    return client_for(UserFactory(is_superuser=True))


def drawn(client, page, mode="") -> str:
    response = client.get(
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]), {"mode": mode} if mode else {}
    )
    assert response.status_code == 200
    return response.content.decode()


def test_a_module_is_previewed_as_a_draft_with_its_facilitator_notes(editor):
    module = ModulePageFactory(body=[activity(), fact_block(FactFactory(unit="people met")), check()])
    module.title = "A better title"
    module.save_revision()

    html = drawn(editor, module)

    assert "A better title" in html
    assert "Listen for haste." in html
    assert "people met" in html
    assert "Mark as complete" not in html


def test_a_module_has_a_preview_of_each_form():
    request_modes = ModulePageFactory().preview_modes

    assert [mode for mode, _ in request_modes] == ["full", "short"]


@pytest.mark.parametrize(
    ("mode", "words"), [("full", "Look at the situation."), ("short", "In short: look.")]
)
def test_the_preview_shows_the_form_asked_for(rf, mode, words):
    module = ModulePageFactory()

    response = module.make_preview_request(preview_mode=mode)

    assert words in response.content.decode()


def test_a_preview_remembers_nothing(client_for):
    place = CourseModuleFactory()
    person = UserFactory(is_superuser=True)
    EnrolmentFactory(learner=person, course=place.course)

    drawn(client_for(person), place.module)

    assert Enrolment.objects.get().last_module is None


def test_courses_and_the_catalogue_are_previewed_as_drafts(editor):
    course, index = CoursePageFactory(), CourseIndexPageFactory()
    course.summary = "A new summary."
    course.save_revision()
    index.introduction = "<p>A new introduction.</p>"
    index.save_revision()

    assert "A new summary." in drawn(editor, course)
    assert "A new introduction." in drawn(editor, index)


def test_the_editor_opens_and_says_where_a_module_is_used(editor):
    place = CourseModuleFactory(course__title="The half-day course")

    html = editor.get(reverse("wagtailadmin_pages:edit", args=[place.module.pk])).content.decode()

    assert "The half-day course: full form, 10 minutes" in html
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[place.course.pk])).status_code == 200


@pytest.fixture
def full_library(make_image, make_video):
    SectorFactory(code="HEA", name="Health")
    FactFactory(unit="people met")
    IndicatorFactory(text="Somebody else keeps the passport")
    make_image("Picture")
    make_video()


def preview_of(client, name) -> str:
    block = ModulePage._meta.get_field("body").stream_block.child_blocks[name]
    response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_block_explains_itself_in_the_picker(editor, name):
    block = ModuleBodyBlock().child_blocks[name]

    assert block.is_previewable
    assert block.get_description()
    assert block.meta.icon != "placeholder"


@pytest.mark.parametrize("name", NAMES)
def test_every_block_has_a_preview_in_an_empty_library(editor, name):
    html = preview_of(editor, name)

    assert "vendor/site.css" in html
    assert "govuk-width-container" in html


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fact", "people met"),
        ("indicators", "Somebody else keeps the passport"),
        ("image", "<img"),
        ("video", "Read the transcript"),
        ("table", "How the two differ"),
        ("sectors", "Health"),
        ("check", "What does one sign prove?"),
        ("activity", "Facilitator notes"),
        ("case_study", "Skip to what follows"),
        ("accordion", "Must I be sure?"),
    ],
)
def test_previews_show_what_the_library_holds(editor, full_library, name, words):
    assert words in preview_of(editor, name)
