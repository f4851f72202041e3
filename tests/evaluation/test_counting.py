from hypothesis import given
from hypothesis import strategies as st

from evaluation.counting import by_group, in_fives
from evaluation.suppression import is_small

PEOPLE = st.lists(st.integers(0, 60), unique=True, max_size=40)


def test_people_are_counted_in_steps_of_five_in_their_order():
    assert in_fives("abcdefg") == list("abcde")
    assert in_fives("abcd") == []


def test_a_sector_counts_its_own_first_people():
    sectors = dict.fromkeys(range(6), "Health") | dict.fromkeys(range(6, 10), "Police")
    assert by_group(range(10), list(range(10)), sectors) == {"Health": [0, 1, 2, 3, 4]}


def test_the_smallest_sector_goes_where_all_sectors_together_would_leave_two_people():
    sectors = dict.fromkeys(range(11), "Health") | dict.fromkeys(range(11, 17), "Police")
    found = by_group(in_fives(list(range(17))), list(range(17)), sectors)
    assert found == {"Health": list(range(10)), "Police": [11, 12, 13, 14, 15]} or "Police" not in found
    everybody = {person for members in found.values() for person in members}
    assert not is_small(len(everybody ^ set(range(15))))


@given(PEOPLE)
def test_sectors_and_their_total_differ_by_nobody_or_by_five_and_more(people):
    sectors = {person: "abcd"[person % 4] for person in people}
    found = by_group(in_fives(people), people, sectors)
    everybody = {person for members in found.values() for person in members}
    assert not is_small(len(everybody ^ set(in_fives(people))))
    assert all(len(members) % 5 == 0 for members in found.values())
