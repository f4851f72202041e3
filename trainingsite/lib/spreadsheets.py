"""Tables as files: CSV and XLSX, with no cell that a spreadsheet program could take for a formula."""

import re
from typing import Any

import tablib
from django.http import Http404, HttpResponse
from django.utils import timezone
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


def to_csv(table: tablib.Dataset) -> bytes:
    """UTF-8 with the mark that Excel looks for; dates as 2026-11-21."""
    return table.export("csv").encode("utf-8-sig")


def to_xlsx(table: tablib.Dataset) -> bytes:
    """One sheet, in which words are words whatever they begin with."""
    return table.export("xlsx")


#: File type -> how it is written and announced.
WRITERS = {
    "csv": (to_csv, "text/csv; charset=utf-8"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def download(table: tablib.Dataset, name: str, kind: str) -> HttpResponse:
    """Return `table` as a file of `kind`, csv or xlsx, named after `name` and today. Raises Http404 for others."""
    if kind not in WRITERS:
        raise Http404
    write, content_type = WRITERS[kind]
    return HttpResponse(
        write(table),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{kind}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


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
