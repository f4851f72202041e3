"""The letter after a session, which asks what it was like: once a person, and not after they have said so."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from attendance.models import Attendance
from bookings.models import TrainingSession
from evaluation.models import FeedbackGiven, FeedbackInvitation
from evaluation.stages import sessions_to_speak_of
from trainingsite.lib.emails import send_each, send_templated

INVITED_WITHIN = timedelta(days=7)  # after the end: who is marked later is not asked by letter
BATCH = 500


def feedback_url(session: TrainingSession) -> str:
    """Return the full address of the session's form, for letters and QR codes; it asks to log in."""
    return settings.SITE_URL + reverse("evaluation:feedback", args=[session.pk])


def make_invitations(now: datetime | None = None) -> int:
    """Make a letter for everybody who came to a session that has ended and has said nothing; return how many."""
    now = now or timezone.now()
    same = {"session": OuterRef("session"), "learner": OuterRef("learner")}
    due = (
        Attendance.objects.came()
        .filter(
            session__cancelled_at=None, session__ends_at__lte=now, session__ends_at__gt=now - INVITED_WITHIN
        )
        .filter(learner__is_active=True)
        .exclude(Exists(FeedbackGiven.objects.filter(**same)))
        .exclude(Exists(FeedbackInvitation.objects.filter(**same)))
        .order_by()
    )
    made = [
        FeedbackInvitation(session_id=session, learner_id=learner)
        for session, learner in due.values_list("session", "learner")
    ]
    FeedbackInvitation.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    return len(made)


def email_waiting_invitations() -> int:
    """Send every letter that waits, each on its own; return how many left."""
    waiting = FeedbackInvitation.objects.filter(sent_at=None, dropped_at=None)
    rows = waiting.select_related("learner", "session__cohort__course").order_by("pk")[:BATCH]
    return send_each(
        rows,
        email_invitation,
        refused=lambda row: FeedbackInvitation.objects.filter(pk=row.pk).update(dropped_at=timezone.now()),
    )


@transaction.atomic
def email_invitation(invitation: FeedbackInvitation) -> bool:
    """Send it once, or drop it if there is nothing to ask any more. A failed send rolls the claim back."""
    now = timezone.now()
    waiting = FeedbackInvitation.objects.filter(pk=invitation.pk, sent_at=None, dropped_at=None)
    if not waiting.update(sent_at=now):
        return False
    session, learner = invitation.session, invitation.learner
    if not (learner.is_active and sessions_to_speak_of(learner).filter(pk=session.pk).exists()):
        FeedbackInvitation.objects.filter(pk=invitation.pk).update(sent_at=None, dropped_at=now)
        return False
    send_templated(
        "session_feedback",
        to=learner.email,
        context={"session": session, "course": session.cohort.course, "url": feedback_url(session)},
        message_id=f"feedback-{invitation.pk}@{urlsplit(settings.SITE_URL).hostname}",
    )
    return True
