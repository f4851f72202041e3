"""A badge from the issue of its certificate to the end of its standing, through the services that do it."""

import json

import pytest
from django.core.cache import cache

from certificates.badges import status
from certificates.badges.checking import Verdict, check_credential, names_holder
from certificates.badges.containers import credential_in_pdf
from certificates.models import Certificate
from certificates.services import issue_certificate
from certificates.services.editions import reissue
from certificates.services.revoking import ask_restore, ask_revocation, confirm
from tests.certificates.badges import bits
from tests.factories.certificates import issued_certificate, manager

pytestmark = pytest.mark.django_db
State = Certificate.State


def standing_bits() -> set[int]:
    cache.clear()
    return bits(status.signed_list(1))


def test_issuing_signs_a_badge_that_says_what_the_certificate_says():
    certificate = issued_certificate()
    report = check_credential(certificate.credential)

    assert (report.verdict, report.certificate) == (Verdict.GENUINE, certificate)
    payload = certificate.payload
    assert report.document["name"] == payload["title"]
    assert names_holder(report.document, payload["holder_name"], payload["check_url"])
    assert standing_bits() == set()
    with certificate.pdf.open() as file:
        assert credential_in_pdf(file.read()) == certificate.credential  # below the seal


def test_each_edition_has_a_badge_and_only_the_current_one_stands():
    first = issued_certificate()
    reissue(first.award, note="", by=manager())
    second = issue_certificate(first.award)
    assert (second.edition, standing_bits()) == (2, {first.status_index})

    confirm(ask_revocation(first.award, reason="in_error", note="", by=manager()), by=manager())
    assert standing_bits() == {first.status_index, second.status_index}
    assert check_credential(second.credential).certificate.state == State.REVOKED

    first.award.refresh_from_db()
    confirm(ask_restore(first.award, reason="appeal", note="", by=manager()), by=manager())
    third = issue_certificate(first.award)
    assert (third.edition, third.status_index in standing_bits()) == (3, False)
    assert json.loads(third.credential)["credentialStatus"]["statusListIndex"] == str(third.status_index)
