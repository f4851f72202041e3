"""The outbox: a letter is written in the transaction of what it tells, and sent after it."""

from django.db import transaction

from bookings.models import Booking, Notice


def tell(booking: Booking, kind: str, key: int | str) -> None:
    """Write the letter once; `key` makes it one of a kind for this booking."""
    Notice.objects.get_or_create(booking=booking, kind=kind, key=str(key))


def send_after_commit() -> None:
    """Post the letters in the background. Should the broker be away, the scheduled run sends them."""

    def send():
        from bookings.tasks import send_notices_task  # noqa: PLC0415 -- tasks import the services

        send_notices_task.delay()

    transaction.on_commit(send, robust=True)
