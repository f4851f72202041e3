"""Indicators, facts and help contacts: kept once, used by reference everywhere."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.search import index

from accounts.models import Sector


class ReviewedQuerySet(models.QuerySet):
    def due_for_review(self, within_days: int = 30):
        """Rows whose review date has come or comes within so many days."""
        return self.filter(review_due_on__lte=timezone.localdate() + timedelta(days=within_days))


class Reviewed(models.Model):
    """Something that was checked on a day and has to be checked again."""

    source = models.CharField(max_length=400, help_text="Who says so: document, publisher, year.")
    needs_check = models.BooleanField(
        "may change",
        default=False,
        help_text="Law, procedure or a telephone number: the page shows when it was last checked.",
    )
    checked_on = models.DateField("last checked on", default=timezone.localdate)
    review_due_on = models.DateField("next check due on")

    class Meta:
        abstract = True

    @property
    def is_overdue(self) -> bool:
        return self.review_due_on < timezone.localdate()


class Vocabulary(models.Model):
    """A short list of words to filter by."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


class ExploitationForm(Vocabulary):
    """A form of exploitation: labour, sexual, domestic servitude, criminal, child."""

    class Meta(Vocabulary.Meta):
        verbose_name = "form of exploitation"
        verbose_name_plural = "forms of exploitation"


class Setting(Vocabulary):
    """Where a sign may be seen: home, workplace, health setting."""


class IndicatorQuerySet(ReviewedQuerySet):
    def matching(self, *, form: str = "", sector: str = "", setting: str = ""):
        """Rows for the codes given; an empty code means no filter. Signs for everyone stay in."""
        rows = self
        if form:
            rows = rows.filter(Q(forms__code=form) | Q(forms__code="any"))
        if sector:
            rows = rows.filter(Q(sectors__code=sector) | Q(for_all_sectors=True))
        if setting:
            rows = rows.filter(settings__code=setting)
        return rows.distinct()


class Indicator(index.Indexed, Reviewed, ClusterableModel):
    """A sign that someone may be exploited. One sign proves nothing; none proves nothing either."""

    class Strength(models.TextChoices):
        KEY = "key", "Key: ask for advice the same day"
        SUPPORTING = "supporting", "Supporting: matters together with others"
        CONTEXTUAL = "contextual", "Context: weak alone"

    code = models.CharField(max_length=20, unique=True, help_text="For example IND-G01.")
    text = models.CharField("sign", max_length=255)
    why = models.TextField("why it may matter", blank=True)
    ask = models.TextField("what you can safely do", blank=True)
    strength = models.CharField(
        max_length=12, choices=Strength, help_text="For sorting; never a score of a person."
    )
    forms = ParentalManyToManyField(ExploitationForm, related_name="indicators")
    settings = ParentalManyToManyField(Setting, related_name="indicators", blank=True)
    sectors = ParentalManyToManyField(Sector, related_name="indicators", blank=True)
    for_all_sectors = models.BooleanField("for everyone", default=False)
    objects = IndicatorQuerySet.as_manager()

    search_fields = [
        index.SearchField("text", boost=3),
        index.SearchField("why"),
        index.SearchField("ask"),
        index.SearchField("code"),
        index.AutocompleteField("text"),
        index.AutocompleteField("code"),
        index.FilterField("code"),
        index.FilterField("strength"),
    ]

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.text}"

    def get_absolute_url(self):
        return reverse("library:indicator", args=[self.code.lower()])


class Fact(index.Indexed, Reviewed):
    """A figure or a statement kept once: a correction reaches every page that refers to it."""

    class Kind(models.TextChoices):
        FIGURE = "figure", "Figure"
        STATEMENT = "statement", "Statement"

    code = models.CharField(max_length=20, unique=True, help_text="For example FIG-029 or UK-05.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FIGURE)
    value = models.CharField(
        max_length=60, blank=True, help_text="As printed, for example “more than 2,000”."
    )
    unit = models.CharField(max_length=80, blank=True)
    year = models.CharField(max_length=40, blank=True)
    population = models.CharField("what is counted", max_length=400, blank=True)
    statement = models.TextField(blank=True, help_text="For statements: the fact in plain words.")
    caveat = models.TextField(blank=True, help_text="What the reader must know before using it.")
    is_usable = models.BooleanField(
        "may be used",
        default=True,
        help_text="Untick a figure that must not be quoted; pages stop showing it.",
    )
    objects = ReviewedQuerySet.as_manager()

    search_fields = [
        index.SearchField("code"),
        index.SearchField("population"),
        index.SearchField("statement"),
        index.SearchField("value"),
        index.AutocompleteField("code"),
        index.AutocompleteField("population"),
        index.AutocompleteField("statement"),
        index.FilterField("code"),
        index.FilterField("kind"),
    ]

    class Meta:
        ordering = ["code"]

    def __str__(self):
        text = (
            self.statement
            if self.kind == self.Kind.STATEMENT
            else f"{self.value} {self.unit}, {self.population}"
        )
        return f"{self.code} {text}"[:120]


class HelpContact(Reviewed):
    """A number or address to turn to. Shown in the help box on every page, with its check date."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", "Danger now"
        ADVICE = "advice", "Advice and reporting"
        REPORT = "report", "Report a concern"
        SUPPORT = "support", "Support for you"

    class Nation(models.TextChoices):
        ALL = "all", "All of the UK"
        ENGLAND_WALES = "ew", "England and Wales"
        SCOTLAND = "scotland", "Scotland"
        NORTHERN_IRELAND = "ni", "Northern Ireland"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=255, help_text="Who should call, and when.")
    hours = models.CharField(max_length=120, blank=True)
    url = models.URLField("web address", blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ADVICE)
    nation = models.CharField(max_length=12, choices=Nation, default=Nation.ALL)
    in_help_box = models.BooleanField("in the help box", default=True)
    order = models.PositiveSmallIntegerField(default=0)
    objects = ReviewedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return f"{self.name} {self.number}".strip()
