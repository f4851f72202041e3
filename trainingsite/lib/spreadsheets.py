"""Cells that a spreadsheet program cannot take for a formula."""

import re
from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Control characters that XLSX cannot hold; tab, line feed and carriage return stay.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe_cell(value: Any) -> Any:
    """Return `value`; text that would start a formula gets an apostrophe in front.

    Control characters are dropped. Numbers, dates and None pass unchanged.
    Source: OWASP ASVS 5.0.0, 1.2.10.
    """
    if not isinstance(value, str):
        return value
    text = CONTROL_CHARACTERS.sub("", value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def make_cms_exports_safe() -> None:
    """Send every cell of every CMS export, Wagtail's own reports included, through `safe_cell`.

    Wagtail leaves formulas in CSV to the site. Its own report views cannot be given another mixin, so the
    one method that all exports share is replaced. Safe to repeat.
    """
    original = SpreadsheetExportMixin.preprocess_field_value
    if getattr(original, "is_safe", False):
        return

    def preprocess_field_value(self, field, value, export_format):
        return safe_cell(original(self, field, value, export_format))

    preprocess_field_value.is_safe = True
    SpreadsheetExportMixin.preprocess_field_value = preprocess_field_value
