"""The public calendar, a session's own page, and booking: for oneself and, by agency leads, for colleagues."""

from functools import wraps
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings import colleagues, feeds, public_queries, services, wording
from bookings.calendars import MEDIA_TYPE, Method, calendar_file
from bookings.lines import lines_for
from bookings.models import STANDING, Booking, BookingState, CalendarFeed, TrainingSession
from bookings.public_forms import (
    BookForm,
    CalendarForm,
    CancelForm,
    ColleaguesForm,
    FindColleaguesForm,
    NeedsForm,
)
from bookings.queries import booking_of, clashes
from bookings.services.needs import change_needs

SESSIONS_A_PAGE = 20
COLLEAGUES_SHOWN = 50
BOOKINGS_A_PAGE = 50
#: What a person reads after they asked for a place.
OUTCOMES = {
    BookingState.BOOKED: "You have a place. A confirmation is on its way to you by e-mail.",
    BookingState.WAITLISTED: "You are on the waiting list. If a place becomes yours, we write to you at once.",
    BookingState.REQUESTED: "Your request is with the trainers. We write to you as soon as it is decided.",
}


# --- The calendar ----------------------------------------------------------------------------


class Row(NamedTuple):
    """One line of the calendar, under its month; `booking` is the reader's own."""

    month: str
    session: TrainingSession
    left: int
    booking: Booking | None


@never_cache
@require_safe
def calendar(request):
    form = CalendarForm(request.GET if request.GET else None)
    form.is_valid()
    wanted = form.wanted
    page = Paginator(public_queries.open_calendar(**wanted), SESSIONS_A_PAGE).get_page(
        request.GET.get("page")
    )
    sessions = list(page.object_list)
    left = public_queries.places_left_of(sessions)
    own = public_queries.states_of(request.user, sessions)
    query = urlencode({name: value for name, value in wanted.items() if value})
    context = {
        "form": form,
        "page": page,
        "query": query,
        "rows": [Row(wording.month_of(s), s, left[s.pk], own.get(s.pk)) for s in sessions],
        "books_for_colleagues": colleagues.can_book_colleagues(request.user),
    }
    return render(request, "bookings/public/calendar.html", context)


# --- One session -----------------------------------------------------------------------------


def _seen(request, session_id: int) -> TrainingSession:
    sessions = public_queries.sessions_seen_by(request.user).prefetch_related("breaks", "materials")
    return get_object_or_404(sessions, pk=session_id)


@never_cache
@require_safe
def session(request, session_id):
    return _session_page(request, _seen(request, session_id))


def _session_page(request, session: TrainingSession, posted=None):
    booking = booking_of(request.user, session)
    has_place = bool(booking and booking.state == BookingState.BOOKED)
    is_member = public_queries.is_member(request.user, session)
    can_cancel = bool(booking and booking.state in STANDING) and _is_ahead(session)
    asks = _may_ask(session, booking, is_member=is_member)
    left = public_queries.places_left_of([session])[session.pk]
    found = list(clashes(request.user, session)) if asks and request.user.is_authenticated else []
    path = reverse("bookings:public_session", args=[session.pk])
    context = {
        "session": session,
        "course": session.cohort.course,
        "trainers": session.cohort.trainers.all(),
        "booking": booking,
        "has_place": has_place,
        "own_lines": lines_for(session, request.user) if has_place else [],
        "is_standing": bool(booking and booking.state in STANDING),
        "can_cancel": can_cancel,
        "last_step": booking.changes.last() if booking else None,
        "ahead": _ahead(booking),
        "left": left,
        "asks": asks,
        "action": _action(request.user, session, left) if asks else "",
        "needs_form": NeedsForm(posted, initial={"needs": booking.needs}) if can_cancel else None,
        "clashes": found,
        "form": BookForm(posted, clashes=found) if asks else None,
        "is_member": is_member,
        "with_joining": has_place and wording.shows_joining(session),
        "next_query": urlencode({"next": path}),
        "books_for_colleagues": session.is_open
        and session.who_may_book == TrainingSession.WhoMayBook.ANYONE
        and colleagues.can_book_colleagues(request.user),
    }
    return render(request, "bookings/public/session.html", context)


def _is_ahead(session: TrainingSession) -> bool:
    return session.cancelled_at is None and timezone.now() < session.starts_at


def _may_ask(session: TrainingSession, booking: Booking | None, *, is_member: bool) -> bool:
    """Whether to offer the form; the service decides once more when it is sent."""
    who = TrainingSession.WhoMayBook
    fits = session.who_may_book == who.ANYONE or (session.who_may_book == who.MEMBERS and is_member)
    is_free = booking is None or booking.state == BookingState.CANCELLED
    return fits and is_free and session.is_open and session.cohort.course.live


def _action(user, session: TrainingSession, left: int) -> str:
    if session.needs_approval:
        return "Request a place"
    is_free = public_queries.has_place_for(session, user) if user.is_authenticated else left > 0
    return "Book" if is_free else "Join waiting list"


def _ahead(booking: Booking | None) -> int | None:
    """How many asked before somebody who waits."""
    if not booking or booking.state != BookingState.WAITLISTED:
        return None
    return (
        Booking.objects.waitlisted()
        .filter(session=booking.session_id, queued_at__lt=booking.queued_at)
        .count()
    )


@never_cache
@require_POST
def book(request, session_id):
    """Ask for a place. Without an account: log in first, then the page with the form again."""
    session = _seen(request, session_id)
    page = redirect("bookings:public_session", session.pk)
    if not request.user.is_authenticated:
        return redirect_to_login(page.url)
    form = BookForm(request.POST, clashes=list(clashes(request.user, session)))
    standing = public_queries.states_of(request.user, [session])
    if not standing and not form.is_valid():
        return _session_page(request, session, request.POST)
    try:
        booking = services.book(
            session,
            request.user,
            by=request.user,
            needs=form.cleaned_data.get("needs", "") if not standing else "",
        )
    except services.BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, OUTCOMES[booking.state])
    return page


@never_cache
@login_required
@require_POST
def needs(request, session_id):
    """Say, or say anew, what the trainers should know."""
    session = _seen(request, session_id)
    booking = get_object_or_404(Booking.objects.of(request.user), session=session)
    form = NeedsForm(request.POST)
    if not form.is_valid():
        return _session_page(request, session, request.POST)
    if change_needs(booking, form.cleaned_data["needs"]):
        messages.success(request, "The trainers will read what you wrote.")
    return redirect("bookings:public_session", session_id)


@never_cache
@login_required
def cancel(request, session_id):
    """Give back one's own place, or leave the queue."""
    booking = get_object_or_404(
        Booking.objects.of(request.user).select_related("session__venue", "session__cohort__course"),
        session=session_id,
    )
    if booking.state not in STANDING:
        return redirect("bookings:public_session", session_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _cancel(request, booking, form, "Your booking is cancelled.")
        return redirect("bookings:public_session", session_id)
    return render(
        request, "bookings/public/cancel.html", {"form": form, "booking": booking, "session": booking.session}
    )


def _cancel(request, booking: Booking, form: CancelForm, words: str) -> None:
    try:
        services.cancel(booking, by=request.user, reason=form.cleaned_data["reason"])
    except services.BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)


# --- Calendars of one's own ------------------------------------------------------------------


def _calendar_response(content: bytes, filename: str = "") -> HttpResponse:
    response = HttpResponse(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    if filename:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@never_cache
@login_required
@require_safe
def session_file(request, session_id):
    """The calendar entry of somebody who has a place."""
    bookings = Booking.objects.booked().of(request.user)
    booking = get_object_or_404(
        bookings.select_related("session__venue", "session__cohort__course"), session=session_id
    )
    entry = feeds.learner_entry(booking.session, request.user, steps=booking.changes.count())
    content = calendar_file([entry], Method.PUBLISH, now=timezone.now(), organiser=feeds.organiser())
    return _calendar_response(content, "session.ics")


@never_cache
@require_safe
def feed(request, token):
    """A person's calendar for programs that cannot log in: whoever has the address may read it."""
    found = get_object_or_404(CalendarFeed.objects.select_related("user"), token=token, user__is_active=True)
    return _calendar_response(feeds.feed_file(found.user))


@never_cache
@login_required
def my_calendar(request):
    """Show the address; POST makes the first one, or a new one in place of the old."""
    found = CalendarFeed.objects.filter(user=request.user).first()
    if request.method == "POST":
        feeds.renew_feed(request.user)
        words = (
            "There is a new calendar address. The old one works no more."
            if found
            else "Your calendar address is made."
        )
        messages.success(request, words)
        return redirect("bookings:my_calendar")
    address = feeds.feed_address(found) if found else ""
    return render(
        request,
        "bookings/public/my_calendar.html",
        {"feed": found, "address": address, "webcal": feeds.webcal(address)},
    )


# --- Colleagues ------------------------------------------------------------------------------


def for_leads(view):
    """Log-in first; then nothing here exists for anybody but agency leads with an organisation."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not colleagues.can_book_colleagues(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(login_required(checked))


@for_leads
def book_colleagues(request, session_id):
    session = get_object_or_404(
        TrainingSession.objects.bookable().select_related("venue", "cohort__course"), pk=session_id
    )
    search = FindColleaguesForm(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    found = list(colleagues.find_colleagues(request.user, text)[: COLLEAGUES_SHOWN + 1])
    everybody = public_queries.colleagues_of(request.user)
    form = ColleaguesForm(
        everybody, found[:COLLEAGUES_SHOWN], request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        try:
            outcome = colleagues.book_colleagues(
                session, form.cleaned_data["people"], form.cleaned_data["addresses"], by=request.user
            )
        except colleagues.TooManyInvitations:
            form.add_error(
                "addresses",
                "You have invited many people today. Go on tomorrow, or ask a trainer to invite them.",
            )
        else:
            _tell(request, outcome)
            return redirect("bookings:colleague_bookings")
    context = {
        "session": session,
        "course": session.cohort.course,
        "search": search,
        "query": text,
        "form": form,
        "has_more": len(found) > COLLEAGUES_SHOWN,
        "shown": len(found[:COLLEAGUES_SHOWN]),
        "left": public_queries.places_left_of([session])[session.pk],
    }
    return render(request, "bookings/public/colleagues.html", context)


def _tell(request, outcome: colleagues.Outcome) -> None:
    if outcome.done:
        who = "1 colleague has" if outcome.done == 1 else f"{outcome.done} colleagues have"
        messages.success(request, f"{who} a booking now. Each gets an e-mail and can cancel.")
    if outcome.written_to:
        who = "1 address" if outcome.written_to == 1 else f"{outcome.written_to} addresses"
        messages.success(
            request, f"Invitations to the group go to {who}, unless they have one or declined it."
        )
    for name, reason in outcome.refused:
        messages.error(request, f"{name}: {reason}")


@for_leads
@require_safe
def colleague_bookings(request):
    """What the lead booked for others."""
    page = Paginator(public_queries.bookings_made_by(request.user), BOOKINGS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "bookings/public/colleague_bookings.html", {"page": page, "now": timezone.now()})


@for_leads
def colleague_cancel(request, booking_id):
    booking = get_object_or_404(public_queries.bookings_made_by(request.user), pk=booking_id)
    if booking.state not in STANDING:
        return redirect("bookings:colleague_bookings")
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _cancel(request, booking, form, f"The booking of {booking.learner} is cancelled.")
        return redirect("bookings:colleague_bookings")
    context = {"form": form, "booking": booking, "session": booking.session, "for_colleague": True}
    return render(request, "bookings/public/cancel.html", context)
