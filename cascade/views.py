"""A trainer's own side: licence, deliveries, branch of the tree, and the trainer pack."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cascade import queries, services
from cascade.access import trainers
from cascade.deliveries import AlreadyLogged
from cascade.forms import DeliveryForm, GroupDeliveryForm, group_to_log
from cascade.models import Licence
from cascade.pack import pack_of
from cascade.permissions import can_read_pack
from cascade.requirements import Standing, standing
from cascade.shown import Branch, branch_of
from cohorts.permissions import can_create_cohort
from courses.models import CoursePage

DELIVERIES_A_PAGE = 25


@dataclass(frozen=True)
class Line:
    """One course for which somebody holds, held or wants a licence."""

    course: CoursePage
    licence: Licence | None
    standing: Standing


@trainers
@require_safe
def mine(request):
    """Where the licence stands, what lacks, what was delivered and whom it reached."""
    person = request.user
    page = Paginator(queries.deliveries_of(person), DELIVERIES_A_PAGE).get_page(request.GET.get("page"))
    cascade = queries.forest(below=person.pk)
    context = {
        "lines": [_line(person, course) for course in queries.courses_of(person)],
        "page": page,
        "in_groups": queries.people_in_groups(page.object_list),
        "to_log": queries.groups_to_log(person),
        "node": cascade.forest.nodes.get(person.pk),
        "branch": branch_of(cascade, person) if cascade.forest.nodes else Branch(),
        "observations": person.observations.select_related("course", "observed_by")[:10],
        "can_create": can_create_cohort(person),
        "packs": [
            course for course in CoursePage.objects.live().order_by("path") if can_read_pack(person, course)
        ],
    }
    return render(request, "cascade/mine.html", context)


def _line(person, course: CoursePage) -> Line:
    return Line(course, queries.latest_licences([person.pk], course).get(person.pk), standing(person, course))


@trainers
def delivery_new(request):
    """With ?group= one of the trainer's own groups, whose people count by themselves; else numbers by sector."""
    asked = request.GET.get("group", "")
    group = group_to_log(request.user, asked)
    if asked and group is None:
        raise Http404
    form = (
        GroupDeliveryForm(request.POST or None) if group else DeliveryForm(request.user, request.POST or None)
    )
    if form.is_valid():
        details = form.cleaned_data | ({"cohort": group, "course": group.course} if group else {})
        try:
            services.log_delivery(request.user, **details)
        except AlreadyLogged:
            messages.info(request, "This group is among your deliveries already.")
        else:
            messages.success(request, "The delivery is logged.")
        return redirect("cascade:mine")
    return render(request, "cascade/delivery_form.html", {"form": form, "group": group})


@trainers
def delivery_withdraw(request, delivery_id):
    rows = queries.deliveries_of(request.user).filter(withdrawn_at=None)
    delivery = get_object_or_404(rows, pk=delivery_id)
    if request.method == "POST":
        services.withdraw_delivery(delivery, by=request.user)
        messages.success(request, "The delivery is withdrawn and counts no more.")
        return redirect("cascade:mine")
    return render(request, "cascade/withdraw.html", {"delivery": delivery})


@trainers
def changes(request, licence_id):
    """What changed in the course since the licence began; by POST the holder confirms to have read it."""
    licence = get_object_or_404(
        Licence.objects.standing().filter(holder=request.user).select_related("course"), pk=licence_id
    )
    if request.method == "POST":
        services.read_changes(licence)
        messages.success(request, "Thank you. A lead trainer can renew your licence in its last 60 days.")
        return redirect("cascade:mine")
    context = {"licence": licence, "places": queries.changes_since(licence.course, licence.granted_on)}
    return render(request, "cascade/changes.html", context)


@never_cache
@login_required
@require_safe
def pack(request, course):
    page = get_object_or_404(CoursePage.objects.live(), slug=course)
    if not can_read_pack(request.user, page):
        raise Http404
    return HttpResponse(
        pack_of(page),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="trainer-pack-{page.slug}.pdf"',
            "X-Content-Type-Options": "nosniff",
        },
    )
