"""Questions of every type as hypothesis draws them: hostile words, odd percentages, pictures."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from hypothesis import strategies as st
from PIL import Image

from quizzes.bank import problem_with
from quizzes.content import ChoiceContent, ItemContent, ItemType, Mode
from quizzes.exchange.pictures import checked
from quizzes.exchange.question import About, Question, normal
from quizzes.exchange.text import one_line, tidy
from tests.hostile import HOSTILE


def picture_bytes(colour: str = "red", form: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 3), colour).save(out, form)
    return out.getvalue()


PICTURES = [checked(picture_bytes(colour), "x.png")[0] for colour in ("red", "green", "blue")]
TRICKY = (
    "%50%half", "=a", "~b", "a -> b", "[html] x", "[plain]", "<b>bold</b>", "&lt;p&gt; &amp; &nbsp;", "]]>", "<!--",
    "::title::", "// no comment", "$CATEGORY: x", "{", "}", "\\n", "\\", "a\nb\n\nc", "@@PLUGINFILE@@/x", "####",
    "TRUE", "*", "1..2", "- item", "a\u2028b\x85c", "\u00a0x\u00a0", "ends -", "100%", "#fb", "C:\\new\\dir",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(TRICKY),
    st.sampled_from([value[:300] for value in HOSTILE.values()]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("ab ~=#{}:\\n%[]<>&\"'-/*\n", max_size=20),
)
some_words = st.builds("w{}".format, words) | words.filter(lambda text: tidy(text).strip(" *\u00a0"))
line = some_words.map(one_line).filter(bool)
shares = st.sampled_from(
    [Decimal(x) for x in ("100", "50", "33.33333", "0", "-50", "12.5", "-100", "0.00001")]
)
marks = st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5")])


def _choice(key: int, **fields) -> ChoiceContent:
    return ChoiceContent(key=str(key), **fields)


@st.composite
def _choices(draw, item_type: ItemType):
    if item_type == ItemType.TRUE_FALSE:
        texts = draw(st.sampled_from([("True", "False"), ("False", "True"), ("Yes", "No")]))
    else:
        count = draw(st.integers(2, 4))
        texts = [draw(some_words) for _ in range(count)]
    right = draw(st.integers(0, len(texts) - 1))
    rows = []
    for n, text in enumerate(texts):
        fields = {"text": text, "feedback": draw(words), "is_correct": n == right}
        if item_type == ItemType.MATCHING:
            fields |= {"match": draw(line), "text": text if n < 2 else draw(st.sampled_from([text, ""]))}
        elif item_type == ItemType.NUMERIC:
            number = draw(st.decimals(-1000, 1000, places=3))
            fields |= {"text": str(number), "tolerance": draw(st.sampled_from([None, Decimal("0.25")]))}
            fields["share"] = None if n == right else draw(shares)
        elif item_type in (ItemType.MULTIPLE, ItemType.SIGNS):
            fields["is_correct"] = n == right or draw(st.booleans())
        elif item_type != ItemType.ORDERING and draw(st.booleans()):
            fields["share"] = None if n == right else draw(shares)
        rows.append(_choice(n + 1, **fields))
    return rows


@st.composite
def contents(draw, types=tuple(t for t in ItemType if t != ItemType.BRANCHING)):
    """Contents that the bank would accept, each in its one form."""
    item_type = draw(st.sampled_from(sorted(types)))
    mode = draw(st.sampled_from(list(Mode)))
    choices = draw(_choices(item_type))
    if mode == Mode.OWN_SHARES and item_type in (ItemType.MULTIPLE, ItemType.SIGNS):
        own = [Decimal(60), Decimal(40), Decimal(-30), None][: len(choices)]
        choices = [
            c.model_copy(update={"share": s, "is_correct": bool(s and s > 0)})
            for c, s in zip(choices, own, strict=True)
        ]
    return normal(
        ItemContent(
            type=item_type,
            stem=draw(some_words),
            choices=tuple(choices),
            marks=draw(marks),
            mode=mode,
            explanation=draw(words),
            content_note=draw(words)[:100],
            outcomes=tuple(draw(st.lists(st.sampled_from(["LO1", "LO2", "LO9"]), max_size=2))),
            is_case_sensitive=draw(st.booleans()),
            shuffle=draw(st.booleans()),
        )
    )


abouts = st.builds(
    About,
    module=st.sampled_from(["", "M06"]),
    difficulty=st.sampled_from(["", "easy", "hard"]),
    sectors=st.sampled_from([(), ("police",)]),
    indicators=st.sampled_from([(), ("IND-G01", "IND-G02")]),
    facts=st.sampled_from([(), ("F-1",)]),
    source=words.map(one_line),
    needs_check=st.booleans(),
    review_due_on=st.sampled_from([None, date(2027, 3, 1)]),
)
categories = st.lists(
    st.sampled_from(["Law", "A/B", "/x/", "top", "UK law", "Ärzte", "a: b", "{c}"]), max_size=3
).map(lambda parts: " / ".join(parts) if parts[:1] != ["top"] else "")


@st.composite
def questions(draw, pictures: bool = False, types=tuple(t for t in ItemType if t != ItemType.BRANCHING)):
    content = draw(contents(types).filter(lambda c: not problem_with(c)))
    shown = {}
    if pictures:
        may_show = content.type in (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.MATCHING, ItemType.ORDERING)
        slots = ["", *(c.key for c in content.choices if may_show and c.text)]
        for slot in draw(st.lists(st.sampled_from(slots), unique=True)):
            shown[slot] = draw(st.sampled_from(PICTURES))
        alt = draw(words.map(one_line))
        content = content.model_copy(
            update={
                "image_alt": alt if "" in shown else "",
                "choices": tuple(
                    c.model_copy(update={"image_alt": alt if c.key in shown else ""}) for c in content.choices
                ),
            }
        )
    code = draw(st.from_regex(r"[A-Za-z0-9_.-]{1,20}", fullmatch=True))
    tags = draw(st.lists(line.filter(lambda t: ":" not in t), max_size=2, unique=True))
    signs = {"1": "IND-G01"} if content.type == ItemType.SIGNS else {}
    return Question(
        content=content,
        code=code,
        name=code,
        category=draw(categories),
        tags=tuple(tags),
        about=draw(abouts),
        pictures=shown,
        signs=signs,
    )
