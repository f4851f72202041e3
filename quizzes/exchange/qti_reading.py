"""Questions from a QTI item or package, 2.1, 2.2 or 3.0. Names of 3.0 are turned into those of 2.1 first."""

import posixpath
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import escape
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.conf import settings

from quizzes.content import ChoiceContent, ItemContent
from quizzes.exchange import pictures, xml
from quizzes.exchange.archive import Archive
from quizzes.exchange.categories import SEPARATOR
from quizzes.exchange.html import Cleaner
from quizzes.exchange.qti_answers import READERS, Answers
from quizzes.exchange.question import Labels, Picture, Question, Row, Unreadable, assembled, decimal_of
from quizzes.exchange.text import one_line, short

#: Interactions that are no question here, and why.
NOT_CARRIED = {
    "extendedTextInteraction": "an essay is marked by a person and is no question here",
    "associateInteraction": "pairing things of one kind: make a matching question of it",
    "gapMatchInteraction": "words dragged into a text: make a matching question of it",
    "sliderInteraction": "a slider has no accessible equal here: ask for the number instead",
    "uploadInteraction": "a file to hand in is marked by a person and is no question here",
    "drawingInteraction": "a drawing is marked by a person and is no question here",
    "mediaInteraction": "a video or sound to play is no question here",
    "customInteraction": "an interaction of another system’s own",
    "portableCustomInteraction": "an interaction of another system’s own",
    "endAttemptInteraction": "a button to end the attempt is no question here",
}
GAP = "_____"
#: What stands in a body and is no part of the question's words.
ASIDE = frozenset(
    [
        "prompt",
        "feedbackBlock",
        "feedbackInline",
        "rubricBlock",
        "stylesheet",
        "templateBlock",
        "templateInline",
    ]
)


def read(data: bytes) -> tuple[list[Row], list[str]]:
    """Return a row a question and what of the package as a whole is left out. Raises Unreadable."""
    if not data.startswith(b"PK"):
        return [_row(_named(xml.parse(data)), Metadata(), "", None)], []
    archive = Archive(data)
    manifests = [name for name in archive.names if name.rpartition("/")[2] == "imsmanifest.xml"]
    if not manifests:
        raise Unreadable("This package has no imsmanifest.xml, which lists its questions.")
    place = min(manifests, key=len)
    manifest = _named(xml.parse(archive.read(place)))
    rows, tests = [], 0
    for resource in manifest.iter("resource"):
        kind = resource.get("type", "")
        tests += "test" in kind
        if "item" in kind:
            rows.append(_packed(resource, posixpath.dirname(place), archive))
    if not rows:
        raise Unreadable("This package lists no QTI 2.1 or 3.0 question in its manifest.")
    return rows, ["The order and rules of its test are not imported, only its questions."] if tests else []


def _packed(resource: Element, folder: str, archive: Archive) -> Row:
    href = unquote(resource.get("href", ""))
    name = posixpath.normpath(posixpath.join(folder, href))
    if not href or name not in archive.names:
        return Row(
            xml.line_of(resource), short(href) or "?", "item", refusal="its file is not in the package"
        )
    try:
        item = _named(xml.parse(archive.read(name)))
    except Unreadable as problem:
        return Row(1, href, "item", refusal=str(problem), file=name)
    return _row(item, Metadata.of(resource), name, archive)


@dataclass(frozen=True)
class Metadata:
    """What a manifest says of one question."""

    tags: tuple[str, ...] = ()
    category: str = ""

    @classmethod
    def of(cls, resource: Element) -> "Metadata":
        strings = [_string(word) for word in resource.iter("keyword")]
        path = next(iter(resource.iter("taxonPath")), None)
        parts = [_string(taxon.find("entry")) for taxon in path.findall("taxon")] if path is not None else []
        return cls(tuple(filter(None, strings)), SEPARATOR.join(filter(None, parts)))


def _string(element: Element | None) -> str:
    """Return the words in an element of metadata; editions differ in what they call the one inside."""
    return one_line(" ".join("".join(element.itertext()).split())) if element is not None else ""


def _named(root: Element) -> Element:
    """Give every element and attribute its name in QTI 2.1, without namespaces."""
    for one in root.iter():
        one.tag = _camel(xml.local(one.tag).removeprefix("qti-"))
        one.attrib = {
            name if name == xml.LINE else _camel(xml.local(name)): value for name, value in one.attrib.items()
        }
    return root


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda match: match[1].upper(), name)


def _row(item: Element, metadata: Metadata, file: str, archive: Archive | None) -> Row:
    line, name = xml.line_of(item), one_line(item.get("title", "")) or item.get("identifier", "?")
    reader = _Reader(item, file, archive)
    kind = "item"
    try:
        kind, question = reader.question(metadata)
    except ValueError as problem:
        kind = reader.kind or kind
        return Row(line, name, kind, refusal=str(problem), file=file)
    code = item.get("label", "") if item.get("toolName") == settings.PRODUCT_NAME else ""
    question = replace(question, code=one_line(code), name=name, category=metadata.category)
    return Row(line, name, kind, question, reader.cleaner.losses, file=file)


@dataclass
class _Reader:
    """Reads one assessmentItem; what is lost gathers in `cleaner`."""

    item: Element
    file: str
    archive: Archive | None
    cleaner: Cleaner = field(default_factory=Cleaner)
    pictures: dict[str, Picture] = field(default_factory=dict)
    kind: str = ""

    def question(self, metadata: Metadata) -> tuple[str, Question]:
        """Return the interaction's name and the question. Raises ValueError with the reason why it is none."""
        body = self.item.find("itemBody")
        if self.item.tag != "assessmentItem" or body is None:
            raise ValueError("this file holds no QTI item with a body")
        if self.item.find("templateDeclaration") is not None:
            raise ValueError("a question that makes its own numbers, which nothing here does")
        interaction = self.interaction(body)
        answers = Answers(self.item, interaction)
        stem, alt = self.stem(body, interaction)
        texts = READERS[self.kind](answers)
        feedback, explanation = self.feedback(answers)
        choices = [
            self.choice(str(n), part, feedback.get(part.name, "")) for n, part in enumerate(texts, start=1)
        ]
        if self.kind == "hottextInteraction":
            stem = self.with_story(stem, interaction)
        labels = Labels(metadata.tags)
        content = ItemContent(
            type=answers.type,
            stem=stem,
            image_alt=alt,
            choices=tuple(choices),
            mode=answers.mode,
            marks=self.marks(worth_of(self.item) or answers.worth),
            explanation=explanation,
            is_case_sensitive=answers.case,
            shuffle=interaction.get("shuffle", "false") == "true",
        )
        for loss in answers.losses:
            self.cleaner.lose(loss)
        self.note_what_is_left(body)
        question = Question(content, pictures=self.pictures)
        return self.kind, assembled(question, answers.shares, labels, answers.type, answers.mode)

    def marks(self, worth: Decimal) -> Decimal:
        marks = round(worth, 2)
        return marks if 0 < marks < 1000 else Decimal(1)

    def interaction(self, body: Element) -> Element:
        found = [one for one in body.iter() if one.tag.endswith("Interaction")]
        if not found:
            raise ValueError("it asks nothing: information alone is no question here")
        self.kind = found[0].tag
        if len(found) > 1:
            raise ValueError(f"it asks {len(found)} things at once: make one question of each")
        if self.kind not in READERS:
            reason = "a place on a picture has no accessible equal here"
            raise ValueError(NOT_CARRIED.get(self.kind, reason))
        return found[0]

    # --- Words ---

    def stem(self, body: Element, interaction: Element) -> tuple[str, str]:
        prompt = interaction.find("prompt")
        html = self.html(body) + (f"<p>{self.html(prompt)}</p>" if prompt is not None else "")
        text, alt = self.text(html, slot="")
        lines = text.split("\n")
        if lines and lines[-1] == GAP:
            text = "\n".join(lines[:-1]).strip()
        return text, alt

    def with_story(self, stem: str, interaction: Element) -> str:
        """Words between the sentences to choose from belong to the question: then the whole text leads it."""
        whole = self.html(interaction)
        choices = "".join(self.html(one) for one in interaction.iter("hottext"))
        told = self.cleaner.read(whole, "html")[0]
        if "".join(told.split()) == "".join(self.cleaner.read(choices, "html")[0].split()):
            return stem
        return f"{stem}\n\n{told}".strip()

    def choice(self, key: str, part, feedback: str) -> ChoiceContent:
        text, alt = (part.text, "") if part.element is None else self.text(self.html(part.element), slot=key)
        return ChoiceContent(
            key=key,
            text=text,
            match=part.match,
            image_alt=alt,
            feedback=feedback,
            tolerance=part.tolerance,
        )

    def html(self, element: Element) -> str:
        """Return what is in `element` as HTML, without interactions, prompts and feedback."""
        parts = [escape(element.text or "", quote=False)]
        for child in element:
            if child.tag in ("textEntryInteraction", "inlineChoiceInteraction"):
                parts.append(GAP)
            elif child.tag == "hottext":
                parts.append(self.html(child))
            elif not child.tag.endswith("Interaction") and child.tag not in ASIDE:
                parts.append(self._tagged(child))
            parts.append(escape(child.tail or "", quote=False))
        return "".join(parts)

    def _tagged(self, child: Element) -> str:
        name = re.sub(r"[^A-Za-z0-9]", "", child.tag)
        attributes = "".join(
            f' {key}="{escape(child.get(key))}"' for key in ("src", "alt", "href") if child.get(key)
        )
        if name in ("br", "img", "hr"):
            return f"<{name}{attributes}>"
        return f"<{name}{attributes}>{self.html(child)}</{name}>"

    def text(self, html: str, *, slot: str | None = None) -> tuple[str, str]:
        text, shown = self.cleaner.read(html, "html")
        alt = ""
        for address, words in shown:
            if slot is None or slot in self.pictures:
                self.cleaner.lose("a picture in a place that holds none here")
            elif kept := self.picture(address):
                self.pictures[slot], alt = kept, words
        return text, alt

    def picture(self, address: str) -> Picture | None:
        if re.match(r"[a-z]+:", address, re.IGNORECASE) and not address.startswith("data:"):
            self.cleaner.lose(f"a picture that is not in the file (“{short(address)}”)")
            return None
        if address.startswith("data:"):
            data, name = pictures.from_base64(address.partition("base64,")[2]), "picture in the text"
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), unquote(address)))
            name = posixpath.basename(path)
            if self.archive is None or path not in self.archive.names:
                self.cleaner.lose(f"a picture that is not in the file (“{short(address)}”)")
                return None
            data = self.archive.read(path)
        picture, problem = pictures.checked(data or b"", name)
        if problem:
            self.cleaner.lose(problem)
        return picture

    # --- Feedback ---

    def feedback(self, answers: Answers) -> tuple[dict[str, str], str]:
        """Return an answer's name -> its feedback, and what is shown whatever was answered."""
        found, explanations = {}, []
        names = answers.names_of_feedback()
        parts = [*self.item.findall("modalFeedback"), *self.item.iter("feedbackInline")]
        for part in parts:
            text = self.text(self.html(part))[0]
            name = part.get("identifier", "")
            if name in names:
                found[names[name]] = text
            elif part.get("outcomeIdentifier") == "EXPLANATION":
                explanations.append(text)
            elif text:
                self.cleaner.lose("feedback on the answer as a whole (correct, incorrect)")
        return found, "\n\n".join(explanations)

    def note_what_is_left(self, body: Element) -> None:
        if any(True for _ in body.iter("feedbackBlock")):
            self.cleaner.lose("feedback within the text")
        if any(True for _ in body.iter("rubricBlock")):
            self.cleaner.lose("instructions for markers or candidates (rubric)")
        if self.item.find("stylesheet") is not None:
            self.cleaner.lose("style sheet")


def worth_of(item: Element) -> Decimal | None:
    """Return the marks that MAXSCORE names."""
    for outcome in item.findall("outcomeDeclaration"):
        if outcome.get("identifier") == "MAXSCORE":
            return decimal_of(xml.text_of(outcome.find("defaultValue/value")))
    return None
