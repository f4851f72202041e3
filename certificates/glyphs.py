"""Where drawing.glyphs was; gone when nobody imports it."""

from certificates.drawing.glyphs import SANS, SERIF, describe, tidy, undrawable, width

__all__ = ["SANS", "SERIF", "describe", "tidy", "undrawable", "width"]
