from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from accounts import personal_data
from accounts.roles import Role
from certificates.models import Certificate
from certificates.services import award_if_earned, issue_certificate
from cohorts import columns
from courses.services import complete_module, remember_place
from courses.steps import StepStatus, extra_steps
from tests.factories.accounts import UserFactory
from tests.factories.certificates import (
    AwardFactory,
    CertificateFactory,
    complete_required,
    course_with_quiz,
    earned_enrolment,
    issued_certificate,
)
from tests.factories.courses import CoursePageFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
MY = "/my/"
CPD = "/my/cpd/"


def main_of(response) -> str:
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def certificate_of(learner, **fields) -> Certificate:
    return issued_certificate(award__enrolment__learner=learner, **fields)


# --- /my/ -------------------------------------------------------------------------------------------


def test_under_way_leads_to_the_exact_place(client_for):
    course = course_with_quiz(modules=3)
    enrolment = EnrolmentFactory(course=course)
    first, second, third = course.course_modules.select_related("module").order_by("sort_order")
    client = client_for(enrolment.learner)

    def leads_to(place):
        return f'href="{reverse("courses:module", args=[course.slug, place.module.slug])}"' in main_of(
            client.get(MY)
        )

    assert leads_to(first)
    complete_module(enrolment, first)
    remember_place(enrolment, third)
    assert leads_to(third)
    assert "You have completed 1 of 3 modules." in main_of(client.get(MY))
    complete_module(enrolment, third)
    assert leads_to(second)
    complete_module(enrolment, second)
    assert f'href="{reverse("quizzes:quiz", args=[course.slug])}"' in main_of(client.get(MY))


def test_earned_moves_down_with_its_download(client_for):
    enrolment = earned_enrolment()
    certificate = issue_certificate(award_if_earned(enrolment))

    shown = main_of(client_for(enrolment.learner).get(MY))

    assert "You have no course under way." in shown
    assert reverse("certificates:download", args=[certificate.number]) in shown
    assert f"(PDF, {round(certificate.size_bytes / 1024)} KB)" in shown


def test_courses_to_take_next_leave_out_what_is_taken(client_for):
    enrolment = EnrolmentFactory()
    CoursePageFactory(title="Quite another course")

    shown = main_of(client_for(enrolment.learner).get(MY)).split("What you could take next")[1]

    assert "Quite another course" in shown
    assert enrolment.course.title not in shown


def test_an_unpublished_course_is_not_offered_for_continuing(client_for):
    enrolment = EnrolmentFactory(course=course_with_quiz())
    enrolment.course.unpublish()

    assert enrolment.course.title not in main_of(client_for(enrolment.learner).get(MY))


def fill(learner, rows: int) -> None:
    for _ in range(rows):
        complete_required(EnrolmentFactory(learner=learner, course=course_with_quiz(modules=2)))
        EnrolmentFactory(learner=learner, course=course_with_quiz(modules=2))
        certificate_of(learner)
        CoursePageFactory()


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_do_not_grow(client_for, django_assert_num_queries, rows):
    learner = UserFactory()
    fill(learner, rows)
    client = client_for(learner)
    client.get(MY)

    with django_assert_num_queries(16):
        client.get(MY)


@pytest.mark.parametrize("address", [MY, "/my/certificates/x/", "/certificates/waiting/"])
def test_visitors_are_asked_to_log_in(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_a_learner_sees_only_their_own(client_for):
    certificate = certificate_of(UserFactory(), award__activity__title="Not yours")
    client = client_for(UserFactory())

    for address in (MY, CPD, "/my/cpd/record.csv"):
        content = client.get(address).content.decode()
        assert certificate.number not in content


def test_an_undrawable_name_is_explained_to_learner_and_manager(client_for):
    learner = UserFactory(name="Anna 李")
    issue_certificate(CertificateFactory(award__enrolment__learner=learner).award)

    for address in (MY, CPD):
        shown = main_of(client_for(learner).get(address))
        assert "李 (U+674E" in shown
        assert "/my/account/" in shown
    manager = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))
    assert "1 certificate</a> cannot be drawn and needs your help" in main_of(manager.get(MY))
    assert learner.email in main_of(manager.get("/certificates/waiting/"))
    assert client_for(learner).get("/certificates/waiting/").status_code == 404


# --- Download ---------------------------------------------------------------------------------------


def test_holder_and_managers_download_the_stored_file(client_for, django_assert_max_num_queries):
    learner = UserFactory()
    certificate = certificate_of(learner)
    address = reverse("certificates:download", args=[certificate.number])

    for user in (learner, UserFactory(role=Role.PROGRAMME_MANAGER)):
        client = client_for(user)
        with django_assert_max_num_queries(8):
            response = client.get(address)
        content = b"".join(response.streaming_content)
        assert content.startswith(b"%PDF")
        assert len(content) == certificate.size_bytes
        assert response["Content-Type"] == "application/pdf"
        assert (
            response["Content-Disposition"] == f'attachment; filename="certificate-{certificate.number}.pdf"'
        )
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "role", ["", Role.TRAINER, Role.LEAD_TRAINER, Role.AGENCY_LEAD, Role.EDITOR, Role.MODERATOR]
)
def test_nobody_else_downloads_it(client_for, role):
    certificate = certificate_of(UserFactory())

    response = client_for(UserFactory(role=role)).get(
        reverse("certificates:download", args=[certificate.number])
    )

    assert response.status_code == 404


def test_a_pending_certificate_and_an_unknown_one_are_not_found(client_for):
    pending = CertificateFactory()
    client = client_for(pending.award.enrolment.learner)

    assert client.get(reverse("certificates:download", args=[pending.number])).status_code == 404
    assert client.get(reverse("certificates:download", args=["FL-2026-00000000-0"])).status_code == 404


def test_the_stored_file_is_not_where_media_are_served_from(settings):
    certificate = certificate_of(UserFactory())

    assert not Path(certificate.pdf.path).is_relative_to(settings.MEDIA_ROOT)


# --- What other apps ask ----------------------------------------------------------------------------


def test_the_certificate_is_the_last_step_of_its_course():
    course = course_with_quiz()
    assert extra_steps(course, None, False)[-1].status is StepStatus.LOCKED
    enrolment = earned_enrolment(course)
    assert extra_steps(course, enrolment, True)[-1].status is StepStatus.LOCKED
    award = award_if_earned(enrolment)
    assert extra_steps(course, enrolment, True)[-1].status is StepStatus.IN_PROGRESS
    issue_certificate(award)
    step = extra_steps(course, enrolment, True)[-1]
    assert (step.status, step.url) == (StepStatus.COMPLETED, CPD)


def test_a_groups_table_says_who_is_certified(django_assert_num_queries):
    award, other = AwardFactory(), EnrolmentFactory()
    revoked = AwardFactory()
    revoked.revoked_at = revoked.awarded_at
    revoked.save()

    with django_assert_num_queries(1):
        found = columns.certified([award.enrolment, other, revoked.enrolment])

    assert found == {award.enrolment_id: date(2026, 11, 21)}


def test_personal_data_are_given_back_and_erased(client, django_capture_on_commit_callbacks):
    learner = UserFactory(name="Hannah Bellamy")
    certificate = certificate_of(learner)
    old_token, storage, file = certificate.token, certificate.pdf.storage, certificate.pdf.name
    (given,) = personal_data.export(learner)["certificates"]
    assert (given["name"], given["certificates"][0]["number"]) == ("Hannah Bellamy", certificate.number)

    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(learner)

    certificate.refresh_from_db()
    assert (certificate.holder_name, certificate.award.learner_name, certificate.pdf.name) == ("", "", "")
    assert not storage.exists(file)
    assert (
        "No certificate"
        in client.get(reverse("certificates:verify_token", args=[old_token])).content.decode()
    )
    shown = client.get(reverse("certificates:verify_number", args=[certificate.number])).content.decode()
    assert "This certificate is valid" in shown
