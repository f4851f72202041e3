"""The whole tree, for lead trainers and programme managers: list, picture, table and file."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cascade import queries, shown
from cascade.access import readers
from cascade.forms import TreeFilter
from cascade.permissions import can_license
from cohorts.models import Programme
from trainingsite.lib.spreadsheets import download

ROWS_A_PAGE = 50


def _filter(request) -> TreeFilter:
    return TreeFilter(request.GET, Programme.objects.order_by("name"))


@readers
@require_safe
def tree(request):
    """The tree, or with ?branch= what grew from one trainer."""
    form = _filter(request)
    cascade = queries.forest(form.chosen)
    asked = request.GET.get("branch", "")
    start = cascade.forest.nodes.get(int(asked)) if asked.isdecimal() and len(asked) <= 18 else None
    if asked and start is None:
        raise Http404
    context = {
        "form": form,
        "cascade": cascade,
        "start": start,
        "start_name": cascade.trainers[start.person].name if start else "",
        "branch": shown.branch_of(cascade, request.user, start),
        "can_license": can_license(request.user),
    }
    return render(request, "cascade/tree.html", context)


@readers
@require_safe
def table(request):
    form = _filter(request)
    sort = request.GET.get("sort") if request.GET.get("sort") in shown.SORTS else "total"
    rows = shown.rows_of(queries.forest(form.chosen), request.user, sort)
    asked = {"programme": form.chosen.pk} if form.chosen else {}
    context = {
        "form": form,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "sort": sort,
        "headings": [
            (name, heading, urlencode(asked | {"sort": name})) for name, (heading, _) in shown.SORTS.items()
        ],
        "query": urlencode(asked | {"sort": sort}),
    }
    return render(request, "cascade/table.html", context)


@readers
@require_safe
def export(request):
    rows = shown.rows_of(queries.forest(_filter(request).chosen), request.user)
    return download(shown.table_of(rows), "cascade", request.GET.get("format", "csv"))
