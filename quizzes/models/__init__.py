"""The question bank, quizzes, learners' attempts and their corrections."""

from quizzes.content import ItemType, Mode, Quality
from quizzes.models.attempts import (
    Allowance,
    Attempt,
    AttemptEvent,
    AttemptState,
    Confidence,
    Credit,
    Response,
)
from quizzes.models.bank import Category, Choice, Item, ItemTag, ItemVersion, VersionStatus
from quizzes.models.quizzes import Feedback, Quiz, QuizDraw, QuizItem, QuizKind
from quizzes.models.regrading import Regrade, RegradeAction, ScoreChange

__all__ = [
    "Allowance",
    "Attempt",
    "AttemptEvent",
    "AttemptState",
    "Category",
    "Choice",
    "Confidence",
    "Credit",
    "Feedback",
    "Item",
    "ItemTag",
    "ItemType",
    "ItemVersion",
    "Mode",
    "Quality",
    "Quiz",
    "QuizDraw",
    "QuizItem",
    "QuizKind",
    "Regrade",
    "RegradeAction",
    "Response",
    "ScoreChange",
    "VersionStatus",
]
