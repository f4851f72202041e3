"""Questions from a GIFT file, Moodle's text format: a question a block, an empty line between two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from quizzes.content import ChoiceContent, ItemContent, ItemType, Mode
from quizzes.exchange.categories import category_from_path
from quizzes.exchange.html import Cleaner
from quizzes.exchange.question import (
    FALSE,
    FULL,
    TRUE,
    Labels,
    Question,
    Row,
    assembled,
    decimal_of,
    earlier_catches,
)
from quizzes.exchange.text import one_line, plain, short

#: An escaped character hides behind one that no text holds until the structure is found.
HIDDEN = 0xDC00
ESCAPE = re.compile(r"\\([\\:#={}~n])")
SHOWN = {HIDDEN + ord(c): c for c in "\\:#={}~"} | {HIDDEN + ord("n"): "\n"}
FORMATS = {"html": "html", "moodle": "auto", "plain": "plain", "markdown": "markdown"}
WEIGHT = re.compile(r"%(-*[0-9]{1,3}(?:\.[0-9]*)?)%")
ORDER_WORDS = re.compile(
    r"(?:\s*\b(?:ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG|HORIZONTAL|HORI|H|VERTICAL|VERT|V|ALL_OR_NOTHING"
    r"|ABSOLUTE_POSITION|ABSOLUTE|ABS|RELATIVE\w*|LONGEST\w*|SHOW|TRUE|YES|HIDE|FALSE|NO|NUMBERING\w*|[01])\b)*"
)


class Refused(ValueError):
    """One question that cannot be read; its text is the reason, `kind` what the format calls its type."""

    def __init__(self, reason: str, kind: str = "question"):
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True)
class Block:
    line: int
    text: str
    code: str
    tags: tuple[str, ...]


def read(text: str) -> list[Row]:
    """Return a row a question, in the order of the file."""
    rows, category = [], ""
    for block in _blocks(text):
        if block.text.startswith("$CATEGORY:"):
            path = one_line(block.text.removeprefix("$CATEGORY:"))
            category = category_from_path(path)
            continue
        rows.append(_row(block, category))
    return rows


def _blocks(text: str) -> Iterator[Block]:
    lines, start, comments = [], 0, []
    everything = [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]
    for number, line in enumerate(everything, start=1):
        bare = line.strip()
        if bare.startswith("//"):
            comments.append(bare)
        elif bare:
            start = start or number
            lines.append(line)
            if bare.startswith("$CATEGORY:"):
                bare = ""
        if not bare:
            if lines:
                yield Block(start, "\n".join(lines).strip(), *_marks(comments))
            lines, start, comments = [], 0, []


def _marks(comments: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return the code and the tags that comments such as `// [id:Q051] [tag:law]` carry."""
    found = [
        (name, re.sub(r"\\(.)", r"\1", value))
        for comment in comments
        for name, value in re.findall(r"\[(id|tag):((?:\\.|[^\]\\])+)\]", comment)
    ]
    code = next((value for name, value in found if name == "id"), "")
    return one_line(code), tuple(value for name, value in found if name == "tag")


def _row(block: Block, category: str) -> Row:
    text = ESCAPE.sub(lambda match: chr(HIDDEN + ord(match[1])), block.text)
    name, text = _name(text)
    name = name or short(_shown(text.split("{")[0]))
    try:
        kind, question, losses = _question(text, block)
    except Refused as refusal:
        return Row(block.line, name, refusal.kind, refusal=str(refusal))
    question = replace(question, code=block.code, name=name, category=category)
    return Row(block.line, name, kind, question, losses)


def _name(text: str) -> tuple[str, str]:
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        return one_line(_shown(text[2:end])), text[end + 2 :].strip()
    return "", text


def _shown(text: str) -> str:
    return text.translate(SHOWN)


class _Words:
    """Reads texts whose format, unless they name one, is that of the question."""

    def __init__(self):
        self.cleaner = Cleaner()
        self.form = "auto"

    def __call__(self, text: str) -> str:
        form, text = self.form_of(text.strip())
        text, pictures = self.cleaner.read(_shown(text), form)
        if pictures:
            self.cleaner.lose("pictures: GIFT holds none")
        return text

    def form_of(self, text: str) -> tuple[str, str]:
        match = re.match(r"\[(html|moodle|plain|markdown)\]", text)
        return (FORMATS[match[1]], text[match.end() :]) if match else (self.form, text)


def _question(text: str, block: Block) -> tuple[str, Question, tuple[str, ...]]:
    """Return what GIFT calls the kind, the question and what is lost of it. Raises Refused."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Refused("a description asks nothing and is no question here", "description")
    if start < 0 or end < start:
        raise Refused("a brace is missing: the answers stand between { and }, without an empty line")
    if "{" in text[start + 1 :] or "}" in text[end + 1 :]:
        raise Refused("a second pair of braces: one question has one; write \\{ for a brace in the text")
    answers, stem, tail = text[start + 1 : end].strip(), text[:start], text[end + 1 :]
    answers, _, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
    words = _Words()
    words.form, _ = words.form_of(stem.strip())
    stem = words(f"{stem}_____{tail}" if tail.strip() else stem)
    answers = answers.strip()
    kind, read_answers = _reader_of(answers)
    labels = Labels(block.tags)
    content, shares, item_type = read_answers(answers, words)
    content = content.model_copy(update={"stem": stem, "explanation": words(general) if general else ""})
    question = assembled(Question(content), shares, labels, item_type)
    if item_type == ItemType.SHORT and earlier_catches(content, shares):
        words.cleaner.lose("the order of the accepted answers: here the best one that fits counts")
    return kind, question, words.cleaner.losses


def _reader_of(answers: str):
    if not answers:
        raise Refused("an essay is marked by a person and is no question here", "essay")
    if answers.startswith(">"):
        return "ordering", _ordering
    if answers.startswith("#"):
        return "numerical", _numeric
    if "~" in answers:
        return "multichoice", _choices
    if "=" in answers and "->" in answers:
        return "match", _pairs
    if re.match(r"(T|TRUE|F|FALSE)\s*(#|$)", answers):
        return "truefalse", _true_false
    return "shortanswer", _short


def _content(item_type: ItemType, choices: list[ChoiceContent], **fields) -> ItemContent:
    return ItemContent(type=item_type, stem="", choices=tuple(choices), **fields)


def _parted(text: str, words: _Words) -> tuple[str, str]:
    answer, _, feedback = text.partition("#")
    return words(answer), words(feedback) if feedback else ""


def _weight(text: str, otherwise: Decimal) -> tuple[Decimal, str]:
    if match := WEIGHT.match(text):
        weight = decimal_of(match[1].replace("--", "-"))
        if weight is None or abs(weight) > FULL:
            raise Refused(f"{match[0]} is no percentage between −100 and 100")
        return weight, text[match.end() :]
    return otherwise, text


def _choices(answers: str, words: _Words):
    shares, choices = [], []
    answers = re.sub(r"~\s*=", "=", answers)  # old files write both for a right answer
    parts = [part.strip() for part in re.split(r"(?=[~=])", answers) if part.strip()]
    for n, part in enumerate(parts, start=1):
        if part[0] not in "~=":
            raise Refused(f"“{short(_shown(part), 30)}” begins with neither = nor ~")
        share, rest = (FULL, part[1:]) if part[0] == "=" else _weight(part[1:].strip(), Decimal(0))
        text, feedback = _parted(rest, words)
        choices.append(ChoiceContent(key=str(n), text=text, feedback=feedback))
        shares.append(share)
    kind = ItemType.SINGLE if any(part[0] == "=" for part in parts) else ItemType.MULTIPLE
    return _content(kind, choices), shares, kind


def _pairs(answers: str, words: _Words):
    choices = []
    for n, part in enumerate(filter(None, (part.strip() for part in answers.split("="))), start=1):
        left, arrow, right = part.partition("->")
        if not arrow:
            raise Refused(f"the pair “{short(_shown(part), 30)}” has no ->")
        choices.append(ChoiceContent(key=str(n), text=words(left), match=one_line(_shown(right))))
    return _content(ItemType.MATCHING, choices), [], ItemType.MATCHING


def _true_false(answers: str, words: _Words):
    answer, wrong, right, *_ = (*answers.split("#", 2), "", "")
    is_true = answer.strip() in ("T", "TRUE")
    feedback = [words(text) if text else "" for text in ((right, wrong) if is_true else (wrong, right))]
    choices = [
        ChoiceContent(key=str(n), text=text, feedback=said)
        for n, (text, said) in enumerate(zip((TRUE, FALSE), feedback, strict=True), start=1)
    ]
    shares = [FULL, Decimal(0)] if is_true else [Decimal(0), FULL]
    return _content(ItemType.TRUE_FALSE, choices), shares, ItemType.TRUE_FALSE


def _short(answers: str, words: _Words):
    choices, shares = [], []
    for n, part in enumerate(filter(None, (part.strip() for part in answers.split("="))), start=1):
        share, rest = _weight(part, FULL)
        text, feedback = _parted(rest, words)
        choices.append(ChoiceContent(key=str(n), text=text, feedback=feedback))
        shares.append(share)
    return _content(ItemType.SHORT, choices), shares, ItemType.SHORT


def _numeric(answers: str, words: _Words):
    answers, _, other = answers[1:].partition("~")
    if other.partition("#")[2].strip():
        words.cleaner.lose("feedback for any other number")
    choices, shares = [], []
    for n, part in enumerate(filter(None, (part.strip() for part in answers.split("="))), start=1):
        share, rest = _weight(part, FULL)
        number, _, feedback = rest.partition("#")
        if number.strip() == "*":
            words.cleaner.lose("feedback for any other number")
            continue
        value, tolerance = _number(number)
        choices.append(
            ChoiceContent(
                key=str(n),
                text=plain(value),
                tolerance=tolerance,
                feedback=words(feedback) if feedback else "",
            )
        )
        shares.append(share)
    return _content(ItemType.NUMERIC, choices), shares, ItemType.NUMERIC


def _number(text: str) -> tuple[Decimal, Decimal | None]:
    """Return value and tolerance of `5`, `5:0.1` or `4.9..5.1`."""
    text = _shown(text).strip()
    low, dots, high = text.partition("..")
    if dots:
        ends = decimal_of(low), decimal_of(high)
        if None in ends:
            raise Refused(f"“{short(text, 30)}” is no range of numbers")
        return sum(ends) / 2, abs(ends[1] - ends[0]) / 2
    value, colon, tolerance = text.partition(":")
    numbers = decimal_of(value), decimal_of(tolerance) if colon else None
    if numbers[0] is None or (colon and numbers[1] is None):
        raise Refused(f"“{short(text, 30)}” is no number")
    return numbers


def _ordering(answers: str, words: _Words):
    lines = answers[1:].strip().split("\n")
    head = re.match(r"\d*", lines[0]).end()
    said = ORDER_WORDS.match(lines[0], head)
    items = [line.strip() for line in (lines[0][said.end() :], *lines[1:]) if line.strip()]
    rules = said[0].split()
    if any(rule.startswith(("RELATIVE", "LONGEST")) for rule in rules):
        words.cleaner.lose("its own rule of marking the order: here each place counts")
    if any(rule in ("RANDOM", "REL", "CONTIGUOUS", "CONTIG") for rule in rules):
        words.cleaner.lose("showing only some of the parts")
    mode = Mode.ALL_OR_NOTHING if "ALL_OR_NOTHING" in rules else Mode.RIGHT_MINUS_WRONG
    choices = [ChoiceContent(key=str(n), text=words(item)) for n, item in enumerate(items, start=1)]
    return _content(ItemType.ORDERING, choices, mode=mode), [], ItemType.ORDERING
