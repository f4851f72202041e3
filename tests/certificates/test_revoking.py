"""Revoking with a second person, appeals, and withdrawing a revocation."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from certificates.models import Appeal, Award, Certificate, RevocationRequest
from certificates.services import issue_certificate
from certificates.services.deciding import ChangeRefused
from certificates.services.editions import reissue
from certificates.services.issuing import AnotherWasFaster, make_document, mark_issued
from certificates.services.revoking import (
    appeal,
    ask_restore,
    ask_revocation,
    confirm,
    dismiss_appeal,
    refuse,
    revocation_of,
)
from certificates.services.telling import tell_decisions
from tests.factories.certificates import (
    AppealFactory,
    CertificateFactory,
    IssuedAwardFactory,
    RevocationRequestFactory,
    issued_certificate,
    manager,
)

pytestmark = pytest.mark.django_db
State = Certificate.State


def revoked_award(**fields) -> Award:
    award = IssuedAwardFactory(**fields)
    confirm(ask_revocation(award, reason="in_error", note="", by=manager()), by=manager())
    award.refresh_from_db()
    return award


def states(award) -> list[tuple[int, str]]:
    return list(award.certificates.order_by("edition").values_list("edition", "state"))


# --- Two people ---------------------------------------------------------------------------------------


def test_nothing_changes_until_a_second_manager_confirms(django_capture_on_commit_callbacks, mailoutbox):
    award = IssuedAwardFactory()
    request = ask_revocation(award, reason="in_error", note="Wrong list", by=manager())
    assert (states(award), Award.objects.get().revoked_at) == ([(1, State.ISSUED)], None)

    with django_capture_on_commit_callbacks(execute=True):
        confirm(request, by=manager())

    award.refresh_from_db()
    assert award.revoked_at
    assert award.revoked_reason == "Issued in error"
    assert states(award) == [(1, State.REVOKED)]
    (letter,) = mailoutbox
    assert letter.to == [award.enrolment.learner.email]
    assert "Issued in error" in letter.body
    assert "Wrong list" not in letter.body
    assert reverse("certificates:appeal", args=[award.certificate.number]) in letter.body
    assert tell_decisions() == 0


def test_the_one_who_asked_cannot_confirm():
    asker = manager()
    request = ask_revocation(IssuedAwardFactory(), reason="in_error", note="", by=asker)

    with pytest.raises(ChangeRefused, match="Somebody else"):
        confirm(request, by=asker)
    decided = {"decided_by": asker, "decided_at": timezone.now(), "is_granted": True}
    with pytest.raises(DatabaseError), transaction.atomic():
        RevocationRequest.objects.filter(pk=request.pk).update(**decided)


def test_managers_ask_and_decide_nothing_about_themselves():
    holder = manager()
    award = IssuedAwardFactory(enrolment__learner=holder)
    with pytest.raises(ChangeRefused, match="your own"):
        ask_revocation(award, reason="in_error", note="", by=holder)
    request = ask_revocation(award, reason="in_error", note="", by=manager())

    with pytest.raises(ChangeRefused, match="Somebody else"):
        refuse(request, by=holder, answer="No.")


def test_a_refused_request_leaves_the_award():
    award = IssuedAwardFactory()
    refuse(ask_revocation(award, reason="in_error", note="", by=manager()), by=manager(), answer="All well.")

    assert states(award) == [(1, State.ISSUED)]
    ask_revocation(award, reason="in_error", note="", by=manager())
    with pytest.raises(ChangeRefused, match="waits for a decision"):
        ask_revocation(award, reason="in_error", note="", by=manager())


def test_a_revoked_award_gets_no_further_edition():
    award = revoked_award()

    with pytest.raises(ChangeRefused, match="revoked"):
        reissue(award, note="", by=manager())
    with pytest.raises(ChangeRefused, match="revoked already"):
        ask_revocation(award, reason="in_error", note="", by=manager())


@pytest.mark.django_db(transaction=True)
def test_managers_at_once_revoke_once(monkeypatch):
    monkeypatch.setattr("certificates.services.telling.tell_decisions_task.delay", lambda: None)
    award = IssuedAwardFactory()
    request = ask_revocation(award, reason="in_error", note="", by=manager())
    deciders = [manager() for _ in range(4)]
    barrier = threading.Barrier(len(deciders))
    refused = []

    def run(by):
        try:
            barrier.wait(20)
            confirm(RevocationRequest.objects.get(pk=request.pk), by=by)
        except ChangeRefused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 3
    assert award.certificates.get().events.filter(kind="revoked").count() == 1


# --- While an edition is being made ----------------------------------------------------------------------


def test_what_is_revoked_while_it_is_drawn_is_not_issued():
    first = issued_certificate()
    edition = reissue(first.award, note="", by=manager())
    drawn = Certificate.objects.select_related("supersedes", "award__activity").get(pk=edition.pk)
    made = make_document(drawn, timezone.now())
    confirm(ask_revocation(first.award, reason="in_error", note="", by=manager()), by=manager())

    with pytest.raises(AnotherWasFaster):
        mark_issued(drawn, made)
    assert states(first.award) == [(1, State.REVOKED), (2, State.PENDING)]


def test_a_pending_first_edition_is_not_issued_after_revocation():
    award = CertificateFactory().award
    confirm(ask_revocation(award, reason="not_earned", note="", by=manager()), by=manager())

    assert issue_certificate(award).is_pending
    confirm(ask_restore(award, reason="rev_error", note="", by=manager()), by=manager())
    assert issue_certificate(award).is_issued
    assert states(award) == [(1, State.ISSUED)]


# --- Withdrawn -----------------------------------------------------------------------------------------


def test_a_withdrawn_revocation_gives_a_new_edition_and_leaves_the_old_one_revoked(
    django_capture_on_commit_callbacks, mailoutbox
):
    award = issued_certificate().award
    confirm(ask_revocation(award, reason="in_error", note="", by=manager()), by=manager())
    appeal(award, text="I was there.", by=award.enrolment.learner)
    request = ask_restore(award, reason="appeal", note="", by=manager())

    with django_capture_on_commit_callbacks(execute=True):
        confirm(request, by=manager())

    award.refresh_from_db()
    assert (award.revoked_at, award.revoked_reason) == (None, "")
    assert states(award) == [(1, State.REVOKED), (2, State.ISSUED)]
    assert Appeal.objects.get().is_granted
    assert "counts again" in next(m.body for m in mailoutbox if "new edition" in m.subject)
    second = ask_revocation(award, reason="in_error", note="", by=manager())
    confirm(second, by=manager())
    award.refresh_from_db()
    assert states(award) == [(1, State.REVOKED), (2, State.REVOKED)]
    assert revocation_of(award) == second


# --- Appeals -------------------------------------------------------------------------------------------


def test_one_appeal_a_revocation_answered_by_somebody_else(django_capture_on_commit_callbacks, mailoutbox):
    award = revoked_award()
    made = appeal(award, text="I was there.", by=award.enrolment.learner)
    with pytest.raises(ChangeRefused, match="appealed already"):
        appeal(award, text="Again.", by=award.enrolment.learner)
    with pytest.raises(ChangeRefused, match="You asked for the revocation"):
        dismiss_appeal(made, by=made.revocation.asked_by, answer="No.")

    with django_capture_on_commit_callbacks(execute=True):
        dismiss_appeal(made, by=manager(), answer="The register was checked again.")

    assert any("The register was checked again." in letter.body for letter in mailoutbox)
    with pytest.raises(ChangeRefused, match="appealed already"):
        appeal(award, text="Again.", by=award.enrolment.learner)


def test_the_holder_appeals_and_still_downloads(client_for):
    award = revoked_award()
    client, address = (
        client_for(award.enrolment.learner),
        reverse("certificates:appeal", args=[award.certificate.number]),
    )

    assert "Use at most 1,000" in client.post(address, {"text": "x" * 1001}).content.decode()
    client.post(address, {"text": "I was there on both days."})

    assert Appeal.objects.get().text == "I was there on both days."
    assert "Send appeal" not in client.get(address).content.decode()


def test_the_holders_page_says_revoked_and_keeps_the_download(client_for):
    certificate = issued_certificate()
    confirm(ask_revocation(certificate.award, reason="in_error", note="", by=manager()), by=manager())
    client = client_for(certificate.award.enrolment.learner)

    page = client.get("/my/cpd/").content.decode()

    download = reverse("certificates:download", args=[certificate.number])
    assert "Revoked" in page
    assert download in page
    assert reverse("certificates:appeal", args=[certificate.number]) in page
    assert b"".join(client.get(download).streaming_content).startswith(b"%PDF")


def test_a_valid_certificate_has_nothing_to_appeal(client_for):
    award = IssuedAwardFactory()

    response = client_for(award.enrolment.learner).get(
        reverse("certificates:appeal", args=[award.certificate.number])
    )

    assert response.status_code == 302
    with pytest.raises(ChangeRefused):
        appeal(award, text="Why?", by=award.enrolment.learner)


def test_reasons_fit_what_is_asked():
    with pytest.raises(DatabaseError), transaction.atomic():
        RevocationRequestFactory(reason="appeal")
    assert AppealFactory().is_open
