"""When a learner is asked how sure they feel, and which sessions they may still say something about.

Before: until they complete a module of the course or a session they came to is over. After: from the moment the
required modules are completed, or a session they came to is over, until the letter of three months on. Later: from
that letter on, as long as it can be answered. The second and third time only those are asked who rated before:
nothing else could be compared.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from attendance.models import Attendance
from bookings.models import Booking, TrainingSession
from courses.models import Enrolment, ModuleCompletion
from courses.queries import all_modules_completed
from evaluation.models import ConfidenceRating, FeedbackGiven, FollowUp, Stage

FEEDBACK_DAYS = 30  # how long after a session it can be spoken of


@dataclass(frozen=True)
class Standing:
    """What decides which questions a learner is asked on one course."""

    has_begun: bool
    came: bool
    was_asked_later: bool
    may_answer_later: bool
    rated_before: bool
    rated_after: bool
    rated_later: bool

    def stage(self, *, modules_done: bool) -> Stage | None:
        """Return the stage that is open now, None when there is none."""
        if self.may_answer_later:
            return Stage.LATER if self.rated_before else None
        if self.was_asked_later:
            return None
        if modules_done or self.came:
            return Stage.AFTER if self.rated_before else None
        return None if self.has_begun else Stage.BEFORE

    def rated(self, stage: Stage) -> bool:
        return {
            Stage.BEFORE: self.rated_before,
            Stage.AFTER: self.rated_after,
            Stage.LATER: self.rated_later,
        }[stage]


def standing_of(enrolment: Enrolment) -> Standing:
    """Return where the enrolment stands; one query."""
    ratings = ConfidenceRating.objects.filter(enrolment=OuterRef("pk"))
    row = (
        Enrolment.objects.filter(pk=enrolment.pk)
        .order_by()
        .values_list(
            Exists(ModuleCompletion.objects.filter(enrolment=OuterRef("pk"))),
            Exists(_over().filter(learner=OuterRef("learner"), session__cohort__course=OuterRef("course"))),
            Exists(FollowUp.objects.filter(enrolment=OuterRef("pk"), sent_at__isnull=False)),
            Exists(FollowUp.objects.open().filter(enrolment=OuterRef("pk"))),
            Exists(ratings.filter(stage=Stage.BEFORE)),
            Exists(ratings.filter(stage=Stage.AFTER)),
            Exists(ratings.filter(stage=Stage.LATER)),
        )
        .get()
    )
    return Standing(*row)


def open_stage(enrolment: Enrolment) -> Stage | None:
    """Return the stage in which the learner may rate now."""
    return standing_of(enrolment).stage(modules_done=all_modules_completed(enrolment))


def _over():
    """Marks of people who came to sessions that are over."""
    return Attendance.objects.came().filter(session__cancelled_at=None, session__ends_at__lte=timezone.now())


def sessions_to_speak_of(learner):
    """Sessions the learner came to, over for at most a month, of which they have said nothing yet; one query.

    Who had a place and is not on the register yet may have come: the form opens for them as well.
    """
    marks = Attendance.objects.filter(session=OuterRef("pk"), learner=learner)
    booked = Booking.objects.booked().of(learner).filter(session=OuterRef("pk"))
    came = Exists(marks.came()) | (Exists(booked) & ~Exists(marks))
    given = FeedbackGiven.objects.filter(session=OuterRef("pk"), learner=learner)
    now = timezone.now()
    return (
        TrainingSession.objects.held()
        .filter(came, ~Exists(given))
        .filter(ends_at__lte=now, ends_at__gt=now - timedelta(days=FEEDBACK_DAYS))
    )
