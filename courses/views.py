"""The learner's pages: catalogue, course, module."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST

from courses.body import Reader, content_at, draw, prepare, reader_of
from courses.forms import CatalogueForm, CompletionForm
from courses.models import CourseIndexPage, CourseModule, CoursePage, Enrolment
from courses.offers import offers_of
from courses.queries import Outline, Step, enrolment_on, live_courses, live_places, outline, states_of
from courses.queries import catalogue as courses_for
from courses.services import complete_module, enrol, remember_place
from courses.steps import ExtraStep, StepStatus, extra_steps


def catalogue(request):
    return show_catalogue(request, CourseIndexPage.objects.live().first())


def show_catalogue(request, page: CourseIndexPage | None):
    form = CatalogueForm(request.GET if request.GET else None)
    form.is_valid()
    states = states_of(request.user)
    rows = [(course, states.get(course.pk)) for course in courses_for(**form.wanted)]
    return render(request, "courses/catalogue.html", {"page": page, "form": form, "rows": rows})


def course(request, course):
    enrolment = enrolment_on(request.user, course)
    page = enrolment.course if enrolment else get_object_or_404(live_courses(), slug=course)
    return show_course(request, page, enrolment)


def show_course(request, page: CoursePage, enrolment: Enrolment | None):
    here = outline(page, enrolment)
    steps = extra_steps(page, enrolment, here.modules_done)
    # An enrolment carries only what its task list shows; the rest is read when it is not in the cache.
    whole_course = SimpleLazyObject(lambda: CoursePage.objects.get(pk=page.pk)) if enrolment else page
    context = {
        "page": page,
        "enrolment": enrolment,
        "outline": here,
        "whole_course": whole_course,
        "outcomes": SimpleLazyObject(lambda: whole_course.outcomes.all()),
        "lines": lines_of(here, steps),
        "asked_after": [step for step in steps if not step.is_optional],
        "offers": offers_of(page),
        "progress_label": f"You have completed {here.completed_count} of {len(here.steps)} modules.",
        "continue_url": continue_url(here, steps) if enrolment else "",
        "next_query": urlencode({"next": page.get_absolute_url()}),
        "is_sensitive": bool(enrolment),
        "neutral_title": "Your course",
    }
    return render(request, "courses/course.html", context)


def continue_url(here: Outline, steps: list[ExtraStep]) -> str:
    """Return the exact place to go on: a required module, then the steps after them, then what is optional."""
    place = here.next_place
    waiting = [
        step
        for step in steps
        if step.url and step.status is not StepStatus.COMPLETED and not step.is_optional
    ]
    if waiting and here.modules_done and not (place and place.module_id == here.enrolment.last_module_id):
        return min(waiting, key=lambda step: step.is_for_later).url
    return reverse("courses:module", args=[here.course.slug, place.module.slug]) if place else ""


def lines_of(here: Outline, steps: list[ExtraStep]) -> list[Step | ExtraStep]:
    """Return the lines of the task list in order: modules with what other apps add before, between and after."""
    modules = {step.place.module_id for step in here.steps}
    lines: list[Step | ExtraStep] = [step for step in steps if step.comes_first]
    for module in here.steps:
        lines += [module, *(step for step in steps if step.after_module == module.place.module_id)]
    return lines + [step for step in steps if not step.comes_first and step.after_module not in modules]


def start(request, course):
    """Enrol and open the first module. A visitor signs up first and comes back to the course."""
    page = get_object_or_404(live_courses(), slug=course)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': page.get_absolute_url()})}")
    if request.method != "POST":
        return redirect(page)
    enrolment = enrol(request.user, page)
    place = outline(page, enrolment).next_place
    return redirect("courses:module", page.slug, place.module.slug) if place else redirect(page)


def module(request, course, module):
    enrolment = enrolment_on(request.user, course)
    if not enrolment:
        return ask_to_start(request, course, module)
    here = outline(enrolment.course, enrolment, reading=module)
    number = here.number_of(module)
    if number is None:
        return not_in_course(request, enrolment, module)
    place = here.steps[number].place
    remember_place(enrolment, place)
    content = content_at(place)
    context = {
        "module": place.module,
        "place": place,
        "course": enrolment.course,
        "step": here.steps[number],
        "number": number + 1,
        "total": len(here.steps),
        "previous": here.steps[number - 1].place if number else None,
        "next": here.steps[number + 1].place if number + 1 < len(here.steps) else None,
        "form": CompletionForm(initial={"module": place.module_id, "version": place.module.version}),
        "content": content,
        "body": draw(content, reader_of(request.user, request.GET)),
        "is_sensitive": True,
        "neutral_title": f"Part {number + 1} of {len(here.steps)}",
    }
    return render(request, "courses/module.html", context)


def preview_module(request, module, form):
    """Show a draft to its editor: no course around it, nothing remembered, nothing cached."""
    relied_on = Q(pk__in=[fact.pk for fact in module.relies_on.all()])
    content = prepare(module, module.body_of(form), relied_on)
    reader = Reader(is_trainer=True, sent=request.GET)
    context = {"module": module, "content": content, "body": draw(content, reader), "is_preview": True}
    return render(request, "courses/module.html", context)


def ask_to_start(request, course, module):
    """Lead a visitor, or a learner who is not on the course, to where they can start it."""
    place = get_object_or_404(
        live_places().select_related("course"), course__slug=course, course__live=True, module__slug=module
    )
    if request.user.is_authenticated:
        messages.info(request, "Start the course to read its modules.")
    else:
        messages.info(request, "To read a module, create an account or log in, then start the course.")
    return redirect(place.course)


def not_in_course(request, enrolment: Enrolment, module: str):
    """Answer 404 for what never was a module of the course, and lead back from one that was withdrawn."""
    get_object_or_404(CourseModule, course=enrolment.course_id, module__slug=module)
    messages.info(request, "That module is not published at the moment. Go on with the next one.")
    return redirect(enrolment.course)


@require_POST
def complete(request, course, module):
    """Tick the module off and go on. Sent twice, or from an old tab, it does no harm."""
    enrolment = enrolment_on(request.user, course)
    if not enrolment:
        return ask_to_start(request, course, module)
    here = outline(enrolment.course, enrolment)
    number = here.number_of(module)
    if number is None:
        return not_in_course(request, enrolment, module)
    place = here.steps[number].place
    form = CompletionForm(request.POST)
    if not form.is_valid() or form.cleaned_data != {
        "module": place.module_id,
        "version": place.module.version,
    }:
        messages.info(
            request, "This module has changed since you opened it. Look through it once more, please."
        )
        return redirect("courses:module", course, module)
    complete_module(enrolment, place)
    if number + 1 < len(here.steps):
        return redirect("courses:module", course, here.steps[number + 1].place.module.slug)
    return redirect(enrolment.course)
