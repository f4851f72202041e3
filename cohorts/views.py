"""The trainers' area, and the learner's side of a group: joining, declining, leaving."""

from functools import wraps
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from cohorts import columns, exports, panels, permissions, queries, questions, services
from cohorts.forms import AddPeopleForm, CohortForm, LinkForm, SelectionForm
from cohorts.gates import why_not
from cohorts.models import Cohort, CohortMember, Invitation
from cohorts.roster import Selection, summarise
from trainingsite.lib.spreadsheets import download

COHORTS_A_PAGE = 25
MEMBERS_A_PAGE = 25
INVITATIONS_A_PAGE = 50
ADDRESSES_NAMED = 10


def trainer_area(view):
    """Log-in first; then nothing here exists for anybody but trainers, lead trainers and managers."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not permissions.can_enter_trainer_area(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(login_required(checked))


def _visible_groups(request):
    rows = Cohort.objects.visible_to(request.user).select_related("course", "programme")
    return rows.prefetch_related("trainers")


def _visible(request, cohort_id: int) -> Cohort:
    return get_object_or_404(_visible_groups(request), pk=cohort_id)


def _editable(request, cohort_id: int) -> Cohort:
    return get_object_or_404(Cohort.objects.editable_by(request.user).select_related("course"), pk=cohort_id)


# --- Groups ----------------------------------------------------------------------------------


@trainer_area
@require_safe
def cohort_list(request):
    page = Paginator(queries.visible_cohorts(request.user), COHORTS_A_PAGE).get_page(request.GET.get("page"))
    certified = queries.certified_counts(page.object_list)
    context = {
        "page": page,
        "rows": [(cohort, certified.get(cohort.pk, 0)) for cohort in page.object_list],
        "shows_certified": columns.has_certificates(),
        "can_create": permissions.can_create_cohort(request.user),
    }
    return render(request, "cohorts/list.html", context)


@trainer_area
def cohort_create(request):
    if not permissions.can_create_cohort(request.user):
        raise Http404
    asked = {"course": request.GET["course"]} if "course" in request.GET else {}
    form = CohortForm(request.user, request.POST or None, initial=asked)
    if not form.is_bound and (reason := why_not(request.user, None)):
        messages.warning(request, reason)
    if form.is_valid():
        cohort = services.create_cohort(by=request.user, **form.cleaned_data)
        messages.success(request, f"The group “{cohort.name}” is made. Add people, or show them the link.")
        return redirect(cohort)
    return render(request, "cohorts/form.html", {"form": form, "heading": "Create a group"})


@trainer_area
def cohort_edit(request, cohort_id):
    cohort = _editable(request, cohort_id)
    form = CohortForm(request.user, request.POST or None, instance=cohort)
    if form.is_valid():
        services.change_cohort(cohort, **form.cleaned_data)
        messages.success(request, "The changes are saved.")
        return redirect(cohort)
    return render(
        request, "cohorts/form.html", {"form": form, "heading": "Change group", "cohort_id": cohort_id}
    )


@trainer_area
@require_safe
def cohort_detail(request, cohort_id):
    cohort = get_object_or_404(queries.with_unanswered_count(_visible_groups(request)), pk=cohort_id)
    rows = queries.roster(cohort)
    summary = summarise(rows)
    form = SelectionForm(request.GET, sorted({row.organisation for row in rows}))
    selected = form.selection.apply(rows)
    context = {
        "cohort": cohort,
        "summary": summary,
        "form": form,
        "page": Paginator(selected, MEMBERS_A_PAGE).get_page(request.GET.get("page")),
        "columns": columns.columns(),
        "can_edit": permissions.can_edit_cohort(request.user, cohort),
        "shows_certified": columns.has_certificates(),
        "all_ticked": request.GET.get("ticked") == "page",
        "can_see_programme": request.user.has_role(Role.PROGRAMME_MANAGER),
        "panels": panels.panels_for(cohort, request.user),
    }
    return render(request, "cohorts/detail.html", context)


@trainer_area
@require_safe
def cohort_export(request, cohort_id):
    """The whole group; filters narrow the page, not the file."""
    cohort = _visible(request, cohort_id)
    table = exports.table_of(Selection().apply(queries.roster(cohort)))
    return download(table, f"group-{cohort.pk}", request.GET.get("format", "csv"))


@trainer_area
@require_safe
def question_list(request, cohort_id):
    """How the group as a whole answered each question of one quiz; nobody by name."""
    cohort = _visible(request, cohort_id)
    page = questions.page_for(cohort, request.GET.get("quiz", ""), request.GET.get("sort", ""))
    return render(request, "cohorts/questions.html", {"cohort": cohort, "page": page})


@trainer_area
@require_safe
def question_export(request, cohort_id):
    cohort = _visible(request, cohort_id)
    page = questions.page_for(cohort, request.GET.get("quiz", ""))
    name = f"group-{cohort.pk}-questions"
    return download(questions.table_of(page.rows), name, request.GET.get("format", "csv"))


# --- Getting people in -----------------------------------------------------------------------


@trainer_area
def add_people(request, cohort_id):
    cohort = _editable(request, cohort_id)
    form = AddPeopleForm(request.POST or None)
    if form.is_valid():
        outcome = services.invite(cohort, form.cleaned_data["people"], by=request.user)
        _tell_outcome(request, outcome)
        return redirect(cohort)
    return render(request, "cohorts/add_people.html", {"form": form, "cohort": cohort})


def _tell_outcome(request, outcome: services.Invited) -> None:
    count = len(outcome.invited)
    if count:
        people = "1 person was added" if count == 1 else f"{count} people were added"
        messages.success(
            request, f"{people}. An invitation is on its way to each; they join when they accept it."
        )
    for words, addresses in (
        ("Already invited", outcome.already_invited),
        ("Already in the group", outcome.already_members),
        ("Said no thanks before and were not asked again", outcome.declined),
    ):
        if addresses:
            named = ", ".join(addresses[:ADDRESSES_NAMED])
            rest = len(addresses) - ADDRESSES_NAMED
            messages.info(
                request, f"{words} ({len(addresses)}): {named}{f' and {rest} more' if rest > 0 else ''}."
            )


@trainer_area
@require_safe
def link(request, cohort_id):
    return render(request, "cohorts/link.html", {"cohort": _editable(request, cohort_id), "form": LinkForm()})


@trainer_area
@require_safe
def qr_code(request, cohort_id, kind):
    cohort = _editable(request, cohort_id)
    response = HttpResponse(content_type={"svg": "image/svg+xml", "png": "image/png"}[kind])
    segno.make(cohort.join_url, error="q").save(response, kind=kind, scale=10, border=4)
    return response


@trainer_area
@require_POST
def link_close(request, cohort_id):
    services.close_link(_editable(request, cohort_id))
    messages.success(request, "The invitation link is closed.")
    return redirect("cohorts:link", cohort_id)


@trainer_area
@require_POST
def link_renew(request, cohort_id):
    cohort = _editable(request, cohort_id)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return render(request, "cohorts/link.html", {"cohort": cohort, "form": form})
    services.renew_link(cohort, form.cleaned_data["days"])
    messages.success(request, "There is a new invitation link. The old one works no more.")
    return redirect("cohorts:link", cohort_id)


@trainer_area
@require_POST
def link_prolong(request, cohort_id):
    """The same link and code, for so long from now: what is printed stays good."""
    cohort = _editable(request, cohort_id)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return render(request, "cohorts/link.html", {"cohort": cohort, "form": form})
    if services.keep_link_open(cohort, form.cleaned_data["days"]):
        messages.success(request, "The same link works for longer, or shorter, as you chose.")
    else:
        messages.info(request, "The link is closed already. Make a new one.")
    return redirect("cohorts:link", cohort_id)


@trainer_area
@require_safe
def invitations(request, cohort_id):
    cohort = _visible(request, cohort_id)
    found = Paginator(queries.unanswered_invitations(cohort), INVITATIONS_A_PAGE)
    context = {
        "cohort": cohort,
        "page": found.get_page(request.GET.get("page")),
        "can_edit": permissions.can_edit_cohort(request.user, cohort),
    }
    return render(request, "cohorts/invitations.html", context)


def _invitation(request, cohort_id: int, invitation_id: int) -> Invitation:
    rows = queries.unanswered_invitations(_editable(request, cohort_id))
    return get_object_or_404(rows, pk=invitation_id)


@trainer_area
@require_POST
def invitation_resend(request, cohort_id, invitation_id):
    invitation = _invitation(request, cohort_id, invitation_id)
    if services.resend_invitation(invitation):
        messages.success(request, f"The invitation to {invitation.email} is on its way again.")
    else:
        messages.info(request, f"{invitation.email} was written to within the last hour. Try again later.")
    return redirect("cohorts:invitations", cohort_id)


@trainer_area
@require_POST
def invitation_withdraw(request, cohort_id, invitation_id):
    invitation = _invitation(request, cohort_id, invitation_id)
    services.withdraw_invitation(invitation)
    messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    return redirect("cohorts:invitations", cohort_id)


@trainer_area
def member_remove(request, cohort_id, member_id):
    cohort = _editable(request, cohort_id)
    member = get_object_or_404(cohort.members.active().select_related("learner"), pk=member_id)
    if request.method == "POST":
        services.remove_member(member, by=request.user)
        messages.success(request, f"{member.learner} is no longer in the group.")
        return redirect(cohort)
    return render(request, "cohorts/member_remove.html", {"cohort": cohort, "member": member})


# --- The learner's side ----------------------------------------------------------------------


@never_cache
def join(request, token):
    """Show what the group is and who will see what; join by POST after log-in."""
    invitation, cohort = _find(token)
    if cohort is None:
        return render(request, "cohorts/join_closed.html", status=404)
    member = queries.membership(request.user, cohort)
    if member and request.method != "POST":
        return render(request, "cohorts/already_member.html", {"member": member, "cohort": cohort})
    if request.method != "POST":
        return _join_page(request, token, cohort, invitation)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    try:
        if invitation:
            services.join_by_invitation(request.user, invitation)
        else:
            services.join_by_link(request.user, cohort)
    except (services.InvitationClosed, services.LinkClosed):
        return render(request, "cohorts/join_closed.html", status=410)
    messages.success(request, f"You are in the group “{cohort.name}”.")
    return redirect(cohort.course)


def _find(token: str) -> tuple[Invitation | None, Cohort | None]:
    """The token is a person's invitation or a group's link."""
    invitation = Invitation.objects.select_related("cohort__course").filter(token=token).first()
    if invitation:
        return invitation, invitation.cohort
    return None, Cohort.objects.select_related("course").filter(join_token=token).first()


def _join_page(request, token, cohort, invitation):
    is_open = invitation.is_usable if invitation else cohort.is_link_open
    if not (is_open and cohort.course.live):
        return render(request, "cohorts/join_closed.html", status=410)
    back = urlencode({"next": request.path})
    context = {
        "cohort": cohort,
        "invitation": invitation,
        "token": token,
        "trainers": cohort.trainers.all(),
        "login_url": f"{reverse('account_login')}?{back}",
        "signup_url": f"{reverse('account_signup')}?{back}",
    }
    return render(request, "cohorts/join.html", context)


@never_cache
@require_POST
def decline(request, token):
    """Whoever holds the letter may say no, with or without an account."""
    invitation = get_object_or_404(Invitation.objects.select_related("cohort"), token=token)
    services.decline_invitation(invitation)
    return render(request, "cohorts/declined.html", {"invitation": invitation})


@never_cache
@login_required
def leave(request, member_id):
    members = CohortMember.objects.active().filter(learner=request.user)
    member = get_object_or_404(members.select_related("cohort__course"), pk=member_id)
    if request.method == "POST":
        services.leave_cohort(member)
        messages.success(request, f"You have left the group “{member.cohort.name}”.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "cohorts/leave.html", {"member": member, "trainers": member.cohort.trainers.all()})
