"""Markdown to the HTML that Wagtail's rich text keeps."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def _wagtail_marks(tokens: list[Token]) -> list[Token]:
    """Rich text keeps bold and italic as b and i."""
    for token in tokens:
        for child in token.children or []:
            child.tag = {"strong": "b", "em": "i"}.get(child.tag, child.tag)
    return tokens


def to_html(text: str) -> str:
    """Return Markdown `text` as HTML; raw HTML in it comes out as plain text."""
    tokens = _wagtail_marks(_markdown.parse(text))
    return _markdown.renderer.render(tokens, _markdown.options, {}).strip()


def table_cells(text: str) -> list[list[str]] | None:
    """Return the rows of the one table in `text`, the header first, cells as inline HTML; None without a table."""
    tokens = _wagtail_marks(_markdown.parse(text))
    rows: list[list[str]] = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"} and following is not None:
            rows[-1].append(_markdown.renderer.render([following], _markdown.options, {}))
    return rows or None
