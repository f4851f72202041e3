"""The form in which a trainer plans a session. Times are typed and shown by the session's own clock."""

import uuid
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from accounts.models import Sector
from bookings.fields import ClockField, PeopleCountField, words_field
from bookings.models import TrainingSession, Venue
from bookings.times import BadLine, NoSuchTime, lines, moment, parse_breaks
from cohorts.forms import DayField

MOST_BREAKS, MOST_MATERIALS = 12, 30
FIRST_DAY = date(2000, 1, 1)
YEARS_AHEAD = 5
LAST_MINUTE = time(23, 59)
LONGEST = timedelta(hours=24)
#: Where most sessions take place: these islands and their neighbours.
USUAL_ZONES = (
    "Europe/London", "Europe/Belfast", "Europe/Dublin", "Europe/Jersey", "Europe/Guernsey", "Europe/Isle_of_Man",
    "Europe/Paris", "Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Madrid", "Europe/Rome",
    "Europe/Warsaw", "Europe/Bucharest",
)  # fmt: skip


def time_zones(present: str) -> list[tuple[str, str]]:
    """Return the usual ones first, then every other place of the time-zone database, and the one chosen before."""
    places = sorted(n for n in zoneinfo.available_timezones() if "/" in n and not n.startswith("Etc/"))
    names = dict.fromkeys([*USUAL_ZONES, "UTC", *places, present])
    return [(name, name.replace("_", " ")) for name in names]


class SessionForm(forms.Form):
    """A session as its trainer plans it. `details` is what the service takes."""

    title = words_field(
        "Name of the session",
        longest=120,
        hint="For example Trainer day, or Session 2.",
        missing="Enter a name.",
    )
    day = DayField(label="Date")
    starts = ClockField(
        label="Starts at",
        help_text="For example 10:00.",
        error_messages={"required": "Enter when it starts."},
    )
    ends = ClockField(
        label="Ends at", help_text="For example 13:00.", error_messages={"required": "Enter when it ends."}
    )
    ends_next_day = forms.BooleanField(label="It ends on the next day", required=False)
    breaks = words_field(
        "Breaks",
        rows=3,
        longest=1000,
        required=False,
        hint="One on each line: when it starts and how many minutes, for example 11:15 15. Breaks do not count as learning.",
    )
    time_zone = forms.ChoiceField(label="Time zone", help_text="Where the clocks are that show these times.")
    venue = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="No venue",
        help_text="Is it missing? A programme manager adds venues in the CMS.",
        error_messages={"invalid_choice": "Choose a venue from the list."},
    )
    online_link = forms.URLField(
        label="Online link",
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text="People with a place see it from the day before.",
        error_messages={"invalid": "Enter a full web address, for example https://meet.example.org/room."},
    )
    joining_notes = words_field(
        "Joining notes", rows=4, required=False, hint="What to bring, where to park, how to get in."
    )
    capacity = PeopleCountField(label="Places", least=1)
    quotas_released_on = DayField(label="Held places are released on")
    who_may_book = forms.ChoiceField(
        label="Who may book",
        choices=TrainingSession.WhoMayBook,
        initial=TrainingSession.WhoMayBook.MEMBERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who may book.", "invalid_choice": "Choose who may book."},
    )
    needs_approval = forms.BooleanField(
        label="A trainer approves each booking", required=False, help_text="Until then it takes no place."
    )
    closes_on = DayField(label="Last day for booking")
    closes = ClockField(label="Until", required=False, help_text="Empty: the end of that day.")
    safeguarding_lead = words_field(
        "Safeguarding lead",
        longest=160,
        required=False,
        hint="Name, and how to reach them during the session.",
    )
    disclosure_procedure = words_field(
        "If somebody discloses",
        rows=4,
        required=False,
        hint="What trainers do when somebody tells of their own experience.",
    )
    quiet_room = words_field(
        "Quiet room",
        longest=160,
        required=False,
        hint="Where people can take a break. Online: a room of its own.",
    )
    materials = words_field(
        "Materials",
        rows=3,
        required=False,
        hint="One on each line: a name, then its web address.",
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, *args, session: TrainingSession | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.session = session
        self.fields["day"].required = True
        self.fields["day"].error_messages["required"] = "Enter the date."
        self.fields["venue"].queryset = Venue.objects.all()
        self.fields["time_zone"].choices = time_zones(session.time_zone if session else "Europe/London")
        self.sectors = list(Sector.objects.all())
        for sector in self.sectors:
            self.fields[f"least{sector.pk}"] = PeopleCountField(
                label=f"{sector}: places held", required=False
            )
            self.fields[f"most{sector.pk}"] = PeopleCountField(
                label=f"{sector}: places at most", required=False
            )
        if session:
            self.initial = _as_typed(session) | self.initial

    def clean_form_key(self):
        return self.cleaned_data["form_key"] or uuid.uuid4()

    def clean_breaks(self):
        try:
            found = parse_breaks(self.cleaned_data["breaks"])
        except BadLine as problem:
            raise ValidationError(str(problem)) from problem
        if len(found) > MOST_BREAKS:
            raise ValidationError(f"Enter at most {MOST_BREAKS} breaks.")
        return found

    def clean_materials(self):
        is_address = URLValidator(schemes=["http", "https"])
        found = []
        for number, line in lines(self.cleaned_data["materials"]):
            title, _, address = line.rpartition(" ")
            try:
                is_address(address)
            except ValidationError:
                raise ValidationError(
                    f"Line {number}: enter a name and a web address, for example Agenda https://example.org/agenda."
                ) from None
            if len(address) > 200 or len(title) > 120:
                raise ValidationError(f"Line {number} is too long: a name has at most 120 characters.")
            found.append({"title": title.strip() or address[:120], "url": address})
        if len(found) > MOST_MATERIALS:
            raise ValidationError(f"Enter at most {MOST_MATERIALS} materials.")
        return found

    def clean(self):
        typed = super().clean()
        self._place(typed)
        self._quotas(typed)
        self._safety(typed)
        zone = zoneinfo.ZoneInfo(typed.get("time_zone") or "Europe/London")
        self.first_day = self.last_day = typed.get("day")  # an error beside the day takes it out of `typed`
        if self.first_day and typed.get("ends_next_day"):
            self.last_day = self.first_day + timedelta(days=1)
        self.starts_at = self._moment("starts", self.first_day, typed.get("starts"), zone)
        self.ends_at = self._moment("ends", self.last_day, typed.get("ends"), zone)
        self._times()
        self.breaks = self._breaks(typed, zone)
        self._bookings(typed, zone)
        return typed

    def _moment(self, name: str, day: date | None, clock: time | None, zone) -> datetime | None:
        """Return the moment in UTC, or put the error beside the field."""
        if day is None or clock is None:
            return None
        if not FIRST_DAY <= day <= timezone.localdate() + timedelta(days=366 * YEARS_AHEAD):
            where = "day" if name in ("starts", "ends") else "closes_on"
            if not self.has_error(where):
                self.add_error(where, f"Enter a date within the next {YEARS_AHEAD} years.")
            return None
        try:
            return moment(day, clock, zone)
        except NoSuchTime as problem:
            self.add_error(name, str(problem))
            return None

    def _times(self) -> None:
        if self.starts_at is None:
            return
        is_moved = self.session is None or self.session.starts_at != self.starts_at
        if is_moved and self.starts_at <= timezone.now():
            self.add_error("day", "This is in the past. Enter a date and time to come.")
        if self.ends_at and self.ends_at <= self.starts_at:
            self.add_error(
                "ends", "The end must be later than the start. Is it after midnight? Then tick the box below."
            )
        if self.ends_at and self.ends_at - self.starts_at > LONGEST:
            self.add_error("ends", "A session lasts 24 hours at most.")

    def _breaks(self, typed, zone) -> list[dict]:
        """Return the breaks as the model has them; each must lie within the session and after the last."""
        if not (self.starts_at and self.ends_at and self.ends_at > self.starts_at):
            return []
        found = []
        free_from = self.starts_at
        for day, clock, minutes in sorted(self._break_days(typed, zone)):
            at = self._moment("breaks", day, clock, zone)
            if at is None:
                return []
            end = at + timedelta(minutes=minutes)
            if at < self.starts_at or end > self.ends_at:
                self.add_error("breaks", f"The break at {clock:%H:%M} is outside the session.")
            elif at < free_from:
                self.add_error("breaks", f"The break at {clock:%H:%M} begins before the one before it ends.")
            free_from = max(free_from, end)
            found.append({"starts_at": at, "minutes": minutes})
        if sum(row["minutes"] for row in found) * 60 >= (self.ends_at - self.starts_at).total_seconds():
            self.add_error("breaks", "Breaks leave no time for the session.")
        return found

    def _break_days(self, typed, zone) -> list[tuple[date, time, int]]:
        """Say on which day each break is: earlier by the clock than the start is after midnight."""
        starts = self.starts_at.astimezone(zone).time()
        return [
            (self.last_day if clock < starts else self.first_day, clock, minutes)
            for clock, minutes in typed.get("breaks") or []
        ]

    def _place(self, typed) -> None:
        venue, link, capacity = typed.get("venue"), typed.get("online_link"), typed.get("capacity")
        if self.has_error("venue") or self.has_error("online_link"):
            return
        if not venue and not link:
            self.add_error("venue", "Choose a venue, or enter an online link.")
        if venue and venue.is_online and not link:
            self.add_error("online_link", f"{venue} is online: enter the link.")
        if venue and venue.capacity and capacity and capacity > venue.capacity:
            self.add_error("capacity", f"{venue} holds {venue.capacity} people.")

    def _quotas(self, typed) -> None:
        self.quotas, held = [], 0
        for sector in self.sectors:
            least, most = typed.get(f"least{sector.pk}") or 0, typed.get(f"most{sector.pk}")
            if most is not None and most < least:
                self.add_error(f"most{sector.pk}", f"{sector}: this is less than the places held.")
            if least or most is not None:
                self.quotas.append({"sector": sector, "minimum": least, "maximum": most})
            held += least
        capacity = typed.get("capacity")
        if capacity and held > capacity:
            self.add_error("capacity", f"{held} places are held for sectors: there must be as many or more.")

    def _safety(self, typed) -> None:
        """What is open for booking keeps its safety plan."""
        if self.session is None or self.session.bookings_open_at is None:
            return
        for name in ("safeguarding_lead", "disclosure_procedure", "quiet_room"):
            if not typed.get(name) and not self.has_error(name):
                self.add_error(name, "Bookings are open: the safety plan must be complete.")

    def _bookings(self, typed, zone) -> None:
        """Work out when bookings close and when held places are released."""
        day, clock = typed.get("closes_on"), typed.get("closes")
        if clock and not day and not self.has_error("closes_on"):
            self.add_error("closes_on", "Enter the day, or leave the time empty.")
        self.closes_at = self._moment("closes", day, clock or LAST_MINUTE, zone)
        if clock is None and self.closes_at and self.starts_at:
            self.closes_at = min(self.closes_at, self.starts_at)
        if self.closes_at and self.starts_at and (day > self.first_day or self.closes_at > self.starts_at):
            self.add_error("closes_on", "Bookings cannot close after the session starts.")
        elif self.closes_at and self._is_news("bookings_close_at", self.closes_at):
            self.add_error("closes_on", "This is in the past.")
        released_on = typed.get("quotas_released_on")
        self.released_at = None
        if released_on and self.first_day:
            if not FIRST_DAY <= released_on <= self.first_day:
                self.add_error("quotas_released_on", "Enter a day before the session.")
            else:
                self.released_at = datetime.combine(released_on, time.min, tzinfo=zone).astimezone(UTC)

    def _is_news(self, name: str, value: datetime) -> bool:
        """Whether a moment that has passed was typed now, and not kept from before."""
        kept = getattr(self.session, name) if self.session else None
        return value <= timezone.now() and (kept is None or abs(kept - value) >= timedelta(minutes=1))

    @property
    def details(self) -> dict:
        """Return what create_session and change_session take."""
        same = (
            "title", "time_zone", "venue", "online_link", "joining_notes", "capacity", "who_may_book",
            "needs_approval", "safeguarding_lead", "disclosure_procedure", "quiet_room", "materials",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in same} | {
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "bookings_close_at": self.closes_at,
            "quotas_released_at": self.released_at,
            "breaks": self.breaks,
            "quotas": self.quotas,
        }

    def quota_rows(self) -> list[dict]:
        """Return the table of places by sector, drawn cell by cell."""
        return [
            {
                "sector": sector,
                "least": self._cell(f"least{sector.pk}"),
                "most": self._cell(f"most{sector.pk}"),
            }
            for sector in self.sectors
        ]

    def _cell(self, name: str) -> dict:
        bound = self[name]
        cell = {
            "id": bound.auto_id,
            "name": bound.html_name,
            "value": "" if bound.value() is None else bound.value(),
            "label": {"text": bound.label, "classes": "govuk-visually-hidden"},
            "classes": "govuk-input--width-3",
            "inputmode": "numeric",
            "autocomplete": "off",
        }
        return cell | ({"errorMessage": {"text": " ".join(bound.errors)}} if bound.errors else {})

    def has_quotas(self) -> bool:
        """Whether the table of places by sector should stand open."""
        names = [f"{kind}{sector.pk}" for sector in self.sectors for kind in ("least", "most")]
        return any(self[name].value() not in (None, "") or self[name].errors for name in names)


def _as_typed(session: TrainingSession) -> dict:
    """Return the session as the form shows it."""
    zone = session.zone
    closes = session.bookings_close_at and session.bookings_close_at.astimezone(zone)
    released = session.quotas_released_at and session.quotas_released_at.astimezone(zone)
    quotas = {}
    for quota in session.quotas.all():
        quotas[f"least{quota.sector_id}"] = quota.minimum or None
        quotas[f"most{quota.sector_id}"] = quota.maximum
    kept = (
        "title", "time_zone", "venue", "online_link", "joining_notes", "capacity", "who_may_book",
        "needs_approval", "safeguarding_lead", "disclosure_procedure", "quiet_room",
    )  # fmt: skip
    return (
        quotas
        | {name: getattr(session, name) for name in kept}
        | {
            "day": session.local_start.date(),
            "starts": f"{session.local_start:%H:%M}",
            "ends": f"{session.local_end:%H:%M}",
            "ends_next_day": session.local_end.date() > session.local_start.date(),
            "breaks": "\n".join(
                f"{b.starts_at.astimezone(zone):%H:%M} {b.minutes}" for b in session.breaks.all()
            ),
            "materials": "\n".join(f"{m.title} {m.url}" for m in session.materials.all()),
            "closes_on": closes and closes.date(),
            "closes": closes and f"{closes:%H:%M}",
            "quotas_released_on": released and released.date(),
        }
    )
