"""Quizzes: where they stand in a course, what they ask and by which rules."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from courses.models import CoursePage, ModulePage
from quizzes.models.bank import Category, Item


class QuizKind(models.TextChoices):
    DIAGNOSTIC = "diagnostic", "Before the course: what do you know already?"
    CHECK = "check", "Module check: practice, counts for nothing"
    ASSESSMENT = "assessment", "Assessment: counts for the certificate"


class Feedback(models.TextChoices):
    """What a learner may be shown of an answer."""

    SCORE = "score", "The score"
    CORRECTNESS = "correctness", "Whether each answer is right"
    REASONS = "reasons", "The feedback on what was chosen"
    KEY = "key", "The right answer and its feedback"


def everything() -> list[str]:
    return list(Feedback.values)


class QuizQuerySet(models.QuerySet):
    def assessments(self):
        return self.filter(kind=QuizKind.ASSESSMENT)


class Quiz(ClusterableModel):
    """A quiz of a course: at most one before it and one that counts, and one check a module."""

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="quizzes")
    kind = models.CharField(max_length=10, choices=QuizKind, default=QuizKind.ASSESSMENT)
    module = models.ForeignKey(
        ModulePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For a module check: the module it follows.",
    )
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=60, help_text="Its part of the web address.")
    introduction = models.TextField(blank=True, help_text="Plain text, shown before the start.")
    minutes = models.PositiveSmallIntegerField(
        default=0, help_text="How long it takes, for the learner's planning. This is no clock."
    )

    question_count = models.PositiveSmallIntegerField(
        "number of questions",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="In all. Chosen questions come first, then draws; the rest is drawn from the course's modules.",
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="draw from",
        help_text="What fills the quiz comes from this part of the bank only. Practice and assessment stay apart.",
    )
    at_least_per_outcome = models.PositiveSmallIntegerField(
        "questions for every outcome, at least", default=0, validators=[MaxValueValidator(20)]
    )
    only_chosen = models.BooleanField(
        "ask only the chosen questions", default=False, help_text="Draw nothing beyond the lists below."
    )
    exclude_needs_check = models.BooleanField(
        "leave out questions that may change",
        default=False,
        help_text="Draw no question that rests on law, procedure or a number that an editor has to check again.",
    )
    shuffle_items = models.BooleanField("shuffle the questions", default=True)
    shuffle_choices = models.BooleanField("shuffle the answers", default=True)

    pass_mark = models.PositiveSmallIntegerField(
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Per cent; a score equal to it passes.",
    )
    outcome_minimum = models.PositiveSmallIntegerField(
        "least score for every outcome",
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="Per cent; 0 asks for none.",
    )
    attempts_allowed = models.PositiveSmallIntegerField(default=0, help_text="0: as many as one likes.")
    delay_minutes = models.PositiveIntegerField(
        "minutes between attempts", default=0, help_text="Time to read again. 0: at once."
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        "time limit in minutes",
        default=0,
        help_text="0: no clock, which is best for most. Extra time for a person is given on their attempt.",
    )
    grace_minutes = models.PositiveSmallIntegerField(
        default=0,
        help_text="After the time limit: 0 hands the answers in by itself; more gives so many minutes to hand in.",
    )
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    abandon_after_days = models.PositiveSmallIntegerField(
        default=0, help_text="An attempt without an answer for so long counts as abandoned. 0: never."
    )

    show_during = models.JSONField("while answering", default=list, blank=True)
    show_after = models.JSONField("after handing in", default=everything, blank=True)
    show_closed = models.JSONField("after the closing date", default=everything, blank=True)
    ask_confidence = models.BooleanField(
        "ask how sure the learner is",
        default=False,
        help_text="Sure, fairly or guessing. It never changes a score.",
    )
    objects = QuizQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "quizzes"
        constraints = [
            models.UniqueConstraint(fields=["course", "slug"], name="quiz_address_once"),
            models.UniqueConstraint(
                fields=["course", "kind"],
                condition=~Q(kind=QuizKind.CHECK),
                name="one_quiz_of_a_kind_a_course",
            ),
            models.UniqueConstraint(
                fields=["course", "module"], condition=Q(kind=QuizKind.CHECK), name="one_check_a_module"
            ),
            models.CheckConstraint(
                condition=Q(kind=QuizKind.CHECK, module__isnull=False)
                | (~Q(kind=QuizKind.CHECK) & Q(module__isnull=True)),
                name="a_check_has_a_module",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        if (self.kind == QuizKind.CHECK) != bool(self.module_id):
            raise ValidationError(
                {"module": "Choose the module of a module check; leave it empty for other quizzes."}
            )
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": "The closing date must come after the opening date."})

    @property
    def counts(self) -> bool:
        """Whether a pass is asked for the certificate."""
        return self.kind == QuizKind.ASSESSMENT

    @property
    def gives_feedback_at_once(self) -> bool:
        """An answer is final once its feedback was shown."""
        return bool(self.show_during)

    def is_closed(self, now: datetime | None = None) -> bool:
        return bool(self.closes_at and self.closes_at <= (now or timezone.now()))

    def shown(self, *, submitted: bool, now: datetime | None = None) -> frozenset[str]:
        """Return what of the answers may be shown at this moment (see Feedback)."""
        if not submitted:
            return frozenset(self.show_during)
        return frozenset(self.show_closed if self.is_closed(now) else self.show_after)

    def was_taken(self) -> bool:
        return self.attempts.exists()


class QuizItem(Orderable):
    """A question that every attempt at the quiz gets."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="fixed_items")
    item = models.ForeignKey(Item, models.PROTECT, related_name="fixed_in", verbose_name="question")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["quiz", "item"], name="item_fixed_once")]


class QuizDraw(Orderable):
    """So many questions of one kind, drawn anew for each attempt. An empty field sets no condition."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="draws")
    count = models.PositiveSmallIntegerField(
        "how many", default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField("learning outcome", max_length=12, blank=True, help_text="For example LO3.")
    difficulty = models.CharField(max_length=6, choices=Item.Difficulty, blank=True)
    type = models.CharField(max_length=10, choices=Item._meta.get_field("type").choices, blank=True)
    module = models.ForeignKey(ModulePage, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Orderable.Meta):
        verbose_name = "draw"
