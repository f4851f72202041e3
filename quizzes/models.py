"""The question bank, the quiz of a course, and learners' attempts.

An item is what a question is about and keeps its name for ever; its versions hold the words. The words of a
version that was ever ready never change: an attempt pins the versions it drew and keeps them.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import Sector
from courses.models import CoursePage, Enrolment, ModulePage
from library.models import Fact, Indicator
from library.models.records import Reviewed, ReviewedQuerySet


class ItemType(models.TextChoices):
    SINGLE = "single", "Single choice"
    MULTIPLE = "multiple", "Multiple response"
    TRUE_FALSE = "truefalse", "True or false"
    SCENARIO = "scenario", "Scenario with one best answer"
    MATCHING = "matching", "Matching"
    ORDERING = "ordering", "Ordering"


#: Types that quizzes draw; the others are kept in the bank.
DRAWN_TYPES = (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.SCENARIO)


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    READY = "ready", "Ready"
    RETIRED = "retired", "Retired"


class ItemQuerySet(ReviewedQuerySet):
    def with_current(self):
        """Add `current_number`, `stem` and `status` of the latest version; one query however many rows."""
        latest = ItemVersion.objects.filter(item=models.OuterRef("pk")).order_by("-number")
        return self.annotate(
            current_number=models.Subquery(latest.values("number")[:1]),
            stem=models.Subquery(latest.values("stem")[:1]),
            status=models.Subquery(latest.values("status")[:1]),
        )

    def in_use(self):
        """Items of which a version is ready."""
        return self.filter(versions__status=VersionStatus.READY)


class Item(Reviewed):
    """A question in the bank: what it is about. Its words are in its versions."""

    class Difficulty(models.TextChoices):
        EASY = "easy", "Easy"
        MEDIUM = "medium", "Medium"
        HARD = "hard", "Hard"

    code = models.CharField(max_length=20, unique=True, help_text="For example Q051. Never used twice.")
    module = models.ForeignKey(ModulePage, models.PROTECT, related_name="items")
    type = models.CharField(max_length=10, choices=ItemType, default=ItemType.SINGLE)
    difficulty = models.CharField(max_length=6, choices=Difficulty, default=Difficulty.MEDIUM)
    outcomes = models.JSONField(
        "learning outcomes",
        default=list,
        blank=True,
        help_text="Codes of the course outcomes it serves: LO1 LO4.",
    )
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="items", help_text="Leave empty when it suits everyone."
    )
    facts = models.ManyToManyField(Fact, blank=True, related_name="items", verbose_name="facts tested")
    indicators = models.ManyToManyField(
        Indicator, blank=True, related_name="items", verbose_name="indicators tested"
    )
    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "question"

    def __str__(self):
        return self.code

    def current_version(self) -> "ItemVersion | None":
        """The latest version: the one that editors see and change."""
        return self.versions.order_by("-number").first() if self.pk else None

    @property
    def status_in_words(self) -> str:
        """Status of the current version, for rows that come from `with_current()`."""
        return VersionStatus(self.status).label if self.status else ""

    def was_taken(self) -> bool:
        return Response.objects.filter(version__item=self).exists()


class ItemVersionQuerySet(models.QuerySet):
    def drawn_from(self, modules, *, exclude_needs_check: bool):
        """Versions that a quiz on `modules` may serve."""
        rows = self.filter(status=VersionStatus.READY, item__module__in=modules, item__type__in=DRAWN_TYPES)
        return rows.filter(item__needs_check=False) if exclude_needs_check else rows


class ItemVersion(models.Model):
    """The words of a question at one time. Drafts may be changed; ready and retired ones never are."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=7, choices=VersionStatus, default=VersionStatus.DRAFT)
    stem = models.TextField("question")
    marks = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    created_at = models.DateTimeField(default=timezone.now)
    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        ordering = ["item_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(status=VersionStatus.READY), name="one_ready_version_an_item"
            ),
            models.CheckConstraint(condition=Q(marks__gt=0), name="item_version_carries_marks"),
        ]

    def __str__(self):
        return f"{self.item} version {self.number}"


class Choice(models.Model):
    """One answer of a version. `key` names the same answer in every version of the item."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="choices")
    key = models.CharField(max_length=12)
    text = models.CharField("answer", max_length=400)
    match = models.CharField("matches", max_length=400, blank=True, help_text="For matching: the other half.")
    is_correct = models.BooleanField("right", default=False)
    feedback = models.TextField(blank=True, help_text="Why it is right or wrong. Shown after submitting.")
    order = models.PositiveSmallIntegerField(default=0, help_text="For ordering: the right place.")

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "answer"
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="choice_key_once")]

    def __str__(self):
        return self.text


class Quiz(models.Model):
    """The assessment at the end of a course, drawn from the bank for each attempt."""

    course = models.OneToOneField(CoursePage, models.PROTECT, related_name="quiz")
    title = models.CharField(max_length=160)
    introduction = models.TextField(blank=True, help_text="Plain text, shown before the start.")
    pass_mark = models.PositiveSmallIntegerField(
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Per cent; a score equal to it passes.",
    )
    question_count = models.PositiveSmallIntegerField(
        "number of questions", default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    minutes = models.PositiveSmallIntegerField(
        default=0, help_text="How long it takes, for the learner's planning. There is never a clock."
    )
    exclude_needs_check = models.BooleanField(
        "leave out questions that may change",
        default=False,
        help_text="Draw no question that rests on law, procedure or a number that an editor has to check again.",
    )

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "quizzes"

    def __str__(self):
        return self.title

    def was_taken(self) -> bool:
        return self.attempts.exists()


class AttemptQuerySet(models.QuerySet):
    def open(self):
        return self.filter(submitted_at=None)

    def submitted(self):
        return self.exclude(submitted_at=None)

    def taken_by(self, user):
        return self.filter(enrolment__learner=user)

    def best_first(self):
        """Highest score first; of equal ones the earliest."""
        return self.order_by("-score", "submitted_at", "pk")

    def with_next_position(self):
        """Add `next_position`: the first question without an answer, None when all have one."""
        return self.annotate(next_position=Min("responses__position", filter=Q(responses__answered_at=None)))


class Attempt(models.Model):
    """One try at a quiz. The server owns it: what was drawn, in which order, what was answered."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    pass_mark = models.PositiveSmallIntegerField(help_text="Per cent, as it was at the start.")
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="Per cent.")
    passed = models.BooleanField(null=True, blank=True)
    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(submitted_at=None), name="one_open_attempt"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="score_is_per_cent"
            ),
        ]

    def __str__(self):
        return f"{self.enrolment}: attempt {self.pk}"


class Response(models.Model):
    """One question of an attempt and what was answered. Keys are those of the version's choices."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    position = models.PositiveSmallIntegerField(help_text="From 1, as shown.")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="responses")
    choice_order = models.JSONField(help_text="Keys as shown.")
    chosen = models.JSONField(default=list, blank=True, help_text="Keys chosen.")
    answered_at = models.DateTimeField(null=True, blank=True)
    marks_awarded = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    marks_possible = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["attempt_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="position_once_in_an_attempt")
        ]

    def __str__(self):
        return f"{self.attempt}, question {self.position}"
