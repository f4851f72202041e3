"""Charts of the programme report, as SVG. The numbers stand beside them, so screen readers pass them by."""

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

PINE, SOFT, LINE = "#17493f", "#4a5757", "#c3ceca"
COLOURS = {"before": SOFT, "after": PINE}


@register.simple_tag
def change_chart(before: float, after: float, low: float, high: float):
    """Draw a scale with where people were and where they are now."""
    first, last = (100 * (value - low) / (high - low) for value in (before, after))
    return _scale([("before", first), ("after", last)])


def _scale(points: list[tuple[str, float]]):
    """Points at so many per cent of a line; colours are attributes, so the PDF draws the same."""
    places = [place for _, place in points]
    dots = format_html_join(
        "",
        '<circle cx="{}%" cy="9" r="6" fill="{}" class="app-scale__{}"/>',
        ((_number(place), COLOURS[name], name) for name, place in points),
    )
    return format_html(
        '<svg class="app-scale" width="100%" height="18" aria-hidden="true" focusable="false">'
        '<line x1="0" x2="100%" y1="9" y2="9" stroke="{}" stroke-width="2"/>'
        '<line x1="{}%" x2="{}%" y1="9" y2="9" stroke="{}" stroke-width="4"/>{}</svg>',
        LINE,
        _number(min(places, default=0)),
        _number(max(places, default=0)),
        PINE,
        dots,
    )


def _number(value: float) -> str:
    """Keep dots inside the picture."""
    return f"{min(98.0, max(2.0, value)):.1f}"
