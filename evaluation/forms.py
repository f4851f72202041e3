"""The learner's questions. Everything may be skipped."""

from collections.abc import Iterable, Mapping

from django import forms

from evaluation.models import FollowUp, SessionFeedback

SKIPPED = "skip"
SURE = (
    ("1", "1 – not at all sure"),
    ("2", "2 – a little sure"),
    ("3", "3 – fairly sure"),
    ("4", "4 – very sure"),
    ("5", "5 – completely sure"),
    (SKIPPED, "I would rather not say"),
)
CHOOSE = {"required": "Choose one of the answers.", "invalid_choice": "Choose one of the answers."}


def _radios(label: str, choices: Iterable[tuple[str, str]], *, required: bool, **kwargs) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=required,
        widget=forms.RadioSelect(attrs=kwargs.pop("attrs", {})),
        error_messages=CHOOSE,
        **kwargs,
    )


class ConfidenceForm(forms.Form):
    """One row of radios for each learning outcome of a course."""

    marks_optional = False

    def __init__(self, outcomes: Iterable, data=None, *, given: Mapping[str, int]):
        """outcomes: with code and text.  given: outcome code -> rating, of this stage."""
        super().__init__(data)
        self.codes = []
        for number, outcome in enumerate(outcomes):
            self.codes.append(outcome.code)
            self.fields[f"outcome{number}"] = _radios(
                _sentence(outcome.text),
                SURE,
                required=False,
                initial=str(given.get(outcome.code, "")),
                attrs={"class": "govuk-radios--small app-evaluation__scale"},
            )

    @property
    def ratings(self) -> dict[str, int | None]:
        """Outcome code -> rating, None for “rather not say”. What was left alone is left as it is."""
        given = zip(self.codes, (self.cleaned_data[name] for name in self.fields), strict=True)
        return {code: None if value == SKIPPED else int(value) for code, value in given if value}


def _sentence(text: str) -> str:
    return f"… {text[:1].lower()}{text[1:].rstrip('.')}?"


class FeedbackForm(forms.ModelForm):
    """What a session was like. Anonymous, so it cannot be changed later."""

    usefulness = _radios(
        "How useful was it for your work?",
        [("1", "Not useful"), ("2", "A little useful"), ("3", "Useful"), ("4", "Very useful"), ("5", "Extremely useful")],
        required=True,
    )  # fmt: skip
    pace = _radios(
        "How was the pace?",
        [("1", "Much too slow"), ("2", "A little slow"), ("3", "Right"), ("4", "A little fast"), ("5", "Much too fast")],
        required=True,
    )  # fmt: skip
    trainer = _radios(
        "How well did the trainers help you learn?",
        [("1", "Badly"), ("2", "Not very well"), ("3", "Fairly well"), ("4", "Well"), ("5", "Very well")],
        required=True,
    )
    will_change = forms.CharField(
        label="What will you do differently?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text="Please no names and no details of a case: trainers read your words as you write them.",
        error_messages={"max_length": "Use at most 1,000 characters."},
    )

    class Meta:
        model = SessionFeedback
        fields = ["usefulness", "pace", "trainer", "will_change"]

    def clean_will_change(self):
        return self.cleaned_data["will_change"].replace("\0", "").strip()


class FollowUpForm(forms.Form):
    """The question after ninety days."""

    answer = _radios("Have you used what you learnt?", FollowUp.Answer.choices, required=True)
    passed_on = _radios(
        "Did you pass it on to somebody else?",
        [("yes", "Yes"), ("no", "No")],
        required=False,
        help_text="For example in a team meeting, a talk or a session of your own.",
    )

    @property
    def passed(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["passed_on"])
