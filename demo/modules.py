"""Read a module file (docs/content-files.md) into front matter and blocks."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from demo.files import ContentError, Document
from demo.markdown import table_cells, to_html
from demo.schema import ModuleRow

FORMS = {"# Full form": "full", "# Short form": "short"}


@dataclass
class Block:
    """One block as written: what it is, the words after its name, its text, the line it begins on."""

    kind: str
    argument: str
    lines: list[str]
    line: int
    path: Path

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    def mistake(self, message: str) -> ContentError:
        return ContentError(self.path, self.line, f"{self.kind}: {message}")


@dataclass
class ModuleFile:
    """A module as read: `streams` maps full and short to lists of Block."""

    row: ModuleRow
    document: Document
    streams: dict[str, list[Block]] = field(default_factory=dict)


def read_modules(folder: Path) -> list[ModuleFile]:
    """Read every module file of `folder` in order of name; raises ContentError."""
    paths = sorted(folder.glob("*.md"))
    if not paths:
        raise ContentError(folder, 1, "there are no module files")
    return [read_module(path) for path in paths]


def read_module(path: Path) -> ModuleFile:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ContentError(path, 1, "the file is not UTF-8 text") from error
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise ContentError(path, 1, "a module begins with a part between two lines ---")
    end = lines.index("---", 1)
    document = Document(path, "\n".join(lines[1:end]), first_line=2)
    module = ModuleFile(document.parse(ModuleRow, document.value), document)
    form, start = None, end + 1
    for number in range(end + 1, len(lines) + 1):
        heading = lines[number].strip() if number < len(lines) else None
        if heading is None or heading in FORMS:
            if form:
                module.streams[form] = list(_blocks(path, lines, start, number))
            form, start = FORMS.get(heading or ""), number + 1
        elif heading.startswith("# "):
            raise ContentError(
                path, number + 1, "only “# Full form” and “# Short form” are headings of this size"
            )
    if not module.streams.get("full"):
        raise ContentError(path, end + 1, "“# Full form” is missing or empty")
    if bool(module.row.short_minutes) != bool(module.streams.get("short")):
        raise ContentError(path, 2, "short_minutes and “# Short form” go together")
    return module


def _blocks(path: Path, lines: list[str], start: int, end: int):
    """Yield the blocks between two line numbers (counted from 0, end excluded)."""
    prose: list[str] = []
    prose_line = start + 1
    open_block: Block | None = None
    for number in range(start, end):
        line = lines[number]
        if open_block:
            if line.strip() == ":::":
                yield open_block
                open_block, prose_line = None, number + 2
            elif line.startswith(":::"):
                raise ContentError(path, number + 1, "the block before this line is not closed by :::")
            else:
                open_block.lines.append(line)
            continue
        if not (line.startswith("::: ") or line.startswith("## ")):
            if line.strip() == ":::":
                raise ContentError(path, number + 1, "this ::: closes nothing")
            prose.append(line)
            continue
        if "\n".join(prose).strip():
            yield Block("text", "", prose, prose_line, path)
        prose = []
        if line.startswith("## "):
            yield Block("heading", line[3:].strip(), [], number + 1, path)
            prose_line = number + 2
        else:
            kind, _, argument = line[4:].strip().partition(" ")
            open_block = Block(kind, argument.strip(), [], number + 1, path)
    if open_block:
        raise open_block.mistake("the block is not closed by :::")
    if "\n".join(prose).strip():
        yield Block("text", "", prose, prose_line, path)


def _settings(block: Block) -> tuple[dict[str, str], str]:
    """Split “Minutes: 8” lines at the head of a block from the text that follows."""
    found, lines = {}, block.text.splitlines()
    while lines:
        match = re.match(r"^(Minutes|Content note|Alt): +(.+)$", lines[0])
        if not match:
            break
        found[match[1]] = match[2].strip()
        lines.pop(0)
    return found, "\n".join(lines).strip()


def _parts(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Split text at ### headings: what comes before, then (heading, text) pairs."""
    before, *rest = re.split(r"^### +(.+)$", text, flags=re.MULTILINE)
    return before.strip(), [(rest[i].strip(), rest[i + 1].strip()) for i in range(0, len(rest), 2)]


@dataclass
class Lookups:
    """What blocks refer to: code -> primary key."""

    facts: dict[str, int]
    indicators: dict[str, int]
    sectors: set[str]
    images: Callable[[str, str], int]


def stream_value(blocks: list[Block], lookups: Lookups) -> list[dict]:
    """Return the blocks as StreamField data; raises ContentError naming the line."""
    return [_value(block, lookups) for block in blocks]


def _value(block: Block, lookups: Lookups) -> dict:
    make = _MAKERS.get(block.kind)
    if make is None:
        raise block.mistake(f"there is no such block; known are {', '.join(sorted(_MAKERS))}")
    kind, value = make(block, lookups)
    return {"type": kind, "value": value}


def _reference(block: Block, known: dict[str, int], code: str) -> int:
    if code not in known:
        raise block.mistake(f"{code or 'the code'} is not in the library")
    return known[code]


def _heading(block, lookups):
    return "heading", block.argument


def _text(block, lookups):
    return "text", to_html(block.text)


def _callout(block, lookups):
    return "callout", {"title": block.argument, "body": to_html(block.text)}


def _fact(block, lookups):
    return "fact", {"fact": _reference(block, lookups.facts, block.argument), "reading": to_html(block.text)}


def _indicators(block, lookups):
    codes = [_reference(block, lookups.indicators, code) for code in block.argument.split()]
    if not codes:
        raise block.mistake("name at least one indicator")
    return "indicators", {"introduction": to_html(block.text), "indicators": codes}


def _case(block, lookups):
    settings, body = _settings(block)
    if not settings.get("Content note"):
        raise block.mistake("a case needs a line “Content note: …”")
    return "case_study", {
        "title": block.argument,
        "content_note": settings["Content note"],
        "body": to_html(body),
    }


def _activity(block, lookups):
    settings, text = _settings(block)
    if not settings.get("Minutes", "").isdigit():
        raise block.mistake("an activity needs a line “Minutes: 8”")
    body, parts = _parts(text)
    named = dict(parts)
    own, notes = named.pop("On your own", ""), named.pop("Facilitator notes", "")
    body = "\n\n".join([body, *(f"### {title}\n\n{text}" for title, text in named.items())])
    return "activity", {
        "title": block.argument,
        "minutes": int(settings["Minutes"]),
        "body": to_html(body),
        "on_your_own": to_html(own),
        "facilitator_notes": to_html(notes),
    }


def _sectors(block, lookups):
    _, parts = _parts(block.text)
    value, seen = [], set()
    for heading, text in parts:
        codes = [code.strip() for code in heading.split(",")]
        for code in codes:
            if code not in lookups.sectors:
                raise block.mistake(f"{code} is no sector")
            if code in seen:
                raise block.mistake(f"{code} stands here twice")
            seen.add(code)
        value.append({"sectors": codes, "body": to_html(text)})
    if not value:
        raise block.mistake("begin each part with “### CODE, CODE”")
    return "sectors", {"title": block.argument or "What this means in your job", "parts": value}


def _accordion(block, lookups):
    _, parts = _parts(block.text)
    if not parts:
        raise block.mistake("begin each part with “### Title”")
    return "accordion", {"items": [{"title": title, "body": to_html(text)} for title, text in parts]}


def _table(block, lookups):
    rows = table_cells(block.text)
    if not rows or not block.argument:
        raise block.mistake("a table needs a caption after its name and rows of cells between | signs")
    head, *body = rows
    columns = [{"type": "prose" if i else "text", "heading": cell} for i, cell in enumerate(head)]
    values = [
        {"values": [cell if i == 0 else f"<p>{cell}</p>" for i, cell in enumerate(row)]} for row in body
    ]
    return "table", {"caption": block.argument, "table": {"columns": columns, "rows": values, "caption": ""}}


def _image(block, lookups):
    settings, caption = _settings(block)
    if not settings.get("Alt"):
        raise block.mistake("an image needs a line “Alt: …”")
    if not (block.path.parent.parent / "images" / block.argument).is_file():
        raise block.mistake(f"images/{block.argument} is missing")
    picture = {
        "image": lookups.images(block.argument, settings["Alt"]),
        "decorative": False,
        "alt_text": settings["Alt"],
    }
    return "image", {"image": picture, "caption": caption}


_OPTION = re.compile(r"^- \[( |x)\] (.+)$")


def _check(block, lookups):
    _, parts = _parts(block.text)
    if len(parts) != 3:
        raise block.mistake(f"a check has three questions, this has {len(parts)}")
    questions = []
    for stem, text in parts:
        options: list[dict] = []
        for line in filter(str.strip, text.splitlines()):
            match = _OPTION.match(line)
            if match:
                options.append({"text": match[2].strip(), "is_right": match[1] == "x", "feedback": ""})
            elif options:
                options[-1]["feedback"] = f"{options[-1]['feedback']} {line.strip()}".strip()
            else:
                raise block.mistake(f"“{stem}”: an answer begins with “- [ ]” or “- [x]”")
        if not 2 <= len(options) <= 4 or sum(o["is_right"] for o in options) != 1:
            raise block.mistake(f"“{stem}” needs two to four answers, one of them right")
        if not all(o["feedback"] for o in options):
            raise block.mistake(f"“{stem}”: each answer needs its feedback on the next line")
        questions.append({"stem": stem, "options": options})
    return "check", {"questions": questions}


_MAKERS: dict[str, Callable] = {
    "heading": _heading,
    "text": _text,
    "callout": _callout,
    "fact": _fact,
    "indicators": _indicators,
    "case": _case,
    "activity": _activity,
    "sectors": _sectors,
    "accordion": _accordion,
    "table": _table,
    "image": _image,
    "check": _check,
}
