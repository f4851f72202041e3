"""What a digital badge says, that its proof covers all of it, and what checking makes of copies."""

import json

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import OB3LdpVerifier
from weasyprint import HTML, Attachment

from certificates.badges import keys
from certificates.badges.addresses import did_web
from certificates.badges.checking import CredentialReport, Verdict, check_credential, names_holder
from certificates.badges.containers import MAX_CREDENTIAL
from certificates.badges.credentials import sign
from certificates.badges.pictures import badge_png
from certificates.models import Certificate, SigningKey
from tests.certificates.badges import AT, FULL, PRINTED, SHAPES, alter, changed, make, paths, remove
from tests.factories.certificates import certificate_with_badge


@pytest.mark.parametrize("words", SHAPES.values(), ids=SHAPES.keys())
def test_the_proof_covers_every_member_under_the_pinned_contexts(words):
    OB3LdpVerifier(keys.PublicKey(keys.current_key().kid).pem).verify(make(words))


def test_the_same_words_give_the_same_bytes_and_fit_beside_the_document():
    assert make() == make()
    assert len(make(FULL).encode()) < 3000


def test_it_names_nobody_and_gives_nothing_that_leads_to_the_holder():
    text = make(FULL)
    said = text.replace("Thornwell", "")
    for secret in ("Zoë", "Brien", "Nguy", "abcdefghijklmnopqrstuv", "Rowan", "mailto", "@example"):
        assert secret not in said
    subject = json.loads(text)["credentialSubject"]
    assert "id" not in subject
    assert "salt" not in subject["identifier"][0]


def test_the_certificate_beside_it_proves_whose_it_is():
    document = json.loads(make())
    assert names_holder(document, PRINTED.holder_name, PRINTED.check_url)
    assert not names_holder(document, "Zoë OBrien", PRINTED.check_url)
    assert not names_holder(document, PRINTED.holder_name, PRINTED.check_url.replace("abc", "abd"))


def test_it_says_what_the_certificate_says():
    subject = json.loads(make(FULL))["credentialSubject"]
    assert subject["narrative"] == (
        "3 hours 30 minutes of learning, breaks excluded; of these, 30 minutes together with other people. "
        "Edition 2, which replaces FL-2026-00000000-0. Accredited by Example CPD Body, provider P-77, activity A-12. "
        "A refresher is due by 21 November 2028."
    )
    assert (subject["activityStartDate"], subject["activityEndDate"]) == ("2026-11-14", "2026-11-21")
    assert subject["achievement"]["criteria"]["narrative"] == (
        "Quiz passed at 80% or more; all required modules completed.\n\nAfter it a person is able to:\n\n"
        "- notice possible signs\n- choose a safe next step"
    )


def test_it_never_expires_because_what_was_learned_stays_true():
    assert "validUntil" not in json.loads(make(FULL))


@pytest.mark.parametrize(
    ("site", "did"),
    [
        ("https://training.example", "did:web:training.example"),
        ("https://Training.Example", "did:web:training.example"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_the_issuer_is_the_site(site, did):
    assert did_web(site) == did


# --- Checking ---------------------------------------------------------------------------------------
def test_our_own_is_genuine_and_leads_to_its_certificate(db, django_assert_num_queries):
    certificate = certificate_with_badge()
    with django_assert_num_queries(2):
        report = check_credential(certificate.credential)
    assert (report.verdict, report.certificate) == (Verdict.GENUINE, certificate)


def test_in_the_picture_and_in_the_pdf_it_is_the_same(db):
    certificate = certificate_with_badge()
    attached = Attachment(string=certificate.credential, name="credential.json")
    pdf = HTML(string="<p>x").write_pdf(attachments=[attached])

    assert check_credential(badge_png(certificate.credential)).certificate == certificate
    assert check_credential(pdf).certificate == certificate


@pytest.mark.parametrize("change", [alter, remove])
def test_the_proof_alone_gives_away_every_change(db, change):
    document = json.loads(certificate_with_badge().credential)
    refused = {Verdict.ALTERED, Verdict.FOREIGN, Verdict.UNREADABLE}  # before the register is asked
    copies = {path: json.dumps(changed(document, path, change)) for path in paths(document)}
    assert [path for path, text in copies.items() if check_credential(text).verdict not in refused] == []
    assert len(copies) > 50


def test_a_badge_signed_by_somebody_else_is_foreign(db, settings, tmp_path):
    certificate = certificate_with_badge()
    unsigned = json.loads(certificate.credential)
    del unsigned["proof"]
    settings.BADGE_KEY_FILE = tmp_path / "theirs.pem"
    theirs = json.dumps(sign(unsigned, AT))
    settings.BADGE_KEY_FILE = tmp_path / "another.pem"

    assert check_credential(theirs).verdict == Verdict.FOREIGN


def test_our_key_under_another_issuers_name_is_not_ours(db, settings):
    document = json.loads(certificate_with_badge().credential)
    del document["proof"]
    document["issuer"]["id"] = "did:web:elsewhere.example"

    assert check_credential(json.dumps(sign(document, AT))).verdict == Verdict.ALTERED


def test_what_our_key_signed_and_nobody_issued_is_unknown(db):
    certificate = certificate_with_badge()
    document = json.loads(certificate.credential)
    del document["proof"]
    document["credentialSubject"]["narrative"] = "300 hours of learning."

    assert check_credential(make()).verdict == Verdict.UNKNOWN  # no such number
    assert check_credential(json.dumps(sign(document, AT))).verdict == Verdict.UNKNOWN  # a leaked key


def test_superseded_and_revoked_ones_are_genuine_with_their_state(db):
    certificate = certificate_with_badge()
    for state in (Certificate.State.SUPERSEDED, Certificate.State.REVOKED):
        Certificate.objects.filter(pk=certificate.pk).update(state=state)
        report = check_credential(certificate.credential)
        assert (report.verdict, report.certificate.state) == (Verdict.GENUINE, state)


def test_an_old_key_still_vouches_and_a_lost_one_only_with_the_register(db, settings, tmp_path):
    certificate = certificate_with_badge()
    settings.BADGE_KEY_FILE = tmp_path / "next.pem"
    keys.on_record()
    assert check_credential(certificate.credential).is_genuine

    SigningKey.objects.exclude(kid=keys.current_key().kid).update(compromised_at=timezone.now())
    report = check_credential(certificate.credential)
    assert report.is_genuine
    assert report.is_key_compromised

    Certificate.objects.filter(pk=certificate.pk).update(credential="", erased_at=timezone.now())
    assert check_credential(certificate.credential).verdict == Verdict.UNKNOWN


def test_an_erased_certificate_still_answers_for_its_badge(db):
    certificate = certificate_with_badge()
    Certificate.objects.filter(pk=certificate.pk).update(
        credential="", holder_name="", payload=None, erased_at=timezone.now()
    )
    assert check_credential(certificate.credential).is_genuine


@pytest.mark.parametrize(
    "upload",
    [
        "", "x", "[]", "{}", '{"proof": []}', '{"proof": {"verificationMethod": 7}}', "[" * 100_000, b"\xff\xfe",
        b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xffiTXt", b"%PDF-1.7 nonsense", "\ud800",
        "7" * (MAX_CREDENTIAL + 1), b"%PDF-" + b"0" * (6 * 1024 * 1024),
    ],
    ids=range(14),
)  # fmt: skip
def test_anything_else_is_unreadable(db, upload):
    assert check_credential(upload) == CredentialReport(Verdict.UNREADABLE)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["@context", "id", "type", "@id"]), inner)
        ),
    ),
    st.sampled_from(
        ["@context", "id", "type", "issuer", "credentialSubject", "credentialStatus", "validFrom"]
    ),
)
@example({"@id": "x", "@graph": []}, "credentialSubject")
def test_nothing_that_is_sent_breaks_the_check(db, value, member):
    document = json.loads(make())
    document[member] = value
    assert not check_credential(json.dumps(document)).is_genuine
