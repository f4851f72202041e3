"""The library's public pages: signs, help, the way out, and the pages for errors."""

from contextlib import suppress

from django.contrib.auth import logout
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from library.documents import pocket_list
from library.forms import IndicatorFilterForm
from library.models import HelpContact, Indicator
from library.queries import SITE_END_KEY, find_indicators, grouped_by_form, related_indicators, site_info

PAGE_SIZE = 20


@require_safe
def indicators(request):
    form = IndicatorFilterForm(request.GET)
    page = Paginator(find_indicators(form.filters), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "query": form.filters.as_query(), "is_sensitive": True}
    return render(request, "library/indicators.html", context)


@require_safe
def indicator(request, code):
    sign = get_object_or_404(
        Indicator.objects.prefetch_related("forms", "settings", "sectors"), code=code.upper()
    )
    context = {"indicator": sign, "related": related_indicators(sign), "is_sensitive": True}
    return render(request, "library/indicator.html", context)


@require_safe
def pocket(request):
    form = IndicatorFilterForm(request.GET)
    groups = grouped_by_form(find_indicators(form.filters))
    context = {"groups": groups, "chosen": form.chosen_names(), "query": form.filters.as_query()}
    return render(request, "library/pocket.html", context | {"is_sensitive": True})


@require_safe
def pocket_pdf(request):
    form = IndicatorFilterForm(request.GET)
    response = HttpResponse(pocket_list(form), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="list.pdf"'  # a name that gives nothing away
    return response


@require_safe
def help_page(request):
    groups = {kind: [] for kind in HelpContact.Kind}
    for contact in HelpContact.objects.all():
        groups[HelpContact.Kind(contact.kind)].append(contact)
    return render(request, "library/help.html", {"groups": list(groups.items())})


@never_cache
@require_safe
def leave(request):
    """End the session and go to a neutral page. A link, so that it works without JavaScript."""
    logout(request)
    return redirect(site_info().settings.exit_url)


@require_safe
def robots(request):
    return render(request, "library/robots.txt", content_type="text/plain")


def server_error(request):
    """Answer when anything may be broken: no database, no session, the editors' numbers only from the cache."""
    end = None
    with suppress(Exception):
        end = cache.get(SITE_END_KEY)
    end = end or render_to_string("components/site_end.html")
    return HttpResponseServerError(render_to_string("500.html", {"site_end": end}))
