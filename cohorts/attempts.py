"""A member's quizzes for their trainers: where each stands, more time or attempts, opening one again.

Never answers, questions or scores, nor how often somebody tried: learners were promised so before they joined.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cohorts import permissions
from cohorts.models import Cohort, CohortMember
from cohorts.queries import following_new_start
from cohorts.views import trainer_area
from quizzes.life import NotAllowed
from quizzes.models import Allowance, Attempt, AttemptState, Quiz
from quizzes.staff import allow_more, reopen_attempt
from quizzes.staff_forms import MoreForm, ReasonForm
from quizzes.staff_queries import allowance_of, counted_attempts

WORDS = {
    AttemptState.IN_PROGRESS: "In progress",
    AttemptState.OVERDUE: "Time is up, not handed in",
    AttemptState.SUBMITTED: "Handed in",
    AttemptState.ABANDONED: "Not handed in",
}


@dataclass(frozen=True)
class QuizRow:
    """Where a member stands at one quiz. latest: their latest attempt, None before the first.

    passed: by whichever attempt.
    """

    quiz: Quiz
    latest: Attempt | None
    allowance: Allowance | None
    passed: bool = False

    @property
    def state(self) -> str:
        if self.quiz.counts and self.passed:
            return "Passed"
        if self.latest is None:
            return "Not started"
        if self.latest.state == AttemptState.FINISHED:
            return "Not passed yet" if self.quiz.counts else "Completed"
        return WORDS[self.latest.state]

    @property
    def can_reopen(self) -> bool:
        return self.latest is not None and self.latest.state == AttemptState.ABANDONED

    @property
    def can_give(self) -> bool:
        return bool(self.quiz.time_limit_minutes or self.quiz.attempts_allowed)

    @property
    def given(self) -> str:
        """What they have besides the rules of the quiz, in words."""
        own = self.allowance
        parts = [
            f"{number} more {name}"
            for number, name in (
                (own and own.extra_minutes, "minutes"),
                (own and own.extra_attempts, "attempts"),
            )
            if number
        ]
        return " and ".join(parts)


def rows_of(member: CohortMember) -> list[QuizRow]:
    """Return the quizzes of the group's course as this member stands at them; three queries.

    Void attempts are as if they had never been.
    """
    quizzes = Quiz.objects.filter(course=member.enrolment.course_id).order_by("title")
    attempts = list(counted_attempts(member.enrolment))
    latest = {attempt.quiz_id: attempt for attempt in attempts}
    passed = {attempt.quiz_id for attempt in attempts if attempt.passed}
    own = {a.quiz_id: a for a in Allowance.objects.filter(enrolment=member.enrolment)}
    return [QuizRow(quiz, latest.get(quiz.pk), own.get(quiz.pk), quiz.pk in passed) for quiz in quizzes]


def _member(request, cohort_id: int, member_id: int, cohorts) -> CohortMember:
    cohort = get_object_or_404(cohorts.select_related("course"), pk=cohort_id)
    members = cohort.members.active().select_related("learner", "enrolment")
    member = following_new_start(get_object_or_404(members, pk=member_id))
    member.cohort = cohort
    return member


def _own_member(request, cohort_id: int, member_id: int) -> CohortMember:
    """A member of a group that the trainer may change; for others there is no such page."""
    return _member(request, cohort_id, member_id, Cohort.objects.editable_by(request.user))


@trainer_area
@require_safe
def member_quizzes(request, cohort_id, member_id):
    member = _member(request, cohort_id, member_id, Cohort.objects.visible_to(request.user))
    context = {
        "cohort": member.cohort,
        "member": member,
        "rows": rows_of(member),
        "can_edit": permissions.can_edit_cohort(request.user, member.cohort),
    }
    return render(request, "cohorts/member_quizzes.html", context)


@trainer_area
def attempt_reopen(request, cohort_id, member_id, quiz_id):
    """Open the latest attempt at a quiz again. A second click finds it open, and changes nothing."""
    member = _own_member(request, cohort_id, member_id)
    row = next((row for row in rows_of(member) if row.quiz.pk == quiz_id), None)
    if row is None or row.latest is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            reopen_attempt(row.latest, by=request.user, reason=form.cleaned_data["reason"])
            if row.latest.is_open:
                messages.success(request, "The quiz is open again. The learner is told by e-mail.")
            else:
                messages.success(request, "Time is over, so the saved answers were handed in and marked.")
        except NotAllowed as refusal:
            messages.info(request, str(refusal))
        return redirect("cohorts:member_quizzes", cohort_id, member_id)
    context = {"cohort": member.cohort, "member": member, "row": row, "form": form}
    return render(request, "cohorts/attempt_reopen.html", context)


@trainer_area
def member_more(request, cohort_id, member_id, quiz_id):
    """Give extra time or attempts, before the first attempt too."""
    member = _own_member(request, cohort_id, member_id)
    quiz = get_object_or_404(Quiz, pk=quiz_id, course=member.enrolment.course_id)
    own = allowance_of(member.enrolment_id, quiz.pk)
    form = MoreForm(quiz, own, request.POST or None)
    if not form.has_something_to_give:
        raise Http404
    if form.is_valid():
        try:
            allow_more(member.enrolment, quiz, by=request.user, **form.as_arguments())
            messages.success(request, f"Given. {member.learner} is told by e-mail.")
        except NotAllowed as refusal:
            messages.info(request, str(refusal))
        return redirect("cohorts:member_quizzes", cohort_id, member_id)
    row = QuizRow(quiz, None, own)
    context = {"cohort": member.cohort, "member": member, "quiz": quiz, "row": row, "form": form}
    return render(request, "cohorts/member_more.html", context)
