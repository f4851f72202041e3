"""Background work of groups."""

from celery import shared_task


@shared_task
def email_invitations_task() -> None:
    """Send the invitations that wait. Run twice, or twice at once, it sends none twice."""
    from cohorts.services import email_waiting_invitations  # noqa: PLC0415 -- services import this module

    email_waiting_invitations()


@shared_task
def forget_people_files_task() -> None:
    """Remove uploaded lists that nobody said yes to within a day."""
    from cohorts.importing import forget_files  # noqa: PLC0415 -- as above

    forget_files()
