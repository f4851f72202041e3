"""PDF to picture, for looking at. The only import of PDFium, which is not made for threads."""

import threading
from io import BytesIO

import pypdfium2

_drawing = threading.Lock()


def first_page_png(pdf: bytes, width: int) -> bytes:
    """Return the first page of `pdf` as a PNG that many pixels wide."""
    with _drawing, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image = page.render(scale=width / page.get_width()).to_pil()
    encoded = BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()
