"""Ten thousand people's answers to one quiz, for the item analysis."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from math import exp
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Sector, User
from courses.models import CoursePage, Enrolment, ModulePage
from quizzes.bank import publish_item
from quizzes.content import ItemType
from quizzes.marking import mark, marks_for
from quizzes.models import Attempt, AttemptState, Choice, Item, ItemVersion, Quiz, QuizKind, Response

LETTERS = "abcde"
#: Answers that are right, by type of question.
RIGHT = {ItemType.SINGLE: LETTERS[:1], ItemType.MULTIPLE: LETTERS[:2]}
BATCH = 20_000
COLUMNS = (
    "attempt_id", "position", "version_id", "choice_order", "half_order", "answer", "confidence", "answered_at",
    "saved_count", "is_final", "marks_awarded", "marks_possible", "credit",
)  # fmt: skip


def make_quiz(course: CoursePage, module: ModulePage, items: int) -> Quiz:
    """A check of `module` that asks `items` new questions, every third with several right answers."""
    quiz = Quiz.objects.create(
        course=course, kind=QuizKind.CHECK, module=module, title="Bench", slug="bench", question_count=items
    )
    for number in range(items):
        many = number % 3 == 2
        item = Item(
            code=f"BENCH{number:03}",
            module=module,
            type=ItemType.MULTIPLE if many else ItemType.SINGLE,
            live=False,
            stem=f"Which of these is right in case {number}?",
            source="Our own",
            review_due_on=timezone.localdate(),
        )
        item.choices = [
            Choice(
                key=letter, text=f"Answer {letter} of {number}", is_correct=place < 1 + many, sort_order=place
            )
            for place, letter in enumerate(LETTERS)
        ]
        publish_item(item)
        quiz.fixed_items.create(item=item, sort_order=number)
    quiz.save()
    return quiz


def fill(quiz: Quiz, learners: int, seed: int = 1) -> None:
    """Let so many learners of every sector finish `quiz` once: able people are right more often."""
    rng = Random(seed)
    sectors = [*Sector.objects.all()] or [
        Sector.objects.create(code=c, name=c) for c in ("HLT", "POL", "SOC")
    ]
    people = User.objects.bulk_create(
        User(
            email=f"answers{number}@bench.example",
            name=f"Bench Answer {number}",
            password="!",
            sector=rng.choice(sectors),
        )
        for number in range(learners)
    )
    places = Enrolment.objects.bulk_create(Enrolment(learner=user, course=quiz.course) for user in people)
    now = timezone.now() - timedelta(days=1)
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment=place,
            quiz=quiz,
            state=AttemptState.FINISHED,
            pass_mark=80,
            started_at=now,
            submitted_at=now,
            score=0,
            passed=False,
        )
        for place in places
    )
    versions = list(ItemVersion.objects.ready().filter(item__fixed_in__quiz=quiz).order_by("item__code"))
    _write(_rows(attempts, versions, now, rng))


def _write(rows: Iterator[tuple]) -> None:
    """Insert answers without models: three hundred thousand of those take a minute."""
    table = Response._meta.db_table
    names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
    places = ", ".join("%s" for _ in COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", batch)


def _rows(attempts: Sequence[Attempt], versions: Sequence[ItemVersion], now, rng: Random) -> Iterator[tuple]:
    order, halves, marks = json.dumps(list(LETTERS)), json.dumps([]), {}
    for attempt in attempts:
        ability = rng.gauss(1, 1)
        for position, version in enumerate(versions, start=1):
            answer = _answer(version, ability - position / 10, rng)
            known = (position, *answer)
            if known not in marks:
                share = mark(version.content, answer or None)
                marks[known] = float(marks_for(share, Decimal(1))), json.dumps(answer) if answer else None
            awarded, text = marks[known]
            yield attempt.pk, position, version.pk, order, halves, text, "", now, 1, False, awarded, 1, ""


def _answer(version: ItemVersion, ease: float, rng: Random) -> list[str]:
    """Return an answer that an able person gets right more often; one in ten leaves out what they do not know."""
    chance = 1 / (1 + exp(-ease - 1))
    right = RIGHT[version.content.type]
    answer = [key for key in right if rng.random() < chance]
    if len(answer) < len(right) and rng.random() < 0.9:
        answer.append(rng.choice(LETTERS[len(right) :]))
    return answer
