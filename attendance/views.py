"""The register: marks on a page, marks from a phone that was offline, history, and people who walk in."""

import json
from hashlib import sha256

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from attendance import queries, services, wire
from attendance.forms import LetterForm, RegisterForm, WalkInForm, said_of
from attendance.queries import RegisterRow
from attendance.services import MarkRefused, register_opens_at
from attendance.services.walk_ins import claim_url
from bookings.models import TrainingSession
from cohorts.permissions import can_edit_cohort
from cohorts.views import trainer_area

#: What the register page needs to be drawn and to work without a network.
OFFLINE_FILES = (
    "vendor/site.css",
    "vendor/govuk-frontend.min.js",
    "js/early.js",
    "js/site.js",
    "js/register.js",
    "img/favicon.svg",
)


def _visible(request, session_id: int) -> TrainingSession:
    return _find(TrainingSession.objects.visible_to(request.user), session_id)


def _editable(request, session_id: int) -> TrainingSession:
    return _find(TrainingSession.objects.editable_by(request.user), session_id)


def _find(rows, session_id: int) -> TrainingSession:
    rows = rows.select_related("cohort__course").prefetch_related("breaks")
    return get_object_or_404(rows, pk=session_id)


# --- The page --------------------------------------------------------------------------------


@trainer_area
def register(request, session_id):
    """Take the register; programme managers read it."""
    is_post = request.method == "POST"
    session = (_editable if is_post else _visible)(request, session_id)
    rows = queries.register_rows(session)
    if is_post and request.POST.get("action") == "everyone":
        return _everyone_present(request, session)
    form = RegisterForm(session, rows, request.POST if is_post else None)
    if is_post and form.is_valid():
        _save(request, session, form)
        return redirect("attendance:register", session_id)
    return render(request, "attendance/register.html", _register_context(request, session, form))


def _register_context(request, session: TrainingSession, form: RegisterForm) -> dict:
    now = timezone.now()
    opens_at = register_opens_at(session)
    is_open = session.cancelled_at is None and now >= opens_at
    return {
        "session": session,
        "form": form,
        "people": form.people(),
        "marked": sum(bool(row.mark) for row in form.rows),
        "is_open": is_open,
        "opens_at": opens_at.astimezone(session.zone),
        "can_mark": is_open and can_edit_cohort(request.user, session.cohort),
        "can_edit": can_edit_cohort(request.user, session.cohort),
        "now": int(now.timestamp() * 1000),
    }


def _everyone_present(request, session: TrainingSession):
    try:
        count = services.mark_everyone_present(session, request.user)
    except MarkRefused as refusal:
        messages.error(request, str(refusal))
    else:
        people = "1 person" if count == 1 else f"{count} people"
        messages.success(request, f"Saved {_at(session)}: {people} marked present.")
    return redirect("attendance:register", session.pk)


def _save(request, session: TrainingSession, form: RegisterForm) -> None:
    """Mark what was touched; each person on their own, so that one refusal stops nobody else."""
    saved, news = 0, []
    for row, status, missed in form.touched:
        try:
            marked = services.mark(
                session, status=status, minutes_missed=missed, by=request.user, **wire.person_of(row)
            )
        except MarkRefused as refusal:
            messages.error(request, f"{row.name}: {refusal}")
            continue
        saved += 1
        words = wire.conflict_words(marked, session)
        news += [f"{row.name}. {words}"] if words else []
    changes = "nothing was changed" if not saved else "1 change" if saved == 1 else f"{saved} changes"
    messages.success(request, f"Saved {_at(session)}: {changes}.")
    for words in news:
        messages.info(request, words)


def _at(session: TrainingSession) -> str:
    return f"at {timezone.now().astimezone(session.zone):%H:%M}"


# --- The page and the server, while both are there ---------------------------------------------


@trainer_area
@require_POST
def marks(request, session_id):
    """Take a batch of marks, perhaps hours old, and answer for each what became of it."""
    session = _editable(request, session_id)
    try:
        batch = wire.read(request.body)
    except wire.Unreadable:
        return JsonResponse({"error": wire.UNREADABLE}, status=400)
    answers = wire.apply(session, batch, by=request.user)
    return JsonResponse({"answers": answers, **wire.standing(session)})


@trainer_area
@require_safe
def state(request, session_id):
    """Return the register as it stands, and a fresh token: the page may have been offline for days."""
    session = _editable(request, session_id)
    return JsonResponse({"csrf": get_token(request), **wire.standing(session)})


@trainer_area
@require_safe
def worker(request, session_id):
    """The script that keeps this one page at hand without a network; it may look after nothing else."""
    session = _editable(request, session_id)
    scope = reverse("attendance:register", args=[session.pk])
    files = [static(name) for name in OFFLINE_FILES]
    mark = sha256(" ".join(files).encode()).hexdigest()[:8]
    facts = {
        "page": scope,
        "files": files,
        "prefix": f"register-{session.pk}-",
        "cache": f"register-{session.pk}-{mark}",
        "until": int(session.ends_at.timestamp() * 1000),
    }
    response = render(
        request, "attendance/worker.js", {"facts": json.dumps(facts)}, content_type="text/javascript"
    )
    response["Service-Worker-Allowed"] = scope
    return response


# --- One person ------------------------------------------------------------------------------


def _row(session: TrainingSession, person: str) -> RegisterRow:
    row = queries.person_on_register(session, person)
    if row is None:
        raise Http404
    return row


@trainer_area
@require_safe
def person(request, session_id, person):
    """Who marked the person when; for a walk-in, also the link by which they claim it."""
    session = _visible(request, session_id)
    row = _row(session, person)
    context = _person_context(request, session, row)
    return render(request, "attendance/person.html", context)


def _person_context(
    request, session: TrainingSession, row: RegisterRow, form: LetterForm | None = None
) -> dict:
    can_edit = can_edit_cohort(request.user, session.cohort)
    context = {
        "session": session,
        "row": row,
        "said": said_of(row, session),
        "changes": [(c, c.touched_at.astimezone(session.zone)) for c in queries.history(row.mark)]
        if row.mark
        else [],
        "can_edit": can_edit,
    }
    if row.is_walk_in and can_edit:
        context["claim_url"] = claim_url(row.person)
        context["form"] = form or LetterForm(initial={"email": row.person.email})
    return context


def _walk_in(request, session_id: int, person: str) -> tuple[TrainingSession, RegisterRow]:
    session = _editable(request, session_id)
    row = _row(session, person)
    if not row.is_walk_in:
        raise Http404
    return session, row


@trainer_area
@require_POST
def walk_in_letter(request, session_id, person):
    session, row = _walk_in(request, session_id, person)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return render(request, "attendance/person.html", _person_context(request, session, row, form))
    services.resend_walk_in(row.person, email=form.cleaned_data["email"])
    messages.success(request, f"The link for {row.name} is on its way to {form.cleaned_data['email']}.")
    return redirect("attendance:person", session_id, person)


@trainer_area
@require_POST
def walk_in_remove(request, session_id, person):
    _, row = _walk_in(request, session_id, person)
    try:
        services.remove_walk_in(row.person, by=request.user)
    except MarkRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.name} is no longer on the register.")
    return redirect("attendance:register", session_id)


# --- People without a place --------------------------------------------------------------------


@trainer_area
def add_person(request, session_id):
    """Write down somebody who walked in, or give a place to somebody of the group."""
    session = _editable(request, session_id)
    form = WalkInForm(request.POST or None)
    if form.is_valid():
        try:
            walk_in = services.add_walk_in(session, by=request.user, **form.cleaned_data)
        except MarkRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{walk_in.name} is on the register and marked present.")
            return redirect("attendance:register", session_id)
    members = queries.members_without_place(session)
    return render(
        request, "attendance/add_person.html", {"session": session, "form": form, "members": members}
    )


@trainer_area
@require_POST
def add_member(request, session_id):
    session = _editable(request, session_id)
    asked = request.POST.get("member", "")
    members = queries.members_without_place(session)
    member = members.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if member is None:
        messages.error(request, "Choose somebody of the group who has no place yet.")
        return redirect("attendance:add_person", session_id)
    try:
        services.admit_present(session, member.learner, by=request.user)
    except MarkRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{member.learner} is on the register and marked present.")
    return redirect("attendance:register", session_id)
