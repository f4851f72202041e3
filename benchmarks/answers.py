"""Ten thousand people's answers to one quiz, for the item analysis."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from math import exp
from random import Random

from django.utils import timezone

from accounts.models import Sector, User
from courses.models import CoursePage, Enrolment, ModulePage
from quizzes.bank import publish_item
from quizzes.content import ItemType
from quizzes.marking import mark, marks_for
from quizzes.models import Attempt, AttemptState, Choice, Item, ItemVersion, Quiz, QuizKind, Response

LETTERS = "abcde"
BATCH = 2000


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
    for begin in range(0, len(attempts), BATCH):
        Response.objects.bulk_create(_responses(attempts[begin : begin + BATCH], versions, now, rng))


def _responses(attempts: Sequence[Attempt], versions: Sequence[ItemVersion], now, rng: Random):
    marks = {}
    for attempt in attempts:
        ability = rng.gauss(1, 1)
        for position, version in enumerate(versions, start=1):
            content = version.content
            chance = 1 / (1 + exp(position / 10 - ability - 1))
            right = [choice.key for choice in content.choices if choice.is_correct]
            answer = [key for key in right if rng.random() < chance]
            if len(answer) < len(right) and rng.random() < 0.9:
                answer.append(rng.choice(LETTERS[len(right) :]))
            answer = sorted(answer) if content.type == ItemType.MULTIPLE else answer[:1]
            known = (position, *answer)
            if known not in marks:
                marks[known] = marks_for(mark(content, answer or None), Decimal(1))
            yield Response(
                attempt=attempt,
                position=position,
                version=version,
                choice_order=list(LETTERS),
                answer=answer or None,
                answered_at=now,
                marks_awarded=marks[known],
                marks_possible=Decimal(1),
            )
