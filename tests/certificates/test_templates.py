"""Templates: what is frozen when they are published, which one applies, and what certificates make of it."""

import hashlib

import pytest
from django.db import DatabaseError, transaction

from accounts.roles import Role
from certificates import pictures
from certificates.activities import version_for
from certificates.designs import design_for, look_of, template_for
from certificates.drawing import draw, warm_up
from certificates.models import Award, Certificate, TemplateUse, TemplateVersion
from certificates.printed import Design, Printed
from certificates.services import award_if_earned, issue_certificate
from certificates.services.editions import reissue
from certificates.services.issuing import BADGE_FILE, BADGE_IS
from cohorts.models import Programme
from courses.publication import PublicationRefused
from tests.factories.accounts import UserFactory
from tests.factories.certificates import course_with_quiz, earned_enrolment
from tests.factories.cohorts import CohortFactory, CohortMemberFactory
from tests.factories.courses import CoursePageFactory, EnrolmentFactory
from tests.factories.templates import cms_image, make_template, picture, republish

pytestmark = pytest.mark.django_db
TWO = [("Ada Prescott", "Chief executive", None), ("Bo Lindqvist", "Head of training", None)]


@pytest.fixture(autouse=True)
def _no_page_check(request, monkeypatch):
    """The page is drawn where a test is about it."""
    if "draws" not in request.keywords:
        monkeypatch.setattr("certificates.template_checks._page", lambda look: ())


def test_publishing_freezes_plain_values_and_pictures():
    course = CoursePageFactory()
    logo = cms_image(picture(mode="RGBA", colour="#b4570a"))
    someone = UserFactory(role=Role.MODERATOR)
    template = make_template(
        courses=[course], signatories=TWO, logo=logo, logo_alt="Harbour Trust", publish=False
    )

    republish(template, user=someone)

    version = template.versions.get()
    assert (version.number, version.published_by) == (1, someone)
    look = look_of(version)
    assert (look.palette, look.heading, look.logo.alt) == (
        "pine",
        "Certificate of completion",
        "Harbour Trust",
    )
    assert [(one.name, one.role, one.signature) for one in look.signatories] == TWO
    assert look.logo.content[:3] == b"\xff\xd8\xff"
    use = TemplateUse.objects.get()
    assert (use.version, use.course, use.programme, use.is_default) == (version, course, None, False)


def test_the_same_look_again_is_no_new_version_and_another_one_is():
    template = make_template(courses=[CoursePageFactory()])
    republish(template, name="Renamed")
    assert template.versions.count() == 1

    republish(template, heading="Certificate of attendance")

    assert [version.number for version in template.versions.all()] == [2, 1]
    assert [version.data["heading"] for version in template.versions.all()] == [
        "Certificate of attendance",
        "Certificate of completion",
    ]
    assert TemplateUse.objects.get().version.number == 2


def test_a_draft_changes_nothing_that_certificates_use():
    course = CoursePageFactory()
    template = make_template(courses=[course])
    template.heading = "A draft"
    template.courses = []
    template.save_revision()

    assert TemplateUse.objects.get(course=course).version.data["heading"] == "Certificate of completion"


def test_a_version_cannot_be_changed():
    version = make_template().versions.get()

    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(number=7)


def test_equal_pictures_are_stored_once_and_a_changed_file_is_noticed():
    content = pictures.normalised(picture(), pictures.LOGO)
    sha256 = pictures.keep(content)
    assert pictures.keep(content) == sha256 == hashlib.sha256(content).hexdigest()
    storage = pictures.storages["private"]
    assert [name for name in storage.listdir(pictures.FOLDER)[1] if name.startswith(sha256)] == [
        f"{sha256}.jpg"
    ]

    storage.delete(pictures._name(sha256))
    storage.save(pictures._name(sha256), pictures.ContentFile(b"another"))
    pictures.read.cache_clear()
    with pytest.raises(ValueError, match="was changed"):
        pictures.read(sha256)
    storage.delete(pictures._name(sha256))


# --- Which one applies


def membership(enrolment, programme, **fields):
    cohort = CohortFactory(course=enrolment.course, programme=programme)
    return CohortMemberFactory(cohort=cohort, learner=enrolment.learner, enrolment=enrolment, **fields)


def test_the_programme_comes_before_the_course_and_the_course_before_the_default(django_assert_num_queries):
    enrolment = EnrolmentFactory()
    programme = Programme.objects.create(name="Harbour")
    membership(enrolment, programme)
    assert template_for(enrolment) is None
    default = make_template("Default", is_default=True)
    assert template_for(enrolment) == default.versions.get()
    course = make_template("Course", courses=[enrolment.course], heading="Of a course")
    assert template_for(enrolment) == course.versions.get()
    of_programme = make_template("Programme", programmes=[programme], heading="Of a programme")
    with django_assert_num_queries(1):
        found = template_for(enrolment)
    assert found == of_programme.versions.get()

    of_programme.unpublish()

    assert template_for(enrolment) == course.versions.get()


def test_a_group_that_was_left_and_other_peoples_groups_do_not_count():
    enrolment, other = EnrolmentFactory.create_batch(2)
    programme = Programme.objects.create(name="Harbour")
    make_template(programmes=[programme])
    membership(other, programme)
    left = membership(enrolment, programme)
    assert template_for(enrolment) is not None

    left.left_at = left.joined_at
    left.save()

    assert template_for(enrolment) is None
    assert template_for(other) is not None


def test_a_course_has_one_template_and_the_message_names_the_other():
    course = CoursePageFactory(title="Signs at work")
    first = make_template("First", courses=[course])
    with pytest.raises(PublicationRefused, match="“Signs at work” already has the template “First”"):
        make_template("Second", courses=[course])
    make_template("Third", is_default=True)
    with pytest.raises(PublicationRefused, match="“Third” is for everything else already"):
        make_template("Fourth", is_default=True)

    republish(first, courses=[])
    republish(make_template("Fifth", publish=False), courses=[course])

    assert TemplateUse.objects.get(course=course).version.template.name == "Fifth"


# --- What certificates make of it


def test_an_award_notes_the_version_and_who_signs():
    enrolment = earned_enrolment()
    plain = version_for(enrolment.course, "All done", template_for(enrolment))
    make_template(courses=[enrolment.course])
    unsigned = version_for(enrolment.course, "All done", template_for(enrolment))
    republish(make_template("Signed", publish=False, is_default=True, signatories=TWO))

    award_if_earned(enrolment)

    activity = Award.objects.get().activity
    assert plain.template_version is None
    assert (activity.template_version, activity.signatories) == (unsigned.template_version, plain.signatories)
    signed = version_for(enrolment.course, "All done", TemplateUse.objects.get(is_default=True).version)
    assert signed.signatories == [{"name": name, "role": role} for name, role, _ in TWO]
    assert len({plain.fingerprint, unsigned.fingerprint, signed.fingerprint}) == 3


def stored(certificate) -> bytes:
    with certificate.pdf.open() as file:
        return file.read()


def drawn_again(certificate) -> str:
    """The hash of the page drawn from what was kept of it: payload, template version and badge."""
    printed = Printed.from_payload(certificate.payload)
    badge = (BADGE_FILE, certificate.credential.encode(), *BADGE_IS)
    page = draw(printed, design_for(certificate.template_version, printed), [badge])
    return hashlib.sha256(page).hexdigest()


def issued(**fields):
    warm_up()  # as a worker does at its start
    course = course_with_quiz()
    template = make_template(courses=[course], signatories=TWO, **fields)
    return template, issue_certificate(award_if_earned(earned_enrolment(course)))


def test_named_fields_are_filled_in():
    template, certificate = issued(heading="Award of {hours}", note="{provider}, {course}: {completed}")
    printed = Printed.from_payload(certificate.payload)

    design = design_for(template.versions.get(), printed)

    assert design.heading == "Award of 1 hour"
    assert design.note.startswith(f"{printed.provider_name}, {printed.title}: ")
    assert "{" not in design.note
    assert design_for(None, printed) == Design()


def test_what_was_issued_stays_whatever_becomes_of_the_template_and_its_logo():
    logo = cms_image(picture(colour="#17493f"))
    template, certificate = issued(logo=logo, logo_alt="Harbour Trust")
    before = stored(certificate)

    logo.file = pictures.ContentFile(picture(colour="#b4570a"), "logo.png")
    logo.save()
    republish(template, heading="Another heading")
    template.unpublish()
    pictures.read.cache_clear()

    certificate.refresh_from_db()
    assert stored(certificate) == before
    assert hashlib.sha256(before).hexdigest() == certificate.sha256
    assert drawn_again(certificate) == certificate.unsealed_sha256
    version = certificate.template_version
    assert (version.number, template.versions.first().number) == (1, 2)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(template_version=None)


def test_a_reissue_takes_todays_look_and_the_edition_before_keeps_its_own():
    template, first = issued()
    republish(template, heading="Another heading")

    second = issue_certificate(reissue(first.award, note="New look asked for", by=UserFactory()).award)

    first.refresh_from_db()
    assert (first.template_version.number, second.template_version.number) == (1, 2)
    assert drawn_again(first) == first.unsealed_sha256
