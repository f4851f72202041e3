"""Item analysis of a quiz: from its attempts to a report of plain values, kept until the attempts change.

Attempts may hold different questions, so each question is measured against the rest of the attempts that held
it: r is the share, per cent, of the marks possible on the rest. Where everybody has the same questions this is
the usual rest score but for its unit, which no correlation sees.

Internal consistency needs slots that are the same for all: the questions, where everybody has the same ones;
otherwise the places (first question, second question, …), if each carries the same marks in every attempt.
Effective weights are weights of questions, so they are given in the first case alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.db.models import QuerySet

from accounts.models import Sector
from quizzes.answer_tables import AnswerTable, Tally, answer_tables
from quizzes.chosen import Held, Marks, Which, chosen_attempts, read_marks, signature
from quizzes.content import ItemContent
from quizzes.flags import Flag, flags_of, sector_flag, weights_flag
from quizzes.models import Attempt, ItemVersion, Quiz
from quizzes.statistics import (
    ItemNumbers,
    MantelHaenszel,
    Reliability,
    ScoreNumbers,
    Weight,
    effective_weights,
    item_numbers,
    mantel_haenszel,
    reliability,
    score_numbers,
    thirds,
)

#: Below so many attempts the numbers say more about chance than about the question.
ENOUGH = 30
#: Per cent; above the first good, below the second poor.
GOOD_CONSISTENCY, POOR_CONSISTENCY = 75, 64
#: No group smaller than this is ever shown.
SMALLEST_GROUP = 5
#: A new sector of a learner shows after this time, new attempts and corrections at once. Seconds.
KEPT_FOR = 15 * 60
#: Change it when the report changes its shape: an older one is not read.
SHAPE = 1


@dataclass(frozen=True)
class VersionReport:
    """One version of a question. numbers are None and tables empty below ENOUGH attempts."""

    number: int
    n: int
    stem: str
    numbers: ItemNumbers | None
    tables: tuple[AnswerTable, ...]


@dataclass(frozen=True)
class SectorRow:
    """People of one sector. facility: per cent.  difference: None for small groups and the last, mixed one."""

    name: str
    n: int
    facility: float
    difference: MantelHaenszel | None

    @property
    def in_words(self) -> str:
        if self.difference is None:
            return "Too few to compare"
        if self.difference.grade is None:
            return "Cannot be compared: all are right, or none"
        if self.difference.grade == "A":
            return "No difference that matters"
        word = "harder" if self.difference.delta < 0 else "easier"
        return f"Much {word}" if self.difference.grade == "C" else f"Somewhat {word}"


@dataclass(frozen=True)
class QuestionReport:
    """One question with all its versions. numbers: None below ENOUGH attempts; all are per cent.

    facility: the one of `numbers`, but told from fewer attempts on where the report was asked to.
    intended_weight: of the marks possible.  effective_weight: None where questions are drawn, see above.
    """

    item_id: int
    code: str
    stem: str
    type_name: str
    n: int
    facility: float | None
    numbers: ItemNumbers | None
    intended_weight: float
    effective_weight: float | None
    versions: tuple[VersionReport, ...]
    sectors: tuple[SectorRow, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class QuizReport:
    """scores: per cent; None below ENOUGH attempts.  is_fixed: everybody had the same questions.

    is_comparable: there are slots for the reliability.
    """

    n: int
    scores: ScoreNumbers | None
    reliability: Reliability
    is_fixed: bool
    is_comparable: bool
    questions: tuple[QuestionReport, ...]

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def consistency_in_words(self) -> str:
        found = self.reliability.consistency
        if found is None:
            return ""
        if found > GOOD_CONSISTENCY:
            return "The internal consistency is good: the questions measure one thing."
        if found >= POOR_CONSISTENCY:
            return "The internal consistency is fair. Start with the questions of low discrimination."
        return (
            "The internal consistency is poor: a score says little about the next one. Where nearly everybody "
            "passes this is usual; otherwise mend or replace the questions of low discrimination."
        )

    @property
    def missing(self) -> int:
        return max(0, ENOUGH - self.n)

    def question(self, item_id: int) -> QuestionReport | None:
        return next((question for question in self.questions if question.item_id == item_id), None)


def quiz_report(quiz: Quiz, which: str = Which.FIRST) -> QuizReport:
    """Return the report on `quiz` over the attempts that `which` names."""
    return report_on(chosen_attempts(quiz, which))


def report_on(attempts: QuerySet[Attempt], least: int = ENOUGH) -> QuizReport:
    """Return the report on `attempts` at one quiz, from the cache while they are the same.

    least: from how many attempts on a question's facility is told; everything else waits for ENOUGH. It takes a second or two for ten thousand attempts, so it is made in the request that asks for it.
    """
    state = (SHAPE, least, str(attempts.query), *signature(attempts))
    key = f"item-analysis:{sha256(repr(state).encode()).hexdigest()}"
    report = cache.get(key)
    if report is None:
        report = analyse(read_marks(attempts), least)
        cache.set(key, report, KEPT_FOR)
    return report


def analyse(marks: Marks, least: int = ENOUGH) -> QuizReport:
    """Return the report on `marks`, facilities from `least` attempts on; asks for the versions and the names of sectors, two queries."""
    rows = ItemVersion.objects.filter(pk__in=marks.versions).select_related("item")
    by_item = defaultdict(list)
    for version in rows.only("number", "data", "item__code").order_by("item__code", "-number"):
        by_item[version.item_id].append(version)
    helds = [_joined(marks.versions[version.pk] for version in versions) for versions in by_item.values()]
    is_fixed = _is_fixed(marks, helds)
    is_enough = marks.n >= ENOUGH
    weights = [None] * len(helds)
    if is_fixed and is_enough:
        weights = effective_weights([_marks_and_totals(held) for held in helds])
    common = _Common.of(marks)
    questions = [
        _question(versions, marks, held, weight, common, least)
        for versions, held, weight in zip(by_item.values(), helds, weights, strict=True)
    ]
    slots = _slots(marks, helds, is_fixed) if is_enough else None
    return QuizReport(
        n=marks.n,
        scores=score_numbers(common.percents) if is_enough else None,
        reliability=reliability(slots or [], common.percents),
        is_fixed=is_fixed,
        is_comparable=slots is not None,
        questions=tuple(questions),
    )


@dataclass(frozen=True)
class _Common:
    """What every question of the quiz is measured with. percents: score -> attempts."""

    percents: Counter[float]
    low: float
    high: float
    sectors: dict[int | None, str]

    @classmethod
    def of(cls, marks: Marks) -> "_Common":
        percents = Counter()
        for (total, possible), count in marks.scores.items():
            percents[100 * total / possible] += count
        low, high = thirds(percents) or (-1, 101)
        names = dict(Sector.objects.order_by().values_list("pk", "name"))
        return cls(percents, low, high, names | {None: "Sector not given"})


def _joined(helds: Iterable[Held]) -> Held:
    joined = Held()
    for held in helds:
        joined.by_score += held.by_score
        joined.by_sector += held.by_sector
    return joined


def _is_fixed(marks: Marks, helds: Iterable[Held]) -> bool:
    """Everybody had the same questions, for the same marks."""
    return all(
        held.n == marks.n and len({given.possible for given, *_ in held.by_score}) == 1 for held in helds
    )


def _marks_and_totals(held: Held) -> Counter[tuple[float, float]]:
    """Return (x, T) -> attempts, both as per cent of the marks possible in all."""
    pairs = Counter()
    for given, total, possible, count in held.by_score:
        pairs[100 * given.marks / possible, 100 * total / possible] += count
    return pairs


def _slots(marks: Marks, helds: Iterable[Held], is_fixed: bool) -> list[Counter[float]] | None:
    """Return the marks of each slot, per cent of the whole -> attempts; None where slots do not compare."""
    slots, worth = defaultdict(Counter), defaultdict(set)
    for number, held in enumerate(helds):
        for given, _, possible, count in held.by_score:
            slot = number if is_fixed else given.position
            slots[slot][100 * given.marks / possible] += count
            worth[slot].add(given.possible)
    is_alike = all(slot.total() == marks.n for slot in slots.values())
    return list(slots.values()) if is_alike and all(len(w) == 1 for w in worth.values()) else None


def _numbers(held: Held) -> ItemNumbers:
    """Marks as per cent of those possible, and so the standard deviation: versions may carry different marks."""
    pairs = Counter()
    for given, total, possible, count in held.by_score:
        whole = possible - given.possible
        rest = 100 * (total - given.marks) / whole if whole else None
        pairs[100 * given.marks / given.possible, rest] += count
    return item_numbers(pairs, 100)


def _question(
    versions: list[ItemVersion], marks: Marks, held: Held, weight: Weight | None, common: _Common, least: int
) -> QuestionReport:
    """versions: newest first. What is said in words rests on the newest one with enough attempts."""
    n = held.n
    reports = [_version(version, marks.versions[version.pk], common) for version in versions]
    numbers = _numbers(held) if n >= ENOUGH else None
    sectors = _sectors(held, common) if numbers else []
    flags = []
    if numbers:
        speaking = next((pair for pair in zip(reports, versions, strict=True) if pair[0].numbers), None)
        flags = _flags(speaking, numbers, versions[0].content, bool(weight and weight.is_negative))
        flags += filter(None, (sector_flag(row.name, row.difference) for row in sectors))
        if len({(given.possible, possible) for given, _, possible, _ in held.by_score}) > 1:
            flags.append(weights_flag())
    content = versions[0].content
    return QuestionReport(
        item_id=versions[0].item_id,
        code=versions[0].item.code,
        stem=content.stem,
        type_name=content.type.label,
        n=n,
        facility=_numbers(held).facility if n >= least else None,
        numbers=numbers,
        intended_weight=100
        * sum(count * given.possible / whole for given, _, whole, count in held.by_score)
        / n,
        effective_weight=weight.effective if weight else None,
        versions=tuple(reports),
        sectors=tuple(sectors),
        flags=tuple(sorted(flags, key=lambda flag: not flag.is_serious)),
    )


def _flags(speaking, numbers: ItemNumbers, content: ItemContent, pulls: bool) -> list[Flag]:
    if speaking is None:
        return flags_of(numbers, content, pulls_against=pulls)
    report, version = speaking
    return flags_of(report.numbers, version.content, report.tables, pulls_against=pulls)


def _version(version: ItemVersion, held: Held, common: _Common) -> VersionReport:
    content, n = version.content, held.n
    if n < ENOUGH:
        return VersionReport(version.number, n, content.stem, None, ())
    tables = answer_tables(content, _tallies(held, common))
    return VersionReport(version.number, n, content.stem, _numbers(held), tuple(tables))


def _tallies(held: Held, common: _Common) -> dict[str, Tally]:
    found = defaultdict(lambda: [0, 0, 0])
    for given, total, possible, count in held.by_score:
        tally, percent = found[given.answer], 100 * total / possible
        tally[0] += count
        tally[1] += count * (percent <= common.low)
        tally[2] += count * (percent >= common.high)
    return {answer: Tally(*tally) for answer, tally in found.items()}


# --- By sector -------------------------------------------------------------------------------


def _sectors(held: Held, common: _Common) -> list[SectorRow]:
    """Return the sectors, the largest first; those too small to show are put together, or left out."""
    people, shares, strata = Counter(), defaultdict(float), defaultdict(Counter)
    for given, sector, band, count in held.by_sector:
        people[sector] += count
        shares[sector] += count * given.marks / given.possible
        strata[band][sector, given.is_right] += count
    shown, mixed = _hide_small(people)
    rows = [
        SectorRow(common.sectors[s], people[s], 100 * shares[s] / people[s], _difference(s, people, strata))
        for s in shown
    ]
    together = sum(people[s] for s in mixed)
    if together >= SMALLEST_GROUP:
        facility = 100 * sum(shares[s] for s in mixed) / together
        rows.append(SectorRow("Smaller sectors together", together, facility, None))
    return rows


def _hide_small(people: Counter) -> tuple[list, list]:
    """Return the groups shown and those put together: never so few that taking the rest away would tell them."""
    ordered = sorted(people, key=lambda s: (-people[s], s is None, s))
    shown = [s for s in ordered if people[s] >= SMALLEST_GROUP]
    mixed = [s for s in ordered if people[s] < SMALLEST_GROUP]
    while mixed and shown and sum(people[s] for s in mixed) < SMALLEST_GROUP:
        mixed.append(shown.pop())
    return shown, mixed


def _difference(sector, people: Counter, strata: Mapping[int, Counter]) -> MantelHaenszel | None:
    """Compare a sector with all others; both sides need ENOUGH people. Right means full marks."""
    if sector is None or people[sector] < ENOUGH or people.total() - people[sector] < ENOUGH:
        return None
    tables = []
    for cells in strata.values():
        right = sum(count for (_, is_right), count in cells.items() if is_right)
        own_right, own_wrong = cells[sector, True], cells[sector, False]
        tables.append((right - own_right, cells.total() - right - own_wrong, own_right, own_wrong))
    return mantel_haenszel(tables)
