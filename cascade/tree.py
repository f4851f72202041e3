"""Who trained whom, and how many people each line reached. Pure: no database.

A person is counted once for every trainer above them, however many sessions they came to. Bags of people are
merged from the smaller into the larger, so the cost grows with the people, hardly with the depth of the tree.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

NONE_GIVEN = "Not given"

#: A trainer or a person reached; equal for the same person.
Person = Hashable


class Place(NamedTuple):
    """Where somebody works, in words."""

    sector: str = NONE_GIVEN
    agency: str = NONE_GIVEN
    area: str = NONE_GIVEN


class Logged(NamedTuple):
    """People known only as a number."""

    people: int
    place: Place


@dataclass
class Count:
    """People, and how they spread over sectors, organisations and areas. Each breakdown adds up to `people`."""

    people: int = 0
    sectors: Counter = field(default_factory=Counter)
    agencies: Counter = field(default_factory=Counter)
    areas: Counter = field(default_factory=Counter)

    def add(self, place: Place, people: int = 1) -> None:
        self.people += people
        for counter, word in (
            (self.sectors, place.sector),
            (self.agencies, place.agency),
            (self.areas, place.area),
        ):
            counter[word] += people

    def take(self, place: Place) -> None:
        """Take one person out again."""
        self.people -= 1
        for counter, word in (
            (self.sectors, place.sector),
            (self.agencies, place.agency),
            (self.areas, place.area),
        ):
            counter[word] -= 1
            if not counter[word]:
                del counter[word]

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.people + other.people,
            _sum(self.sectors, other.sectors),
            _sum(self.agencies, other.agencies),
            _sum(self.areas, other.areas),
        )


def _sum(left: Counter, right: Counter) -> Counter:
    found = left.copy()
    found.update(right)
    return found


@dataclass
class Node:
    """A trainer. generation: 1 for those whom nobody here trained. own: reached by themselves; total: with
    everybody whom they trained, and whom those trained in turn. Nobody reaches themselves."""

    person: Person
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    generation: int = 1
    own: Count = field(default_factory=Count)
    total: Count = field(default_factory=Count)
    trainers_below: int = 0


@dataclass
class Forest:
    """roots: in the order in which they came; total: everybody reached, each once; left_out: edges (holder,
    trained by) that would have closed a circle."""

    roots: list[Node]
    nodes: dict[Person, Node]
    total: Count
    left_out: list[tuple[Person, Person]]

    def walk(self, start: Node | None = None) -> Iterator[Node]:
        """Yield `start` and everybody below, or the whole forest: a trainer before those they trained."""
        waiting = [start] if start else self.roots[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)

    @property
    def generations(self) -> int:
        return max((node.generation for node in self.nodes.values()), default=0)


def grow(
    edges: Iterable[tuple[Person, Person | None]],
    reached: Mapping[Person, Iterable[Person]],
    logged: Mapping[Person, Iterable[Logged]],
    places: Mapping[Person, Place],
) -> Forest:
    """Return the forest of trainers with everybody's reach.

    edges: (holder, who trained them or None), the earliest first; only a holder's first trainer counts, and an
    edge that would close a circle is left out.
    reached: trainer -> people with an account; logged: trainer -> people known only as numbers.
    Whom somebody trained to be a trainer belongs to their reach.
    """
    nodes, left_out = _joined(edges, (*reached, *logged))
    roots = [node for node in nodes.values() if node.parent is None]
    forest = Forest(roots, nodes, Count(), left_out)
    order = list(forest.walk())
    for node in order:
        if node.parent:
            node.generation = node.parent.generation + 1
    _count(forest, order, reached, logged, places)
    return forest


def _joined(edges, others) -> tuple[dict[Person, Node], list[tuple[Person, Person]]]:
    """Return the nodes with their parents set, and the edges left out."""
    nodes: dict[Person, Node] = {}
    top: dict[Person, Person] = {}  # towards the root, shortened on the way
    left_out = []

    def node_of(person: Person) -> Node:
        return nodes.setdefault(person, Node(person))

    def root_of(person: Person) -> Person:
        path = []
        while person in top:
            path.append(person)
            person = top[person]
        top.update(dict.fromkeys(path, person))
        return person

    for holder, trained_by in edges:
        child = node_of(holder)
        if trained_by is None:
            continue
        parent = node_of(trained_by)
        if child.parent is not None:
            continue
        if root_of(trained_by) == holder:
            left_out.append((holder, trained_by))
            continue
        child.parent = parent
        parent.children.append(child)
        top[holder] = trained_by
    for person in others:
        node_of(person)
    return nodes, left_out


@dataclass
class _Bag:
    """What a subtree has reached so far."""

    people: set
    count: Count
    logged: Count

    def swallow(self, other: "_Bag", places: Mapping[Person, Place]) -> None:
        for person in other.people - self.people:
            self.people.add(person)
            self.count.add(places.get(person, Place()))
        for mine, theirs in (
            (self.logged.sectors, other.logged.sectors),
            (self.logged.agencies, other.logged.agencies),
            (self.logged.areas, other.logged.areas),
        ):
            mine.update(theirs)
        self.logged.people += other.logged.people


def _count(forest: Forest, order: list[Node], reached, logged, places) -> None:
    """Fill in `own`, `total` and `trainers_below`, those below before those above."""
    bags: dict[Person, list[_Bag]] = defaultdict(list)
    for node in reversed(order):
        own = _own_bag(node, reached, logged, places)
        node.own = own.count + own.logged
        bag = _merged([own, *bags.pop(node.person, ())], places)
        node.total = bag.count + bag.logged
        if node.person in bag.people:
            node.total.take(places.get(node.person, Place()))
        above = node.parent.person if node.parent else None
        bags[above].append(bag)
        if node.parent:
            node.parent.trainers_below += node.trainers_below + 1
    whole = _merged(bags.pop(None, []) or [_Bag(set(), Count(), Count())], places)
    forest.total = whole.count + whole.logged


def _own_bag(node: Node, reached, logged, places) -> _Bag:
    people = set(reached.get(node.person, ())) | {child.person for child in node.children}
    people.discard(node.person)
    bag = _Bag(people, Count(), Count())
    for person in people:
        bag.count.add(places.get(person, Place()))
    for row in logged.get(node.person, ()):
        bag.logged.add(row.place, row.people)
    return bag


def _merged(bags: list[_Bag], places: Mapping[Person, Place]) -> _Bag:
    """Return the largest of `bags` with the others in it."""
    largest = max(bags, key=lambda bag: len(bag.people))
    for bag in bags:
        if bag is not largest:
            largest.swallow(bag, places)
    return largest


# --- What fits on a page ---------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One trainer in a list or picture. hidden: trainers below who are not shown."""

    node: Node
    depth: int
    hidden: int
    closes: int  # levels of the nested list that end after this line


def lines(forest: Forest, *, at_most: int, start: Node | None = None) -> tuple[list[Line], int]:
    """Return the trainers to show, a trainer before those they trained, and how many roots were left out.

    Whole generations are shown as far as `at_most` allows, the first always; of too many roots, those that
    reached most. start: show this branch alone.
    """
    roots = [start] if start else sorted(forest.roots, key=lambda node: -node.total.people)[:at_most]
    shown, deepest, layer = len(roots), 1, roots
    while layer:
        layer = [child for node in layer for child in node.children]
        if not layer or shown + len(layer) > at_most:
            break
        shown += len(layer)
        deepest += 1
    return _lines_of(roots, deepest), 0 if start else len(forest.roots) - len(roots)


def _lines_of(roots: list[Node], deepest: int) -> list[Line]:
    found: list[tuple[Node, int]] = []
    waiting = [(node, 1) for node in reversed(roots)]
    while waiting:
        node, depth = waiting.pop()
        found.append((node, depth))
        if depth < deepest:
            waiting += [(child, depth + 1) for child in reversed(node.children)]
    following = [*(depth for _, depth in found[1:]), 1][: len(found)]
    return [
        Line(node, depth, node.trainers_below if depth == deepest else 0, max(0, depth - after))
        for (node, depth), after in zip(found, following, strict=True)
    ]


@dataclass(frozen=True)
class Box:
    """One box of a picture: a trainer or, without a node, so many more on the lines below the one above.

    hidden: trainers below who are not shown.
    """

    depth: int
    node: Node | None = None
    hidden: int = 0
    more: int = 0
    above: Node | None = None


def boxes(forest: Forest, *, each: int, at_most: int, start: Node | None = None) -> list[Box]:
    """Return what a picture shows: of those whom somebody trained at most `each`, who trained others or reached most, the
    rest as one box; and whole generations as far as `at_most` boxes allow, the first always."""
    roots = [start] if start else forest.roots
    deepest, count, layer = 1, len(_picked(roots, each)), _picked(roots, each)
    while layer:
        layer = [child for node in layer for child in _picked(node.children, each)]
        count += len(layer)
        if not layer or count > at_most:
            break
        deepest += 1
    found: list[Box] = []
    waiting = _boxes_of(roots, each, 1, None, deepest)
    while waiting:
        box = waiting.pop()
        found.append(box)
        if box.node and box.depth < deepest:
            waiting += _boxes_of(box.node.children, each, box.depth + 1, box.node, deepest)
    return found


def _picked(nodes: list[Node], each: int) -> list[Node]:
    """Return those who trained others, then those who reached most; all when only one would be left over."""
    return sorted(nodes, key=lambda node: (not node.children, -node.total.people))[
        : each if len(nodes) > each + 1 else None
    ]


def _boxes_of(nodes: list[Node], each: int, depth: int, above: Node | None, deepest: int) -> list[Box]:
    """Return the boxes of `nodes`, the last first."""
    picked = _picked(nodes, each)
    more = sum(1 + n.trainers_below for n in nodes) - sum(1 + n.trainers_below for n in picked)
    rest = [Box(depth, more=more, above=above)] if more else []
    shown = [Box(depth, n, n.trainers_below if depth == deepest else 0, 0, above) for n in picked]
    return rest + shown[::-1]
