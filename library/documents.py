"""Printed things of the library."""

import hashlib

from django.core.cache import cache
from django.template.loader import render_to_string

from library.forms import IndicatorFilterForm
from library.queries import find_indicators, grouped_by_form, site_info
from trainingsite.lib.pdf import html_to_pdf

KEPT_SECONDS = 3600


def pocket_list(form: IndicatorFilterForm) -> bytes:
    """Return the pocket list as a PDF. Drawn once for the same words, then kept for an hour."""
    groups = grouped_by_form(find_indicators(form.filters))
    context = {"groups": groups, "chosen": form.chosen_names(), "help_contacts": site_info().contacts}
    html = render_to_string("library/pocket_pdf.html", context)
    key = f"library:pocket:{hashlib.sha256(html.encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: html_to_pdf(html, "print/pocket.css"), KEPT_SECONDS)
