"""Names and documents go when their time is over: announced, told, erased, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import personal_data
from certificates import retention
from certificates.models import Appeal, Award, CertificateEvent, EndOfKeeping, NameCorrection
from certificates.retention import announce_ends, erase_ended, keep_policy, tell_holders
from certificates.services.revoking import appeal, ask_revocation, confirm
from tests.factories.accounts import UserFactory
from tests.factories.certificates import (
    IssuedAwardFactory,
    NameCorrectionFactory,
    issued_certificate,
    manager,
)

pytestmark = pytest.mark.django_db


def award_of_years(years: float, **fields) -> Award:
    return IssuedAwardFactory(
        completed_on=timezone.localdate() - timedelta(days=round(365.25 * years)), **fields
    )


def let_the_notice_pass(**fields):
    """As if the letter had gone out sixty days ago."""
    past = timezone.now() - retention.NOTICE
    EndOfKeeping.objects.update(told_at=past, ends_on=past.date(), **fields)


def test_holders_are_told_sixty_days_before_in_one_letter(mailoutbox):
    learner = UserFactory()
    first, second = (award_of_years(6.9, enrolment__learner=learner) for _ in range(2))
    award_of_years(6.5, enrolment__learner=learner)

    keep_policy()
    keep_policy()

    (letter,) = mailoutbox
    assert letter.to == [learner.email]
    for award in (first, second):
        assert award.certificate.number in letter.body
    assert letter.body.count("completed on") == 2
    assert Award.objects.exclude(learner_name="").count() == 3


def test_a_shortened_policy_still_gives_sixty_days(settings):
    settings.RETENTION_YEARS = 1
    award = award_of_years(5)

    announce_ends()
    tell_holders()

    assert award.end_of_keeping.ends_on == timezone.localdate() + retention.NOTICE
    assert erase_ended() == 0


def test_name_and_document_go_and_the_record_stays(django_capture_on_commit_callbacks):
    certificate = issued_certificate(award__completed_on=timezone.localdate() - timedelta(days=8 * 366))
    storage, file, award = certificate.pdf.storage, certificate.pdf.name, certificate.award
    keep_policy()
    let_the_notice_pass()

    with django_capture_on_commit_callbacks(execute=True):
        assert erase_ended() == 1
    assert erase_ended() == 0

    certificate.refresh_from_db()
    award.refresh_from_db()
    assert (certificate.holder_name, certificate.pdf.name, award.learner_name) == ("", "", "")
    assert not storage.exists(file)
    assert (certificate.is_issued, certificate.sha256 != "") == (True, True)
    kinds = [event.kind for event in certificate.events.all()]
    assert kinds.count(CertificateEvent.Kind.ERASED) == 1
    assert kinds.count(CertificateEvent.Kind.KEEPING_ENDS) == 1
    announce_ends()
    assert EndOfKeeping.objects.count() == 1


def test_whoever_was_not_told_is_not_erased():
    award_of_years(9)
    announce_ends()
    EndOfKeeping.objects.update(ends_on=timezone.localdate())

    assert erase_ended() == 0


def test_a_prolonged_policy_and_open_requests_hold_it_back(settings):
    award_of_years(8)
    NameCorrectionFactory(award=award_of_years(8))
    announce_ends()
    assert EndOfKeeping.objects.count() == 1
    let_the_notice_pass()

    settings.RETENTION_YEARS = 10
    assert erase_ended() == 0
    settings.RETENTION_YEARS = 0
    assert erase_ended() == 0
    assert retention.ending_soon().count() == 0


def test_runs_are_bounded(monkeypatch):
    monkeypatch.setattr(retention, "AT_MOST", 2)
    for _ in range(3):
        award_of_years(8)

    assert [announce_ends(), announce_ends(), announce_ends()] == [2, 1, 0]
    let_the_notice_pass()
    assert [erase_ended(), erase_ended(), erase_ended()] == [2, 1, 0]


def test_one_that_fails_is_left_for_the_next_run(monkeypatch, caplog):
    award_of_years(8)
    announce_ends()
    let_the_notice_pass()
    with monkeypatch.context() as patch:
        patch.setattr(retention, "erase_award", lambda award: 1 / 0)
        assert erase_ended() == 0

    assert "could not be erased" in caplog.text
    assert erase_ended() == 1


def test_closing_an_account_empties_what_was_asked():
    award = IssuedAwardFactory()
    learner = award.enrolment.learner
    confirm(ask_revocation(award, reason="in_error", note="", by=manager()), by=manager())
    appeal(award, text="I am Hannah and I was there.", by=learner)
    NameCorrectionFactory(award=award, decided_by=manager(), decided_at=timezone.now())
    (given,) = personal_data.export(learner)["certificates"]
    assert given["appeals"][0]["text"] == "I am Hannah and I was there."
    assert given["name_corrections"][0]["to"] == "Hannah Varga"

    personal_data.erase(learner)

    assert Appeal.objects.count() == 0
    correction = NameCorrection.objects.get()
    assert (correction.old_name, correction.new_name, correction.why) == ("", "", "")
