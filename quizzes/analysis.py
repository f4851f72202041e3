"""Item analysis of a quiz: from its attempts to a report of plain values, kept until the attempts change.

Attempts may hold different questions, so each question is measured against the rest of the attempts that held
it: r is the share, per cent, of the marks possible on the rest. Where everybody has the same questions this is
the usual rest score but for its unit, which no correlation sees.

Internal consistency needs slots that are the same for all: the questions, where everybody has the same ones;
otherwise the places (first question, second question, …), if each carries the same marks in every attempt.
Effective weights are weights of questions, so they are given in the first case alone.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.db.models import QuerySet

from accounts.models import Sector
from quizzes.answer_tables import AnswerTable, Tally, answer_tables
from quizzes.chosen import Given, Held, Marks, Which, chosen_attempts, read_marks, signature
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
#: No group smaller than this is ever shown.
SMALLEST_GROUP = 5
#: People whose scores fall into the same band count as equally able; in per cent.
BAND = 5
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


@dataclass(frozen=True)
class QuestionReport:
    """One question with all its versions. numbers: None below ENOUGH attempts; all are per cent.

    intended_weight: of the marks possible.  effective_weight: None where questions are drawn, see above.
    """

    item_id: int
    code: str
    stem: str
    type: str
    type_name: str
    n: int
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
    def missing(self) -> int:
        return max(0, ENOUGH - self.n)

    def question(self, item_id: int) -> QuestionReport | None:
        return next((question for question in self.questions if question.item_id == item_id), None)


def quiz_report(quiz: Quiz, which: str = Which.FIRST) -> QuizReport:
    """Return the report on `quiz` over the attempts that `which` names."""
    return report_on(chosen_attempts(quiz, which))


def report_on(attempts: QuerySet[Attempt]) -> QuizReport:
    """Return the report on `attempts` at one quiz, from the cache while they are the same.

    It takes a second or two for ten thousand attempts, so it is made in the request that asks for it.
    """
    state = (SHAPE, str(attempts.query), *signature(attempts))
    key = f"item-analysis:{sha256(repr(state).encode()).hexdigest()}"
    report = cache.get(key)
    if report is None:
        report = analyse(read_marks(attempts))
        cache.set(key, report, KEPT_FOR)
    return report


def analyse(marks: Marks) -> QuizReport:
    """Return the report on `marks`; asks for the versions and the names of sectors, two queries."""
    versions = {
        version.pk: version
        for version in ItemVersion.objects.filter(pk__in=marks.versions).select_related("item").only(
            "number", "data", "item__code"
        )
    }
    by_item = defaultdict(list)
    for pk in sorted(marks.versions, key=lambda pk: -versions[pk].number):
        by_item[versions[pk].item_id].append(pk)
    common = _Common.of(marks)
    slots = [_joined(marks, pks) for pks in by_item.values()]
    is_fixed = _is_fixed(marks, slots)
    weights = _weights(marks, slots) if is_fixed and common.is_enough else [None] * len(slots)
    questions = [
        _question([versions[pk] for pk in pks], marks, held, weight, common)
        for pks, held, weight in zip(by_item.values(), slots, weights, strict=True)
    ]
    comparable = _comparable(marks, slots, is_fixed) if common.is_enough else None
    return QuizReport(
        n=len(marks.totals),
        scores=score_numbers(common.percents) if common.is_enough else None,
        reliability=reliability(comparable or [], common.percents),
        is_fixed=is_fixed,
        is_comparable=comparable is not None,
        questions=tuple(sorted(questions, key=lambda question: question.code)),
    )


@dataclass(frozen=True)
class _Common:
    """What every question of the quiz is measured with. cells: sector, score band and third of each attempt."""

    percents: list[float]
    cells: list[tuple[int | None, int, int]]
    sectors: dict[int | None, str]

    @property
    def is_enough(self) -> bool:
        return len(self.percents) >= ENOUGH

    @classmethod
    def of(cls, marks: Marks) -> "_Common":
        percents = [marks.percent(place) for place in range(len(marks.totals))]
        low, high = thirds(percents) or (-1, 101)
        cells = [
            (sector, int(percent // BAND), (percent >= high) - (percent <= low))
            for sector, percent in zip(marks.sectors, percents, strict=True)
        ]
        names = dict(Sector.objects.order_by().values_list("pk", "name"))
        return cls(percents, cells, names | {None: "Sector not given"})


def _joined(marks: Marks, versions: Collection[int]) -> Held:
    held = Held()
    for pk in versions:
        held.attempts.extend(marks.versions[pk].attempts)
        held.given.extend(marks.versions[pk].given)
    return held


def _is_fixed(marks: Marks, slots: Iterable[Held]) -> bool:
    """Everybody had the same questions, for the same marks."""
    return all(
        len(held.attempts) == len(marks.totals) and len({given.possible for given in set(held.given)}) == 1
        for held in slots
    )


def _in_percent(marks: Marks, held: Held) -> list[float]:
    """Marks of a slot as per cent of the whole, in the order of the attempts."""
    values = [0.0] * len(marks.totals)
    for place, given in zip(held.attempts, held.given, strict=True):
        values[place] = 100 * given.marks / marks.possible[place]
    return values


def _weights(marks: Marks, slots: Iterable[Held]) -> list[Weight]:
    totals = [marks.percent(place) for place in range(len(marks.totals))]
    return effective_weights([_in_percent(marks, held) for held in slots], totals)


def _comparable(marks: Marks, slots: Collection[Held], is_fixed: bool) -> list[list[float]] | None:
    """Return the marks of each slot, None where slots do not compare."""
    if is_fixed:
        return [_in_percent(marks, held) for held in slots]
    places, worth = defaultdict(list), defaultdict(set)
    for held in slots:
        for place, given in zip(held.attempts, held.given, strict=True):
            places[given.position].append(100 * given.marks / marks.possible[place])
            worth[given.position].add(given.possible)
    is_alike = all(len(values) == len(marks.totals) for values in places.values())
    return list(places.values()) if is_alike and all(len(w) == 1 for w in worth.values()) else None


def _numbers(marks: Marks, held: Held) -> ItemNumbers:
    totals, possible = marks.totals, marks.possible
    rests = []
    for place, given in zip(held.attempts, held.given, strict=True):
        whole = possible[place] - given.possible
        rests.append(100 * (totals[place] - given.marks) / whole if whole else None)
    return item_numbers([given.share for given in held.given], rests, 1)


def _question(
    versions: list[ItemVersion], marks: Marks, held: Held, weight: Weight | None, common: _Common
) -> QuestionReport:
    """versions: newest first. What is said in words rests on the newest version with enough attempts."""
    n = len(held.given)
    reports = [_version(version, marks, common) for version in versions]
    numbers = _numbers(marks, held) if n >= ENOUGH else None
    sectors = _sectors(held, common) if numbers else ()
    speaking, said_of = next(
        ((r, v.content) for r, v in zip(reports, versions, strict=True) if r.numbers), (None, versions[0].content)
    )
    flags = []
    if numbers:
        pulls = bool(weight and weight.is_negative)
        flags = _flags(speaking, numbers, said_of, sectors, pulls)
        if len({(given.possible, marks.possible[p]) for p, given in zip(held.attempts, held.given, strict=True)}) > 1:
            flags.append(weights_flag())
    shares = [given.possible / marks.possible[p] for p, given in zip(held.attempts, held.given, strict=True)]
    return QuestionReport(
        item_id=versions[0].item_id,
        code=versions[0].item.code,
        stem=versions[0].content.stem,
        type=versions[0].content.type,
        type_name=versions[0].content.type.label,
        n=n,
        numbers=numbers,
        intended_weight=100 * sum(shares) / n,
        effective_weight=weight.effective if weight else None,
        versions=tuple(reports),
        sectors=tuple(sectors),
        flags=tuple(flags),
    )


def _flags(
    speaking: VersionReport | None, numbers: ItemNumbers, content: ItemContent, sectors, pulls: bool
) -> list[Flag]:
    about = speaking.numbers if speaking else numbers
    flags = flags_of(about, content, speaking.tables if speaking else (), pulls_against=pulls)
    by_sector = (sector_flag(row.name, row.difference) for row in sectors)
    return sorted([*flags, *filter(None, by_sector)], key=lambda flag: not flag.is_serious)


def _version(version: ItemVersion, marks: Marks, common: _Common) -> VersionReport:
    held = marks.versions[version.pk]
    content, n = version.content, len(held.given)
    if n < ENOUGH:
        return VersionReport(version.number, n, content.stem, None, ())
    tables = answer_tables(content, _tallies(held, common))
    return VersionReport(version.number, n, content.stem, _numbers(marks, held), tuple(tables))


def _tallies(held: Held, common: _Common) -> dict[str, Tally]:
    counted = Counter(zip([common.cells[place][2] for place in held.attempts], held.given, strict=True))
    found = defaultdict(lambda: [0, 0, 0])
    for (third, given), count in counted.items():
        found[given.answer][0] += count
        if third:
            found[given.answer][1 if third < 0 else 2] += count
    return {answer: Tally(*tally) for answer, tally in found.items()}


# --- By sector -------------------------------------------------------------------------------


def _sectors(held: Held, common: _Common) -> list[SectorRow]:
    """Return the sectors, the largest first; those too small to show are put together, or left out."""
    counted = Counter(zip([common.cells[place] for place in held.attempts], held.given, strict=True))
    people, shares = Counter(), defaultdict(float)
    for ((sector, _, _), given), count in counted.items():
        people[sector] += count
        shares[sector] += count * given.share
    shown, mixed = _hide_small(people)
    strata = _strata(counted)
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


def _strata(counted: Counter[tuple[tuple, Given]]) -> dict[int, Counter]:
    """Return score band -> (sector, is right) -> people."""
    strata = defaultdict(Counter)
    for ((sector, band, _), given), count in counted.items():
        strata[band][sector, given.is_right] += count
    return strata


def _difference(sector, people: Counter, strata: dict[int, Counter]) -> MantelHaenszel | None:
    """Compare a sector with all others; both sides need ENOUGH people. Right means full marks."""
    if sector is None or people[sector] < ENOUGH or people.total() - people[sector] < ENOUGH:
        return None
    tables = []
    for cells in strata.values():
        right = sum(count for (_, is_right), count in cells.items() if is_right)
        own_right, own_wrong = cells[sector, True], cells[sector, False]
        tables.append((right - own_right, cells.total() - right - own_wrong, own_right, own_wrong))
    return mantel_haenszel(tables)
