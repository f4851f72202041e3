"""Programme managers' area of certificates: find, look, reissue, revoke together, decide what was asked."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Role
from certificates import manager_exports, manager_queries, statistics
from certificates.manager_forms import (
    DecisionForm,
    DismissForm,
    FindForm,
    ManyForm,
    NoteForm,
    ReissueForm,
    RestoreForm,
    RevokeForm,
)
from certificates.models import Appeal, Certificate, NameCorrection, RevocationRequest
from certificates.services import editions, many, revoking
from certificates.services.deciding import ChangeRefused
from certificates.services.issuing import send_again
from trainingsite.lib.spreadsheets import download

ROWS_A_PAGE = 50
WAITING_AT_MOST = 100
MANY_AT_MOST = 5000
LONGEST_ID = 18
NAMED_AT_MOST = 50  # certificates written out before many are changed


def managers(view):
    """Log-in first; then a page that does not exist for anybody but programme managers."""

    def checked(request, *args, **kwargs):
        if not request.user.has_role(Role.PROGRAMME_MANAGER):
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(login_required(checked))


def read_and_post(view):
    return managers(require_http_methods(["GET", "HEAD", "POST"])(view))


def attempt(request, change, *args, done: str, **kwargs) -> bool:
    """Do `change` and say so; what it refuses is said too. Return whether it was done."""
    try:
        change(*args, by=request.user, **kwargs)
    except ChangeRefused as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, done)
    return True


# --- List -------------------------------------------------------------------------------------


@managers
@require_safe
def find(request):
    form = FindForm(request.GET)
    awards = manager_queries.find_awards(form.asked)
    page = Paginator(manager_queries.with_rows(awards), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(award, manager_queries.status_of(award)) for award in page],
        "waiting": manager_queries.waiting_for_managers(),
        "query": form.as_query,
    }
    return render(request, "certificates/manage/list.html", context)


@managers
@require_safe
def export(request):
    awards = manager_queries.with_rows(manager_queries.find_awards(FindForm(request.GET).asked))
    table = manager_exports.table_of(awards)
    return download(table, "certificates", request.GET.get("format", "csv"))


@managers
@require_safe
def figures(request):
    return render(request, "certificates/manage/statistics.html", {"figures": statistics.figures()})


@managers
@require_safe
def figures_export(request):
    table = manager_exports.figures_table(statistics.figures())
    return download(table, "certificate-figures", request.GET.get("format", "csv"))


@managers
@require_safe
def waiting(request):
    """Certificates that cannot be drawn, and why."""
    found = Certificate.objects.waiting().select_related("award__activity", "award__enrolment__learner")
    context = {"certificates": found.order_by("award__awarded_at")[:WAITING_AT_MOST]}
    return render(request, "certificates/waiting.html", context)


# --- One award --------------------------------------------------------------------------------


def award_page(view):
    """Give `view` the award that the number in the address means."""

    def found(request, number):
        return view(request, get_object_or_404(manager_queries.award_by_number(number)))

    return found


@managers
@require_safe
@award_page
def one(request, award):
    context = {
        "award": award,
        "certificate": award.certificate,
        "status": manager_queries.status_of(award),
        "editions": list(award.certificates.all()),
        "history": manager_queries.history(award),
        "corrections": NameCorrection.objects.filter(award=award).with_people(),
        "revocations": RevocationRequest.objects.filter(award=award).with_people(),
        "appeals": Appeal.objects.filter(award=award).with_people(),
        "note_form": NoteForm(),
    }
    return render(request, "certificates/manage/one.html", context)


@read_and_post
@award_page
def reissue(request, award):
    form = ReissueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = "A new edition is being made. The holder gets it by e-mail."
        attempt(request, editions.reissue, award, note=form.words, done=done)
        return redirect_to(award)
    return render(request, "certificates/manage/reissue.html", {"form": form, **about(award)})


@read_and_post
@award_page
def revoke(request, award):
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = "Asked. Nothing changes until another manager confirms it."
        attempt(request, revoking.ask_revocation, award, **form.cleaned_data, done=done)
        return redirect_to(award)
    return render(request, "certificates/manage/revoke.html", {"form": form, **about(award)})


@read_and_post
@award_page
def restore(request, award):
    form = RestoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = "Asked. The certificate stays revoked until another manager confirms it."
        attempt(request, revoking.ask_restore, award, **form.cleaned_data, done=done)
        return redirect_to(award)
    return render(request, "certificates/manage/restore.html", {"form": form, **about(award)})


@managers
@require_POST
@award_page
def send(request, award):
    current = next((one for one in award.certificates.all() if one.is_issued and one.pdf), None)
    if current is None:
        messages.error(request, "There is no valid certificate to send.")
        return redirect_to(award)
    try:
        if send_again(current, by=request.user):
            messages.success(request, f"Sent to {award.enrolment.learner.email}.")
        else:
            messages.info(
                request, "It was sent a few minutes ago. Wait ten minutes before you send it again."
            )
    except OSError:
        messages.error(request, "It could not be sent. Try again later.")
    return redirect_to(award)


@managers
@require_POST
@award_page
def note(request, award):
    form = NoteForm(request.POST)
    if form.is_valid():
        revoking.add_note(award, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, "The note stands in the history.")
        return redirect_to(award)
    context = {"form": form, **about(award)}
    return render(request, "certificates/manage/note.html", context)


def about(award) -> dict:
    return {"award": award, "certificate": award.certificate}


def redirect_to(award):
    return redirect("certificates:one", award.certificate.number)


# --- Decisions --------------------------------------------------------------------------------


def asked_page(model):
    """Give the view the request with this id, and say whether this person may decide it."""

    def decorate(view):
        def found(request, request_id):
            asked = get_object_or_404(model.objects.with_people(), pk=request_id)
            concerned = {asked.asked_by_id, asked.award.enrolment.learner_id}
            may_decide = asked.is_open and request.user.pk not in concerned
            return view(request, asked, may_decide)

        return read_and_post(found)

    return decorate


@asked_page(NameCorrection)
def decide_name(request, correction, may_decide):
    form = DecisionForm(
        request.POST or None,
        yes="Issue a new edition with this name",
        no="Leave the certificate as it is",
        answer="If you leave it: what should the holder know?",
        hint="They get these words by e-mail.",
    )
    if may_decide and request.method == "POST" and form.is_valid():
        if form.is_yes:
            done = "A new edition is being made. The holder gets it by e-mail."
            attempt(request, editions.approve_correction, correction, done=done)
        else:
            done = "The certificate stays as it is. The holder is told."
            answer = form.cleaned_data["answer"]
            attempt(request, editions.refuse_correction, correction, answer=answer, done=done)
        return redirect("certificates:list")
    context = {"form": form, "asked": correction, "may_decide": may_decide, **about(correction.award)}
    return render(request, "certificates/manage/decide_name.html", context)


@asked_page(RevocationRequest)
def decide_revocation(request, asked, may_decide):
    form = revocation_form(request, is_revocation=asked.is_revocation)
    if may_decide and request.method == "POST" and form.is_valid():
        if not form.is_yes:
            answer, done = form.cleaned_data["answer"], "Everything stays as it is."
            attempt(request, revoking.refuse, asked, answer=answer, done=done)
        elif asked.is_revocation:
            attempt(request, revoking.confirm, asked, done="The certificate is revoked. The holder is told.")
        else:
            done = (
                "The revocation is withdrawn. A new edition is being made, and the holder gets it by e-mail."
            )
            attempt(request, revoking.confirm, asked, done=done)
        return redirect("certificates:list")
    context = {"form": form, "asked": asked, "may_decide": may_decide, **about(asked.award)}
    return render(request, "certificates/manage/decide_revocation.html", context)


def revocation_form(request, *, is_revocation: bool) -> DecisionForm:
    return DecisionForm(
        request.POST or None,
        yes="Revoke now" if is_revocation else "Withdraw the revocation and issue a new edition",
        no="Leave it as it is",
        answer="If you leave it: why?",
        hint="For the manager who asked. Names nobody.",
    )


@read_and_post
def decide_batch(request, batch):
    """Decide about everything that was asked for together, as one piece of long work."""
    found = RevocationRequest.objects.open().filter(batch=batch).with_people().order_by("pk")
    requests = list(found[:MANY_AT_MOST])
    if not requests:
        raise Http404
    may_decide = request.user.pk != requests[0].asked_by_id
    form = revocation_form(request, is_revocation=True)
    if may_decide and request.method == "POST" and form.is_valid():
        job = many.start_deciding(
            [asked.pk for asked in requests],
            is_granted=form.is_yes,
            answer=form.cleaned_data["answer"],
            by=request.user,
            form_key=form_key_of(request),
        )
        return redirect(job)
    context = {
        "form": form,
        "first": requests[0],
        "count": len(requests),
        "requests": requests[:NAMED_AT_MOST],
        "may_decide": may_decide,
        "form_key": form_key_of(request),
    }
    return render(request, "certificates/manage/decide_batch.html", context)


def form_key_of(request) -> uuid.UUID:
    """Return the key of the form that was posted, else a new one: a double click starts one job."""
    try:
        return uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid.uuid4()


@asked_page(Appeal)
def decide_appeal(request, asked, may_decide):
    """Answer an appeal: the revocation stands; to withdraw it there is a page of its own, for two people."""
    may_decide = may_decide and request.user.pk != asked.revocation.asked_by_id
    form = DismissForm(request.POST or None)
    if may_decide and request.method == "POST" and form.is_valid():
        done = "The revocation stands. The holder is told."
        attempt(request, revoking.dismiss_appeal, asked, answer=form.cleaned_data["answer"], done=done)
        return redirect("certificates:list")
    context = {"form": form, "asked": asked, "may_decide": may_decide, **about(asked.award)}
    return render(request, "certificates/manage/decide_appeal.html", context)


# --- Many -------------------------------------------------------------------------------------


def chosen(request) -> list[int]:
    """Return the awards that the form means: from the page before, all that match, or those ticked."""
    if request.POST.get("scope") == "all" and "awards" not in request.POST:
        found = manager_queries.find_awards(FindForm(request.POST).asked)
        return list(found.values_list("pk", flat=True)[:MANY_AT_MOST])
    posted = request.POST.get("awards", "").split(",") + request.POST.getlist("who")
    ids = {int(pk) for pk in posted if pk.isascii() and pk.isdecimal() and len(pk) <= LONGEST_ID}
    found = manager_queries.find_awards({}).filter(pk__in=sorted(ids)[:MANY_AT_MOST])
    return list(found.values_list("pk", flat=True))


@managers
def for_many(request):
    """Reissue many, or ask for the revocation of many: what for, then a job with progress, pause and resume."""
    asked = ManyForm(request.POST)
    if request.method != "POST" or not asked.is_valid():
        return redirect("certificates:list")
    awards = chosen(request)
    if not awards:
        messages.info(request, "Tick the certificates first, or choose all that match.")
        return redirect("certificates:list")
    action = asked.cleaned_data["action"]
    form = ManyForm.ACTIONS[action](request.POST if "confirm" in request.POST else None)
    if form.is_bound and form.is_valid():
        return redirect(_start(request, action, awards, form))
    named = manager_queries.with_rows(manager_queries.find_awards({}).filter(pk__in=awards[:NAMED_AT_MOST]))
    context = {
        "form": form,
        "action": action,
        "awards": ",".join(map(str, awards)),
        "count": len(awards),
        "named": named,
        "form_key": form_key_of(request),
    }
    return render(request, "certificates/manage/many.html", context)


def _start(request, action: str, awards: list[int], form):
    common = {"by": request.user, "form_key": form_key_of(request)}
    if action == "reissue":
        return many.start_reissuing(awards, note=form.words, **common)
    return many.start_asking(awards, **form.cleaned_data, **common)
