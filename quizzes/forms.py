"""The form of one question: radios or checkboxes under a legend that is the page's heading."""

from django import forms
from django.utils.functional import cached_property

from quizzes.content import MANY_CHOICES, ItemContent
from quizzes.models import Response


class AnswerForm(forms.Form):
    """Takes the answers' places as shown, from 1: the page never carries the bank's keys."""

    def __init__(self, data=None, *, response: Response):
        super().__init__(data)
        self.response = response
        content: ItemContent = response.version.content
        self.takes_many = content.type in MANY_CHOICES
        texts = {choice.key: choice.text for choice in content.choices}
        options = [(str(n), texts[key]) for n, key in enumerate(response.choice_order, start=1)]
        chosen = [
            str(n) for n, key in enumerate(response.choice_order, start=1) if key in (response.answer or [])
        ]
        field = {"choices": options, "label": content.stem}
        if self.takes_many:
            self.fields["answer"] = forms.MultipleChoiceField(
                **field,
                initial=chosen,
                error_messages={"required": "Select at least one answer, or answer this question later"},
            )
        else:
            self.fields["answer"] = forms.ChoiceField(
                **field,
                widget=forms.RadioSelect,
                initial=next(iter(chosen), None),
                error_messages={"required": "Select an answer, or answer this question later"},
            )
        self.fields["answer"].error_messages["invalid_choice"] = "Select one of the answers below"

    @property
    def keys(self) -> list[str]:
        """Keys of what was chosen; only after is_valid()."""
        answer = self.cleaned_data["answer"]
        places = answer if self.takes_many else [answer]
        return [self.response.choice_order[int(place) - 1] for place in places]

    @property
    def component(self) -> str:
        return "checkboxes" if self.takes_many else "radios"

    @cached_property
    def params(self) -> dict:
        """Parameters of the component."""
        bound = self["answer"]
        value = bound.value() or []
        chosen = set(value if isinstance(value, list) else [value])
        hint = (
            "You can choose more than one answer. A wrong one takes away a right one."
            if self.takes_many
            else "Choose one answer."
        )
        params = {
            "name": bound.html_name,
            "idPrefix": bound.auto_id,
            "fieldset": {
                "legend": {"text": bound.label, "isPageHeading": True, "classes": "govuk-fieldset__legend--m"}
            },
            "hint": {"text": hint},
            "items": [
                {"value": place, "text": text, "checked": place in chosen}
                for place, text in bound.field.choices
            ],
        }
        if bound.errors:
            params["errorMessage"] = {"text": " ".join(bound.errors)}
        return params
