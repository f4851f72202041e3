"""A file into the bank, and the bank into a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import ModulePage
from quizzes.bank import publish_item
from quizzes.content import TYPED, ItemType
from quizzes.exchange import (
    detect,
    gift_reading,
    gift_writing,
    moodlexml_reading,
    moodlexml_writing,
    qti_reading,
    qti_writing,
)
from quizzes.exchange.bank import CODE, Bank, fingerprint, problem_of, slots_of
from quizzes.exchange.images import Keeper, fetched
from quizzes.exchange.question import STEM, About, Picture, Question, Row, Unreadable, settled
from quizzes.exchange.report import Outcome, Report
from quizzes.exchange.text import one_line, short
from quizzes.models import Category, Item

MAX_QUESTIONS = 3_000
FILE_NAMES = {detect.GIFT: "questions.txt", detect.MOODLE_XML: "questions.xml", detect.QTI: "questions.zip"}
CONTENT_TYPES = {
    detect.GIFT: "text/plain; charset=utf-8",
    detect.MOODLE_XML: "application/xml",
    detect.QTI: "application/zip",
}


@dataclass(frozen=True)
class Wanted:
    """How an import is to go.

    format: gift, moodlexml or qti; empty to find out.  module: for questions that name none.
    ready: publish them; otherwise they are drafts.  skip_refused: import the others all the same.
    """

    module: ModulePage
    format: str = ""
    ready: bool = False
    skip_refused: bool = False


@dataclass
class _Found:
    """A question that can be imported, with its item and its code."""

    question: Question
    item: Item
    code: str


def read_rows(data: bytes, wanted: str = "") -> tuple[str, list[Row], list[str]]:
    """Return the format, a row a question, and notes on the file. Raises Unreadable in one sentence."""
    kind = detect.kind_of(data, wanted)
    if kind == detect.QTI:
        rows, notes = qti_reading.read(data)
    elif kind == detect.MOODLE_XML:
        rows, notes = moodlexml_reading.read(data), []
    else:
        text, note = detect.decoded(data)
        rows, notes = gift_reading.read(text), [note] if note else []
    if not rows:
        raise Unreadable(f"This {detect.NAMES[kind]} file holds no question.")
    if len(rows) > MAX_QUESTIONS:
        raise Unreadable(
            f"This file holds {len(rows):,} questions; {MAX_QUESTIONS:,} at a time is the limit."
        )
    return kind, rows, notes


def import_questions(
    data: bytes, file_name: str, wanted: Wanted, *, dry_run: bool = False, user=None
) -> Report:
    """Import the questions in `data` and return what became of each; on a trial run, what would.

    Nothing is written if one is refused, unless `wanted` says to skip those, and nothing is written by halves.
    A question that the bank has already is left as it is. Raises Unreadable for a file that cannot be read.
    """
    kind, rows, notes = read_rows(data, wanted.format)
    file_name = one_line(file_name)[-100:]
    bank = Bank(file_name, wanted.module)
    report = Report(f"{file_name}: {detect.NAMES[kind]}", notes=notes, format=kind)
    report.notes += [
        f"Questions that name no module go under {wanted.module.code}. Without a source of their own they say "
        f"“Imported from {file_name}”; the next check is due on {bank.review_due_on:%-d %B %Y} unless they say.",
        "They become ready at once: quizzes may draw them."
        if wanted.ready
        else "They become drafts: no quiz draws them before they are published.",
    ]
    found = _judged(rows, bank, report)
    if dry_run or (report.refused and not wanted.skip_refused):
        return report
    _write(found, wanted, user)
    report.carried_out = True
    return report


def _judged(rows: Sequence[Row], bank: Bank, report: Report) -> list[_Found]:
    """Put every row into `report` and return those to be written, each with its code."""
    questions = [row.question for row in rows if row.question]
    bank.learn(questions)
    bank.reserve(question.code for question in questions if CODE.fullmatch(question.code))
    seen: dict[tuple, Row] = {}
    codes: dict[str, Row] = {}
    found = []
    for row in rows:
        if row.question is None:
            report.add(Outcome.REFUSED, row, notes=[row.refusal])
            continue
        same = bank.same_as(row.question)
        if same:
            report.add(Outcome.THERE, row, code=same, notes=["left as it is in the bank"])
            continue
        words = fingerprint(row.question.content)
        if words in seen:
            report.add(Outcome.THERE, row, notes=[f"the same question as {_where(seen[words])}"])
            continue
        code, problem = _code_of(row.question, bank, codes)
        item, lost = bank.item(row.question)
        problem = problem or problem_of(item, row.question)
        if problem:
            report.add(Outcome.REFUSED, row, notes=[problem])
            continue
        if row.question.code and not code:
            lost.append(f"its id “{short(row.question.code, 40)}” does not fit as a code")
        seen[words] = row
        code = code or bank.new_code()
        codes[code] = row
        losses = [*row.losses, *lost]
        report.add(Outcome.LOSS if losses else Outcome.CARRIED, row, code=code, notes=losses)
        found.append(_Found(row.question, item, code))
    return found


def _where(row: Row) -> str:
    return f"line {row.line}" + (f" of {row.file}" if row.file else "")


def _code_of(question: Question, bank: Bank, codes: dict[str, Row]) -> tuple[str, str]:
    """Return the code that the file gives, if it fits, and why the question cannot have it."""
    code = question.code
    if not CODE.fullmatch(code):
        return "", ""
    if code in bank.codes:
        return code, (
            f"{code} is in the bank already and says something else. An import never changes a question: "
            "change it in the bank, or give this one another code"
        )
    if code in codes:
        return code, f"the code {code} is used by {_where(codes[code])} too"
    return code, ""


def _write(found: Sequence[_Found], wanted: Wanted, user) -> None:
    keeper = Keeper((p for one in found for p in one.question.pictures.values()), user)
    try:
        with transaction.atomic():
            categories = {row.name: row for row in Category.objects.all()}
            for one in found:
                name = one.question.category
                if name and name not in categories:
                    categories[name] = Category.objects.create(name=name)
                one.item.category = categories.get(name)
                one.item.code = one.code
                _put_pictures(one, keeper)
                _save(one.item, wanted.ready, user)
    except IntegrityError as error:
        keeper.discard()
        raise Unreadable("Somebody changed the bank at the same time. Try again.") from error
    except BaseException:
        keeper.discard()
        raise


def _save(item: Item, ready: bool, user) -> None:
    """Save the item; what it refers to is written down once, not for each of its answers."""
    with disable_reference_index_auto_update():
        item.save()
        if not ready:
            item.save_revision(user=user)
    if ready:
        publish_item(item, user)
    else:
        ReferenceIndex.create_or_update_for_object(item)


def _put_pictures(one: _Found, keeper: Keeper) -> None:
    choices = {str(n): choice for n, choice in enumerate(one.item.choices.all(), start=1)}
    for slot, words in slots_of(one.question):
        key = keeper.keep(one.question.pictures[slot], words)
        if slot == STEM:
            one.item.image_id = key
        elif slot in choices:
            choices[slot].image_id = key


# --- Out ------------------------------------------------------------------------------------------------


def items_to_export(
    *, category: Category | None = None, module: ModulePage | None = None, drafts: bool = False
) -> QuerySet:
    """Return the items, in the order of the file: ready ones, and drafts and retired ones if wished."""
    rows = Item.objects.all() if drafts else Item.objects.in_use()
    if category:
        rows = rows.filter(category__in=category.with_parts())
    if module:
        rows = rows.filter(module=module)
    return rows.order_by(Coalesce("category__name", Value("")), "code")


def export_questions(items: QuerySet, kind: str, version: str = "2.1") -> tuple[bytes, Report]:
    """Return the file and what of each question it does not hold. So many queries, however many items."""
    questions, lost = _questions(items)
    if kind == detect.QTI:
        data, rows = qti_writing.write(questions, version)
        title = f"QTI {version}"
    else:
        writer = moodlexml_writing if kind == detect.MOODLE_XML else gift_writing
        text, rows = writer.write(questions)
        data, title = text.encode(), detect.NAMES[kind]
    report = Report(f"Export as {title}", format=kind, is_import=False, carried_out=True)
    for row in rows:
        losses = [*lost.get(row.name, ()), *row.losses]
        notes = [row.refusal] if row.refusal else losses
        outcome = Outcome.REFUSED if row.refusal else Outcome.LOSS if losses else Outcome.CARRIED
        report.add(outcome, row, code=row.name, notes=notes)
    return data, report


def _questions(items: QuerySet) -> tuple[list[Question], dict[str, list[str]]]:
    """Return the items as questions, and code -> what was lost before a format came into it."""
    rows = list(
        items.select_related("category", "module")
        .defer("module__body", "module__short_body")
        .prefetch_related("choices__indicator", "tagged_items__tag", "sectors", "facts", "indicators")
    )
    keys = {key for item in rows for key in _image_keys(item).values()}
    shown = fetched(keys) if keys else {}
    questions, lost = [], {}
    for item in rows:
        question, losses = _question(item, shown)
        questions.append(question)
        lost[question.code] = losses
    return questions, lost


def _image_keys(item: Item) -> dict[str, int]:
    """Return "" or a choice's key -> the primary key of the picture there."""
    keys = {STEM: item.image_id} | {choice.key: choice.image_id for choice in item.choices.all()}
    return {slot: key for slot, key in keys.items() if key}


def _question(item: Item, shown: dict[int, Picture | str]) -> tuple[Question, list[str]]:
    content, losses, pictures = item.content(), [], {}
    for slot, key in _image_keys(item).items():
        picture = shown.get(key, "a picture that is gone")
        if isinstance(picture, str):
            losses.append(picture)
        elif slot != STEM and content.type in (*TYPED, ItemType.SIGNS):
            losses.append("a picture on an answer of this type")
        else:
            pictures[slot] = picture
    if item.media_id:
        losses.append("its video or sound")
    content = content.model_copy(
        update={
            "image_alt": content.image_alt if STEM in pictures else "",
            "choices": tuple(
                c.model_copy(update={"image_alt": c.image_alt if c.key in pictures else ""})
                for c in content.choices
            ),
        }
    )
    question = Question(
        content=content,
        code=one_line(item.code),
        name=one_line(item.code),
        category=item.category.name if item.category else "",
        tags=tuple(sorted({one_line(row.tag.name) for row in item.tagged_items.all()} - {""})),
        about=About(
            module=item.module.code,
            difficulty=item.difficulty,
            sectors=tuple(sorted(row.code for row in item.sectors.all())),
            indicators=tuple(sorted(row.code for row in item.indicators.all())),
            facts=tuple(sorted(row.code for row in item.facts.all())),
            source=one_line(item.source),
            needs_check=item.needs_check,
            review_due_on=item.review_due_on,
        ),
        pictures=pictures,
        signs={c.key: c.indicator.code for c in item.choices.all() if c.indicator}
        if item.type == ItemType.SIGNS
        else {},
    )
    question = question if content.type == ItemType.BRANCHING else settled(question)
    return replace(question), losses
