"""Who sits with whom at a session: tables made, re-fitted, moved by hand and taken back."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from attendance.grouping import Plan, make_tables, review
from attendance.models import CAME, Seat, TablePlan
from attendance.queries import NONE_GIVEN, RegisterRow, register_rows
from attendance.refitting import Refit, refit
from attendance.table_words import mix
from attendance.wishes import Person
from bookings.models import TrainingSession

EVERYBODY, PRESENT = "all", "present"
SIZE, NUMBER = "size", "tables"


class PlanChanged(Exception):
    """Somebody else changed the tables since the page was opened; nothing was written."""


@dataclass(frozen=True)
class TableWishes:
    """What a trainer asks for, as kept in TablePlan.wishes. People by the keys of the register: “l12”, “w3”."""

    by: str = SIZE
    number: int = 6
    cap: int | None = 2
    rounds: int = 1
    who: str = EVERYBODY
    apart: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "TableWishes":
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        for name in ("apart", "together"):
            known[name] = tuple(tuple(group) for group in known.get(name, ()))
        return cls(**known)

    def stored(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


# --- Reads -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownTable:
    number: int
    people: list[Person]
    mix: str


@dataclass(frozen=True)
class Tables:
    """The tables of a session as they stand, ready to be shown."""

    seed: int
    version: int
    wishes: TableWishes
    plan: Plan
    rounds: list[list[ShownTable]]
    by_hand: int
    can_undo: bool
    is_shown: bool
    people: dict[str, Person] = field(repr=False)

    @property
    def seated(self) -> int:
        return sum(len(table.people) for table in self.rounds[0]) if self.rounds else 0


def people_for_tables(session: TrainingSession, who: str = EVERYBODY) -> list[Person]:
    """Return everybody on the register, walk-ins included, or only those marked as come; three queries."""
    rows = register_rows(session)
    return [_person(row) for row in rows if who == EVERYBODY or row.status in CAME]


def _person(row: RegisterRow) -> Person:
    """“Not given” is nobody's organisation and nobody's sector."""
    known = ["" if text == NONE_GIVEN else text for text in (row.organisation, row.sector)]
    return Person(row.key, *known, row.name)


def tables_of(session: TrainingSession) -> Tables | None:
    """Return the tables as they stand, None before any were made; two queries."""
    plan = TablePlan.objects.filter(session=session).first()
    if plan is None:
        return None
    people, rounds = _read_seats(plan)
    wishes = TableWishes.read(plan.wishes)
    reviewed = review(
        Plan(plan.seed, rounds, wishes.cap, wishes.apart, wishes.together), list(people.values())
    )
    shown = [
        [
            ShownTable(number, members := sorted((people[i] for i in ids), key=_by_name), mix(members))
            for number, ids in enumerate(tables, 1)
        ]
        for tables in rounds
    ]
    return Tables(
        plan.seed,
        plan.version,
        wishes,
        reviewed,
        shown,
        by_hand=plan.wishes.get("by_hand", 0),
        can_undo="before" in plan.wishes,
        is_shown=plan.shown_at is not None,
        people=people,
    )


def _by_name(person: Person) -> tuple[str, str]:
    return person.name.casefold(), person.id


def _read_seats(plan: TablePlan) -> tuple[dict[str, Person], tuple[tuple[tuple[str, ...], ...], ...]]:
    """Return the seated people by key, and rounds of tables of keys; a walk-in who claimed sits as the learner."""
    seats = plan.seats.select_related(
        "learner__agency",
        "learner__sector",
        "walk_in__agency",
        "walk_in__sector",
        "walk_in__claimed_by__agency",
        "walk_in__claimed_by__sector",
    )
    people: dict[str, Person] = {}
    at: dict[int, dict[int, list[str]]] = {}
    seated: dict[int, set[str]] = {}
    for seat in seats:
        learner = seat.learner or seat.walk_in.claimed_by
        who = learner or seat.walk_in
        key = f"l{learner.pk}" if learner else f"w{who.pk}"
        people[key] = Person(
            key, who.agency.name if who.agency else "", who.sector.name if who.sector else "", str(who)
        )
        if key not in seated.setdefault(seat.round, set()):
            seated[seat.round].add(key)
            at.setdefault(seat.round, {}).setdefault(seat.table, []).append(key)
    last = max((table for tables in at.values() for table in tables), default=0)
    tables = max(last, plan.wishes.get("table_count", 0))
    return people, tuple(
        tuple(tuple(sorted(at[number].get(table, ()))) for table in range(1, tables + 1))
        for number in sorted(at)
    )


def changes_since(tables: Tables, people: Collection[Person]) -> tuple[list[Person], list[Person]]:
    """Return who is in `people` and has no seat, and who has a seat and is not in `people`."""
    now = {person.id: person for person in people}
    arrived = [person for key, person in now.items() if key not in tables.people]
    left = [person for key, person in tables.people.items() if key not in now]
    return sorted(arrived, key=_by_name), sorted(left, key=_by_name)


def own_tables(session: TrainingSession, person) -> list[tuple[int, int]]:
    """Return (round, table) of `person` alone, where the trainers show people their tables; one query."""
    theirs = Q(learner=person) | Q(walk_in__claimed_by=person)
    seats = Seat.objects.filter(theirs, plan__session=session, plan__shown_at__isnull=False)
    return list(dict(seats.order_by("round", "-pk").values_list("round", "table")).items())


def own_tables_words(session: TrainingSession, person) -> str:
    """Return “You sit at table 3 in round 1, table 5 in round 2.”, empty for somebody without a seat to be shown."""
    found = own_tables(session, person)
    if len(found) == 1:
        return f"You sit at table {found[0][1]}."
    words = ", ".join(f"table {table} in round {number}" for number, table in found)
    return f"You sit at {words}." if words else ""


def preview_refit(session: TrainingSession, tables: Tables, who: str, first_round: int) -> Refit:
    """What a re-fit would do; raises ValueError when there is nobody to seat."""
    return refit(tables.plan, people_for_tables(session, who), first_round=first_round)


# --- Writes ------------------------------------------------------------------------------------------


def new_seed() -> int:
    """A number that people can say and type."""
    return 1000 + secrets.randbelow(9000)


@transaction.atomic
def make(session: TrainingSession, wishes: TableWishes, *, seed: int, by, version: int) -> TablePlan:
    """Seat everybody anew. version: of the tables that the trainer saw, 0 for none.

    Raises PlanChanged if they are others now, ValueError when nobody is there to be seated.
    """
    people = people_for_tables(session, wishes.who)
    if not people:
        raise ValueError("Nobody is there to be seated.")
    plan = make_tables(
        people,
        **{wishes.by: wishes.number},
        cap=wishes.cap,
        apart=wishes.apart,
        together=wishes.together,
        rounds=wishes.rounds,
        seed=seed,
    )
    return _write(session, plan, wishes.stored(), seed=seed, by=by, version=version)


@transaction.atomic
def refit_tables(
    session: TrainingSession, *, who: str, first_round: int, by, version: int
) -> tuple[Refit, dict[str, Person]]:
    """Seat who is there now, moving as few as possible; raises as `make`. Returns it with the people by key."""
    tables = tables_of(session)
    if tables is None or tables.version != version:
        raise PlanChanged
    found = preview_refit(session, tables, who, first_round)
    stored = tables.wishes.stored() | {"who": who, "by_hand": tables.by_hand}
    _write(session, found.plan, stored, seed=tables.seed, by=by, version=version)
    people = {person.id: person for person in people_for_tables(session, who)}
    return found, people


@transaction.atomic
def move(session: TrainingSession, *, person: str, number: int, table: int, by, version: int) -> None:
    """Give one person another table in one round; raises PlanChanged."""
    tables = tables_of(session)
    if tables is None or tables.version != version:
        raise PlanChanged
    rounds = [[list(ids) for ids in row] for row in tables.plan.rounds]
    for ids in rounds[number - 1]:
        if person in ids:
            ids.remove(person)
    rounds[number - 1][table - 1].append(person)
    moved = Plan(tables.seed, tuple(tuple(tuple(ids) for ids in row) for row in rounds))
    stored = tables.wishes.stored() | {"by_hand": tables.by_hand + 1}
    _write(session, moved, stored, seed=tables.seed, by=by, version=version)


@transaction.atomic
def undo(session: TrainingSession, *, by, version: int) -> None:
    """Bring back the tables before the last change; doing it twice brings back the change. Raises PlanChanged.

    People who are no longer on the register do not come back.
    """
    plan = TablePlan.objects.filter(session=session).first()
    if plan is None or "before" not in plan.wishes:
        raise PlanChanged
    before = plan.wishes["before"]
    known = {person.id for person in people_for_tables(session)} | set(_read_seats(plan)[0])
    rounds = tuple(tuple(tuple(i for i in ids if i in known) for ids in row) for row in before["rounds"])
    _write(
        session, Plan(before["seed"], rounds), before["wishes"], seed=before["seed"], by=by, version=version
    )


def show(session: TrainingSession, *, is_shown: bool) -> bool:
    """Let people see their own tables, from now on also those made anew, or stop it. False without tables."""
    shown_at = timezone.now() if is_shown else None
    return bool(TablePlan.objects.filter(session=session).update(shown_at=shown_at))


def _write(
    session: TrainingSession, plan: Plan, wishes: dict[str, Any], *, seed: int, by, version: int
) -> TablePlan:
    """Replace the seats, keeping the ones before for undoing; only if `version` still stands."""
    row = TablePlan.objects.filter(session=session).first()
    stored = dict(wishes) | {"table_count": max((len(tables) for tables in plan.rounds), default=0)}
    if row is not None:
        old = {name: value for name, value in row.wishes.items() if name != "before"}
        stored["before"] = {"seed": row.seed, "wishes": old, "rounds": _read_seats(row)[1]}
    facts = {"seed": seed, "wishes": stored, "made_by": by, "made_at": timezone.now()}
    if version == 0:
        row = _first(session, facts)
    elif not TablePlan.objects.filter(session=session, version=version).update(
        version=F("version") + 1, **facts
    ):
        raise PlanChanged
    row = row or TablePlan.objects.get(session=session)
    row.seats.all().delete()
    Seat.objects.bulk_create(
        Seat(plan=row, round=number, table=table, **_seat_of(key))
        for number, tables in enumerate(plan.rounds, 1)
        for table, ids in enumerate(tables, 1)
        for key in ids
    )
    return row


def _first(session: TrainingSession, facts: dict[str, Any]) -> TablePlan:
    try:
        with transaction.atomic():
            return TablePlan.objects.create(session=session, **facts)
    except IntegrityError:  # another trainer was first
        raise PlanChanged from None


def _seat_of(key: str) -> dict[str, int]:
    return {"learner_id" if key[0] == "l" else "walk_in_id": int(key[1:])}
