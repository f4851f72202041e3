"""Writes about attempts: start, save an answer, submit. The server is the only clock and the only marker."""

import secrets
from collections.abc import Collection
from random import Random

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from courses.models import Enrolment
from courses.queries import all_modules_completed, places_of
from courses.signals import progress_changed
from quizzes.drawing import Candidate, draw
from quizzes.marking import fraction_right, marks_for, score_percent
from quizzes.models import Attempt, ItemType, ItemVersion, Quiz, Response
from quizzes.queries import quiz_of, right_keys, times_seen


class NotReady(Exception):
    """The learner may not start: withdrawn, modules left, or no quiz or questions. `str()` says so to them."""


class AttemptClosed(Exception):
    """The attempt was submitted; its answers stand."""


class NotOffered(ValueError):
    """An answer that the question does not offer, or more than one where only one may be chosen."""


@transaction.atomic
def start_attempt(enrolment: Enrolment, rng: Random | None = None) -> Attempt:
    """Return the enrolment's open attempt, drawn now if there was none. Raises NotReady.

    rng: draws and shuffles; the system's own unless the demonstration asks for the same attempt every time.

    Two clicks at once make one attempt: the database's constraint decides, the loser reads the winner's row.
    """
    quiz = quiz_of(enrolment.course)
    if not quiz or not Enrolment.objects.active().filter(pk=enrolment.pk).exists():
        raise NotReady("This quiz is not open to you.")
    own = Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz)
    found = own.first()
    if found:
        return found
    if not all_modules_completed(enrolment):
        raise NotReady("Complete the required modules before you start the quiz.")
    rng = rng or secrets.SystemRandom()
    versions = _draw_versions(quiz, enrolment, rng)
    if not versions:
        raise NotReady("The quiz has no questions yet. Please try again later.")
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(enrolment=enrolment, quiz=quiz, pass_mark=quiz.pass_mark)
            Response.objects.bulk_create(
                Response(
                    attempt=attempt,
                    position=position,
                    version=version,
                    choice_order=_order_of(version, rng),
                    marks_possible=version.marks,
                )
                for position, version in enumerate(versions, start=1)
            )
    except IntegrityError:
        return own.get()
    return attempt


def _draw_versions(quiz: Quiz, enrolment: Enrolment, rng: Random) -> list[ItemVersion]:
    modules = [place.module_id for place in places_of([quiz.course_id])[quiz.course_id]]
    servable = ItemVersion.objects.drawn_from(modules, exclude_needs_check=quiz.exclude_needs_check)
    pool = [Candidate(*row) for row in servable.values_list("pk", "item", "item__module")]
    drawn = draw(pool, quiz.question_count, times_seen(enrolment.learner_id), rng)
    versions = (
        ItemVersion.objects.select_related("item")
        .prefetch_related("choices")
        .in_bulk([candidate.version_id for candidate in drawn])
    )
    return [versions[candidate.version_id] for candidate in drawn]


def _order_of(version: ItemVersion, rng: Random) -> list[str]:
    keys = [choice.key for choice in version.choices.all()]
    if version.item.type != ItemType.TRUE_FALSE:
        rng.shuffle(keys)
    return keys


def save_response(attempt: Attempt, position: int, keys: Collection[str]) -> None:
    """Keep `keys` as the answer to question `position`, in one guarded statement; no keys clear it.

    Raises AttemptClosed, and writes nothing, once the attempt is submitted; NotOffered for keys that the question
    does not offer; Response.DoesNotExist for a position that is not there.
    """
    response = Response.objects.select_related("version__item").get(attempt=attempt, position=position)
    chosen = [key for key in response.choice_order if key in keys]
    if len(chosen) != len(set(keys)) or (len(chosen) > 1 and response.version.item.type != ItemType.MULTIPLE):
        raise NotOffered(keys)
    # The row's own mark guards too: PostgreSQL reads it again after waiting for a submission under way.
    still_open = Exists(Attempt.objects.open().filter(pk=OuterRef("attempt")))
    if not Response.objects.filter(still_open, pk=response.pk, marks_awarded=None).update(
        chosen=chosen, answered_at=timezone.now() if chosen else None
    ):
        raise AttemptClosed(attempt.pk)


@transaction.atomic
def submit_attempt(attempt: Attempt) -> None:
    """Close `attempt`, mark it and announce the new evidence. Harmless to repeat: the first submission stands.

    score and pass_mark are per cent, 0 to 100; equal to the pass mark is a pass. An unanswered question scores 0.
    """
    if not Attempt.objects.open().filter(pk=attempt.pk).update(submitted_at=timezone.now()):
        attempt.refresh_from_db()
        return
    attempt.refresh_from_db()
    responses = list(attempt.responses.select_for_update())
    right = right_keys(response.version_id for response in responses)
    marked = []
    for response in responses:
        share = fraction_right(right[response.version_id], response.chosen)
        response.marks_awarded = marks_for(share, response.marks_possible)
        marked.append((share, response.marks_possible))
    Response.objects.bulk_update(responses, ["marks_awarded"])
    attempt.score = score_percent(marked)
    attempt.passed = attempt.score >= attempt.pass_mark
    attempt.save(update_fields=["score", "passed"])
    progress_changed.send(sender=Attempt, enrolment=attempt.enrolment)
