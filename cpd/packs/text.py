"""A pack as plain text, to paste into a regulator's own form."""

from collections.abc import Iterator

from cpd.packs.shape import Pack, Part, Table
from trainingsite.lib.templatetags.gds import day


def as_text(pack: Pack) -> str:
    """Return the pack; lines end in a line feed, and an answer that was not written is an empty line."""
    return "\n".join(_lines(pack)).rstrip() + "\n"


def _lines(pack: Pack) -> Iterator[str]:
    yield from _heading(pack.title, "=")
    yield f"Name: {pack.holder}"
    yield f"Period: {pack.record.period.words}"
    yield f"Made on: {day(pack.made_on)}"
    yield ""
    yield pack.wording
    if pack.standing:
        yield ""
        yield from (f"- {line.words}" for line in pack.standing)
    if not pack.record.counted:
        yield ""
        yield "There is no learning in this period."
    for part in pack.parts:
        yield ""
        yield from _part(part)
    yield ""
    yield f"What is asked for: {pack.rule.asks}"
    yield f"Source: {pack.source}"


def _heading(words: str, mark: str) -> Iterator[str]:
    yield words
    yield mark * min(len(words), 60)


def _part(part: Part) -> Iterator[str]:
    yield from _heading(part.heading, "-")
    yield from part.text
    yield from (f"{label}: {value}" for label, value in part.facts)
    if part.table:
        yield from _table(part.table)
    for own in part.own:
        yield ""
        yield own.prompt
        yield own.words
    if part.boxes:
        yield ""
        yield from (f"[ ] {box}" for box in part.boxes)


def _table(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield ""
        yield from (f"{name}: {cell}" for name, cell in zip(table.headings, row, strict=True) if cell)
    if table.total:
        yield ""
        yield from (
            f"Total, {name}: {cell}"
            for name, cell in zip(table.headings[1:], table.total[1:], strict=True)
            if cell
        )
