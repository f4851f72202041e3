"""How editors set up a quiz: its form in the CMS, and what the bank has to offer for it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from modelcluster.forms import BaseChildFormSet
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.snippets.views.snippets import CreateView, EditView

from courses.models import CoursePage, ModulePage
from quizzes.editor import ModuleField, PageField
from quizzes.models import Feedback, Quiz, QuizKind
from quizzes.usage import offers_for

WINDOWS = ("show_during", "show_after", "show_closed")
SLUGS = {QuizKind.DIAGNOSTIC: "before", QuizKind.ASSESSMENT: "quiz"}


class FeedbackField(forms.MultipleChoiceField):
    """What learners are shown in one window of time, kept as a list."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=Feedback.choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
        )

    def has_changed(self, initial, data):
        return super().has_changed(initial or [], data or [])


class DrawForm(WagtailAdminModelForm):
    module = ModuleField(label="Module", required=False)


class DrawsFormSet(BaseChildFormSet):
    """The draws. `quiz_form` is the form above them."""

    quiz_form: "QuizForm"

    def clean(self):
        super().clean()
        chosen = self._rows(self.quiz_form.formsets["fixed_items"])
        draws = self._rows(self)
        asked = len(chosen) + sum(form.cleaned_data.get("count") or 0 for form in draws if form.is_valid())
        in_all = self.quiz_form.cleaned_data.get("question_count")
        if in_all and asked > in_all:
            raise ValidationError(
                f"Chosen questions and draws come to {asked}, more than the {in_all} questions in all."
            )

    @staticmethod
    def _rows(formset) -> list:
        return [
            form
            for form in formset.forms
            if form not in formset.deleted_forms and (form.has_changed() or form.instance.pk)
        ]


class QuizForm(WagtailAdminModelForm):
    course = PageField(CoursePage.objects.order_by("title"), label="Course")
    module = ModuleField(
        label="Module", required=False, help_text="For a module check: the module that it follows."
    )
    show_during = FeedbackField(label="While answering")
    show_after = FeedbackField(label="After handing in")
    show_closed = FeedbackField(label="After the closing date")

    class Media:
        js = ["js/question-editor.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.formsets["draws"].quiz_form = self

    def clean(self):
        cleaned = super().clean()
        kind, course, module = cleaned.get("kind"), cleaned.get("course"), cleaned.get("module")
        if not (kind and course):
            return cleaned
        if (
            self.instance.pk
            and {"kind", "course", "module"} & set(self.changed_data)
            and self.instance.was_taken()
        ):
            self.add_error(
                "kind", "Learners have taken this quiz, so its kind and place stay. Make a new one instead."
            )
        others = Quiz.objects.filter(course=course, kind=kind).exclude(pk=self.instance.pk)
        if kind == QuizKind.CHECK:
            others = others.filter(module=module) if module else others.none()
        if other := others.first():
            where = "of this kind" if kind != QuizKind.CHECK else "after this module"
            self.add_error("kind", f"The course has a quiz {where} already: “{other}”. Change that one.")
        self._complete_slug(cleaned, kind, course, module)
        return cleaned

    def _complete_slug(self, cleaned: dict, kind: str, course: CoursePage, module: ModulePage | None) -> None:
        if not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = SLUGS.get(kind) or f"check-{module.slug if module else ''}"[:60].rstrip("-")
        taken = Quiz.objects.filter(course=course, slug=cleaned.get("slug", ""))
        if other := taken.exclude(pk=self.instance.pk).first():
            self.add_error("slug", f"“{other}” has this address. Choose another one.")


class DrawsPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": DrawForm, "formset": DrawsFormSet}
        return options


class FeedbackPanel(MultiFieldPanel):
    """The three windows and the four kinds of feedback as one table of boxes."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        template_name = "quizzes/cms/feedback_matrix.html"

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            windows = [self.form[name] for name in WINDOWS]
            context["windows"] = windows
            context["rows"] = [
                {"label": label, "boxes": [self._box(window, value, label) for window in windows]}
                for value, label in Feedback.choices
            ]
            return context

        @staticmethod
        def _box(window, value: str, label: str) -> dict:
            return {
                "name": window.html_name,
                "value": value,
                "id": f"{window.auto_id}_{value}",
                "label": f"{label}: {window.label.lower()}",
                "is_checked": value in (window.value() or []),
            }


class OffersPanel(HelpPanel):
    """How many questions the bank has for each thing that the quiz asks of it."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context["offers"] = offers_for(self.instance) if self.instance.pk else None
            return context


class TellsShortage:
    """After saving, say what the bank lacks for the quiz."""

    def save_action(self):
        response = super().save_action()
        short = [offer for offer in offers_for(self.object) if offer.is_short]
        if short and not self.expects_json_response:
            rows = format_html_join(
                "", "<li>{}: {} asked, {} in the bank</li>", ((o.what, o.asked, o.offered) for o in short)
            )
            messages.warning(self.request, format_html("The bank has too few questions. <ul>{}</ul>", rows))
        return response


class QuizCreateView(TellsShortage, CreateView):
    pass


class QuizEditView(TellsShortage, EditView):
    pass


CHECK_ONLY = {"data-quiz-kinds": QuizKind.CHECK}

quiz_panels = ObjectList(
    [
        HelpPanel(
            "<p>A change counts for attempts that start after it. Attempts that are open keep their questions, "
            "their pass mark and their time.</p>"
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["kind", "course"]),
                FieldPanel("module", attrs=CHECK_ONLY),
                "title",
                FieldPanel(
                    "slug", help_text="Its part of the web address. Left empty, it follows from the kind."
                ),
                FieldPanel("introduction", widget=forms.Textarea(attrs={"rows": 3})),
                "minutes",
            ],
            heading="What it is",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["question_count", "at_least_per_outcome"]),
                FieldPanel("category", widget=forms.Select),
                "only_chosen",
                "exclude_needs_check",
                FieldRowPanel(["shuffle_items", "shuffle_choices"]),
            ],
            heading="What it asks",
        ),
        InlinePanel(
            "fixed_items",
            panels=["item"],
            heading="Chosen questions, which every attempt gets",
            label="question",
        ),
        DrawsPanel(
            "draws",
            panels=[
                FieldRowPanel(["count", FieldPanel("category", widget=forms.Select)]),
                FieldRowPanel(["outcome", "difficulty"]),
                FieldRowPanel(["type", "module"]),
            ],
            heading="Draws, made anew for each attempt",
            label="draw",
        ),
        OffersPanel(template="quizzes/cms/quiz_offers.html", heading="What the bank offers now"),
        MultiFieldPanel(
            [
                FieldRowPanel(["pass_mark", "outcome_minimum"]),
                FieldRowPanel(["attempts_allowed", "delay_minutes"]),
                "ask_confidence",
            ],
            heading="Rules",
        ),
        FeedbackPanel(
            list(WINDOWS),
            heading="What learners are shown",
            help_text="Once feedback was shown while answering, that answer is final.",
        ),
        MultiFieldPanel(
            [FieldRowPanel(["opens_at", "closes_at"]), "abandon_after_days"],
            heading="Dates",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldRowPanel(["time_limit_minutes", "grace_minutes"])],
            heading="Clock",
            help_text="A clock shuts out people who read slowly, use a screen reader, work in a second language or "
            "must stop for a while. It measures speed, not judgement. Leave it off unless a rule asks for it.",
            classname="collapsed",
        ),
    ],
    base_form_class=QuizForm,
).bind_to_model(Quiz)
