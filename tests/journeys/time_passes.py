"""Let a day pass over one session of a running demo site, with what happened at it.

`python -m tests.journeys.time_passes NUMBER` in the site's environment.
"""

import sys
from datetime import timedelta

import django
from django.db import transaction

DAY = timedelta(days=1)


@transaction.atomic
def let_a_day_pass(session_id: int) -> None:
    from django.db.models import F

    from attendance.models import Attendance
    from bookings.models import Booking, TrainingSession

    TrainingSession.objects.filter(pk=session_id).update(
        starts_at=F("starts_at") - DAY,
        ends_at=F("ends_at") - DAY,
        bookings_open_at=F("bookings_open_at") - DAY,
    )
    Booking.objects.filter(session=session_id).update(queued_at=F("queued_at") - DAY)
    Attendance.objects.filter(session=session_id).update(marked_at=F("marked_at") - DAY)


if __name__ == "__main__":
    django.setup()
    let_a_day_pass(int(sys.argv[1]))
