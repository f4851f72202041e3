"""The trainer pack: what somebody needs in hand to run a course, drawn from its module pages as one PDF."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from wagtail.documents import get_document_model

from cascade.fidelity import POINTS
from courses.body import rich
from courses.models import CourseModule, CoursePage
from library.queries import site_info
from trainingsite.lib.pdf import html_to_pdf

STYLESHEET = "print/pack.css"
KEPT_SECONDS = 3600
BREAK_AFTER = 100  # minutes of learning after which the agenda has a pause
BREAK_MINUTES = 15

DOCUMENT_LINK = re.compile(r'<a[^>]*linktype="document"[^>]*>')
DOCUMENT_ID = re.compile(r'\bid="(\d{1,18})"')
OWN_ADDRESS = re.compile(r'href="/(?!/)')


@dataclass(frozen=True)
class Part:
    """Something of a module that a trainer has in hand. kind: activity, callout, case or heading."""

    kind: str
    title: str
    minutes: int | None = None
    body: SafeString | str = ""
    on_your_own: SafeString | str = ""
    notes: SafeString | str = ""


@dataclass(frozen=True)
class Chapter:
    """One module. points: the headings of its text, which say what has to be covered."""

    code: str
    title: str
    summary: str
    minutes: int
    is_required: bool
    content_note: str
    outcomes: list[str]
    points: list[str]
    parts: list[Part]
    readings: list[Any]
    documents: list[Any] = field(default_factory=list)

    @property
    def activity_minutes(self) -> int:
        return sum(part.minutes or 0 for part in self.parts if part.kind == "activity")


@dataclass(frozen=True)
class Slot:
    """One line of the agenda; start and end in minutes from the beginning."""

    start: int
    minutes: int
    title: str
    is_break: bool = False

    @property
    def clock(self) -> str:
        """As 0:00–0:20."""
        return f"{_clock(self.start)}–{_clock(self.start + self.minutes)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def pack_of(course: CoursePage) -> bytes:
    """Return the pack as a PDF. Drawn once for the same words, then kept for an hour."""
    chapters = chapters_of(course)
    context = {
        "course": course,
        "outcomes": [outcome.text for outcome in course.outcomes.all()],
        "chapters": chapters,
        "agenda": agenda(chapters),
        "points": POINTS,
        "contacts": site_info().contacts,
        "made_on": timezone.localdate(),
        "site_url": settings.SITE_URL,
    }
    html = render_to_string("cascade/pack.html", context)
    key = f"cascade:pack:{hashlib.sha256(html.encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: html_to_pdf(html, STYLESHEET), KEPT_SECONDS)


def chapters_of(course: CoursePage) -> list[Chapter]:
    """Return the live modules of the course in order; at most five queries however many there are."""
    places = list(
        CourseModule.objects.filter(course=course, module__live=True)
        .select_related("module")
        .prefetch_related("module__outcomes", "module__readings")
        .order_by("sort_order", "pk")
    )
    rows_of = {place.pk: list(place.module.body_of(place.form).raw_data) for place in places}
    linked = {place.pk: document_ids(rows_of[place.pk]) for place in places}
    wanted = {pk for ids in linked.values() for pk in ids}
    documents = {d.pk: d for d in get_document_model().objects.filter(pk__in=wanted)}
    return [
        _chapter(place, rows_of[place.pk], [documents[pk] for pk in linked[place.pk] if pk in documents])
        for place in places
    ]


def _chapter(place: CourseModule, rows: list[Mapping], documents: list) -> Chapter:
    module = place.module
    return Chapter(
        code=module.code,
        title=module.title,
        summary=module.summary,
        minutes=place.minutes,
        is_required=place.is_required,
        content_note=module.content_note,
        outcomes=[outcome.text for outcome in module.outcomes.all()],
        points=[row["value"] for row in rows if row["type"] == "heading"],
        parts=[part for part in map(part_of, rows) if part],
        readings=list(module.readings.all()),
        documents=documents,
    )


def part_of(row: Mapping) -> Part | None:
    """Return what a trainer needs of one block; None for text that stands in the module itself."""
    value = row["value"]
    if row["type"] == "activity":
        return Part(
            "activity",
            value["title"],
            value.get("minutes"),
            *(printed(value.get(name)) for name in ("body", "on_your_own", "facilitator_notes")),
        )
    if row["type"] == "callout":
        return Part("callout", value["title"], body=printed(value.get("body")))
    if row["type"] == "case_study":
        return Part(
            "case", value["title"], body=printed(value.get("body")), notes=value.get("content_note") or ""
        )
    return None


def printed(source: str | None) -> SafeString | str:
    """Return stored rich text as HTML whose links lead to the site from paper, too."""
    if not source:
        return ""
    return mark_safe(OWN_ADDRESS.sub(f'href="{settings.SITE_URL}/', rich(source)))  # noqa: S308


def document_ids(rows: Iterable[Mapping]) -> list[int]:
    """Return the ids of the documents that the texts of `rows` link to, each once, in order."""
    found: dict[int, None] = {}
    for text in texts_in([row["value"] for row in rows]):
        for link in DOCUMENT_LINK.findall(text):
            number = DOCUMENT_ID.search(link)
            if number:
                found[int(number[1])] = None
    return list(found)


def texts_in(value) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def agenda(chapters: list[Chapter]) -> list[Slot]:
    """Return the course as lines with times from 0:00, with a break when people have sat for long enough."""
    slots, now, since_break = [], 0, 0
    for number, chapter in enumerate(chapters):
        slots.append(Slot(now, chapter.minutes, chapter.title))
        now += chapter.minutes
        since_break += chapter.minutes
        if since_break >= BREAK_AFTER and number < len(chapters) - 1:
            slots.append(Slot(now, BREAK_MINUTES, "Break", is_break=True))
            now, since_break = now + BREAK_MINUTES, 0
    return slots
