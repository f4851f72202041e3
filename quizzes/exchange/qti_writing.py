"""Questions as a QTI package, 2.1 or 3.0: an item a question, a manifest, and the pictures.

Everything is built with the names of 2.1; `_renamed` gives those of 3.0 (simpleChoice, qti-simple-choice).
"""

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from django.conf import settings

from quizzes.content import MANY_CHOICES, NEVER_SHUFFLED, ONE_CHOICE, ItemContent, ItemType, Mode
from quizzes.exchange import archive
from quizzes.exchange.categories import SEPARATOR
from quizzes.exchange.question import (
    FULL,
    STEM,
    Picture,
    Question,
    Row,
    labels,
    shares_out,
    with_many_right,
)
from quizzes.exchange.text import one_line, plain

RESPONSE, SCORE, FEEDBACK, EXPLANATION = "RESPONSE", "SCORE", "FEEDBACK", "EXPLANATION"
LOM = "http://ltsc.ieee.org/xsd/LOM"
NAMESPACES = {
    "2.1": ("http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/imscp_v1p1"),
    "3.0": (
        "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    ),
}
TEMPLATES = {
    "2.1": "http://www.imsglobal.org/question/qti_v2p1/rptemplates/{}",
    "3.0": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml",
}
RESOURCE_TYPES = {"2.1": "imsqti_item_xmlv2p1", "3.0": "imsqti_item_xmlv3p0"}
#: Elements that both versions take from HTML under their own names.
HTML_NAMES = frozenset({"p", "br", "img", "div"})


def write(questions: Iterable[Question], version: str = "2.1") -> tuple[bytes, list[Row]]:
    """Return the package and a row a question: what of it QTI does not hold, or why it is left out."""
    files, rows, resources, shown = {}, [], [], {}
    for question in questions:
        content = question.content
        if content.type == ItemType.BRANCHING:
            reason = "QTI cannot hold a branching scenario in one item"
            rows.append(Row(0, question.code, content.type, refusal=reason))
            continue
        name = _file_name(question, files)
        files[name] = _document(_renamed(_item(question, version), version), NAMESPACES[version][0])
        used = [f"images/{picture.name}" for picture in question.pictures.values()]
        shown |= {f"images/{picture.name}": picture.data for picture in question.pictures.values()}
        resources.append((name, question, sorted(set(used))))
        rows.append(Row(0, question.code, content.type, question, _losses(content)))
    manifest = _document(_manifest(resources, version), NAMESPACES[version][1])
    return archive.pack({"imsmanifest.xml": manifest, **files, **dict(sorted(shown.items()))}), rows


def _file_name(question: Question, taken: dict) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]", "-", question.code or question.name)[:40] or "item"
    name, n = f"{stem}.xml", 2
    while name.lower() in {one.lower() for one in taken}:
        name, n = f"{stem}-{n}.xml", n + 1
    return name


def _el(name: str, *children, text: str | None = None, **attributes) -> ET.Element:
    element = ET.Element(name, {key: str(value) for key, value in attributes.items()})
    element.text = text
    element.extend(child for child in children if child is not None)
    return element


def _document(root: ET.Element, namespace: str) -> bytes:
    root.set("xmlns", namespace)
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _renamed(element: ET.Element, version: str) -> ET.Element:
    if version == "2.1":
        return element
    for one in element.iter():
        if one.tag not in HTML_NAMES:
            one.tag = f"qti-{_kebab(one.tag)}"
            one.attrib = {_kebab(name): value for name, value in one.attrib.items()}
    return element


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f"-{match[1].lower()}", name)


# --- One item -------------------------------------------------------------------------------------------


def kind_for(content: ItemContent) -> ItemType:
    """Return the type that a reader takes the question for."""
    return ItemType.SINGLE if content.type in ONE_CHOICE else content.type


def is_matched(content: ItemContent) -> bool:
    """Say whether the whole answer is right or wrong, as `match_correct` has it; else answers are mapped."""
    if content.type in ONE_CHOICE:
        return sorted(shares_out(content)) == [0] * (len(content.choices) - 1) + [FULL]
    if content.type in (*MANY_CHOICES, ItemType.MATCHING):
        return content.mode == Mode.ALL_OR_NOTHING
    return content.type == ItemType.ORDERING


def _item(question: Question, version: str) -> ET.Element:
    content = question.content
    feedback = {_id(n): c.feedback for n, c in enumerate(content.choices) if c.feedback}
    body = _paragraphs(content.stem)
    if picture := question.pictures.get(STEM):
        body.append(_el("p", _image(picture, content.image_alt)))
    identifier = re.sub(r"[^A-Za-z0-9_.-]", "-", question.code or question.name) or "item"
    return _el(
        "assessmentItem",
        _response(content),
        _el(
            "outcomeDeclaration",
            _el("defaultValue", _el("value", text="0")),
            identifier=SCORE,
            cardinality="single",
            baseType="float",
            normalMaximum="1",
        ),
        _outcome(FEEDBACK, "multiple") if feedback else None,
        _outcome(EXPLANATION, "single") if content.explanation else None,
        _el("itemBody", *body, _interaction(question)),
        _processing(content, feedback, version),
        *(_modal(FEEDBACK, name, text) for name, text in feedback.items()),
        _modal(EXPLANATION, EXPLANATION, content.explanation) if content.explanation else None,
        identifier=identifier if re.match("[A-Za-z_]", identifier) else f"item-{identifier}",
        title=one_line(question.name or question.code) or "Question",
        label=question.code,
        adaptive="false",
        timeDependent="false",
        toolName=settings.PRODUCT_NAME,
    )


def _id(place: int) -> str:
    return f"c{place + 1}"


def _outcome(name: str, cardinality: str) -> ET.Element:
    return _el("outcomeDeclaration", identifier=name, cardinality=cardinality, baseType="identifier")


def _modal(outcome: str, identifier: str, text: str) -> ET.Element:
    shown = {"outcomeIdentifier": outcome, "identifier": identifier, "showHide": "show"}
    return _el("modalFeedback", *_paragraphs(text), **shown)


def _paragraphs(text: str) -> list[ET.Element]:
    return [_lines("p", paragraph) for paragraph in text.split("\n\n") if paragraph]


def _lines(name: str, text: str, **attributes) -> ET.Element:
    first, *others = text.split("\n")
    element = _el(name, text=first, **attributes)
    for line in others:
        ET.SubElement(element, "br").tail = line
    return element


def _flow(name: str, text: str, picture: Picture | None, alt: str, **attributes) -> ET.Element:
    """Return an answer: one line as it is, more as paragraphs, its picture last."""
    if "\n\n" in text or (picture and text):
        element = _el(name, *_paragraphs(text), **attributes)
        if picture:
            element.append(_el("p", _image(picture, alt)))
        return element
    element = _lines(name, text, **attributes)
    if picture:
        element.append(_image(picture, alt))
    return element


def _image(picture: Picture, alt: str) -> ET.Element:
    return _el("img", src=f"images/{picture.name}", alt=alt)


def _values(values: Sequence[str]) -> ET.Element:
    return _el("correctResponse", *(_el("value", text=value) for value in values))


def _mapping(entries: Iterable[tuple[str, str]], **attributes) -> ET.Element:
    return _el(
        "mapping",
        *(_el("mapEntry", mapKey=key, mappedValue=value, **attributes) for key, value in entries),
        lowerBound="0",
        upperBound="1",
        defaultValue="0",
    )


def _response(content: ItemContent) -> ET.Element:
    shares = [plain(share / 100) for share in shares_out(content)]
    ids = [_id(place) for place in range(len(content.choices))]
    rights = [name for name, choice in zip(ids, content.choices, strict=True) if choice.is_correct]
    mapping = None if is_matched(content) else _mapping(zip(ids, shares, strict=True))
    cardinality, base = "multiple", "identifier"
    if content.type in ONE_CHOICE:
        cardinality = "single"
    elif content.type == ItemType.ORDERING:
        cardinality = "ordered"
    elif content.type == ItemType.MATCHING:
        base, rights = "directedPair", _pairs(content)
        if mapping is not None:
            each = f"{1 / max(len(rights), 1):.7f}"
            mapping = _mapping((pair, each) for pair in rights)
    elif content.type in (ItemType.SHORT, ItemType.NUMERIC):
        cardinality, base = "single", "string"
        rights = [content.choices[0].text]
        texts = [choice.text for choice in content.choices]
        case = str(content.is_case_sensitive).lower()
        mapping = _mapping(zip(texts, shares, strict=True), caseSensitive=case)
        if content.type == ItemType.NUMERIC:
            base, mapping = "float", None
    values = {"identifier": RESPONSE, "cardinality": cardinality, "baseType": base}
    return _el("responseDeclaration", _values(rights), mapping, **values)


def _pairs(content: ItemContent) -> list[str]:
    names = {choice.match: f"h{n}" for n, choice in enumerate(content.halves, start=1)}
    return [f"{_id(n)} {names[choice.match]}" for n, choice in enumerate(content.choices) if choice.text]


def _interaction(question: Question) -> ET.Element:
    content = question.content
    shuffle = str(content.shuffle and content.type not in NEVER_SHUFFLED).lower()
    pictures = [question.pictures.get(choice.key) for choice in content.choices]
    shown = list(zip(content.choices, pictures, strict=True))
    if content.type in (ItemType.SHORT, ItemType.NUMERIC):
        return _el("p", _el("textEntryInteraction", responseIdentifier=RESPONSE))
    if content.type == ItemType.SIGNS:
        parts = [
            _lines("hottext", choice.text, identifier=_id(n)) for n, choice in enumerate(content.choices)
        ]
        for part in parts:
            part.tail = " "
        return _el("hottextInteraction", _el("p", *parts), responseIdentifier=RESPONSE, maxChoices=0)
    if content.type == ItemType.MATCHING:
        lefts = [
            _flow("simpleAssociableChoice", c.text, picture, c.image_alt, identifier=_id(n), matchMax=1)
            for n, (c, picture) in enumerate(shown)
            if c.text
        ]
        halves = [
            _lines("simpleAssociableChoice", half.match, identifier=f"h{n}", matchMax=0)
            for n, half in enumerate(content.halves, start=1)
        ]
        sets = _el("simpleMatchSet", *lefts), _el("simpleMatchSet", *halves)
        return _el("matchInteraction", *sets, responseIdentifier=RESPONSE, shuffle=shuffle, maxAssociations=0)
    choices = [
        _flow("simpleChoice", choice.text, picture, choice.image_alt, identifier=_id(n))
        for n, (choice, picture) in enumerate(shown)
    ]
    if content.type == ItemType.ORDERING:
        return _el("orderInteraction", *choices, responseIdentifier=RESPONSE, shuffle=shuffle)
    most = 1 if content.type in ONE_CHOICE else 0
    return _el("choiceInteraction", *choices, responseIdentifier=RESPONSE, shuffle=shuffle, maxChoices=most)


# --- Marking --------------------------------------------------------------------------------------------


def _processing(content: ItemContent, feedback: dict, version: str) -> ET.Element:
    matched = is_matched(content)
    if content.type != ItemType.NUMERIC and not feedback and not content.explanation:
        name = "match_correct" if matched else "map_response"
        return _el("responseProcessing", template=TEMPLATES[version].format(name))
    rules = []
    if content.type == ItemType.NUMERIC:
        rules.append(_numeric_rules(content))
    elif matched:
        hit = _el(
            "responseIf", _el("match", _answer(), _el("correct", identifier=RESPONSE)), _set(SCORE, "1")
        )
        rules.append(_el("responseCondition", hit))
    else:
        rules.append(_el("setOutcomeValue", _el("mapResponse", identifier=RESPONSE), identifier=SCORE))
    rules += _feedback_rules(content, feedback)
    if content.explanation:
        rules.append(_set(EXPLANATION, EXPLANATION, "identifier"))
    return _el("responseProcessing", *rules)


def _answer() -> ET.Element:
    return _el("variable", identifier=RESPONSE)


def _base(value: str, base: str = "float") -> ET.Element:
    return _el("baseValue", text=value, baseType=base)


def _set(outcome: str, value: str, base: str = "float") -> ET.Element:
    return _el("setOutcomeValue", _base(value, base), identifier=outcome)


def _show(names: Iterable[str]) -> ET.Element:
    values = (_base(name, "identifier") for name in names)
    return _el("setOutcomeValue", _el("multiple", *values), identifier=FEEDBACK)


def _numeric_rules(content: ItemContent) -> ET.Element:
    rules = []
    for n, (choice, share) in enumerate(zip(content.choices, shares_out(content), strict=True)):
        tolerance = plain(choice.tolerance or 0)
        mode = (
            {"toleranceMode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
            if choice.tolerance
            else {"toleranceMode": "exact"}
        )
        rules.append(
            _el(
                "responseElseIf" if n else "responseIf",
                _el("equal", _answer(), _base(choice.text), **mode),
                _set(SCORE, plain(share / 100)),
                _show([_id(n)]) if choice.feedback else None,
            )
        )
    return _el("responseCondition", *rules)


def _feedback_rules(content: ItemContent, feedback: dict) -> list[ET.Element]:
    if not feedback or content.type == ItemType.NUMERIC:
        return []
    if content.type == ItemType.SHORT:
        case = str(content.is_case_sensitive).lower()
        return [
            _el(
                "responseCondition",
                _el(
                    "responseIf",
                    _el("stringMatch", _answer(), _base(choice.text, "string"), caseSensitive=case),
                    _show([_id(n)]),
                ),
            )
            for n, choice in enumerate(content.choices)
            if choice.feedback
        ]
    if content.type in (ItemType.MATCHING, ItemType.ORDERING):
        return [_show(feedback)]
    chosen = _el("multiple", _answer()) if content.type in ONE_CHOICE else _answer()
    return [_el("setOutcomeValue", chosen, identifier=FEEDBACK)]


# --- The manifest ---------------------------------------------------------------------------------------


def _manifest(resources: list, version: str) -> ET.Element:
    rows = [
        _el(
            "resource",
            _metadata(question),
            _el("file", href=name),
            *(_el("file", href=image) for image in images),
            identifier=f"item-{n}",
            type=RESOURCE_TYPES[version],
            href=name,
        )
        for n, (name, question, images) in enumerate(resources, start=1)
    ]
    about = _el("metadata", _el("schema", text="QTI Package"), _el("schemaversion", text=f"{version}.0"))
    return _el("manifest", about, _el("organizations"), _el("resources", *rows), identifier="questions")


def _metadata(question: Question) -> ET.Element:
    content = question.content
    kind = kind_for(content)
    native = {"shuffle"} if content.type not in NEVER_SHUFFLED else set()
    native |= {"case"} if kind == ItemType.SHORT else set()
    tags = labels(question, kind, native, _read_mode(content))
    words = [_el("keyword", _el("string", text=tag)) for tag in tags]
    category = None
    if question.category:
        taxons = [
            _el("taxon", _el("entry", _el("string", text=part)))
            for part in question.category.split(SEPARATOR)
        ]
        category = _el("classification", _el("taxonPath", *taxons))
    lom = _el("lom", _el("general", *words), category)
    lom.set("xmlns", LOM)
    return _el("metadata", lom)


def _read_mode(content: ItemContent) -> Mode:
    """Return the mode that a reader without our tags would choose."""
    if content.type in (*MANY_CHOICES, ItemType.MATCHING, ItemType.ORDERING) and is_matched(content):
        return Mode.ALL_OR_NOTHING
    if content.type in MANY_CHOICES:
        return with_many_right(content.choices, shares_out(content))[0]
    return Mode.RIGHT_MINUS_WRONG


def _losses(content: ItemContent) -> tuple[str, ...]:
    losses = []
    if content.type in MANY_CHOICES and content.mode == Mode.EACH_DECISION:
        losses.append(f"marking “{content.mode.label}”: QTI marks right minus wrong")
    if content.type == ItemType.ORDERING and content.mode != Mode.ALL_OR_NOTHING:
        losses.append("marking each place: QTI marks the whole order, all or nothing")
    if content.type == ItemType.SHORT and any("*" in choice.text for choice in content.choices):
        losses.append("* for any words in an accepted answer: QTI takes it as it stands")
    return tuple(losses)
