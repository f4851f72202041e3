"""A module's text as HTML.

What is the same for every reader (most blocks, outcomes, facts, further reading) is prepared once and cached;
three kinds of block depend on the reader and are drawn for each from plain values, without a query.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.rich_text import RichText, expand_db_html

from accounts.roles import Role
from courses import vocabulary
from courses.check import evaluate
from courses.models import CourseModule, ModulePage
from courses.vocabulary import sectors
from library.models import Fact

#: Blocks whose HTML depends on who reads them.
FOR_EACH_READER = frozenset({"activity", "sectors", "check"})
KEEP_SECONDS = 300
STAMP_KEY = "courses:content-stamp"


@dataclass(frozen=True)
class Reader:
    """What a module's text depends on. `sent` is the query string, with the answers to a check."""

    sector: str = ""
    is_trainer: bool = False
    sent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """One block: its HTML or, where that depends on the reader, its plain value."""

    kind: str
    block_id: str
    html: str
    value: Any


@dataclass(frozen=True)
class Source:
    """Who says so, when it was last checked, and what the module takes from it."""

    name: str
    checked_on: date
    facts: list[str]


@dataclass(frozen=True)
class Content:
    """Everything of a module that is the same for every reader."""

    before: str
    pieces: list[Piece]
    after: str


def forget_content(**kwargs) -> None:
    """Prepare everything afresh from the next page on. Called when content or the library is saved."""
    cache.delete_many([STAMP_KEY, vocabulary.KEY])
    transaction.on_commit(lambda: cache.delete_many([STAMP_KEY, vocabulary.KEY]))


def reader_of(user, sent: Mapping[str, str]) -> Reader:
    """Return `user` as a reader; their roles cost one query a request, their sector none."""
    own = next((sector.code for sector in sectors() if sector.pk == user.sector_id), "")
    return Reader(own, user.has_role(Role.TRAINER, Role.LEAD_TRAINER), sent=sent)


def content_at(place: CourseModule) -> Content:
    """Return what stands at `place`, whose `text` was loaded with it; four queries at first, then none."""
    stamp = cache.get_or_set(STAMP_KEY, secrets.token_hex, KEEP_SECONDS)
    module = place.module
    key = f"courses:content:{stamp}:{module.pk}:{place.form}:{module.live_revision_id}"
    found = cache.get(key)
    if found is None:
        found = prepare(module, place.text, Q(modules=module.pk))
        cache.set(key, found, KEEP_SECONDS)
    return found


def prepare(module: ModulePage, stream: StreamValue, relied_on: Q) -> Content:
    """Return the module's content with its blocks drawn.

    Facts are read once for the blocks and for the list under the text; signs, videos and pictures with one
    query a kind, however many blocks there are.
    """
    raw = list(stream.raw_data)
    shown = {row["value"]["fact"] for row in raw if row["type"] == "fact"}
    facts = {f.pk: f for f in Fact.objects.filter(Q(pk__in=shown) | relied_on, is_usable=True).distinct()}
    load_renditions(stream)
    sources = sources_of(facts.values())
    around = {
        "outcomes": [outcome.text for outcome in module.outcomes.all()],
        "sources": sources,
        "checked_on": min((source.checked_on for source in sources), default=None),
        "readings": module.readings.all(),
    }
    return Content(
        before=render_to_string("courses/_before_text.html", around),
        pieces=[piece(stream, n, row, facts) for n, row in enumerate(raw)],
        after=render_to_string("courses/_after_text.html", around),
    )


def sources_of(facts: Iterable[Fact]) -> list[Source]:
    """Return the facts by source and day of check, so that a source is named once."""
    found = {}
    for fact in facts:
        key = (fact.source.rstrip("."), fact.checked_on)
        found.setdefault(key, Source(*key, [])).facts.append(words_of(fact))
    return list(found.values())


def words_of(fact: Fact) -> str:
    """Return a fact in one line: its statement, or value, unit, what is counted and the year."""
    if fact.kind == Fact.Kind.STATEMENT:
        return fact.statement
    year = f" ({fact.year})" if fact.year else ""
    return f"{fact.value} {fact.unit}: {fact.population}{year}"


def piece(stream: StreamValue, number: int, row: Mapping, facts: Mapping[int, Fact]) -> Piece:
    kind, block_id = row["type"], row.get("id") or f"b{number}"
    block = stream.stream_block.child_blocks.get(kind)
    if block is None:
        return Piece(kind, block_id, "", None)
    if kind == "fact":
        value = {"fact": facts.get(row["value"]["fact"]), "reading": rich(row["value"].get("reading") or "")}
        return Piece(kind, block_id, render_to_string(block.meta.template, {"value": value}), None)
    value = stream[number].value
    if kind in FOR_EACH_READER:
        return Piece(kind, block_id, "", plain(value))
    return Piece(kind, block_id, block.render(value, {"block_id": block_id}), None)


def load_renditions(stream: StreamValue) -> None:
    """Read the renditions of all pictures of `stream` with one query."""
    images = [child.value["image"] for child in stream.blocks_by_name("image") if child.value["image"]]
    if images:
        renditions = get_image_model().get_rendition_model().objects.all()
        prefetch_related_objects(images, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))


def rich(source: str) -> SafeString:
    """Return stored rich text as HTML. The editor's whitelist cleaned it when it was saved."""
    return mark_safe(expand_db_html(source))  # noqa: S308


def plain(value):
    """Return a block's value as dictionaries, lists, texts and numbers that a cache can keep."""
    if isinstance(value, RichText):
        return rich(value.source)
    if hasattr(value, "items"):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (str, int, type(None))):
        return value
    return [plain(part) for part in value]


def draw(content: Content, reader: Reader) -> SafeString:
    """Return the whole text for this reader."""
    return mark_safe("".join(p.html or draw_piece(p, reader) for p in content.pieces))  # noqa: S308


def draw_piece(piece: Piece, reader: Reader) -> str:
    if piece.kind not in FOR_EACH_READER:
        return ""
    return render_to_string(
        f"blocks/{piece.kind}.html", context_for(piece.kind, piece.value, piece.block_id, reader)
    )


def context_for(kind: str, value: Mapping, block_id: str, reader: Reader) -> dict[str, Any]:
    """Return what the template of a block that depends on the reader needs."""
    context = {"value": value, "block_id": block_id, "reader": reader}
    if kind == "sectors":
        context |= sector_parts(value["parts"], reader)
    if kind == "check":
        context["check"] = evaluate(value["questions"], block_id, reader.sent)
    return context


def preview_context(kind: str, value) -> dict[str, Any]:
    """Return the context of a block's preview in the picker."""
    return context_for(kind, plain(value), "preview", Reader(is_trainer=True))


def sector_parts(parts: list[Mapping], reader: Reader) -> dict[str, list]:
    """Split sector parts into the reader's own and the others, each with the names of its sectors."""
    names = {sector.code: sector.name for sector in sectors()}
    named = [
        {"for": ", ".join(names[c] for c in part["sectors"] if c in names), "body": part["body"]}
        for part in parts
    ]
    is_own = [reader.sector in part["sectors"] for part in parts]
    return {
        "own": [part for part, own in zip(named, is_own, strict=True) if own],
        "others": [part for part, own in zip(named, is_own, strict=True) if not own],
    }
