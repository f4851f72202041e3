"""Questions whose answers are chosen: radios, checkboxes, and the sentences of a text."""

from django import forms
from django.utils.functional import cached_property

from quizzes.forms.base import LATER, OFFERED, AnswerForm, Option


class OneForm(AnswerForm):
    """One answer of several."""

    fields_template = "quizzes/answers/choices.html"
    kind = "radios"

    def add_fields(self):
        chosen = [place for place, key in self._places() if key in (self.saved or ())]
        self.fields["answer"] = self.field(
            choices=[(place, self.content.choice(key).text) for place, key in self._places()],
            label=self.heading,
            initial=self.initial_of(chosen),
        )

    def field(self, **kwargs) -> forms.Field:
        return forms.ChoiceField(
            widget=forms.RadioSelect,
            error_messages={"required": f"Select an answer, {LATER}", "invalid_choice": OFFERED},
            **kwargs,
        )

    def initial_of(self, chosen: list[str]):
        return next(iter(chosen), None)

    def _places(self) -> list[tuple[str, str]]:
        return [(str(place), key) for place, key in enumerate(self.choice_order, start=1)]

    @property
    def answer(self) -> list[str]:
        sent = self.cleaned_data["answer"]
        places = sent if isinstance(sent, list) else [sent]
        return [self.choice_order[int(place) - 1] for place in places]

    @cached_property
    def options(self) -> list[Option]:
        value = self["answer"].value() or []
        chosen = set(value if isinstance(value, list) else [value])
        return [self.option(int(place), key, is_chosen=place in chosen) for place, key in self._places()]


class ManyForm(OneForm):
    """Any number of answers."""

    kind = "checkboxes"
    required_message = f"Select at least one answer, {LATER}"

    def field(self, **kwargs) -> forms.Field:
        return forms.MultipleChoiceField(
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": self.required_message, "invalid_choice": OFFERED},
            **kwargs,
        )

    def initial_of(self, chosen: list[str]):
        return chosen


class SignsForm(ManyForm):
    """A text of which sentences are ticked."""

    fields_template = "quizzes/answers/signs.html"
    required_message = f"Tick at least one sentence, {LATER}"

    @property
    def ticked(self) -> int:
        return sum(option.is_chosen for option in self.options)
