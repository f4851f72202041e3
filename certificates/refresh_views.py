"""Where a holder begins a refresher."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.models import Certificate
from certificates.refreshing import TooEarly, start_refresher, window_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refresh(request, number):
    """What a refresher is and when it can be taken; begun by the button, once however often it is pressed."""
    own = Certificate.objects.drawn().filter(award__enrolment__learner=request.user)
    certificate = get_object_or_404(
        own.select_related("award__activity", "award__enrolment__course"), number=number
    )
    award = certificate.award
    course = award.enrolment.course
    if request.method == "POST":
        try:
            start_refresher(award)
        except TooEarly:
            messages.error(request, "This refresher cannot be started now.")
            return redirect("certificates:refresh", number)
        messages.success(request, "Your refresher has begun. Your certificate stays as it is.")
        return redirect(course.get_absolute_url())
    context = {"certificate": certificate, "award": award, "course": course, "window": window_of(award)}
    return render(request, "certificates/refresh.html", context)
