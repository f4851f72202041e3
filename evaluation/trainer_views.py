"""The trainers' page on what a group knew, felt and said. Numbers of groups; nobody by name."""

import segno
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bookings.models import TrainingSession
from cohorts.models import Cohort
from cohorts.views import trainer_area
from evaluation import diagnostic, exports
from evaluation import group as groups
from evaluation.follow_ups import follow_up_of
from evaluation.invitations import feedback_url
from trainingsite.lib.spreadsheets import download


def _visible(request, cohort_id: int) -> Cohort:
    return get_object_or_404(Cohort.objects.visible_to(request.user).select_related("course"), pk=cohort_id)


def _figures(cohort: Cohort) -> dict:
    return {
        "room": diagnostic.room_of(cohort),
        "comparisons": groups.comparisons(cohort),
        "sessions": groups.sessions_said(cohort),
        "follow_up": follow_up_of(cohort),
    }


@trainer_area
@require_safe
def group(request, cohort_id):
    cohort = _visible(request, cohort_id)
    return render(request, "evaluation/group.html", {"cohort": cohort, **_figures(cohort)})


@trainer_area
@require_safe
def feedback_code(request, session_id):
    """The QR code that leads people in the room to the session's feedback form."""
    sessions = TrainingSession.objects.editable_by(request.user).filter(cancelled_at=None)
    session = get_object_or_404(sessions, pk=session_id)
    address = feedback_url(session)
    code = segno.make(address, error="m").svg_data_uri(scale=10, border=3)
    context = {"session": session, "address": address, "qr": code}
    return render(request, "evaluation/feedback_code.html", context)


@trainer_area
@require_safe
def export(request, cohort_id):
    cohort = _visible(request, cohort_id)
    name = f"group-{cohort.pk}-evaluation"
    return download(exports.table_of(**_figures(cohort)), name, request.GET.get("format", "csv"))
