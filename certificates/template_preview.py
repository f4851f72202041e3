"""A template shown to its editor: a certificate that nobody holds, drawn as a real one would be."""

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from certificates.designs import draft_look
from certificates.drawing import UndrawableText, draw
from certificates.models import CertificateTemplate
from certificates.pictures import UnusablePicture
from certificates.samples import MODES
from certificates.template_checks import problems_with_parts, sample_of
from trainingsite.lib.pdf import DoesNotFit
from trainingsite.lib.rasters import first_page_png

WIDTH = 1400  # pixels: sharp on a wide screen, light enough to come again with every change


def preview(request: HttpRequest, template: CertificateTemplate, mode: str) -> HttpResponse:
    """Show the draft with the sample `mode`, as a picture and as the PDF; or say what keeps it from being drawn."""
    sample = MODES.get(mode) or MODES[""]
    context = {"template": template, "sample": sample, "problems": []}
    try:
        pdf = sample_pdf(template, mode)
    except (UnusablePicture, UndrawableText, DoesNotFit, KeyError) as problem:
        found = [one.sentence for one in problems_with_parts(template)]
        context["problems"] = found or [str(problem) or "There is more text than fits on one page."]
    else:
        context["size"] = len(pdf) // 1000 + 1
        context["pdf"] = base64.b64encode(pdf).decode()
        context["picture"] = base64.b64encode(first_page_png(pdf, WIDTH)).decode()
    return render(request, "certificates/cms/template_preview.html", context)


def sample_pdf(template: CertificateTemplate, mode: str) -> bytes:
    """Return the sample `mode` as PDF. Raises UnusablePicture, UndrawableText, DoesNotFit, or KeyError for a field."""
    look = draft_look(template)
    printed = MODES[mode].change(sample_of(look))
    return draw(printed, look.design(printed))
