"""What pages show of a tree: the lines that fit, with the names that the reader may know."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

import tablib
from django.utils.safestring import SafeString

from cascade import picture, queries
from cascade.queries import Cascade
from cascade.tree import Count, Line, Node, boxes, lines
from trainingsite.lib.spreadsheets import safe_cell

MOST_LINES = 300  # of the list
UNFOLDED_LINES = 40  # a longer list shows its first two generations, the rest folded up
MOST_BOXES = 60  # of the picture
BOXES_EACH = 6  # below one trainer
WORDS_SHOWN = 12  # lines of a breakdown


@dataclass(frozen=True)
class Item:
    """One line of the nested list."""

    line: Line
    label: picture.Label
    is_unfolded: bool

    @property
    def node(self) -> Node:
        return self.line.node

    @property
    def state(self) -> str:
        """Where the licence stands, as part of a line."""
        state = self.label.state
        return (
            state[0].lower() + state[1:] if state in queries.WITHOUT_LICENCE else f"licence {state.lower()}"
        )

    @property
    def opens(self) -> bool:
        """The next lines stand below this one."""
        return bool(self.node.children) and not self.line.hidden

    @property
    def is_linked(self) -> bool:
        """There is more below, which a page of its own shows."""
        return bool(self.line.hidden)

    @property
    def closing(self) -> range:
        return range(self.line.closes)


@dataclass(frozen=True)
class Branch:
    """A tree or a part of it, ready for a template."""

    items: list[Item] = field(default_factory=list)
    left_out: int = 0
    picture: SafeString | str = ""
    tables: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)


def labels_for(viewer, cascade: Cascade) -> dict[int, picture.Label]:
    names = queries.names_for(viewer, cascade)
    return {
        pk: picture.Label(
            names.get(pk) or queries.unnamed(cascade.forest.nodes[pk]), trainer.is_active, trainer.state
        )
        for pk, trainer in cascade.trainers.items()
    }


def branch_of(cascade: Cascade, viewer, start: Node | None = None) -> Branch:
    """Return what `viewer` sees of the tree, or of the branch from `start`."""
    labels = labels_for(viewer, cascade)
    listed, left_out = lines(cascade.forest, at_most=MOST_LINES, start=start)
    drawn = boxes(cascade.forest, each=BOXES_EACH, at_most=MOST_BOXES, start=start)
    first = start.generation if start else 1
    unfolded = len(listed) <= UNFOLDED_LINES
    return Branch(
        items=[Item(line, labels[line.node.person], unfolded or line.depth == 1) for line in listed],
        left_out=left_out,
        picture=picture.draw(drawn, labels, first=first) if drawn else "",
        tables=breakdown(start.total if start else cascade.forest.total),
    )


def breakdown(count: Count) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the people by sector, area and organisation: (heading, (word, people)), most first."""
    return [
        ("Sectors", most(count.sectors)),
        ("Areas", most(count.areas)),
        ("Organisations", most(count.agencies)),
    ]


def most(counted: Counter) -> list[tuple[str, int]]:
    """Return the largest, and what is beyond a screenful as one line."""
    rows = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].casefold()))
    if len(rows) <= WORDS_SHOWN:
        return rows
    rest = rows[WORDS_SHOWN - 1 :]
    return [*rows[: WORDS_SHOWN - 1], (f"{len(rest)} others", sum(people for _, people in rest))]


# --- The table -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A trainer in the table and the file."""

    person: int
    name: str
    agency: str
    sector: str
    area: str
    generation: int
    trained_by: str
    state: str
    is_active: bool
    valid_until: date | None
    own: int
    total: int
    trainers_below: int
    sectors: Mapping[str, int]


#: Order of the table: heading, key; names always rising, numbers falling.
SORTS = {
    "name": ("Trainer", lambda row: ()),
    "generation": ("Generation", attrgetter("generation")),
    "state": ("Licence", attrgetter("state")),
    "until": ("Valid until", lambda row: row.valid_until or date.max),
    "own": ("Reached", lambda row: -row.own),
    "total": ("Reached in all", lambda row: -row.total),
    "below": ("Trainers below", lambda row: -row.trainers_below),
}


def rows_of(cascade: Cascade, viewer, sort: str = "name") -> list[Row]:
    """Return everybody in the tree in the order asked for; a word that names none sorts by name."""
    labels = labels_for(viewer, cascade)
    rows = [_row(cascade, labels, node) for node in cascade.forest.walk()]
    key = SORTS.get(sort, SORTS["name"])[1]
    return sorted(rows, key=lambda row: (key(row), row.name.casefold(), row.person))


def _row(cascade: Cascade, labels, node: Node) -> Row:
    trainer = cascade.trainers[node.person]
    return Row(
        person=node.person,
        name=labels[node.person].name,
        agency=trainer.place.agency,
        sector=trainer.place.sector,
        area=trainer.place.area,
        generation=node.generation,
        trained_by=labels[node.parent.person].name if node.parent else "",
        state=trainer.state,
        is_active=trainer.is_active,
        valid_until=trainer.valid_until,
        own=node.own.people,
        total=node.total.people,
        trainers_below=node.trainers_below,
        sectors=node.total.sectors,
    )


def table_of(rows: list[Row]) -> tablib.Dataset:
    """Return headings and rows for a file, with a column for each sector that was reached."""
    sectors = sorted({sector for row in rows for sector in row.sectors})
    headings = [
        *("Trainer", "Organisation", "Sector", "Area", "Generation", "Trained by", "Licence", "Valid until"),
        *("Reached", "Reached in all", "Trainers below"),
        *(f"In all: {sector}" for sector in sectors),
    ]
    table = tablib.Dataset(headers=[safe_cell(heading) for heading in headings], title="Cascade")
    for row in rows:
        cells = [
            *(row.name, row.agency, row.sector, row.area, row.generation, row.trained_by, row.state),
            *(row.valid_until, row.own, row.total, row.trainers_below),
            *(row.sectors.get(sector, 0) for sector in sectors),
        ]
        table.append([safe_cell(cell) for cell in cells])
    return table
