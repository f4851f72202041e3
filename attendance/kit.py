"""The printed kit: everything a trainer needs on paper when there is no network, as one PDF."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from attendance.models import Status
from attendance.queries import register_rows
from attendance.tables import tables_of
from bookings.models import TrainingSession
from courses.models import CourseModule
from quizzes.content import MANY_CHOICES, ItemContent, ItemType
from quizzes.models import Category, ItemVersion, Quiz, QuizKind
from quizzes.queries import plan_of, pool_of
from trainingsite.lib.pdf import html_to_pdf

STYLESHEET = "print/kit.css"
PRACTICE = ("Practice", "Practice questions")  # shelves of the bank, with what is inside them
ON_PAPER = (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE)
QUESTIONS = 10
SPARE_ROWS = 6
OPEN, CLOSE = "Yours to plan: practice, discussion, questions", "Confidence sheet and close"
CLOSE_MINUTES = 15
LETTERS = "ABCDEFGHIJ"
MINUTE = timedelta(minutes=1)


# --- The agenda --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgendaRow:
    """One line. starts_at is None where the modules do not fit into the session's time."""

    title: str
    minutes: int
    starts_at: datetime | None = None
    is_break: bool = False


@dataclass(frozen=True)
class Agenda:
    rows: list[AgendaRow]
    needed: int
    fits: bool


def agenda_of(session: TrainingSession) -> Agenda:
    """Lay the course's modules out over the session, around its breaks, by the session's clock.

    When they take longer than the session has, they are listed without times: the trainer chooses.
    """
    modules = [
        (place.module.title, place.minutes)
        for place in CourseModule.objects.filter(course=session.cohort.course_id).select_related("module")
    ]
    needed = sum(minutes for _, minutes in modules)
    if not modules or needed > session.minutes:
        return Agenda([AgendaRow(title, minutes) for title, minutes in modules], needed, fits=False)
    pauses = [(pause.starts_at, pause.minutes) for pause in session.breaks.all()]
    rows: list[AgendaRow] = []
    now = session.starts_at
    spare = session.minutes - needed
    close = min(CLOSE_MINUTES, spare)
    for title, minutes in [*modules, (OPEN, spare - close), (CLOSE, close)]:
        name, left = title, minutes
        while left > 0:
            now = _pause(rows, pauses, now)
            before = (pauses[0][0] - now) // MINUTE if pauses else left
            taken = min(left, before)
            rows.append(AgendaRow(name, taken, now))
            now, left, name = now + taken * MINUTE, left - taken, f"{title} (continued)"
    local = [
        AgendaRow(row.title, row.minutes, row.starts_at.astimezone(session.zone), row.is_break)
        for row in rows
    ]
    return Agenda(local, needed, fits=True)


def _pause(rows: list[AgendaRow], pauses: list[tuple[datetime, int]], now: datetime) -> datetime:
    """Take the breaks whose time has come; return the time after them."""
    while pauses and (pauses[0][0] - now) < MINUTE:
        _, minutes = pauses.pop(0)
        rows.append(AgendaRow("Break", minutes, now, is_break=True))
        now += minutes * MINUTE
    return now


# --- The paper quiz ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperQuestion:
    """right: the letters of the right answers, for the mark sheet."""

    code: str
    stem: str
    choices: list[tuple[str, str]]
    takes_many: bool
    right: str
    explanation: str


def paper_quiz(course) -> list[PaperQuestion]:
    """Return practice questions of the course's modules in turn; none that an assessment of any course could ask."""
    shelves = [pk for pk, name in Category.objects.values_list("pk", "name") if _is_practice(name)]
    modules = list(
        CourseModule.objects.filter(course=course, module__live=True).values_list("module", flat=True)
    )
    rows = (
        ItemVersion.objects.ready()
        .filter(
            item__live=True, item__category__in=shelves, item__module__in=modules, item__type__in=ON_PAPER
        )
        .filter(item__image=None, item__media=None, item__needs_check=False)
        .exclude(item__in=_assessed())
        .select_related("item")
        .order_by("item__code")
    )
    by_module = defaultdict(list)
    for row in rows:
        by_module[row.item.module_id].append(row)
    taken: list[ItemVersion] = []
    while len(taken) < QUESTIONS and any(by_module.values()):
        for module in modules:
            if by_module[module] and len(taken) < QUESTIONS:
                taken.append(by_module[module].pop(0))
    return [_on_paper(row.item.code, row.content) for row in taken]


def _is_practice(name: str) -> bool:
    return name in PRACTICE or name.startswith(tuple(f"{shelf} /" for shelf in PRACTICE))


def _assessed() -> set[int]:
    """Items that stand in an assessment, or that one may draw."""
    found: set[int] = set()
    for quiz in Quiz.objects.filter(kind=QuizKind.ASSESSMENT).select_related("category"):
        plan = plan_of(quiz)
        pool, may_fill = pool_of(quiz)
        found.update(plan.fixed)
        found.update(
            candidate.item_id
            for candidate in pool
            if (not plan.only_chosen and may_fill(candidate))
            or any(wish.fits(candidate) for wish in plan.wishes)
        )
    return found


def _on_paper(code: str, content: ItemContent) -> PaperQuestion:
    lettered = list(zip(LETTERS, content.choices, strict=False))
    return PaperQuestion(
        code,
        content.stem,
        [(letter, choice.text) for letter, choice in lettered],
        content.type in MANY_CHOICES,
        ", ".join(letter for letter, choice in lettered if choice.is_correct),
        content.explanation or " ".join(c.feedback for c in content.choices if c.is_correct and c.feedback),
    )


# --- The document --------------------------------------------------------------------------------------


def qr(address: str) -> str:
    """A QR code as a picture that needs no file."""
    return segno.make(address, error="q").svg_data_uri(border=2, scale=10)


def draw_kit(session: TrainingSession) -> bytes:
    """Return the whole kit of `session` as a tagged PDF."""
    cohort, course = session.cohort, session.cohort.course
    check_in = settings.SITE_URL + reverse("attendance:enter_code")
    feedback = settings.SITE_URL + reverse("evaluation:feedback", args=[session.pk])
    context: dict[str, Any] = {
        "session": session,
        "cohort": cohort,
        "course": course,
        "trainers": cohort.trainers.all(),
        "materials": session.materials.all(),
        "rows": register_rows(session),
        "spare": range(SPARE_ROWS),
        "statuses": Status.labels,
        "tables": tables_of(session),
        "agenda": agenda_of(session),
        "questions": paper_quiz(course),
        "outcomes": course.outcomes.all(),
        "scale": range(1, 6),
        "join_url": cohort.join_url if cohort.is_link_open and course.live else "",
        "check_in_url": check_in,
        "check_in_code": qr(check_in),
        "feedback_url": feedback,
        "feedback_code": qr(feedback),
    }
    if context["join_url"]:
        context["join_code"] = qr(cohort.join_url)
    return html_to_pdf(render_to_string("attendance/kit/kit.html", context), STYLESHEET)


def draw_tables(session: TrainingSession) -> bytes:
    """Return the table plan alone, a page or more for each round."""
    context = {"session": session, "tables": tables_of(session)}
    return html_to_pdf(render_to_string("attendance/kit/tables.html", context), STYLESHEET)
