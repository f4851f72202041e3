"""Forms of the public calendar, of booking, and of booking for colleagues."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bookings.models import Booking
from bookings.public_queries import filter_choices
from cohorts.forms import PeopleField
from courses.vocabulary import sectors

WAYS = [("", "In a room or online"), ("room", "In a room"), ("online", "Online")]
MOST_ADDRESSES = 50


def _filter(label: str, everything: str, what: str) -> forms.ChoiceField:
    field = forms.ChoiceField(
        required=False, label=label, error_messages={"invalid_choice": f"Choose {what} from the list."}
    )
    field.everything = everything
    return field


class CalendarForm(forms.Form):
    """What the calendar is filtered by. Only what there is something for can be chosen."""

    marks_optional = False
    course = _filter("Course", "All courses", "a course")
    area = _filter("Area", "All areas", "an area")
    month = _filter("Month", "Any month", "a month")
    sector = _filter("Where you work", "All sectors", "a sector")
    way = forms.ChoiceField(
        required=False,
        label="In a room or online",
        choices=WAYS,
        error_messages={"invalid_choice": "Choose from the list."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="%s", **kwargs)
        choices = filter_choices() | {"sector": [(s.code, s.name) for s in sectors()]}
        for name, found in choices.items():
            field = self.fields[name]
            field.choices = [("", field.everything), *found]

    @property
    def wanted(self) -> dict[str, str]:
        """Filters for `public_queries.open_calendar`; a filter with a mistake in it is left out."""
        found = getattr(self, "cleaned_data", {})
        return {name: found.get(name, "") for name in self.fields}


class NeedsForm(forms.Form):
    """What the trainers should know beforehand."""

    needs = forms.CharField(
        required=False,
        max_length=Booking._meta.get_field("needs").max_length,
        label="Is there anything we should know?",
        help_text=(
            "For example step-free access, an interpreter, a seat near the door. Only the trainers read it. "
            "Please write nothing about your health that they need not know, and nothing about a case."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Use %(limit_value)d characters or fewer."},
    )


class BookForm(NeedsForm):
    """A wish for a place; `clash` is asked for when another session of the person is at the same time."""

    clash = forms.BooleanField(
        label="I know, and want to ask for this session all the same",
        error_messages={"required": "Tick the box if you want both, or go back."},
    )

    def __init__(self, *args, clashes=(), **kwargs):
        super().__init__(*args, **kwargs)
        if not clashes:
            del self.fields["clash"]


class CancelForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=255,
        label="Why, if you want to say",
        help_text="The trainers read it. You need give no reason.",
        error_messages={"max_length": "Use %(limit_value)d characters or fewer."},
    )


class FindColleaguesForm(forms.Form):
    """A search among the lead's own people."""

    marks_optional = False
    q = forms.CharField(
        required=False,
        max_length=100,
        label="Find a colleague",
        help_text="Part of a name, role or e-mail address.",
    )


class ColleaguesForm(forms.Form):
    """Whom to book: chosen from the list, typed as addresses, or both."""

    marks_optional = False
    people = PeopleField(
        queryset=None,
        required=False,
        label="Your organisation’s people",
        error_messages={
            "invalid_choice": "Choose people from the list.",
            "invalid_pk_value": "Choose people from the list.",
        },
    )
    addresses = forms.CharField(
        required=False,
        max_length=10_000,
        label="E-mail addresses",
        help_text=(
            "One a line. Colleagues with an account are booked; anybody else gets an invitation to the group "
            "and can then book for themselves."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, colleagues, shown, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = colleagues
        self.fields["people"].choices = [(p.pk, _person_words(p)) for p in shown]

    def clean_addresses(self) -> list[str]:
        """Return the addresses in lower case, each once. An error names the line."""
        found = {}
        for number, line in enumerate(self.cleaned_data["addresses"].splitlines(), 1):
            address = line.strip(" \t,;").lower()
            if not address:
                continue
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    f"Line {number} is not an e-mail address. Enter one a line, like name@example.com."
                ) from None
            found[address] = None
        if len(found) > MOST_ADDRESSES:
            raise ValidationError(f"Enter {MOST_ADDRESSES} addresses or fewer at a time.")
        return list(found)

    def clean(self):
        data = super().clean()
        if not self.errors and not data["people"] and not data["addresses"]:
            raise ValidationError("Choose at least one person, or enter an e-mail address.")
        return data


def _person_words(person) -> str:
    return f"{person.name} ({person.job_role})" if person.job_role else str(person)
