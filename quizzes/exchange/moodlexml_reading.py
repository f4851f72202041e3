"""Questions from Moodle XML."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from quizzes.content import ChoiceContent, ItemContent, ItemType, Mode
from quizzes.exchange import pictures, xml
from quizzes.exchange.categories import category_from_path
from quizzes.exchange.html import Cleaner
from quizzes.exchange.question import (
    FALSE,
    FULL,
    TRUE,
    Labels,
    Picture,
    Question,
    Row,
    assembled,
    decimal_of,
    earlier_catches,
)
from quizzes.exchange.text import one_line, plain, short, tidy
from quizzes.marking import number_of

#: Moodle's types that are no question here, and why.
NOT_CARRIED = {
    "essay": "an essay is marked by a person and is no question here",
    "description": "a description asks nothing and is no question here",
    "cloze": "several gaps in one text (Cloze): make one question of each gap",
    "calculated": "a calculated question makes its numbers from a formula, which nothing here does",
    "calculatedsimple": "a calculated question makes its numbers from a formula, which nothing here does",
    "calculatedmulti": "a calculated question makes its numbers from a formula, which nothing here does",
    "gapselect": "several gaps in one text (select missing words): make one question of each gap",
    "ddwtos": "words dragged into a text: make a matching question of it",
    "ddimageortext": "things dragged onto a picture have no accessible equal here",
    "ddmarker": "markers dragged onto a picture have no accessible equal here",
    "random": "a random draw is a rule of a quiz here and no question",
    "randomsamatch": "a random matching question is made from other questions at the time",
}
#: What Moodle itself writes when nobody wrote feedback for the question as a whole.
USUAL = {
    "Your answer is correct.",
    "Your answer is partially correct.",
    "Your answer is incorrect.",
}
FORMATS = {"html": "html", "plain_text": "plain", "markdown": "markdown", "moodle_auto_format": "auto"}


def read(data: bytes) -> list[Row]:
    """Return a row a question, in the order of the file. Raises Unreadable for what is no Moodle XML."""
    rows, category = [], ""
    for element in xml.parse(data):
        if xml.local(element.tag) != "question":
            continue
        kind = element.get("type", "")
        if kind == "category":
            category = category_from_path(one_line(_text(element.find("category"))))
        else:
            rows.append(_row(element, kind, category))
    return rows


def _text(element: Element | None) -> str:
    """Return what stands in the <text> of `element`."""
    found = element.find("text") if element is not None else None
    return (found.text or "") if found is not None else ""


def _row(element: Element, kind: str, category: str) -> Row:
    line, name = xml.line_of(element), one_line(_text(element.find("name")))
    name = name or short(Cleaner().read(_text(element.find("questiontext")), "html")[0])
    if kind not in READERS:
        reason = NOT_CARRIED.get(kind, f"the type “{short(kind, 40) or 'without a name'}” is not known here")
        return Row(line, name, kind or "without a type", refusal=reason)
    reader = _Reader(element)
    try:
        question = reader.question(READERS[kind])
    except ValueError as problem:
        return Row(line, name, kind, refusal=str(problem))
    code = xml.text_of(element.find("idnumber"))
    question = replace(question, code=one_line(code), name=name, category=category)
    return Row(line, name, kind, question, reader.cleaner.losses)


@dataclass
class _Reader:
    """Reads one <question>; what is lost gathers in `cleaner`."""

    element: Element
    cleaner: Cleaner = field(default_factory=Cleaner)
    pictures: dict[str, Picture] = field(default_factory=dict)
    shares: list[Decimal] = field(default_factory=list)

    def question(self, read_answers) -> Question:
        """Return the question. Raises ValueError with the reason why it is none."""
        stem, alt = self.text("questiontext", slot="")
        kind, choices, fields = read_answers(self)
        labels = Labels(_text(tag) for tag in self.element.findall("tags/tag"))
        content = ItemContent(
            type=kind,
            stem=stem,
            image_alt=alt,
            choices=tuple(choices),
            explanation=self.text("generalfeedback")[0],
            marks=self.marks(),
            **fields,
        )
        if kind == ItemType.SHORT and earlier_catches(content, self.shares):
            self.cleaner.lose("the order of the accepted answers: here the best one that fits counts")
        self.note_what_is_left()
        return assembled(Question(content, pictures=self.pictures), self.shares, labels, kind)

    def marks(self) -> Decimal:
        said = decimal_of(xml.text_of(self.element.find("defaultgrade"))) or Decimal(1)
        marks = round(said, 2)
        if marks <= 0 or marks > 999:
            self.cleaner.lose(f"its marks ({plain(said)}): 1 instead")
            return Decimal(1)
        if marks != said:
            self.cleaner.lose(f"its marks rounded from {plain(said)} to {plain(marks)}")
        return marks

    def text(
        self, name: str, parent: Element | None = None, *, slot: str | None = None, form: str = "html"
    ) -> tuple[str, str]:
        """Return the text of a part, and its picture's words if `slot` says where a picture may stay."""
        part = (self.element if parent is None else parent).find(name)
        return self.text_in(part, slot=slot, form=form) if part is not None else ("", "")

    def text_in(self, part: Element, *, slot: str | None = None, form: str = "html") -> tuple[str, str]:
        form = FORMATS.get(part.get("format", ""), form)
        text, shown = self.cleaner.read(_text(part), form)
        files = {file.get("name", ""): file for file in part.findall("file")}
        alt = ""
        for address, words in shown:
            kept = self.picture(address, files) if slot is not None and slot not in self.pictures else None
            if slot is None or (kept is None and slot in self.pictures):
                files.pop(_name_in(address), None)
                self.cleaner.lose("a picture in a place that holds none here")
            elif kept:
                self.pictures[slot], alt = kept, words
        for unused in files:
            self.cleaner.lose(f"the attached file “{short(unused, 40)}”")
        return text, alt

    def picture(self, address: str, files: dict[str, Element]) -> Picture | None:
        """Return the picture at `address` in the file, None, and the loss noted, if it cannot be kept."""
        if address.startswith("data:"):
            data = pictures.from_base64(address.partition("base64,")[2])
            name = "picture in the text"
        elif (name := _name_in(address)) in files:
            data = pictures.from_base64(files.pop(name).text or "")
        else:
            self.cleaner.lose(f"a picture that is not in the file (“{short(address)}”)")
            return None
        picture, problem = pictures.checked(data or b"", name)
        if problem:
            self.cleaner.lose(problem)
        return picture

    def note_what_is_left(self) -> None:
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            text = self.text(name)[0]
            if text and text not in USUAL:
                self.cleaner.lose("feedback on the answer as a whole (correct, partly correct, incorrect)")
        if any(_text(hint).strip() for hint in self.element.findall("hint")):
            self.cleaner.lose("hints")
        if xml.text_of(self.element.find("hidden")) == "1":
            self.cleaner.lose("that it is hidden in Moodle")

    # --- Answers, by type ---

    def flag(self, name: str, otherwise: bool) -> bool:
        said = xml.text_of(self.element.find(name)).lower()
        return said in ("1", "true") if said else otherwise

    def share(self, answer: Element) -> Decimal:
        share = decimal_of(answer.get("fraction", "0"))
        if share is None or abs(share) > FULL:
            raise ValueError(f"the fraction “{short(answer.get('fraction', ''), 20)}” is no percentage")
        return share

    def answers(self, *, form: str, with_picture: bool = False) -> list[ChoiceContent]:
        choices = []
        for n, answer in enumerate(self.element.findall("answer"), start=1):
            text, alt = self.text_in(answer, slot=str(n) if with_picture else None, form=form)
            feedback = self.text("feedback", answer)[0]
            choices.append(ChoiceContent(key=str(n), text=text, feedback=feedback, image_alt=alt))
            self.shares.append(self.share(answer))
        return choices

    def multichoice(self):
        single = self.flag("single", True)
        choices = self.answers(form="html", with_picture=True)
        fields = {"shuffle": self.flag("shuffleanswers", True)}
        return (ItemType.SINGLE if single else ItemType.MULTIPLE), choices, fields

    def truefalse(self):
        found = {}
        for answer in self.element.findall("answer"):
            found[_text(answer).strip().lower()] = answer
        if found.keys() != {"true", "false"}:
            raise ValueError("its answers are not “true” and “false”")
        choices = []
        for n, (name, shown) in enumerate((("true", TRUE), ("false", FALSE)), start=1):
            feedback = self.text("feedback", found[name])[0]
            choices.append(ChoiceContent(key=str(n), text=shown, feedback=feedback))
            self.shares.append(self.share(found[name]))
        return ItemType.TRUE_FALSE, choices, {}

    def shortanswer(self):
        fields = {"is_case_sensitive": self.flag("usecase", False)}
        return ItemType.SHORT, self.answers(form="plain"), fields

    def numerical(self):
        choices, shares = [], []
        for answer in self.element.findall("answer"):
            text = _text(answer).strip()
            if text == "*":
                self.cleaner.lose("feedback for any other number")
                continue
            number = decimal_of(text)
            number = number_of(text) if number is None else number
            if number is None:
                raise ValueError(f"“{short(text, 30)}” is no number")
            tolerance = decimal_of(_plain(answer.find("tolerance")) or "0")
            if tolerance is None:
                raise ValueError(f"the tolerance of “{short(text, 30)}” is no number")
            choices.append(
                ChoiceContent(
                    key=str(len(choices) + 1),
                    text=plain(number),
                    tolerance=tolerance,
                    feedback=self.text("feedback", answer)[0],
                )
            )
            shares.append(self.share(answer))
        self.shares = shares
        if self.element.findall("units/unit"):
            self.cleaner.lose("units: the answer is the number alone")
        return ItemType.NUMERIC, choices, {}

    def matching(self):
        choices = []
        for n, pair in enumerate(self.element.findall("subquestion"), start=1):
            text, alt = self.text_in(pair, slot=str(n))
            match = tidy(_text(pair.find("answer")))
            feedback = self.text("feedback", pair)[0]
            choices.append(
                ChoiceContent(key=str(n), text=text, match=match, feedback=feedback, image_alt=alt)
            )
        return ItemType.MATCHING, choices, {"shuffle": self.flag("shuffleanswers", True)}

    def ordering(self):
        rule = xml.text_of(self.element.find("gradingtype")) or "ABSOLUTE_POSITION"
        if rule not in ("ABSOLUTE_POSITION", "ALL_OR_NOTHING"):
            self.cleaner.lose("its own rule of marking the order: here each place counts")
        if xml.text_of(self.element.find("selecttype")) in ("RANDOM", "CONTIGUOUS"):
            self.cleaner.lose("showing only some of the parts")
        choices = []
        for n, answer in enumerate(self.element.findall("answer"), start=1):
            text, alt = self.text_in(answer, slot=str(n))
            feedback = self.text("feedback", answer)[0]
            choices.append(ChoiceContent(key=str(n), text=text, feedback=feedback, image_alt=alt))
        mode = Mode.ALL_OR_NOTHING if rule == "ALL_OR_NOTHING" else Mode.RIGHT_MINUS_WRONG
        return ItemType.ORDERING, choices, {"mode": mode}


def _plain(element: Element | None) -> str:
    """Return the text of an element with or without a <text> inside."""
    return (_text(element) or xml.text_of(element)).strip()


def _name_in(address: str) -> str:
    return unquote(address.removeprefix("@@PLUGINFILE@@").split("?")[0]).rpartition("/")[2]


READERS = {
    "multichoice": _Reader.multichoice,
    "truefalse": _Reader.truefalse,
    "shortanswer": _Reader.shortanswer,
    "numerical": _Reader.numerical,
    "matching": _Reader.matching,
    "ordering": _Reader.ordering,
}
