"""The answers of a QTI item and how it marks them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree.ElementTree import Element

from quizzes.content import ItemType, Mode
from quizzes.exchange import xml
from quizzes.exchange.question import FULL, decimal_of, right_minus_wrong
from quizzes.exchange.text import one_line, plain, short
from quizzes.marking import number_of

#: Marking that says nothing but right, wrong, mapped, and which feedback to show.
ORDINARY = frozenset(
    [
        "responseProcessing",
        "responseCondition",
        "responseIf",
        "responseElseIf",
        "responseElse",
        "isNull",
        "not",
        "and",
        "variable",
        "setOutcomeValue",
        "mapResponse",
        "match",
        "correct",
        "baseValue",
        "multiple",
        "stringMatch",
        "equal",
        "member",
    ]
)
#: How far a sum of rounded parts may be off from a whole.
NEAR_ONE = Decimal("0.011")


@dataclass(frozen=True)
class Part:
    """One answer. name: its identifier, or its words where it is typed.  element: holds its words, if any does."""

    name: str
    element: Element | None = None
    text: str = ""
    match: str = ""
    tolerance: Decimal | None = None


@dataclass
class Answers:
    """What the reader of one kind of interaction found. shares: per cent, one for each part, or none."""

    item: Element
    interaction: Element
    type: ItemType = ItemType.SINGLE
    mode: Mode = Mode.RIGHT_MINUS_WRONG
    shares: list[Decimal] = field(default_factory=list)
    worth: Decimal = Decimal(1)
    case: bool = False
    parts: list[Part] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def __post_init__(self):
        name = self.interaction.get("responseIdentifier", "RESPONSE")
        self.name = name
        self.response = next(
            (one for one in self.item.findall("responseDeclaration") if one.get("identifier") == name), None
        )
        if self.response is None:
            raise ValueError("it declares no response, so nothing says which answer is right")
        self.rights = [xml.text_of(value) for value in self.response.findall("correctResponse/value")]
        self.mapping = self.response.find("mapping")
        found = self.item.find("responseProcessing")
        self.processing = found if found is not None else Element("responseProcessing")
        if not {one.tag for one in self.processing.iter()} <= ORDINARY:
            self.losses.append("its own rules of marking: here its right answers and their values count")

    @property
    def is_mapped(self) -> bool:
        """Say whether answers have values of their own and these count."""
        if self.mapping is None:
            return False
        template = self.processing.get("template", "")
        if "match_correct" in template:
            return False
        if template or not len(self.processing):
            return True
        return self.processing.find(".//mapResponse") is not None or not self.rights

    def entries(self) -> dict[str, Decimal]:
        """Return what is mapped -> its value, as the file has it."""
        return {
            one.get("mapKey", ""): decimal_of(one.get("mappedValue")) or Decimal(0)
            for one in self.mapping.findall("mapEntry")
        }

    def scaled(self, entries: dict[str, Decimal], most: Decimal) -> dict[str, Decimal]:
        """Return the values per cent of the best answer, and note what the best answer is worth."""
        upper = decimal_of(self.mapping.get("upperBound"))
        whole = upper if upper and upper > 0 else most
        if abs(whole - 1) < NEAR_ONE:
            whole = Decimal(1)
        if whole <= 0:
            raise ValueError("no answer of it earns anything")
        self.worth = whole
        return {key: value / whole * FULL for key, value in entries.items()}

    def names_of_feedback(self) -> dict[str, str]:
        """Return the identifier of a feedback -> the name of the answer that it is for."""
        names = {part.name: part.name for part in self.parts}
        if self.type not in (ItemType.SHORT, ItemType.NUMERIC):
            return names
        found = {}
        for tag in ("responseIf", "responseElseIf"):
            for rule in self.processing.iter(tag):
                wanted = _wanted(rule)
                for outcome in rule.findall("setOutcomeValue"):
                    for value in outcome.iter("baseValue"):
                        if value.get("baseType") == "identifier" and wanted is not None:
                            found[xml.text_of(value)] = wanted
        by_number = {decimal_of(part.name): part.name for part in self.parts}
        return {
            key: name if name in names else by_number.get(decimal_of(name), "") for key, name in found.items()
        }


def _wanted(rule: Element) -> str | None:
    """Return the answer that a rule looks for."""
    for test in ("equal", "stringMatch", "match"):
        found = rule.find(test)
        if found is not None and found.find("baseValue") is not None:
            return one_line(found.find("baseValue").text or "")
    return None


def _require(parts: Iterable) -> None:
    if not parts:
        raise ValueError("it offers no answers")


def choice(answers: Answers) -> list[Part]:
    """Read choiceInteraction, inlineChoiceInteraction and hottextInteraction."""
    tag = {"hottextInteraction": "hottext", "inlineChoiceInteraction": "inlineChoice"}.get(
        answers.interaction.tag, "simpleChoice"
    )
    answers.parts = [Part(one.get("identifier", ""), one) for one in answers.interaction.iter(tag)]
    names = [part.name for part in answers.parts]
    _require(names)
    many = answers.response.get("cardinality") == "multiple"
    answers.type = ItemType.MULTIPLE if many else ItemType.SINGLE
    if tag == "hottext":
        answers.type = ItemType.SIGNS
    if answers.is_mapped:
        entries = answers.entries()
        rest = decimal_of(answers.mapping.get("defaultValue")) or Decimal(0)
        values = {name: entries.get(name, rest) for name in names}
        best = sum(v for v in values.values() if v > 0) if many else max(values.values())
        shares = answers.scaled(values, Decimal(best))
        answers.shares = [max(min(shares[name], FULL), -FULL) for name in names]
        return answers.parts
    if not answers.rights or not set(answers.rights) <= set(names):
        raise ValueError("it does not say which of its answers is right")
    rights = [name in answers.rights for name in names]
    answers.mode = Mode.ALL_OR_NOTHING
    answers.shares = (
        right_minus_wrong(rights)
        if answers.type != ItemType.SINGLE
        else [FULL * right for right in map(int, rights)]
    )
    return answers.parts


def match(answers: Answers) -> list[Part]:
    """Read matchInteraction: the first set are the left halves, the second what they are matched with."""
    sets = answers.interaction.findall("simpleMatchSet")
    if len(sets) != 2:
        raise ValueError("it has not two sets to match")
    lefts, halves = ({one.get("identifier", ""): one for one in each} for each in sets)
    entries = answers.entries() if answers.is_mapped else {}
    pairs = answers.rights or [key for key, value in entries.items() if value > 0]
    matched: dict[str, str] = {}
    for pair in pairs:
        left, _, half = pair.partition(" ")
        left, half = (half, left) if left in halves else (left, half)
        if left not in lefts or half not in halves or left in matched:
            raise ValueError("a left half has not exactly one other half")
        matched[left] = half
    if matched.keys() != lefts.keys():
        raise ValueError("a left half has not exactly one other half")
    words = {name: one_line("".join(one.itertext())) for name, one in halves.items()}
    answers.parts = [Part(name, one, match=words[matched[name]]) for name, one in lefts.items()]
    used = set(matched.values())
    answers.parts += [Part(name, match=words[name]) for name in halves if name not in used]
    answers.type = ItemType.MATCHING
    answers.mode = Mode.RIGHT_MINUS_WRONG if answers.is_mapped else Mode.ALL_OR_NOTHING
    if len(set(entries.values())) > 1:
        answers.losses.append("pairs of different worth: here each pair counts the same")
    return answers.parts


def order(answers: Answers) -> list[Part]:
    """Read orderInteraction."""
    found = {one.get("identifier", ""): one for one in answers.interaction.iter("simpleChoice")}
    if sorted(answers.rights) != sorted(found):
        raise ValueError("it does not say the right order of all its parts")
    answers.type, answers.mode = ItemType.ORDERING, Mode.ALL_OR_NOTHING
    answers.parts = [Part(name, found[name]) for name in answers.rights]
    return answers.parts


def typed(answers: Answers) -> list[Part]:
    """Read textEntryInteraction: words or a number, by the declared type."""
    if answers.response.get("baseType") in ("float", "integer"):
        return _number(answers)
    answers.type = ItemType.SHORT
    if not answers.is_mapped:
        answers.parts = [Part(one_line(value), text=value) for value in answers.rights]
        answers.shares = [FULL] * len(answers.parts)
        answers.case = True
        _require(answers.parts)
        return answers.parts
    entries = answers.entries()
    _require(entries)
    shares = answers.scaled(entries, max(entries.values()))
    answers.parts = [Part(one_line(key), text=key) for key in entries]
    answers.shares = [max(min(shares[key], FULL), -FULL) for key in entries]
    cases = {one.get("caseSensitive", "true") for one in answers.mapping.findall("mapEntry")}
    answers.case = "true" in cases
    if len(cases) > 1:
        answers.losses.append("capitals matter in some accepted answers: here they matter in all")
    return answers.parts


def _number(answers: Answers) -> list[Part]:
    answers.type = ItemType.NUMERIC
    found = _rules(answers)
    if not found and answers.is_mapped:
        entries = answers.entries()
        shares = answers.scaled(entries, max(entries.values(), default=Decimal(0)))
        found = [(key, None, shares[key]) for key in entries]
    found = found or [(value, None, FULL) for value in answers.rights[:1]]
    _require(found)
    for value, tolerance, share in found:
        number = decimal_of(value)
        number = number_of(value) if number is None else number
        if number is None:
            raise ValueError(f"“{short(value, 30)}” is no number")
        answers.parts.append(Part(one_line(value), text=plain(number), tolerance=tolerance))
        answers.shares.append(max(min(share, FULL), -FULL))
    return answers.parts


def _rules(answers: Answers) -> list[tuple[str, Decimal | None, Decimal]]:
    """Return number, tolerance and share of each rule that compares the answer with one."""
    found = []
    for tag in ("responseIf", "responseElseIf"):
        for rule in answers.processing.iter(tag):
            test = rule.find("equal")
            if test is None:
                continue
            wanted = _wanted(rule)
            if wanted is None and test.find("correct") is not None and answers.rights:
                wanted = answers.rights[0]
            score = next(
                (one for one in rule.findall("setOutcomeValue") if one.get("identifier") == "SCORE"), None
            )
            value = decimal_of(xml.text_of(score.find("baseValue"))) if score is not None else Decimal(1)
            if wanted is None or value is None:
                continue
            found.append((wanted, _tolerance(test, wanted, answers), value))
    best = max((share for *_, share in found), default=Decimal(0))
    whole = best if best > 1 else Decimal(1)
    answers.worth = whole
    return [(wanted, tolerance, share / whole * FULL) for wanted, tolerance, share in found]


def _tolerance(test: Element, wanted: str, answers: Answers) -> Decimal | None:
    numbers = [number for number in map(decimal_of, test.get("tolerance", "").split()) if number is not None]
    if not numbers or test.get("toleranceMode", "exact") == "exact":
        return None
    if len(set(numbers)) > 1:
        answers.losses.append("a tolerance that differs upwards and downwards: here the smaller one counts")
    tolerance = min(numbers)
    if test.get("toleranceMode") == "relative":
        tolerance = abs(decimal_of(wanted) or Decimal(0)) * tolerance / 100
    return tolerance


READERS = {
    "choiceInteraction": choice,
    "inlineChoiceInteraction": choice,
    "hottextInteraction": choice,
    "matchInteraction": match,
    "orderInteraction": order,
    "textEntryInteraction": typed,
}
