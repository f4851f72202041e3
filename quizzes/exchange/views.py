"""Import and export of questions in the CMS: choose, see what would happen, then say yes."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from courses.models import ModulePage
from quizzes.exchange import detect, pending
from quizzes.exchange.forms import ExportForm, ImportForm
from quizzes.exchange.question import Unreadable
from quizzes.exchange.report import plural
from quizzes.exchange.service import (
    CONTENT_TYPES,
    FILE_NAMES,
    Wanted,
    export_questions,
    import_questions,
    items_to_export,
)
from quizzes.models import Item
from quizzes.permissions import may_publish_questions, may_see_the_bank

TITLE = "Import and export"


def may_import(user) -> bool:
    return user.has_perm("quizzes.add_item")


def choose(request):
    """Show both forms; take a file for an import."""
    if not may_see_the_bank(request.user):
        raise PermissionDenied
    form = None
    if may_import(request.user):
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ImportForm(*posted, may_publish=may_publish_questions(request.user))
    elif request.method == "POST":
        raise PermissionDenied
    if form and form.is_bound and form.is_valid() and _taken(request, form):
        return redirect("question_exchange:check")
    return _choice(request, form, ExportForm())


def _choice(request, import_form, export_form, status: int = 200) -> HttpResponse:
    context = {
        "header_title": TITLE,
        "header_icon": "upload",
        "breadcrumbs_items": [{"url": "", "label": TITLE}],
        "import_form": import_form,
        "export_form": export_form,
    }
    return render(request, "quizzes/cms/exchange.html", context, status=status)


def _taken(request, form: ImportForm) -> bool:
    """Keep the file for the next step. False, with the reason beside the field, if it is of the wrong kind."""
    file = form.cleaned_data["file"]
    data = file.read()
    about = {
        "name": file.name,
        "format": form.cleaned_data["format"],
        "module": form.cleaned_data["module"].pk,
        "ready": bool(form.cleaned_data.get("ready")),
    }
    try:
        detect.kind_of(data, about["format"])
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return False
    pending.keep(request, data, **about)
    return True


def check(request):
    """Show what the import would do; carry it out, or let it be."""
    if not may_import(request.user):
        raise PermissionDenied
    found = pending.pending(request)
    if found is None:
        messages.warning(request, "There is no file waiting. Choose it again.")
        return redirect("question_exchange:choose")
    if request.method == "POST" and "cancel" in request.POST:
        pending.forget(request)
        messages.success(request, "Nothing was imported.")
        return redirect("question_exchange:choose")
    data, about = found
    carry_out = request.method == "POST"
    try:
        wanted = _wanted(request, about)
        report = import_questions(data, about["name"], wanted, dry_run=not carry_out, user=request.user)
    except Unreadable as problem:
        pending.forget(request)
        messages.error(request, str(problem))
        return redirect("question_exchange:choose")
    if report.carried_out:
        pending.forget(request)
        state = "ready" if wanted.ready else "drafts"
        messages.success(request, f"{plural(report.carried)} from {about['name']} imported as {state}.")
        return redirect(f"{reverse(Item.snippet_viewset.get_url_name('list'))}?ordering=-code")
    return _checked(request, report)


def _wanted(request, about: dict) -> Wanted:
    """Return how to import. A right that was taken away in the meantime counts no longer."""
    module = ModulePage.objects.filter(pk=about["module"]).first()
    if module is None:
        raise Unreadable("The module that was chosen is gone. Choose another.")
    return Wanted(
        module,
        about["format"],
        ready=about["ready"] and may_publish_questions(request.user),
        skip_refused=request.method == "POST" and request.POST.get("skip_refused") == "on",
    )


def _checked(request, report) -> HttpResponse:
    context = {
        "header_title": "What the import would do",
        "header_icon": "upload",
        "breadcrumbs_items": [
            {"url": reverse("question_exchange:choose"), "label": TITLE},
            {"url": "", "label": "What the import would do"},
        ],
        "report": report,
        "carried": plural(report.carried),
        "refused": plural(report.refused),
        "was_posted": request.method == "POST",
    }
    return render(request, "quizzes/cms/exchange_check.html", context)


@require_safe
def export(request):
    """Show what of each question the format does not hold; hand out the file."""
    if not may_see_the_bank(request.user):
        raise PermissionDenied
    form = ExportForm(request.GET)
    if not form.is_valid():
        import_form = (
            ImportForm(may_publish=may_publish_questions(request.user)) if may_import(request.user) else None
        )
        return _choice(request, import_form, form)
    kind, _, version = form.cleaned_data["kind"].partition("-")
    items = items_to_export(
        category=form.cleaned_data["category"],
        module=form.cleaned_data["export_module"],
        drafts=form.cleaned_data["drafts"],
    )
    data, report = export_questions(items, kind, version or "2.1")
    if "download" in request.GET and report.carried:
        name = {"Content-Disposition": f'attachment; filename="{FILE_NAMES[kind]}"'}
        return HttpResponse(data, content_type=CONTENT_TYPES[kind], headers=name)
    context = {
        "header_title": report.title,
        "header_icon": "download",
        "breadcrumbs_items": [
            {"url": reverse("question_exchange:choose"), "label": TITLE},
            {"url": "", "label": report.title},
        ],
        "report": report,
        "size": len(data),
        "download_url": f"?{urlencode({**request.GET.dict(), 'download': 1})}",
    }
    return render(request, "quizzes/cms/exchange_export.html", context)


class ExchangeMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_the_bank(request.user)


class ExchangeViewSet(ViewSet):
    """The menu entry and the addresses of these pages."""

    name = "question_exchange"
    url_prefix = "questions/exchange"
    icon = "upload"
    menu_label = TITLE
    menu_item_class = ExchangeMenuItem

    def get_urlpatterns(self):
        return [
            path("", choose, name="choose"),
            path("check/", check, name="check"),
            path("export/", export, name="export"),
        ]
