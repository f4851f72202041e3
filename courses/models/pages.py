"""Courses and modules. The page is the course; modules are shared and courses arrange them."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from accounts.models import Sector
from courses.models.blocks import ModuleBodyBlock
from courses.publication import CheckedPublication
from library.models import Fact
from library.models.pages import RICH_TEXT

#: /courses/<course>/start/ enrols; no module may stand there.
RESERVED_SLUGS = frozenset({"start"})


class ModuleForm(models.TextChoices):
    """Which text of a module a course uses."""

    FULL = "full", "Full form"
    SHORT = "short", "Short form"


class Outcome(Orderable):
    """A learning outcome: “You will be able to …”."""

    code = models.CharField(max_length=12, help_text="For example LO1 or M03.2.")
    text = models.CharField(max_length=255, help_text="Completes “You will be able to …”.")
    panels = [FieldRowPanel(["code", "text"])]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self):
        return f"{self.code} {self.text}"


class ReviewedPage(CheckedPublication, Page):
    """A page whose content is reviewed on a date, and that goes live only when nothing is missing."""

    reviewed_on = models.DateField("last reviewed on", default=timezone.localdate)
    review_due_on = models.DateField("next review due on", null=True, blank=True)
    content_note = models.CharField(
        max_length=255, blank=True, help_text="What hard material it holds. Shown before the start."
    )

    private_page_options = []

    class Meta:
        abstract = True


class CourseIndexPage(Page):
    """The catalogue at /courses/."""

    introduction = RichTextField(blank=True, features=RICH_TEXT)

    content_panels = [*Page.content_panels, "introduction"]
    max_count = 1
    parent_page_types = ["library.HomePage"]
    subpage_types = ["courses.CoursePage"]
    private_page_options = []

    def serve(self, request, *args, **kwargs):
        from courses.views import show_catalogue  # noqa: PLC0415 -- views import models

        return show_catalogue(request, self)

    def serve_preview(self, request, mode_name):
        return self.serve(request)


class RefreshRule(models.TextChoices):
    """When the next refresher is due; the arithmetic is in `certificates.recertification`."""

    ROLLING = "rolling", "From the day it was completed"
    ANNIVERSARY = "anniversary", "From the last date, when refreshed in time"
    FIXED = "fixed", "The same day for everybody"


class CoursePage(ReviewedPage):
    """A course that people enrol on and are certified for."""

    summary = models.CharField(max_length=200, help_text="One sentence for the catalogue.")
    introduction = RichTextField(features=RICH_TEXT)
    audience = models.CharField(max_length=255, help_text="Who it is for, in one line.")
    level = models.CharField(max_length=40, default="Awareness")
    delivery = models.CharField("format", max_length=60, default="E-learning")
    sectors = ParentalManyToManyField(
        Sector, blank=True, related_name="courses", help_text="Leave empty when it is for everyone."
    )
    cpd_minutes = models.PositiveSmallIntegerField(
        "CPD minutes", help_text="Whole minutes of learning, breaks excluded. Shown as hours."
    )
    participatory_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Of these, minutes of learning together with other people."
    )
    refresh_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Months after which a refresher is due; empty for none."
    )
    refresh_rule = models.CharField(
        max_length=11,
        choices=RefreshRule,
        default=RefreshRule.ROLLING,
        help_text="From which day the months are counted.",
    )
    refresh_window_months = models.PositiveSmallIntegerField(
        "months before, from which a refresher can be taken", default=3
    )
    refresh_fixed_from = models.DateField(
        "common day", null=True, blank=True, help_text="For the same day for everybody: one such day."
    )
    sessions_required = models.PositiveSmallIntegerField(
        default=0, help_text="Sessions a learner must attend for the certificate; 0 for e-learning alone."
    )
    attendance_percent = models.PositiveSmallIntegerField(
        "share of a session that counts as attended",
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Per cent of the session's minutes, breaks left out.",
    )
    accreditor = models.CharField(max_length=120, blank=True)
    accreditor_provider_number = models.CharField(
        max_length=60, blank=True, help_text="Our number with the accreditor."
    )
    accreditation_number = models.CharField(max_length=60, blank=True, help_text="Of this course.")
    accredited_from = models.DateField(null=True, blank=True)
    accredited_to = models.DateField(null=True, blank=True)

    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("introduction")]
    content_panels = [
        *Page.content_panels,
        "summary",
        "introduction",
        "audience",
        FieldRowPanel(["level", "delivery"]),
        FieldPanel("sectors", heading="Sectors"),
        InlinePanel("outcomes", heading="Learning outcomes", label="outcome", min_num=1),
        InlinePanel("course_modules", heading="Modules, in order", label="module", min_num=1),
        "content_note",
        FieldRowPanel(["reviewed_on", "review_due_on"]),
        MultiFieldPanel([FieldRowPanel(["sessions_required", "attendance_percent"])], heading="Sessions"),
        MultiFieldPanel(
            [
                FieldRowPanel(["cpd_minutes", "participatory_minutes", "refresh_months"]),
                FieldRowPanel(["refresh_rule", "refresh_window_months", "refresh_fixed_from"]),
                FieldRowPanel(["accreditor", "accreditor_provider_number", "accreditation_number"]),
                FieldRowPanel(["accredited_from", "accredited_to"]),
            ],
            heading="CPD",
        ),
    ]
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = []

    def clean(self):
        super().clean()
        if (self.participatory_minutes or 0) > (self.cpd_minutes or 0):
            raise ValidationError({"participatory_minutes": "Cannot be more than the CPD minutes."})
        if self.refresh_months == 0:
            raise ValidationError({"refresh_months": "Leave it empty when no refresher is due."})
        if self.refresh_months and (self.refresh_window_months or 0) >= self.refresh_months:
            raise ValidationError(
                {"refresh_window_months": "Must be fewer than the months until a refresher is due."}
            )
        if self.refresh_rule == RefreshRule.FIXED and not self.refresh_fixed_from:
            raise ValidationError({"refresh_fixed_from": "Enter one of the common days."})
        if CoursePage.objects.filter(title__iexact=self.title).exclude(pk=self.pk).exists():
            raise ValidationError(
                {"title": "Another course has this title. Learners could not tell them apart."}
            )

    def get_absolute_url(self):
        return reverse("courses:course", args=[self.slug])

    def serve(self, request, *args, **kwargs):
        from courses.views import show_course  # noqa: PLC0415 -- views import models

        return show_course(request, self, None)

    def serve_preview(self, request, mode_name):
        return self.serve(request)


class CourseOutcome(Outcome):
    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="outcomes")


class CourseModule(Orderable):
    """A module's place in a course: which text, required or not, minutes for this course."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_modules")
    module = models.ForeignKey("courses.ModulePage", models.PROTECT, related_name="arrangements")
    form = models.CharField("text", max_length=5, choices=ModuleForm, default=ModuleForm.FULL)
    minutes = models.PositiveSmallIntegerField(help_text="Minutes of learning in this course.")
    is_required = models.BooleanField("required", default=True)

    panels = ["module", FieldRowPanel(["form", "minutes", "is_required"])]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["course", "module"], name="module_once_in_a_course")]

    def __str__(self):
        return self.module.title

    def clean(self):
        super().clean()
        if self.module_id and self.form == ModuleForm.SHORT and not self.module.short_body:
            raise ValidationError({"form": "This module has no short form."})


class ModuleLibraryPage(Page):
    """The shelf that modules stand on; courses arrange them. Not a page for learners."""

    max_count = 1
    parent_page_types = ["library.HomePage"]
    subpage_types = ["courses.ModulePage"]

    def serve(self, request, *args, **kwargs):
        return redirect("courses:catalogue")


class ModulePage(ReviewedPage):
    """One module, written once. `version` rises when those who completed it should read it again."""

    code = models.CharField(max_length=12, unique=True, help_text="For example M01.")
    summary = models.CharField(max_length=200, help_text="One sentence for lists.")
    body = StreamField(ModuleBodyBlock(), blank=True, verbose_name="full form")
    short_body = StreamField(
        ModuleBodyBlock(),
        blank=True,
        verbose_name="short form",
        help_text="For fast-track courses; optional.",
    )
    relies_on = ParentalManyToManyField(
        Fact,
        blank=True,
        related_name="modules",
        help_text="Facts used in the text, shown with their check date.",
    )
    version = models.PositiveSmallIntegerField(
        default=1,
        help_text="Raise it when the change is so big that a module completed before no longer counts elsewhere.",
    )

    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    content_panels = [
        *Page.content_panels,
        FieldRowPanel(["code", "version"]),
        "summary",
        InlinePanel("outcomes", heading="Learning outcomes", label="outcome"),
        "content_note",
        "body",
        "short_body",
        InlinePanel("readings", heading="Further reading", label="document"),
        "relies_on",
        FieldRowPanel(["reviewed_on", "review_due_on"]),
        HelpPanel(template="courses/module_where_used.html", heading="Where this module is used"),
    ]
    parent_page_types = ["courses.ModuleLibraryPage"]
    subpage_types = []
    preview_modes = [("full", "Full form"), ("short", "Short form")]

    def clean(self):
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is used by the site itself. Choose another one."})

    def body_of(self, form: str):
        """Return the stream that `form` (full or short) shows."""
        return self.short_body if form == ModuleForm.SHORT else self.body

    def serve_preview(self, request, mode_name):
        """Show the draft to its editor as a learner on a course sees it, facilitator notes included."""
        from courses.views import preview_module  # noqa: PLC0415 -- views import models

        return preview_module(request, self, mode_name or ModuleForm.FULL)

    def serve(self, request, *args, **kwargs):
        """Lead to the first course that teaches it."""
        place = self.arrangements.filter(course__live=True).select_related("course").first()
        return (
            redirect("courses:module", place.course.slug, self.slug)
            if place
            else redirect("courses:catalogue")
        )


class ModuleOutcome(Outcome):
    module = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="outcomes")
    programme = models.CharField(
        max_length=12, blank=True, help_text="The course outcome it serves, for example LO1."
    )
    panels = [FieldRowPanel(["code", "text", "programme"])]


class FurtherReading(Orderable):
    """A document to read on."""

    module = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="readings")
    title = models.CharField(max_length=255)
    publisher = models.CharField(max_length=160, blank=True)
    year = models.CharField(max_length=12, blank=True)
    url = models.URLField("web address", blank=True)
    panels = ["title", FieldRowPanel(["publisher", "year", "url"])]

    def __str__(self):
        return self.title
