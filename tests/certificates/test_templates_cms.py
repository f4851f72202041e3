"""Templates in the CMS: writing, refusing, approving, previewing, and who may."""

import base64
import re
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader
from wagtail.models import WorkflowState

from accounts.roles import Role
from certificates.models import CertificateTemplate, TemplateUse
from certificates.samples import ARABIC_NAME
from cohorts.models import Programme
from tests.cms.bank import PUBLISH, SUBMIT, url
from tests.cms.conftest import as_editor, as_manager, as_moderator, editor, manager, moderator  # noqa: F401
from tests.factories.accounts import UserFactory
from tests.factories.courses import CoursePageFactory
from tests.factories.templates import cms_image, make_template, picture

pytestmark = pytest.mark.django_db
Template = CertificateTemplate
LIST_QUERIES = 17


@pytest.fixture
def no_page(monkeypatch):
    monkeypatch.setattr("certificates.template_checks._page", lambda look: ())


def inline(name: str, rows, saved=()) -> dict:
    data = {
        f"{name}-TOTAL_FORMS": len(rows),
        f"{name}-INITIAL_FORMS": len(saved),
        f"{name}-MIN_NUM_FORMS": 0,
        f"{name}-MAX_NUM_FORMS": 4,
    }
    for number, row in enumerate(rows):
        prefix = f"{name}-{number}"
        data |= {f"{prefix}-{field}": value for field, value in row.items()}
        data |= {
            f"{prefix}-ORDER": number + 1,
            f"{prefix}-id": saved[number].pk if number < len(saved) else "",
        }
    return data


def posted(*, signatories=(), partner_logos=(), **fields) -> dict:
    return {
        "name": "House style",
        "courses": [],
        "programmes": [],
        "palette": "pine",
        "logo": "",
        "logo_alt": "",
        "heading": "Certificate of completion",
        "lead": "This is to certify that",
        "completed": "has completed",
        "note": "",
        "go_live_at": "",
        "expire_at": "",
        **inline("signatories", signatories),
        **inline("partner_logos", partner_logos),
    } | fields


def person(name="Ada Prescott", role="Chief executive", signature="") -> dict:
    return {"name": name, "role": role, "signature": signature}


@pytest.mark.usefixtures("no_page")
def test_a_moderator_publishes_and_it_is_signed_off(as_moderator, moderator):  # noqa: F811
    course, programme = CoursePageFactory(), Programme.objects.create(name="Harbour")
    image = cms_image()
    assert as_moderator.get(url(Template, "add")).status_code == 200
    data = posted(
        courses=[course.pk],
        programmes=[programme.pk],
        logo=image.pk,
        logo_alt="Harbour Trust",
        signatories=[person(), person("Bo Lindqvist", "Head", image.pk)],
        partner_logos=[{"image": image.pk, "alt": "Quay Partnership"}],
        **PUBLISH,
    )

    response = as_moderator.post(url(Template, "add"), data)

    assert response.status_code == 302, response.context["form"].errors
    version = Template.objects.get().versions.get()
    assert version.published_by == moderator
    assert [one["name"] for one in version.data["signatories"]] == ["Ada Prescott", "Bo Lindqvist"]
    assert version.data["partner_logos"][0]["alt"] == "Quay Partnership"
    assert {(use.course, use.programme) for use in TemplateUse.objects.all()} == {
        (course, None),
        (None, programme),
    }
    page = as_moderator.get(reverse("certificate_template_use", args=[version.template.pk])).content.decode()
    assert course.title in page
    assert "Programme: Harbour" in page
    assert moderator.name in page


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Wagtail's, for thumbnails of images
@pytest.mark.parametrize("action", [PUBLISH, SUBMIT])
@pytest.mark.usefixtures("no_page")
def test_each_refusal_stands_beside_its_field_and_a_draft_is_kept(as_moderator, action):  # noqa: F811
    course = CoursePageFactory(title="Signs at work")
    make_template("First", courses=[course])
    cmyk = cms_image(picture(mode="CMYK", kind="JPEG"), "cmyk.jpg")
    data = posted(
        courses=[course.pk],
        logo=cms_image().pk,
        heading="Award of {points}",
        signatories=[person(), person("Bo 明", "Head", cmyk.pk)],
    )

    response = as_moderator.post(url(Template, "add"), data | action)

    assert response.status_code == 200
    form = response.context["form"]
    assert {field: [message[:25] for message in messages] for field, messages in form.errors.items()} == {
        "heading": ["There is no field {points"],
        "logo_alt": ["Say whose logo it is, for"],
        "courses": ["“Signs at work” already ha"[:25]],
    }
    first, second = form.formsets["signatories"].forms
    assert (first.errors, set(second.errors)) == ({}, {"name", "signature"})
    page = response.content.decode()
    for words in ("template “First”", "U+660E", "printing press", "Award of {points}"):
        assert words in page
    assert not WorkflowState.objects.exists()
    assert as_moderator.post(url(Template, "add"), data).status_code == 302
    assert Template.objects.get(name="House style").live is False


@pytest.mark.usefixtures("no_page")
def test_an_editor_submits_and_the_approver_has_signed_it_off(as_editor, as_moderator, editor, moderator):  # noqa: F811
    as_editor.post(url(Template, "add"), posted(is_default="on", **PUBLISH))
    template = Template.objects.get()
    assert (template.live, TemplateUse.objects.count()) == (False, 0)
    as_editor.post(url(Template, "edit", template.pk), posted(is_default="on", **SUBMIT))
    state = WorkflowState.objects.get().current_task_state

    approve = reverse(
        Template.snippet_viewset.get_url_name("workflow_action"), args=[template.pk, "approve", state.pk]
    )
    as_moderator.post(approve, {"comment": "Good."})

    version = TemplateUse.objects.get(is_default=True).version
    assert (version.template, version.published_by) == (template, moderator)


@pytest.mark.usefixtures("no_page")
def test_approval_is_refused_when_the_course_was_given_away_meanwhile(as_editor, as_moderator):  # noqa: F811
    as_editor.post(url(Template, "add"), posted(is_default="on", **SUBMIT))
    template = Template.objects.get()
    make_template("Faster", is_default=True)
    state = WorkflowState.objects.get().current_task_state

    approve = reverse(
        Template.snippet_viewset.get_url_name("workflow_action"), args=[template.pk, "approve", state.pk]
    )
    page = as_moderator.post(approve, {"comment": ""}, follow=True).content.decode()

    assert "“Faster” is for everything else already" in page
    template.refresh_from_db()
    assert template.live is False


@pytest.mark.usefixtures("no_page")
def test_a_template_that_was_published_is_kept(as_moderator):  # noqa: F811
    template = make_template()
    page = as_moderator.post(url(Template, "delete", template.pk), follow=True).content.decode()
    assert "In use, so not deleted" in page
    assert Template.objects.exists()


@pytest.mark.usefixtures("no_page")
def test_the_list_costs_the_same_for_one_and_for_three(as_editor, django_assert_num_queries):  # noqa: F811
    first = Programme.objects.create(name="Quay")
    make_template("One", courses=[CoursePageFactory(title="Signs at work")], programmes=[first])
    as_editor.get(url(Template))
    with django_assert_num_queries(LIST_QUERIES):
        assert "Signs at work" in as_editor.get(url(Template)).content.decode()
    make_template("Two", programmes=[Programme.objects.create(name="Harbour")])
    make_template("Three", is_default=True)
    with django_assert_num_queries(LIST_QUERIES):
        page = as_editor.get(url(Template)).content.decode()
    assert "Harbour" in page
    assert "Everything else" in page


def test_others_do_not_see_it(client_for, as_manager):  # noqa: F811
    template = make_template(publish=False)
    pages = [url(Template), url(Template, "add"), url(Template, "edit", template.pk)]
    pages.append(reverse("certificate_template_use", args=[template.pk]))
    for client in (as_manager, client_for(UserFactory(role=Role.TRAINER)), client_for(UserFactory())):
        assert {client.get(page).status_code for page in pages} <= {302, 403}


# --- The preview


def preview(client, template, mode: str, **fields) -> str:
    address = url(Template, "preview_on_edit", template.pk)
    answer = client.post(address, posted(name=template.name, **fields)).json()
    assert answer == {"is_valid": True, "is_available": True}
    return client.get(f"{address}?mode={mode}&in_preview_panel=true").content.decode()


def test_the_preview_is_the_certificate_as_it_would_be_drawn(as_editor, no_other_hosts):  # noqa: F811
    template = make_template(publish=False)

    page = preview(as_editor, template, "arabic", signatories=[person("Bo Lindqvist", "Head of training")])

    no_other_hosts(page)
    pdf = base64.b64decode(re.search(r"data:application/pdf;base64,([^\"]+)", page)[1])
    words = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "Bo Lindqvist" in words
    image = Image.open(BytesIO(base64.b64decode(re.search(r"data:image/png;base64,([^\"]+)", page)[1])))
    assert image.size == (1400, 990)
    assert len(image.getcolors(1_000_000)) > 50
    assert ARABIC_NAME  # drawn by the fonts of the document; its tests read it


def test_a_preview_that_cannot_be_drawn_says_why(as_editor):  # noqa: F811
    page = preview(as_editor, make_template(publish=False), "", heading="Award of {points}", lead="明")

    assert "There is no field {points}" in page
    assert "U+660E" in page
    assert "data:image" not in page
