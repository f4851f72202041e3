"""What certificates hold about a person, given back and erased."""

from typing import Any

from django.db import transaction

from certificates.models import Award, Certificate, fresh_token

KEPT = (
    "That a course was completed, when, for how many hours and under which certificate number, without your name, "
    "so that a check of the number still answers."
)


def export_awards(user) -> list[dict[str, Any]]:
    return [
        {
            "course": award.course_title,
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
    for certificate in Certificate.objects.filter(award__enrolment__learner=user):
        storage, file = certificate.pdf.storage, certificate.pdf.name
        certificate.holder_name, certificate.problem, certificate.pdf = "", "", ""
        certificate.token = fresh_token()
        certificate.save(update_fields=["holder_name", "problem", "pdf", "token"])
        if file:
            transaction.on_commit(lambda storage=storage, file=file: storage.delete(file))
