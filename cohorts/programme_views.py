"""Programmes: what was agreed with the funder, whose groups count, who leads and who may read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cohorts import permissions, programme_panels, programme_services
from cohorts.models import Programme
from cohorts.programme_forms import ADD_ROW, ProgrammeForm, not_yet_judged, target_rows
from cohorts.queries import groups_of
from cohorts.views import trainer_area

PROGRAMMES_A_PAGE = 25
GROUPS_A_PAGE = 50


def programme_area(view):
    """As the trainers' area; for those who run programmes alone."""

    def checked(request, *args, **kwargs):
        if not permissions.can_enter_programmes(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return trainer_area(checked)


@programme_area
@require_safe
def programme_list(request):
    rows = Programme.objects.visible_to(request.user).annotate(
        groups=Count("cohorts", distinct=True),
        people=Count("cohorts__members__learner", filter=Q(cohorts__members__left_at=None), distinct=True),
    )
    page = Paginator(rows.order_by("name"), PROGRAMMES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/programme_list.html", {"page": page})


@programme_area
@require_safe
def programme_detail(request, programme_id):
    rows = Programme.objects.visible_to(request.user).prefetch_related("leads", "funders", "targets__sector")
    programme = get_object_or_404(rows, pk=programme_id)
    page = Paginator(groups_of(programme), GROUPS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page": page,
        "can_edit": Programme.objects.editable_by(request.user).filter(pk=programme.pk).exists(),
        "panels": programme_panels.panels_for(programme, request.user),
    }
    return render(request, "cohorts/programme_detail.html", context)


@programme_area
def programme_create(request):
    return _edit(request, None)


@programme_area
def programme_edit(request, programme_id):
    rows = Programme.objects.editable_by(request.user)
    return _edit(request, get_object_or_404(rows, pk=programme_id))


def _edit(request, programme: Programme | None):
    posted = request.POST if request.method == "POST" else None
    form = ProgrammeForm(request.user, posted, instance=programme)
    rows = target_rows(programme, posted)
    wants_row = posted is not None and ADD_ROW in posted
    if wants_row:
        not_yet_judged(form, *rows)
    elif posted is not None and all([form.is_valid(), rows.is_valid()]):
        saved = _save(form, rows, programme)
        if saved:
            messages.success(request, f"The programme “{saved.name}” is saved.")
            return redirect(saved)
    has_errors = bool(posted is not None and not wants_row)
    context = {"form": form, "rows": rows, "programme": programme, "has_errors": has_errors}
    return render(request, "cohorts/programme_form.html", context)


def _save(form, rows, programme: Programme | None) -> Programme | None:
    try:
        if programme is None:
            return programme_services.create_programme(targets=rows.targets, **form.cleaned_data)
        return programme_services.change_programme(programme, targets=rows.targets, **form.cleaned_data)
    except programme_services.NameTaken:
        form.add_error("name", form.Meta.error_messages["name"]["unique"])
        return None
