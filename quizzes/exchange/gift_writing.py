"""Questions as a GIFT file."""

from collections.abc import Iterable

from quizzes.content import MANY_CHOICES, ONE_CHOICE, ItemContent, ItemType, Mode
from quizzes.exchange.categories import path_of_category
from quizzes.exchange.moodlexml_writing import losses_in_moodle
from quizzes.exchange.question import (
    FULL,
    Question,
    Row,
    is_plain_true_false,
    labels,
    shares_out,
    with_many_right,
)
from quizzes.exchange.text import one_line, plain

SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\#=~{}:"} | {"\n": "\\n"})
PICTURES = "its pictures"
PARTS = "the feedback on its parts"
ARROW = "the arrow -> in its words, written as →"


def write(questions: Iterable[Question]) -> tuple[str, list[Row]]:
    """Return the file and a row a question: what of it GIFT does not hold, or why it is left out."""
    out, rows, category = [], [], ""
    for question in questions:
        refusal = refusal_of(question.content)
        if refusal:
            rows.append(Row(0, question.code, question.content.type, refusal=refusal))
            continue
        if question.category != category:
            category = question.category
            out.append(f"$CATEGORY: {path_of_category(category)}\n")
        text, losses = _written(question)
        out.append(text)
        rows.append(Row(0, question.code, question.content.type, question, losses))
    return "\n".join(out), rows


def refusal_of(content: ItemContent) -> str:
    if content.type == ItemType.BRANCHING:
        return "GIFT cannot hold a branching scenario"
    if content.type == ItemType.SHORT and any("->" in choice.text for choice in content.choices):
        return "GIFT would take the accepted answer with -> for a pair"
    if content.type != ItemType.NUMERIC and any(
        not (choice.text or choice.match) for choice in content.choices
    ):
        return "GIFT holds no pictures, and one of its answers is a picture alone"
    return ""


def kind_for(content: ItemContent) -> ItemType:
    """Return the type that a reader takes the question for."""
    if is_plain_true_false(content):
        return ItemType.TRUE_FALSE
    if content.type in ONE_CHOICE:
        full = [share == FULL for share in shares_out(content)]
        return ItemType.SINGLE if any(full) and not all(full) else ItemType.MULTIPLE
    return ItemType.MULTIPLE if content.type in MANY_CHOICES else content.type


def read_mode(content: ItemContent, kind: ItemType) -> Mode:
    """Return the mode that a reader without our tags would choose."""
    if content.type in MANY_CHOICES:
        return with_many_right(content.choices, shares_out(content))[0]
    if kind == ItemType.ORDERING or content.type not in (ItemType.MATCHING,):
        return content.mode
    return Mode.RIGHT_MINUS_WRONG


def _written(question: Question) -> tuple[str, tuple[str, ...]]:
    content = question.content
    kind = kind_for(content)
    losses = _losses(question, kind)
    tags = labels(question, kind, (), read_mode(content, kind))
    marks = ([f"[id:{_bracketed(question.code)}]"] if question.code else []) + [
        f"[tag:{_bracketed(tag)}]" for tag in tags
    ]
    name = one_line(question.code or question.name)
    answers = "".join(f"\t{line}\n" for line in _answers(content, kind))
    general = f"\t####{_text(content.explanation)}\n" if content.explanation else ""
    head = "#\n" if kind == ItemType.NUMERIC else ">" if kind == ItemType.ORDERING else "\n"
    return (
        (f"// {' '.join(marks)}\n" if marks else "")
        + f"::{name.translate(SPECIAL)}::[plain]{content.stem.translate(SPECIAL)}"
        + f"{{{head}{answers.removeprefix(chr(9)) if head == '>' else answers}{general}}}\n"
    ), losses


def _bracketed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]")


def _text(text: str) -> str:
    """A text that begins with a bracket names its format, lest the bracket be taken for one."""
    return ("[plain]" if text.startswith("[") else "") + text.translate(SPECIAL)


def _answers(content: ItemContent, kind: ItemType) -> list[str]:
    shares = [plain(share) for share in shares_out(content)]
    feedback = [f"#{_text(choice.feedback)}" if choice.feedback else "" for choice in content.choices]
    texts = [_text(choice.text) for choice in content.choices]
    if kind == ItemType.TRUE_FALSE:
        right, wrong = (0, 1) if content.choices[0].is_correct else (1, 0)
        said = feedback[wrong] or ("#" if feedback[right] else "")
        return [f"{'FALSE' if right else 'TRUE'}{said}{feedback[right]}"]
    if kind == ItemType.MATCHING:
        return [f"={_arrowless(_text(c.text))} -> {c.match.translate(SPECIAL)}" for c in content.choices]
    if kind == ItemType.ORDERING:
        grading = "ALL_OR_NOTHING" if content.mode == Mode.ALL_OR_NOTHING else "ABSOLUTE_POSITION"
        return [f"{len(texts)} ALL VERTICAL {grading} SHOW", *texts]
    if kind == ItemType.NUMERIC:
        return [
            f"=%{share}%{choice.text}:{plain(choice.tolerance or 0)}{said}"
            for choice, share, said in zip(content.choices, shares, feedback, strict=True)
        ]
    if kind == ItemType.SHORT:
        return [
            f"=%{share}%{text}{_arrowless(said)}"
            for text, share, said in zip(texts, shares, feedback, strict=True)
        ]
    return [
        _choice(text, share, said, single=kind == ItemType.SINGLE)
        for text, share, said in zip(texts, shares, feedback, strict=True)
    ]


def _choice(text: str, share: str, feedback: str, *, single: bool) -> str:
    if single and share == "100":
        return f"={text}{feedback}"
    weight = f"%{share}%" if share != "0" or text.startswith("%") else ""
    return f"~{weight}{text}{feedback}"


def _arrowless(text: str) -> str:
    return text.replace("->", "→")


def _losses(question: Question, kind: ItemType) -> tuple[str, ...]:
    content = question.content
    losses = losses_in_moodle(content)
    if question.pictures:
        losses.append(PICTURES)
    if kind in (ItemType.MATCHING, ItemType.ORDERING) and any(c.feedback for c in content.choices):
        losses.append(PARTS)
    arrows = {
        ItemType.MATCHING: [choice.text for choice in content.choices],
        ItemType.SHORT: [choice.feedback for choice in content.choices],
    }.get(kind, [])
    if any("->" in text for text in arrows):
        losses.append(ARROW)
    return tuple(losses)
