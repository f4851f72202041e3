"""What staff fill in about attempts and corrections; the trainers' pages use the first two as well."""

from django import forms

from quizzes.models import AttemptState, Quiz, RegradeAction
from quizzes.staff import MOST_ATTEMPTS, MOST_MINUTES

LONGEST_ID = 18  # digits: the longest number that surely fits 64 bits
ONLY_NAMED = "Choose from the list."


class ReasonForm(forms.Form):
    """Why. The words stay on record."""

    reason = forms.CharField(
        label="Why",
        max_length=400,
        help_text="In a few words. Other staff read it. Never write a diagnosis or anything about a case.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why, in a few words.", "max_length": "Use at most 400 characters."},
    )


def _figure(label: str, most: int, help_text: str) -> forms.IntegerField:
    wrong = f"Enter a whole number from 0 to {most}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        help_text=help_text,
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-4"}
        ),
    )


class MoreForm(ReasonForm):
    """More minutes or attempts at `quiz`, as far as it has a clock or a limit.

    had_…: what the learner had when the page was drawn, so that a second click adds nothing.
    """

    minutes = _figure("More minutes", MOST_MINUTES, "For each attempt, besides what they have already.")
    attempts = _figure("More attempts", MOST_ATTEMPTS, "Besides what they have already.")
    had_minutes = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_MINUTES)
    had_attempts = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_ATTEMPTS)
    field_order = ["minutes", "attempts", "reason"]

    def __init__(self, quiz: Quiz, allowance, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["had_minutes"] = allowance.extra_minutes if allowance else 0
        self.initial["had_attempts"] = allowance.extra_attempts if allowance else 0
        for name, has in (("minutes", quiz.time_limit_minutes), ("attempts", quiz.attempts_allowed)):
            if not has:
                del self.fields[name]

    @property
    def has_something_to_give(self) -> bool:
        return not self.fields.keys().isdisjoint({"minutes", "attempts"})

    def clean(self):
        given = super().clean()
        typed = [name for name in ("minutes", "attempts") if name in self.fields]
        if not any(given.get(name) for name in typed) and not self.errors.keys() & set(typed):
            self.add_error(typed[0] if typed else None, "Say how many more to give.")
        return given

    def as_arguments(self) -> dict:
        given = self.cleaned_data
        return {
            "minutes": given.get("minutes") or 0,
            "attempts": given.get("attempts") or 0,
            "reason": given["reason"],
            "had": (given["had_minutes"], given["had_attempts"]),
        }


class AttemptFilterForm(forms.Form):
    """Which attempts to list. What names nothing is taken as not chosen."""

    q = forms.CharField(label="Learner’s name or e-mail address", required=False, max_length=200)
    quiz = forms.ModelChoiceField(
        Quiz.objects.none(), required=False, empty_label="All", error_messages={"invalid_choice": ONLY_NAMED}
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "All"), *AttemptState.choices],
        error_messages={"invalid_choice": ONLY_NAMED},
    )

    def __init__(self, asked):
        super().__init__(asked)
        self.fields["quiz"].queryset = Quiz.objects.order_by("title")
        if len(asked.get("quiz", "")) > LONGEST_ID:
            self.data = {**asked.dict(), "quiz": ""}


class CorrectionForm(ReasonForm):
    """The second step of a correction: why, whose pass is taken back, and which trial run was agreed to."""

    action = forms.ChoiceField(choices=RegradeAction, widget=forms.HiddenInput)
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)
    take_back = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": "Take back only passes of the list."}
    )

    def __init__(self, losing, *args, **kwargs):
        """losing: attempts whose pass may be taken back."""
        super().__init__(*args, **kwargs)
        self.fields["take_back"].choices = [(str(pk), str(pk)) for pk in losing]

    def clean_take_back(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["take_back"]]
