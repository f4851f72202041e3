"""From a pending certificate to a file that is never touched again, and the letter that brings it."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from certificates import events
from certificates.activities import version_for
from certificates.badges.issuing import credential_for
from certificates.designs import design_for, template_for
from certificates.drawing import UndrawableText, draw
from certificates.models import Award, Certificate, CertificateEvent
from certificates.printed import payload_sha256
from certificates.queries import unclaimed
from certificates.sealing import current_seal_key, seal
from certificates.snapshot import minutes_learned, printed
from certificates.tasks import deliver_certificate_task
from trainingsite.lib.emails import Attachment, send_templated
from trainingsite.lib.pdf import DoesNotFit

logger = logging.getLogger(__name__)
SEND_AGAIN_AFTER = timedelta(minutes=10)


#: What a document was made with, kept beside it.
RENDERER = "; ".join(f"{name} {version(name)}" for name in ("weasyprint", "pyhanko", "openbadgeslib"))

#: The badge inside the PDF: its name, media type and what readers show of it.
BADGE_FILE, BADGE_IS = "credential.json", ("application/json", "Digital badge (Open Badges 3.0)")


class AnotherWasFaster(Exception):
    """Somebody else issued, superseded or revoked it in the meantime."""


def start_delivery(award_id: int) -> None:
    """Queue the drawing; a broker that is away is reconcile's business, never the learner's."""
    try:
        deliver_certificate_task.delay(award_id)
    except OperationalError:
        logger.warning("No broker: award %s waits for the next reconcile", award_id)


def issue_certificate(award: Award) -> Certificate:
    """Return the current edition, drawn and stored now if one was pending.

    Claim, draw, store, then mark by a conditional update: no lock is held while drawing. A process that ends
    before the mark leaves a claim, which runs out, and at most a file that nothing names, which the one that
    marks clears away. What cannot be drawn stays pending with its `problem`; the pages of the holder and the
    managers say what to do, and the next call takes up what was corrected.
    An edition that replaces another leaves that one valid until this one is there.
    """
    certificate = pending_certificate(award)
    if certificate is None or not claim(certificate):
        return award.certificates.order_by("edition").last()
    try:
        document = make_document(certificate, timezone.now())
        store(certificate, document)
    except (UndrawableText, DoesNotFit) as problem:
        certificate.problem = str(problem) or "There is more text than fits on one page."
        release(certificate, problem=certificate.problem)
    except AnotherWasFaster:
        certificate.pdf.storage.delete(certificate.pdf.name)
        certificate.refresh_from_db()
    except Exception:
        release(certificate)
        raise
    return certificate


def pending_certificate(award: Award) -> Certificate | None:
    return (
        Certificate.objects.pending()
        .filter(award=award, award__revoked_at=None)
        .select_related("award__activity__template_version", "award__enrolment__learner", "supersedes")
        .first()
    )


def claim(certificate: Certificate) -> bool:
    """Say whether this worker may draw it; nobody else may until the claim runs out."""
    free = Certificate.objects.pending().filter(unclaimed(), pk=certificate.pk)
    return bool(free.update(claimed_at=timezone.now()))


def release(certificate: Certificate, **fields) -> None:
    Certificate.objects.pending().filter(pk=certificate.pk).update(claimed_at=None, **fields)


@dataclass(frozen=True)
class Made:
    """A document and what is kept of how it was made."""

    content: bytes
    issued_at: datetime
    fields: dict


def make_document(certificate: Certificate, issued_at: datetime) -> Made:
    """Sign the badge, draw the page with it inside, seal both.

    Raises UndrawableText or DoesNotFit, and OSError when the seal cannot be made now. Writes nothing but the
    badge's index and corrections to what is pending.
    """
    if certificate.problem:
        take_corrections(certificate)
    key_id = current_seal_key().kid  # first: nothing is drawn that could not be sealed
    words = printed(certificate, issued_at)
    credential = credential_for(certificate, words, issued_at)
    look = certificate.award.activity.template_version
    unsealed = draw(words, design_for(look, words), [(BADGE_FILE, credential.encode(), *BADGE_IS)])
    payload = words.as_payload()
    fields = {
        "payload": payload,
        "payload_sha256": payload_sha256(payload),
        "credential": credential,
        "unsealed_sha256": hashlib.sha256(unsealed).hexdigest(),
        "template_version": look,
        "renderer": RENDERER,
        "key_id": key_id,
    }
    return Made(seal(unsealed, issued_at), issued_at, fields)


def store(certificate: Certificate, made: Made) -> None:
    """Keep the file, then mark the edition issued. Raises AnotherWasFaster."""
    certificate.pdf.save(certificate.filename, ContentFile(made.content), save=False)
    mark_issued(certificate, made)
    drop_other_files(certificate)


def mark_issued(certificate: Certificate, made: Made) -> None:
    """Mark the stored edition issued and the one before it superseded, or neither. Raises AnotherWasFaster."""
    issued = {
        "state": Certificate.State.ISSUED,
        "problem": "",
        "holder_name": certificate.holder_name,
        "pdf": certificate.pdf.name,
        "size_bytes": len(made.content),
        "sha256": hashlib.sha256(made.content).hexdigest(),
        "issued_at": made.issued_at,
        **made.fields,
    }
    with transaction.atomic():
        lock_award(certificate)
        if certificate.supersedes_id:
            supersede(certificate.supersedes, made.issued_at)
        if not still_wanted(certificate).update(**issued):
            raise AnotherWasFaster
        events.record(certificate, CertificateEvent.Kind.ISSUED)
    for name, value in issued.items():
        setattr(certificate, name, value)


def lock_award(certificate: Certificate) -> None:
    """Hold the award until the commit. Raises AnotherWasFaster if it was revoked.

    Without the lock, a revocation at the same moment would mark the edition before and miss this one.
    """
    standing = Award.objects.select_for_update().filter(pk=certificate.award_id, revoked_at=None)
    if not standing.values_list("pk").first():
        raise AnotherWasFaster


def still_wanted(certificate: Certificate):
    """Return the row if it is pending still: not erased, and a later edition under the name that was drawn."""
    row = Certificate.objects.pending().filter(pk=certificate.pk, erased_at=None)
    return row.filter(holder_name=certificate.holder_name) if certificate.supersedes_id else row


def supersede(certificate: Certificate, at: datetime) -> None:
    """Mark the edition before as replaced; one that was revoked stays so. Raises AnotherWasFaster if it changed."""
    if certificate.state == Certificate.State.REVOKED:
        return
    current = Certificate.objects.issued().filter(pk=certificate.pk)
    if not current.update(state=Certificate.State.SUPERSEDED, superseded_at=at):
        raise AnotherWasFaster
    events.record(certificate, CertificateEvent.Kind.SUPERSEDED)


def take_corrections(certificate: Certificate) -> None:
    """Let a first edition that could not be drawn say what the account, the course and the site say by now.

    Nothing was issued yet, so nothing that anyone holds changes; without this, one character in a name or
    an outcome would keep it from ever being issued.
    """
    if certificate.supersedes_id:
        return
    award = certificate.award
    activity = version_for(
        award.enrolment.course, award.activity.assessment_basis, template_for(award.enrolment)
    )
    award.activity = activity
    award.cpd_minutes, award.participatory_minutes = minutes_learned(award.enrolment, activity)
    award.learner_name = certificate.holder_name = award.enrolment.learner.name
    award.save(update_fields=["activity", "cpd_minutes", "participatory_minutes", "learner_name"])


def drop_other_files(certificate: Certificate) -> None:
    """Delete what drawings that never came to their mark left in the certificate's folder."""
    storage, (folder, _, kept) = certificate.pdf.storage, certificate.pdf.name.rpartition("/")
    for name in storage.listdir(folder)[1]:
        if name != kept:
            storage.delete(f"{folder}/{name}")


def email_certificate(certificate: Certificate) -> bool:
    """Send the issued certificate to its holder once; say whether this call did.

    Claimed by a conditional update in the transaction that also sends: a failed send rolls the claim back,
    so that a retry sends it, and a second caller waits for the first and finds nothing to claim. Sending is
    the last thing before the commit. A process that ends between the two sends the same letter again later,
    under the same Message-ID, by which mail systems know a duplicate.
    """
    if not certificate.is_issued or certificate.emailed_at:
        return False
    attachment = attachment_of(certificate)
    with transaction.atomic():
        unsent = Certificate.objects.issued().filter(pk=certificate.pk, emailed_at=None)
        claimed = unsent.update(emailed_at=timezone.now())
        if claimed:
            events.record(certificate, CertificateEvent.Kind.EMAILED)
            post(certificate, attachment, message_id=f"certificate-{certificate.number}")
    return bool(claimed)


def send_again(certificate: Certificate, *, by) -> bool:
    """Send the issued certificate once more because a manager asks; say whether this call did.

    At most once in SEND_AGAIN_AFTER: a double click sends one letter. Raises OSError when it cannot be sent.
    """
    attachment, now = attachment_of(certificate), timezone.now()
    with transaction.atomic():
        rested = Q(emailed_at=None) | Q(emailed_at__lt=now - SEND_AGAIN_AFTER)
        claimed = Certificate.objects.issued().filter(rested, pk=certificate.pk).update(emailed_at=now)
        if claimed:
            events.record(certificate, CertificateEvent.Kind.EMAILED, by=by)
            post(certificate, attachment, message_id=f"certificate-{certificate.number}-{now:%Y%m%d%H%M%S}")
    return bool(claimed)


def attachment_of(certificate: Certificate) -> Attachment:
    with certificate.pdf.open() as file:
        return certificate.filename, file.read(), "application/pdf"


def post(certificate: Certificate, attachment: Attachment, message_id: str) -> None:
    award = certificate.award
    send_templated(
        "certificate_reissued" if certificate.supersedes_id else "certificate_issued",
        to=award.enrolment.learner.email,
        context={"certificate": certificate, "award": award},
        message_id=f"{message_id}@{urlsplit(settings.SITE_URL).hostname}",
        attachments=[attachment],
    )
