"""HTML to PDF. The only import of WeasyPrint, whose default fetcher would follow any address."""

import mimetypes
import threading
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSETS = "asset:"  # asset:img/mark.svg is static/img/mark.svg, and nothing else can be named
VARIANT = "pdf/ua-1"

#: One drawing at a time in a process: Pango and fontconfig share state between threads.
_drawing = threading.Lock()


class DoesNotFit(Exception):
    """No version given fits on one page."""


class AssetFetcher(URLFetcher):
    """Answers for bundled assets and data: addresses; nothing else is opened, here or on the network."""

    def __init__(self):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        """Return the asset. Raises ValueError for any other address, which WeasyPrint then leaves out."""
        if not url.startswith(ASSETS):
            return super().fetch(url, headers)
        root = (settings.BASE_DIR / "static").resolve()
        path = (root / url.removeprefix(ASSETS)).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise ValueError("Only bundled assets may be drawn into a PDF")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


@cache
def _stylesheet(name: str) -> tuple[CSS, FontConfiguration]:
    """Read static/`name` and its fonts once a process: reading them is most of a naive drawing's cost."""
    fonts = FontConfiguration()
    text = (settings.BASE_DIR / "static" / name).read_text()
    return CSS(string=text, font_config=fonts, url_fetcher=AssetFetcher(), base_url=ASSETS), fonts


def _lay_out(html: str, stylesheet: str) -> Document:
    css, fonts = _stylesheet(stylesheet)
    page = HTML(string=html, base_url=ASSETS, url_fetcher=AssetFetcher())
    return page.render(stylesheets=[css], font_config=fonts, pdf_variant=VARIANT)


def html_to_pdf(html: str, stylesheet: str) -> bytes:
    """Return a tagged PDF of `html` under static/`stylesheet`. The same input gives the same bytes."""
    with _drawing:
        return _lay_out(html, stylesheet).write_pdf(pdf_variant=VARIANT)


def one_page_pdf(versions: Iterable[str], stylesheet: str) -> bytes:
    """Return a tagged PDF of the first of `versions` that fits on one page; raises DoesNotFit if none does."""
    with _drawing:
        for html in versions:
            document = _lay_out(html, stylesheet)
            if len(document.pages) == 1:
                return document.write_pdf(pdf_variant=VARIANT)
    raise DoesNotFit
