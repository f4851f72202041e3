"""How editors see a question: what it is about, and the words of its current version, on one form."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from quizzes.bank import Answer, problem_with, save_question
from quizzes.models import Choice, Item, ItemVersion, VersionStatus

STATUS_HELP = (
    "Draft: not used yet; a ready version stays in use beside it. Ready: quizzes draw it. Retired: drawn no more. "
    "Changing the words of a ready question makes a new version; attempts keep the one they drew."
)


class OutcomeCodesField(forms.CharField):
    """Codes such as “LO1 LO4”, kept as a list."""

    def prepare_value(self, value):
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        codes = re.split(r"[\s,]+", super().to_python(value).strip())
        codes = list(dict.fromkeys(code for code in codes if code))
        if not all(re.fullmatch(r"[A-Z0-9.]{1,12}", code) for code in codes):
            raise ValidationError("Write codes with a space between them, for example LO1 LO4.")
        return codes


class ChoiceForm(WagtailAdminModelForm):
    class Meta:
        widgets = {"feedback": forms.Textarea(attrs={"rows": 2})}


class BaseChoiceFormSet(BaseInlineFormSet):
    def answers(self) -> list[Answer]:
        """Return the answers in the editor's order; only after is_valid()."""
        return [
            Answer(
                text=form.cleaned_data["text"],
                is_correct=form.cleaned_data["is_correct"],
                feedback=form.cleaned_data["feedback"],
                match=form.cleaned_data["match"],
                key=form.instance.key,
            )
            for form in self.ordered_forms
            if form.cleaned_data.get("text")
        ]


ChoiceFormSet = inlineformset_factory(
    ItemVersion,
    Choice,
    form=ChoiceForm,
    formset=BaseChoiceFormSet,
    fields=["text", "is_correct", "feedback", "match"],
    extra=0,
    min_num=2,
    max_num=12,
    validate_max=True,
    can_order=True,
)


class ItemForm(WagtailAdminModelForm):
    """A question with its current version. Saving goes through the bank's versioning."""

    outcomes = OutcomeCodesField(
        label="Learning outcomes",
        required=False,
        help_text="Codes of the course outcomes it serves: LO1 LO4.",
    )
    stem = forms.CharField(label="Question", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    status = forms.ChoiceField(choices=VersionStatus, initial=VersionStatus.DRAFT, help_text=STATUS_HELP)

    def __init__(self, data=None, files=None, instance=None, **kwargs):
        super().__init__(data, files, instance=instance, **kwargs)
        self.version = (instance and instance.current_version()) or ItemVersion()
        if self.version.pk:
            self.initial |= {"stem": self.version.stem, "status": self.version.status}
        self.formsets["choices"] = ChoiceFormSet(data, files, instance=self.version, prefix="choices")

    def clean_type(self):
        """Attempts show and mark by type: it stays once the question was in use."""
        chosen = self.cleaned_data["type"]
        if self.instance.pk and chosen != self.initial["type"] and self._was_used():
            raise ValidationError(
                "The type of a question that was in use stays. Retire it and write a new one."
            )
        return chosen

    def _was_used(self):
        return self.instance.versions.exclude(status=VersionStatus.DRAFT).exists()

    def clean(self):
        cleaned = super().clean()
        choices = self.formsets["choices"]
        if choices.is_valid() and "type" in cleaned:
            problem = problem_with(cleaned["type"], choices.answers())
            if problem:
                raise ValidationError(problem)
        return cleaned

    def save(self, commit=True):
        choices = self.formsets.pop("choices")
        item = super().save(commit)
        self.formsets["choices"] = choices
        save_question(
            item,
            stem=self.cleaned_data["stem"],
            answers=choices.answers(),
            status=self.cleaned_data["status"],
            marks=self.version.marks,
        )
        return item


class ChoicesPanel(InlinePanel):
    """The answers of the current version. They hang from the version, so the form brings the formset."""

    def on_model_bound(self):
        self.db_field = ItemVersion._meta.get_field("choices")

    def get_form_options(self):
        return {}


item_panels = ObjectList(
    [
        MultiFieldPanel(
            [FieldRowPanel(["code", "module"]), FieldRowPanel(["type", "difficulty"])],
            heading="About the question",
        ),
        FieldPanel("stem"),
        ChoicesPanel(
            "choices",
            panels=["text", "is_correct", "feedback", "match"],
            heading="Answers",
            label="answer",
            min_num=2,
            max_num=12,
        ),
        FieldPanel("status"),
        MultiFieldPanel(
            [
                "outcomes",
                FieldPanel("sectors", widget=forms.CheckboxSelectMultiple),
                "facts",
                "indicators",
            ],
            heading="What it tests",
        ),
        MultiFieldPanel(
            ["source", "needs_check", FieldRowPanel(["checked_on", "review_due_on"])],
            heading="Source and review",
        ),
    ],
    base_form_class=ItemForm,
).bind_to_model(Item)
