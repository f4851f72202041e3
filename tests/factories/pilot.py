"""The London pilot of the demonstration, on courses made for tests: as many people and numbers, fewer pages."""

from accounts.models import Agency, User
from accounts.roles import Role
from cohorts.models import Programme
from courses.models.pages import CourseOutcome
from demo.content import load_people_lists
from demo.files import CONTENT, read_rows
from demo.pilot import load_pilot, load_venues, read_pilot
from demo.schema import AgencyRow, AgencyTypeRow, CourseRow, SectorRow
from quizzes.models import QuizKind
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import QuizFactory, make_course

ACCOUNTS = {
    "trainer": Role.TRAINER,
    "trainer2": Role.TRAINER,
    "lead": Role.LEAD_TRAINER,
    "manager": Role.PROGRAMME_MANAGER,
    "funder": Role.FUNDER,
    "agency": Role.AGENCY_LEAD,
    "moderator": Role.MODERATOR,
}


def load_demo_pilot(seed: int = 2026) -> Programme:
    """Return the pilot's programme. Accounts and courses must not be there yet."""
    _, sectors = read_rows(CONTENT / "sectors.yaml", SectorRow, key="code")
    _, types = read_rows(CONTENT / "agencies.yaml", AgencyTypeRow, key="code", under="types")
    _, agencies = read_rows(CONTENT / "agencies.yaml", AgencyRow, key="slug", under="agencies")
    load_people_lists(sectors, {row.code: row for row in types}, agencies)
    royal = Agency.objects.get(slug="thornwell-royal")
    for name, role in ACCOUNTS.items():
        UserFactory(email=f"{name}@demo.example", agency=royal, sector=royal.sector, role=role)
    make_course(slug="half-day")
    course = make_course(slug="train-the-trainer", modules=1)
    _, rows = read_rows(CONTENT / "courses.yaml", CourseRow, key="slug")
    course.outcomes = [
        CourseOutcome(sort_order=number, code=row.code, text=row.text)
        for number, row in enumerate(next(row for row in rows if row.slug == course.slug).learning_outcomes)
    ]
    course.sessions_required = 1
    course.save(clean=False)
    QuizFactory(course=course)
    QuizFactory(course=course, kind=QuizKind.DIAGNOSTIC, slug="before")
    pilot, venues = read_pilot(CONTENT)
    load_pilot(pilot, load_venues(venues), seed=seed)
    return Programme.objects.get(name="London pilot")


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")
