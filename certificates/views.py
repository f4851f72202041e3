"""A learner's own pages, the download, and the public check."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from bookings.queries import my_bookings
from certificates import learning, verification
from certificates.forms import NameForm, NumberForm
from certificates.manager_queries import requests_count
from certificates.models import Certificate
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
    """Stream the stored file, for its holder and for programme managers."""
    certificate = get_object_or_404(Certificate.objects.drawn().visible_to(request.user), number=number)
    response = FileResponse(
        certificate.pdf.open(),
        as_attachment=True,
        filename=certificate.filename,
        content_type="application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    return response


def public_check(view):
    """Keep these pages out of search engines and caches, and their addresses out of other sites' logs.

    same-origin, not no-referrer: under no-referrer a browser names no origin when it posts a form, and every
    form on the page, Log out included, would be refused as forged.
    """

    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "private, no-store"
        return response

    return wrapped


@public_check
@require_safe
def verify(request):
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return redirect("certificates:verify_number", form.cleaned_data["number"])
    return render(request, "certificates/verify.html", {"form": form})


@public_check
@require_http_methods(["GET", "HEAD", "POST"])
def verify_number(request, number):
    return _result(request, verification.find_by_number(number), {"asked": number[:60]})


@public_check
@require_http_methods(["GET", "HEAD", "POST"])
def verify_token(request, token):
    certificate = verification.find_by_token(token)
    initials = verification.initials(certificate.holder_name) if certificate else ""
    return _result(request, certificate, {"initials": initials})


def _result(request, certificate, context):
    """Show what may be said; unknown and malformed look the same, and a name is only ever compared."""
    context["certificate"] = certificate
    if not certificate:
        context["form"] = NumberForm(initial={"number": context.get("asked", "")})
    else:
        context["award"] = certificate.award
        form = context["name_form"] = NameForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            name, address = form.cleaned_data["name"], get_adapter(request).get_client_ip(request)
            try:
                context["matches"] = verification.name_matches(certificate, name, address)
            except verification.TooManyTries:
                form.add_error("name", "Too many names were tried. Wait an hour, then try again")
    return render(request, "certificates/verify_result.html", context)
