"""Revoking an award, and withdrawing that again: one manager asks, another decides; the holder may appeal."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from certificates import events
from certificates.models import Appeal, Award, Certificate, CertificateEvent, RevocationRequest
from certificates.services.deciding import (
    ChangeRefused,
    decide,
    lock,
    open_request,
    refuse_if_erased,
    shown_edition,
)
from certificates.services.editions import Why, begin_edition
from certificates.services.issuing import start_delivery
from certificates.services.telling import tell_soon

Event = CertificateEvent.Kind
Kind = RevocationRequest.Kind
ASKED = {Kind.REVOKE: Event.REVOCATION_ASKED, Kind.RESTORE: Event.RESTORE_ASKED}
REFUSED = {Kind.REVOKE: Event.REVOCATION_REFUSED, Kind.RESTORE: Event.RESTORE_REFUSED}


@transaction.atomic
def ask_revocation(
    award: Award, *, reason: str, note: str, by, batch: UUID | None = None
) -> RevocationRequest:
    """Ask another manager to revoke the award. Nothing changes until they confirm."""
    award = lock(award.pk)
    if award.revoked_at:
        raise ChangeRefused("This certificate is revoked already.")
    return _ask(award, Kind.REVOKE, reason=reason, note=note, by=by, batch=batch)


@transaction.atomic
def ask_restore(award: Award, *, reason: str, note: str, by) -> RevocationRequest:
    """Ask another manager to withdraw the revocation."""
    award = lock(award.pk)
    if not award.revoked_at:
        raise ChangeRefused("This certificate is not revoked.")
    refuse_if_erased(shown_edition(award))
    return _ask(award, Kind.RESTORE, reason=reason, note=note, by=by, batch=None)


def _ask(award: Award, kind: str, *, by, reason: str, **fields) -> RevocationRequest:
    if by.pk == award.enrolment.learner_id:
        raise ChangeRefused("This certificate is your own. Ask another manager.")
    request = open_request(
        RevocationRequest,
        already="Somebody has asked for this already. It waits for a decision.",
        award=award,
        kind=kind,
        reason=reason,
        asked_by=by,
        **fields,
    )
    events.record(shown_edition(award), ASKED[kind], by=by, note=request.get_reason_display())
    return request


@transaction.atomic
def confirm(request: RevocationRequest, *, by) -> None:
    """Do what was asked, as the second person. Twice or by two at once: once, and ChangeRefused for the other."""
    award = lock(request.award_id)
    decide(request, by=by, is_granted=True)
    if request.is_revocation:
        _revoke(award, request, by)
    else:
        _restore(award, request, by)
    tell_soon()


@transaction.atomic
def refuse(request: RevocationRequest, *, by, answer: str) -> None:
    """Leave the award as it is. answer: for the manager who asked; kept with the request."""
    lock(request.award_id)
    decide(request, by=by, is_granted=False, answer=answer)
    events.record(shown_edition(request.award), REFUSED[request.kind], by=by)


def _revoke(award: Award, request: RevocationRequest, by) -> None:
    """The award and its current edition stop counting; an edition that is being made can no longer be issued."""
    if award.revoked_at:
        raise ChangeRefused("This certificate is revoked already.")
    certificate = shown_edition(award)
    reason = request.get_reason_display()
    Award.objects.filter(pk=award.pk).update(revoked_at=timezone.now(), revoked_reason=reason)
    Certificate.objects.issued().filter(award=award).update(state=Certificate.State.REVOKED)
    events.record(certificate, Event.REVOKED, by=by, note=reason)


def _restore(award: Award, request: RevocationRequest, by) -> None:
    """The award counts again, under a new edition: what was revoked stays revoked, and the database keeps it so."""
    if not award.revoked_at:
        raise ChangeRefused("This certificate is not revoked.")
    Award.objects.filter(pk=award.pk).update(revoked_at=None, revoked_reason="")
    award.revoked_at = None
    note = request.get_reason_display()
    events.record(shown_edition(award), Event.RESTORED, by=by, note=note)
    Appeal.objects.open().filter(award=award).update(
        decided_by=by, decided_at=timezone.now(), is_granted=True
    )
    if award.certificates.filter(state=Certificate.State.PENDING).exists():
        transaction.on_commit(lambda: start_delivery(award.pk))
    else:
        begin_edition(award, Why(Certificate.Reason.RESTORED, note), by=by)


# --- Appeals ----------------------------------------------------------------------------------


def revocation_of(award: Award) -> RevocationRequest | None:
    """Return the request by which the award stands revoked; None for one that counts, or was revoked otherwise."""
    granted = award.revocation_requests.filter(kind=Kind.REVOKE, is_granted=True)
    return granted.order_by("-decided_at").first() if award.revoked_at else None


@transaction.atomic
def appeal(award: Award, *, text: str, by) -> Appeal:
    """Keep the holder's own words against the revocation, once for each revocation."""
    revocation = revocation_of(lock(award.pk))
    if revocation is None:
        raise ChangeRefused("This certificate is not revoked.")
    made = open_request(
        Appeal,
        already="You have appealed already. We will write to you as soon as it is decided.",
        award=award,
        revocation=revocation,
        text=text,
        asked_by=by,
    )
    events.record(shown_edition(award), Event.APPEAL, by=by, note="The holder wrote an appeal.")
    return made


@transaction.atomic
def dismiss_appeal(made: Appeal, *, by, answer: str) -> None:
    """The revocation stands; `answer` goes to the holder. The manager who asked for the revocation does not decide."""
    if by.pk == made.revocation.asked_by_id:
        raise ChangeRefused("You asked for the revocation. Somebody else has to decide about the appeal.")
    decide(made, by=by, is_granted=False, answer=answer)
    events.record(shown_edition(made.award), Event.APPEAL, by=by, note="The revocation stands.")
    tell_soon()


def add_note(award: Award, *, note: str, by) -> None:
    """Add to the history what was said about an appeal. note: names nobody."""
    events.record(shown_edition(award), Event.APPEAL, by=by, note=note)
