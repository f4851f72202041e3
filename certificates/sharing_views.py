"""Where a holder chooses what others see of a certificate."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from certificates import sharing
from certificates.forms import ShareLinkForm, SharingForm
from certificates.models import Certificate, ShareLink


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request, number):
    """The holder's choices and links; the choices are saved here."""
    certificate = _own(request.user, number)
    chosen = sharing.sharing_of(certificate.award)
    initial = {"shows_name": chosen.shows_name, "answers_number": chosen.answers_number}
    form = SharingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        sharing.choose(certificate.award, by=request.user, **form.cleaned_data)
        messages.success(request, "Your choices are saved.")
        return redirect("certificates:share", number)
    return _page(request, certificate, form, ShareLinkForm())


@login_required
@require_POST
def make_link(request, number):
    certificate = _own(request.user, number)
    form = ShareLinkForm(request.POST)
    if form.is_valid():
        try:
            sharing.make_link(certificate.award, by=request.user, **form.cleaned_data)
        except sharing.TooManyLinks:
            form.add_error(
                None, f"{sharing.MOST_LINKS} links are open. End one that you do not need any more"
            )
        else:
            messages.success(request, "The link works now. It stands first in the list.")
            return redirect("certificates:share", number)
    chosen = sharing.sharing_of(certificate.award)
    initial = {"shows_name": chosen.shows_name, "answers_number": chosen.answers_number}
    return _page(request, certificate, SharingForm(initial=initial), form)


@login_required
@require_POST
def end_link(request, number, link_id):
    link = get_object_or_404(ShareLink, pk=link_id, award=_own(request.user, number).award)
    sharing.end_link(link, by=request.user)
    messages.success(request, "The link does not work any more.")
    return redirect("certificates:share", number)


def _own(user, number) -> Certificate:
    """Return the holder's own certificate: nobody else decides who sees their name, managers included."""
    own = Certificate.objects.drawn().filter(award__enrolment__learner=user, erased_at=None)
    return get_object_or_404(own.select_related("award__activity"), number=number)


def _page(request, certificate, form, link_form):
    context = {
        "certificate": certificate,
        "award": certificate.award,
        "form": form,
        "link_form": link_form,
        "links": certificate.award.share_links.open(),
        "site_url": settings.SITE_URL,
    }
    return render(request, "certificates/share.html", context)
