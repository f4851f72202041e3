"""For everybody: the certificates of our seals, so that a document can be checked without us."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates.sealing.keys import published_seal_keys
from certificates.sealing.material import pem_of


@require_safe
def keys(request):
    in_use_first = sorted(
        published_seal_keys(), key=lambda key: (bool(key.compromised_at), bool(key.retired_at))
    )
    return render(request, "certificates/seal_keys.html", {"keys": in_use_first})


@require_safe
def download(request, kid):
    """Send the certificate and those that vouch for it."""
    key = next((key for key in published_seal_keys() if key.kid == kid), None)
    if key is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{key.kid}.pem"'}
    return HttpResponse(pem_of(key.certificates), content_type="application/x-pem-file", headers=headers)
