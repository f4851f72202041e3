"""Make groups: the time for a full room, and how near random rooms come to the fewest repeats possible."""

import random
import time
from collections import Counter
from collections.abc import Callable

from attendance.grouping import Person, Plan, make_tables

ROOMS, RUNS = 1_000, 5
NEAR = 1.1  # how much more than the lower bound may be repeated


def measure_groups(report: Callable[..., None]) -> None:
    """Report seconds and ratios.

    groups.seconds  CPU time of 120 people, 20 organisations at most 2 at a table, three rounds; floor: the budget, 1.
    groups.repeats  worst room's repeated pairings over three rounds; floor: the lower bound of that room (see
                    attendance/bounds.py); a room whose bound is 0 counts as 1 + its repeats.
    groups.above    rooms with over 10 % more repeats than their lower bound; floor: 1.
    groups.caps     rooms whose cap could be kept and was not; floor: 1.
    """
    spent = [_seconds(seed) for seed in range(RUNS)]
    report("groups.seconds", max(spent), "s", 1, max(spent), RUNS)
    worst, broken, above = (1.0, 0, 0), 0, 0
    for seed in range(ROOMS):
        plan, is_possible = _random_room(seed)
        ratio = plan.repeats / plan.fewest if plan.fewest else 1 + plan.repeats
        worst = max(worst, (ratio, plan.repeats, plan.fewest))
        above += plan.repeats > NEAR * plan.fewest
        broken += is_possible and bool(plan.unmet)
    report("groups.repeats", worst[1], "repeats", worst[2], worst[0], ROOMS)
    report("groups.above", above, "rooms", 1, above, ROOMS)
    report("groups.caps", broken, "rooms", 1, broken, ROOMS)


def _seconds(seed: int) -> float:
    people = [Person(f"p{n:03}", f"agency {n % 20}", f"sector {n % 7}") for n in range(120)]
    begun = time.process_time()
    make_tables(people, size=8, cap=2, rounds=3, seed=seed)
    return time.process_time() - begun


def _random_room(seed: int) -> tuple[Plan, bool]:
    """6 to 120 people of 2 to 12 organisations; the cap is often the tightest that can be kept, sometimes tighter."""
    rng = random.Random(seed)
    count, agencies, size = rng.randint(6, 120), rng.randint(2, 12), rng.randint(3, 10)
    drawn = rng.choices(range(agencies), [rng.random() + 0.05 for _ in range(agencies)], k=count)
    people = [Person(f"p{n:03}", f"agency {a}", f"sector {a % 7}") for n, a in enumerate(drawn)]
    tables, most = -(-count // size), max(Counter(drawn).values())
    cap = max(1, -(-most // tables) + rng.choice((-1, 0, 0, 1)))
    return make_tables(people, size=size, cap=cap, rounds=3, seed=seed), most <= cap * tables
