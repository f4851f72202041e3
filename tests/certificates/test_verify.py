from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.verification import TRIES_A_NUMBER, TRIES_AN_ADDRESS, initials, normalised
from tests.factories.certificates import CertificateFactory, issued_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    return issued_certificate(
        award__enrolment__learner__name="Jordan Achebe-Reid",
        award__enrolment__course__title="Signs and safe steps",
        award__refresh_by=timezone.localdate() + timedelta(days=700),
    )


def by_number(certificate) -> str:
    return reverse("certificates:verify_number", args=[certificate.number])


def by_token(certificate) -> str:
    return reverse("certificates:verify_token", args=[certificate.token])


def main_of(response) -> str:
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def test_form_leads_to_the_result_however_it_is_typed(client, certificate):
    typed = certificate.number.lower().replace("-", " ").replace("0", "O").replace("1", "I")

    response = client.get(reverse("certificates:verify"), {"number": typed}, follow=True)

    assert "This certificate is valid" in main_of(response)
    assert certificate.number in main_of(response)


def test_result_shows_exactly_what_may_be_said(client, certificate):
    shown = main_of(client.get(by_number(certificate)))

    for expected in [
        "This certificate is valid",
        certificate.number,
        "Signs and safe steps",
        "Thornwell Training Programme, Charity 1234567",
        "21 November 2026",
        "edition 1",
        "3:30, of these participatory 0:30",
        "Refresh by",
    ]:
        assert expected in shown
    learner = certificate.award.enrolment.learner
    hidden = ["Jordan", "Achebe", "J A", certificate.token, certificate.sha256]
    for secret in [*hidden, learner.email, learner.agency.name]:
        assert secret not in shown


def test_the_code_adds_initials_and_no_more(client, certificate):
    shown = main_of(client.get(by_token(certificate)))

    assert "J A" in shown
    assert "Jordan" not in shown
    assert "Achebe" not in shown


def test_past_its_refresh_date_and_revoked_are_said_without_the_reason(client, certificate):
    award = certificate.award
    award.refresh_by = timezone.localdate() - timedelta(days=1)
    award.save()
    assert "past its refresh date" in main_of(client.get(by_number(certificate)))

    award.revoked_at, award.revoked_reason = timezone.now(), "Somebody else took the quiz"
    award.save()
    shown = main_of(client.get(by_number(certificate)))
    assert "This certificate was revoked" in shown
    assert "Somebody else" not in shown


def test_unknown_malformed_and_pending_look_the_same(client, certificate):
    pending = CertificateFactory()
    addresses = [
        by_number(pending),
        reverse("certificates:verify_number", args=["FL-2026-00000000-0"]),
        reverse("certificates:verify_number", args=["nonsense"]),
        by_token(pending),
        reverse("certificates:verify_token", args=["nonsense"]),
    ]

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        assert "No certificate has this number" in main_of(response)
        assert client.post(address, {"name": "Jordan"}).status_code == 200


@pytest.mark.parametrize("address", [by_number, by_token])
def test_pages_stay_out_of_search_engines_caches_and_referrers(client, certificate, address):
    response = client.get(address(certificate))

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Jordan Achebe-Reid", "Yes, this name matches."),
        ("  JORDAN   achebe‑reid ", "Yes, this name matches."),
        ("Jordan Reid", "No, this name does not match."),
    ],
)
def test_a_name_is_compared_and_never_shown(client, certificate, name, answer):
    response = client.post(by_number(certificate), {"name": name})

    assert answer in main_of(response)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("STRASSE", "straße"),
        ("O’Neill", "O'Neill"),
        ("Ａnn", "ann"),
        ("Ann\u00a0 Lee", "ann lee"),
    ],
)
def test_normalised_ignores_how_a_name_is_typed(one, other):
    assert normalised(one) == normalised(other)


def test_names_of_one_certificate_are_limited_whoever_asks(client, certificate):
    for number in range(TRIES_A_NUMBER):
        response = client.post(
            by_number(certificate), {"name": f"Guess {number}"}, REMOTE_ADDR=f"192.0.2.{number}"
        )
        assert "No, this name" in main_of(response)

    response = client.post(by_token(certificate), {"name": "Jordan Achebe-Reid"}, REMOTE_ADDR="192.0.2.200")

    assert "Too many names were tried" in main_of(response)
    assert "Yes, this name" not in main_of(response)
    assert "<title>Error: " in response.content.decode()


def test_names_from_one_address_are_limited(client, certificate, monkeypatch):
    monkeypatch.setattr("certificates.verification.TRIES_A_NUMBER", 1000)
    for _ in range(TRIES_AN_ADDRESS):
        client.post(by_number(certificate), {"name": "Guess"})

    assert "Too many names" in main_of(client.post(by_number(certificate), {"name": "Guess"}))
    assert "No, this" in main_of(
        client.post(by_number(certificate), {"name": "Guess"}, REMOTE_ADDR="192.0.2.9")
    )


def test_an_empty_number_or_name_is_asked_for_beside_the_field(client, certificate):
    for typed in ["", " - ", "李"]:
        shown = client.get(reverse("certificates:verify"), {"number": typed}).content.decode()
        assert "<title>Error: Check a certificate" in shown
        assert "Enter the number" in shown
    assert "Enter the name printed" in main_of(client.post(by_number(certificate), {"name": ""}))


def test_hostile_text_never_breaks_the_check(client, certificate, hostile):
    assert client.get(reverse("certificates:verify"), {"number": hostile}, follow=True).status_code == 200
    assert client.post(by_number(certificate), {"name": hostile}).status_code == 200
    address = f"/verify/{quote(hostile[:200], safe='')}/"
    assert client.get(address, follow=True).status_code in {200, 404}


def test_what_was_typed_is_kept(client):
    shown = main_of(client.get(reverse("certificates:verify"), {"number": "x" * 70}))
    assert "x" * 70 in shown
    shown = main_of(client.get(reverse("certificates:verify"), {"number": "FL-2026-WRONG"}, follow=True))
    assert 'value="FL-2026-WRONG"' in shown


def test_check_costs_few_queries(client, certificate, django_assert_max_num_queries):
    client.get(by_number(certificate))
    with django_assert_max_num_queries(6):
        client.get(by_number(certificate))


def test_initials():
    assert initials("Jordan Achebe-Reid") == "J A"
    assert initials("łucja de Vries") == "Ł D V"
