"""Background work of groups."""

from celery import shared_task


@shared_task
def email_invitations_task() -> None:
    """Send the invitations that wait. Run twice, or twice at once, it sends none twice."""
    from cohorts.services import email_waiting_invitations  # noqa: PLC0415 -- services import this module

    email_waiting_invitations()
