"""Background work of registers."""

from celery import shared_task


@shared_task
def email_walk_ins_task() -> None:
    """Send the letters that wait. Run twice, it sends nothing twice."""
    from attendance.services import email_waiting_walk_ins  # noqa: PLC0415 -- services import this module

    email_waiting_walk_ins()
