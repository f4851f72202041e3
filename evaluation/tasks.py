"""Background work of the evaluation."""

from celery import shared_task


@shared_task
def send_follow_ups_task() -> None:
    """Make and send the letters of ninety days on. Run twice, or twice at once, it sends none twice."""
    from evaluation.services import email_waiting_follow_ups, make_follow_ups  # noqa: PLC0415 -- models load later

    make_follow_ups()
    email_waiting_follow_ups()


@shared_task
def invite_to_feedback_task() -> None:
    """Ask by letter what sessions were like. Run twice, or twice at once, it asks nobody twice."""
    from evaluation.invitations import email_waiting_invitations, make_invitations  # noqa: PLC0415 -- as above

    make_invitations()
    email_waiting_invitations()
