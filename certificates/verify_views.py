"""The public check: by number, by code, by a holder's link, by file."""

from functools import wraps

from allauth.account.adapter import get_adapter
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import verification
from certificates.file_check import FileVerdict, InMemoryOnly, check_file
from certificates.forms import CertificateFileForm, NameForm, NumberForm
from certificates.verification import Finding, TooManyTries


def public_check(view):
    """Keep these pages out of search engines and caches, and their addresses out of other sites' logs.

    same-origin, not no-referrer: under no-referrer a browser names no origin when it posts a form, and every
    form on the page, Log out included, would be refused as forged.
    """

    @wraps(view)
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
    return render(request, "certificates/verify.html", {"form": form, "file_form": CertificateFileForm()})


@public_check
@require_http_methods(["GET", "HEAD", "POST"])
def verify_number(request, number):
    return _result(request, verification.find_by_number(number), asked=number[:60])


@public_check
@require_http_methods(["GET", "HEAD", "POST"])
def verify_token(request, token):
    return _result(request, verification.find_by_token(token))


@public_check
@require_safe
def verify_link(request, token):
    finding = verification.find_by_link(token)
    if finding is None:
        return render(request, "certificates/verify_link_ended.html", status=404)
    return _result(request, finding)


@public_check
@csrf_exempt  # Django's own check would read the upload before the handler is set; _verify_file has it
@require_POST
def verify_file(request):
    request.upload_handlers = [InMemoryOnly(request)]
    return _verify_file(request)


@csrf_protect
def _verify_file(request):
    form = CertificateFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            report = check_file(form.cleaned_data["file"].read(), _address(request))
        except TooManyTries:
            form.add_error("file", "Too many files were checked. Wait an hour, then try again")
        else:
            context = {"report": report, "finding": report.finding, "verdicts": FileVerdict}
            return render(request, "certificates/verify_file.html", context)
    return render(request, "certificates/verify.html", {"form": NumberForm(), "file_form": form})


def _address(request) -> str:
    return get_adapter(request).get_client_ip(request)


def _result(request, finding: Finding | None, asked: str = ""):
    """Show what may be said; unknown, malformed and hidden look the same, and a name is only ever compared."""
    if finding is None:
        context = {"form": NumberForm(initial={"number": asked})}
        return render(request, "certificates/verify_result.html", context)
    context = {"finding": finding, "certificate": finding.certificate, "award": finding.award}
    if not (finding.name or finding.certificate.erased_at):
        form = context["name_form"] = NameForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            name = form.cleaned_data["name"]
            try:
                context["matches"] = verification.name_matches(finding.certificate, name, _address(request))
            except TooManyTries:
                form.add_error("name", "Too many names were tried. Wait an hour, then try again")
    return render(request, "certificates/verify_result.html", context)
