"""`{% area_nav %}`: where one is in the trainers' area, and what else is there."""

from django import template

from cohorts.area import entries_for

register = template.Library()


@register.inclusion_tag("cohorts/_area_nav.html", takes_context=True)
def area_nav(context):
    request = context["request"]
    return {"entries": entries_for(request.user, request.path)}
