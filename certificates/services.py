"""Writes about certificates: award, issue, e-mail, reconcile. Each is safe to repeat."""

import hashlib
import logging
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from certificates import queries
from certificates.criteria import unmet_criteria
from certificates.document import UndrawableText, draw
from certificates.models import Award, Certificate
from certificates.snapshot import enrolment_facts, site_facts, snapshot
from certificates.tasks import deliver_certificate_task
from courses.models import Enrolment
from trainingsite.lib.emails import send_templated
from trainingsite.lib.pdf import DoesNotFit

logger = logging.getLogger(__name__)

#: How many awards and how many certificates one run of reconcile looks at.
RECONCILE_AT_MOST = 200


def award_if_earned(enrolment: Enrolment) -> Award | None:
    """Return the enrolment's award, made now if it has just been earned; None while something is unmet.

    The only maker of awards. However many call at once, the constraint lets one award in, and the pending
    certificate is written in the same transaction. If drawing never starts, because the broker is away or
    the process ends here, reconcile finds the pending certificate.
    """
    award = Award.objects.filter(enrolment=enrolment).first()
    if award or unmet_criteria(enrolment):
        return award
    with transaction.atomic():
        award, is_new = Award.objects.get_or_create(enrolment=enrolment, defaults=snapshot(enrolment))
        if is_new:
            Certificate.objects.create(award=award, holder_name=award.learner_name)
            transaction.on_commit(lambda: start_delivery(award.pk))
    return award


def start_delivery(award_id: int) -> None:
    """Queue the drawing; a broker that is away is reconcile's business, never the learner's."""
    try:
        deliver_certificate_task.delay(award_id)
    except OperationalError:
        logger.warning("No broker: award %s waits for the next reconcile", award_id)


def issue_certificate(award: Award) -> Certificate:
    """Return the latest edition, drawn and stored if it was pending.

    Draw, store, then mark by a conditional update: no lock is held while drawing, and of two workers that
    draw at once one wins the mark and the other's file is dropped. A process that ends before the mark
    leaves a pending certificate, which the next call draws again, and at most a file that nothing names,
    which the winner of the mark clears away.
    What cannot be drawn stays pending with its `problem`; the pages of the holder and the managers say what
    to do, and the next call takes up what was corrected.
    """
    certificate = award.certificates.first()
    if certificate.is_issued:
        return certificate
    issued_at = timezone.now()
    if certificate.problem:
        take_corrections(certificate)
    try:
        pdf = draw(certificate.award, certificate, issued_at)
    except (UndrawableText, DoesNotFit) as problem:
        text = str(problem) or "There is more text than fits on one page."
        Certificate.objects.pending().filter(pk=certificate.pk).update(problem=text)
        certificate.refresh_from_db()
        return certificate
    certificate.pdf.save(certificate.filename, ContentFile(pdf), save=False)
    is_mine = (
        Certificate.objects.pending()
        .filter(pk=certificate.pk)
        .update(
            state=Certificate.State.ISSUED,
            problem="",
            holder_name=certificate.holder_name,
            pdf=certificate.pdf.name,
            size_bytes=len(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            issued_at=issued_at,
        )
    )
    if is_mine:
        drop_other_files(certificate)
    else:
        certificate.pdf.storage.delete(certificate.pdf.name)
    certificate.refresh_from_db()
    return certificate


def take_corrections(certificate: Certificate) -> None:
    """Let a certificate that could not be drawn say what the account, the course and the site say by now.

    Nothing was issued yet, so nothing that anyone holds changes; without this, one character in a name or
    an outcome would keep it from ever being issued.
    """
    award = certificate.award
    facts = {**site_facts(), **enrolment_facts(award.enrolment, award.completed_on)}
    facts["learner_name"] = certificate.holder_name = award.enrolment.learner.name
    Award.objects.filter(pk=award.pk).update(**facts)
    award.refresh_from_db()


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
    with certificate.pdf.open() as file:
        attachment = (certificate.filename, file.read(), "application/pdf")
    with transaction.atomic():
        unsent = Certificate.objects.filter(pk=certificate.pk, emailed_at=None)
        claimed = unsent.update(emailed_at=timezone.now())
        if claimed:
            send_templated(
                "certificate_issued",
                to=certificate.award.enrolment.learner.email,
                context={"certificate": certificate, "award": certificate.award},
                message_id=f"certificate-{certificate.number}@{urlsplit(settings.SITE_URL).hostname}",
                attachments=[attachment],
            )
    return bool(claimed)


@dataclass
class Mended:
    """How many of each reconcile put right."""

    awards: int = 0
    certificates: int = 0
    emails: int = 0


def reconcile() -> Mended:
    """Make the awards, drawings and letters that should exist and do not; a bounded number a run.

    One that fails is logged and left for the next run. A mail server that cannot be reached ends the sending.
    """
    mended = Mended()
    for enrolment in queries.perhaps_unawarded()[:RECONCILE_AT_MOST]:
        try:
            mended.awards += bool(award_if_earned(enrolment))
        except Exception:
            logger.exception("Reconcile could not award enrolment %s", enrolment.pk)
    can_send = True
    for waiting in queries.undelivered()[:RECONCILE_AT_MOST]:
        try:
            certificate = issue_certificate(waiting.award)
            mended.certificates += certificate.is_issued and not waiting.is_issued
            mended.emails += can_send and email_certificate(certificate)
        except SMTPRecipientsRefused:
            logger.warning("Certificate %s: the mail server refused the address", waiting.number)
        except OSError:
            logger.exception("Certificate %s could not be stored or sent", waiting.number)
            can_send = False
        except Exception:
            logger.exception("Reconcile could not deliver certificate %s", waiting.number)
    return mended
