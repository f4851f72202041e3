"""A pack as a PDF on A4."""

from django.template.loader import render_to_string

from cpd.packs.shape import Pack
from trainingsite.lib.pdf import html_to_pdf

STYLESHEET = "print/cpd.css"


def as_pdf(pack: Pack) -> bytes:
    return html_to_pdf(render_to_string("cpd/document.html", {"pack": pack}), STYLESHEET)
