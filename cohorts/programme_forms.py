"""What programme managers and lead trainers fill in about a programme."""

from django import forms
from django.contrib.auth import get_user_model
from django.forms.utils import ErrorDict

from accounts.models import Sector
from accounts.roles import Role
from cohorts.forms import DayField, PeopleField
from cohorts.models import Programme

ROWS = 3  # empty rows for targets at the start
MOST_ROWS = 40
MOST_PEOPLE = 1_000_000
ADD_ROW = "add_row"  # the button that asks for one more row


def _people_with(role: Role):
    return (
        get_user_model().objects.filter(is_active=True, groups__name=role).distinct().order_by("name", "pk")
    )


def _number(label: str, most: int, **more) -> forms.IntegerField:
    wrong = f"Enter a whole number from 1 to {most:,}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-5"}
        ),
        **more,
    )


class ProgrammeForm(forms.ModelForm):
    """Facts, agreed totals, and who leads it and who may read its report."""

    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    target_people = _number("Target: people trained", MOST_PEOPLE)
    target_agencies = _number("Target: organisations", 30_000)
    target_passed_on_percent = _number("Target: per cent of people who pass it on", 100)
    leads = PeopleField(
        queryset=None,
        required=False,
        label="Lead trainers",
        help_text="They run all groups of the programme.",
        error_messages={
            "invalid_choice": "Choose lead trainers from the list.",
            "invalid_pk_value": "Choose lead trainers from the list.",
        },
    )
    funders = PeopleField(
        queryset=None,
        required=False,
        label="Funders who may read the report",
        help_text="They see numbers, and nobody by name.",
        error_messages={
            "invalid_choice": "Choose funders from the list.",
            "invalid_pk_value": "Choose funders from the list.",
        },
    )

    class Meta:
        model = Programme
        fields = [
            *("name", "summary", "funder_name", "starts_on", "ends_on"),
            *("target_people", "target_agencies", "target_passed_on_percent", "leads", "funders"),
        ]
        labels = {"name": "Name of the programme", "summary": "What it is for", "funder_name": "Funder"}
        help_texts = {"summary": "Two or three sentences. They stand in the report."}
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}
        error_messages = {
            "name": {
                "required": "Enter a name for the programme.",
                "max_length": "Use at most 120 characters.",
                "unique": "There is a programme with this name. Choose another.",
            },
            "funder_name": {"max_length": "Use at most 160 characters."},
        }

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["leads"].queryset = _people_with(Role.LEAD_TRAINER)
        self.fields["funders"].queryset = _people_with(Role.FUNDER)
        for name in ("name", "funder_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if not self.instance.pk and user.has_role(Role.LEAD_TRAINER):
            self.initial.setdefault("leads", [user.pk])

    def clean_leads(self):
        leads = self.cleaned_data["leads"]
        if self.user not in leads and not self.user.has_role(Role.PROGRAMME_MANAGER):
            raise forms.ValidationError(
                "Stay among the lead trainers, or ask a programme manager to hand it over."
            )
        return leads

    def clean(self):
        facts = super().clean()
        starts_on, ends_on = facts.get("starts_on"), facts.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day cannot be before the first day.")
        return facts


class TargetForm(forms.Form):
    """So many people of one sector or of one area. A row left empty is no target."""

    marks_optional = False
    sector = forms.ModelChoiceField(
        Sector.objects.all(),
        to_field_name="code",
        required=False,
        empty_label="Choose a sector",
        error_messages={"invalid_choice": "Choose a sector from the list."},
    )
    area = forms.CharField(
        label="Or area",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Use at most 80 characters."},
    )
    people = _number("People", MOST_PEOPLE)

    def clean(self):
        row = super().clean()
        if self.errors or not any(row.values()):
            return row
        if bool(row["sector"]) == bool(row["area"]):
            self.add_error("sector", "Choose a sector or enter an area, one of them.")
        if not row["people"]:
            self.add_error("people", "Enter how many people.")
        return row


class _TargetRows(forms.BaseFormSet):
    def clean(self):
        """Each sector and each area has one target."""
        seen = set()
        for form in self.forms:
            row = getattr(form, "cleaned_data", {})
            what = row.get("sector") or (row.get("area") or "").casefold()
            if what and what in seen:
                form.add_error("sector", "This has a target already. Keep one of the two.")
            seen.add(what)

    @property
    def targets(self) -> list[dict]:
        """The rows that are filled in."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("people")]


TargetRows = forms.formset_factory(TargetForm, formset=_TargetRows, extra=ROWS, max_num=MOST_ROWS)


def target_rows(programme: Programme | None, posted=None) -> forms.BaseFormSet:
    """Return the rows: as posted, or those there are with a few empty ones; one more if that was asked for."""
    if posted is not None:
        return TargetRows(_with_one_more(posted) if ADD_ROW in posted else posted, prefix="targets")
    rows = programme.targets.select_related("sector") if programme else []
    known = [{"sector": t.sector and t.sector.code, "area": t.area, "people": t.people} for t in rows]
    return TargetRows(initial=known, prefix="targets")


def _with_one_more(posted):
    """Return the posted form with one row more; a count that is no number stays, and the rows complain."""
    posted = posted.copy()
    count = posted.get("targets-TOTAL_FORMS", "")
    if count.isdecimal() and len(count) < 4:
        posted["targets-TOTAL_FORMS"] = str(min(int(count) + 1, MOST_ROWS))
    return posted


def not_yet_judged(*forms_shown: forms.BaseForm) -> None:
    """Keep what was typed and show no error: the person asked for a row and has not finished."""
    for form in forms_shown:
        form._errors = ErrorDict()
