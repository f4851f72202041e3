"""Questions as Moodle XML."""

from collections.abc import Iterable
from html import escape as escape_html
from xml.sax.saxutils import escape, quoteattr

from quizzes.content import MANY_CHOICES, ONE_CHOICE, ChoiceContent, ItemContent, ItemType, Mode
from quizzes.exchange import pictures
from quizzes.exchange.categories import path_of_category
from quizzes.exchange.html import from_text
from quizzes.exchange.question import (
    STEM,
    Picture,
    Question,
    Row,
    is_plain_true_false,
    labels,
    shares_out,
    with_many_right,
)
from quizzes.exchange.text import one_line, plain

NAMES = {
    ItemType.TRUE_FALSE: "truefalse",
    ItemType.SHORT: "shortanswer",
    ItemType.NUMERIC: "numerical",
    ItemType.MATCHING: "matching",
    ItemType.ORDERING: "ordering",
}
SHUFFLED = frozenset({ItemType.SINGLE, ItemType.MULTIPLE, ItemType.MATCHING})


def write(questions: Iterable[Question]) -> tuple[str, list[Row]]:
    """Return the file and a row a question: what of it Moodle does not hold, or why it is left out."""
    out, rows, category = [], [], ""
    for question in questions:
        content = question.content
        if content.type == ItemType.BRANCHING:
            reason = "Moodle XML cannot hold a branching scenario"
            rows.append(Row(0, question.code, content.type, refusal=reason))
            continue
        if question.category != category:
            category = question.category
            out.append(_category(category))
        out.append(_written(question))
        rows.append(Row(0, question.code, content.type, question, _losses(content)))
    body = "".join(out)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}</quiz>\n', rows


def _category(name: str) -> str:
    path = escape(path_of_category(name))
    return f'  <question type="category">\n    <category><text>{path}</text></category>\n  </question>\n'


def kind_for(content: ItemContent) -> ItemType:
    """Return the type that a reader takes the question for."""
    if is_plain_true_false(content):
        return ItemType.TRUE_FALSE
    if content.type in ONE_CHOICE:
        return ItemType.SINGLE
    return ItemType.MULTIPLE if content.type in MANY_CHOICES else content.type


def _written(question: Question) -> str:
    content = question.content
    kind = kind_for(content)
    native = {"marks"} | ({"shuffle"} if kind in SHUFFLED else set())
    native |= {"case"} if kind == ItemType.SHORT else set()
    tags = labels(question, kind, native, _read_mode(content))
    lines = [
        f"<name>{_text(one_line(question.code or question.name))}</name>",
        _part("questiontext", content.stem, question.pictures.get(STEM), content.image_alt),
        _part("generalfeedback", content.explanation),
        f"<defaultgrade>{content.marks:.7f}</defaultgrade>",
        "<penalty>0.3333333</penalty>",
        "<hidden>0</hidden>",
        f"<idnumber>{escape(question.code)}</idnumber>",
        *_settings(content, kind),
        *_answers(question, kind),
    ]
    if tags:
        lines.append(f"<tags>{''.join(f'<tag>{_text(tag)}</tag>' for tag in tags)}</tags>")
    body = "".join(f"    {line}\n" for line in lines)
    return f'  <question type="{NAMES.get(kind, "multichoice")}">\n{body}  </question>\n'


def _read_mode(content: ItemContent) -> Mode:
    """Return the mode that a reader without our tags would choose."""
    if content.type in MANY_CHOICES:
        return with_many_right(content.choices, shares_out(content))[0]
    return Mode.RIGHT_MINUS_WRONG if content.type == ItemType.MATCHING else content.mode


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _part(
    name: str,
    text: str,
    picture: Picture | None = None,
    alt: str = "",
    *,
    more: str = "",
    attributes: str = "",
) -> str:
    """Return an element with a text: plain, or as HTML where a picture goes with it."""
    form, file = "plain_text", ""
    if picture:
        form = "html"
        image = f'<img src="@@PLUGINFILE@@/{picture.name}" alt="{escape_html(alt)}">'
        text = f"{from_text(text)}<p>{image}</p>"
        data = pictures.to_base64(picture.data)
        file = f'<file name={quoteattr(picture.name)} path="/" encoding="base64">{data}</file>'
    return f'<{name}{attributes} format="{form}">{_text(text)}{file}{more}</{name}>'


def _settings(content: ItemContent, kind: ItemType) -> list[str]:
    shuffle = f"<shuffleanswers>{str(content.shuffle).lower()}</shuffleanswers>"
    if kind in (ItemType.SINGLE, ItemType.MULTIPLE):
        single = str(kind == ItemType.SINGLE).lower()
        return [f"<single>{single}</single>", shuffle, "<answernumbering>abc</answernumbering>"]
    if kind == ItemType.MATCHING:
        return [shuffle]
    if kind == ItemType.SHORT:
        return [f"<usecase>{int(content.is_case_sensitive)}</usecase>"]
    if kind == ItemType.ORDERING:
        grading = "ALL_OR_NOTHING" if content.mode == Mode.ALL_OR_NOTHING else "ABSOLUTE_POSITION"
        return [
            "<layouttype>VERTICAL</layouttype>",
            "<selecttype>ALL</selecttype>",
            f"<selectcount>{len(content.choices)}</selectcount>",
            f"<gradingtype>{grading}</gradingtype>",
            "<showgrading>SHOW</showgrading>",
        ]
    return []


def _answers(question: Question, kind: ItemType) -> list[str]:
    content = question.content
    if kind == ItemType.MATCHING:
        return [
            _part(
                "subquestion",
                choice.text,
                question.pictures.get(choice.key),
                choice.image_alt,
                more=f"<answer>{_text(choice.match)}</answer>{_feedback(choice)}",
            )
            for choice in content.choices
        ]
    shares = [plain(share) for share in shares_out(content)]
    if kind == ItemType.ORDERING:
        shares = [str(place) for place in range(1, len(content.choices) + 1)]
    answers = []
    for choice, share in zip(content.choices, shares, strict=True):
        text = choice.text.lower() if kind == ItemType.TRUE_FALSE else choice.text
        tolerance = (
            f"<tolerance>{plain(choice.tolerance or 0)}</tolerance>" if kind == ItemType.NUMERIC else ""
        )
        more = f"{_feedback(choice)}{tolerance}"
        picture = question.pictures.get(choice.key)
        answers.append(
            _part("answer", text, picture, choice.image_alt, more=more, attributes=f' fraction="{share}"')
        )
    return answers


def _feedback(choice: ChoiceContent) -> str:
    return _part("feedback", choice.feedback)


def losses_in_moodle(content: ItemContent) -> list[str]:
    """Return what Moodle does otherwise, whichever of its formats brings the question there."""
    losses = []
    if content.type == ItemType.SIGNS:
        losses.append("spot the signs becomes a question with several right answers")
    if content.type in MANY_CHOICES and content.mode in (Mode.ALL_OR_NOTHING, Mode.EACH_DECISION):
        losses.append(f"marking “{content.mode.label}”: Moodle marks right minus wrong")
    if content.type == ItemType.MATCHING and content.mode == Mode.ALL_OR_NOTHING:
        losses.append(f"marking “{content.mode.label}”: Moodle marks each pair")
    if content.type == ItemType.ORDERING and not content.shuffle:
        losses.append("keeping the written order: Moodle always shuffles")
    return losses


def _losses(content: ItemContent) -> tuple[str, ...]:
    losses = losses_in_moodle(content)
    if content.type == ItemType.MATCHING and any(choice.feedback for choice in content.choices):
        losses.append("feedback on the pairs is in the file, but Moodle does not show it")
    return tuple(losses)
