"""Read the content files and say where a mistake is: file and line, before anything is written."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

CONTENT = Path(__file__).resolve().parent / "content"

Row = TypeVar("Row", bound=BaseModel)


class ContentError(Exception):
    """A mistake in a content file. The message begins with the file's name and the line."""

    def __init__(self, path: Path, line: int, message: str):
        super().__init__(f"{path.parent.name}/{path.name}, line {line}: {message}")


class Document:
    """A parsed YAML text that still knows on which line each value stands."""

    def __init__(self, path: Path, text: str, first_line: int = 1):
        """first_line: the line of the file on which `text` begins. Raises ContentError."""
        self.path = path
        self.first_line = first_line
        loader = yaml.CSafeLoader(text)
        try:
            self.root = loader.get_single_node()
            self.value = loader.construct_document(self.root) if self.root else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + first_line if mark else first_line
            raise ContentError(path, line, error.problem or "this is not valid YAML") from error
        except (yaml.YAMLError, ValueError) as error:
            raise ContentError(path, first_line, f"this is not valid YAML ({error})") from error

    def line_of(self, location: tuple[int | str, ...]) -> int:
        """Return the line of the value at `location`, or of its nearest parent that exists."""
        node = self.root
        line = node.start_mark.line if node else 0
        for step in location:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            elif isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == step), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line, found[1]
                continue
            else:
                break
            line = node.start_mark.line
        return line + self.first_line

    def mistake(self, location: tuple[int | str, ...], message: str) -> ContentError:
        return ContentError(self.path, self.line_of(location), message)

    def parse(self, model: type[Row], value, location: tuple[int | str, ...] = ()) -> Row:
        """Return `value` as `model`; raises ContentError for the first thing that is wrong."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = (*location, *first["loc"])
            field = ".".join(str(part) for part in first["loc"])
            message = f"{field}: {first['msg']}" if field else first["msg"]
            raise self.mistake(where, message) from error


def read_document(path: Path) -> Document:
    """Read a YAML file; raises ContentError when it is missing or is no YAML."""
    try:
        return Document(path, path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise ContentError(path, 1, "the file is missing or is not UTF-8 text") from error


def read_rows(
    path: Path, model: type[Row], *, key: str, under: str | None = None
) -> tuple[Document, list[Row]]:
    """Read a list of `model` from `path` (below the key `under`, if given), each `key` once."""
    document = read_document(path)
    values = document.value.get(under) if under and isinstance(document.value, dict) else document.value
    prefix = (under,) if under else ()
    if not isinstance(values, list) or not values:
        raise document.mistake(prefix, "expected a list")
    rows = [document.parse(model, value, (*prefix, index)) for index, value in enumerate(values)]
    seen = set()
    for index, row in enumerate(rows):
        if getattr(row, key) in seen:
            raise document.mistake((*prefix, index, key), f"{getattr(row, key)} stands here twice")
        seen.add(getattr(row, key))
    return document, rows


def refer(document: Document, location, codes, known: set[str]) -> None:
    """Refuse the first of `codes` that is not known, naming its place in the file."""
    for code in codes:
        if code not in known:
            raise document.mistake(location, f"{code} is not known")
