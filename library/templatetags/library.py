"""Small helpers for the site's templates."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def tel(number: str) -> str:
    """Return the address that dials `number`: '08000 121 700' -> 'tel:08000121700'."""
    return f"tel:{re.sub(r'[^0-9+]', '', number)}"


@register.filter
def landmark(html: SafeString, label: str) -> SafeString:
    """Put what stands before the main part into a landmark, so that screen readers find it; nothing stays nothing."""
    if not html.strip() or "<nav" in html:
        return html
    return format_html('<nav aria-label="{}">{}</nav>', label, html)
