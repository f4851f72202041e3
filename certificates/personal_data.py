"""What certificates hold about a person, given back and erased."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates.events import record
from certificates.models import Award, Certificate, CertificateEvent, fresh_token

KEPT = (
    "That a course was completed, when, for how many hours and under which certificate number, without your name, "
    "so that a check of the number still answers."
)


def export_awards(user) -> list[dict[str, Any]]:
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
        }
        for award in Award.objects.of(user).with_certificates()
    ]


@transaction.atomic
def erase_awards(user) -> None:
    """Take the name out of the records, drop the files once that is certain, and make the QR codes lead nowhere."""
    Award.objects.of(user).update(learner_name="")
    for certificate in Certificate.objects.filter(award__enrolment__learner=user, erased_at=None):
        erase_certificate(certificate)


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
