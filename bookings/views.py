"""The trainers' pages for sessions: plan, open, book, call off."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bookings import buttons, queries, services
from bookings.forms import BookPeopleForm, CallOffForm, CopyForm, ReasonForm
from bookings.models import Booking, BookingState, TrainingSession
from bookings.services import BookingRefused, SafetyPlanIncomplete
from bookings.session_forms import SessionForm
from bookings.stages import in_words, stage
from cohorts.gates import why_not
from cohorts.models import Cohort
from cohorts.permissions import can_edit_cohort
from cohorts.views import trainer_area

PEOPLE_SHOWN = 100


def _visible(request, session_id: int) -> TrainingSession:
    rows = TrainingSession.objects.visible_to(request.user)
    return get_object_or_404(_with_group(rows), pk=session_id)


def _editable(request, session_id: int) -> TrainingSession:
    rows = TrainingSession.objects.editable_by(request.user)
    return get_object_or_404(_with_group(rows), pk=session_id)


def _with_group(sessions):
    return sessions.select_related("cohort__course", "venue", "moved_to", "cancelled_by")


def _cohort(request, cohort_id: int) -> Cohort:
    return get_object_or_404(Cohort.objects.editable_by(request.user).select_related("course"), pk=cohort_id)


# --- Planning --------------------------------------------------------------------------------


@trainer_area
def session_create(request, cohort_id):
    cohort = _cohort(request, cohort_id)
    form = SessionForm(request.POST or None)
    if form.is_valid():
        session = services.create_session(
            cohort, by=request.user, form_key=form.cleaned_data["form_key"], **form.details
        )
        messages.success(request, f"The session “{session.title}” is planned.")
        return redirect(session)
    context = {"form": form, "cohort": cohort, "heading": "Add a session"}
    return render(request, "bookings/session_form.html", context)


@trainer_area
def session_edit(request, session_id):
    session = _editable(request, session_id)
    if session.cancelled_at:
        messages.info(request, "A session that is called off cannot be changed.")
        return redirect(session)
    form = SessionForm(request.POST or None, session=session)
    if form.is_valid():
        try:
            services.change_session(session, by=request.user, **form.details)
        except (BookingRefused, SafetyPlanIncomplete) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The changes are saved.")
            return redirect(session)
    context = {"form": form, "cohort": session.cohort, "session": session, "heading": "Change session"}
    return render(request, "bookings/session_form.html", context)


@trainer_area
def cohort_copy(request, cohort_id):
    cohort = _cohort(request, cohort_id)
    if reason := why_not(request.user, cohort.course):
        messages.error(request, reason)
        return redirect(cohort)
    form = CopyForm(cohort, request.POST or None, initial={"name": f"{cohort.name[:110]}, again"})
    if form.is_valid():
        copy = services.copy_cohort(cohort, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            f"The group “{copy.name}” is made. Read each session and its safety plan, then open bookings.",
        )
        return redirect(copy)
    sessions = queries.sessions_of(cohort).filter(cancelled_at=None)
    context = {"form": form, "cohort": cohort, "sessions": sessions}
    return render(request, "bookings/cohort_copy.html", context)


# --- One session -----------------------------------------------------------------------------


@trainer_area
@require_safe
def session_detail(request, session_id):
    session = _visible(request, session_id)
    prefetch_related_objects([session], "breaks", "materials", "cohort__trainers")
    bookings = list(queries.bookings_of(session))
    standing = {state: [b for b in bookings if b.state == state] for state in BookingState.values}
    booked = sorted(standing[BookingState.BOOKED], key=lambda b: (str(b.learner).casefold(), b.pk))
    mix = queries.sector_mix(session)
    context = {
        "session": session,
        "stage": stage(session),
        "booked": booked,
        "waiting": standing[BookingState.APPROVED] + standing[BookingState.WAITLISTED],
        "requests": standing[BookingState.REQUESTED],
        "closed": queries.closed_bookings(bookings),
        "needs": [b for b in booked + standing[BookingState.WAITLISTED] if b.needs],
        "mix": mix,
        "has_held": any(row.minimum for row in mix),
        "closes": in_words(session.bookings_close_at, session),
        "release": in_words(session.quotas_released_at, session),
        "is_to_come": session.cancelled_at is None and session.starts_at > timezone.now(),
        "can_edit": can_edit_cohort(request.user, session.cohort),
        "buttons": buttons.buttons_for(session, request.user),
    }
    return render(request, "bookings/session.html", context)


@trainer_area
@require_POST
def bookings_open(request, session_id):
    session = _editable(request, session_id)
    try:
        services.open_bookings(session, by=request.user)
        messages.success(request, "Bookings are open.")
    except SafetyPlanIncomplete as problem:
        gaps = ", ".join(problem.gaps)
        messages.error(request, f"Bookings stay closed: the safety plan lacks {gaps}.")
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(session)


@trainer_area
@require_POST
def bookings_close(request, session_id):
    session = _editable(request, session_id)
    services.close_bookings(session, by=request.user)
    messages.success(request, "Bookings are closed. Whoever waits can still move up.")
    return redirect(session)


@trainer_area
def call_off(request, session_id):
    session = _editable(request, session_id)
    form = CallOffForm(queries.alternatives(session, request.user), request.POST or None)
    if form.is_valid():
        try:
            services.call_off(session, by=request.user, **form.cleaned_data)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The session is called off. Everybody with a booking is told.")
            return redirect(session)
    context = {"form": form, "session": session, "people": session.bookings.standing().count()}
    return render(request, "bookings/call_off.html", context)


# --- Bookings --------------------------------------------------------------------------------


@trainer_area
def book_people(request, session_id):
    """Book people of the group; the search narrows what is shown, and clashes are told before anything is done."""
    session = _editable(request, session_id)
    people = queries.bookable_people(session)
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    shown = people.filter(name__icontains=words)[:PEOPLE_SHOWN] if words else people[:PEOPLE_SHOWN]
    form = BookPeopleForm(people, request.POST or None)
    clashes = []
    if form.is_valid():
        chosen = list(form.cleaned_data["people"].select_related("sector"))
        clashes = list(queries.clashes_of(chosen, session))
        if not clashes or form.cleaned_data["despite_clash"]:
            return _book_all(request, session, chosen)
        form.add_error("despite_clash", "Some people have another booking at that time.")
    form.offer(shown)
    context = {"form": form, "session": session, "clashes": clashes, "words": words, "most": PEOPLE_SHOWN}
    return render(request, "bookings/book_people.html", context)


def _book_all(request, session: TrainingSession, people: list):
    try:
        made = [
            services.book(session, person, by=request.user, source=Booking.Source.TRAINER)
            for person in people
        ]
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(session)
    waiting = sum(booking.state != BookingState.BOOKED for booking in made)
    booked = len(made) - waiting
    parts = [f"{booked} booked" if booked else "", f"{waiting} on the waiting list" if waiting else ""]
    messages.success(request, f"{' and '.join(part for part in parts if part)}. Each of them gets a letter.")
    return redirect(session)


def _booking(request, session_id: int, booking_id: int) -> Booking:
    session = _editable(request, session_id)
    booking = get_object_or_404(session.bookings.select_related("learner"), pk=booking_id)
    booking.session = session
    return booking


@trainer_area
@require_POST
def booking_approve(request, session_id, booking_id):
    booking = _booking(request, session_id, booking_id)
    try:
        booking = services.approve(booking, by=request.user)
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        where = "has a place" if booking.state == BookingState.BOOKED else "is on the waiting list"
        messages.success(request, f"{booking.learner} {where}.")
    return redirect("bookings:session", session_id)


@trainer_area
def booking_decline(request, session_id, booking_id):
    booking = _booking(request, session_id, booking_id)
    return _with_reason(request, booking, services.decline, "declined", is_required=True)


@trainer_area
def booking_cancel(request, session_id, booking_id):
    booking = _booking(request, session_id, booking_id)
    return _with_reason(request, booking, services.cancel, "cancelled", is_required=False)


def _with_reason(request, booking: Booking, act, done: str, *, is_required: bool):
    """Ask why, then do it."""
    form = ReasonForm(request.POST if request.method == "POST" else None, is_required=is_required)
    if form.is_valid():
        try:
            act(booking, by=request.user, reason=form.cleaned_data["reason"])
        except BookingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The booking of {booking.learner} is {done}.")
        return redirect(booking.session)
    context = {"form": form, "booking": booking, "session": booking.session, "done": done}
    return render(request, "bookings/booking_close.html", context)
