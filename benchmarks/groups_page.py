"""A group's page for 500 members against the same page for 50: what a trainer waits for when the group is a borough."""

import gc
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agency, Sector, User
from benchmarks.scene import LONG, visitor
from certificates.models import Award
from cohorts.models import Cohort, CohortMember, Invitation
from courses.models import CoursePage, Enrolment, ModuleCompletion
from courses.queries import places_of
from quizzes.models import Attempt, AttemptState
from quizzes.queries import quiz_of

FEW, MANY, ROUNDS = 50, 500, 15
PASSED_AFTER = (
    0.6  # of the modules: the people beyond have passed the quiz, and half of them hold a certificate
)


def measure_groups_page(call: Callable, request_of: Callable, bare, report: Callable[..., None]) -> None:
    """Report CPU time and queries.

    group_50.cpu, group_500.cpu  median of the rounds; floor: the bare view's.
    group_500.growth             ms for 500 members; floor: ms for 50; the budget of the ratio is 3.
    group_500.queries            floor: the budget, 12.
    """
    trainer = User.objects.get(email="trainer@demo.example")
    browser = visitor(trainer)
    requests = {
        size: request_of(browser, _group(trainer, size).get_absolute_url()) for size in (FEW, MANY)
    } | {0: bare}
    spent = {size: [] for size in requests}
    for number in range(ROUNDS + 2):
        for size, request in requests.items():
            gc.collect(0)
            begun = time.process_time()
            status, _ = call(request)
            if not status.startswith("200"):
                raise SystemExit(f"The group of {size} answered {status}")
            if number > 1:
                spent[size].append((time.process_time() - begun) * 1000)
    with CaptureQueriesContext(connection) as queries:
        call(requests[MANY])
    floor, few, many = (statistics.median(spent[size]) for size in (0, FEW, MANY))
    report(f"group_{FEW}.cpu", few, "ms", floor, few / floor, ROUNDS)
    report(f"group_{MANY}.cpu", many, "ms", floor, many / floor, ROUNDS)
    report(f"group_{MANY}.growth", many, "ms", few, many / few, ROUNDS)
    report(f"group_{MANY}.queries", len(queries), "queries", 12, len(queries) / 12, 1)


def _group(trainer: User, size: int) -> Cohort:
    """People on all stages of the long course, from forty organisations, and half as many still invited."""
    course = CoursePage.objects.get(slug=LONG)
    cohort = Cohort.objects.create(name=f"Group of {size}", course=course, created_by=trainer)
    cohort.trainers.set([trainer])
    sectors, agencies = list(Sector.objects.all()), list(Agency.objects.all()[:40])
    people = User.objects.bulk_create(
        User(
            email=f"member{n}of{size}@bench.example",
            name=f"Member {n * 7919 % size} of {size}",
            password="!",
            sector=sectors[n % len(sectors)],
            agency=agencies[n % len(agencies)],
        )
        for n in range(size)
    )
    enrolments = Enrolment.objects.bulk_create(Enrolment(learner=p, course=course) for p in people)
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, learner=e.learner, enrolment=e, source=CohortMember.Source.LIST)
        for e in enrolments
    )
    Invitation.objects.bulk_create(
        Invitation(cohort=cohort, email=f"asked{n}of{size}@bench.example", invited_by=trainer)
        for n in range(size // 2)
    )
    _progress(course, enrolments)
    return cohort


def _progress(course: CoursePage, enrolments: list[Enrolment]) -> None:
    places, quiz, now = places_of([course.pk])[course.pk], quiz_of(course), timezone.now()
    steps = {e.pk: n % (len(places) + 1) for n, e in enumerate(enrolments)}
    ModuleCompletion.objects.bulk_create(
        ModuleCompletion(enrolment=e, module=place.module, form=place.form, version=place.module.version)
        for e in enrolments
        for place in places[: steps[e.pk]]
    )
    passed = [e for e in enrolments if steps[e.pk] > PASSED_AFTER * len(places)]
    Attempt.objects.bulk_create(
        Attempt(
            enrolment=e, quiz=quiz, pass_mark=80, score=Decimal(score), passed=score >= 80,
            state=AttemptState.FINISHED, submitted_at=now - timedelta(hours=2),
        )
        for e in passed
        for score in (60, 90)
    )  # fmt: skip
    pattern = Award.objects.filter(enrolment__course=course).first()
    fields = {
        f.attname: getattr(pattern, f.attname) for f in Award._meta.concrete_fields if not f.primary_key
    }
    Award.objects.bulk_create(Award(**fields | {"enrolment_id": e.pk}) for e in passed[::2])
