"""A learner's own pages and the download."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.roles import Role
from bookings.queries import my_bookings
from certificates import events, learning
from certificates.manager_queries import requests_count
from certificates.models import Certificate, CertificateEvent
from cohorts.queries import memberships, open_invitations


@never_cache
@login_required
@require_safe
def my_learning(request):
    is_manager = request.user.has_role(Role.PROGRAMME_MANAGER)
    context = {
        "waiting_count": Certificate.objects.waiting().count() if is_manager else 0,
        "requests_count": requests_count() if is_manager else 0,
        "under_way": learning.courses_under_way(request.user),
        "to_take_next": learning.courses_to_take_next(request.user),
        "awards": learning.awards_of(request.user),
        "bookings": my_bookings(request.user),
        "invitations": open_invitations(request.user),
        "memberships": memberships(request.user),
    }
    return render(request, "certificates/my_learning.html", context)


@login_required
@require_safe
def download(request, number):
    """Stream the stored file, for its holder and for programme managers, whose look goes on record."""
    kept = Certificate.objects.drawn().filter(erased_at=None).visible_to(request.user)
    certificate = get_object_or_404(kept.select_related("award__enrolment"), number=number)
    if certificate.award.enrolment.learner_id != request.user.pk:
        events.record(certificate, CertificateEvent.Kind.DOWNLOADED, by=request.user)
    response = FileResponse(
        certificate.pdf.open(),
        as_attachment=True,
        filename=certificate.filename,
        content_type="application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    return response
