"""The question bank as an import meets it: what is there, and how a question becomes an item."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from accounts.models import Sector
from courses.models import ModulePage
from library.models import Fact, Indicator
from quizzes.bank import next_code, problem_with
from quizzes.content import ItemContent
from quizzes.exchange.question import STEM, Question, normal
from quizzes.exchange.text import one_line, short, tidy
from quizzes.models import Category, Choice, Item

CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}")
SOURCE_LENGTH = Item._meta.get_field("source").max_length
TAG_LENGTH = Item.tags.through._meta.get_field("tag").related_model._meta.get_field("name").max_length
CATEGORY_LENGTH = Category._meta.get_field("name").max_length
#: Set when the item is written.
LATER = (
    "code",
    "module",
    "category",
    "story",
    "latest_revision",
    "live_revision",
    "locked_by",
    "image",
    "media",
)


def fingerprint(content: ItemContent) -> tuple:
    """Return what makes two questions the same: their type, their words and those of their answers."""
    return content.type, content.stem, frozenset((choice.text, choice.match) for choice in content.choices)


@dataclass
class Bank:
    """What of the bank an import asks for, loaded once."""

    file_name: str
    module: ModulePage
    today: date = field(default_factory=timezone.localdate)

    def __post_init__(self):
        self.modules = {row.code: row for row in ModulePage.objects.only("pk", "code", "title")}
        self.sectors = {row.code: row for row in Sector.objects.all()}
        self.indicators = {row.code: row for row in Indicator.objects.only("pk", "code")}
        self.facts = {row.code: row for row in Fact.objects.only("pk", "code")}
        rows = list(Item.objects.values_list("pk", "code", "stem"))
        self.codes = {code: pk for pk, code, _ in rows}
        self._by_stem: dict[str, list[int]] = {}
        for pk, _, stem in rows:
            self._by_stem.setdefault(tidy(stem), []).append(pk)
        self._known: dict[tuple, str] = {}
        self._next = next_code(taken=self.codes)

    @property
    def review_due_on(self) -> date:
        return self.today + timedelta(days=365)

    def learn(self, questions: Iterable[Question]) -> None:
        """Load the items that say the same as one of `questions`, by stem and by code."""
        keys = set()
        for question in questions:
            keys.update(self._by_stem.get(question.content.stem, ()))
            keys.add(self.codes.get(question.code))
        for item in Item.objects.filter(pk__in=keys - {None}).prefetch_related("choices"):
            self._known.setdefault(fingerprint(normal(item.content())), item.code)

    def same_as(self, question: Question) -> str:
        """Return the code of the item that says the same, empty if none does."""
        return self._known.get(fingerprint(question.content), "")

    def reserve(self, codes: Iterable[str]) -> None:
        """Keep codes that the file brings from being given to its other questions."""
        self._next = next_code(taken=[*self.codes, *codes])

    def new_code(self) -> str:
        code = self._next
        self._next = f"Q{int(code[1:]) + 1:03d}"
        return code

    # --- One question ---

    def item(self, question: Question) -> tuple[Item, list[str]]:
        """Return the item, not saved, without code, category and pictures, and what of the question is lost."""
        about, content, lost = question.about, question.content, []
        module = self.modules.get(about.module)
        if about.module and module is None:
            lost.append(f"module “{short(about.module, 40)}” is not known here: {self.module.code} instead")
        if about.difficulty and about.difficulty not in Item.Difficulty.values:
            lost.append(f"difficulty “{short(about.difficulty, 40)}” is not known here")
        names = f", “{question.name}”" if question.name not in ("", question.code) else ""
        item = Item(
            module=module or self.module,
            type=content.type,
            difficulty=about.difficulty
            if about.difficulty in Item.Difficulty.values
            else Item.Difficulty.MEDIUM,
            outcomes=list(content.outcomes),
            source=about.source or f"Imported from {self.file_name}{names}"[:SOURCE_LENGTH],
            needs_check=about.needs_check,
            review_due_on=about.review_due_on or self.review_due_on,
            stem=content.stem,
            content_note=content.content_note,
            marks=content.marks,
            mode=content.mode,
            is_case_sensitive=content.is_case_sensitive,
            shuffle=content.shuffle,
            explanation=content.explanation,
            image_alt=content.image_alt,
            live=False,
        )
        tags = list(question.tags)
        for field_name, known, codes in (
            ("sectors", self.sectors, about.sectors),
            ("indicators", self.indicators, about.indicators),
            ("facts", self.facts, about.facts),
        ):
            setattr(item, field_name, [known[code] for code in codes if code in known])
            word = field_name.removesuffix("s")
            for code in codes:
                if code not in known:
                    lost.append(f"{word} “{short(code, 40)}” is not known here: kept as a tag")
                    tags.append(f"{word}:{code}")
        item.choices = [self._choice(question, n, lost) for n in range(len(content.choices))]
        long = [tag for tag in tags if len(tag) > TAG_LENGTH]
        lost += [f"the tag “{short(tag, 40)}” is longer than {TAG_LENGTH} characters" for tag in long]
        item.tags.add(*(tag for tag in tags if tag not in long))
        return item, lost

    def _choice(self, question: Question, place: int, lost: list[str]) -> Choice:
        choice = question.content.choices[place]
        sign = question.signs.get(choice.key, "")
        if sign and sign not in self.indicators:
            lost.append(f"sign “{short(sign, 40)}” is not known here")
        return Choice(
            sort_order=place,
            text=choice.text,
            match=choice.match,
            is_correct=choice.is_correct,
            feedback=choice.feedback,
            share=choice.share,
            tolerance=choice.tolerance,
            image_alt=choice.image_alt,
            indicator=self.indicators.get(sign),
        )


def problem_of(item: Item, question: Question) -> str:
    """Return why the bank cannot keep `item`, in words for its editor; empty if it can."""
    content = question.content
    shown = content.model_copy(
        update={
            "choices": tuple(
                choice.model_copy(update={"image": 1 if choice.key in question.pictures else None})
                for choice in content.choices
            )
        }
    )
    if problem := problem_with(shown):
        return problem
    if len(question.category) > CATEGORY_LENGTH:
        return f"Its category has more than {CATEGORY_LENGTH} characters."
    rows = [(item, LATER), *((choice, ("item", "image", "indicator")) for choice in item.choices.all())]
    return next(filter(None, (_problem_with_fields(row, exclude) for row, exclude in rows)), "")


def _problem_with_fields(row: Model, exclude: Collection[str]) -> str:
    for one in row._meta.concrete_fields:
        value = getattr(row, one.attname)
        if isinstance(value, str) and one.max_length and len(value) > one.max_length:
            return f"{one.verbose_name.capitalize()}: {len(value):,} characters; {one.max_length:,} is the limit."
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        return f"{row._meta.get_field(name).verbose_name.capitalize()}: {one_line(messages[0])}"
    return ""


def slots_of(question: Question) -> list[tuple[str, str]]:
    """Return the places of its pictures, each with its words: "" for the question's own."""
    words = {STEM: question.content.image_alt} | {c.key: c.image_alt for c in question.content.choices}
    return [(slot, words.get(slot, "")) for slot in question.pictures]
