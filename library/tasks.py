"""Scheduled work about content. Being safe to repeat is the services' job."""

from celery import shared_task

from library.services import publish_scheduled, remind_of_due_content


@shared_task
def publish_scheduled_task() -> None:
    """Put pages live, and take them down, at the time an editor set. Every minute."""
    publish_scheduled()


@shared_task
def remind_content_due_task() -> None:
    """Tell moderators what is due for review. Runs daily, writes weekly."""
    remind_of_due_content()
