"""HTML to plain text and back. Paragraphs, line breaks and lists stay as lines; the rest is dropped by name."""

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from quizzes.exchange.text import tidy

#: Elements whose content never becomes text, and what a reader of the report knows them as.
DROPPED_WHOLE = {
    "script": "script",
    "style": "style sheet",
    "template": "template",
    "noscript": "script",
    "iframe": "embedded page",
    "object": "embedded object",
    "embed": "embedded object",
    "applet": "embedded object",
    "svg": "drawing",
    "canvas": "drawing",
    "video": "video",
    "audio": "sound",
    "select": "form field",
    "textarea": "form field",
}
#: Elements without content, which no end tag closes.
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
)
#: Elements that lose their look and keep their words.
FORMATTING = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strike-through"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    "sup": "superscript",
    "sub": "subscript",
    "font": "colour or size",
    "big": "colour or size",
    "small": "colour or size",
    "mark": "highlight",
    "table": "table",
    "blockquote": "quotation",
    "math": "formula",
    "ruby": "ruby text",
    "input": "form field",
    "button": "form field",
    "form": "form field",
    "link": "style sheet",
    "meta": "page information",
    "base": "page information",
}
BLOCKS = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "dl",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "blockquote",
        "section",
        "article",
        "aside",
        "header",
        "footer",
        "figure",
        "figcaption",
        "form",
        "hr",
        "fieldset",
        "address",
    ]
)
LINES = frozenset({"li", "tr", "dt", "dd", "br"})
SPACES = re.compile(r"[ \t\n\r\f]+")
SAFE_LINKS = ("http://", "https://", "mailto:", "tel:")


@dataclass(frozen=True)
class Cleaned:
    """text: plain.  losses: what was dropped, each once.  pictures: (address, words for it) in their order."""

    text: str
    losses: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out, self.losses, self.pictures = [], {}, []
        self.skipping, self.skipped_depth = "", 0
        self.lists, self.links = [], []

    def handle_starttag(self, tag, attributes):
        values = {name: value or "" for name, value in attributes}
        if self.skipping:
            self.skipped_depth += tag == self.skipping
            return
        if tag in DROPPED_WHOLE:
            self.losses[DROPPED_WHOLE[tag]] = True
            if tag not in EMPTY:
                self.skipping, self.skipped_depth = tag, 1
            return
        self._note_look(tag, values)
        if tag == "img":
            self.pictures.append((values.get("src", ""), tidy(values.get("alt", ""))))
        elif tag in BLOCKS:
            self.out.append("\n\n")
        elif tag in LINES:
            self.out.append("\n")
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._begin_entry()
        elif tag == "a":
            self.links.append((values.get("href", "").strip(), len(self.out)))

    def _note_look(self, tag: str, values: dict) -> None:
        if tag in FORMATTING:
            self.losses[FORMATTING[tag]] = True
        if any(name.startswith("on") for name in values):
            self.losses["script"] = True
        if "style" in values:
            self.losses["colour or size"] = True

    def _begin_entry(self):
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            self.out.append(f"{self.lists[-1]}. ")
        else:
            self.out.append("- ")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if self.skipping:
            self.skipped_depth -= tag == self.skipping
            if not self.skipped_depth:
                self.skipping = ""
            return
        if tag in BLOCKS:
            self.out.append("\n\n")
        elif tag in ("td", "th"):
            self.out.append(" | ")
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "a" and self.links:
            self._end_link(*self.links.pop())

    def _end_link(self, address: str, start: int):
        if not address:
            return
        self.losses["link"] = True
        words = "".join(self.out[start:]).strip()
        if address.lower().startswith(SAFE_LINKS) and address.removeprefix("mailto:") != words:
            self.out.append(f" ({address})")

    def handle_data(self, data):
        if not self.skipping:
            self.out.append(SPACES.sub(" ", data))

    def text(self) -> str:
        return tidy("".join(self.out).replace(" | \n", "\n").removesuffix(" | "))


def to_text(html: str) -> Cleaned:
    """Return what of `html` is text. Scripts and their kin go with their content; nothing comes back as markup."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Cleaned(reader.text(), tuple(reader.losses), tuple(reader.pictures))


def from_text(text: str, *, xml: bool = False) -> str:
    """Return tidy plain text as paragraphs of HTML, of XHTML when `xml`."""
    line_break = "<br/>" if xml else "<br>"
    return "".join(
        f"<p>{escape(paragraph, quote=False).replace(chr(10), line_break)}</p>"
        for paragraph in text.split("\n\n")
        if paragraph
    )


#: Text without a named format counts as HTML when it shows one of these.
LOOKS_LIKE_HTML = re.compile(
    r"</?(p|br|div|span|b|i|u|em|strong|ul|ol|li|a|img|h[1-6]|table|tr|td|sup|sub|font|pre|code|script|style"
    r"|iframe|object|svg|blockquote)\b[^<>]*>|&(#\d+|#x[0-9a-f]+|[a-z]+);",
    re.IGNORECASE,
)
MARKDOWN = re.compile(r"(\*\*|__)\S|^#{1,6} |\]\(|`", re.MULTILINE)


class Cleaner:
    """Turns the texts of one question into plain text, and remembers what was lost and which pictures stood there."""

    def __init__(self):
        self.looks: dict[str, bool] = {}
        self.others: dict[str, bool] = {}

    def read(self, text: str, form: str = "auto") -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the text and its pictures. form: html, plain, markdown or auto, which other systems use unasked."""
        if form == "html" or (form == "auto" and LOOKS_LIKE_HTML.search(text)):
            cleaned = to_text(text if form == "html" else text.replace("\n", "<br>"))
            self.looks |= dict.fromkeys(cleaned.losses, True)
            return cleaned.text, cleaned.pictures
        if form == "markdown" and MARKDOWN.search(text):
            self.lose("Markdown marks are kept as typed")
        return tidy(text), ()

    def lose(self, what: str) -> None:
        self.others[what] = True

    @property
    def losses(self) -> tuple[str, ...]:
        looks = (f"formatting dropped: {', '.join(self.looks)}",) if self.looks else ()
        return (*self.others, *looks)
