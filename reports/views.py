"""Reports: of programmes for those who run and pay for them, of an organisation's people for its lead."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from cohorts.models import Programme
from reports import exports, people, permissions, queries
from reports.document import draw
from reports.forms import SelectionForm
from reports.programme import report_of
from trainingsite.lib.spreadsheets import download

ROWS_A_PAGE = 50
#: What can be exported of a programme.
TABLES, ANONYMOUS = "tables", "people"


def only_for(may):
    """Log-in first; for anybody else than those who `may`, the page does not exist."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return never_cache(login_required(require_safe(checked)))

    return decorate


@only_for(permissions.can_read_reports)
def index(request):
    context = {
        "programmes": queries.reports_of(request.user),
        "can_read_agency": permissions.can_read_agency(request.user),
        "lacks_agency": permissions.lacks_agency(request.user),
    }
    return render(request, "reports/index.html", context)


def _programme(request, programme_id: int) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(request.user), pk=programme_id)


@only_for(permissions.can_read_reports)
def programme(request, programme_id):
    found = _programme(request, programme_id)
    report = report_of(found, request.GET.get("period"))
    return render(request, "reports/programme.html", {"programme": found, "report": report})


@only_for(permissions.can_read_reports)
def programme_pdf(request, programme_id):
    found = _programme(request, programme_id)
    report = report_of(found, request.GET.get("period"))
    name = f"programme-{found.pk}-{timezone.localdate():%Y-%m-%d}.pdf"
    return HttpResponse(
        draw(report),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@only_for(permissions.can_read_reports)
def programme_export(request, programme_id):
    """The tables as on the page, or one row a person without names; never both about different periods."""
    found = _programme(request, programme_id)
    what = request.GET.get("what", TABLES)
    if what not in (TABLES, ANONYMOUS):
        raise Http404
    report = report_of(found, request.GET.get("period") if what == TABLES else None)
    table = exports.tables_of(report) if what == TABLES else exports.anonymous_of(report)
    return download(table, f"programme-{found.pk}-{what}", request.GET.get("format", "csv"))


@only_for(permissions.can_read_agency)
def agency(request):
    """Completion and expiry of the lead's own organisation's people, and nothing else."""
    own = request.user.agency
    rows = people.rows_of(own)
    form = SelectionForm(request.GET, sorted({row.course for row in rows}))
    selected = form.selection.apply(rows)
    context = {
        "agency": own,
        "summary": people.summarise(rows, User.objects.filter(agency=own, is_active=True).count()),
        "form": form,
        "count": len(selected),
        "page": Paginator(selected, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "due_soon": str(people.State.DUE_SOON),
        "soon_days": people.SOON_DAYS,
    }
    return render(request, "reports/agency.html", context)


@only_for(permissions.can_read_agency)
def agency_export(request):
    """Everybody of the organisation; filters narrow the page, not the file."""
    rows = people.rows_of(request.user.agency)
    return download(exports.completion_of(rows), "completion", request.GET.get("format", "csv"))
