"""Dates beside the pilot: some over with their registers, one running, some that can be booked."""

import pytest
from django.utils import timezone

from attendance.models import Attendance
from bookings.models import Booking, TrainingSession
from cohorts.models import Programme
from demo.dates import load_dates, read_dates
from demo.files import CONTENT, ContentError
from demo.pilot import load_venues, read_pilot
from tests.factories.pilot import load_demo_pilot


def load():
    pilot, venues = read_pilot(CONTENT)
    load_dates(read_dates(CONTENT, venues), load_venues(venues), pilot.safety, seed=2026)


@pytest.mark.django_db
def test_there_is_a_session_to_run_now_and_sessions_to_book_and_repeating_it_adds_nothing():
    load_demo_pilot()
    load()
    counts = [model.objects.count() for model in (TrainingSession, Booking, Attendance)]

    load()

    assert [model.objects.count() for model in (TrainingSession, Booking, Attendance)] == counts
    now = timezone.now()
    running = TrainingSession.objects.get(starts_at__lte=now, ends_at__gt=now)
    assert (running.bookings.booked().count(), running.attendances.count()) == (18, 0)
    full, half, empty = TrainingSession.objects.bookable().filter(cohort__name="Thornwell, open dates")
    assert [s.bookings.booked().count() for s in (full, half, empty)] == [22, 9, 0]
    assert (full.bookings.waitlisted().count(), full.capacity) == (3, 22)
    assert all(booking.queued_at < now for booking in Booking.objects.all())
    assert {session.minutes for session in TrainingSession.objects.exclude(title__startswith="Train")} == {
        210
    }
    carers = Programme.objects.get(name="Foster carers 2026")
    assert (carers.target_people, carers.cohorts.get().sessions.count()) == (72, 6)


def test_a_session_without_a_day_is_named_with_its_line(tmp_path):
    _, venues = read_pilot(CONTENT)
    (tmp_path / "dates.yaml").write_text(
        (CONTENT / "dates.yaml").read_text().replace("in_days: 37, ", ""), encoding="utf-8"
    )
    with pytest.raises(ContentError, match=r"dates\.yaml, line \d+: .*a date or in_days"):
        read_dates(tmp_path, venues)
