"""Make groups: the tables of a session, and how a trainer changes them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from attendance import tables as services
from attendance.table_forms import MakeGroupsForm, MoveForm, RefitForm, number_in
from attendance.tables import PlanChanged, Tables
from attendance.views import _editable, _visible
from bookings.models import TrainingSession
from cohorts.permissions import can_edit_cohort
from cohorts.views import trainer_area

CHANGED = (
    "Somebody changed the tables in the meantime. Here they are as they stand now; your change was not made."
)
NOBODY = "Nobody is there to be seated: book people, or mark them on the register first."
NAMED = 12


@trainer_area
def tables(request, session_id):
    """The tables as they stand; make groups, or make them anew."""
    is_post = request.method == "POST"
    session = (_editable if is_post else _visible)(request, session_id)
    standing = services.tables_of(session)
    people = services.people_for_tables(session)
    form = MakeGroupsForm(people, standing, request.POST if is_post else None)
    if is_post and form.is_valid():
        if standing and standing.by_hand and request.POST.get("replace") != "yes":
            return _ask_before_replacing(request, session, standing)
        answer = _make(request, session, form)
        if answer:
            return answer
        standing = services.tables_of(session)
        form.data = form.data.copy()
        form.data["version"] = standing.version if standing else 0
    return render(request, "attendance/tables.html", _context(request, session, standing, people, form))


def _context(request, session: TrainingSession, standing: Tables | None, people, form) -> dict:
    can_edit = can_edit_cohort(request.user, session.cohort) and session.cancelled_at is None
    context = {
        "session": session,
        "tables": standing,
        "people_count": len(people),
        "form": form,
        "pairs": form.rows(),
        "can_edit": can_edit,
    }
    if standing:
        rows = enumerate(standing.rounds, 1)
        context["rounds"] = [(n, shown, MoveForm(standing, n) if can_edit else None) for n, shown in rows]
        context["arrived"], context["left"] = services.changes_since(standing, people)
        context["refit_form"] = RefitForm(standing)
    return context


def _make(request, session: TrainingSession, form: MakeGroupsForm):
    """Make the tables and go on; None when the page has to be shown again."""
    data = form.cleaned_data
    try:
        services.make(
            session,
            form.wishes,
            seed=data["seed"] or services.new_seed(),
            by=request.user,
            version=data["version"],
        )
    except PlanChanged:
        messages.error(request, CHANGED)
        return None
    except ValueError:
        form.add_error("who", NOBODY)
        return None
    messages.success(request, "The groups are made.")
    return redirect("attendance:tables", session.pk)


def _ask_before_replacing(request, session: TrainingSession, standing: Tables):
    kept = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    return render(
        request, "attendance/tables_replace.html", {"session": session, "tables": standing, "kept": kept}
    )


@trainer_area
@require_POST
def tables_move(request, session_id):
    session = _editable(request, session_id)
    standing = services.tables_of(session)
    back = redirect("attendance:tables", session_id)
    number = number_in(request.POST.get("number", ""))
    if standing is None or not 1 <= number <= len(standing.rounds):
        messages.error(request, CHANGED)
        return back
    form = MoveForm(standing, number, request.POST)
    if not form.is_valid():
        messages.error(request, "Nobody was moved: choose a person and a table.")
        return back
    data = form.cleaned_data
    try:
        services.move(
            session,
            person=data["person"],
            number=number,
            table=data["table"],
            by=request.user,
            version=data["version"],
        )
    except PlanChanged:
        messages.error(request, CHANGED)
    else:
        name = standing.people[data["person"]]
        messages.success(request, f"{name} sits at table {data['table']} in round {number}.")
    return back


@trainer_area
def tables_refit(request, session_id):
    """Show who would move; with POST let them."""
    session = _editable(request, session_id)
    standing = services.tables_of(session)
    if standing is None:
        messages.error(request, CHANGED)
        return redirect("attendance:tables", session_id)
    is_post = request.method == "POST"
    form = RefitForm(standing, request.POST if is_post else request.GET or None)
    if not form.is_valid():
        form = RefitForm(standing, {"who": standing.wishes.who, "first_round": 1})
        form.is_valid()
    data = form.cleaned_data
    try:
        if is_post:
            return _refit(request, session, data)
        found = services.preview_refit(session, standing, data["who"], data["first_round"])
    except PlanChanged:
        messages.error(request, CHANGED)
        return redirect("attendance:tables", session_id)
    except ValueError:
        messages.error(request, NOBODY)
        return redirect("attendance:tables", session_id)
    people = standing.people | {p.id: p for p in services.people_for_tables(session)}
    context = {
        "session": session,
        "tables": standing,
        "data": data,
        "found": found,
        "moves": [(people[move.id], move) for move in found.moves],
        "arrived": [people[key] for key in found.arrived],
        "left": [people[key] for key in found.left],
    }
    return render(request, "attendance/tables_refit.html", context)


def _refit(request, session: TrainingSession, data):
    version = number_in(request.POST.get("version", ""))
    found, people = services.refit_tables(
        session, who=data["who"], first_round=data["first_round"], by=request.user, version=version
    )
    words = [f"{people[m.id]} to table {m.becomes} in round {m.round}" for m in found.moves[:NAMED]]
    more = len(found.moves) - len(words)
    named = "; ".join(words) + (f"; and {more} more" if more > 0 else "")
    messages.success(
        request, f"The tables fit who is there. {f'Moved: {named}.' if words else 'Nobody had to move.'}"
    )
    return redirect("attendance:tables", session.pk)


@trainer_area
@require_POST
def tables_undo(request, session_id):
    session = _editable(request, session_id)
    try:
        services.undo(session, by=request.user, version=number_in(request.POST.get("version", "")))
    except PlanChanged:
        messages.error(request, CHANGED)
    else:
        messages.success(request, "The tables are as they were before.")
    return redirect("attendance:tables", session_id)


@trainer_area
@require_POST
def tables_show(request, session_id):
    """Show people their own tables, or stop showing them."""
    session = _editable(request, session_id)
    is_shown = request.POST.get("show") == "yes"
    if not services.show(session, is_shown=is_shown):
        messages.error(request, CHANGED)
    elif is_shown:
        messages.success(request, "People see their own tables on the session's page.")
    else:
        messages.success(request, "People no longer see their tables.")
    return redirect("attendance:tables", session_id)
