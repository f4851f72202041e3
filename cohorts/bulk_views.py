"""Do one thing for many people of a group: remind, write, download, remove.

The table's form posts who is ticked, or the filters for everybody who matches; from the first page on, the ids
travel along, so that what is confirmed is what was seen.
"""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cohorts import exports, letters, queries, services
from cohorts.forms import LONGEST_ID, MessageForm, SelectionForm
from cohorts.models import Cohort
from cohorts.roster import Row
from cohorts.views import trainer_area
from trainingsite.lib.spreadsheets import download

EVERYBODY = "all"
MESSAGES_A_PAGE = 25
NOBODY = "Tick the people first, or choose everybody who matches."


def _editable(request, cohort_id: int) -> Cohort:
    return get_object_or_404(Cohort.objects.editable_by(request.user).select_related("course"), pk=cohort_id)


def chosen(request, cohort: Cohort) -> list[Row]:
    """Return the rows that the form means: by id from a page before, all that match, or those ticked."""
    rows = queries.roster(cohort)
    if request.POST.get("scope") == EVERYBODY and "people" not in request.POST:
        return SelectionForm(request.POST, sorted({row.organisation for row in rows})).selection.apply(rows)
    posted = request.POST.get("people", "").split(",") + request.POST.getlist("who")
    ids = {int(pk) for pk in posted if pk.isascii() and pk.isdecimal() and len(pk) <= LONGEST_ID}
    return [row for row in rows if row.member_id in ids]


def _for_many(view):
    """Give `view` the group and the people; without anybody, or opened by its address, back to the table."""

    def found(request, cohort_id):
        cohort = _editable(request, cohort_id)
        if request.method != "POST":
            return redirect(cohort)
        rows = chosen(request, cohort)
        if not rows:
            messages.info(request, NOBODY)
            return redirect(cohort)
        return view(request, cohort, rows)

    return trainer_area(found)


def _page(request, template: str, cohort: Cohort, rows: list[Row], **more):
    people = ",".join(str(row.member_id) for row in rows)
    return render(request, template, {"cohort": cohort, "rows": rows, "people": people, **more})


def _form_key(request) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid.uuid4()


@_for_many
def people_remind(request, cohort, rows):
    plan = letters.plan_reminder(cohort, rows)
    key = _form_key(request)
    if "confirm" in request.POST:
        members = [row.member_id for row in plan.to] or [row.member_id for row in plan.reminded_today]
        return redirect(letters.remind(cohort, members, by=request.user, form_key=key))
    return _page(request, "cohorts/people_remind.html", cohort, rows, plan=plan, form_key=key)


@_for_many
def people_message(request, cohort, rows):
    """Write, look, send. “Change the words” brings them back."""
    is_first = "subject" not in request.POST
    form = MessageForm(None if is_first else request.POST, initial={"form_key": uuid.uuid4()})
    if not is_first and form.is_valid():
        if "confirm" in request.POST:
            job = _write(request, cohort, rows, form)
            if job:
                return redirect(job)
        elif "change" not in request.POST:
            words = form.cleaned_data
            return _page(request, "cohorts/people_message_preview.html", cohort, rows, form=form, words=words)
    return _page(request, "cohorts/people_message.html", cohort, rows, form=form)


def _write(request, cohort, rows, form):
    words = form.cleaned_data | {"form_key": form.cleaned_data["form_key"] or uuid.uuid4()}
    try:
        return letters.write(cohort, [row.member_id for row in rows], by=request.user, **words)
    except letters.TooManyMessages:
        form.add_error(
            None,
            f"You have sent {letters.MESSAGES_A_DAY} messages within a day. Nothing was sent; try again tomorrow.",
        )
        return None


@_for_many
def people_download(request, cohort, rows):
    kind = request.POST.get("format", "csv")
    return download(exports.table_of(rows), f"group-{cohort.pk}", kind)


@_for_many
def people_remove(request, cohort, rows):
    if "confirm" in request.POST:
        count = services.remove_members(cohort, [row.member_id for row in rows], by=request.user)
        people = "1 person is" if count == 1 else f"{count} people are"
        messages.success(request, f"{people} no longer in the group.")
        return redirect(cohort)
    return _page(request, "cohorts/people_remove.html", cohort, rows)


@trainer_area
@require_safe
def message_list(request, cohort_id):
    """What was sent to the group: by whom, when, to how many."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=cohort_id)
    rows = cohort.messages.select_related("sent_by").annotate(
        people=Count("recipients"), sent=Count("recipients", filter=Q(recipients__emailed_at__isnull=False))
    )
    page = Paginator(rows.order_by("-sent_at", "-pk"), MESSAGES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/message_list.html", {"cohort": cohort, "page": page})
