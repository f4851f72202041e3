"""The owner's own pages. Every row is found through its owner: what is somebody else's does not exist."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from certificates.models import Award
from cpd import services
from cpd.evidence import TYPES
from cpd.exports import everything, pack_table, record_table
from cpd.forms import LearningForm, PeriodForm, ReflectionForm, RegulatorForm
from cpd.models import OutsideLearning, Reflection, Regulator
from cpd.packs import TooLong, as_pdf, as_text, fits, pack_of
from cpd.periods import ALL, presets
from cpd.record import record_of
from cpd.rules import RULES
from cpd.standing import standing
from trainingsite.lib.spreadsheets import to_csv

ENTRIES_A_PAGE = 25
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def own_page(view):
    """For whoever is logged in, about themselves, and in nobody's cache."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    return login_required(wrapped)


def _sent(request):
    return request.POST if request.method == "POST" else None


# --- The record ------------------------------------------------------------------------------


@own_page
@require_safe
def record(request):
    form = PeriodForm(request.GET)
    chosen = form.chosen
    regulator = services.regulator_of(request.user)
    found = record_of(request.user, presets(timezone.localdate())[ALL])
    shown = found.narrowed(chosen)
    context = {
        "form": form,
        "record": shown,
        "page": Paginator(shown.entries, ENTRIES_A_PAGE).get_page(request.GET.get("page")),
        "has_any": bool(found.entries),
        "rule": RULES.get(regulator),
        "standing": _standing(regulator, found),
        "period_error": form.is_bound and not form.is_valid(),
    }
    return render(request, "cpd/record.html", context)


def _standing(regulator: str, found):
    """Where the holder stands in the regulator's own period, whatever period the page shows; None without one."""
    if not regulator:
        return None
    today, rule = timezone.localdate(), RULES[regulator]
    return standing(rule, found.narrowed(presets(today)[rule.period]), today)


@own_page
@require_safe
def record_csv(request):
    found = record_of(request.user, PeriodForm(request.GET).chosen)
    return _file(to_csv(record_table(found)), "text/csv; charset=utf-8", "cpd-record.csv")


@own_page
@require_safe
def everything_zip(request):
    """Streamed while it is made: a record is small, and no server holds more than a piece of it."""
    return StreamingHttpResponse(
        everything(request.user),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="cpd-record-{timezone.localdate():%Y-%m-%d}.zip"'
        },
    )


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def regulator(request):
    chosen = services.regulator_of(request.user)
    form = RegulatorForm(_sent(request), initial={"regulator": chosen or "none"})
    if form.is_valid():
        services.choose_regulator(request.user, form.cleaned_data["regulator"])
        messages.success(request, "Your choice is saved.")
        return redirect("cpd:record")
    return render(request, "cpd/regulator.html", {"form": form})


# --- Learning done elsewhere -----------------------------------------------------------------


def _own_learning(request, learning_id: int) -> OutsideLearning:
    return get_object_or_404(OutsideLearning.objects.of(request.user), pk=learning_id)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def learning_new(request):
    return _learning_page(request, OutsideLearning(owner=request.user))


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def learning_edit(request, learning_id):
    return _learning_page(request, _own_learning(request, learning_id))


def _learning_page(request, entry: OutsideLearning):
    form = LearningForm(request.user, _sent(request), request.FILES or None, instance=entry)
    if form.is_valid() and not form.needs_second_look():
        data = form.cleaned_data
        services.new_key(data["form_key"], entry)
        was_new = entry.pk is None
        saved = services.save_learning(
            form.instance, evidence=data["file"], drop_evidence=data.get("drop_file", False)
        )
        messages.success(request, f"{saved.title} is {'in your record' if was_new else 'saved'}.")
        return redirect("cpd:record")
    return render(request, "cpd/learning.html", {"form": form, "entry": entry})


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def learning_delete(request, learning_id):
    entry = _own_learning(request, learning_id)
    if request.method == "POST":
        services.delete_learning(entry)
        messages.success(request, f"{entry.title} is deleted.")
        return redirect("cpd:record")
    return render(
        request, "cpd/learning_delete.html", {"entry": entry, "reflections": entry.reflections.count()}
    )


@own_page
@require_safe
def learning_evidence(request, learning_id):
    """As a download only: what somebody uploaded is never shown inside this site."""
    entry = _own_learning(request, learning_id)
    if not entry.evidence:
        raise Http404
    try:
        file = entry.evidence.open()
    except OSError as error:
        raise Http404 from error
    kind = TYPES.get(entry.evidence.name.rpartition(".")[2], "application/octet-stream")
    return FileResponse(file, as_attachment=True, filename=entry.evidence_name, content_type=kind)


# --- Reflections -----------------------------------------------------------------------------


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def reflect_on_award(request, award_id):
    award = get_object_or_404(Award.objects.of(request.user).select_related("activity"), pk=award_id)
    return _reflection_page(request, Reflection(owner=request.user, award=award), award.activity.title)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def reflect_on_learning(request, learning_id):
    entry = _own_learning(request, learning_id)
    return _reflection_page(request, Reflection(owner=request.user, outside=entry), entry.title)


def _own_reflection(request, reflection_id: int) -> Reflection:
    rows = Reflection.objects.of(request.user).select_related("award__activity", "outside")
    return get_object_or_404(rows, pk=reflection_id)


def _about(reflection: Reflection) -> str:
    return reflection.award.activity.title if reflection.award else reflection.outside.title


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def reflection_edit(request, reflection_id):
    reflection = _own_reflection(request, reflection_id)
    return _reflection_page(request, reflection, _about(reflection))


def _reflection_page(request, reflection: Reflection, about: str):
    form = ReflectionForm(_sent(request), instance=reflection)
    if form.is_valid() and not form.needs_second_look():
        services.new_key(form.cleaned_data["form_key"], reflection)
        services.save_reflection(form.instance)
        messages.success(request, f"Your reflection on {about} is saved. Only you can read it.")
        return redirect("cpd:record")
    return render(request, "cpd/reflection.html", {"form": form, "reflection": reflection, "about": about})


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def reflection_delete(request, reflection_id):
    reflection = _own_reflection(request, reflection_id)
    if request.method == "POST":
        reflection.delete()
        messages.success(request, "The reflection is deleted.")
        return redirect("cpd:record")
    return render(
        request, "cpd/reflection_delete.html", {"reflection": reflection, "about": _about(reflection)}
    )


# --- Packs -----------------------------------------------------------------------------------


@own_page
@require_safe
def packs(request):
    """All of them; the holder's own first."""
    mine = services.regulator_of(request.user)
    rules = sorted(RULES.values(), key=lambda rule: rule.regulator.value != mine)
    return render(request, "cpd/packs.html", {"rules": rules, "mine": mine})


def _pack(request, regulator: str):
    if regulator not in Regulator.values:
        raise Http404
    form = PeriodForm(request.GET, start=RULES[regulator].period)
    made = pack_of(
        regulator,
        record_of(request.user, form.chosen),
        holder=request.user.name,
        today=timezone.localdate(),
    )
    return form, made


@own_page
@require_safe
def pack(request, regulator):
    form, made = _pack(request, regulator)
    context = {"form": form, "pack": made, "as_text": as_text(made), "has_pdf": fits(made)}
    return render(request, "cpd/pack.html", context)


@own_page
@require_safe
def pack_file(request, regulator, kind):
    _, made = _pack(request, regulator)
    if kind not in PACK_FILES:
        raise Http404
    write, content_type = PACK_FILES[kind]
    try:
        content = write(made)
    except TooLong:
        return redirect(f"{reverse('cpd:pack', args=[regulator])}?{made.record.period.as_query}")
    return _file(content, content_type, f"cpd-{made.code}-{made.made_on:%Y-%m-%d}.{kind}")


PACK_FILES = {
    "txt": (lambda made: as_text(made).encode(), "text/plain; charset=utf-8"),
    "csv": (lambda made: to_csv(pack_table(made.sheet)), "text/csv; charset=utf-8"),
    "pdf": (as_pdf, "application/pdf"),
}
