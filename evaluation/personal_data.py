"""What the evaluation holds about a person: how it is given back and how it is erased."""

from django.utils import timezone

from evaluation.models import ConfidenceRating, FeedbackGiven, FeedbackInvitation, FollowUp

KEPT = (
    "What you said of sessions: it was kept without your name from the start, so that nobody, we included, can tell "
    "which of it is yours."
)


def export_evaluation(user) -> dict:
    """Return the person's own ratings and answers; of feedback, only that they gave some."""
    ratings = ConfidenceRating.objects.filter(enrolment__learner=user).select_related("enrolment__course")
    follow_ups = FollowUp.objects.filter(enrolment__learner=user).select_related("enrolment__course")
    given = (
        FeedbackGiven.objects.filter(learner=user).select_related("session").order_by("session__starts_at")
    )
    return {
        "confidence": [
            {
                "course": row.enrolment.course.title,
                "when": row.get_stage_display(),
                "outcome": row.outcome,
                "rating": row.rating,
                "rated": row.rated_at,
            }
            for row in ratings
        ],
        "three_months_on": [
            {
                "course": row.enrolment.course.title,
                "asked": row.sent_at,
                "answer": row.get_answer_display(),
                "passed_on": row.passed_on,
                "answered": row.answered_at,
                "stopped": row.stopped_at,
            }
            for row in follow_ups
        ],
        "gave_feedback_on": [row.session.title for row in given],
        "asked_for_feedback_on": [
            {"session": title, "sent": sent_at}
            for title, sent_at in FeedbackInvitation.objects.filter(learner=user).values_list(
                "session__title", "sent_at"
            )
        ],
    }


def erase_evaluation(user) -> None:
    """Remove ratings and answers, and stop the letters. Feedback holds nobody; who gave it is forgotten."""
    ConfidenceRating.objects.filter(enrolment__learner=user).delete()
    FeedbackGiven.objects.filter(learner=user).delete()
    FeedbackInvitation.objects.filter(learner=user).delete()
    theirs = FollowUp.objects.filter(enrolment__in=list(user.enrolments.values_list("pk", flat=True)))
    theirs.update(answer="", passed_on=None, answered_at=None)
    theirs.filter(stopped_at=None).update(stopped_at=timezone.now())
