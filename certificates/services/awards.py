"""The one maker of awards."""

from django.db import transaction

from certificates import events
from certificates.criteria import unmet_criteria
from certificates.models import Award, Certificate, CertificateEvent
from certificates.refreshing import award_of_cycle
from certificates.services.issuing import start_delivery
from certificates.snapshot import snapshot
from courses.models import Enrolment


def award_if_earned(enrolment: Enrolment) -> Award | None:
    """Return the enrolment's award, made now if it has just been earned; None while something is unmet.

    Leaving a course and starting it again earns nothing twice: that takes a refresher, which is the next cycle.
    However many call at once, the constraint lets one award in, and the pending certificate is written in the
    same transaction. If drawing never starts, because the broker is away or the process ends here, reconcile
    finds the pending certificate.
    """
    award = Award.objects.filter(enrolment=enrolment).first() or award_of_cycle(enrolment)
    if award or unmet_criteria(enrolment):
        return award
    with transaction.atomic():
        award, is_new = Award.objects.get_or_create(enrolment=enrolment, defaults=snapshot(enrolment))
        if is_new:
            certificate = Certificate.objects.create(award=award, holder_name=award.learner_name)
            events.record(certificate, CertificateEvent.Kind.EARNED)
            transaction.on_commit(lambda: start_delivery(award.pk))
    return award
