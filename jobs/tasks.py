"""Background work: fetch, call a service. Being safe to repeat is the services' job."""

from celery import shared_task
from django.conf import settings

from jobs.models import Job


@shared_task
def run_job_task(job_id: int) -> None:
    """Take one turn at a job, and ask for the next. In process one second is enough: the page goes on."""
    from jobs.services import PAGE_SECONDS, WORKER_SECONDS, run_slice  # noqa: PLC0415 -- services import this module

    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return
    if settings.CELERY_TASK_ALWAYS_EAGER:
        run_slice(job, PAGE_SECONDS)
    elif run_slice(job, WORKER_SECONDS):
        run_job_task.delay(job_id)


@shared_task
def run_waiting_jobs_task() -> None:
    """Each minute: whatever has work left and nobody at it."""
    from jobs.services import run_waiting_jobs  # noqa: PLC0415

    run_waiting_jobs()


@shared_task
def forget_old_jobs_task() -> None:
    from jobs.services import forget_old_jobs  # noqa: PLC0415

    forget_old_jobs()
