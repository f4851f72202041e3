"""XML from strangers: no entities, no document types, no network; every element knows its line."""

from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from quizzes.exchange.question import Unreadable

MAX_DEPTH = 100
LINE = "\0line"


class _Parser(DefusedXMLParser):
    """Keeps the line of each start tag, and refuses a tree so deep that it could only be meant to harm."""

    def __init__(self):
        super().__init__(forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self._depth = 0

    def _start(self, *args):
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"This XML is nested more than {MAX_DEPTH} deep: nothing is read.")
        element = super()._start(*args)
        element.set(LINE, str(self.parser.CurrentLineNumber))
        return element

    def _end(self, tag):
        self._depth -= 1
        return super()._end(tag)


def parse(data: bytes) -> Element:
    """Return the root element. Raises Unreadable in one sentence, with the line where there is one."""
    parser = _Parser()
    try:
        parser.feed(data)
        return parser.close()
    except DefusedXmlException as error:
        raise Unreadable(
            "This XML declares a document type or entities, which can hide an attack: nothing is read."
        ) from error
    except ParseError as error:
        line, column = error.position
        raise Unreadable(f"This is no well-formed XML: line {line}, column {column + 1}.") from error
    except (ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("This XML is in an encoding that cannot be read.") from error


def line_of(element: Element) -> int:
    return int(element.get(LINE) or 0)


def local(tag: object) -> str:
    """Return the name of an element without its namespace; empty for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Element | None) -> str:
    """Return the text directly in `element`, empty if there is none."""
    return (element.text or "").strip() if element is not None else ""
