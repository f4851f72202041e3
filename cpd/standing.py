"""Where a record stands against what a body asks for: in words, and how far, in per cent. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from certificates.dates import add_months
from cpd.models import Regulator
from cpd.record import Entry, Record
from cpd.rules import HCPC_TYPES, RULES, Rule
from trainingsite.lib.templatetags.gds import day, hours


@dataclass(frozen=True)
class Line:
    """One thing that is asked for. percent: 0 to 100, None where there is nothing to fill."""

    words: str
    is_met: bool
    percent: int | None = None


def standing(rule: Rule, record: Record, today: date) -> list[Line]:
    """Return one line for each thing that `rule` puts a number on, for the record of the rule's period."""
    lines = []
    if rule.minutes:
        lines.append(_amount("hours", rule.minutes, record.minutes, rule.short))
    if rule.participatory_minutes:
        lines.append(
            _amount(
                "participatory hours", rule.participatory_minutes, record.participatory_minutes, rule.short
            )
        )
    if rule.accounts:
        lines.append(_accounts(rule, record))
    if rule.pieces:
        lines += _pieces(rule, record)
    if rule.gap_months:
        lines += [Line(gap.words, is_met=False) for gap in gaps(record, rule.gap_months, today)] or [
            Line(f"No gap of {rule.gap_months} months or more.", is_met=True)
        ]
    if rule.types:
        lines.append(_mix(rule, record))
    if rule.credits:
        lines.append(_credits(rule, record))
    return lines


def _share(has: float, needs: float) -> int:
    return min(100, int(100 * has / needs))


def _amount(what: str, needs: int, has: int, whom: str) -> Line:
    words = f"You need {needs // 60} {what} for {whom}; you have {hours(has)}."
    return Line(words, has >= needs, _share(has, needs))


def _accounts(rule: Rule, record: Record) -> Line:
    written = sum(len(entry.reflections) for entry in record.counted)
    return Line(
        f"You need {rule.accounts} written reflective accounts; you have {written}.",
        written >= rule.accounts,
        _share(written, rule.accounts),
    )


def _pieces(rule: Rule, record: Record) -> list[Line]:
    told = [entry for entry in record.counted if entry.is_told]
    with_peer = [entry for entry in told if entry.has_peer_reflection]
    return [
        Line(
            f"You need {rule.pieces} pieces that say what you learned and what it changed; you have {len(told)}.",
            len(told) >= rule.pieces,
            _share(len(told), rule.pieces),
        ),
        Line(
            f"You need {rule.peer_pieces} of them with a peer reflection; you have {len(with_peer)}.",
            len(with_peer) >= rule.peer_pieces,
            _share(len(with_peer), rule.peer_pieces),
        ),
    ]


def _mix(rule: Rule, record: Record) -> Line:
    types = mix(record)
    listed = ", ".join(f"{name} {count}" for name, count in types.items()) or "none yet"
    return Line(
        f"You need {rule.types} types of learning or more; you have {listed}.", len(types) >= rule.types
    )


def mix(record: Record) -> dict[str, int]:
    """Return how often each of HCPC's types of learning stands in the record, the most frequent first."""
    return dict(Counter(HCPC_TYPES[entry.method] for entry in record.counted).most_common())


def _credits(rule: Rule, record: Record) -> Line:
    minutes = credit_minutes(record)
    needs = rule.credits * 60
    words = f"The usual guide is {rule.credits} credits a year; you can claim {as_credits(minutes)}."
    return Line(words, minutes >= needs, _share(minutes, needs))


def earns_credits(entry: Entry) -> bool:
    """An hour is a credit only with a reflective note; see the source of the RCGP rule."""
    return entry.is_counted and entry.has_reflection


def credit_minutes(record: Record) -> int:
    return sum(entry.minutes for entry in record.counted if earns_credits(entry))


def as_credits(minutes: int) -> str:
    """Return credits to the quarter: 75 minutes are 1.25, less than a quarter of an hour is none."""
    return f"{minutes // 15 * 0.25:g}"


@dataclass(frozen=True)
class Gap:
    """Days without any learning; both days had some, or bound the period."""

    first: date
    last: date

    @property
    def words(self) -> str:
        return f"Nothing from {day(self.first)} to {day(self.last)}: say why, for example leave or illness."


def gaps(record: Record, months: int, today: date) -> list[Gap]:
    """Return the stretches of `months` or more without learning, from the period's start to its end or today."""
    period = record.period
    spans = sorted((entry.started_on, entry.completed_on) for entry in record.counted)
    last = min(period.last or today, today)
    if not spans and period.first is None:
        return []
    so_far = period.first or spans[0][0]
    found = []
    for start, end in [*spans, (last, last)]:
        if start >= add_months(so_far, months):
            found.append(Gap(so_far, start))
        so_far = max(so_far, end)
    return found


def standing_of(regulator: Regulator | str, record: Record, today: date) -> list[Line]:
    return standing(RULES[str(regulator)], record, today)
