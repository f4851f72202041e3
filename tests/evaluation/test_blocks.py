"""Whatever is shown is put together from parts of five people and more, however it is added and subtracted."""

from datetime import date, timedelta
from itertools import combinations, pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.blocks import Rated, blocks_of, told_apart
from evaluation.suppression import is_small

FIRST = date(2026, 5, 4)
DAYS = 6
STAGES = ("after", "later")
OUTCOMES = (("LO1", "LO2"), ("LO1", "LO2"), ("LO1", "LO2"), ("LO1",))


def rated(person, *, day=0, sector="Health", outcomes=("LO1",)):
    return Rated(person, FIRST + timedelta(days=day), sector, dict.fromkeys(outcomes, (2, 4)))


@st.composite
def groups(draw):
    """Up to 40 people, some of whom rated after the course, some three months on, some both times."""
    found = {stage: [] for stage in STAGES}
    for person in range(draw(st.integers(0, 40))):
        sector, outcomes = draw(st.sampled_from("HHHPPF")), draw(st.sampled_from(OUTCOMES))
        for stage in draw(st.sampled_from([STAGES, STAGES, STAGES[:1], STAGES[1:]])):
            day = draw(st.integers(0, DAYS - 1)) if draw(st.booleans()) else 0
            found[stage].append(rated(person, day=day, sector=sector, outcomes=outcomes))
    return found


def looks(group):
    """What is told on each morning."""
    return [blocks_of(group, FIRST + timedelta(days=day)) for day in range(DAYS + 1)]


def figures(blocks):
    """The people of each figure that one look at a page shows: everybody, by sector, by outcome."""
    found = [frozenset(one.person for block in blocks for one in block.people)]
    for sector in {name for block in blocks for name in block.sectors}:
        found.append(frozenset(one.person for block in blocks for one in block.sectors.get(sector, ())))
    for outcome in {name for block in blocks for name in block.outcomes}:
        found.append(
            frozenset(one.person for block in blocks if outcome in block.outcomes for one in block.people)
        )
    return found


@settings(max_examples=60, deadline=None)
@given(groups())
def test_no_figure_and_no_difference_of_two_is_about_fewer_than_five(group):
    """All looks at both comparisons, each pair of them."""
    shown = {figure for look in looks(group) for blocks in look.values() for figure in figures(blocks)}
    assert not [figure for figure in shown if is_small(len(figure))]
    assert not [(a, b) for a, b in combinations(shown, 2) if is_small(len(a - b) + len(b - a))]


@settings(max_examples=40, deadline=None)
@given(groups(), groups())
def test_nor_is_a_difference_of_a_groups_page_and_its_programmes_report(one, two):
    """The programme's figures are unions of its groups'; people of the second group are others than of the first."""
    pages = [figures(blocks) for blocks in blocks_of(one, FIRST + timedelta(days=DAYS)).values()]
    others = [
        [frozenset(100 + person for person in figure) for figure in figures(blocks)]
        for blocks in blocks_of(two, FIRST + timedelta(days=DAYS)).values()
    ]
    report = [page[0] | other[0] for page, other in zip(pages, others, strict=True)]
    ours, theirs = ({figure for page in found for figure in page} for found in (pages, others))
    for whole in report:
        assert not [figure for figure in ours | theirs if is_small(len(whole ^ figure))]
        # One figure of each group: added up, since nobody is in both.
        assert not [1 for a, b in product(ours, theirs) if is_small(len(whole ^ (a | b)))]


@settings(max_examples=60, deadline=None)
@given(groups())
def test_no_weighted_sum_of_parts_of_both_comparisons_is_about_fewer_than_five(group):
    """Who counts in a sum: those whose part of one comparison and part of the other do not cancel. Tries all of them."""
    found = blocks_of(group, FIRST + timedelta(days=DAYS))
    for outcome in ("LO1", "LO2"):
        parts = [
            [part for block in found[stage] if outcome in block.outcomes for part in block.parts]
            for stage in STAGES
        ]
        count = len(parts[0]) + len(parts[1])
        place = [{p: n for n, part in enumerate(side) for p in part} for side in parts]
        people = place[0].keys() | place[1].keys()
        for weights in range(1, 2 ** min(count, 12)):
            one = {p: weights >> place[0][p] & 1 if p in place[0] else 0 for p in people}
            two = {p: weights >> len(parts[0]) + place[1][p] & 1 if p in place[1] else 0 for p in people}
            assert not is_small(sum(one[p] != two[p] for p in people))


@settings(max_examples=40, deadline=None)
@given(groups())
def test_what_was_told_stays_told(group):
    """A block never changes, so a look later adds whole blocks and nothing else."""
    days = looks(group)
    for earlier, later in pairwise(days):
        assert all(later[stage][: len(earlier[stage])] == earlier[stage] for stage in STAGES)


def test_people_of_a_day_come_together_however_many():
    group = {"after": [rated(n) for n in range(28)], "later": []}
    (block,) = blocks_of(group, FIRST + timedelta(days=1))["after"]
    assert len(block.people) == 28
    assert blocks_of(group, FIRST)["after"] == []


def test_sectors_spare_as_few_people_as_the_small_ones_need():
    people = [rated(n, sector=s) for n, s in enumerate("H" * 9 + "P" * 8 + "F" * 2)]
    assert {sector: len(part) for sector, part in told_apart(people).items()} == {"H": 7, "P": 7}


def test_a_sector_that_cannot_spare_anybody_is_not_told():
    people = [rated(n, sector=s) for n, s in enumerate("H" * 5 + "F" * 2)]
    assert told_apart(people) == {}
