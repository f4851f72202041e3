"""Who has which bit, and how soon a revocation is seen."""

import json
import threading

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from openbadgeslib.ob3 import verify_data_integrity_proof

from certificates.badges import keys, status
from certificates.badges.issuing import credential_for
from certificates.models import Certificate, StatusList
from certificates.snapshot import printed
from tests.certificates.badges import bits
from tests.factories.certificates import ISSUED_AT, AwardFactory, CertificateFactory, certificate_with_badge

State = Certificate.State


def revoke(certificate: Certificate, state: State = State.REVOKED) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(state=state)


@pytest.fixture
def _key_on_record(db):
    """As it is for five minutes after a commit; the transaction of a test ends in none."""
    cache.set(f"badge-key-on-record:{keys.on_record().kid}", True)


@pytest.mark.usefixtures("_key_on_record")
def test_a_certificate_keeps_the_index_it_got(db, django_assert_num_queries):
    certificate = CertificateFactory()
    words = printed(certificate, ISSUED_AT)
    first = credential_for(certificate, words, ISSUED_AT)
    again = Certificate.objects.select_related("award__activity", "status_list").get(pk=certificate.pk)
    with django_assert_num_queries(0):
        assert credential_for(again, words, ISSUED_AT) == first


@pytest.mark.usefixtures("_key_on_record")
def test_a_badge_costs_one_statement(db, django_assert_num_queries):
    certificate_with_badge()
    certificate = CertificateFactory()
    words = printed(certificate, ISSUED_AT)
    with django_assert_num_queries(1):
        credential_for(certificate, words, ISSUED_AT)


def test_a_taken_index_is_left_alone(db, monkeypatch):
    taken = certificate_with_badge().status_index
    draws = iter([taken, taken, 7])
    monkeypatch.setattr(status.secrets, "randbelow", lambda length: next(draws))
    certificate = CertificateFactory()
    status.assign_index(certificate)
    certificate.refresh_from_db()
    assert certificate.status_index == 7


def test_another_worker_that_was_first_has_settled_it(db):
    certificate = CertificateFactory()
    mine, theirs = (Certificate.objects.get(pk=certificate.pk) for _ in range(2))
    status.assign_index(theirs)
    status.assign_index(mine)
    assert (mine.status_list, mine.status_index) == (theirs.status_list, theirs.status_index)


def test_what_was_issued_without_a_badge_gets_no_index(db):
    certificate = CertificateFactory(state=State.REVOKED, issued_at=ISSUED_AT, sha256="0" * 64)
    status.assign_index(certificate)
    assert certificate.status_index is None


def test_the_database_lets_no_two_have_one_index(db):
    one = certificate_with_badge()
    with pytest.raises(IntegrityError):
        CertificateFactory(status_list=one.status_list, status_index=one.status_index)


def test_a_list_that_is_more_than_half_full_takes_no_more(db, monkeypatch):
    monkeypatch.setattr(status, "HALF_FULL", 1)
    generations = []
    for _ in range(5):
        cache.delete(status.OPEN_LIST)
        generations.append(certificate_with_badge().status_list.generation)
    assert generations == [1, 1, 2, 2, 3]


def test_bits_are_the_revoked_and_the_superseded_and_no_others(db):
    award = AwardFactory()
    superseded = certificate_with_badge(award=award)
    revoke(superseded, State.SUPERSEDED)
    standing = certificate_with_badge(award=award, edition=2)
    revoked, erased = certificate_with_badge(), certificate_with_badge()
    revoke(revoked)
    Certificate.objects.filter(pk=erased.pk).update(erased_at=ISSUED_AT, credential="", holder_name="")
    CertificateFactory()

    assert bits(status.signed_list(1)) == {superseded.status_index, revoked.status_index}
    assert standing.status_index not in bits(status.signed_list(1))


def test_the_list_is_signed_by_the_issuer_and_soon_out_of_date(db):
    certificate_with_badge()
    text = status.signed_list(1)
    document = json.loads(text)
    verify_data_integrity_proof(document, keys.PublicKey(keys.current_key().kid).pem)
    assert document["validUntil"] > document["validFrom"]
    assert document["id"] == "http://127.0.0.1:8000/badges/status/1/"


def test_a_hundred_readers_cost_one_signature_and_a_revocation_is_seen_within_a_minute(
    db, client, monkeypatch
):
    certificate = certificate_with_badge()
    signatures = []
    sign = status.sign
    monkeypatch.setattr(status, "sign", lambda *args: signatures.append(1) or sign(*args))
    pages = {client.get("/badges/status/1/").content for _ in range(100)}
    assert (len(pages), len(signatures)) == (1, 1)

    revoke(certificate)
    kept = cache.get("badges:status-list:1")
    assert kept  # and for so long: ours, a cache on the way, and the verifier's own
    assert status.KEPT_SECONDS + 2 * status.MAX_AGE_SECONDS <= 60
    cache.clear()  # as time does
    response = client.get("/badges/status/1/")
    assert certificate.status_index in bits(response.text)
    assert response["Cache-Control"] == "public, max-age=20"
    assert response.json()["credentialSubject"]["ttl"] == 20_000


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several writers at once")
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_share_no_index(monkeypatch):
    monkeypatch.setattr(status.secrets, "randbelow", lambda length: next(draws))
    certificates = [CertificateFactory() for _ in range(16)]
    cache.delete(status.OPEN_LIST)
    draws = iter([n // 4 for n in range(400)])  # four draw the same number in a row
    lost = []

    def work(certificate):
        try:
            while certificate.status_index is None:
                try:
                    status.assign_index(certificate)
                except IntegrityError:
                    lost.append(certificate.pk)  # the task is tried again
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(certificate,)) for certificate in certificates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = list(Certificate.objects.values_list("status_list", "status_index"))
    assert len(set(held)) == 16
    assert StatusList.objects.count() == 1
