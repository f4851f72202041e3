"""The question bank. Editors change an item in the CMS, through drafts and approval; publishing it freezes a
version, which never changes. An attempt pins the versions that it drew.
"""

import secrets
from functools import cached_property

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from pydantic import ValidationError
from taggit.models import ItemBase, TagBase
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from accounts.models import Sector
from courses.models import ModulePage
from courses.publication import RefusesPublication, video_problem
from library.models import Fact, Indicator
from library.models.records import Reviewed, ReviewedQuerySet
from quizzes.blocks import StoryBlock
from quizzes.content import (
    ChoiceContent,
    DecisionContent,
    EndingContent,
    ItemContent,
    ItemType,
    Mode,
    NodeContent,
    StoryContent,
)

SEPARATOR = " / "


class Category(models.Model):
    """A shelf of the bank. Its name is its way from the top: “UK law / Referral”."""

    name = models.CharField(
        max_length=200, unique=True, help_text="For a part of another category: “UK law / Referral”."
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name

    def with_parts(self) -> models.QuerySet:
        """This category and those inside it."""
        return Category.objects.filter(Q(pk=self.pk) | Q(name__startswith=self.name + SEPARATOR))


class QuestionTag(TagBase):
    """A word that editors find questions by."""

    free_tagging = True

    class Meta:
        verbose_name = "question tag"


class ItemTag(ItemBase):
    tag = models.ForeignKey(QuestionTag, models.CASCADE, related_name="tagged_items")
    content_object = ParentalKey("quizzes.Item", on_delete=models.CASCADE, related_name="tagged_items")


class VersionStatus(models.TextChoices):
    READY = "ready", "Ready"
    RETIRED = "retired", "Retired"


class ItemQuerySet(ReviewedQuerySet):
    def in_use(self):
        """Items that quizzes may draw."""
        return self.filter(live=True)

    def not_retired(self):
        """Items in use and drafts that were never published."""
        return self.filter(Q(live=True) | Q(first_published_at=None))


class Item(
    RefusesPublication,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    Reviewed,
    ClusterableModel,
):
    """A question: what it is about and its words. `live` says that quizzes may draw it."""

    class Difficulty(models.TextChoices):
        EASY = "easy", "Easy"
        MEDIUM = "medium", "Medium"
        HARD = "hard", "Hard"

    code = models.CharField(max_length=20, unique=True, help_text="For example Q051. Never used twice.")
    module = models.ForeignKey(ModulePage, models.PROTECT, related_name="items")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="items")
    type = models.CharField(max_length=10, choices=ItemType, default=ItemType.SINGLE)
    difficulty = models.CharField(max_length=6, choices=Difficulty, default=Difficulty.MEDIUM)
    outcomes = models.JSONField("learning outcomes", default=list, blank=True)
    sectors = ParentalManyToManyField(
        Sector, blank=True, related_name="items", help_text="Leave empty when it suits everyone."
    )
    facts = ParentalManyToManyField(Fact, blank=True, related_name="items", verbose_name="facts tested")
    indicators = ParentalManyToManyField(
        Indicator, blank=True, related_name="items", verbose_name="indicators tested"
    )
    tags = ClusterTaggableManager(through=ItemTag, blank=True)

    stem = models.TextField("question", max_length=4000)
    image = models.ForeignKey(
        "wagtailimages.Image", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="picture"
    )
    image_alt = models.CharField(
        "picture in words", max_length=400, blank=True, help_text="For people who cannot see it."
    )
    media = models.ForeignKey(
        "library.CaptionedMedia",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="video or sound",
        help_text="Captions and a transcript are needed before it can be published.",
    )
    content_note = models.CharField(
        max_length=200,
        blank=True,
        help_text="Hard material that the reader meets, for example “Mentions fear.”",
    )
    story = StreamField(
        StoryBlock(), blank=True, help_text="For a branching scenario: decisions first, then endings."
    )
    marks = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    mode = models.CharField(
        "marking",
        max_length=16,
        choices=Mode,
        default=Mode.RIGHT_MINUS_WRONG,
        help_text="For several right answers and for signs. Learners read the rule before they answer.",
    )
    is_case_sensitive = models.BooleanField("capitals matter", default=False, help_text="For a short answer.")
    shuffle = models.BooleanField("shuffle the answers", default=True)
    explanation = models.TextField(
        blank=True, max_length=2000, help_text="For everybody, after the answer: why, and where to read more."
    )

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="item",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="item",
        for_concrete_model=False,
    )
    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "question"
        constraints = [models.CheckConstraint(condition=Q(marks__gt=0), name="item_carries_marks")]

    def __str__(self):
        return self.code

    @property
    def revisions(self):
        return self._revisions

    @property
    def status_in_words(self) -> str:
        """Draft, Ready or Retired, as quizzes see it; and whether a later draft waits."""
        if self.live:
            return "Ready, with a later draft" if self.has_unpublished_changes else "Ready"
        return "Retired" if self.first_published_at else "Draft"

    def current_version(self) -> "ItemVersion | None":
        """The latest version, None while nothing was ever published."""
        return self.versions.order_by("-number").first() if self.pk else None

    def publication_problems(self) -> list[str]:
        from quizzes.bank import problem_with  # noqa: PLC0415 -- the bank imports models

        content = self.readable_content()
        words = problem_with(content) if content else "Finish the scenario first."
        return [problem for problem in (words, video_problem(self.media)) if problem]

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return [("", "As a learner answers it"), ("feedback", "Right answer and feedback")]

    def serve_preview(self, request, mode_name):
        """Show the draft to its editor as a learner sees it."""
        from quizzes.tryout import preview_item  # noqa: PLC0415 -- views import models

        return preview_item(request, self, mode_name)

    def was_taken(self) -> bool:
        return self.versions.filter(responses__isnull=False).exists()

    def readable_content(self) -> ItemContent | None:
        """Return `content()`, None while a branching scenario is too unfinished to be read."""
        try:
            return self.content()
        except ValidationError:
            return None

    def content(self) -> ItemContent:
        """Return what the question says now; a draft too."""
        return ItemContent(
            type=self.type,
            stem=self.stem,
            choices=tuple(choice.content() for choice in self.choices.all()),
            story=self._story_content() if self.type == ItemType.BRANCHING else None,
            marks=self.marks,
            mode=self.mode,
            explanation=self.explanation,
            content_note=self.content_note,
            outcomes=tuple(self.outcomes),
            is_case_sensitive=self.is_case_sensitive,
            shuffle=self.shuffle,
            image=self.image_id,
            image_alt=self.image_alt,
            media=self.media_id,
        )

    def _story_content(self) -> StoryContent:
        """Return the story. A choice is named by its block's id, which it has once it was saved."""
        nodes, endings, debrief = [], [], []
        for block in self.story:
            if block.block_type == "node":
                choices = tuple(
                    DecisionContent(key=bound.id or f"new{number}", **bound.value)
                    for number, bound in enumerate(block.value["choices"].bound_blocks)
                )
                nodes.append(
                    NodeContent(
                        key=block.value["name"],
                        text=block.value["text"],
                        question=block.value["question"],
                        choices=choices,
                    )
                )
            elif block.block_type == "ending":
                endings.append(EndingContent(key=block.value["name"], text=block.value["text"]))
            else:
                debrief.append(block.value)
        return StoryContent(nodes=tuple(nodes), endings=tuple(endings), debrief=tuple(debrief))


def new_key() -> str:
    """Return a name for an answer that says nothing about it."""
    return secrets.token_hex(4)


class Choice(Orderable):
    """One answer of a question, in the editor's order. What the fields mean depends on the type of question."""

    item = ParentalKey(Item, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=12, default=new_key, editable=False)
    text = models.CharField("answer", max_length=1000, blank=True)
    match = models.CharField("matches", max_length=400, blank=True, help_text="For matching: the other half.")
    is_correct = models.BooleanField("right", default=False)
    feedback = models.TextField(
        blank=True, max_length=2000, help_text="Why it is right or wrong. Shown after the answer."
    )
    share = models.DecimalField(
        "percentage",
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        help_text="Only for an answer with a share of its own: −100 to 100.",
    )
    tolerance = models.DecimalField(
        max_digits=20,
        decimal_places=8,
        null=True,
        blank=True,
        help_text="For a number: how far off is still right.",
    )
    image = models.ForeignKey(
        "wagtailimages.Image", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="picture"
    )
    image_alt = models.CharField("picture in words", max_length=400, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="sign",
        help_text="For spot the signs: the sign that this sentence is.",
    )

    class Meta(Orderable.Meta):
        verbose_name = "answer"
        constraints = [models.UniqueConstraint(fields=["item", "key"], name="choice_key_once")]

    def __str__(self):
        return self.text or self.match

    def content(self) -> ChoiceContent:
        return ChoiceContent(
            key=self.key,
            text=self.text,
            is_correct=self.is_correct,
            feedback=self.feedback,
            match=self.match,
            share=self.share,
            tolerance=self.tolerance,
            image=self.image_id,
            image_alt=self.image_alt,
            indicator=self.indicator_id,
        )


class ItemVersionQuerySet(models.QuerySet):
    def ready(self):
        return self.filter(status=VersionStatus.READY)


class ItemVersion(models.Model):
    """The words and the key of a question as they were published once. Only `status` ever changes."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=7, choices=VersionStatus, default=VersionStatus.READY)
    data = models.JSONField(help_text="See quizzes.content.ItemContent.")
    created_at = models.DateTimeField(default=timezone.now)
    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        ordering = ["item_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(status=VersionStatus.READY), name="one_ready_version_an_item"
            ),
        ]

    def __str__(self):
        return f"{self.item} version {self.number}"

    @cached_property
    def content(self) -> ItemContent:
        return ItemContent.model_validate(self.data)
