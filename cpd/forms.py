"""What a professional enters: a period, learning done elsewhere, a reflection, whom they answer to."""

from django import forms
from django.utils import timezone

from cascade.forms import OncePerForm, PastDay
from cohorts.forms import DayField
from cpd import guard
from cpd.evidence import MOST_FILES, EvidenceRefused, extension_of
from cpd.guard import Finding, Kind
from cpd.models import LONGEST_MINUTES, Method, OutsideLearning, Reflection, Regulator
from cpd.periods import ALL, CUSTOM, NAMES, Period, presets
from cpd.prompts import LONG_PROMPTS, PROMPTS

TEXT_LENGTH = 4000
RELATES_LENGTH = 500  # it stands in a cell of a table
NONE, WHOLE, PART = "none", "all", "part"


def _plain(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()


class PeriodForm(forms.Form):
    """Which days to count. `chosen` is always a period: the given start where nothing sensible was asked for."""

    marks_optional = False
    period = forms.ChoiceField(label="Period", choices=list(NAMES.items()))

    def __init__(self, data=None, *, start: str = ALL):
        asked = data if data is not None and data.get("period") else None
        super().__init__(asked, initial={"period": start})
        self.start = start
        self.fields["from"] = DayField(label="From")
        self.fields["to"] = DayField(label="To")
        for name in ("from", "to"):
            self.fields[name].help_text = "Only for days that you choose." if name == "from" else ""

    def clean(self):
        data = super().clean()
        if data.get("period") == CUSTOM:
            for name in ("from", "to"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Enter the day, for example 27/3/2026.")
            first, last = data.get("from"), data.get("to")
            if first and last and first > last:
                self.add_error("to", "The last day must not be before the first.")
        return data

    @property
    def chosen(self) -> Period:
        found = presets(timezone.localdate())
        if not self.is_valid():
            return found[self.start]
        data = self.cleaned_data
        if data["period"] == CUSTOM:
            return Period(CUSTOM, data["from"], data["to"])
        return found[data["period"]]


class LooksTwice(forms.Form):
    """Warns once when a text looks like somebody's details, keeps what was typed, and lets the writer go on.

    The first sending is stopped with `findings`; the second, by the button that says so, carries in `seen` what
    was pointed out. Anything that was added since is pointed out again.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    looked_at: dict[str, tuple[Kind, ...]] = {}  # field -> kinds that are no matter there
    findings: tuple[tuple[str, Finding], ...] = ()

    def needs_second_look(self) -> bool:
        """Whether to show the form again with a warning. Call it on a valid form."""
        this_year = timezone.localdate().year
        self.findings = tuple(
            (name, finding)
            for name, ignored in self.looked_at.items()
            for finding in guard.look(
                self.cleaned_data.get(name) or "", this_year=this_year, leave_out=ignored
            )
        )
        mark = guard.fingerprint(self.findings)
        went_on = "go_on" in self.data
        already = set(self.cleaned_data["seen"].split("|")) if went_on else set()
        if not self.findings or set(mark.split("|")) <= already:
            return False
        self.data = self.data.copy()
        self.data["seen"] = mark
        return True

    @property
    def warnings(self) -> list[dict[str, str]]:
        """Lines for the box above the form, each linked to its field."""
        return [
            {
                "text": f"“{finding.text}” looks like {finding.kind.value} ({self.fields[name].label})",
                "href": f"#{self[name].auto_id}",
            }
            for name, finding in self.findings
        ]


def _amount(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input--width-3", "autocomplete": "off"}
        ),
        error_messages={
            "invalid": "Enter a whole number.",
            "min_value": "Enter 0 or more.",
            "max_value": f"Enter {most} or less.",
        },
    )


class LearningForm(LooksTwice, OncePerForm, forms.ModelForm):
    """Learning done elsewhere. What is asked first is all that is needed; the rest can wait."""

    marks_optional = False
    looked_at = {"title": (Kind.NAME,), "relates_to": ()}
    completed_on = PastDay(label="Day you finished it")
    started_on = DayField(label="First day, if it took several days")
    hours = _amount("Hours", LONGEST_MINUTES // 60)
    minutes_more = _amount("Minutes", 59)
    with_others = forms.ChoiceField(
        label="How much of it was participatory?",
        help_text="That is, you learned together with other professionals.",
        choices=[(NONE, "None of it"), (WHOLE, "All of it"), (PART, "Part of it")],
        initial=NONE,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        error_messages={"required": "Choose how much.", "invalid_choice": "Choose how much."},
    )
    participatory_hours = _amount("Hours together", LONGEST_MINUTES // 60)
    participatory_more = _amount("Minutes together", 59)
    file = forms.FileField(
        label="Evidence",
        required=False,
        help_text="PDF, JPEG, PNG or Word (.docx), at most 5 MB. Only you can open it.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx"}),
        error_messages={
            "empty": "The file is empty. Choose another.",
            "max_length": "The name of the file is too long. Give it a shorter one.",
        },
    )
    drop_file = forms.BooleanField(label="Remove the evidence", required=False)
    field_order = ["title", "method", "completed_on", "hours", "minutes_more", "with_others", "participatory_hours",
                   "participatory_more", "provider", "started_on", "relates_to", "file", "drop_file"]  # fmt: skip
    first_names = ("title", "method", "completed_on")
    more_names = ("provider", "started_on", "relates_to", "file", "drop_file")

    class Meta:
        model = OutsideLearning
        fields = ["title", "method", "provider", "relates_to"]
        labels = {
            "title": "What you did",
            "method": "How you learned",
            "provider": "Who offered it",
            "relates_to": "Part of your Code or standards that it relates to",
        }
        help_texts = {
            "title": "For example, Safeguarding adults: level 3.",
            "relates_to": "In your own words. You can leave this for later.",
        }
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "provider": forms.TextInput(attrs={"autocomplete": "organization"}),
            "method": forms.Select,
            "relates_to": forms.Textarea(attrs={"rows": 3}),
        }
        error_messages = {
            "title": {"required": "Enter what you did.", "max_length": "Use at most 200 characters."},
            "method": {"required": "Choose how you learned.", "invalid_choice": "Choose from the list."},
            "provider": {"max_length": "Use at most 160 characters."},
        }

    def __init__(self, owner, data=None, files=None, *, instance: OutsideLearning | None = None):
        instance = instance or OutsideLearning(owner=owner)
        super().__init__(data, files, instance=instance, initial=_as_entered(instance))
        self.fields["method"].choices = [("", "Choose how"), *Method.choices]
        if not instance.evidence:
            del self.fields["drop_file"]

    # --- The parts of the page -------------------------------------------------------------------
    @property
    def first_fields(self):
        return [self[name] for name in self.first_names]

    @property
    def time_fields(self):
        return [self["hours"], self["minutes_more"]]

    @property
    def together_fields(self):
        return [self["participatory_hours"], self["participatory_more"]]

    @property
    def more_fields(self):
        return [self[name] for name in self.more_names if name in self.fields]

    @property
    def is_open(self) -> bool:
        """Whether the fields that can wait have something in them, or something wrong."""
        return bool(self.is_bound or self.instance.pk)

    # --- Checks ----------------------------------------------------------------------------------
    def clean_title(self):
        return _plain(self.cleaned_data["title"])

    def clean_provider(self):
        return _plain(self.cleaned_data["provider"])

    def clean_relates_to(self):
        text = _plain(self.cleaned_data["relates_to"])
        if len(text) > RELATES_LENGTH:
            raise forms.ValidationError(f"Use at most {RELATES_LENGTH} characters.")
        return text

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file:
            return None
        try:
            extension_of(file)
        except EvidenceRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        others = (
            OutsideLearning.objects.of(self.instance.owner).exclude(evidence="").exclude(pk=self.instance.pk)
        )
        if others.count() >= MOST_FILES:
            raise forms.ValidationError(
                f"Your record has {MOST_FILES} files, the most that it holds. Remove one first."
            )
        return file

    def clean(self):
        data = super().clean()
        self._clean_days(data)
        total = self._minutes(data, "hours", "minutes_more")
        if total is not None and not 1 <= total <= LONGEST_MINUTES:
            self.add_error("hours", "Enter how long it took, in hours, minutes or both.")
        elif total is not None and "with_others" in data:
            self._clean_together(data, total)
        return data

    def _clean_days(self, data):
        first, last = data.get("started_on"), data.get("completed_on")
        if first and last and first > last:
            self.add_error("started_on", "The first day must not be after the day you finished.")
        if last and "started_on" not in self.errors:
            self.instance.started_on, self.instance.completed_on = first or last, last

    def _minutes(self, data, hours: str, minutes: str) -> int | None:
        """Return the time of two fields, None if one of them is wrong."""
        if hours in self.errors or minutes in self.errors:
            return None
        return (data.get(hours) or 0) * 60 + (data.get(minutes) or 0)

    def _clean_together(self, data, total: int):
        part = {NONE: 0, WHOLE: total}.get(data["with_others"])
        if part is None:
            part = self._minutes(data, "participatory_hours", "participatory_more")
            if part is not None and not 1 <= part <= total:
                self.add_error("participatory_hours", "Enter how much of it, not more than it took in all.")
                return
        self.instance.minutes, self.instance.participatory_minutes = total, part or 0


def _as_entered(entry: OutsideLearning) -> dict:
    """Return what the fields show of a row: its times in hours and minutes, today for a new one."""
    if entry.pk is None:
        return {"completed_on": timezone.localdate()}
    part = entry.participatory_minutes
    whole = WHOLE if part == entry.minutes else PART
    shown = {
        "completed_on": entry.completed_on,
        "started_on": entry.started_on if entry.started_on != entry.completed_on else None,
        "hours": entry.minutes // 60,
        "minutes_more": entry.minutes % 60,
        "with_others": whole if part else NONE,
    }
    if part and whole == PART:
        shown |= {"participatory_hours": part // 60, "participatory_more": part % 60}
    return shown


class ReflectionForm(LooksTwice, OncePerForm, forms.ModelForm):
    """The holder's own words. Any of the prompts may stay empty, not all."""

    marks_optional = False
    looked_at = dict.fromkeys(PROMPTS, ())

    class Meta:
        model = Reflection
        fields = list(PROMPTS)
        widgets = {
            name: forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}) for name in LONG_PROMPTS
        } | {"peer_role": forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"})}
        error_messages = {"peer_role": {"max_length": "Use at most 120 characters."}}

    def __init__(self, data=None, *, instance: Reflection):
        super().__init__(data, instance=instance)
        for name, (label, hint) in PROMPTS.items():
            self.fields[name].label, self.fields[name].help_text = label, hint

    def clean(self):
        data = super().clean()
        for name in PROMPTS:
            data[name] = _plain(data.get(name) or "")
        for name in LONG_PROMPTS:
            if len(data[name]) > TEXT_LENGTH:
                self.add_error(name, f"Use at most {TEXT_LENGTH:,} characters.")
        if not self.errors and not any(data[name] for name in LONG_PROMPTS):
            self.add_error("learned", "Write something under at least one of the questions.")
        return data


class RegulatorForm(forms.Form):
    """Whom the record is for. Optional, and changed at any time."""

    marks_optional = False
    regulator = forms.ChoiceField(
        label="Who asks for your CPD?",
        choices=[*Regulator.choices, ("none", "Nobody, or somebody else")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose one of the answers.",
            "invalid_choice": "Choose one of the answers.",
        },
    )

    def clean_regulator(self) -> str:
        value = self.cleaned_data["regulator"]
        return "" if value == "none" else value
