import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import personal_data
from accounts.models import Agency
from accounts.services import ERASED_NAME
from attendance import services
from attendance.models import Attendance, AttendanceChange, Status, WalkIn
from attendance.queries import attended_sessions, register_rows
from attendance.services import MarkRefused, WalkInClosed
from bookings.models import Booking, BookingState, TrainingSession
from cohorts.models import CohortMember
from tests.factories.accounts import AgencyFactory, SectorFactory, UserFactory
from tests.factories.attendance import RunningSessionFactory, WalkInFactory
from tests.factories.bookings import BookingFactory

pytestmark = pytest.mark.django_db


def walk_in(session, trainer, **changes):
    details = {"name": "Wren Ash", "by": trainer, "organisation": "Harbour Clinic", "sector": SectorFactory()}
    return services.add_walk_in(session, **details | changes)


def test_a_walk_in_is_present_at_once_and_of_the_organisation_that_was_there(session, trainer):
    agency = AgencyFactory(name="Harbour Clinic")

    walk_in(session, trainer, organisation=" harbour  clinic")

    [row] = register_rows(session)
    assert (row.name, row.organisation, row.status, row.is_walk_in) == (
        "Wren Ash", "Harbour Clinic", Status.PRESENT, True,
    )  # fmt: skip
    assert Agency.objects.get(name="Harbour Clinic") == agency


def test_a_form_sent_twice_adds_one_person(session, trainer):
    key = uuid.uuid4()

    assert walk_in(session, trainer, form_key=key) == walk_in(session, trainer, form_key=key)
    assert AttendanceChange.objects.count() == 1
    with pytest.raises(MarkRefused, match="another session"):
        walk_in(RunningSessionFactory(), trainer, form_key=key)


def test_nobody_walks_in_before_the_register_opens(session, trainer):
    session.starts_at, session.ends_at = (timezone.now() + timedelta(hours=h) for h in (1, 3))
    session.save()

    with pytest.raises(MarkRefused, match="opens on"):
        walk_in(session, trainer)
    assert not WalkIn.objects.exists()


def test_one_letter_with_the_link_and_none_without_an_address(
    session, trainer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        wren = walk_in(session, trainer, name="Wren O'Hara", email="Wren@Example.org")
        walk_in(session, trainer, name="No Address")
    services.email_waiting_walk_ins()

    [letter] = mail.outbox
    assert letter.to == ["wren@example.org"]
    assert re.search(rf"/walk-in/{wren.token}/\n", letter.body)
    assert "Hello Wren O'Hara" in letter.body
    assert letter.extra_headers["Message-ID"].startswith(f"<walk-in-{wren.pk}-")


def test_a_letter_that_the_server_refuses_is_told_and_not_tried_again(session, trainer, monkeypatch):
    from smtplib import SMTPRecipientsRefused

    wren = walk_in(session, trainer, email="wren@example.org")

    def refuse(*args, **kwargs):
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr("attendance.services.walk_ins.send_templated", refuse)
    services.email_waiting_walk_ins()
    monkeypatch.undo()
    services.email_waiting_walk_ins()
    wren.refresh_from_db()
    assert (wren.undeliverable_at is not None, len(mail.outbox)) == (True, 0)

    services.resend_walk_in(wren, email="wren.ash@example.org")
    services.email_waiting_walk_ins()
    assert [letter.to for letter in mail.outbox] == [["wren.ash@example.org"]]


# --- Claiming ----------------------------------------------------------------------------------


def test_claiming_gives_place_group_course_and_mark(session, trainer, heard):
    person = walk_in(session, trainer)
    wren = UserFactory(name="Wren Ashdown")

    services.claim_walk_in(person, wren)

    [row] = register_rows(session)
    assert (row.name, row.status, row.is_walk_in) == ("Wren Ashdown", Status.PRESENT, False)
    member = CohortMember.objects.get(learner=wren)
    booking = Booking.objects.get(learner=wren)
    assert (member.cohort, member.source) == (session.cohort, CohortMember.Source.WALK_IN)
    assert (booking.state, booking.source) == (BookingState.BOOKED, Booking.Source.WALK_IN)
    TrainingSession.objects.update(ends_at=timezone.now())
    assert attended_sessions([member.enrolment]) == {member.enrolment.pk: 1}
    audit = AttendanceChange.objects.latest("pk")
    assert (audit.actor, audit.reason) == (wren, services.walk_ins.CLAIMED)
    assert member.enrolment in heard


def test_a_walk_in_is_claimed_once(session, trainer):
    person = walk_in(session, trainer)
    wren = UserFactory()

    services.claim_walk_in(person, wren)
    services.claim_walk_in(person, wren)

    with pytest.raises(WalkInClosed):
        services.claim_walk_in(person, UserFactory())
    assert Booking.objects.count() == Attendance.objects.count() == 1
    assert AttendanceChange.objects.filter(reason=services.walk_ins.CLAIMED).count() == 1


@pytest.mark.parametrize(
    ("own", "walked", "kept"),
    [
        ((Status.ABSENT, 0), (Status.PRESENT, 0), (Status.PRESENT, 0)),
        ((Status.PRESENT, 0), (Status.LATE, 20), (Status.PRESENT, 0)),
        ((Status.LEFT_EARLY, 40), (Status.LATE, 20), (Status.LATE, 20)),
        ((Status.EXCUSED, 0), (Status.ABSENT, 0), (Status.EXCUSED, 0)),
    ],
)
def test_of_two_marks_the_better_stands_and_both_histories_stay(session, trainer, own, walked, kept):
    wren = BookingFactory(session=session).learner
    services.mark(session, learner=wren, status=own[0], minutes_missed=own[1], by=trainer)
    person = walk_in(session, trainer, status=walked[0], minutes_missed=walked[1])

    services.claim_walk_in(person, wren)

    standing = Attendance.objects.get()
    assert (standing.learner, standing.status, standing.minutes_missed) == (wren, *kept)
    assert sorted(c.became for c in standing.changes.all()) == sorted([own[0], walked[0], kept[0]])
    assert standing.changes.latest("pk").reason == services.walk_ins.MERGED


@pytest.mark.parametrize("state", [BookingState.WAITLISTED, BookingState.REQUESTED, BookingState.CANCELLED])
def test_who_waited_for_a_place_has_one_by_having_come(session, trainer, state):
    booking = BookingFactory(session=session, state=state)

    services.claim_walk_in(walk_in(session, trainer), booking.learner)

    booking.refresh_from_db()
    assert booking.state == BookingState.BOOKED
    assert booking.changes.last().became == BookingState.BOOKED


def test_an_entry_by_mistake_leaves_the_register_and_counts_nowhere(session, trainer):
    person = walk_in(session, trainer)

    services.remove_walk_in(person, by=trainer)
    services.remove_walk_in(person, by=trainer)

    assert register_rows(session) == []
    assert not Attendance.objects.came().exists()
    assert [c.became for c in Attendance.objects.get().changes.all()] == [Status.PRESENT, Status.ABSENT]
    with pytest.raises(WalkInClosed):
        services.claim_walk_in(person, UserFactory())


# --- Personal data -----------------------------------------------------------------------------


def test_a_person_gets_their_marks_back_and_erasure_takes_the_name(session, trainer):
    wren = UserFactory(email="wren@example.org")
    services.claim_walk_in(walk_in(session, trainer), wren)
    unclaimed = walk_in(RunningSessionFactory(), trainer, email="wren@example.org")
    others = WalkInFactory(email="other@example.org")

    held = personal_data.export(wren)["attendance"]
    assert [row["status"] for row in held["attendance"]] == ["Present"]
    assert len(held["changes"]) == 2
    assert {row["name"] for row in held["walk_ins"]} == {"Wren Ash"}

    personal_data.erase(wren)

    unclaimed.refresh_from_db()
    others.refresh_from_db()
    assert (unclaimed.name, unclaimed.email, unclaimed.agency) == (ERASED_NAME, "", None)
    assert others.name != ERASED_NAME
    assert {w.name for w in WalkIn.objects.filter(claimed_by=wren)} == {ERASED_NAME}
    assert Attendance.objects.filter(learner=wren, status=Status.PRESENT).exists()
