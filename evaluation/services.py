"""Writes: ratings, feedback, answers to the question after ninety days, and its letter."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from attendance.models import Attendance
from bookings.models import TrainingSession
from courses.models import Enrolment
from evaluation.models import ConfidenceRating, FeedbackGiven, FollowUp, SessionFeedback, Stage
from quizzes.models import Attempt
from trainingsite.lib.emails import send_each, send_templated

ASK_AFTER = timedelta(days=90)
TOO_LATE_AFTER = timedelta(
    days=180
)  # what is so long ago is not asked about: a platform newly set up, old records


class FeedbackWasGiven(Exception):
    """This learner has spoken of the session already."""


class FollowUpClosed(Exception):
    """The question was withdrawn, or is too long ago."""


# --- What learners say -------------------------------------------------------------------------


@transaction.atomic
def rate(enrolment: Enrolment, stage: Stage, ratings: Mapping[str, int | None]) -> None:
    """Keep the ratings of one stage; None takes one back. The caller has made sure that the stage is open.

    Sent twice, or from two tabs at once, there is one rating an outcome: the last, with the time of the first.
    """
    now = timezone.now()
    skipped = [code for code, rating in ratings.items() if rating is None]
    enrolment.confidence_ratings.filter(stage=stage, outcome__in=skipped).delete()
    ConfidenceRating.objects.bulk_create(
        [
            ConfidenceRating(enrolment=enrolment, stage=stage, outcome=code, rating=rating, rated_at=now)
            for code, rating in ratings.items()
            if rating is not None
        ],
        update_conflicts=True,
        unique_fields=["enrolment", "stage", "outcome"],
        update_fields=["rating"],
    )


@transaction.atomic
def give_feedback(session: TrainingSession, learner, feedback: SessionFeedback) -> None:
    """Keep what was said, and that this learner spoke: two rows that nothing ties together.

    Raises FeedbackWasGiven, and keeps nothing, the second time.
    """
    try:
        with transaction.atomic():
            FeedbackGiven.objects.create(session=session, learner=learner)
    except IntegrityError:
        raise FeedbackWasGiven(session.pk) from None
    feedback.session = session
    feedback.save(force_insert=True)


def answer_follow_up(follow_up: FollowUp, *, answer: str, passed_on: bool | None) -> None:
    """Keep the answer; a later one replaces it. Raises FollowUpClosed when it comes too late."""
    kept = FollowUp.objects.open().filter(pk=follow_up.pk)
    if not kept.update(answer=answer, passed_on=passed_on, answered_at=timezone.now()):
        raise FollowUpClosed(follow_up.pk)


def stop_asking(learner) -> None:
    """Send this person no such letter any more, for any course. What they answered stays. Safe to repeat."""
    theirs = FollowUp.objects.filter(enrolment__in=list(learner.enrolments.values_list("pk", flat=True)))
    theirs.filter(stopped_at=None).update(stopped_at=timezone.now())


# --- The letter after ninety days --------------------------------------------------------------


def learned_at():
    """Return, as an expression on Enrolment, when the learner learnt: the later of pass and last session.

    The first pass of the course's quiz, or the end of the last session of the course they came to; None without.
    Both are moments at which somebody has shown or met the whole, and both are kept in one row each: whether all
    modules were completed depends on what the course asks for today.
    """
    passes = Attempt.objects.passes().filter(enrolment=OuterRef("pk")).order_by("submitted_at")
    came = Attendance.objects.came().filter(
        learner=OuterRef("learner"), session__cohort__course=OuterRef("course"), session__cancelled_at=None
    )
    passed_at = Subquery(passes.values("submitted_at")[:1])
    came_at = Subquery(came.order_by("-session__ends_at").values("session__ends_at")[:1])
    return Coalesce(Greatest(passed_at, came_at), passed_at, came_at)


def make_follow_ups(now: datetime | None = None) -> int:
    """Make the question for everybody who learnt ninety days ago and has not been asked; return how many."""
    now = now or timezone.now()
    stopped = FollowUp.objects.filter(enrolment__learner=OuterRef("learner"), stopped_at__isnull=False)
    due = (
        Enrolment.objects.active()
        .filter(~Exists(stopped), learner__is_active=True, follow_up=None)
        .annotate(learned_at=learned_at())
        .filter(learned_at__lte=now - ASK_AFTER, learned_at__gt=now - TOO_LATE_AFTER)
        .order_by()
    )
    made = [
        FollowUp(enrolment_id=pk, due_on=_day(when + ASK_AFTER))
        for pk, when in due.values_list("pk", "learned_at")
    ]
    FollowUp.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def email_waiting_follow_ups() -> None:
    """Send every letter that waits, each on its own: one bad address holds up nobody else."""
    waiting = FollowUp.objects.waiting().filter(enrolment__learner__is_active=True)
    send_each(
        waiting.select_related("enrolment__learner", "enrolment__course").order_by("pk"),
        email_follow_up,
        refused=lambda f: FollowUp.objects.filter(pk=f.pk).update(stopped_at=timezone.now()),
    )


@transaction.atomic
def email_follow_up(follow_up: FollowUp) -> None:
    """Send it once. A failed send rolls the claim back, so that the next run sends it."""
    if not FollowUp.objects.waiting().filter(pk=follow_up.pk).update(sent_at=timezone.now()):
        return
    page = settings.SITE_URL + reverse("evaluation:follow_up", args=[follow_up.token])
    enrolment = follow_up.enrolment
    context = {
        "course": enrolment.course,
        "answers": [(label, f"{page}?answer={value}") for value, label in FollowUp.Answer.choices],
        "stop_url": settings.SITE_URL + reverse("evaluation:follow_up_stop", args=[follow_up.token]),
        "confidence_url": _confidence_url(follow_up),
    }
    message_id = f"follow-up-{follow_up.pk}@{urlsplit(settings.SITE_URL).hostname}"
    send_templated("follow_up", to=enrolment.learner.email, context=context, message_id=message_id)


def _confidence_url(follow_up: FollowUp) -> str:
    """Return where to rate once more; empty for those who did not rate before the course."""
    rated = ConfidenceRating.objects.filter(enrolment=follow_up.enrolment_id, stage=Stage.BEFORE).exists()
    if not rated:
        return ""
    return settings.SITE_URL + reverse("evaluation:follow_up_confidence", args=[follow_up.token])
