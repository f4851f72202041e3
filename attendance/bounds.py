"""What no seating can go below. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb

from attendance.wishes import Wishes


def lowest_repeats(wishes: Wishes, rounds: int, units: Iterable[Sequence[int]] = ()) -> int:
    """Return a number of repeated pairings that no plan can go below. A pair that meets m times counts m - 1.

    As `fewest_repeats` for everybody; and where organisations just fill the cap (cap × tables people) every table has
    exactly `cap` of them in every round: then the bounds of each such organisation by itself, of the rest by itself,
    and of the pairings between any two of these parts, add up. Three rounds at two tables: `two_tables` as well.
    The greatest is returned.
    """
    kin = sum(comb(len(unit), 2) for unit in units)
    people, tables = len(wishes.people), wishes.tables
    never = len(wishes.apart_pairs)
    members = Counter(wishes.agencies)
    never += sum(comb(count, 2) for agency, count in members.items() if wishes.caps[agency] == 1)
    alone = fewest_repeats(people, tables, rounds, kin=kin, never=never if not _overlap(wishes) else 0)
    if tables == 2 and rounds == 3 and not kin:
        alone = max(alone, two_tables([(count, wishes.caps[agency]) for agency, count in members.items()]))
    full = [count for agency, count in members.items() if count == wishes.caps[agency] * tables]
    if kin or not full:
        return alone
    parts = [*full, people - sum(full)]
    within = sum(fewest_repeats(part, tables, rounds) for part in parts if part)
    across = sum(
        max(0, rounds * (one * other // tables) - one * other) for one, other in combinations(parts, 2)
    )
    return max(alone, within + across)


def _overlap(wishes: Wishes) -> bool:
    """Whether two who are to be kept apart are of one organisation, and so would be counted twice."""
    return any(wishes.agencies[p] == wishes.agencies[q] for p, q in wishes.apart_pairs)


def fewest_repeats(people: int, tables: int, rounds: int, *, kin: int = 0, never: int = 0) -> int:
    """The lower bound for any plan whose tables differ by at most one person.

    kin: pairs kept together, whose meetings do not count; never: pairs that may not meet at all.

    With sizes s_1 … s_T (sum n) and R rounds:
    1. A table of s people in a later round takes them from the T tables of an earlier round. Spread as evenly as
       possible, s = qT + r, at least r·C(q+1, 2) + (T - r)·C(q, 2) pairs of them met in that round. Summed over
       the tables of a round this is b, and every round but the first repeats at least b pairs: (R - 1)·b.
    2. There are R·ΣC(s_i, 2) pairings and at most C(n, 2) - never pairs to have them: the difference are repeats.
    3. Three rounds at two tables of 2k + 1 people: bound 1 would need each of the four cells of two rounds (k, k,
       k + 1, k + 1 people) to stay whole in the third, but then a half of 2k + 1 is an earlier table again. A cell
       must part with somebody, which costs k pairs more: bound 1 + k, found by trying all for n = 6, 10 and 14.
    Pairs kept together are taken off once for every round after the first (1) and out of both counts (2).
    """
    sizes = [people // tables + (table < people % tables) for table in range(tables)]
    spread = 0
    for size in sizes:
        whole, over = divmod(size, tables)
        spread += over * comb(whole + 1, 2) + (tables - over) * comb(whole, 2)
    by_spread = (rounds - 1) * (spread - kin)
    if tables == 2 and rounds == 3 and people % 4 == 2 and not kin:
        by_spread += people // 4
    by_count = rounds * (sum(comb(size, 2) for size in sizes) - kin) - (comb(people, 2) - kin - never)
    return max(0, by_spread, by_count)


def two_tables(agencies: Sequence[tuple[int, int]]) -> int:
    """The lower bound for three rounds at two tables, of organisations with (people, most at a table).

    Somebody's three tables are one of eight patterns of bits. Two people meet 3 - h times, h the places in which
    their patterns differ: repeats are 2 for the same pattern, 1 for h = 1, else 0. Put the patterns in four pairs of
    opposites, a_i people with one of even weight and b_i with the other; s_i = a_i + b_i, d_i = a_i - b_i, D = Σd_i.
    Two even patterns, or two odd ones, differ in two bits; an even and an odd one in one, or as opposites in three.
    So with n = Σs_i there are Σ(a_i² + b_i² - a_i·b_i) - n + Σa_i·Σb_i repeats, that is

        Σ(s_i² + 3·d_i²)/4 - n + (n² - D²)/4.

    Both tables have as many people, or one has one more, say the same in each round: then d_i = D/4 for all i if n
    is even, and if n is odd (D + 3)/4 for one of them and (D - 1)/4 for the others. So D leaves no choice but the
    s_i, which are best as even as can be, |d_i| or more and odd where d_i is: the sum is tried for every D.
    The organisations bound D: each adds at most its people, and one that fills its cap at both tables is there in
    equal parts, so that its own D is a multiple of four (above), and a pair of it adds nothing.
    """
    people = sum(count for count, _ in agencies)
    most = sum(4 * (count // 4) if count == 2 * cap else count for count, cap in agencies)
    odd = people % 2
    found = []
    for total in range(-most, most + 1):
        if (total - odd) % 4:
            continue
        parts = [(total + 3 * odd) // 4, *[(total - odd) // 4] * 3]
        sums = [abs(part) for part in parts]
        while sum(sums) < people:  # two more where it costs least; as many are left as come in twos
            sums[sums.index(min(sums))] += 2
        quarters = sum(s * s + 3 * d * d for s, d in zip(sums, parts, strict=True))
        found.append((quarters + people * people - total * total) // 4 - people)
    return min(found)
