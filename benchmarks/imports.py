"""5,000 people from a file into a group that has 5,000 already, and the bare rows that must be written."""

import time
from collections.abc import Callable
from unittest.mock import patch
from uuid import uuid4

from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import Role
from cohorts.importing import keep_rows, preview, start_import
from cohorts.models import Cohort, CohortMember, Invitation, Source
from cohorts.people_files import MOST_ROWS, read_people
from cohorts.services import create_cohort
from courses.models import CoursePage, Enrolment
from jobs.services import WORKER_SECONDS, run_slice

START_SECONDS = 5


def measure_import(report: Callable[..., None]) -> None:
    """Report seconds.

    import.start    from the file's bytes to its preview, and from the yes to a job that may run: what the trainer
                    waits for; floor: the budget, 5.
    import.seconds  wall time of the job, in turns as a worker takes them; floor: the invitations written in one go.
    """
    with patch("jobs.services._run_after_commit"), patch("cohorts.services._email_after_commit"):
        _measure(report)  # the worker's turns are taken here, and no letter is drawn


def _measure(report: Callable[..., None]) -> None:
    cohort = _cohort()
    data = ("E-mail\n" + "\n".join(f"asked{n}@bench.example" for n in range(MOST_ROWS))).encode()
    begun = time.perf_counter()
    file = keep_rows(cohort, read_people(data), name="people.csv", by=cohort.created_by)
    preview(file)
    job = start_import(file, by=cohort.created_by)
    started = time.perf_counter() - begun
    begun = time.perf_counter()
    while run_slice(job, WORKER_SECONDS):
        pass
    worked = time.perf_counter() - begun
    if cohort.invitations.count() != MOST_ROWS:
        raise SystemExit(f"The import invited {cohort.invitations.count()} of {MOST_ROWS} people.")
    begun = time.perf_counter()
    Invitation.objects.bulk_create(
        Invitation(cohort=cohort, email=f"bare{n}@bench.example", invited_by=cohort.created_by)
        for n in range(MOST_ROWS)
    )
    floor = time.perf_counter() - begun
    report("import.start", started, "s", START_SECONDS, started / START_SECONDS, MOST_ROWS)
    report("import.seconds", worked, "s", floor, worked / floor, MOST_ROWS)


def _cohort() -> Cohort:
    trainer = User.objects.create(email="importer@bench.example", name="Bench Importer", password="!")
    course = CoursePage.objects.get(slug="half-day")
    cohort = create_cohort(
        by=trainer,
        form_key=uuid4(),
        name="Bench import",
        course=course,
        trainers=[trainer],
        starts_on=None,
        ends_on=None,
    )
    trainer.groups.add(Group.objects.get(name=Role.TRAINER))
    people = User.objects.bulk_create(
        User(email=f"Member{n}@bench.example", name=f"Bench Member {n}", password="!")
        for n in range(MOST_ROWS)
    )
    places = Enrolment.objects.bulk_create(Enrolment(learner=person, course=course) for person in people)
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, learner=place.learner, enrolment=place, source=Source.LINK)
        for place in places
    )
    return cohort
