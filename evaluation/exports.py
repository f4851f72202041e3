"""A group's evaluation as a file: what its page says, and nothing more."""

from collections.abc import Iterable, Iterator

import tablib

from evaluation.diagnostic import Room
from evaluation.follow_ups import FollowUpSummary
from evaluation.group import Comparison, Line, SessionSaid
from evaluation.models import Stage
from trainingsite.lib.spreadsheets import safe_cell

HIDDEN = "Too few people"
HEADINGS = [
    *("Part", "About", "People", "Before", "Then", "Change", "Change from", "Change to"),
    *("Cohen's d", "d from", "d to", "Rose, %", "Same, %", "Fell, %", "In words"),
]
PARTS = {Stage.AFTER: "Confidence, before and after", Stage.LATER: "Confidence, before and three months on"}


def table_of(
    room: Room | None,
    comparisons: Iterable[Comparison],
    sessions: Iterable[SessionSaid],
    follow_up: FollowUpSummary,
) -> tablib.Dataset:
    """Return one row for each line of the page; numbers as numbers."""
    table = tablib.Dataset(headers=HEADINGS, title="Evaluation")
    for row in (*_room(room), *_changes(comparisons), *_sessions(sessions), *_follow_up(follow_up)):
        table.append([safe_cell(cell) for cell in row])
    return table


def _row(part: str, about: str, people=None, numbers=(), words: str = "") -> list:
    return [part, about, people, *numbers, *[None] * (11 - len(numbers)), words]


def _room(room: Room | None) -> Iterator[list]:
    if room is None or not room.people:
        return
    part = "Before the course, marks earned"
    for outcome in room.outcomes:
        yield _row(part, outcome.text, room.people, words=outcome.share.words if outcome.share else HIDDEN)
        for sector, share in zip(room.sectors, outcome.sectors, strict=True):
            yield _row(part, f"{outcome.text} – {sector}", words=share.words if share else HIDDEN)


def _changes(comparisons: Iterable[Comparison]) -> Iterator[list]:
    for comparison in comparisons:
        if comparison.people:
            lines = [Line("All outcomes", comparison.overall), *comparison.outcomes]
            lines += [Line(f"All outcomes – {line.name}", line.change) for line in comparison.sectors]
            for line in lines:
                yield _change(PARTS[comparison.stage], line)


def _change(part: str, line: Line) -> list:
    found = line.change
    if found is None:
        return _row(part, line.name, words=HIDDEN)
    numbers = (
        *(found.mean_before, found.mean_after, found.mean_change, found.low, found.high),
        *(found.d, found.d_low, found.d_high),
        *(found.rose_percent, found.stayed_percent, found.fell_percent),
    )
    return _row(part, line.name, found.n, numbers)


def _sessions(sessions: Iterable[SessionSaid]) -> Iterator[list]:
    for row in sessions:
        about = f"{row.session.title}, {row.session.local_start:%d/%m/%Y}"
        if row.said is None:
            yield _row("Session feedback", about, words=HIDDEN)
            continue
        said = row.said
        words = f"useful {said.usefulness:.1f} of 5, trainers {said.trainers:.1f} of 5, right pace {said.right_pace_percent:.0f}%"
        yield _row("Session feedback", about, said.people, words=words)
        for text in row.texts:
            yield _row("What people will do differently", about, words=text)


def _follow_up(summary: FollowUpSummary) -> Iterator[list]:
    yield _row("Three months on", "Asked", summary.asked)
    if summary.answered is not None:
        yield _row("Three months on", "Answered", summary.answered)
        for words, people in summary.lines:
            yield _row("Three months on", words, people, words=HIDDEN if people is None else "")
