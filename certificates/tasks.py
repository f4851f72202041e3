"""Background work: fetch, call a service, decide only about retries."""

from celery import shared_task
from django.conf import settings

from certificates.models import Award

# In process the learner waits for the task: a mail server that is away is left to reconcile.
RETRIES = 0 if settings.CELERY_TASK_ALWAYS_EAGER else 5


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=RETRIES)  # SMTPException is an OSError
def deliver_certificate_task(award_id: int) -> None:
    """Issue and e-mail one certificate. Run twice, it does nothing the second time."""
    from certificates.services import email_certificate, issue_certificate  # noqa: PLC0415 -- services import this

    award = Award.objects.select_related("enrolment__learner").get(pk=award_id)
    email_certificate(issue_certificate(award))


@shared_task
def reconcile_awards_task() -> None:
    """Find and mend what a crash, a lost task or an emptied broker left behind."""
    from certificates.services import reconcile  # noqa: PLC0415 -- services import this module

    reconcile()


@shared_task
def tell_decisions_task() -> None:
    """Write to holders what was decided about their certificates."""
    from certificates.services.telling import tell_decisions  # noqa: PLC0415 -- it imports this module

    tell_decisions()


@shared_task
def remind_of_refreshers_task() -> None:
    """Each day: write to those whose refresh date comes near."""
    from certificates.refreshing import remind  # noqa: PLC0415 -- models are ready only when it runs

    remind()


@shared_task
def keep_policy_task() -> None:
    """Each day: announce and erase what has been kept long enough."""
    from certificates.retention import keep_policy  # noqa: PLC0415 -- models are ready only when it runs

    keep_policy()
