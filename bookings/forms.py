"""Forms of the trainers' pages for sessions: people, reasons, copies. The session's own is in session_forms."""

import uuid
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from bookings.fields import words_field
from bookings.models import TrainingSession
from bookings.session_forms import YEARS_AHEAD
from cohorts.forms import DayField, PeopleField
from cohorts.models import Cohort

TICKS = {"required": "Choose at least one person.", "invalid_choice": "Choose people from the list."}
TICKS["invalid_pk_value"] = TICKS["invalid_choice"]


class BookPeopleForm(forms.Form):
    """People of the group to book. A clash with another booking is told once; ticking the box books all the same."""

    people = PeopleField(queryset=None, error_messages=TICKS)
    despite_clash = forms.BooleanField(label="Book them all the same", required=False)
    marks_optional = False

    def __init__(self, people, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people

    def offer(self, people) -> None:
        """Draw boxes for `people` alone; any of the group may be ticked."""
        boxes = [(p.pk, f"{p}, {p.agency or 'no organisation given'}") for p in people]
        self.fields["people"].choices = boxes


class ReasonForm(forms.Form):
    """Why, in words that the person reads."""

    reason = words_field(
        "Reason",
        longest=255,
        hint="They read it in their letter. Nothing about their health, and nothing about a case.",
        missing="Enter a reason.",
    )

    def __init__(self, *args, is_required: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required


class CallOffForm(ReasonForm):
    """Why the session does not take place, and where its people may go instead."""

    moved_to = forms.ModelChoiceField(
        queryset=None,
        label="Book everybody into another session",
        required=False,
        empty_label="No, only tell them",
        help_text="In their order; who finds no place stands on its waiting list.",
        error_messages={"invalid_choice": "Choose a session from the list."},
    )

    def __init__(self, alternatives, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["moved_to"].queryset = alternatives
        self.fields["moved_to"].label_from_instance = _session_in_words


def _session_in_words(session: TrainingSession) -> str:
    start = session.local_start
    left = max(0, session.capacity - session.booked_count)
    return f"{start.day} {start:%B %Y, %H:%M}, {session.title} ({session.cohort.name}): {left} free"


class CopyForm(forms.Form):
    """A group like this one: its name and the date of its first session."""

    name = words_field("Name of the new group", longest=120, missing="Enter a name for the group.")
    first_on = DayField(label="Date of the first session")
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, cohort: Cohort, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first_on"].required = True
        self.fields["first_on"].error_messages["required"] = "Enter the date."

    def clean_form_key(self):
        return self.cleaned_data["form_key"] or uuid.uuid4()

    def clean_first_on(self):
        day = self.cleaned_data["first_on"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(days=366 * YEARS_AHEAD):
            raise ValidationError(f"Enter a date to come, within the next {YEARS_AHEAD} years.")
        return day
