"""Sessions to attend as a line of a course's task list."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from attendance.queries import attended_sessions
from bookings.models import Booking
from courses.models import CoursePage, Enrolment
from courses.steps import ExtraStep, StepStatus


def attendance_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return the line for a course that asks for sessions; three queries with an enrolment, else none."""
    required = course.sessions_required
    if not required:
        return []
    count = attended_sessions([enrolment])[enrolment.pk] if enrolment else 0
    status = StepStatus.COMPLETED if count >= required else StepStatus.NOT_STARTED
    if 0 < count < required:
        status = StepStatus.IN_PROGRESS
    booking = _next_place(course, enrolment) if enrolment and count < required else None
    return [
        ExtraStep(
            title="Attend a session" if required == 1 else f"Attend {required} sessions",
            hint=_hint(course, enrolment, count, required, booking),
            status=status,
            url=_url(course, booking) if enrolment and count < required else "",
            is_for_later=True,
        )
    ]


def _url(course: CoursePage, booking: Booking | None) -> str:
    """Return the page of the session that they have a place in, else the sessions of the course to book."""
    if booking:
        return reverse("bookings:public_session", args=[booking.session_id])
    return f"{reverse('bookings:calendar')}?{urlencode({'course': course.slug})}"


def _hint(
    course: CoursePage, enrolment: Enrolment | None, count: int, required: int, booking: Booking | None
) -> str:
    rule = f"You need to be there for at least {course.attendance_percent}% of the time."
    if enrolment is None:
        return rule
    if count >= required:
        return f"Attended: {count}."
    said = [f"Attended: {count} of {required}."] if required > 1 else []
    if booking:
        start = booking.session.local_start
        said.append(f"Your place: {booking.session.title}, {format_date(start, 'j F Y, H:i')}.")
    return " ".join([*said, rule])


def _next_place(course: CoursePage, enrolment: Enrolment) -> Booking | None:
    return (
        Booking.objects.booked()
        .of(enrolment.learner_id)
        .filter(
            session__cohort__course=course.pk, session__cancelled_at=None, session__ends_at__gt=timezone.now()
        )
        .select_related("session")
        .order_by("session__starts_at")
        .first()
    )
