"""What a course's task list asks: how sure one feels, and what a session was like. All of it optional."""

from django.urls import reverse
from django.utils.dateformat import format as format_date

from courses.models import CoursePage, Enrolment
from courses.steps import ExtraStep, StepStatus
from evaluation.models import Stage
from evaluation.stages import sessions_to_speak_of, standing_of

TITLES = {
    Stage.BEFORE: "How sure do you feel before you start?",
    Stage.AFTER: "How sure do you feel now?",
    Stage.LATER: "How sure do you feel three months on?",
}
UNTIL = {
    Stage.BEFORE: "until you complete your first module",
    Stage.AFTER: "until we write to you in three months",
    Stage.LATER: "for two months after our e-mail",
}
HINT = "Optional. Nobody sees your answer: only numbers of groups."


def evaluation_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return what may be answered now; two queries with an enrolment, else none."""
    if enrolment is None:
        return []
    standing = standing_of(enrolment)
    stage = standing.stage(modules_done=modules_done)
    steps = [_confidence_step(course, stage, standing.rated(stage))] if stage else []
    if standing.came:
        sessions = sessions_to_speak_of(enrolment.learner_id).filter(cohort__course=course.pk)
        steps += [_feedback_step(session) for session in sessions]
    return steps


def _confidence_step(course: CoursePage, stage: Stage, is_rated: bool) -> ExtraStep:
    return ExtraStep(
        title=TITLES[stage],
        hint=HINT,
        status=StepStatus.COMPLETED if is_rated else StepStatus.NOT_STARTED,
        url=reverse("evaluation:confidence", args=[course.slug]),
        minutes=1,
        comes_first=stage == Stage.BEFORE,
        is_optional=True,
    )


def _feedback_step(session) -> ExtraStep:
    return ExtraStep(
        title=f"What was it like? {session.title}",
        hint=f"Optional and without your name. The session of {format_date(session.local_start, 'j F Y')}.",
        status=StepStatus.NOT_STARTED,
        url=reverse("evaluation:feedback", args=[session.pk]),
        minutes=2,
        is_optional=True,
    )
