"""The badge's public documents, and the holder's download."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from certificates.activities import site_facts
from certificates.badges import addresses, keys, pictures, status
from certificates.badges.achievements import achievement as achievement_of
from certificates.badges.credentials import CONTEXTS, profile
from certificates.models import ActivityVersion, Certificate

LD_JSON, CREDENTIAL_JSON = "application/ld+json", "application/vc+ld+json"
MINUTES, DAY = 60 * 5, 60 * 60 * 24


def public_document(max_age: int):
    """Decorate a view that anybody, and any site's script, may read: no cookie, no person in it."""

    def decorate(view):
        @require_safe
        @cache_control(public=True, max_age=max_age)
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            response["Access-Control-Allow-Origin"] = "*"
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
            return response

        return wrapped

    return decorate


@public_document(MINUTES)
def did_document(request):
    """The issuer's keys, as did:web finds them."""
    document = keys.did_document(addresses.issuer_did(), addresses.issuer_url(), keys.published_keys())
    return JsonResponse(document)


@public_document(MINUTES)
def issuer(request):
    facts = site_facts()
    document = {"@context": CONTEXTS, **profile(facts["provider_name"], facts["provider_number"])}
    document["image"] = {"id": addresses.image_url(), "type": "Image"}
    return JsonResponse(document, content_type=LD_JSON)


@public_document(DAY)
def image(request):
    return HttpResponse(pictures.plain_png(), content_type="image/png")


@public_document(status.MAX_AGE_SECONDS)
def status_list(request, generation):
    text = status.signed_list(generation)
    if text is None:
        raise Http404
    return HttpResponse(text, content_type=CREDENTIAL_JSON)


@require_safe
@vary_on_headers("Accept")
def achievement(request, fingerprint):
    """What was to be learned and what it took: a page for people, JSON for everything else."""
    version = ActivityVersion.objects.filter(fingerprint=fingerprint).first()
    if version is None:
        raise Http404
    if request.get_preferred_type(["application/ld+json", "application/json", "text/html"]) == "text/html":
        return render(request, "certificates/badges/achievement.html", {"version": version})
    return achievement_document(request, version)


@public_document(DAY)
def achievement_document(request, version):
    document = achievement_of(
        url=addresses.achievement_url(version.fingerprint),
        image_url=addresses.image_url(),
        title=version.title,
        version=version.version,
        provider_name=version.provider_name,
        delivery=version.delivery,
        outcomes=version.outcomes,
        assessment_basis=version.assessment_basis,
    )
    return JsonResponse({"@context": CONTEXTS, **document}, content_type=LD_JSON)


@login_required
@require_safe
def download_json(request, number):
    certificate = badge_of(request.user, number)
    return private_file(certificate.credential, CREDENTIAL_JSON, f"badge-{number}.json")


@login_required
@require_safe
def download_png(request, number):
    certificate = badge_of(request.user, number)
    return private_file(pictures.badge_png(certificate.credential), "image/png", f"badge-{number}.png")


def badge_of(user, number: str) -> Certificate:
    """Return the certificate whose badge `user` may have: the holder, and programme managers. Else 404."""
    mine = Certificate.objects.drawn().visible_to(user).exclude(credential="")
    return get_object_or_404(mine, number=number)


def private_file(content: str | bytes, content_type: str, filename: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
