"""Forms of the register, of people who walk in, and of the door."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

from django import forms
from django.utils import timezone

from accounts.forms import SUGGESTED_AGENCIES
from accounts.models import Agency, Sector
from attendance.codes import LENGTH, tidy
from attendance.models import Status
from attendance.queries import RegisterRow
from attendance.services.marks import IN_PART
from bookings.models import TrainingSession


@dataclass(frozen=True)
class Person:
    """One line of the register: who, what is known, and the fields to change it."""

    row: RegisterRow
    said: str
    status: forms.BoundField
    missed: forms.BoundField
    seen: forms.BoundField


def seen_of(row: RegisterRow) -> str:
    """Return what the page showed of a mark: it tells a touched line from one that only came along."""
    return f"{row.status}:{row.minutes_missed}"


class RegisterForm(forms.Form):
    """The whole register. Only lines that were changed since the page was opened are marks."""

    def __init__(self, session: TrainingSession, rows: list[RegisterRow], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.session, self.rows = session, rows
        longest = session.minutes
        for row in rows:
            self.fields[f"status_{row.key}"] = forms.ChoiceField(
                label=row.name,
                choices=Status.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=row.status,
            )
            self.fields[f"missed_{row.key}"] = forms.IntegerField(
                label=f"Minutes {row.name} missed",
                required=False,
                min_value=0,
                max_value=longest,
                initial=row.minutes_missed if row.status in IN_PART else None,
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"),
                    f"Minutes {row.name} missed must be a whole number from 0 to {longest}.",
                ),
            )
            self.fields[f"seen_{row.key}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=seen_of(row)
            )

    def people(self) -> list[Person]:
        return [
            Person(
                row,
                said_of(row, self.session),
                self[f"status_{row.key}"],
                self[f"missed_{row.key}"],
                self[f"seen_{row.key}"],
            )
            for row in self.rows
        ]

    @property
    def touched(self) -> list[tuple[RegisterRow, str, int | None]]:
        """Return (row, status, minutes missed) of each line that the person changed; None: by the clock."""
        found = []
        for row in self.rows:
            status = self.cleaned_data.get(f"status_{row.key}")
            missed = self.cleaned_data.get(f"missed_{row.key}") if status in IN_PART else 0
            if status and f"{status}:{missed}" != self.cleaned_data.get(f"seen_{row.key}"):
                found.append((row, status, missed))
        return found


def said_of(row: RegisterRow, session: TrainingSession) -> str:
    """Return who marked the person and when, by the session's clock: “Present, by Tess Trainer at 14:02”."""
    if not row.mark:
        return ""
    by = f", by {row.marked_by}" if row.marked_by else ""
    return f"{row.mark.get_status_display()}{by} {moment_words(row.mark.marked_at, session)}"


def moment_words(moment: datetime, session: TrainingSession) -> str:
    """Return “at 14:02”, with the day when it is another than today's."""
    local = moment.astimezone(session.zone)
    today = timezone.now().astimezone(session.zone).date()
    day = "" if local.date() == today else f"on {local:%-d %B} "
    return f"{day}at {local:%H:%M}"


class WalkInForm(forms.Form):
    """Somebody without a place, by name and organisation."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter a full name.", "max_length": "Use at most 150 characters."},
    )
    organisation = forms.CharField(
        max_length=160,
        help_text="Choose one or type its name.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "organisations"}),
        error_messages={"required": "Enter an organisation.", "max_length": "Use at most 160 characters."},
    )
    sector = forms.ModelChoiceField(
        Sector.objects.all(),
        empty_label="Choose a sector",
        error_messages={"required": "Choose a sector.", "invalid_choice": "Choose a sector from the list."},
    )
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="They get a link to keep the attendance in an account, for the certificate.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "Enter an e-mail address in the correct format, like name@example.com."},
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError("Enter a full name in letters.")
        return name

    def clean_form_key(self):
        return self.cleaned_data["form_key"] or uuid.uuid4()

    @property
    def suggested_agencies(self):
        """Names for the datalist: organisations that staff have confirmed."""
        return Agency.objects.confirmed().values_list("name", flat=True)[:SUGGESTED_AGENCIES]


class LetterForm(forms.Form):
    """Where the link to claim goes."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter an e-mail address.",
            "invalid": "Enter an e-mail address in the correct format, like name@example.com.",
        },
    )


class ClockField(forms.TimeField):
    """A time of day as people type it."""

    def __init__(self, **kwargs):
        super().__init__(
            input_formats=["%H:%M", "%H.%M", "%H%M"],
            help_text="For example 09:45.",
            widget=forms.TimeInput(
                format="%H:%M", attrs={"class": "govuk-input--width-5", "autocomplete": "off"}
            ),
            error_messages={
                "required": "Enter a time, for example 09:45.",
                "invalid": "Enter a time of day, for example 09:45.",
            },
            **kwargs,
        )


class DoorForm(forms.Form):
    """When people may check themselves in, by the session's own clock and on its day."""

    opens = ClockField(label="Opens")
    closes = ClockField(label="Closes")

    def __init__(self, session: TrainingSession, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.session = session

    def _moment(self, at: time) -> datetime:
        return datetime.combine(self.session.local_start.date(), at, tzinfo=self.session.zone)

    def clean(self):
        details = super().clean()
        if "opens" in details and "closes" in details:
            details["opens_at"], details["closes_at"] = (
                self._moment(details["opens"]),
                self._moment(details["closes"]),
            )
            if details["closes_at"] <= details["opens_at"]:
                self.add_error("closes", "It must close after it opens.")
            elif details["opens_at"] >= self.session.ends_at:
                self.add_error("opens", "It must open before the session ends.")
        return details


class CodeForm(forms.Form):
    """The code on the screen, typed by hand."""

    code = forms.CharField(
        help_text=f"{LENGTH} letters and digits, as they are on the screen now.",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={"required": "Enter the code.", "max_length": "This is no code of a session."},
    )

    def clean_code(self):
        return tidy(self.cleaned_data["code"])
