"""The one receiver of progress."""

from django.db import transaction

from certificates.services import award_if_earned
from courses.signals import progress_changed


def award_after_commit(sender, enrolment, **kwargs) -> None:
    """Look at the award once the evidence is safe; whatever goes wrong here leaves the evidence standing."""
    transaction.on_commit(lambda: award_if_earned(enrolment), robust=True)


progress_changed.connect(award_after_commit, dispatch_uid="certificates.award_after_commit")
