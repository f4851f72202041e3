"""Regulator packs: one record as each body asks for it, as text, CSV and PDF.

`shape` is what a pack is made of, `building` fills it, `text`, `sheet` and `document` write it down.
"""

from cpd.packs.building import pack_of
from cpd.packs.document import TooLong, as_pdf, fits
from cpd.packs.shape import Pack
from cpd.packs.text import as_text

__all__ = ["Pack", "TooLong", "as_pdf", "as_text", "fits", "pack_of"]
