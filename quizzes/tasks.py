"""Background work about attempts: fetch, call a service. Being safe to repeat is the services' job."""

from celery import shared_task
from django.conf import settings

# In process the person who clicked waits for the task: a mail server that is away is not asked again.
RETRIES = 0 if settings.CELERY_TASK_ALWAYS_EAGER else 5
#: A closing time can make thousands of attempts due at once; one run takes so many batches.
BATCHES = 20


@shared_task
def tend_attempts_task() -> None:
    """Hand in, mark overdue or abandoned, and mark what waits for its marks. Every minute."""
    from quizzes.services import JOB_BATCH, tend_attempts  # noqa: PLC0415 -- services of this app import tasks

    for _ in range(BATCHES):
        if tend_attempts() < JOB_BATCH:
            return


@shared_task
def announce_passes_task(regrade_id: int) -> None:
    """See to the awards of those who pass since a correction. Run twice, it awards nothing twice."""
    from quizzes.models import Regrade  # noqa: PLC0415
    from quizzes.regrading import announce_passes  # noqa: PLC0415 -- regrading imports this module

    announce_passes(Regrade.objects.get(pk=regrade_id))


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=RETRIES)  # SMTPException is an OSError
def email_learner_task(letter: str, enrolment_id: int, quiz_id: int) -> None:
    """Tell a learner what staff changed for them."""
    from quizzes.emails import email_learner  # noqa: PLC0415 -- staff actions import this module

    email_learner(letter, enrolment_id, quiz_id)
