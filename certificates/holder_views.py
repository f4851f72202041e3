"""A holder asks for another name on their certificate, or appeals against a revocation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.holder_forms import AppealForm, CorrectionForm
from certificates.models import Appeal, Certificate, NameCorrection
from certificates.services.deciding import ChangeRefused
from certificates.services.editions import ask_correction
from certificates.services.revoking import appeal as make_appeal
from certificates.services.revoking import revocation_of

BACK = "cpd:record"


def own_page(view):
    """The certificate must be the visitor's own, drawn, and not erased."""

    def found(request, number):
        mine = Certificate.objects.drawn().filter(award__enrolment__learner=request.user, erased_at=None)
        certificate = get_object_or_404(mine.select_related("award__activity"), number=number)
        return view(request, certificate)

    return never_cache(login_required(require_http_methods(["GET", "HEAD", "POST"])(found)))


@own_page
def correct(request, certificate):
    award = certificate.award
    current = award.certificates.issued().first()
    if award.revoked_at or current is None:
        messages.info(request, "This certificate was revoked, so its name cannot be corrected.")
        return redirect(BACK)
    asked = NameCorrection.objects.open().filter(award=award).first()
    form = CorrectionForm(
        request.POST or None, initial={"name": request.user.name}, printed=current.holder_name
    )
    if not asked and request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            ask_correction(award, new_name=words["name"], why=words["why"], by=request.user)
        except ChangeRefused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(
                request,
                "Thank you. A programme manager looks at it, and we write to you as soon as it is decided.",
            )
        return redirect(BACK)
    context = {"form": form, "certificate": current, "award": award, "asked": asked}
    return render(request, "certificates/correct.html", context)


@own_page
def appeal(request, certificate):
    award = certificate.award
    revocation = revocation_of(award)
    if revocation is None:
        messages.info(request, "This certificate is not revoked.")
        return redirect(BACK)
    made = Appeal.objects.filter(revocation=revocation).first()
    form = AppealForm(request.POST or None)
    if made is None and request.method == "POST" and form.is_valid():
        try:
            make_appeal(award, text=form.cleaned_data["text"], by=request.user)
        except ChangeRefused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, "Thank you. We look at it again and write to you.")
        return redirect(BACK)
    context = {
        "form": form,
        "certificate": certificate,
        "award": award,
        "revocation": revocation,
        "made": made,
    }
    return render(request, "certificates/appeal.html", context)
