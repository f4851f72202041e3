"""The certificate and its refresher as the last lines of a course's task list."""

from django.template.defaultfilters import date as day
from django.urls import reverse

from certificates.models import Award
from certificates.refreshing import award_of_cycle, window_of
from courses.models import CoursePage, Enrolment
from courses.steps import ExtraStep, StepStatus

EARNED_BY = "You get it as soon as everything that is required is completed."


def certificate_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return the certificate's step, and the refresher's when one will be due; two queries with an enrolment."""
    award = award_of_cycle(enrolment) if enrolment else None
    if not award:
        return [ExtraStep(title="Certificate", hint=EARNED_BY, status=StepStatus.LOCKED)]
    return [certificate_step(award), *refresher_steps(award)]


def certificate_step(award: Award) -> ExtraStep:
    url = reverse("cpd:record")
    if award.certificate.is_pending:
        return ExtraStep(
            title="Certificate", hint="We are making it.", status=StepStatus.IN_PROGRESS, url=url
        )
    hint = "Ready to download, and sent to you by e-mail."
    return ExtraStep(title="Certificate", hint=hint, status=StepStatus.COMPLETED, url=url)


def refresher_steps(award: Award) -> list[ExtraStep]:
    """Return the refresher as a step that asks nothing yet, or nothing when none is due."""
    window = window_of(award)
    if window is None or award.certificate.is_pending:
        return []
    status, until = StepStatus.LOCKED, day(window.refresh_by, "j F Y")
    hint = f"You can start it on {day(window.opens, 'j F Y')}, to refresh by {until}."
    if window.is_open:
        status = StepStatus.NOT_STARTED
        hint = f"It was due on {until}. You can still take it." if window.is_over else f"Refresh by {until}."
    url = reverse("certificates:refresh", args=[award.certificate.number]) if window.is_open else ""
    return [ExtraStep(title="Refresher", hint=hint, status=status, url=url, is_optional=True)]
