"""Background work of bookings: fetch, call a service. Being safe to repeat is theirs."""

from celery import shared_task


@shared_task
def send_notices_task() -> None:
    """Send every letter that waits. Run twice, or twice at once, it sends none twice."""
    from bookings.notices import send_waiting  # noqa: PLC0415 -- services start this task

    send_waiting()


@shared_task
def remind_task() -> None:
    """Write the reminders that are due, and send them. Run twice, it reminds nobody twice."""
    from bookings.notices import send_waiting, write_reminders  # noqa: PLC0415

    if write_reminders():
        send_waiting()


@shared_task
def release_quotas_task() -> None:
    """Give places that were held for a sector to anyone, from the moment set for it."""
    from bookings.services import release_quotas  # noqa: PLC0415 -- services start a task of this module

    release_quotas()
