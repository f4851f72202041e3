"""How editors write a certificate template: its form in the CMS, with what must hold before it is published."""

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
)

from certificates.drawing import palettes
from certificates.models import CertificateTemplate
from certificates.models.templates import MAX_PARTNER_LOGOS, MAX_SIGNATORIES
from certificates.template_checks import Problem, problems_with
from quizzes.editor import FilteredCheckboxes


class TemplateForm(WagtailAdminModelForm):
    """A draft may be half finished; what goes to moderators or onto certificates may not."""

    palette = forms.ChoiceField(label="Colours", choices=palettes.choices, widget=forms.RadioSelect)

    def is_valid(self) -> bool:
        """Fields first; then, unless it is a draft, the template as a whole, drawn with the hardest words."""
        valid = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        self.save(commit=False)
        for problem in problems_with(self.instance):
            self._tell(problem)
        return super().is_valid()

    def _tell(self, problem: Problem) -> None:
        """Put it beside its field."""
        if problem.row is None:
            self.add_error(problem.field or None, problem.text)
            return
        row = getattr(self.instance, problem.field).all()[problem.row]
        forms_of_rows = self.formsets[problem.field].forms
        next(form for form in forms_of_rows if form.instance is row).add_error(problem.part, problem.text)


template_panels = ObjectList(
    [
        HelpPanel(
            "<p>Look at the preview while you write: it draws the certificate as it will be, and its menu offers "
            "the hardest names. Publishing makes a new version for certificates earned from then on. Those "
            "earned before never change.</p>"
        ),
        FieldPanel("name"),
        MultiFieldPanel(
            [
                FieldPanel("courses", widget=FilteredCheckboxes),
                FieldPanel("programmes", widget=forms.CheckboxSelectMultiple),
                FieldPanel("is_default"),
            ],
            heading="Used for",
            help_text="A learner's programme comes before the course. Each has one template at most.",
        ),
        FieldPanel("palette"),
        MultiFieldPanel(
            [FieldPanel("logo"), FieldPanel("logo_alt")],
            heading="Logo",
            help_text="Without one, our own mark and name stand there. Transparent parts become white.",
        ),
        InlinePanel(
            "partner_logos",
            panels=[FieldPanel("image"), FieldPanel("alt")],
            heading="Partner logos",
            label="partner logo",
            max_num=MAX_PARTNER_LOGOS,
        ),
        InlinePanel(
            "signatories",
            panels=[FieldRowPanel(["name", "role"]), FieldPanel("signature")],
            heading="Who signs",
            label="signatory",
            max_num=MAX_SIGNATORIES,
            help_text="One or two people. Without any, the person in the site settings signs.",
        ),
        MultiFieldPanel(
            [
                FieldPanel("heading"),
                FieldPanel("lead"),
                FieldPanel("completed"),
                FieldPanel("note"),
            ],
            heading="Wording",
        ),
        PublishingPanel(),
    ],
    base_form_class=TemplateForm,
).bind_to_model(CertificateTemplate)
