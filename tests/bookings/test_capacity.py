"""Who of the queue gets a place, as arithmetic."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.capacity import Quota, free, places

HEALTH, POLICE = "health", "police"


def given_to(sectors, *, booked=None, **kwargs) -> list[int]:
    return places(list(enumerate(sectors)), booked=booked or {}, **{"quotas": {}} | kwargs)


def test_places_are_given_in_order_until_there_are_none():
    assert given_to([HEALTH, POLICE, HEALTH], capacity=2) == [0, 1]
    assert given_to([HEALTH], capacity=2, booked={POLICE: 2}) == []
    assert given_to([HEALTH], capacity=1, booked={POLICE: 2}) == []


def test_a_full_sector_is_passed_over():
    quotas = {HEALTH: Quota(maximum=1)}

    assert given_to([HEALTH, HEALTH, POLICE, None], capacity=3, quotas=quotas) == [0, 2, 3]


def test_held_places_wait_for_their_sector_until_released():
    quotas = {POLICE: Quota(minimum=2)}

    assert given_to([HEALTH, HEALTH, POLICE, HEALTH], capacity=3, quotas=quotas) == [0, 2]
    assert given_to([HEALTH, HEALTH, POLICE], capacity=3, quotas=quotas, is_released=True) == [0, 1, 2]


def test_a_sector_beyond_its_minimum_takes_no_place_held_for_another():
    quotas = {POLICE: Quota(minimum=1), HEALTH: Quota(minimum=1)}

    assert given_to([POLICE, POLICE, HEALTH], capacity=2, quotas=quotas) == [0, 2]


def test_more_held_than_there_is_goes_by_turn():
    quotas = {POLICE: Quota(minimum=3), HEALTH: Quota(minimum=3)}

    assert given_to([POLICE, HEALTH, POLICE], capacity=2, quotas=quotas) == [0, 1]


def test_free_leaves_out_what_is_held():
    quotas = {POLICE: Quota(minimum=2)}

    assert free(capacity=5, booked={POLICE: 1, HEALTH: 1}, quotas=quotas) == 2
    assert free(capacity=5, booked={POLICE: 1, HEALTH: 1}, quotas=quotas, is_released=True) == 3
    assert free(capacity=1, booked={HEALTH: 4}, quotas={}) == 0


sectors = st.sampled_from([HEALTH, POLICE, "care", None])
quota = st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)).map(
    lambda pair: Quota(pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@settings(max_examples=150, deadline=None)
@given(
    queue=st.lists(sectors, max_size=12),
    booked=st.dictionaries(sectors, st.integers(0, 5), max_size=3),
    quotas=st.dictionaries(st.sampled_from([HEALTH, POLICE, "care"]), quota, max_size=3),
    capacity=st.integers(1, 12),
    is_released=st.booleans(),
)
def test_whatever_comes_the_rules_hold(queue, booked, quotas, capacity, is_released):
    given_places = given_to(queue, capacity=capacity, booked=booked, quotas=quotas, is_released=is_released)
    after = Counter(booked) + Counter(queue[turn] for turn in given_places)

    assert given_places == sorted(given_places)
    if given_places:
        assert sum(after.values()) <= capacity
    for sector, held in quotas.items():
        if held.maximum is not None and after[sector] > held.maximum:
            assert after[sector] == booked.get(sector, 0)
    for sector in set(queue):  # within a sector, first come is first served
        turns = [turn for turn, who in enumerate(queue) if who == sector]
        served = [turn for turn in turns if turn in given_places]
        assert served == turns[: len(served)]
    if not is_released and given_places:
        held = sum(max(0, q.minimum - after[sector]) for sector, q in quotas.items())
        last = queue[given_places[-1]]
        beyond_minimum = after[last] > quotas.get(last, Quota()).minimum
        assert not beyond_minimum or sum(after.values()) + held <= capacity
    rest = [(turn, who) for turn, who in enumerate(queue) if turn not in given_places]
    more = places(rest, capacity=capacity, booked=after, quotas=quotas, is_released=is_released)
    assert more == []  # nobody waits who could have a place
