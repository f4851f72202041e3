"""Managers who decide at the same moment, and a revocation while an edition is stored, on PostgreSQL."""

import pytest
from django.utils import timezone

from certificates.models import Award, Certificate, NameCorrection, RevocationRequest
from certificates.services.deciding import ChangeRefused
from certificates.services.editions import approve_correction, reissue
from certificates.services.issuing import AnotherWasFaster, Made, mark_issued
from certificates.services.revoking import ask_revocation, confirm
from tests.factories.certificates import (
    IssuedAwardFactory,
    NameCorrectionFactory,
    manager,
)
from tests.services.at_once import all_at_once, deadlocks

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]

MANAGERS, ROUNDS = 16, 12
State = Certificate.State


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr("certificates.services.editions.start_delivery", lambda award_id: None)
    monkeypatch.setattr("certificates.services.telling.tell_decisions_task.delay", lambda: None)


def granted(decide) -> bool:
    """Say whether `decide()` was let through."""
    try:
        decide()
    except ChangeRefused:
        return False
    return True


def test_sixteen_managers_approve_one_name_once():
    correction = NameCorrectionFactory()
    deciders = [manager() for _ in range(MANAGERS)]

    def approve(by):
        asked = NameCorrection.objects.get(pk=correction.pk)
        return granted(lambda: approve_correction(asked, by=by))

    assert sum(all_at_once(approve, deciders, lines=MANAGERS)) == 1
    assert correction.award.certificates.count() == 2


def test_sixteen_managers_confirm_one_revocation_once():
    award = IssuedAwardFactory()
    request = ask_revocation(award, reason="in_error", note="", by=manager())
    deciders = [manager() for _ in range(MANAGERS)]

    def decide(by):
        return granted(lambda: confirm(RevocationRequest.objects.get(pk=request.pk), by=by))

    assert sum(all_at_once(decide, deciders, lines=MANAGERS)) == 1
    assert award.certificates.get().events.filter(kind="revoked").count() == 1


def test_an_edition_that_is_stored_while_its_award_is_revoked_never_stays_valid():
    before = deadlocks()
    for number in range(ROUNDS):
        award = IssuedAwardFactory()
        edition = reissue(award, note="", by=manager())
        request = ask_revocation(award, reason="in_error", note="", by=manager())
        second = manager()

        def act(what, award=award, edition=edition, request=request, second=second, number=number):
            if what == "revoke":
                return granted(lambda: confirm(request, by=second))
            pending = Certificate.objects.select_related("supersedes", "award").get(pk=edition.pk)
            pending.pdf.name = f"certificates/{number}.pdf"
            try:
                mark_issued(pending, Made(b"%PDF", timezone.now(), {}))
            except AnotherWasFaster:
                return False
            return True

        order = ["revoke", "store"] if number % 2 else ["store", "revoke"]
        found = dict(zip(order, all_at_once(act, order, lines=2), strict=True))
        states = list(award.certificates.order_by("edition").values_list("state", flat=True))

        assert found["revoke"]
        assert Award.objects.get(pk=award.pk).revoked_at
        stored_first = [State.SUPERSEDED, State.REVOKED]
        assert states == (stored_first if found["store"] else [State.REVOKED, State.PENDING])
    assert deadlocks() == before
