"""The programme report as a PDF to hand in: the tables of the page, with charts."""

from django.template.loader import render_to_string

from reports.programme import Report
from trainingsite.lib.pdf import html_to_pdf

STYLESHEET = "print/report.css"


def draw(report: Report) -> bytes:
    """Return the report as a tagged PDF on A4."""
    context = {"report": report, "programme": report.programme}
    return html_to_pdf(render_to_string("reports/document.html", context), STYLESHEET)
