"""Demo people: accounts for every role, learners on their way, groups, attempts, certificates.

All of it goes through the services that the site itself uses. The same seed gives the same people.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import Agency, Sector, User
from accounts.roles import Role
from cohorts.models import Cohort
from cohorts.services import create_cohort, join_by_link
from courses.models import CoursePage, Enrolment
from courses.queries import places_of
from courses.services import complete_module, enrol
from demo.files import read_rows
from demo.schema import PersonRow
from quizzes.answers import best_answer, poor_answer
from quizzes.models import Attempt, Confidence, Quiz, QuizKind
from quizzes.services import save_response, start_attempt, submit_attempt

PASSWORD = "demo-Thornwell-2026"  # noqa: S105 -- printed by make run; the accounts exist in demonstrations only
ROLES = {
    "trainer": Role.TRAINER,
    "lead_trainer": Role.LEAD_TRAINER,
    "agency_lead": Role.AGENCY_LEAD,
    "editor": Role.EDITOR,
    "moderator": Role.MODERATOR,
    "programme_manager": Role.PROGRAMME_MANAGER,
    "funder": Role.FUNDER,
}
FIRST_NAMES = [
    "Ada",
    "Amara",
    "Ben",
    "Bilal",
    "Carys",
    "Chidi",
    "Dana",
    "Deepa",
    "Eilidh",
    "Emeka",
    "Farah",
    "Finn",
    "Gita",
    "Greg",
    "Hana",
    "Huw",
    "Ines",
    "Isaac",
    "Jade",
    "Jamal",
    "Kasia",
    "Kofi",
    "Leila",
    "Liam",
    "Mair",
    "Marek",
    "Nia",
    "Noor",
    "Olga",
    "Omar",
    "Petra",
    "Priya",
    "Quentin",
    "Rhys",
    "Rosa",
    "Sadia",
    "Seren",
    "Tariq",
    "Tess",
    "Uma",
    "Viktor",
    "Wanda",
    "Yusuf",
    "Zofia",
]
LAST_NAMES = [
    "Abbott",
    "Banerjee",
    "Calder",
    "Dunmore",
    "Eastwood",
    "Farrow",
    "Garrick",
    "Holt",
    "Iqbal",
    "Jessop",
    "Kerrigan",
    "Lowell",
    "Maddox",
    "Nair",
    "Oakley",
    "Pascoe",
    "Quigley",
    "Rahman",
    "Sorley",
    "Tranter",
    "Underhill",
    "Venn",
    "Whitlock",
    "Yardley",
]
CERTIFIED, HALFWAY, FRESH = "certified", "halfway", "fresh"


def read_people(folder: Path) -> list[PersonRow]:
    """Read people.yaml of `folder`; raises ContentError."""
    return read_rows(folder / "people.yaml", PersonRow, key="email")[1]


def load_people(rows: Sequence[PersonRow], *, learners: int, cohorts: int, seed: int) -> None:
    """Create who is not there yet.

    learners: how many learners at least, counting those in the file; the rest get seeded names.
    cohorts: how many groups, shared by the two trainers in turn.
    """
    password = make_password(PASSWORD)
    users = [_user(row, password) for row in rows]
    found = [user for user, row in zip(users, rows, strict=True) if row.roles == ["learner"]]
    found += [_extra_learner(number, seed, password) for number in range(learners - len(found))]
    half_day = CoursePage.objects.get(slug="half-day")
    fast_track = CoursePage.objects.get(slug="fast-track")
    by_email = {user.email: user for user in users}
    _bring_to(by_email["learner2@demo.example"], half_day, HALFWAY, seed)
    _bring_to(by_email["learner3@demo.example"], fast_track, CERTIFIED, seed)
    others = [user for user in found if not user.email.endswith("@demo.example")]
    _load_cohorts(by_email, others, [half_day, fast_track], cohorts, seed)
    for learner in others:
        course = half_day if _luck(seed, learner.email).random() < 0.5 else fast_track
        _bring_to(learner, course, None, seed)


def _luck(seed: int, what: str) -> random.Random:
    """Chance of its own for each thing, so that a repeated load makes the same choices."""
    return random.Random(f"{seed} {what}")  # noqa: S311 -- the same people every time is the point


def _user(row: PersonRow, password: str) -> User:
    user, made = User.objects.get_or_create(
        email=row.email,
        defaults={
            "name": row.name,
            "job_role": row.job_role,
            "sector": Sector.objects.filter(code=row.sector).first(),
            "agency": Agency.objects.filter(slug=row.agency).first(),
            "password": password,
            "is_superuser": "superuser" in row.roles,
            "is_staff": "superuser" in row.roles,
        },
    )
    if made:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for role in row.roles:
            if role in ROLES:
                user.groups.add(Group.objects.get_or_create(name=ROLES[role])[0])
    return user


def _extra_learner(number: int, seed: int, password: str) -> User:
    luck = _luck(seed, f"learner {number}")
    agencies = list(Agency.objects.confirmed().exclude(sector=None).select_related("sector").order_by("slug"))
    agency = luck.choice(agencies)
    name = f"{luck.choice(FIRST_NAMES)} {luck.choice(LAST_NAMES)}"
    row = PersonRow(
        email=f"learner{number + 101}@{agency.slug}.example",
        name=name,
        job_role=agency.sector.name,
        sector=agency.sector.code,
        agency=agency.slug,
        roles=["learner"],
    )
    return _user(row, password)


def _bring_to(learner: User, course: CoursePage, goal: str | None, seed: int) -> None:
    """Take `learner` to `goal` (by chance if None) on `course`, unless they are on it already."""
    if Enrolment.objects.filter(learner=learner, course=course).exists():
        return
    luck = _luck(seed, f"{learner.email} {course.slug}")
    goal = goal or luck.choices([CERTIFIED, HALFWAY, FRESH], [3, 4, 3])[0]
    enrolment = enrol(learner, course)
    before = course.quizzes.filter(kind=QuizKind.DIAGNOSTIC).first()
    if before and goal != FRESH:
        _take_quiz(enrolment, luck, rate=0.5, quiz=before)
    places = places_of([course.pk])[course.pk]
    wanted = {CERTIFIED: len(places), HALFWAY: len(places) // 2, FRESH: luck.randint(0, 1)}[goal]
    for place in places[:wanted]:
        complete_module(enrolment, place)
    if goal == CERTIFIED:
        if luck.random() < 0.3:
            _take_quiz(enrolment, luck, rate=0.5)
        _take_quiz(enrolment, luck, rate=1.0)


def _take_quiz(enrolment: Enrolment, luck: random.Random, rate: float, quiz: Quiz | None = None) -> Attempt:
    """Answer a whole attempt, each question right with probability `rate`; the course's assessment unless told."""
    attempt = start_attempt(enrolment, quiz, rng=luck)
    for response in attempt.responses.select_related("version"):
        choose = best_answer if luck.random() < rate else poor_answer
        sure = luck.choice(Confidence.values) if attempt.quiz.ask_confidence else ""
        save_response(attempt, response.position, choose(response.version.content), confidence=sure)
    submit_attempt(attempt)
    return attempt


def _load_cohorts(people, learners, courses, count: int, seed: int) -> None:
    """Make groups of mixed agencies, the trainers taking turns, and let learners join by link."""
    trainers = [people["trainer@demo.example"], people["trainer2@demo.example"]]
    for number in range(count):
        name = f"Multi-agency group {number + 1}"
        if Cohort.objects.filter(name=name).exists():
            continue
        luck = _luck(seed, name)
        trainer = trainers[number % len(trainers)]
        course = courses[number // len(trainers) % len(courses)]
        cohort = create_cohort(
            by=trainer,
            form_key=UUID(int=luck.getrandbits(128)),
            name=name,
            course=course,
            trainers=[trainer],
            starts_on=None,
            ends_on=None,
        )
        members = [people["learner2@demo.example"]] if number == 0 else []
        members += luck.sample(learners, min(12, len(learners)))
        for learner in members:
            _bring_to(learner, course, None, seed)
            join_by_link(learner, cohort)
