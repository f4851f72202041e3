"""Corrections of marks in the CMS: the trial run, carrying it out, and what was done."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from library.due import edit_url
from quizzes.models import Item, Regrade, RegradeAction
from quizzes.permissions import may_correct_marks, may_see_corrections, may_see_learners, may_see_the_bank
from quizzes.regrading import (
    RegradeRefused,
    apply_regrade,
    history_of,
    needs_correction,
    plan_regrade,
)
from quizzes.staff_forms import CorrectionForm
from quizzes.staff_queries import names_of

ROWS_A_PAGE = 50
LINES_SHOWN = 200


def _check_reader(user) -> None:
    if not may_see_corrections(user):
        raise PermissionDenied


def _crumbs(*more: tuple[str, str]) -> list[dict]:
    first = [{"url": reverse("corrections"), "label": "Corrections of marks"}]
    return first + [{"url": url, "label": label} for url, label in more]


@require_safe
def corrections(request):
    """Every correction, newest first, and the way to a question by its code."""
    _check_reader(request.user)
    code = request.GET.get("code", "").replace("\0", "").strip()[:20]
    found = Item.objects.filter(code__iexact=code).first() if code else None
    if found:
        return redirect("correct_marks", found.pk)
    rows = Regrade.objects.select_related("item", "decided_by").annotate(changed=Count("changes"))
    rows = rows.order_by("-decided_at", "-pk")
    context = {
        "header_title": "Corrections of marks",
        "breadcrumbs_items": _crumbs(),
        "code": code,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "quizzes/cms/regrades.html", context)


def correct_marks(request, pk: int):
    """Choose what to do, see what it would do, then do it."""
    _check_reader(request.user)
    item = get_object_or_404(Item, pk=pk)
    if request.method == "POST" and not may_correct_marks(request.user):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    action = asked.get("action", "")
    context = {
        "header_title": f"Correct the marks of {item.code}",
        "breadcrumbs_items": _crumbs((request.path, item.code)),
        "item": item,
        "edit_url": edit_url(item) if may_see_the_bank(request.user) else "",
        "actions": RegradeAction.choices,
        "action": action,
        "may_correct": may_correct_marks(request.user),
        "needs_correction": needs_correction(item),
        "history": history_of(item),
    }
    if action not in RegradeAction:
        return render(request, "quizzes/cms/regrade.html", context)
    try:
        plan = plan_regrade(item, action)
    except RegradeRefused as refusal:
        return render(request, "quizzes/cms/regrade.html", context | {"problem": str(refusal)})
    sees_names = may_see_learners(request.user)
    losing = [line.attempt_id for line in plan.falling_below] if sees_names else []
    form = CorrectionForm(losing, request.POST or None, initial=_agreed(action, plan))
    if form.is_valid():
        response = _carry_out(request, item, form)
        if response:
            return response
        form = CorrectionForm(losing, initial=_agreed(action, plan) | {"reason": form.cleaned_data["reason"]})
    return render(request, "quizzes/cms/regrade.html", context | _plan_context(plan, form, sees_names))


def _agreed(action: str, plan) -> dict:
    return {"action": action, "expected": plan.fingerprint}


def _carry_out(request, item: Item, form: CorrectionForm):
    """Return the way to the result, None when it was refused: the page then shows the trial run as it is now."""
    try:
        done = apply_regrade(item, by=request.user, **form.cleaned_data)
    except RegradeRefused as refusal:
        messages.warning(request, str(refusal))
        return None
    messages.success(request, f"The marks of {item.code} are corrected.")
    return redirect("regrade_result", done.pk)


def _plan_context(plan, form: CorrectionForm, sees_names: bool) -> dict:
    """The lines to show: every pass in danger, then what else changes as far as a page holds."""
    in_danger = sorted(plan.falling_below, key=lambda line: line.attempt_id)
    others = [line for line in plan.changing if not line.falls_below]
    room = max(0, LINES_SHOWN - len(in_danger))
    shown = [*in_danger[: 5 * LINES_SHOWN], *others[:room]]
    names = names_of(line.attempt_id for line in shown)
    ticked = set(form["take_back"].value() or ()) if form.is_bound else set()
    return {
        "plan": plan,
        "form": form,
        "sees_names": sees_names,
        "rows": [
            {"line": line, "attempt": names.get(line.attempt_id), "is_ticked": str(line.attempt_id) in ticked}
            for line in shown
        ],
        "not_shown": len(in_danger) + len(others) - len(shown),
        "unchanged": sum(not (line.changes or line.falls_below) for line in plan.lines),
    }


@require_safe
def regrade_result(request, pk: int):
    """What one correction did, for good."""
    _check_reader(request.user)
    regrade = get_object_or_404(Regrade.objects.select_related("item", "version", "decided_by"), pk=pk)
    changes = regrade.changes.select_related("attempt__enrolment__learner", "attempt__quiz")
    counts = history_of(regrade.item).get(pk=pk)
    back = reverse("correct_marks", args=[regrade.item_id])
    context = {
        "header_title": f"Correction of {regrade.item.code}",
        "breadcrumbs_items": _crumbs((back, regrade.item.code), (request.path, "Correction")),
        "regrade": regrade,
        "counts": counts,
        "page": Paginator(changes, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "sees_names": may_see_learners(request.user),
    }
    return render(request, "quizzes/cms/regrade_result.html", context)
