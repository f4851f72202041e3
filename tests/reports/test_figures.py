"""Figures from plain rows: people and attendances apart, small groups hidden."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.suppression import LEAST
from reports import figures
from reports.anonymous import NOTHING, entries, recode
from reports.figures import Completion, Format, Line, Place, Presence, people_trained, tables

FACE, ONLINE = Format.FACE_TO_FACE, Format.LIVE_ONLINE
MAY, JUNE, JULY = date(2026, 5, 5), date(2026, 6, 3), date(2026, 7, 2)


def trained(rows, *, completions=(), passed_on=()):
    """rows: (person, day, sector)."""
    presences = [Presence(person, day, FACE) for person, day, _ in rows]
    places = {person: Place(sector, f"{sector} trust", "London") for person, _, sector in rows}
    people = people_trained(presences, completions, places, set(passed_on))
    return people, tables(people, presences)


def numbers(lines: list[Line]) -> list[tuple]:
    return [(line.label, line.people, line.attendances) for line in lines]


def test_somebody_who_comes_three_times_is_one_person_and_three_attendances():
    rows = [(n, MAY, "Health") for n in range(6)] + [(0, JUNE, "Health"), (0, JULY, "Health")]

    _, found = trained(rows)

    assert (found.trained(), found.attended()) == (6, 8)
    assert numbers(found.lines("sector")) == [("Health", 6, 8)]


def test_somebody_counts_in_the_month_in_which_they_first_came():
    rows = [(n, JUNE, "Health") for n in range(6)] + [(n, MAY, "Health") for n in range(5)]

    people, _ = trained(rows)

    assert [people[n].on for n in (0, 5)] == [MAY, JUNE]


def test_e_learning_counts_by_its_certificate_and_never_twice():
    both = Completion("ann", JULY)
    alone = Completion("ben", JUNE)

    people, _ = trained([("ann", MAY, "Health")], completions=[both, alone])

    assert {name: (p.on, p.format, p.sessions, p.certified) for name, p in people.items()} == {
        "ann": (MAY, FACE, 1, True),
        "ben": (JUNE, Format.E_LEARNING, 0, True),
    }


def test_a_small_group_and_what_would_give_it_away_are_hidden():
    rows = [(n, MAY, "Health") for n in range(20)]
    rows += [(n, MAY, "Police") for n in range(20, 28)] + [(n, MAY, "Faith") for n in range(28, 30)]

    _, found = trained(rows)

    assert found.trained() == 30
    assert numbers(found.lines("sector")) == [
        ("Health", 20, 20),
        ("Faith", None, None),
        ("Police", None, None),
    ]


def test_quarters_tell_no_more_by_subtraction_than_the_whole():
    """Four of faith came in all five; one of them in another quarter."""
    rows = [(n, MAY, "Health") for n in range(20)] + [(n, JULY, "Health") for n in range(20, 40)]
    rows += [(n, MAY, "Faith") for n in range(40, 46)] + [(46, JULY, "Faith")]

    _, found = trained(rows)

    spring, summer = ({line.label: line.people for line in found.lines("sector", q)} for q in found.quarters)
    whole = {line.label: line.people for line in found.lines("sector")}
    assert found.quarters == ["2026-2", "2026-3"]
    assert summer["Faith"] is None
    assert whole["Faith"] is None or spring["Faith"] is None


def test_targets_that_nobody_came_for_are_told():
    _, found = trained([(n, MAY, "Health") for n in range(6)])

    lines = found.lines("sector", targets={"Health": 10, "Police": 5})

    assert [(line.label, line.people, line.target_percent) for line in lines] == [
        ("Health", 6, 60),
        ("Police", 0, 0),
    ]


def test_coverage_is_people_trained_over_the_headcount():
    _, found = trained([(n, MAY, "Health") for n in range(6)])

    line = found.agencies({"Health trust": 24})[0]

    assert (line.people, line.headcount, line.coverage) == (6, 24, 25)
    assert found.agencies({})[0].coverage is None


def test_nobody_trained_gives_an_empty_report():
    _, found = trained([])

    assert (found.trained(), found.attended(), found.lines("sector"), found.quarters) == (0, 0, [], [])
    assert figures.reach({}, 0, 0).people == 0


def test_fewer_than_five_people_are_not_told_at_all():
    people, found = trained([(n, MAY, "Health") for n in range(4)])

    assert (found.trained(), found.lines("sector")[0].people) == (None, None)
    assert entries(people.values(), found) == []


# --- The list without names ----------------------------------------------------------------------

cells = st.tuples(
    st.sampled_from(["Health", "Police", "Faith"]),
    st.sampled_from(["North", "South"]),
    st.sampled_from([MAY, JUNE, JULY]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(cells, max_size=60))
def test_everybody_in_the_list_is_like_four_others_and_nobody_is_lost(rows):
    presences = [Presence(n, day, FACE) for n, (_, _, day) in enumerate(rows)]
    places = {n: Place(sector, "Trust", area) for n, (sector, area, _) in enumerate(rows)}
    people = people_trained(presences, [], places, set())
    found = tables(people, presences)

    told = entries(people.values(), found)

    assert len(told) == (len(rows) if len(rows) >= LEAST else 0)
    alike = [(entry.sector, entry.area, entry.period) for entry in told]
    assert all(alike.count(key) >= LEAST for key in alike)
    assert {entry.sector for entry in told} <= {*found.named("sector"), ""}


def test_the_last_few_of_a_sector_take_its_smallest_group_with_them():
    ways = [
        *[[("H", "N", "May"), ("H", "N", "Q2"), ("H", "N", ""), ("H", "", ""), NOTHING]] * 9,
        *[[("H", "S", "May"), ("H", "S", "Q2"), ("H", "S", ""), ("H", "", ""), NOTHING]] * 6,
        *[[("H", "E", "May"), ("H", "E", "Q2"), ("H", "E", ""), ("H", "", ""), NOTHING]] * 2,
    ]

    assert recode(ways) == [("H", "N", "May")] * 9 + [("H", "", "")] * 8
