"""Where drawing was; gone when nobody imports it."""

from certificates.drawing import UndrawableName, UndrawableText, draw, name_family

__all__ = ["UndrawableName", "UndrawableText", "draw", "name_family"]
