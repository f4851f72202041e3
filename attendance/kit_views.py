"""The printed kit and the printed tables of a session."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from attendance import kit as documents
from attendance.tables import tables_of
from attendance.views import _editable, _visible
from cohorts.views import trainer_area


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


@trainer_area
@require_safe
def kit(request, session_id):
    """One PDF; it carries the answers of the paper quiz and people's names, so it is for the session's trainers."""
    session = _editable(request, session_id)
    return _pdf(documents.draw_kit(session), f"kit-{session.pk}")


@trainer_area
@require_safe
def tables_print(request, session_id):
    session = _visible(request, session_id)
    if tables_of(session) is None:
        raise Http404
    return _pdf(documents.draw_tables(session), f"tables-{session.pk}")
