"""The certificate as the last line of a course's task list."""

from django.urls import reverse

from certificates.models import Award
from courses.models import CoursePage, Enrolment
from courses.steps import ExtraStep, StepStatus

EARNED_BY = "You get it as soon as everything that is required is completed."


def certificate_steps(course: CoursePage, enrolment: Enrolment | None, modules_done: bool) -> list[ExtraStep]:
    """Return the certificate's step; two queries with an enrolment, else none."""
    award = Award.objects.with_certificates().filter(enrolment=enrolment).first() if enrolment else None
    if not award:
        return [ExtraStep(title="Certificate", hint=EARNED_BY, status=StepStatus.LOCKED)]
    url = reverse("cpd:record")
    if award.certificate.is_issued:
        hint = "Ready to download, and sent to you by e-mail."
        return [ExtraStep(title="Certificate", hint=hint, status=StepStatus.COMPLETED, url=url)]
    return [ExtraStep(title="Certificate", hint="We are making it.", status=StepStatus.IN_PROGRESS, url=url)]
