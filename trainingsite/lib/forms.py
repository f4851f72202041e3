"""How every form on the public site is drawn: GOV.UK markup, the error beside its field."""

from django.forms.renderers import TemplatesSetting


class GdsRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` come out as GOV.UK form groups."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
