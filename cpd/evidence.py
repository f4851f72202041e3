"""A file that proves learning: told by what is inside it, never by its name."""

import re
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image

MAX_BYTES = 5 * 1024 * 1024
MOST_FILES = 200  # a person: a record of years, and an end to it
MOST_PIXELS = 60_000_000
MOST_PARTS = 2000  # of a Word document
NAME_LENGTH = 100

TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TOO_LARGE = "The file is larger than 5 MB. Choose a smaller one, or take a smaller picture of it."
WRONG_TYPE = (
    "Choose a PDF, a JPEG or PNG picture, or a Word document (.docx). This file is something else inside."
)


class EvidenceRefused(Exception):
    """The words say why, and what to do."""


def extension_of(file: BinaryIO) -> str:
    """Return pdf, jpg, png or docx. Raises EvidenceRefused for everything else, however it is called."""
    if file.size > MAX_BYTES:
        raise EvidenceRefused(TOO_LARGE)
    file.seek(0)
    head = file.read(8)
    try:
        for start, extension, is_sound in _KINDS:
            if head.startswith(start) and is_sound(file):
                return extension
    finally:
        file.seek(0)
    raise EvidenceRefused(WRONG_TYPE)


def _is_pdf(file: BinaryIO) -> bool:
    file.seek(max(0, file.size - 2048))
    return b"%%EOF" in file.read()


def _is_picture(kind: str):
    def is_sound(file: BinaryIO) -> bool:
        file.seek(0)
        try:
            with Image.open(file, formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return False
                picture.verify()
        except (
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ):
            return False
        return True

    return is_sound


def _is_word(file: BinaryIO) -> bool:
    """A Word document without macros; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return (
        len(names) <= MOST_PARTS
        and {"[Content_Types].xml", "word/document.xml"} <= set(names)
        and not any(name.lower().endswith("vbaproject.bin") for name in names)
    )


_KINDS = (
    (b"%PDF-", "pdf", _is_pdf),
    (b"\xff\xd8\xff", "jpg", _is_picture("JPEG")),
    (b"\x89PNG\r\n\x1a\n", "png", _is_picture("PNG")),
    (b"PK\x03\x04", "docx", _is_word),
)


def shown_name(given: str, extension: str) -> str:
    """Return the name to show and to download under: the given one made harmless, with the ending that is true."""
    stem = PurePosixPath(given.replace("\\", "/")).stem
    stem = re.sub(r"[^\w.()&+,'-]+", " ", stem).strip(" .")
    return f"{stem[:NAME_LENGTH] or 'evidence'}.{extension}"
