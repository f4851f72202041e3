"""The record: everything that somebody learned, here and elsewhere, as one list. Four queries however many rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from certificates.models import Award, Certificate, credited
from cpd.models import Method, OutsideLearning, Reflection
from cpd.periods import Period


@dataclass(frozen=True)
class Entry:
    """One award or one piece of outside learning. Minutes are rounded down to the quarter hour, as certificates are."""

    source: Award | OutsideLearning
    title: str
    provider: str
    method: Method
    how: str  # in words
    started_on: date
    completed_on: date
    minutes: int
    participatory_minutes: int
    relates_to: str
    reflections: tuple[Reflection, ...]

    @property
    def award(self) -> Award | None:
        return self.source if isinstance(self.source, Award) else None

    @property
    def outside(self) -> OutsideLearning | None:
        return None if self.award else self.source

    @property
    def is_counted(self) -> bool:
        """A revoked award stays in the list, and counts for nothing."""
        return not (self.award and self.award.revoked_at)

    @property
    def certificate(self) -> Certificate | None:
        return self.award.certificate if self.award else None

    @property
    def has_reflection(self) -> bool:
        return bool(self.reflections)

    @property
    def has_peer_reflection(self) -> bool:
        return any(reflection.peer.strip() for reflection in self.reflections)

    @property
    def is_told(self) -> bool:
        """Whether it says what was learned and what that changed."""
        return any(r.learned.strip() and r.practice.strip() for r in self.reflections)

    @property
    def evidence(self) -> str:
        """What could be shown for it, in words; empty if nothing."""
        if self.certificate and self.certificate.is_issued:
            return f"Certificate {self.certificate.number}"
        return self.outside.evidence_name if self.outside else ""


@dataclass(frozen=True)
class Record:
    """What of a person's learning falls into a period, the latest first."""

    period: Period
    entries: tuple[Entry, ...]

    @property
    def counted(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_counted]

    @property
    def in_order(self) -> list[Entry]:
        """What counts, the earliest first."""
        return sorted(self.counted, key=lambda entry: (entry.completed_on, entry.started_on, entry.title))

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.counted)

    @property
    def participatory_minutes(self) -> int:
        return sum(entry.participatory_minutes for entry in self.counted)

    def narrowed(self, period: Period) -> "Record":
        return Record(period, tuple(period.within(self.entries)))


def record_of(owner, period: Period) -> Record:
    """Return the owner's record of `period`."""
    reflections = _reflections_of(owner)
    awards = (_of_award(award, reflections) for award in Award.objects.of(owner).with_certificates())
    outside = (_of_outside(row, reflections) for row in OutsideLearning.objects.of(owner))
    entries = sorted(
        (*awards, *outside), key=lambda entry: (entry.completed_on, entry.started_on), reverse=True
    )
    return Record(period, tuple(period.within(entries)))


def _reflections_of(owner) -> dict[tuple[str, int], list[Reflection]]:
    by_source = defaultdict(list)
    for reflection in Reflection.objects.of(owner):
        by_source[
            "award" if reflection.award_id else "outside", reflection.award_id or reflection.outside_id
        ].append(reflection)
    return by_source


def _of_award(award: Award, reflections) -> Entry:
    activity = award.activity
    return Entry(
        source=award,
        title=activity.title,
        provider=activity.provider_name,
        method=method_of(activity.delivery, award.participatory_minutes),
        how=activity.delivery,
        started_on=award.started_on,
        completed_on=award.completed_on,
        minutes=award.credited_minutes,
        participatory_minutes=award.credited_participatory_minutes,
        relates_to="",
        reflections=tuple(reflections["award", award.pk]),
    )


def _of_outside(row: OutsideLearning, reflections) -> Entry:
    return Entry(
        source=row,
        title=row.title,
        provider=row.provider,
        method=Method(row.method),
        how=row.get_method_display(),
        started_on=row.started_on,
        completed_on=row.completed_on,
        minutes=credited(row.minutes),
        participatory_minutes=credited(row.participatory_minutes),
        relates_to=row.relates_to,
        reflections=tuple(reflections["outside", row.pk]),
    )


def method_of(delivery: str, participatory_minutes: int) -> Method:
    """A course of ours as one of the ways to learn: alone on the screen, or with other people."""
    return Method.ONLINE if "learning" in delivery.lower() and not participatory_minutes else Method.COURSE


def reflections_in(entries: Iterable[Entry]) -> list[tuple[Entry, Reflection]]:
    """Return each reflection with what it is about, in the order in which they were written."""
    pairs = [(entry, reflection) for entry in entries for reflection in entry.reflections]
    return sorted(pairs, key=lambda pair: (pair[1].written_at, pair[1].pk))
