"""The one receiver of progress; and what the CMS does with a template."""

from django.db import transaction
from django.dispatch import receiver
from wagtail.signals import unpublished

from certificates.designs import put_out_of_use
from certificates.models import CertificateTemplate
from certificates.services import award_if_earned
from courses.signals import progress_changed


def award_after_commit(sender, enrolment, **kwargs) -> None:
    """Look at the award once the evidence is safe; whatever goes wrong here leaves the evidence standing."""
    transaction.on_commit(lambda: award_if_earned(enrolment), robust=True)


progress_changed.connect(award_after_commit, dispatch_uid="certificates.award_after_commit")


@receiver(unpublished, sender=CertificateTemplate)
def stop_using(sender, instance, **kwargs):
    put_out_of_use(instance)
