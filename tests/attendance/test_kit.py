"""The printed kit: what is on which page, and that no assessed question ever is."""

import io
import itertools
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from attendance import kit
from attendance import tables as services
from attendance.tables import TableWishes
from bookings.models import SessionBreak, SessionMaterial
from quizzes.models import Category, QuizDraw, QuizItem
from tests.factories.attendance import RunningSessionFactory, WalkInFactory
from tests.factories.bookings import BookingFactory
from tests.factories.quizzes import QuizFactory, make_course, make_item

pytestmark = pytest.mark.django_db
CODES = itertools.count(1)


@pytest.fixture
def course():
    return make_course(modules=2)


@pytest.fixture
def session(trainer, course):
    return RunningSessionFactory(
        cohort__created_by=trainer, cohort__course=course, title="Spotting the signs"
    )


def modules_of(course) -> list:
    return [place.module for place in course.course_modules.order_by("sort_order")]


def question(course, shelf: str, **fields):
    category, _ = Category.objects.get_or_create(name=shelf)
    code = f"K{next(CODES):03}"
    return make_item(modules_of(course)[0], code, category=category, **fields)


def read(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def page_with(pages: list[str], heading: str) -> str:
    return next(page for page in pages if heading in page)


def test_the_kit_is_one_tagged_document_with_every_part(client_for, trainer, session, course):
    for n in range(4):
        BookingFactory(session=session, learner__name=f"Person {n}")
    WalkInFactory(session=session, name="Wilma Walk")
    SessionMaterial.objects.create(session=session, title="Pocket card", url="https://example.org/card")
    services.make(session, TableWishes(number=3, cap=None, rounds=2), seed=4711, by=trainer, version=0)
    item = question(course, "Practice")

    response = client_for(trainer).get(reverse("attendance:kit", args=[session.pk]))

    assert response["Content-Type"] == "application/pdf"
    document = PdfReader(io.BytesIO(response.content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    pages = read(response.content)
    assert len(pages) == 10
    assert all(f"Page {number} of 10" in page for number, page in enumerate(pages, 1))
    cover, agenda, register, first, second, poster, feedback, quiz, marks, confidence = pages
    assert all(
        words in cover
        for words in ("Spotting the signs", "Ruth Adeyemi", "Room 2, first floor", "Pocket card")
    )
    assert "Agenda" in agenda
    assert all(name in register for name in ("Person 0", "Person 3", "Wilma Walk", "Signature", "Left early"))
    assert register.count("Walk-in: name, organisation, e-mail") == kit.SPARE_ROWS
    assert "Round 1" in first
    assert "Round 2" in second
    assert session.cohort.join_token in poster.replace(" ", "")
    assert f"/evaluation/sessions/{session.pk}/" in feedback.replace(" ", "")
    assert f"Stem of {item.code}?" in quiz
    assert f"RIGHTFEEDBACK-{item.code}" in marks.replace(" ", "")
    assert "How sure do you feel?" in confidence


def test_a_closed_group_has_no_joining_link_on_the_poster(trainer, session):
    session.cohort.join_open_until = session.starts_at - timedelta(days=1)
    session.cohort.save()
    poster = page_with(read(kit.draw_kit(session)), "Welcome")
    assert session.cohort.join_token not in poster.replace(" ", "")
    assert "/check-in/" in poster


def test_answers_stand_on_the_mark_sheet_alone(session, course):
    question(course, "Practice", right=("b",))
    pages = read(kit.draw_kit(session))
    quiz, marks = page_with(pages, "What do you know?"), page_with(pages, "Mark sheet For trainers only")
    assert quiz != marks
    assert "FEEDBACK" not in quiz
    assert "RIGHTFEEDBACK" in marks.replace(" ", "")
    assert "1 B" in marks


def test_questions_of_an_assessment_are_never_printed(course):
    kept = question(course, "Practice / Cases")
    question(course, "Assessment")
    chosen = question(course, "Practice")
    drawn = question(course, "Practice / Drawn")
    question(course, "Practice", type="ordering")
    question(course, "Practice", needs_check=True)
    fixed = QuizFactory(course=course, slug="fixed", only_chosen=True)
    QuizItem.objects.create(quiz=fixed, item=chosen)
    drawing = QuizFactory(course=make_course(slug="other"), slug="drawn", only_chosen=True)
    QuizDraw.objects.create(quiz=drawing, category=drawn.category)

    assert [q.code for q in kit.paper_quiz(course)] == [kept.code]

    fixed.only_chosen = False  # now it fills itself from all of the course's modules
    fixed.save()
    assert kit.paper_quiz(course) == []


def test_paper_questions_name_their_right_letters(course):
    question(course, "Practice", type="multiple", keys=("a", "b", "c"), right=("a", "c"))
    found = kit.paper_quiz(course)[0]
    assert (found.takes_many, found.right, [letter for letter, _ in found.choices]) == (
        True,
        "A, C",
        ["A", "B", "C"],
    )


def test_the_agenda_goes_round_the_breaks_by_the_sessions_clock(session):
    for place in session.cohort.course.course_modules.all():
        place.minutes = 60
        place.save()
    SessionBreak.objects.create(
        session=session, starts_at=session.starts_at + timedelta(minutes=90), minutes=15
    )
    first, second = (m.title for m in modules_of(session.cohort.course))

    agenda = kit.agenda_of(session)

    start = session.local_start
    assert [
        (row.title, row.minutes, (row.starts_at - start) // timedelta(minutes=1)) for row in agenda.rows
    ] == [
        (first, 60, 0),
        (second, 30, 60),
        ("Break", 15, 90),
        (f"{second} (continued)", 30, 105),
        (kit.OPEN, 30, 135),
        (kit.CLOSE, 15, 165),
    ]


def test_an_agenda_that_does_not_fit_has_no_times(session):
    for place in session.cohort.course.course_modules.all():
        place.minutes = 200
        place.save()
    agenda = kit.agenda_of(session)
    assert (agenda.fits, agenda.needed, {row.starts_at for row in agenda.rows}) == (False, 400, {None})


def test_tables_are_printed_alone(client_for, trainer, session):
    BookingFactory(session=session, learner__name="Amina Holt")
    address = reverse("attendance:tables_print", args=[session.pk])
    assert client_for(trainer).get(address).status_code == 404

    services.make(session, TableWishes(rounds=3), seed=1, by=trainer, version=0)
    pages = read(client_for(trainer).get(address).content)

    assert [("Amina Holt" in page, f"Round {n}" in page) for n, page in enumerate(pages, 1)] == [
        (True, True)
    ] * 3
