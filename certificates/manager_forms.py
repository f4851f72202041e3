"""What programme managers fill in about certificates."""

from urllib.parse import urlencode

from django import forms

from certificates.manager_queries import DUE, STATES
from certificates.models import RevocationRequest
from cohorts.forms import DayField
from courses.models import CoursePage

NO_NAMES = "Managers read it. Write nothing personal: no name, no health, no case."
ANSWER_LENGTH = 500


class FindForm(forms.Form):
    """The filters of the list, as an address keeps them."""

    marks_optional = False
    q = forms.CharField(
        label="Number, name or e-mail address",
        required=False,
        max_length=200,
        strip=True,
        help_text="A number in any spelling, or part of a name.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Use at most 200 characters."},
    )
    course = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="All courses",
        to_field_name="slug",
        error_messages={"invalid_choice": "Choose a course from the list."},
    )
    organisation = forms.CharField(
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Use at most 160 characters."},
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), *STATES.items()],
        error_messages={"invalid_choice": "Choose a state from the list."},
    )
    issued_from = DayField(label="Issued from")
    issued_to = DayField(label="Issued until")
    due = forms.ChoiceField(
        label="Refresh date",
        required=False,
        choices=[("", "All"), *DUE.items()],
        error_messages={"invalid_choice": "Choose from the list."},
    )
    lapsed = forms.BooleanField(label="Accreditation has ended since", required=False)
    ending = forms.BooleanField(label="To be erased within 60 days", required=False)

    def __init__(self, data=None):
        super().__init__(data)
        with_awards = CoursePage.objects.filter(activity_versions__isnull=False).distinct()
        self.fields["course"].queryset = with_awards.order_by("title").only("title", "slug")

    @property
    def asked(self) -> dict:
        """What to filter by; a filter that makes no sense is left out and keeps its message."""
        self.is_valid()
        return self.cleaned_data

    @property
    def as_query(self) -> str:
        """The filters that are set, for links."""
        return urlencode({name: self.data[name] for name in self.fields if self.data.get(name)})


class NoteForm(forms.Form):
    """Words for the history."""

    note = forms.CharField(
        label="Note",
        max_length=ANSWER_LENGTH,
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Write what should stand in the history",
            "max_length": f"Use at most {ANSWER_LENGTH} characters",
        },
    )


class OptionalNote(forms.Form):
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=ANSWER_LENGTH,
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"Use at most {ANSWER_LENGTH} characters"},
    )


class ReissueForm(forms.Form):
    """Why the same certificate is made once more."""

    REASONS = {
        "damaged": "The file is damaged or cannot be opened",
        "looks": "The looks were wrong: logo, signature or wording",
        "key": "The seal’s key was replaced",
        "other": "Something else",
    }
    reason = forms.ChoiceField(
        label="Why is it issued again?",
        choices=REASONS.items(),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose why it is issued again",
            "invalid_choice": "Choose from the list",
        },
    )
    note = OptionalNote.base_fields["note"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == "other" and not cleaned.get("note"):
            self.add_error("note", "Write what the reason is")
        return cleaned

    @property
    def words(self) -> str:
        """Reason and note, for the history."""
        reason = self.REASONS[self.cleaned_data["reason"]]
        return ". ".join(part for part in (reason, self.cleaned_data["note"]) if part)


class RevokeForm(forms.Form):
    """Why an award should be revoked; another manager decides."""

    kind = RevocationRequest.Kind.REVOKE
    reason = forms.ChoiceField(
        label="Reason",
        widget=forms.RadioSelect,
        help_text="The holder is told the reason, in these words.",
        error_messages={"required": "Choose a reason", "invalid_choice": "Choose a reason from the list"},
    )
    note = OptionalNote.base_fields["note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(RevocationRequest.Reason.choices)
        self.fields["reason"].choices = [
            (value, labels[value]) for value in RevocationRequest.FITTING[self.kind]
        ]


class RestoreForm(RevokeForm):
    """Why the revocation should be withdrawn."""

    kind = RevocationRequest.Kind.RESTORE

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = ""


class DecisionForm(forms.Form):
    """Yes, or no with words. Each page says what they mean."""

    marks_optional = False  # the answer is needed for one of the two
    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to do", "invalid_choice": "Choose from the list"},
    )
    answer = forms.CharField(
        required=False,
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"Use at most {ANSWER_LENGTH} characters"},
    )

    def __init__(self, data=None, *, yes: str, no: str, answer: str, hint: str):
        super().__init__(data)
        self.fields["decision"].choices = [("yes", yes), ("no", no)]
        self.fields["answer"].label = answer
        self.fields["answer"].help_text = hint

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == "no" and not cleaned.get("answer"):
            self.add_error("answer", "Write why, in a sentence or two")
        return cleaned

    @property
    def is_yes(self) -> bool:
        return self.cleaned_data["decision"] == "yes"


class DismissForm(forms.Form):
    """What the holder is told when the revocation stands."""

    answer = forms.CharField(
        label="Answer to the holder",
        max_length=ANSWER_LENGTH,
        help_text="They get it by e-mail. Say what was looked at and why the revocation stands.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Write what the holder should be told",
            "max_length": f"Use at most {ANSWER_LENGTH} characters",
        },
    )


class ManyForm(forms.Form):
    """Which awards a table's form means, and what is to be done with them."""

    ACTIONS = {"reissue": ReissueForm, "revoke": RevokeForm}
    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS])
