"""The search behind grouping: people, by number, at tables over several rounds. No database, no names, no words.

A `Room` knows at once what exchanging two people would cost, because it keeps for every round and table how many
people of each organisation and sector sit there, and for every person and table how many they have met already.
"""

from collections.abc import Sequence
from itertools import combinations

# What counts more than what; each step outweighs all that a single exchange can do to the steps below it.
APART = 10**10  # two people who must not sit together do
CAP = 10**8  # a person of an organisation beyond the cap
MOVED = 10**6  # somebody has to change the table they had
REPEAT = 10**3  # two people meet again
SECTOR, AGENCY = 3, 2  # two people of one sector, of one organisation, at one table

Seats = list[list[int]]  # seats[round][person] is the table, from 0


class Room:
    """Who sits where, and what it costs. Lower is better; see the weights above."""

    def __init__(
        self,
        seats: Seats,
        tables: int,
        agencies: Sequence[int],
        sectors: Sequence[int],
        *,
        caps: Sequence[int] | None = None,
        apart: Sequence[frozenset[int]] | None = None,
        kin: Sequence[frozenset[int]] | None = None,
        home: Seats | None = None,
        first: int = 0,
    ):
        """Seat everybody as in `seats`.

        caps: most people at a table, for each organisation.
        apart, kin: for each person those they must not sit with, and those they always sit with.
        home: the tables people had (-1: none); first: rounds before it are over and stay as they are.
        """
        self.people, self.tables, self.rounds = len(agencies), tables, len(seats)
        self.agencies, self.sectors, self.first = agencies, sectors, first
        self.apart = apart or [frozenset()] * self.people
        self.kin = kin or [frozenset()] * self.people
        self.caps, self.home = caps or [self.people] * (max(agencies) + 1), home
        self.seats = [list(row) for row in seats]
        self.one_more = [  # of an organisation, at a table that has `count` of it
            [AGENCY * count + (CAP if count >= cap else 0) for count in range(self.people + 1)]
            for cap in self.caps
        ]
        self._count()

    def _count(self) -> None:
        everybody = range(self.people)
        self.at = [[set() for _ in range(self.tables)] for _ in self.seats]
        self.of_agency = [[[0] * (max(self.agencies) + 1) for _ in range(self.tables)] for _ in self.seats]
        self.of_sector = [[[0] * (max(self.sectors) + 1) for _ in range(self.tables)] for _ in self.seats]
        self.met = [[0] * self.people for _ in everybody]
        for number, row in enumerate(self.seats):
            for p, table in enumerate(row):
                if table < 0:  # was not there in a round that is over
                    continue
                self.at[number][table].add(p)
                self.of_agency[number][table][self.agencies[p]] += 1
                self.of_sector[number][table][self.sectors[p]] += 1
            for p, q in (pair for table in self.at[number] for pair in combinations(sorted(table), 2)):
                if q not in self.kin[p]:
                    self.met[p][q] += 1
                    self.met[q][p] += 1
        self.repeats = sum(max(0, m - 1) for row in self.met for m in row) // 2
        # acquainted[round][p][table]: people at that table whom p meets in another round as well
        self.acquainted = [[[0] * self.tables for _ in everybody] for _ in self.seats]
        for number, row in enumerate(self.seats):
            for p in everybody:
                for q in self._mates_elsewhere(number, p):
                    if row[q] >= 0:
                        self.acquainted[number][p][row[q]] += 1

    def _mates_elsewhere(self, number: int, p: int) -> set[int]:
        """Those whom `p` meets in rounds other than `number`; people kept together do not count."""
        found: set[int] = set()
        for other in range(self.rounds):
            if other != number and self.seats[other][p] >= 0:
                found |= self.at[other][self.seats[other][p]]
        found.discard(p)
        return found - self.kin[p] if self.kin[p] else found

    # --- What an exchange would cost ---------------------------------------------------------

    def repeats_of_swap(self, number: int, p: int, q: int) -> int:
        """Pairings repeated more (or fewer) when `p` and `q` change tables in one round."""
        row, known = self.seats[number], self.acquainted[number]
        t, u = row[p], row[q]
        both = 2 if self.met[p][q] and q not in self.kin[p] else 0
        return known[p][u] - known[p][t] + known[q][t] - known[q][u] - both

    def mix_of_swap(self, number: int, p: int, q: int) -> int:
        """Everything but repeats: organisations, sectors, keeping apart, and who had which table."""
        row = self.seats[number]
        t, u = row[p], row[q]
        cost = 0
        a, b = self.agencies[p], self.agencies[q]
        if a != b:
            here, there = self.of_agency[number][t], self.of_agency[number][u]
            more = self.one_more[a]
            cost = more[there[a]] - more[here[a] - 1]
            more = self.one_more[b]
            cost += more[here[b]] - more[there[b] - 1]
        a, b = self.sectors[p], self.sectors[q]
        if a != b:
            here, there = self.of_sector[number][t], self.of_sector[number][u]
            cost += SECTOR * (here[b] - here[a] + there[a] - there[b] + 2)
        if self.apart[p] or self.apart[q]:
            cost += APART * self._clashes_of_swap(number, p, q)
        if self.home is not None:
            home = self.home[number]
            for person, now, then in ((p, t, u), (q, u, t)):
                if home[person] >= 0:
                    cost += MOVED * ((then != home[person]) - (now != home[person]))
        return cost

    def _clashes_of_swap(self, number: int, p: int, q: int) -> int:
        row = self.seats[number]
        t, u = row[p], row[q]
        change = 0
        for person, other, now, then in ((p, q, t, u), (q, p, u, t)):
            for enemy in self.apart[person]:
                if enemy != other:
                    change += (row[enemy] == then) - (row[enemy] == now)
        return change

    # --- Exchanging ---------------------------------------------------------------------------

    def swap(self, number: int, p: int, q: int) -> None:
        self.repeats += self.repeats_of_swap(number, p, q)
        t, u = self.seats[number][p], self.seats[number][q]
        self._move(number, p, t, u)
        self._move(number, q, u, t)

    def _move(self, number: int, p: int, t: int, u: int) -> None:
        here, there = self.at[number][t], self.at[number][u]
        self.of_agency[number][t][self.agencies[p]] -= 1
        self.of_agency[number][u][self.agencies[p]] += 1
        self.of_sector[number][t][self.sectors[p]] -= 1
        self.of_sector[number][u][self.sectors[p]] += 1
        known = self.acquainted[number]
        for x in self._mates_elsewhere(number, p):
            known[x][t] -= 1
            known[x][u] += 1
        here.discard(p)
        self.seats[number][p] = u
        kin, met = self.kin[p], self.met[p]
        for x in here:
            if x not in kin:
                self._note_meeting(number, p, x, met[x], -1)
                met[x] -= 1
                self.met[x][p] -= 1
        for x in there:
            if x not in kin:
                self._note_meeting(number, p, x, met[x] + 1, 1)
                met[x] += 1
                self.met[x][p] += 1
        there.add(p)

    def _note_meeting(self, number: int, p: int, x: int, times: int, step: int) -> None:
        """`p` and `x` stop meeting (-1) in a round, or start (1); `times` they meet with it."""
        for other in range(self.rounds):
            if other == number:
                continue
            row = self.seats[other]
            if times - (row[p] == row[x] >= 0) == 1:  # but for this round they meet only in `other`, or never
                if row[x] >= 0:
                    self.acquainted[other][p][row[x]] += step
                if row[p] >= 0:
                    self.acquainted[other][x][row[p]] += step

    # --- What is wrong ------------------------------------------------------------------------

    def is_breaking(self, number: int, p: int) -> bool:
        """Whether a wish is broken at this person's table, and moving them could help."""
        row = self.seats[number]
        agency = self.agencies[p]
        if self.of_agency[number][row[p]][agency] > self.caps[agency]:
            return True
        return any(row[enemy] == row[p] for enemy in self.apart[p])

    def is_broken(self) -> bool:
        return any(
            self.is_breaking(number, p)
            for number in range(self.first, self.rounds)
            for p in range(self.people)
        )

    def broken_wishes(self) -> int:
        """Pairs at one table who must not be, and people beyond a cap, over the rounds."""
        pairs = sum(row[q] == row[p] >= 0 for row in self.seats[self.first :] for p, q in self._enemies())
        return pairs + sum(
            max(0, count - cap)
            for tables in self.of_agency[self.first :]
            for counts in tables
            for count, cap in zip(counts, self.caps, strict=True)
        )

    def _enemies(self) -> list[tuple[int, int]]:
        return [(p, q) for p, others in enumerate(self.apart) for q in others if p < q]

    def sameness(self) -> int:
        """Pairs of one sector or one organisation at a table, weighed: what mixing makes small."""
        return sum(
            weight * count * (count - 1) // 2
            for weight, kinds in ((AGENCY, self.of_agency), (SECTOR, self.of_sector))
            for tables in kinds
            for counts in tables
            for count in counts
        )

    def reseated(self, seats: Seats) -> "Room":
        """The same people at other tables."""
        return Room(
            seats,
            self.tables,
            self.agencies,
            self.sectors,
            caps=self.caps,
            apart=self.apart,
            kin=self.kin,
            home=self.home,
            first=self.first,
        )
