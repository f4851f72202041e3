"""HTML to PDF. The only import of WeasyPrint, whose default fetcher would follow any address.

Ordinary documents are PDF/UA-1. What is kept for years is PDF/A-3a as well: `one_page_archive`.
"""

import mimetypes
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings

FONTS_ONLY = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@contextmanager
def _bundled_fonts_only() -> Iterator[None]:
    """Hide the machine's own fonts, so that a page looks the same wherever it is drawn."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_font_settings())
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@cache
def _font_settings() -> Path:
    # The folder goes when the process ends, with the object that is kept here.
    _font_settings.folder = tempfile.TemporaryDirectory(prefix="fonts-")
    folder = Path(_font_settings.folder.name)
    fonts = settings.BASE_DIR / "static" / "vendor" / "fonts" / "print"
    (folder / "fonts.conf").write_text(FONTS_ONLY.format(fonts=fonts, cache=folder / "cache"))
    return folder / "fonts.conf"


with _bundled_fonts_only():
    import weasyprint.pdf
    from weasyprint import CSS, HTML, Attachment, Document
    from weasyprint.css import ColorProfile
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from trainingsite.lib.pdf import archive, letters

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


@dataclass(frozen=True)
class _Stylesheet:
    """Read once a process, with its fonts: reading them is most of a naive drawing's cost."""

    css: CSS
    fonts: FontConfiguration
    images: dict[str, object]  # bundled ones; those of one document are not kept


@cache
def _stylesheet(name: str) -> _Stylesheet:
    with _bundled_fonts_only():
        fonts = FontConfiguration()
    text = (settings.BASE_DIR / "static" / name).read_text()
    css = CSS(string=text, font_config=fonts, url_fetcher=AssetFetcher(), base_url=ASSETS)
    return _Stylesheet(css, fonts, {})


def _lay_out(html: str, stylesheet: str, variant: str = VARIANT) -> Document:
    sheet = _stylesheet(stylesheet)
    page = HTML(string=html, base_url=ASSETS, url_fetcher=AssetFetcher())
    images = sheet.images.copy()
    document = page.render(
        stylesheets=[sheet.css],
        font_config=sheet.fonts,
        pdf_variant=variant,
        cache=images,
        color_profiles={"srgb": _srgb()} if variant == archive.VARIANT else None,
    )
    sheet.images.update((url, image) for url, image in images.items() if url.startswith(ASSETS))
    return document


class _KeptProfile(ColorProfile):
    """A colour profile byte for byte as in its file: once its tags were read, Pillow would write it differently."""

    content = b""

    def __init__(self, file: Path):
        self.content = file.read_bytes()
        super().__init__(BytesIO(self.content), file.name, "relative-colorimetric", (["r"], ["g"], ["b"]))


@cache
def _srgb() -> ColorProfile:
    """Read the profile that PDF/A asks for, which WeasyPrint would open for each document and not close."""
    return _KeptProfile(Path(weasyprint.pdf.__file__).parent / "sRGB2014.icc")


def html_to_pdf(html: str, stylesheet: str) -> bytes:
    """Return a tagged PDF of `html` under static/`stylesheet`. The same input gives the same bytes."""
    with _drawing:
        return _lay_out(html, stylesheet).write_pdf(pdf_variant=VARIANT)


def one_page_pdf(versions: Iterable[str], stylesheet: str) -> bytes:
    """Return a tagged PDF of the first of `versions` that fits on one page; raises DoesNotFit if none does."""
    return _first_that_fits(
        versions, stylesheet, VARIANT, lambda document: document.write_pdf(pdf_variant=VARIANT)
    )


def one_page_archive(
    versions: Iterable[str], stylesheet: str, attachments: Iterable[archive.Attached] = ()
) -> bytes:
    """Return `one_page_pdf` as PDF/A-3a and PDF/UA-1 in one file, with `attachments` as its data.

    An element with the attribute data-exact gives back exactly its text, whatever its script.
    """

    def write(document: Document) -> bytes:
        archive.also_accessible(document)
        for page in document.pages:
            letters.keep_exact(page)
        files = [archive.attachment(Attachment, one) for one in attachments]
        return document.write_pdf(pdf_variant=archive.VARIANT, attachments=files, output_intent="")

    return _first_that_fits(versions, stylesheet, archive.VARIANT, write)


def _first_that_fits(
    versions: Iterable[str], stylesheet: str, variant: str, write: Callable[[Document], bytes]
) -> bytes:
    with _drawing:
        for html in versions:
            document = _lay_out(html, stylesheet, variant)
            if len(document.pages) == 1:
                return write(document)
    raise DoesNotFit
