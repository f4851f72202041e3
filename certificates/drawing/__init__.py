"""The document: `draw(printed, design)` gives its bytes, PDF/A-3a and PDF/UA-1, before it is sealed."""

from certificates.drawing.document import draw, warm_up
from certificates.drawing.names import UndrawableName, UndrawableText, name_family

__all__ = ["UndrawableName", "UndrawableText", "draw", "name_family", "warm_up"]
