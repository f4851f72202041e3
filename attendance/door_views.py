"""The door: the trainers' screen with the changing code, people who check in with it, and walk-ins who claim."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from attendance import codes, limits, services
from attendance.forms import CodeForm, DoorForm, WalkInForm
from attendance.models import CheckIn, WalkIn
from attendance.services import CheckedIn, DoorClosed, MarkRefused, WalkInClosed
from attendance.services.doors import USUAL_AFTER, USUAL_BEFORE, is_open
from attendance.tables import own_tables_words
from bookings.models import TrainingSession
from cohorts.views import trainer_area

SCAN_SECONDS = 10 * 60  # to log in, or to create an account, after scanning
SCAN_SALT = "attendance.check-in"
WORDS = {
    CheckedIn.PRESENT: "You are checked in.",
    CheckedIn.LATE: "You are checked in, as late.",
    CheckedIn.ALREADY: "You are on the register already.",
}


# --- The trainers' screen ----------------------------------------------------------------------


def _editable(request, session_id: int) -> TrainingSession:
    rows = TrainingSession.objects.editable_by(request.user).filter(cancelled_at=None)
    return get_object_or_404(rows.select_related("cohort__course"), pk=session_id)


@trainer_area
def door(request, session_id):
    """The code for everybody to see, and the window in which it works."""
    session = _editable(request, session_id)
    row = CheckIn.objects.select_related("session").filter(session=session).first()
    form = DoorForm(session, request.POST or None, initial=_usual_times(session, row))
    if form.is_valid():
        window = {name: form.cleaned_data[name] for name in ("opens_at", "closes_at")}
        services.open_door(session, by=request.user, **window)
        messages.success(request, "The times are saved.")
        return redirect("attendance:door", session_id)
    context = {"session": session, "door": row, "form": form, **_shown(row)}
    return render(request, "attendance/door.html", context)


def _usual_times(session: TrainingSession, door: CheckIn | None) -> dict:
    opens_at = door.opens_at if door else session.starts_at - USUAL_BEFORE
    closes_at = door.closes_at if door else session.starts_at + USUAL_AFTER
    return {
        "opens": opens_at.astimezone(session.zone).time(),
        "closes": closes_at.astimezone(session.zone).time(),
    }


def _shown(door: CheckIn | None) -> dict:
    """Return what the screen shows now: the code with its address, or nothing while the door is shut."""
    now = timezone.now()
    if not is_open(door, now):
        return {"code": ""}
    code = codes.code_at(door.secret, now)
    address = settings.SITE_URL + reverse("attendance:check_in", args=[door.session_id, code])
    return {
        "code": code,
        "qr": segno.make(address, error="m").svg_data_uri(scale=10, border=3),
        "short_address": settings.SITE_URL.partition("//")[2] + reverse("attendance:enter_code"),
        "seconds_left": max(1, round(codes.seconds_left(now))),
        "closes_at": door.closes_at.astimezone(door.session.zone),
    }


@trainer_area
@require_POST
def door_close(request, session_id):
    services.close_door(_editable(request, session_id))
    messages.success(request, "Check-in is closed.")
    return redirect("attendance:door", session_id)


# --- Coming through ----------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request):
    """For phones without a camera: the code typed by hand leads to its session."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code, now = form.cleaned_data["code"], timezone.now()
        doors = CheckIn.objects.select_related("session").filter(opens_at__lte=now, closes_at__gt=now)
        found = [d for d in doors if is_open(d, now) and codes.is_current(d.secret, code, now)]
        if found and limits.may_try(request, 0):
            return redirect("attendance:check_in", found[0].session_id, code)
        limits.count_wrong(request, 0)
        form.add_error("code", "This code does not work now. Type the one on the screen at this moment.")
    return render(request, "attendance/enter_code.html", {"form": form})


def _scan(request, session_id: int, code: str) -> tuple[CheckIn | None, datetime | None]:
    """Return the open door and when this browser scanned its code: now, or up to ten minutes ago.

    (None, None) when the code is out of date and was never scanned here, or the door is shut.
    """
    now = timezone.now()
    door = CheckIn.objects.select_related("session__cohort__course").filter(session=session_id).first()
    if door and limits.may_try(request, session_id):
        if codes.is_current(door.secret, code, now):
            return (door, now) if is_open(door, now) else (None, None)
        scanned_at = _remembered(request, session_id)
        if scanned_at and is_open(door, scanned_at):
            return door, scanned_at
        limits.count_wrong(request, session_id)
    return None, None


def _remembered(request, session_id: int) -> datetime | None:
    try:
        value = request.get_signed_cookie(
            _cookie(session_id), default=None, salt=SCAN_SALT, max_age=SCAN_SECONDS
        )
    except BadSignature:
        return None
    return datetime.fromtimestamp(int(value), UTC) if value else None


def _remember(response, session_id: int, scanned_at: datetime):
    """The moment of scanning outlives the log-in, in this browser alone."""
    response.set_signed_cookie(
        _cookie(session_id),
        str(int(scanned_at.timestamp())),
        salt=SCAN_SALT,
        max_age=SCAN_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/check-in/",
    )
    return response


def _cookie(session_id: int) -> str:
    return f"scanned-{session_id}"


def _shut(request):
    return render(request, "attendance/code_closed.html", status=410)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, session_id, code):
    """Where the QR code leads: confirm with an account, log in first, or go on by name."""
    door, scanned_at = _scan(request, session_id, code)
    if door is None:
        return _shut(request)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return _remember(redirect_to_login(request.path), session_id, scanned_at)
        return _enter(request, door, scanned_at)
    back = urlencode({"next": request.path})
    context = {
        "session": door.session,
        "code": code,
        "login_url": f"{reverse('account_login')}?{back}",
        "signup_url": f"{reverse('account_signup')}?{back}",
    }
    return _remember(render(request, "attendance/check_in.html", context), session_id, scanned_at)


def _enter(request, door: CheckIn, scanned_at: datetime):
    try:
        entry = services.check_in(door, request.user, scanned_at=scanned_at)
    except (DoorClosed, MarkRefused):
        return _shut(request)
    if entry.walk_in:
        return redirect("attendance:claim", entry.walk_in.token)
    words = [WORDS[entry.outcome], f"{door.session.title}.", own_tables_words(door.session, request.user)]
    messages.success(request, " ".join(filter(None, words)))
    return redirect(door.session.cohort.course)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_by_name(request, session_id, code):
    """For people without an account: name and organisation now, the account later."""
    door, scanned_at = _scan(request, session_id, code)
    if door is None:
        return _shut(request)
    form = WalkInForm(request.POST or None)
    if form.is_valid():
        try:
            walk_in = services.walk_in_at_door(door.session, scanned_at, **form.cleaned_data)
        except MarkRefused:
            return _shut(request)
        return redirect("attendance:claim", walk_in.token)
    context = {"session": door.session, "code": code, "form": form}
    return _remember(render(request, "attendance/check_in_by_name.html", context), session_id, scanned_at)


# --- Claiming ----------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request, token):
    """Add what was written down by name to an account; by POST after log-in, once."""
    walk_in = get_object_or_404(WalkIn.objects.select_related("session__cohort__course"), token=token)
    course = walk_in.session.cohort.course
    if walk_in.claimed_by_id and walk_in.claimed_by_id == request.user.pk:
        messages.info(request, "This attendance is in your account.")
        return redirect(course)
    if walk_in.claimed_by_id or walk_in.removed_at:
        return render(request, "attendance/claim_closed.html", status=410)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            services.claim_walk_in(walk_in, request.user)
        except WalkInClosed:
            return render(request, "attendance/claim_closed.html", status=410)
        messages.success(request, f"Your attendance at “{walk_in.session.title}” is in your account.")
        return redirect(course)
    back = urlencode({"next": request.path})
    context = {
        "walk_in": walk_in,
        "session": walk_in.session,
        "course": course,
        "login_url": f"{reverse('account_login')}?{back}",
        "signup_url": f"{reverse('account_signup')}?{back}",
    }
    return render(request, "attendance/claim.html", context)
