"""Certificates of a group, for its trainers and for programme managers."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from certificates.group_issue import people_of
from certificates.services.many import start_issuing
from cohorts.models import Cohort
from cohorts.views import trainer_area


@trainer_area
@require_http_methods(["GET", "HEAD", "POST"])
def group(request, cohort_id):
    """Show who has a certificate and who not yet, and why; issue to all who have earned it."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related("course"), pk=cohort_id)
    people = people_of(cohort)
    ready = [person for person in people if person.is_ready]
    if request.method == "POST":
        if ready:
            return redirect(_start(request, cohort, ready))
        messages.info(request, "Nobody has earned a certificate that is not issued yet.")
        return redirect("certificates:group", cohort.pk)
    context = {"cohort": cohort, "people": people, "ready": ready, "form_key": uuid.uuid4()}
    return render(request, "certificates/group.html", context)


def _start(request, cohort, ready):
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        key = uuid.uuid4()
    enrolments = [person.enrolment_id for person in ready]
    return start_issuing(enrolments, by=request.user, back_url=request.path, form_key=key)
