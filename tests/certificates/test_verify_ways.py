"""The public check by file, by a holder's link, of other editions, and what the holder lets others see."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certificates import sharing
from certificates.file_check import MOST_BYTES
from certificates.models import Award, Certificate, CertificateEvent, ShareLink
from certificates.personal_data import erase_awards
from certificates.services import issue_certificate
from certificates.verification import TRIES_AN_ADDRESS
from tests.factories.accounts import UserFactory
from tests.factories.certificates import CertificateFactory, certificate_with_badge, issued_certificate

pytestmark = pytest.mark.django_db
NAME = "Jordan Achebe-Reid"


@pytest.fixture
def certificate():
    """With a badge and a hash, and without the time that drawing takes."""
    return certificate_with_badge(award__enrolment__learner__name=NAME)


@pytest.fixture
def holder(certificate):
    return certificate.award.enrolment.learner


def main_of(response) -> str:
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def heading(response) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.S)[1]


def by_number(client, certificate):
    return client.get(reverse("certificates:verify_number", args=[certificate.number]))


def by_code(client, certificate):
    return client.get(reverse("certificates:verify_token", args=[certificate.token]))


def upload(client, content: bytes, **extra):
    file = SimpleUploadedFile("certificate.pdf", content)
    return client.post(reverse("certificates:verify_file"), {"file": file}, **extra)


# --- A file -----------------------------------------------------------------------------------------


def test_the_file_as_issued_is_ours_one_changed_bit_is_not(client):
    certificate = issued_certificate(award__enrolment__learner__name=NAME)
    with certificate.pdf.open() as file:
        content = file.read()
    client.logout()

    shown = upload(client, content)
    assert heading(shown) == "This file is as we issued it"
    assert "This certificate is valid" in main_of(shown)
    assert "J A" in main_of(shown)
    assert NAME not in main_of(shown)

    changed = bytearray(content)
    changed[len(content) // 3] ^= 1
    assert heading(upload(client, bytes(changed))) == "This file was changed after we issued it"
    assert heading(upload(client, content + b"\n% more")) == "This file was changed after we issued it"

    Certificate.objects.filter(pk=certificate.pk).update(state=Certificate.State.REVOKED)
    Award.objects.update(revoked_at=timezone.now())
    assert "This certificate was revoked" in main_of(upload(client, content))


def test_a_badge_is_checked_like_a_file(client, certificate):
    shown = upload(client, certificate.credential.encode())
    assert heading(shown) == "This file is as we issued it"

    altered = certificate.credential.replace(certificate.award.activity.title, "Something greater")
    assert heading(upload(client, altered.encode())) == "This file was changed after we issued it"


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"hello", "This is no certificate that we can read"),
        (b"%PDF-1.7\n%%EOF", "This file is not a certificate of ours"),
        (b"{}", "This is no certificate that we can read"),
        (b"\x89PNG\r\n\x1a\n", "This is no certificate that we can read"),
    ],
)
def test_other_files_are_told_apart_calmly(client, content, answer):
    assert heading(upload(client, content)) == answer


def test_no_file_and_too_large_a_file_are_said_beside_the_field(client, certificate):
    for response in (
        client.post(reverse("certificates:verify_file")),
        upload(client, b"x" * (MOST_BYTES + 1)),
    ):
        assert response.status_code == 200
        assert "<title>Error: Check a certificate" in response.content.decode()
        assert "at most 1 MB" in main_of(response)


def test_files_from_one_address_are_limited(client):
    for _ in range(TRIES_AN_ADDRESS):
        upload(client, b"hello")

    assert "Too many files were checked" in main_of(upload(client, b"hello"))
    assert heading(upload(client, b"hello", REMOTE_ADDR="192.0.2.9")).startswith("This is no certificate")


def test_an_upload_needs_the_form_of_this_site():
    from django.test import Client

    assert upload(Client(enforce_csrf_checks=True), b"hello").status_code == 403


def test_checking_a_file_costs_few_queries(client, certificate, django_assert_max_num_queries):
    upload(client, certificate.credential.encode())
    with django_assert_max_num_queries(6):
        upload(client, certificate.credential.encode())


# --- Other editions ---------------------------------------------------------------------------------


def test_a_replaced_edition_says_so_and_its_code_leads_to_the_new_one(client):
    old = issued_certificate()
    CertificateFactory(award=old.award, edition=2, supersedes=old, reason="name", holder_name="Robin Achebe")
    assert heading(by_number(client, old)) == "This certificate is valid"

    new = issue_certificate(old.award)

    assert heading(by_number(client, old)) == "This certificate was replaced by a later edition"
    assert new.number not in main_of(by_number(client, old))
    shown = main_of(by_code(client, old))
    assert reverse("certificates:verify_token", args=[new.token]) in shown
    assert "Robin" not in shown
    assert heading(by_number(client, new)) == "This certificate is valid"


def test_an_erased_one_answers_without_a_name(client, certificate, holder):
    erase_awards(holder)

    shown = by_number(client, certificate)
    assert heading(shown) == "This certificate is valid"
    assert "We no longer keep the holder’s name" in main_of(shown)
    assert "Compare name" not in main_of(shown)
    assert "No certificate has this number" in main_of(by_code(client, certificate))


# --- What the holder chooses ------------------------------------------------------------------------


def test_a_hidden_number_cannot_be_told_from_an_unknown_one(client, certificate, holder):
    client.force_login(holder)
    client.post(reverse("certificates:share", args=[certificate.number]), {})
    client.logout()
    unknown = "FL-2026-00000000-0"
    nothing = client.get(reverse("certificates:verify_number", args=[unknown]))

    hidden = by_number(client, certificate)

    assert main_of(hidden).replace(certificate.number, unknown) == main_of(nothing)
    assert "This certificate is valid" in main_of(by_code(client, certificate))


def test_the_name_is_shown_with_the_code_only_when_the_holder_says_so(client, certificate, holder):
    client.force_login(holder)
    address = reverse("certificates:share", args=[certificate.number])
    client.post(address, {"shows_name": "on", "answers_number": "on"})
    client.logout()

    assert NAME in main_of(by_code(client, certificate))
    assert NAME not in main_of(by_number(client, certificate))

    client.force_login(holder)
    client.post(address, {"answers_number": "on"})
    client.logout()
    assert NAME not in main_of(by_code(client, certificate))
    kinds = certificate.events.values_list("kind", flat=True)
    assert list(kinds) == [CertificateEvent.Kind.SHARED, CertificateEvent.Kind.UNSHARED]


def test_a_link_shows_the_name_until_it_ends(client, certificate, holder):
    client.force_login(holder)
    client.post(
        reverse("certificates:make_link", args=[certificate.number]), {"label": "New job", "days": "7"}
    )
    link = ShareLink.objects.get()
    assert link.token in main_of(client.get(reverse("certificates:share", args=[certificate.number])))
    address = reverse("certificates:verify_link", args=[link.token])
    client.logout()
    shown = client.get(address)
    assert NAME in main_of(shown)
    assert "New job" not in main_of(shown)
    assert shown["X-Robots-Tag"] == "noindex, nofollow"

    client.force_login(holder)
    client.post(reverse("certificates:end_link", args=[certificate.number, link.pk]))
    client.logout()

    ended = client.get(address)
    assert ended.status_code == 404
    assert NAME not in ended.content.decode()


def test_a_link_ends_by_itself_and_with_erasure(client, certificate, holder):
    link = sharing.make_link(certificate.award, days=1, label="", by=holder)
    address = reverse("certificates:verify_link", args=[link.token])
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404

    other = sharing.make_link(certificate.award, days=1, label="For Robin", by=holder)
    erase_awards(holder)
    assert client.get(reverse("certificates:verify_link", args=[other.token])).status_code == 404
    assert set(ShareLink.objects.values_list("label", flat=True)) == {""}


def test_links_are_limited_and_the_form_keeps_what_was_typed(client, certificate, holder, monkeypatch):
    monkeypatch.setattr("certificates.sharing.MOST_LINKS", 1)
    client.force_login(holder)
    address = reverse("certificates:make_link", args=[certificate.number])
    client.post(address, {"label": "One", "days": "7"})

    shown = main_of(client.post(address, {"label": "Another", "days": "30"}))

    assert "End one that you do not need" in shown
    assert 'value="Another"' in shown
    assert ShareLink.objects.count() == 1


def test_nobody_else_chooses_for_the_holder(client, certificate):
    client.force_login(UserFactory())

    assert client.get(reverse("certificates:share", args=[certificate.number])).status_code == 404


def test_the_pages_stay_small(client, certificate):
    for response in (by_number(client, certificate), by_code(client, certificate)):
        assert len(response.content) <= 20_000
