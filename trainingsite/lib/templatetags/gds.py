"""`{% gds "button" text="Continue" %}`: GOV.UK Frontend components in Django templates.

Parameters are those of the Nunjucks macros in the Design System. Nested ones are joined by two
underscores: `{% gds "input" label__text="Your name" id="name" name="name" %}`; a dictionary made in a
view may be given first: `{% gds "radios" params %}`.
"""

import pickle
from functools import cache, lru_cache
from typing import Any

from django import forms, template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader

register = template.Library()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _macro(component: str):
    name = "govuk" + "".join(part.title() for part in component.split("-"))
    template = _environment().get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    return getattr(template.module, name)


def component(name: str, params: dict[str, Any]) -> SafeString:
    """Return the markup of GOV.UK component `name`; every text in `params` is escaped."""
    try:
        key = pickle.dumps(params)  # tells a text from one marked safe, which come out differently
    except Exception:  # a parameter that cannot be pickled is drawn each time
        return _draw(name, params)
    return _draw_once(name, key)


@lru_cache(maxsize=1024)
def _draw_once(name: str, key: bytes) -> SafeString:
    """The same button stands on every page: draw it once a process."""
    return _draw(name, pickle.loads(key))  # noqa: S301 -- made by `component` a moment ago


def _draw(name: str, params: dict[str, Any]) -> SafeString:
    return mark_safe(_macro(name)(params))  # noqa: S308 -- Jinja escaped it


@register.simple_tag
def gds(name: str, params: dict[str, Any] | None = None, /, **kwargs: Any) -> SafeString:
    """Draw a component; keyword parameters win over those in `params`."""
    merged = dict(params or {})
    for key, value in kwargs.items():
        *parents, last = key.split("__")
        target = merged
        for parent in parents:
            target[parent] = dict(
                target.get(parent) or {}
            )  # a copy: the view's own dictionary stays as it is
            target = target[parent]
        target[last] = value
    return component(name, merged)


#: Set by the components themselves, or (required) left to the server, whose message says what to do.
OWN_ATTRIBUTES = {"class", "id", "rows", "cols", "type", "required", "aria-invalid", "aria-describedby"}


@register.simple_tag
def gds_field(bound) -> SafeString:
    """Draw a form field with its label, hint, and error message beside it, keeping what was typed.

    A widget's `class` is added to the component's. Optional fields say so, unless the form has
    `marks_optional = False`, as filters have.
    """
    if bound.is_hidden:
        return bound.as_widget()
    widget = bound.field.widget
    params = _field_params(bound)
    for kinds, draw in _DRAWN_BY:
        if isinstance(widget, kinds):
            return draw(bound, params)
    return _other_widget(bound, params)


def _field_params(bound) -> dict[str, Any]:
    """What every component takes: id, name, label, hint, error and the widget's attributes."""
    params: dict[str, Any] = {"id": _focus_id(bound), "name": bound.html_name}
    is_marked = not bound.field.required and getattr(bound.form, "marks_optional", True)
    params["label"] = {"text": f"{bound.label}{' (optional)' if is_marked else ''}"}
    if bound.help_text:
        params["hint"] = {"html": bound.help_text}
    if bound.errors:
        params["errorMessage"] = {"text": " ".join(bound.errors)}
    attributes = {**bound.field.widget.attrs, **bound.build_widget_attrs({})}
    params["classes"] = attributes.get("class", "")
    params["attributes"] = {
        name: name if value is True else str(value)
        for name, value in attributes.items()
        if name not in OWN_ATTRIBUTES and value is not False
    }
    return params


def _draw_choices(bound, params) -> SafeString:
    """Radios or checkboxes in a fieldset; the first of them bears the field's id."""
    value = bound.value()
    chosen = {str(v) for v in (value if isinstance(value, (list, tuple, set)) else [value])}
    params["idPrefix"] = params.pop("id")
    legend = params.pop("label") | {"classes": "govuk-fieldset__legend--s"}
    params["fieldset"] = {"legend": legend}
    params["items"] = [
        {"value": str(v), "text": str(text), "checked": str(v) in chosen}
        for v, text in bound.field.choices
        if str(v) != ""
    ]
    many = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    return component("checkboxes" if many else "radios", params)


def _draw_tick(bound, params) -> SafeString:
    """One checkbox, its label beside it."""
    params["idPrefix"] = params.pop("id")
    item = {"value": "on", "text": bound.label, "checked": bool(bound.value())}
    if "hint" in params:
        item["hint"] = params.pop("hint")
    params["items"] = [item]
    return component("checkboxes", params)


def _draw_textarea(bound, params) -> SafeString:
    rows = bound.field.widget.attrs.get("rows", 5)
    return component("textarea", params | {"value": bound.value() or "", "rows": rows})


def _draw_select(bound, params) -> SafeString:
    value = bound.value()
    chosen = "" if value is None else str(value)
    items = [
        {"value": str(v), "text": str(text), "selected": str(v) == chosen} for v, text in bound.field.choices
    ]
    return component("select", params | {"items": items})


def _draw_password(bound, params) -> SafeString:
    """Never filled in again, and with a button that shows it."""
    return component(
        "password-input", params | {"autocomplete": params["attributes"].pop("autocomplete", "")}
    )


def _draw_input(bound, params) -> SafeString:
    widget = bound.field.widget
    shown = widget.format_value(bound.value())
    return component("input", params | {"type": widget.input_type, "value": "" if shown is None else shown})


def _other_widget(bound, params) -> SafeString:
    """A file or any other widget: its own markup between our label, hint and error."""
    parts = {"hint": "hint" in params, "error": bool(bound.errors)}
    described = " ".join(f"{params['id']}-{part}" for part, is_there in parts.items() if is_there)
    return format_html(
        '<div class="govuk-form-group{}"><label class="govuk-label" for="{}">{}</label>{}{}{}</div>',
        " govuk-form-group--error" if bound.errors else "",
        params["id"],
        params["label"]["text"],
        component("hint", params["hint"] | {"id": f"{params['id']}-hint"}) if "hint" in params else "",
        component("error-message", params["errorMessage"] | {"id": f"{params['id']}-error"})
        if bound.errors
        else "",
        bound.as_widget(attrs={"class": "app-file", "aria-describedby": described or None}),
    )


#: The first line whose widget fits draws the field; the order matters, for some widgets inherit from others.
_DRAWN_BY = (
    ((forms.RadioSelect, forms.CheckboxSelectMultiple), _draw_choices),
    (forms.CheckboxInput, _draw_tick),
    (forms.Textarea, _draw_textarea),
    ((forms.SelectMultiple, forms.ClearableFileInput, forms.FileInput), _other_widget),
    (forms.Select, _draw_select),
    (forms.PasswordInput, _draw_password),
    (forms.widgets.Input, _draw_input),
)


@register.simple_tag
def gds_error_summary(*bound_forms) -> SafeString:
    """Draw the error summary of forms and formsets, each line linked to its field; nothing if all is well."""
    items = []
    for form in (part for given in bound_forms for part in getattr(given, "forms", [given])):
        if not form or not getattr(form, "is_bound", False):
            continue
        items += [{"text": error} for error in form.non_field_errors()]
        for bound in form.visible_fields():
            items += [{"text": error, "href": f"#{_focus_id(bound)}"} for error in bound.errors]
    if not items:
        return SafeString()
    return component("error-summary", {"titleText": "There is a problem", "errorList": items})


def _focus_id(bound) -> str:
    """The id that the summary's link goes to: for radios and checkboxes it is the first of them."""
    return bound.auto_id or bound.html_name


@register.filter
def hours(minutes: int) -> str:
    """Return whole minutes as h:mm, the form in which CPD time is shown: 210 -> '3:30'."""
    return f"{minutes // 60}:{minutes % 60:02d}"


@register.filter
def duration(minutes: int) -> str:
    """Return minutes in words: 90 -> '1 hour 30 minutes'."""
    whole, rest = divmod(int(minutes), 60)
    parts = []
    if whole:
        parts.append(f"{whole} hour{'s' if whole != 1 else ''}")
    if rest or not whole:
        parts.append(f"{rest} minute{'s' if rest != 1 else ''}")
    return " ".join(parts)


@register.filter
def day(value) -> str:
    """Return a date or moment as '5 May 2026' in local time."""
    if value is None:
        return ""
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
    return format_date(value, "j F Y")


@register.simple_tag
def attrs(**kwargs: Any) -> SafeString:
    """Return ` name="value"` pairs for the parameters that are not empty."""
    return format_html_join("", ' {}="{}"', ((k.replace("_", "-"), v) for k, v in kwargs.items() if v))
