"""What staff see of attempts: lists, the story of one, who might need more. Never what was answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from wagtail.models import ModelLogEntry

from courses.models import Enrolment
from quizzes.models import Allowance, Attempt, AttemptState, Quiz


def attempts_for_staff(q: str = "", quiz: Quiz | None = None, state: str = "") -> QuerySet[Attempt]:
    """Return the attempts asked for, newest first, with learner, course and quiz loaded."""
    rows = Attempt.objects.select_related("enrolment__learner", "enrolment__course", "quiz")
    if quiz:
        rows = rows.filter(quiz=quiz)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(_named(q, "enrolment__learner")).order_by("-started_at", "-pk")


def enrolments_for_staff(q: str) -> QuerySet[Enrolment]:
    """Return the learners on courses with a quiz whom every word of `q` fits, with what each quiz gives them."""
    quizzes = Quiz.objects.order_by("title")
    return (
        Enrolment.objects.active()
        .filter(_named(q, "learner"), course__quizzes__isnull=False)
        .distinct()
        .select_related("learner", "course")
        .prefetch_related(Prefetch("course__quizzes", quizzes), "allowances")
        .order_by("learner__name", "learner_id", "pk")
    )


def _named(q: str, learner: str) -> Q:
    found = Q()
    for word in q.split():
        found &= Q.create([(f"{learner}__{f}__icontains", word) for f in ("name", "email")], connector=Q.OR)
    return found


@dataclass(frozen=True)
class Step:
    """One line of an attempt's story. who: empty when the clock did it."""

    at: datetime
    what: str
    who: str = ""
    why: str = ""


def story_of(attempt: Attempt) -> list[Step]:
    """Return what happened to an attempt and to its marks, oldest first; four queries."""
    steps = [
        Step(event.at, _what(event), str(event.actor or ""), event.reason)
        for event in attempt.events.select_related("actor")
    ]
    for change in attempt.score_changes.select_related("regrade__item", "regrade__decided_by"):
        regrade = change.regrade
        what = f"Marks of {regrade.item} corrected: score {change.old_score}% to {change.new_score}%"
        if change.pass_kept:
            what += "; the pass stays"
        elif change.old_passed != change.new_passed:
            what += "; passed now" if change.new_passed else "; the pass was taken back"
        steps.append(Step(regrade.decided_at, what, str(regrade.decided_by or ""), regrade.reason))
    steps += _given(attempt)
    return sorted(steps, key=lambda step: step.at)


def _what(event) -> str:
    if not event.was:
        return "Started"
    if event.became == AttemptState.IN_PROGRESS:
        return "Opened again" if event.was == AttemptState.ABANDONED else "More time: in progress again"
    return event.get_became_display()


def _given(attempt: Attempt) -> list[Step]:
    own = allowance_of(attempt.enrolment_id, attempt.quiz_id)
    if own is None:
        return []
    entries = ModelLogEntry.objects.for_instance(own).select_related("user")
    return [
        Step(e.timestamp, _given_words(e.data), str(e.user or ""), e.data.get("reason", "")) for e in entries
    ]


def _given_words(data: dict) -> str:
    parts = [f"{data[name]} more {name}" for name in ("minutes", "attempts") if data.get(name)]
    return f"Given: {' and '.join(parts)}"


def allowance_of(enrolment_id: int, quiz_id: int) -> Allowance | None:
    return Allowance.objects.filter(enrolment=enrolment_id, quiz=quiz_id).select_related("given_by").first()


def answered_counts(attempt: Attempt) -> tuple[int, int]:
    """Return how many questions are answered, and how many there are."""
    counts = attempt.responses.aggregate(all=Count("pk"), answered=Count("answered_at"))
    return counts["answered"], counts["all"]


def names_of(attempt_ids: Iterable[int]) -> dict[int, Attempt]:
    """Return attempt id -> the attempt with learner and quiz; one query."""
    rows = Attempt.objects.select_related("enrolment__learner", "quiz")
    return rows.in_bulk(list(attempt_ids))


def counted_attempts(enrolment: Enrolment) -> QuerySet[Attempt]:
    """Return the learner's attempts, oldest first, without those that are void."""
    rows = Attempt.objects.filter(enrolment=enrolment).exclude(state=AttemptState.VOID)
    return rows.order_by("started_at", "pk")
