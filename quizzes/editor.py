"""How editors write a question: its form in the CMS, with the rules that hold before it may be published."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from modelcluster.forms import BaseChildFormSet
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
from wagtail.blocks import StreamBlockValidationError
from wagtailmedia.edit_handlers import MediaChooserPanel

from courses.models import ModulePage
from courses.publication import video_problem
from library.models.records import Reviewed
from quizzes.bank import next_code, problem_with
from quizzes.content import ItemType
from quizzes.models import Choice, Item
from quizzes.models.bank import new_key

REVIEW_AFTER = timedelta(days=365)
EMPTY_ANSWERS = 4
MAX_ANSWERS = 20
WITH_CHOICES = "single multiple truefalse scenario matching ordering short numeric signs"
#: Types for which a field of an answer means something; the others hide it (static/js/question-editor.js).
ANSWER_FIELD_TYPES = {
    "match": "matching",
    "is_correct": "single multiple truefalse scenario short numeric signs",
    "tolerance": "numeric",
    "indicator": "signs",
    "share": "single multiple scenario short numeric",
}
WITH_PICTURES = "single multiple scenario ordering"


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

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class PageField(forms.ModelChoiceField):
    """Pages in one list. A number too big for the database is no page."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except OverflowError as error:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            ) from error


class ModuleField(PageField):
    """Modules by code and title: one list is quicker than a chooser."""

    def __init__(self, **kwargs):
        super().__init__(queryset=ModulePage.objects.order_by("code").only("title", "code"), **kwargs)

    def label_from_instance(self, module):
        return f"{module.code} {module.title}"


class FilteredCheckboxes(forms.CheckboxSelectMultiple):
    """A long list of boxes to tick. With JavaScript a field above it shortens the list to what is typed."""

    template_name = "quizzes/cms/filtered_checkboxes.html"


class ChoiceForm(WagtailAdminModelForm):
    """One answer. `key` travels along, so that an answer keeps its name through drafts."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        if instance is not None:
            self.initial["key"] = instance.key

    def has_changed(self):
        """An empty answer that was only offered is none."""
        is_new = not self.initial.get("key") and not self.data.get(self.add_prefix("key"))
        return super().has_changed() and not (is_new and self._is_empty())

    def _is_empty(self) -> bool:
        names = [name for name in self.fields if name not in {"ORDER", "DELETE", "id", "key"}]
        return not any(self[name].data for name in names)

    def clean(self):
        """What is no name, and a new answer, gets a name of its own."""
        cleaned = super().clean()
        sent = cleaned.get("key", "")
        self.instance.key = cleaned["key"] = sent if re.fullmatch(r"[0-9a-z]{1,12}", sent) else new_key()
        return cleaned

    def get_field_updates_for_resave(self):
        return [*super().get_field_updates_for_resave(), (self.add_prefix("key"), self.instance.key)]


class BaseChoiceFormSet(BaseChildFormSet):
    """The answers. `question` is the form above them."""

    question: "ItemForm"

    def clean(self):
        super().clean()
        rows = [form for form in self.forms if form not in self.deleted_forms]
        if all(form.is_valid() for form in rows):
            problem = self.question.problem_with_answers([form.instance for form in self.ordered_forms])
            if problem:
                raise ValidationError(problem)


class ItemForm(WagtailAdminModelForm):
    """A question with its answers. A draft may be half finished; what goes to moderators or learners may not."""

    module = ModuleField(label="Module")
    outcomes = OutcomeCodesField(
        label="Learning outcomes",
        required=False,
        help_text="Codes of the course outcomes that it serves: LO1 LO4.",
    )

    class Media:
        js = ["js/question-editor.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("code", "source", "checked_on", "review_due_on"):
            self.fields[name].required = False
        answers = self.formsets["choices"]
        answers.question = self
        if self.instance.pk is None and not self.is_bound:
            self.initial.setdefault("review_due_on", timezone.localdate() + REVIEW_AFTER)
            self.fields["code"].widget.attrs["placeholder"] = next_code()
            answers.extra = EMPTY_ANSWERS

    def clean_code(self):
        return self.cleaned_data["code"] or self.instance.code

    def clean_checked_on(self):
        return self.cleaned_data["checked_on"] or timezone.localdate()

    def clean_review_due_on(self):
        return self.cleaned_data["review_due_on"] or timezone.localdate() + REVIEW_AFTER

    def clean_type(self):
        """Attempts show and mark by type: it stays once the question was in use."""
        chosen = self.cleaned_data["type"]
        if self.instance.first_published_at and chosen != self.initial["type"]:
            raise ValidationError(
                "The type of a question that was in use stays. Retire it and write a new one."
            )
        return chosen

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("source"):
            cleaned["source"] = suggested_source([*cleaned.get("facts", ()), *cleaned.get("indicators", ())])
        if not self.is_deferred_validation:
            if not cleaned["source"] and "source" not in self.errors:
                self.add_error("source", "Say who says so: document, publisher, year.")
            if problem := video_problem(cleaned.get("media")):
                self.add_error("media", problem)
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        is_story = self.cleaned_data.get("type") == ItemType.BRANCHING
        if is_story and not self.is_deferred_validation and "story" not in self.errors:
            content = self.instance.readable_content()
            problem = problem_with(content) if content else "Finish every decision and ending."
            if problem and content and content.stem.strip():
                self.add_error("story", StreamBlockValidationError(non_block_errors=[problem]))

    def problem_with_answers(self, answers: Iterable[Choice]) -> str:
        """Return what keeps the question with `answers` from being published; nothing while it is a draft."""
        kind = self.cleaned_data.get("type")
        if self.is_deferred_validation or kind in (None, ItemType.BRANCHING) or "stem" in self.errors:
            return ""
        content = self.instance.content()
        return problem_with(
            content.model_copy(update={"choices": tuple(answer.content() for answer in answers)})
        )

    def get_field_updates_for_resave(self):
        return [*super().get_field_updates_for_resave(), ("code", self.instance.code)]

    def save(self, commit=True):
        """A question without a code gets the next free one; two editors at once get two."""
        if self.instance.code or not commit:
            return super().save(commit)
        for tries_left in (2, 1, 0):
            self.instance.code = next_code()
            try:
                with transaction.atomic():
                    return super().save()
            except IntegrityError:
                if not tries_left:
                    raise
        return None


def suggested_source(records: Iterable[Reviewed]) -> str:
    """Return the sources of the facts and indicators that a question tests, as far as the field takes them."""
    room = Item._meta.get_field("source").max_length
    told = ""
    for source in dict.fromkeys(record.source for record in records if record.source):
        longer = f"{told}; {source}" if told else source
        if len(longer) > room:
            break
        told = longer
    return told


class ChoicesPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        formset |= {"form": ChoiceForm, "formset": BaseChoiceFormSet}
        return options


class MorePanel(MultiFieldPanel):
    """Fields that few answers need, folded away."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        template_name = "quizzes/cms/more_panel.html"


def for_types(types: str) -> dict:
    """Attributes of a panel that only these types of question use."""
    return {"data-question-types": types}


def _answer_field(name: str, **kwargs) -> FieldPanel:
    return FieldPanel(name, attrs=for_types(ANSWER_FIELD_TYPES[name]), **kwargs)


ANSWER_PANELS = [
    FieldPanel("text"),
    _answer_field("match"),
    _answer_field("is_correct"),
    _answer_field("tolerance"),
    FieldPanel("feedback", widget=forms.Textarea(attrs={"rows": 2})),
    _answer_field("indicator"),
    MorePanel(
        [
            _answer_field("share"),
            FieldPanel("image", attrs=for_types(WITH_PICTURES)),
            FieldPanel("image_alt", attrs=for_types(WITH_PICTURES)),
        ],
        attrs=for_types("single multiple scenario ordering short numeric"),
    ),
]

SEVERAL = " ".join((ItemType.MULTIPLE, ItemType.SIGNS, ItemType.MATCHING, ItemType.ORDERING))

item_panels = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("module"), FieldPanel("type")]),
                HelpPanel(template="quizzes/cms/type_hints.html"),
                FieldPanel("stem", widget=forms.Textarea(attrs={"rows": 3})),
            ],
            heading="Question",
        ),
        ChoicesPanel(
            "choices",
            panels=ANSWER_PANELS,
            heading="Answers",
            label="answer",
            max_num=MAX_ANSWERS,
            attrs=for_types(WITH_CHOICES),
        ),
        FieldPanel("story", heading="Scenario", attrs=for_types(ItemType.BRANCHING)),
        MultiFieldPanel(
            [
                FieldPanel("outcomes"),
                FieldPanel("indicators", widget=FilteredCheckboxes),
                FieldPanel("facts", widget=FilteredCheckboxes),
            ],
            heading="What it tests",
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "source",
                    help_text="Who says so: document, publisher, year. Left empty, it is taken from the facts and "
                    "indicators above.",
                ),
                FieldPanel("needs_check"),
                FieldRowPanel(["checked_on", "review_due_on"]),
            ],
            heading="Source and review",
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "category",
                    widget=forms.Select,
                    help_text="New ones are made under Assessment, Categories.",
                ),
                FieldRowPanel(["difficulty", FieldPanel("code", help_text="Left empty: the next free one.")]),
                FieldPanel("tags"),
                FieldPanel("sectors", widget=forms.CheckboxSelectMultiple),
            ],
            heading="Place in the bank",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldPanel("explanation", widget=forms.Textarea(attrs={"rows": 3})),
                FieldPanel("content_note"),
                FieldPanel("marks"),
                FieldPanel("mode", attrs=for_types(SEVERAL)),
                FieldPanel("is_case_sensitive", attrs=for_types(ItemType.SHORT)),
                FieldPanel("shuffle", attrs=for_types("single multiple scenario matching")),
            ],
            heading="Explanation and marking",
            classname="collapsed",
        ),
        MultiFieldPanel(
            ["image", "image_alt", MediaChooserPanel("media")],
            heading="Picture, video or sound",
            classname="collapsed",
        ),
        PublishingPanel(),
    ],
    base_form_class=ItemForm,
).bind_to_model(Item)
