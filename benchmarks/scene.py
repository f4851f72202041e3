"""The demo content with a class of learners in the middle of it, and their browsers' cookies."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string

from accounts.models import User
from courses.models import CoursePage
from courses.queries import outline
from courses.services import complete_module, enrol
from quizzes.models import Attempt, ItemType, QuizDraw
from quizzes.queries import quiz_of
from quizzes.services import save_response, start_attempt

LONG, SHORT = "half-day", "fast-track"
#: Type -> questions of it; one choice answers each, so that one form fits all.
DRAWN = {ItemType.SINGLE: 14, ItemType.TRUE_FALSE: 6}
QUESTIONS = sum(DRAWN.values())


@dataclass
class Visitor:
    """One logged-in learner's browser."""

    cookies: str
    csrf_token: str


@dataclass
class Scene:
    """A reader half way through the long course, with a quiz open in the short one."""

    reader: Visitor
    course: str
    module: str
    question: str
    submitters: list[tuple[Visitor, str]]  # each with an answered attempt that is still open


def build(submissions: int) -> Scene:
    """Fill an empty scratch database with the demo and `submissions` attempts to submit. Takes about a minute."""
    forget()
    call_command("migrate", verbosity=0)
    call_command("demo", force=True, verbosity=0, stdout=StringIO())
    ask_twenty(CoursePage.objects.get(slug=SHORT))
    reader = learner(0)
    course = CoursePage.objects.get(slug=LONG)
    enrolment = enrol(reader, course)
    steps = outline(course, enrolment).steps
    for step in steps[: len(steps) // 2]:
        complete_module(enrolment, step.place)
    attempt = answered_attempt(reader)
    others = [learner(number) for number in range(1, submissions + 1)]
    return Scene(
        reader=visitor(reader),
        course=f"/courses/{LONG}/",
        module=f"/courses/{LONG}/{steps[len(steps) // 2].place.module.slug}/",
        question=f"/quizzes/attempts/{attempt.pk}/1/",
        submitters=[
            (visitor(user), f"/quizzes/attempts/{answered_attempt(user).pk}/submit/") for user in others
        ],
    )


def forget() -> None:
    """Empty the scratch database; refuse one that does not look like ours."""
    name = str(connection.settings_dict["NAME"])
    if "bench" not in name:
        raise SystemExit(f"The benchmark fills its own database; {name!r} has no 'bench' in its name.")
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def learner(number: int) -> User:
    return User.objects.create(
        email=f"reader{number}@bench.example", name=f"Bench Reader {number}", password="!"
    )


def ask_twenty(course: CoursePage) -> None:
    """Make the course's assessment twenty questions with one choice each, drawn from the whole bank."""
    quiz = quiz_of(course)
    quiz.question_count, quiz.only_chosen, quiz.exclude_needs_check, quiz.show_during = (
        QUESTIONS,
        True,
        False,
        [],
    )
    quiz.fixed_items, quiz.draws = [], [QuizDraw(count=count, type=kind) for kind, count in DRAWN.items()]
    quiz.save()


def answered_attempt(user: User) -> Attempt:
    """Return an open attempt at the short course's assessment, every question answered."""
    course = CoursePage.objects.get(slug=SHORT)
    enrolment = enrol(user, course)
    for step in outline(course, enrolment).steps:
        complete_module(enrolment, step.place)
    attempt = start_attempt(enrolment)
    for response in attempt.responses.all():
        save_response(attempt, response.position, response.choice_order[:1])
    if attempt.responses.count() != QUESTIONS:
        raise SystemExit(f"The bank has not {QUESTIONS} questions with one choice.")
    return attempt


def visitor(user: User) -> Visitor:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    token = _get_new_csrf_string()
    cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    return Visitor(cookies, token)
