"""Fields that forms about sessions share."""

from django import forms
from django.core.exceptions import ValidationError

from bookings.times import parse_clock

MOST_PEOPLE = 2000
LONG_TEXT = 5000


class ClockField(forms.Field):
    """A time of day as people write it: 10:00, 9.30, 2pm."""

    def __init__(self, **kwargs):
        attrs = {"class": "govuk-input--width-5", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        clock = parse_clock(text)
        if clock is None:
            raise ValidationError("Enter a time of the day, for example 10:00 or 2.30pm.")
        return clock


class PeopleCountField(forms.IntegerField):
    """A number of people, typed into a narrow box."""

    def __init__(self, *, least: int = 0, **kwargs):
        words = f"Enter a whole number from {least} to {MOST_PEOPLE}."
        messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)
        attrs = {"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            min_value=least,
            max_value=MOST_PEOPLE,
            widget=forms.TextInput(attrs=attrs),
            error_messages=messages,
            **kwargs,
        )


def words_field(
    label: str, *, rows: int = 0, longest: int = LONG_TEXT, hint: str = "", **kwargs
) -> forms.CharField:
    """A box of words: a line, or so many rows."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    messages = {"required": kwargs.pop("missing", ""), "max_length": f"Use at most {longest} characters."}
    return forms.CharField(
        label=label, max_length=longest, help_text=hint, widget=widget, error_messages=messages, **kwargs
    )
