"""What certificates hold about a person, given back and erased."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates.events import record
from certificates.models import (
    Appeal,
    Award,
    Certificate,
    CertificateEvent,
    NameCorrection,
    RevocationRequest,
    ShareLink,
    fresh_token,
)

KEPT = (
    "That a course was completed, when, for how many hours and under which certificate number, without your name, "
    "so that a check of the number still answers."
)


def export_awards(user) -> list[dict[str, Any]]:
    awards = (
        Award.objects.of(user)
        .with_certificates()
        .prefetch_related("name_corrections", "appeals", "revocation_requests")
    )
    return [
        {
            "course": award.activity.title,
            "name": award.learner_name,
            "completed_on": award.completed_on,
            "cpd_minutes": award.cpd_minutes,
            "participatory_minutes": award.participatory_minutes,
            "refresh_by": award.refresh_by,
            "status": award.standing.label,
            "certificates": [
                {"number": c.number, "name": c.holder_name, "issued": c.issued_at, "emailed": c.emailed_at}
                for c in award.certificates.all()
            ],
            **_requests(award),
        }
        for award in awards
    ]


def _requests(award: Award) -> dict[str, list[dict[str, Any]]]:
    """What was asked and decided about the award after it was issued."""
    return {
        "name_corrections": [
            {"from": one.old_name, "to": one.new_name, "why": one.why, **_decision(one)}
            for one in award.name_corrections.all()
        ],
        "revocations": [
            {"what": one.get_kind_display(), "reason": one.get_reason_display(), **_decision(one)}
            for one in award.revocation_requests.all()
        ],
        "appeals": [{"text": one.text, **_decision(one)} for one in award.appeals.all()],
    }


def _decision(asked) -> dict[str, Any]:
    return {
        "asked": asked.asked_at,
        "decided": asked.decided_at,
        "granted": asked.is_granted,
        "answer": asked.answer,
    }


@transaction.atomic
def erase_awards(user) -> None:
    """Take the name out of the records, drop the files once that is certain, and make the QR codes lead nowhere."""
    for award in Award.objects.of(user):
        erase_award(award)


def erase_award(award: Award, *, by=None) -> None:
    """Empty all that could name the holder: the award, every edition, and what was asked about them."""
    Award.objects.filter(pk=award.pk).update(learner_name="")
    for certificate in award.certificates.filter(erased_at=None):
        erase_certificate(certificate, by=by)
    ShareLink.objects.filter(award=award).update(label="", ended_at=timezone.now())
    NameCorrection.objects.open().filter(award=award).delete()
    NameCorrection.objects.filter(award=award).update(old_name="", new_name="", why="", answer="")
    Appeal.objects.open().filter(award=award).delete()
    Appeal.objects.filter(award=award).update(text="", answer="")
    RevocationRequest.objects.filter(award=award).update(note="", answer="")


def erase_certificate(certificate: Certificate, *, by=None) -> None:
    """Leave a tombstone: number, dates, hours and standing stay, so that a check of the number still answers."""
    storage, file = certificate.pdf.storage, certificate.pdf.name
    emptied = {"holder_name": "", "problem": "", "pdf": "", "credential": "", "payload": None}
    Certificate.objects.filter(pk=certificate.pk).update(
        **emptied, token=fresh_token(), erased_at=timezone.now()
    )
    record(certificate, CertificateEvent.Kind.ERASED, by=by)
    if file:
        transaction.on_commit(lambda: storage.delete(file))
