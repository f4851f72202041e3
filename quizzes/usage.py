"""Where questions are used: which quizzes ask them or may draw them, how often they were answered, in which versions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max

from quizzes.drawing import Candidate, Plan, Wish
from quizzes.models import Item, ItemVersion, Quiz
from quizzes.queries import plan_of, pool_of


@dataclass(frozen=True)
class Offer:
    """How many questions the bank offers for one wish of a quiz. asked: how many the quiz wants of them."""

    what: str
    asked: int
    offered: int

    @property
    def is_short(self) -> bool:
        return self.offered < self.asked


@dataclass(frozen=True)
class QuizUse:
    """A quiz that may ask a question. is_fixed: every attempt gets it."""

    quiz: Quiz
    is_fixed: bool


@dataclass
class _Reach:
    """What attempts at one quiz may draw."""

    quiz: Quiz

    def __post_init__(self):
        self.plan: Plan = plan_of(self.quiz)
        self.pool, self.may_fill = pool_of(self.quiz)
        self.fixed = set(self.plan.fixed)

    def draws(self, candidate: Candidate) -> bool:
        if any(wish.fits(candidate) for wish in self.plan.wishes):
            return True
        return not self.plan.only_chosen and self._has_room and self.may_fill(candidate)

    @property
    def _has_room(self) -> bool:
        return self.plan.count > len(self.fixed) + sum(wish.count for wish in self.plan.wishes)

    def items(self) -> set[int]:
        """Return the ids of every item that an attempt may get."""
        return {c.item_id for c in self.pool if c.item_id in self.fixed or self.draws(c)}


def items_reached_by(quiz: Quiz) -> set[int]:
    """Return the ids of the questions that an attempt at `quiz` may get as the bank stands."""
    return _Reach(quiz).items()


def offers_for(quiz: Quiz) -> list[Offer]:
    """Return, for each draw, each outcome and the whole, how many questions the bank now has for it."""
    reach = _Reach(quiz)
    rows = zip(quiz.draws.select_related("category", "module"), reach.plan.wishes, strict=True)
    found = [Offer(_what(row), wish.count, _count(wish, reach.pool)) for row, wish in rows]
    free = [c for c in reach.pool if reach.may_fill(c) or any(w.fits(c) for w in reach.plan.wishes)]
    for outcome in sorted(reach.plan.outcomes):
        offered = sum(outcome in candidate.outcomes for candidate in free)
        found.append(Offer(f"Learning outcome {outcome}", reach.plan.at_least, offered))
    return [*found, Offer("In all", quiz.question_count, len(reach.items()))]


def _count(wish: Wish, pool: Iterable[Candidate]) -> int:
    return sum(wish.fits(candidate) for candidate in pool)


def _what(row) -> str:
    """Describe a draw: “Draw: medium, LO3, from UK law”."""
    parts = [row.get_type_display(), row.get_difficulty_display(), row.outcome]
    parts += [f"from {row.category}"] if row.category else []
    parts += [f"module {row.module.code}"] if row.module else []
    return "Draw: " + (", ".join(part for part in parts if part) or "any question")


def quizzes_using(item: Item) -> list[QuizUse]:
    """Return the quizzes whose attempts may get `item`, those that name it first."""
    named = set(Quiz.objects.filter(fixed_items__item=item).values_list("pk", flat=True))
    quizzes = Quiz.objects.select_related("course", "module", "category").order_by("course__title", "kind")
    uses = [
        QuizUse(quiz, quiz.pk in named)
        for quiz in quizzes
        if quiz.pk in named or (item.live and item.pk in items_reached_by(quiz))
    ]
    return sorted(uses, key=lambda use: not use.is_fixed)


def versions_with_use(item: Item) -> list[ItemVersion]:
    """Return the versions, latest first, each with `asked`, `answered` and `last_answered_at`; one query."""
    return list(
        item.versions.annotate(
            asked=Count("responses"),
            answered=Count("responses__answered_at"),
            last_answered_at=Max("responses__answered_at"),
        ).order_by("-number")
    )
