"""The London pilot: its funder's report says what the table of the programme says."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.models import Attendance
from bookings.models import Booking, TrainingSession
from cascade.models import Delivery, Licence, Observation, Reach
from cascade.requirements import standings
from certificates.criteria import unmet_criteria
from certificates.models import Award
from certificates.queries import perhaps_unawarded
from courses.models import CoursePage
from demo.earlier import load_earlier
from demo.files import CONTENT, ContentError
from demo.pilot import load_pilot, load_venues, read_pilot
from evaluation.models import ConfidenceRating, FollowUp
from quizzes.models import Attempt
from reports.programme import report_of
from tests.factories.pilot import load_demo_pilot
from tests.factories.quizzes import QuizFactory, make_course

#: Name of the session: local date, venue, booked, waiting, came, and who came: health, police, social care, other.
TABLE = {
    "T1": ("Tue 5 May 2026", "Southbank City Education Centre", 30, 0, 28, (9, 9, 8, 2)),
    "T2": ("Thu 21 May 2026", "Lockgate Community Hall", 30, 0, 29, (10, 8, 9, 2)),
    "T3": ("Wed 3 June 2026", "Council Chamber Annex", 30, 0, 26, (8, 9, 8, 1)),
    "T4": ("Tue 16 June 2026", "Carrow Library, First Floor", 28, 0, 27, (9, 8, 9, 1)),
    "T5": ("Thu 2 July 2026", "Southbank City Education Centre", 30, 2, 29, (10, 9, 9, 1)),
    "T6": ("Wed 15 July 2026", "Online room A", 30, 0, 29, (10, 9, 8, 2)),
}
COLUMNS = {"HEA": 0, "POL": 1, "SOC": 2}
MODELS = (
    User,
    TrainingSession,
    Booking,
    Attendance,
    Attempt,
    ConfidenceRating,
    Award,
    Delivery,
    Reach,
    Licence,
)


def row_of(session: TrainingSession) -> tuple:
    came = Attendance.objects.came().filter(session=session)
    mix = [0, 0, 0, 0]
    for code in came.values_list("learner__sector__code", flat=True):
        mix[COLUMNS.get(code, 3)] += 1
    start = session.local_start
    return (
        f"{start:%a} {start.day} {start:%B %Y}",
        session.venue.name,
        session.bookings.booked().count(),
        session.bookings.waitlisted().count(),
        came.count(),
        tuple(mix),
    )


def rounded(change) -> tuple[int, int, int]:
    return change.n, round(change.mean_before), round(change.mean_after)


@pytest.mark.django_db
def test_the_pilots_report_says_what_its_table_says():
    programme = load_demo_pilot()

    sessions = TrainingSession.objects.order_by("starts_at")
    assert {session.title[-2:]: row_of(session) for session in sessions} == TABLE
    assert {session.minutes for session in sessions} == {360}
    assert all(not session.safety_plan_gaps for session in sessions)

    report = report_of(programme)
    used = report.used
    assert (used.places, used.booked, used.waiting, used.came) == (178, 178, 2, 168)
    assert (report.trained, report.attendances, programme.target_people) == (168, 168, 180)
    assert [(line.label, line.people, line.target) for line in report.by_sector[:3]] == [
        ("Health", 56, 54),
        ("Police and enforcement", 52, 54),
        ("Adult social care", 51, 54),
    ]
    assert [line.people for line in report.by_sector[3:]] == [None, None]
    assert [(line.label, line.people) for line in report.by_format] == [
        ("Face to face", 139),
        ("Live online", 29),
    ]
    assert [(line.label, line.attendances) for line in report.by_month] == [
        ("May 2026", 57),
        ("June 2026", 53),
        ("July 2026", 58),
    ]

    found = report.evaluation
    assert rounded(found.knowledge) == (168, 66, 91)
    confidence, lasting = found.confidence, found.lasting
    assert [round(mean, 1) for mean in (confidence.mean_before, confidence.mean_after)] == [2.4, 4.1]
    assert (lasting.n, round(lasting.mean_before, 1), round(lasting.mean_after, 1)) == (64, 2.4, 3.8)
    assert "know who to call" in found.lowest_before.name
    assert "talk safely" in found.smallest_gain.name
    assert (found.survey.asked, found.survey.answered, found.reply_percent) == (168, 64, 38)

    assert (report.passed_on, report.reached.people) == (97, 1340)
    assert report.passed_on_percent == 58
    assert [(line.label, line.people) for line in report.reached.by_format] == [
        ("Face to face", 905),
        ("E-learning", 435),
    ]


@pytest.mark.django_db
def test_the_pilot_keeps_the_sites_own_rules_and_repeating_it_adds_nothing():
    load_demo_pilot()
    before = [model.objects.count() for model in MODELS]

    pilot, venues = read_pilot(CONTENT)
    load_pilot(pilot, load_venues(venues), seed=2026)

    assert [model.objects.count() for model in MODELS] == before
    assert not perhaps_unawarded().exists()
    award = Award.objects.select_related("enrolment").first()
    assert unmet_criteria(award.enrolment) == []
    newcomers = User.objects.exclude(email__endswith="@demo.example")
    assert newcomers.values("name").distinct().count() >= 180
    assert not any(user.has_usable_password() for user in newcomers[:5])
    assert set(FollowUp.objects.values_list("enrolment__learner")) == set(
        Attendance.objects.came().values_list("learner")
    )
    parents = Licence.objects.exclude(trained_by=None).values_list(
        "trained_by__licences__trained_by", flat=True
    )
    assert any(parent for parent in parents), "nobody of the third generation"
    third = Licence.objects.filter(trained_by__licences__trained_by__licences__trained_by__isnull=False)
    reached = Reach.objects.filter(delivery__trainer__licences__in=third, delivery__programme=None)
    assert reached.values("delivery__trainer").distinct().count() == 4


@pytest.mark.django_db
def test_every_licence_has_the_observations_it_asks_for():
    load_demo_pilot()
    course = CoursePage.objects.get(slug="half-day")

    licences = Licence.objects.select_related("holder")
    codes = {}
    for licence in licences:
        codes.setdefault(licence.holder_id, licence)
    found = standings(list(codes), course)
    watched = {
        person: {line.code: line.is_met for line in standing.requirements}
        for person, standing in found.items()
    }
    assert all(lines["practice"] for lines in watched.values())
    sessions = Observation.objects.filter(kind=Observation.Kind.SESSION, passed=True).values("trainer")
    assert not licences.filter(is_provisional=False).exclude(holder__in=sessions).exists()
    assert not licences.filter(is_provisional=True, holder__in=sessions).exists()


@pytest.mark.django_db
def test_two_refreshers_are_due_within_ninety_days_and_repeating_adds_nothing():
    load_demo_pilot()
    course = make_course(slug="fast-track", modules=2)
    course.refresh_months = 24
    course.save(clean=False)
    QuizFactory(course=course)

    load_earlier(seed=2026)
    load_earlier(seed=2026)

    awards = Award.objects.filter(enrolment__course=course)
    today = timezone.localdate()
    assert [today < award.refresh_by <= today + timedelta(days=90) for award in awards] == [True, True]
    assert [unmet_criteria(award.enrolment) for award in awards] == [[], []]


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    found = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load_demo_pilot(seed=seed)
            found.append(people_and_marks())
            transaction.set_rollback(True)
    assert len(found[0]) == 178
    assert found[0] == found[1]
    assert found[0] != found[2]


def people_and_marks() -> list[tuple]:
    rows = Attendance.objects.order_by("session__title", "learner__email")
    return sorted(rows.values_list("session__title", "learner__email", "learner__name", "status"))


def test_a_venue_that_is_not_there_is_named_with_its_line(tmp_path):
    for name in ("pilot.yaml", "venues.yaml"):
        text = (CONTENT / name).read_text()
        (tmp_path / name).write_text(text.replace("venue: online-room-a", "venue: nowhere"))
    with pytest.raises(ContentError, match=r"pilot\.yaml, line \d+: nowhere is not known"):
        read_pilot(tmp_path)
