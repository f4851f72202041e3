"""Small words of the cascade pages."""

from django import template

from cascade import fidelity

register = template.Library()


@register.simple_tag
def checklist(observation) -> list[tuple[str, str]]:
    """The observation's marks as (point, mark) in words."""
    return fidelity.in_words(observation.checklist)


@register.filter
def at(values, key):
    """What stands under `key`."""
    return values.get(key, "")
