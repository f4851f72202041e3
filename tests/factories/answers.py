"""Finished attempts by the dozen, marked by the real marker, for what is counted over many people."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Sector, User
from courses.models import Enrolment
from quizzes.marking import mark, marks_for, score_percent
from quizzes.models import Attempt, AttemptState, ItemVersion, Quiz, Response

FIRST_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def make_people(count: int, sector: Sector | None = None) -> list[User]:
    begin = User.objects.count()
    return User.objects.bulk_create(
        User(email=f"many{begin + n}@example.org", name=f"Many {begin + n}", password="!", sector=sector)
        for n in range(count)
    )


def keep_attempts(
    quiz: Quiz,
    sheets: Sequence[Mapping[str, Any]],
    *,
    sector: Sector | None = None,
    enrolments: Sequence[Enrolment] | None = None,
) -> list[Attempt]:
    """One finished attempt for each sheet, code of the question -> answer, in the order of the sheets.

    Each by somebody new, a minute after the last, unless `enrolments` says whose they are.
    """
    if enrolments is None:
        people = make_people(len(sheets), sector)
        enrolments = Enrolment.objects.bulk_create(Enrolment(learner=p, course=quiz.course) for p in people)
    codes = {code for sheet in sheets for code in sheet}
    ready = ItemVersion.objects.ready().select_related("item").filter(item__code__in=codes)
    versions = {version.item.code: version for version in ready}
    begin, attempts, responses = quiz.attempts.count(), [], []
    for number, (enrolment, sheet) in enumerate(zip(enrolments, sheets, strict=True), start=begin):
        at = FIRST_AT + timedelta(minutes=number)
        attempt = Attempt(enrolment=enrolment, quiz=quiz, pass_mark=80, started_at=at, submitted_at=at)
        own = [
            _response(attempt, place, versions[code], sheet[code])
            for place, code in enumerate(sheet, start=1)
        ]
        attempt.state = AttemptState.FINISHED
        attempt.score = score_percent((mark(r.version.content, r.answer), r.marks_possible) for r in own)
        attempt.passed = attempt.score >= 80
        attempts.append(attempt)
        responses += own
    Attempt.objects.bulk_create(attempts)
    Response.objects.bulk_create(responses)
    return attempts


def _response(attempt: Attempt, position: int, version: ItemVersion, answer) -> Response:
    marks = version.content.marks
    return Response(
        attempt=attempt,
        position=position,
        version=version,
        answer=answer,
        answered_at=attempt.submitted_at if answer else None,
        marks_awarded=marks_for(mark(version.content, answer), marks),
        marks_possible=marks,
    )
