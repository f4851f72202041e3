"""Forms about licences, observations and deliveries."""

import uuid
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from accounts.models import Agency, Sector
from bookings.models import TrainingSession
from cascade import fidelity, queries
from cascade.models import Delivery, LicenceRule, Observation
from cascade.requirements import trainer_courses
from cohorts.forms import DayField
from cohorts.models import Cohort, Programme
from cohorts.queries import possible_trainers
from courses.queries import live_courses

MOST_PEOPLE = 5000  # in one line of a delivery
LONGEST_DAY = 24 * 60
EARLIEST = date(2010, 1, 1)
SEARCH_LENGTH = 200


class PastDay(DayField):
    """A day that has come, and not one mistyped by centuries."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.required = True
        self.error_messages["required"] = "Enter the day."

    def clean(self, value):
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError("The day cannot be in the future.")
        if day and day < EARLIEST:
            raise forms.ValidationError(f"The day cannot be before {EARLIEST.year}.")
        return day


class ChosenById(forms.ModelChoiceField):
    """One of the list. A number too long for the database, or no number at all, is nobody's."""

    def to_python(self, value):
        if value not in self.empty_values and not (str(value).isdecimal() and len(str(value)) <= 18):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class OncePerForm(forms.Form):
    """A key for the form opened, so that a double click makes one row."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def clean_form_key(self):
        return self.cleaned_data["form_key"] or uuid.uuid4()


# --- Deliveries ------------------------------------------------------------------------------


class GroupDeliveryForm(OncePerForm):
    """When and how a group of the platform was trained; its people are counted from its registers."""

    delivered_on = PastDay(label="Day")
    format = forms.ChoiceField(
        label="Format",
        choices=Delivery.Format.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you gave it.", "invalid_choice": "Choose how you gave it."},
    )
    minutes = forms.IntegerField(
        label="Minutes of learning",
        help_text="Breaks left out.",
        required=False,
        min_value=1,
        max_value=LONGEST_DAY,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input--width-4", "autocomplete": "off"}
        ),
        error_messages={
            "invalid": "Enter whole minutes, for example 210.",
            "min_value": "Enter at least 1 minute, or leave it empty.",
            "max_value": "A day has 1,440 minutes.",
        },
    )


class DeliveryForm(GroupDeliveryForm):
    """A training away from the platform: numbers by sector, nobody by name."""

    course = forms.ModelChoiceField(
        queryset=None,
        to_field_name="slug",
        empty_label="Choose a course",
        error_messages={"required": "Choose a course.", "invalid_choice": "Choose a course from the list."},
    )
    programme = ChosenById(
        queryset=None,
        required=False,
        empty_label="None of these",
        help_text="It counts in the report of the programme.",
        error_messages={"invalid_choice": "Choose a programme from the list."},
    )
    agency = ChosenById(
        label="Organisation",
        queryset=None,
        required=False,
        empty_label="Several, or none of these",
        help_text="If all came from one.",
        error_messages={"invalid_choice": "Choose an organisation from the list."},
    )
    area = forms.CharField(
        label="Area",
        max_length=80,
        required=False,
        help_text="Town or borough.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"max_length": "Use at most 80 characters."},
    )
    field_order = ["course", "programme", "delivered_on", "format", "minutes", "agency", "area"]

    def __init__(self, trainer, *args, **kwargs):
        super().__init__(*args, **kwargs)
        licensed = queries.licensable_courses().filter(licences__holder=trainer).distinct()
        self.fields["course"].queryset = licensed if licensed else live_courses()
        self.fields["programme"].queryset = programmes = queries.programmes_of(trainer)
        if len(programmes) < 2:  # nothing to choose
            del self.fields["programme"]
        self.fields["agency"].queryset = Agency.objects.confirmed().order_by("name")
        self.sectors = list(Sector.objects.all())
        for sector in self.sectors:
            self.fields[f"sector_{sector.pk}"] = people_field(sector.name)
        self.fields["sector_0"] = people_field("Other or not known")

    @property
    def main_fields(self):
        return [bound for bound in self.visible_fields() if not bound.name.startswith("sector_")]

    @property
    def number_fields(self):
        return [bound for bound in self.visible_fields() if bound.name.startswith("sector_")]

    def clean(self):
        details = super().clean()
        names = {f"sector_{sector.pk}": sector.pk for sector in self.sectors} | {"sector_0": None}
        numbers = {pk: details[name] for name, pk in names.items() if details.get(name)}
        if not numbers and not any(name in self.errors for name in names):
            self.add_error(next(iter(names)), "Enter how many people came, in at least one line.")
        return {
            "numbers": numbers,
            **{name: value for name, value in details.items() if name not in names},
        }


def people_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input--width-4", "autocomplete": "off"}
        ),
        error_messages={
            "invalid": f"{label}: enter a whole number.",
            "min_value": f"{label}: enter 0 or more.",
            "max_value": f"{label}: at most {MOST_PEOPLE:,} people in one delivery.",
        },
    )


# --- Observing, granting, revoking -----------------------------------------------------------


class ObservationForm(OncePerForm):
    """What was watched, and a mark for each point of the checklist."""

    kind = forms.ChoiceField(
        label="What did you watch?",
        choices=Observation.Kind.choices,
        widget=forms.RadioSelect,
        help_text="A practice delivery is the eight minutes of the trainer day. A whole session is one of their own.",
        error_messages={"required": "Choose what you watched.", "invalid_choice": "Choose what you watched."},
    )
    observed_on = PastDay(label="Day")
    session = ChosenById(
        queryset=None,
        required=False,
        empty_label="None of these",
        help_text="If it was a session of one of their groups here.",
        error_messages={"invalid_choice": "Choose a session from the list."},
    )
    comment = forms.CharField(
        label="What went well, what to work on",
        help_text="The trainer reads it. Leave out anything about the people who came.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "Use at most 4,000 characters."},
    )

    def __init__(self, trainer, course, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sessions = TrainingSession.objects.held().filter(
            cohort__course=course, cohort__trainers=trainer, starts_at__lte=timezone.now()
        )
        self.fields["session"].queryset = sessions.order_by("-starts_at", "-pk")
        for point in fidelity.POINTS:
            self.fields[point.code] = forms.ChoiceField(
                label=point.words,
                help_text=point.hint,
                choices=fidelity.MARKS,
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"{point.words}: choose yes, partly or no.",
                    "invalid_choice": f"{point.words}: choose yes, partly or no.",
                },
            )
        self.order_fields(["kind", "observed_on", "session", *fidelity.BY_CODE, "comment"])

    def clean(self):
        details = super().clean()
        checklist = {code: details.pop(code) for code in fidelity.BY_CODE if code in details}
        return {**details, "checklist": checklist}


class GrantForm(forms.Form):
    """Who made a trainer of this person, and in which group: the line in the tree."""

    trained_in = ChosenById(
        label="In which group did they become a trainer?",
        queryset=None,
        required=False,
        empty_label="None of these",
        error_messages={"invalid_choice": "Choose a group from the list."},
    )
    trained_by = ChosenById(
        label="Who trained them?",
        queryset=None,
        required=False,
        empty_label="Nobody here",
        help_text="They stand below this person in the tree.",
        error_messages={"invalid_choice": "Choose a trainer from the list."},
    )

    def __init__(self, holder, course, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = queries.groups_trained_in(holder, trainer_courses(course))
        self.fields["trained_in"].queryset = groups
        self.fields["trained_by"].queryset = possible_trainers().exclude(pk=holder.pk)
        latest = groups.first()
        if latest:
            first = next((t for t in latest.trainers.all() if t.pk != holder.pk), None)
            self.initial = {"trained_in": latest.pk, "trained_by": first.pk if first else None}


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label="Why?",
        help_text="The holder and lead trainers read it. Leave out anything about other people.",
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why.", "max_length": "Use at most 255 characters."},
    )


class RuleForm(forms.ModelForm):
    """A course that leads to a licence."""

    course = forms.ModelChoiceField(
        label="To run this course",
        queryset=None,
        to_field_name="slug",
        empty_label="Choose a course",
        error_messages={"required": "Choose a course.", "invalid_choice": "Choose a course from the list."},
    )
    trainer_course = forms.ModelChoiceField(
        label="somebody has to finish this one",
        queryset=None,
        to_field_name="slug",
        empty_label="Choose a course",
        error_messages={"required": "Choose a course.", "invalid_choice": "Choose a course from the list."},
    )

    class Meta:
        model = LicenceRule
        fields = ["course", "trainer_course"]
        error_messages = {"__all__": {"unique_together": "This rule is there already."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = self.fields["trainer_course"].queryset = live_courses()


# --- Filters ---------------------------------------------------------------------------------

#: What the list of people can be narrowed to, see queries.candidates_in.
STATES = {
    "ready": "May be licensed",
    "lacking": "Something lacks",
    "holds": "Has a valid licence",
    "ending": "Ends within 60 days",
    "ended": "Lapsed or revoked",
}


class PeopleFilter(forms.Form):
    """Search and filters of the list of people. Words that name nothing are taken as not chosen."""

    marks_optional = False
    q = forms.CharField(
        label="Search by name",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": SEARCH_LENGTH, "autocomplete": "off"}),
    )
    course = forms.ChoiceField(label="To run", required=False)
    state = forms.ChoiceField(label="Where they stand", required=False)

    def __init__(self, asked, courses):
        """asked: request.GET."""
        super().__init__()
        courses = list(courses)
        with_rule = set(LicenceRule.objects.values_list("course", flat=True))
        first = next((c for c in courses if c.pk in with_rule), courses[0] if courses else None)
        self.chosen = next((c for c in courses if c.slug == asked.get("course")), first)
        self.state = asked.get("state") if asked.get("state") in STATES else ""
        self.name = asked.get("q", "")[:SEARCH_LENGTH].replace("\0", "").strip()
        self.fields["course"].choices = [(course.slug, course.title) for course in courses]
        self.fields["state"].choices = [
            ("", "Everybody"),
            *STATES.items(),
        ]
        self.initial = {"q": self.name, "course": self.chosen and self.chosen.slug, "state": self.state}

    def as_query(self) -> str:
        """Return what was chosen for the links to other pages of the list."""
        return urlencode({name: value for name, value in self.initial.items() if value})


class TreeFilter(forms.Form):
    """Whose tree. A programme that is not there, or no number, is the whole tree."""

    marks_optional = False
    programme = forms.ChoiceField(label="Programme", required=False)

    def __init__(self, asked, programmes):
        super().__init__()
        programmes = list(programmes)
        self.chosen: Programme | None = next(
            (p for p in programmes if str(p.pk) == asked.get("programme")), None
        )
        self.fields["programme"].choices = [("", "All"), *((str(p.pk), p.name) for p in programmes)]
        self.initial = {"programme": self.chosen and str(self.chosen.pk)}

    def as_query(self) -> str:
        return f"programme={self.chosen.pk}" if self.chosen else ""


def group_to_log(trainer, asked: str) -> Cohort | None:
    """Return the trainer's own group of that id, if it is not logged yet."""
    if not (asked.isdecimal() and len(asked) <= 18):
        return None
    return queries.groups_to_log(trainer).filter(pk=asked).first()
