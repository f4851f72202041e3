"""How certificates look: what editors write in the CMS, and the versions of it that certificates are drawn from."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.db.models import Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from certificates.printed import Design
from cohorts.models import Programme
from courses.models import CoursePage
from courses.publication import RefusesPublication

MAX_PARTNER_LOGOS = 4
MAX_SIGNATORIES = 2
FIELDS_HELP = "May name {course}, {provider}, {completed} and {hours}."


def _image(**kwargs) -> models.ForeignKey:
    return models.ForeignKey("wagtailimages.Image", models.PROTECT, related_name="+", **kwargs)


class CertificateTemplate(
    RefusesPublication,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    ClusterableModel,
):
    """The look of a certificate, for some courses and programmes. Publishing freezes a version of it.

    What is set here reaches certificates only through `TemplateVersion` and `TemplateUse`.
    """

    name = models.CharField(max_length=80, unique=True, help_text="For the team; learners never see it.")
    palette = models.CharField("colours", max_length=40, default=Design.palette)
    logo = _image(
        null=True,
        blank=True,
        help_text="Stands in the place of our own mark and name. JPEG, PNG or WebP, in RGB colours.",
    )
    logo_alt = models.CharField(
        "logo in words",
        max_length=120,
        blank=True,
        help_text="For people who cannot see it: whose logo it is.",
    )
    heading = models.CharField(max_length=60, default=Design.heading, help_text=FIELDS_HELP)
    lead = models.CharField("above the name", max_length=120, default=Design.lead, help_text=FIELDS_HELP)
    completed = models.CharField(
        "between name and course", max_length=120, default=Design.completed, help_text=FIELDS_HELP
    )
    note = models.CharField("note at the foot", max_length=240, blank=True, help_text=FIELDS_HELP)
    courses = ParentalManyToManyField(CoursePage, blank=True, related_name="certificate_templates")
    programmes = ParentalManyToManyField(Programme, blank=True, related_name="certificate_templates")
    is_default = models.BooleanField(
        "for everything else", default=False, help_text="For courses and programmes that have no template."
    )

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="certificate_template",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="certificate_template",
        for_concrete_model=False,
    )

    class Meta:
        ordering = ["name"]
        verbose_name = "certificate template"

    def __str__(self):
        return self.name

    @property
    def revisions(self):
        return self._revisions

    @property
    def status_in_words(self) -> str:
        if self.live:
            return "In use, with a later draft" if self.has_unpublished_changes else "In use"
        return "Not in use any more" if self.first_published_at else "Draft"

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        from certificates.samples import MODES  # noqa: PLC0415 -- samples build on models

        return [(name, sample.label) for name, sample in MODES.items()]

    def serve_preview(self, request, mode_name):
        from certificates.template_preview import preview  # noqa: PLC0415 -- views import models

        return preview(request, self, mode_name)

    def publication_problems(self) -> list[str]:
        from certificates.template_checks import problems_with  # noqa: PLC0415 -- checks import models

        return [problem.sentence for problem in problems_with(self)]

    def publish(self, revision, user=None, **kwargs):
        """Publish `revision`, and let certificates be drawn by it from now on. Raises PublicationRefused."""
        from certificates.designs import put_to_use  # noqa: PLC0415 -- designs import models

        with transaction.atomic():
            super().publish(revision, user=user, **kwargs)
            put_to_use(self.pk, revision, user)


class PartnerLogo(Orderable):
    """Logo of an organisation that provides a course together with ours."""

    template = ParentalKey(CertificateTemplate, on_delete=models.CASCADE, related_name="partner_logos")
    image = _image()
    alt = models.CharField("in words", max_length=120, blank=True, help_text="Whose logo it is.")

    class Meta(Orderable.Meta):
        verbose_name = "partner logo"

    def __str__(self):
        return self.alt


class TemplateSignatory(Orderable):
    """Who signs. A template without any takes the name and role of the site settings."""

    template = ParentalKey(CertificateTemplate, on_delete=models.CASCADE, related_name="signatories")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    signature = _image(null=True, blank=True, help_text="A scan of the signature, dark on white.")

    class Meta(Orderable.Meta):
        verbose_name = "signatory"
        verbose_name_plural = "signatories"

    def __str__(self):
        return self.name


class TemplateVersion(models.Model):
    """A template as it was published once: plain values and hashes of stored pictures. Frozen by the database."""

    template = models.ForeignKey(CertificateTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField(help_text="See certificates.designs.Look.")
    sha256 = models.CharField(max_length=64, help_text="Of data.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who signed it off; empty when a program did.",
    )
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_template_version_a_number")
        ]

    def __str__(self):
        return f"{self.template}, version {self.number}"


class TemplateUse(models.Model):
    """What a published version is for: a course, a programme, or everything that has no template of its own."""

    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="uses")
    course = models.OneToOneField(
        CoursePage, models.CASCADE, null=True, blank=True, related_name="certificate_template_use"
    )
    programme = models.OneToOneField(
        Programme, models.CASCADE, null=True, blank=True, related_name="certificate_template_use"
    )
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_template"
            ),
            models.CheckConstraint(
                condition=Q(course__isnull=False, programme=None, is_default=False)
                | Q(course=None, programme__isnull=False, is_default=False)
                | Q(course=None, programme=None, is_default=True),
                name="template_use_of_one_thing",
            ),
        ]

    def __str__(self):
        return f"{self.version}: {self.course or self.programme or 'everything else'}"
