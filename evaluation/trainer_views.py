"""The trainers' page on what a group knew, felt and said. Numbers of groups; nobody by name."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cohorts.models import Cohort
from cohorts.views import trainer_area
from evaluation import diagnostic, exports
from evaluation import group as groups
from evaluation.follow_ups import follow_up_of
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
def export(request, cohort_id):
    cohort = _visible(request, cohort_id)
    name = f"group-{cohort.pk}-evaluation"
    return download(exports.table_of(**_figures(cohort)), name, request.GET.get("format", "csv"))
