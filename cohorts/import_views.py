"""People from a file: choose it, see what it holds, say yes, watch."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from cohorts import importing
from cohorts.forms import PeopleFileForm
from cohorts.models import Cohort, PeopleFile
from cohorts.views import trainer_area

PROBLEMS_A_PAGE = 100
PEOPLE_SHOWN = 10


def _editable(request, cohort_id: int) -> Cohort:
    return get_object_or_404(Cohort.objects.editable_by(request.user).select_related("course"), pk=cohort_id)


@trainer_area
def people_file(request, cohort_id):
    cohort = _editable(request, cohort_id)
    form = PeopleFileForm(request.POST, request.FILES) if request.method == "POST" else PeopleFileForm()
    if form.is_valid():
        name = form.cleaned_data["file"].name
        file = importing.keep_rows(cohort, form.table, name=name, by=request.user)
        return redirect("cohorts:people_preview", cohort_id, file.pk)
    return render(request, "cohorts/people_file.html", {"form": form, "cohort": cohort})


@trainer_area
def people_preview(request, cohort_id, file_id):
    """What the file holds; inviting is a POST. Only the trainer who chose the file sees it, for a day."""
    cohort = _editable(request, cohort_id)
    rows = PeopleFile.objects.fresh().filter(cohort=cohort, uploaded_by=request.user)
    file = get_object_or_404(rows, pk=file_id)
    file.cohort = cohort
    outcome = importing.preview(file)
    if request.method == "POST":
        if outcome.invited or importing.was_started(file):
            return redirect(importing.start_import(file, by=request.user))
        return redirect(cohort)
    page = Paginator(file.problems, PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "file": file,
        "outcome": outcome,
        "found": file.people[:PEOPLE_SHOWN],
        "columns": [file.columns[name] | {"name": name} for name in importing.ORDER if name in file.columns],
        "page": page,
        "was_started": importing.was_started(file),
    }
    return render(request, "cohorts/people_preview.html", context)
