"""Forms of the trainers' area."""

import uuid
from urllib.parse import urlencode

from django import forms

from accounts.roles import Role
from cohorts.addresses import Parsed, parse_addresses
from cohorts.gates import why_not
from cohorts.models import LINK_DAYS, Cohort, Delivery, Programme
from cohorts.people_files import (
    MAX_BYTES,
    MOST_ROWS,
    NOTHING,
    TOO_LARGE,
    FileRefused,
    PeopleTable,
    read_people,
)
from cohorts.queries import possible_trainers
from cohorts.roster import SORTS, STATUSES, Selection
from courses.queries import live_courses

MAX_PEOPLE = 500
MAX_CHARACTERS = 200_000
PROBLEMS_SHOWN = 20
MAX_SEARCH = 200
LONGEST_ID = 18  # digits: the longest number that surely fits 64 bits


class DayField(forms.DateField):
    """A date typed as people write it; what cannot be read stays in the box."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            help_text="For example 27/3/2027.",
            input_formats=["%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%Y-%m-%d"],
            widget=forms.DateInput(
                format="%d/%m/%Y", attrs={"class": "govuk-input--width-10", "autocomplete": "off"}
            ),
            error_messages={"invalid": "Enter a date that exists, for example 27/3/2027."},
            **kwargs,
        )


class PeopleField(forms.ModelMultipleChoiceField):
    """Boxes to tick, one a person. A number too long for the database is nobody's."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        if any(len(pk) > LONGEST_ID for pk in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"])
        return super().clean(value)


class ProgrammeField(forms.ModelChoiceField):
    """One programme or none. A number too long for the database names none."""

    def to_python(self, value):
        if len(str(value or "")) > LONGEST_ID or "\0" in str(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class CohortForm(forms.ModelForm):
    """What a group is called, when it runs and who its trainers are. The course is chosen once."""

    course = forms.ModelChoiceField(
        queryset=None,
        to_field_name="slug",
        empty_label="Choose a course",
        help_text="Everybody who joins the group starts this course. You cannot change it later.",
        error_messages={"required": "Choose a course.", "invalid_choice": "Choose a course from the list."},
    )
    delivery = forms.ChoiceField(
        label="How people take it",
        choices=Delivery.choices,
        initial=Delivery.BLENDED,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the three."},
    )
    programme = ProgrammeField(
        queryset=None,
        required=False,
        empty_label="None",
        help_text="The group counts in the programme’s report, and its lead trainers see the group.",
        error_messages={"invalid_choice": "Choose a programme from the list."},
    )
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    trainers = PeopleField(
        queryset=None,
        help_text="They see the group and how far its people are, and can change it.",
        error_messages={
            "required": "Choose at least one trainer.",
            "invalid_choice": "Choose trainers from the list.",
            "invalid_pk_value": "Choose trainers from the list.",
        },
    )

    class Meta:
        model = Cohort
        fields = ["name", "course", "delivery", "programme", "starts_on", "ends_on", "trainers"]
        labels = {"name": "Name of the group"}
        help_texts = {"name": "The people you invite see it. Leave out anything about a case or a person."}
        error_messages = {
            "name": {"required": "Enter a name for the group.", "max_length": "Use at most 120 characters."}
        }

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["trainers"].queryset = possible_trainers()
        self._offer_programmes()
        if self.instance.pk:
            del self.fields["course"]
        else:
            self.fields["course"].queryset = live_courses()
            self.fields["form_key"] = forms.UUIDField(
                widget=forms.HiddenInput, initial=uuid.uuid4, required=False
            )
            self.initial.setdefault("trainers", [user.pk])

    def _offer_programmes(self) -> None:
        """Programmes that go on, and the one the group is in. Where there is none, nothing is asked."""
        offered = Programme.objects.going_on() | Programme.objects.filter(pk=self.instance.programme_id)
        self.fields["programme"].queryset = offered.order_by("name")
        if not offered.exists():
            del self.fields["programme"]

    def clean_course(self):
        """Whose licence for the course has ended reads so beside it. A course is chosen only for a new group."""
        course = self.cleaned_data["course"]
        if reason := why_not(self.user, course):
            raise forms.ValidationError(reason)
        return course

    def clean_delivery(self):
        return self.cleaned_data["delivery"] or self.instance.delivery

    def clean_form_key(self):
        return self.cleaned_data["form_key"] or uuid.uuid4()

    def clean_trainers(self):
        trainers = self.cleaned_data["trainers"]
        if self.user not in trainers and not self.user.has_role(Role.LEAD_TRAINER):
            raise forms.ValidationError(
                "Stay among the trainers, or ask a lead trainer to hand the group over."
            )
        return trainers

    def clean(self):
        details = super().clean()
        starts_on, ends_on = details.get("starts_on"), details.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day cannot be before the first day.")
        return details


class SelectionForm(forms.Form):
    """Search, filters and order of a group's table. Words that name nothing are taken as not chosen."""

    marks_optional = False
    q = forms.CharField(
        label="Search by name",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": MAX_SEARCH, "autocomplete": "off"}),
    )
    organisation = forms.ChoiceField(label="Organisation", required=False)
    status = forms.ChoiceField(label="Where they are", required=False)
    sort = forms.ChoiceField(label="Order", required=False)

    def __init__(self, asked, organisations: list[str]):
        """asked: request.GET."""
        super().__init__()
        self.fields["organisation"].choices = [
            ("", "All organisations"),
            *((name, name) for name in organisations),
        ]
        self.fields["status"].choices = [
            ("", "Everybody"),
            *((key, label) for key, (label, _) in STATUSES.items()),
        ]
        self.fields["sort"].choices = [(key, label) for key, (label, _) in SORTS.items()]
        chosen = {
            name: asked.get(name)
            for name in ("organisation", "status", "sort")
            if asked.get(name) in dict(self.fields[name].choices)
        }
        self.selection = Selection(name=asked.get("q", "")[:MAX_SEARCH].replace("\0", "").strip(), **chosen)
        self.initial = {"q": self.selection.name, **chosen}

    def as_query(self) -> str:
        """Return what was chosen for the links to other pages of the table."""
        return urlencode({name: value for name, value in self.initial.items() if value})


class PeopleFileForm(forms.Form):
    """A list of people as a file. `table` holds what was read from it; rows that cannot be used are in it."""

    file = forms.FileField(
        label="File",
        help_text=(
            f"CSV or Excel (.xlsx), at most {MOST_ROWS:,} rows and {MAX_BYTES // 1024**2} MB. "
            "One row a person. Give the column of addresses the heading “E-mail”."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={
            "required": "Choose a file.",
            "empty": NOTHING,
            "invalid": "Choose a file.",
            "missing": "Choose a file.",
            "max_length": "The name of the file is too long. Give it a shorter one.",
        },
    )
    table: PeopleTable

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            if file.size > MAX_BYTES:
                raise FileRefused(TOO_LARGE)
            self.table = read_people(file.read())
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class LinkForm(forms.Form):
    """How long a group's link works."""

    days = forms.TypedChoiceField(
        label="How long it works",
        choices=[(1, "1 day"), (7, "1 week"), (14, "2 weeks"), (30, "30 days"), (60, "60 days")],
        initial=LINK_DAYS,
        coerce=int,
        required=False,
        empty_value=LINK_DAYS,
        error_messages={"invalid_choice": "Choose how long from the list."},
    )
    marks_optional = False


class AddPeopleForm(forms.Form):
    """A pasted list of e-mail addresses. One bad line stops the whole list, so nothing is half-done."""

    people = forms.CharField(
        label="E-mail addresses",
        help_text=(
            "Paste up to 500. One on each line, or with commas or semicolons between them. "
            "“Name &lt;name@example.org&gt;” and rows copied from a spreadsheet work too; names are not kept."
        ),
        strip=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter at least one e-mail address.",
            "max_length": "This is too much text for one go. Paste at most 500 addresses at a time.",
        },
    )

    def clean_people(self) -> list[str]:
        """Return the addresses, or name each bad line with its number and reason."""
        parsed: Parsed = parse_addresses(self.cleaned_data["people"])
        problems = [str(problem) for problem in parsed.problems[:PROBLEMS_SHOWN]]
        if len(parsed.problems) > PROBLEMS_SHOWN:
            problems.append(f"{len(parsed.problems) - PROBLEMS_SHOWN} more lines cannot be read.")
        if problems:
            raise forms.ValidationError(
                [*problems, "Nobody was invited yet. Correct the list and try again."]
            )
        if not parsed.addresses:
            raise forms.ValidationError(self.fields["people"].error_messages["required"])
        if len(parsed.addresses) > MAX_PEOPLE:
            raise forms.ValidationError(
                f"Paste at most {MAX_PEOPLE} addresses at a time. This list has {len(parsed.addresses)}."
            )
        return parsed.addresses


class MessageForm(forms.Form):
    """A trainer's own words to people of the group, as plain text."""

    subject = forms.CharField(
        label="Subject",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter a subject.", "max_length": "Use at most 120 characters."},
    )
    text = forms.CharField(
        label="Message",
        max_length=5_000,
        help_text="Plain text. Leave out anything about a case or a person.",
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "required": "Enter your message.",
            "max_length": "Use at most 5,000 characters.",
        },
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
