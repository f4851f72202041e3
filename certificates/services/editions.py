"""Further editions of a document: a corrected name, or the same once more. The one before stays valid until then."""

from dataclasses import dataclass

from django.db import transaction

from certificates import events
from certificates.activities import in_todays_look
from certificates.designs import template_for
from certificates.models import Award, Certificate, CertificateEvent, NameCorrection
from certificates.queries import unclaimed
from certificates.services.deciding import (
    ChangeRefused,
    decide,
    editions_of,
    lock,
    open_request,
    refuse_if_erased,
    shown_edition,
)
from certificates.services.issuing import start_delivery
from certificates.services.telling import tell_soon

REVOKED = "This certificate was revoked. It cannot be issued again unless the revocation is withdrawn."
UNDER_WAY = "A new edition is being made at this moment. Try again when it is there."
NEVER_ISSUED = (
    "Nothing was issued yet. If the name cannot be drawn, it is corrected in the account; "
    "if it is another text, in the CMS."
)


@dataclass(frozen=True)
class Why:
    """What begins an edition. note: for the history; names nobody."""

    reason: Certificate.Reason
    note: str = ""


# --- Names ------------------------------------------------------------------------------------


@transaction.atomic
def ask_correction(award: Award, *, new_name: str, why: str, by) -> NameCorrection:
    """Ask for another name on the certificate; a manager decides. by: the holder.

    Raises ChangeRefused when one is open already, or when there is nothing to correct.
    """
    award = lock(award.pk)
    current = next((one for one in editions_of(award) if one.is_issued), None)
    if award.revoked_at:
        raise ChangeRefused(REVOKED)
    if current is None:
        raise ChangeRefused("Your certificate is not issued yet. Change the name in your account instead.")
    correction = open_request(
        NameCorrection,
        already="You have asked for this already. We will write to you as soon as it is decided.",
        award=award,
        asked_by=by,
        old_name=current.holder_name,
        new_name=new_name,
        why=why,
    )
    events.record(current, CertificateEvent.Kind.CORRECTION_ASKED, by=by)
    return correction


@transaction.atomic
def approve_correction(correction: NameCorrection, *, by) -> Certificate:
    """Begin the edition with the new name. Two managers at once make one; the second gets ChangeRefused."""
    award = lock(correction.award_id)
    decide(correction, by=by, is_granted=True)
    edition = begin_edition(award, Why(Certificate.Reason.NAME), by=by, holder_name=correction.new_name)
    NameCorrection.objects.filter(pk=correction.pk).update(edition=edition)
    Award.objects.filter(pk=award.pk).update(learner_name=correction.new_name)
    return edition


@transaction.atomic
def refuse_correction(correction: NameCorrection, *, by, answer: str) -> None:
    """Leave the certificate as it is; `answer` goes to the holder."""
    decide(correction, by=by, is_granted=False, answer=answer)
    events.record(shown_edition(correction.award), CertificateEvent.Kind.CORRECTION_REFUSED, by=by)
    tell_soon()


# --- The same once more -----------------------------------------------------------------------


@transaction.atomic
def reissue(award: Award, *, note: str, by) -> Certificate:
    """Begin an edition that says the same, in the look that the course's certificates have today.

    The award stays what it was: course, hours, dates and accreditation are those of the day it was earned.
    Raises ChangeRefused for a revoked award, or while an edition is being made.
    """
    award = lock(award.pk)
    edition = begin_edition(award, Why(Certificate.Reason.REISSUE, note), by=by)
    activity = in_todays_look(award.activity, template_for(award.enrolment))
    Award.objects.filter(pk=award.pk).update(activity=activity)
    return edition


def begin_edition(award: Award, why: Why, *, by, holder_name: str = "") -> Certificate:
    """Return the pending edition that will replace the latest one; drawing starts on commit.

    Call it in a transaction that has locked the award. One that waits with a problem is taken up again instead.
    """
    latest = editions_of(award)[0]
    refuse_if_erased(latest)
    if award.revoked_at:
        raise ChangeRefused(REVOKED)
    if latest.is_pending:
        edition = _take_up_again(latest, why, holder_name)
    else:
        edition = Certificate.objects.create(
            award=award,
            edition=latest.edition + 1,
            reason=why.reason,
            supersedes=latest,
            holder_name=holder_name or latest.holder_name,
        )
    events.record(edition, CertificateEvent.Kind.REISSUED, by=by, note=why.note)
    transaction.on_commit(lambda: start_delivery(award.pk))
    return edition


def _take_up_again(pending: Certificate, why: Why, holder_name: str) -> Certificate:
    """Give an edition that could not be drawn another try, with the new name if there is one."""
    if pending.supersedes_id is None:
        raise ChangeRefused(NEVER_ISSUED)
    changed = {"holder_name": holder_name or pending.holder_name, "reason": why.reason, "problem": ""}
    stuck = Certificate.objects.waiting().filter(unclaimed(), pk=pending.pk)
    if not stuck.update(claimed_at=None, **changed):
        raise ChangeRefused(UNDER_WAY)
    pending.refresh_from_db()
    return pending
