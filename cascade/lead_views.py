"""Lead trainers: who may be licensed, observing, granting, renewing, revoking, and what leads to a licence."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cascade import fidelity, queries, services
from cascade.access import leads, readers
from cascade.forms import GrantForm, ObservationForm, PeopleFilter, RevokeForm, RuleForm
from cascade.models import Licence, LicenceRule
from cascade.permissions import can_license
from cascade.requirements import standing, standings, trainer_courses
from cascade.services import LicenceRefused
from courses.models import CoursePage

PEOPLE_A_PAGE = 25


@readers
@require_safe
def people(request):
    """Everybody on the way to a licence, or with one."""
    form = PeopleFilter(request.GET, queries.licensable_courses())
    page = Paginator(_found(form) if form.chosen else [], PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": _rows(form.chosen, page.object_list) if form.chosen else [],
        "asked": trainer_courses(form.chosen) if form.chosen else [],
        "can_license": can_license(request.user),
    }
    return render(request, "cascade/people.html", context)


def _found(form: PeopleFilter):
    """Return the people asked for, by name. What each has done is looked at here only where it is asked about."""
    found = queries.candidates_in(form.chosen, form.state)
    if form.name:
        found = found.filter(name__icontains=form.name)
    if form.state not in ("ready", "lacking"):
        return found
    people = list(found)
    states = standings([person.pk for person in people], form.chosen)
    return [person for person in people if states[person.pk].may_be_granted == (form.state == "ready")]


def _rows(course: CoursePage, people) -> list[tuple]:
    """Return (person, licence or None, standing) of one page; a fixed number of queries."""
    people = list(people)
    ids = [person.pk for person in people]
    licences, states = queries.latest_licences(ids, course), standings(ids, course)
    return [(person, licences.get(person.pk), states[person.pk]) for person in people]


def _find(person_id: int, slug: str):
    """Return a person on the list for a course, and the course."""
    course = get_object_or_404(CoursePage, slug=slug)
    return get_object_or_404(queries.candidates(course), pk=person_id), course


@readers
@require_safe
def person(request, person_id, course):
    """What is there and what lacks, everything observed, and the licences of one person for one course."""
    somebody, page = _find(person_id, course)
    licences = Licence.objects.filter(holder=somebody, course=page)
    observations = somebody.observations.filter(course=page).select_related("observed_by", "session")
    context = {
        "person": somebody,
        "course": page,
        "licence": queries.latest_licences([somebody.pk], page).get(somebody.pk),
        "standing": standing(somebody, page),
        "licences": licences.select_related("granted_by", "revoked_by", "trained_by", "trained_in"),
        "observations": [(row, fidelity.in_words(row.checklist)) for row in observations],
        "can_act": can_license(request.user) and somebody.pk != request.user.pk,
        "is_self": somebody.pk == request.user.pk,
    }
    return render(request, "cascade/person.html", context)


@leads
def observe(request, person_id, course):
    somebody, page = _find(person_id, course)
    form = ObservationForm(somebody, page, request.POST or None)
    if form.is_valid():
        try:
            row = services.observe(somebody, page, by=request.user, **form.cleaned_data)
        except LicenceRefused as refusal:
            messages.error(request, str(refusal))
        else:
            words = (
                "passed"
                if row.passed
                else "not passed: a point is missing, or a safety point is not met in full"
            )
            messages.success(request, f"The observation is saved. It is {words}.")
        return redirect("cascade:person", somebody.pk, page.slug)
    return render(request, "cascade/observe.html", {"form": form, "person": somebody, "course": page})


@leads
def grant(request, person_id, course):
    somebody, page = _find(person_id, course)
    form = GrantForm(somebody, page, request.POST or None)
    if form.is_valid():
        try:
            services.grant_licence(somebody, page, by=request.user, **form.cleaned_data)
        except LicenceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{somebody} is licensed to run “{page.title}”.")
            return redirect("cascade:person", somebody.pk, page.slug)
    context = {"form": form, "person": somebody, "course": page, "standing": standing(somebody, page)}
    return render(request, "cascade/grant.html", context)


def _licence(licence_id: int) -> Licence:
    return get_object_or_404(Licence.objects.standing().select_related("holder", "course"), pk=licence_id)


@leads
@require_POST
def renew(request, licence_id):
    licence = get_object_or_404(Licence.objects.select_related("holder", "course"), pk=licence_id)
    try:
        renewed = services.renew_licence(licence, by=request.user)
    except LicenceRefused as refusal:
        messages.error(request, str(refusal))
    else:
        day = renewed.valid_until
        messages.success(request, f"The licence is renewed until {day.day} {day:%B %Y}.")
    return redirect("cascade:person", licence.holder_id, licence.course.slug)


@leads
def revoke(request, licence_id):
    licence = _licence(licence_id)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        services.revoke_licence(licence, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"The licence of {licence.holder} is revoked.")
        return redirect("cascade:person", licence.holder_id, licence.course.slug)
    return render(request, "cascade/revoke.html", {"form": form, "licence": licence})


@leads
def rules(request):
    form = RuleForm(request.POST or None)
    if form.is_valid():
        form.save()
        messages.success(request, "The rule is added.")
        return redirect("cascade:rules")
    rows = LicenceRule.objects.select_related("course", "trainer_course")
    return render(request, "cascade/rules.html", {"form": form, "rules": rows})


@leads
@require_POST
def rule_remove(request, rule_id):
    """Licences granted by it stay."""
    get_object_or_404(LicenceRule, pk=rule_id).delete()
    messages.success(request, "The rule is removed.")
    return redirect("cascade:rules")
