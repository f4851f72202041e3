"""Where a credential may travel: as JSON text, in a badge's PNG, or attached to a certificate's PDF. Pure.

Everything here reads files that anybody may have sent: sizes are limited before anything is unpacked.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO

from openbadgeslib import baking
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

ATTACHMENT = "credential.json"
MAX_FILE = 5 * 1024 * 1024  # bytes
MAX_CREDENTIAL = 64 * 1024  # bytes; ours have under 4 KB
PNG, PDF = b"\x89PNG\r\n\x1a\n", b"%PDF-"


def credential_in(upload: str | bytes) -> str | None:
    """Return the credential's text, whichever of the three `upload` is; None when there is none to be read."""
    content = upload.encode(errors="replace") if isinstance(upload, str) else upload
    if len(content) > MAX_FILE:
        return None
    if content.startswith(PNG):
        return credential_in_png(content)
    if PDF in content[:1024]:
        return credential_in_pdf(content)
    return _text(content)


def credential_in_png(png: bytes) -> str | None:
    try:
        text = baking.extract_png(png, MAX_CREDENTIAL, keyword=baking.ITXT_KEYWORD_OB3)
    except Exception:  # the readers raise many kinds for broken files: all mean the same
        return None
    return _text(text.encode()) if text else None


def credential_in_pdf(pdf: bytes) -> str | None:
    """Return what is attached to `pdf` under our name for it; None when there is none or it cannot be read."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        names = reader.root["/Names"]["/EmbeddedFiles"]
        for name, file in _entries(names):
            if name == ATTACHMENT:
                return _text(_content(file["/EF"]["/F"]))
    except Exception:  # as above
        return None
    return None


def _entries(
    tree: generic.DictionaryObject, depth: int = 0
) -> Iterator[tuple[str, generic.DictionaryObject]]:
    """Yield name and file of a PDF name tree (ISO 32000-1, 7.9.6); one nested too deeply ends."""
    leaves = tree.get("/Names", ())
    for position in range(0, len(leaves) - 1, 2):
        yield str(leaves[position]), leaves[position + 1]
    if depth < 8:
        for branch in tree.get("/Kids", ()):
            yield from _entries(branch.get_object(), depth + 1)


def _content(stream: generic.StreamObject) -> bytes:
    """Return the file's bytes, unpacked no further than a credential may be long."""
    packed = stream.encoded_data
    if stream.get("/Filter") is None:
        return packed[: MAX_CREDENTIAL + 1]
    return zlib.decompressobj().decompress(packed, MAX_CREDENTIAL + 1)


def _text(content: bytes) -> str | None:
    try:
        return content.decode() if len(content) <= MAX_CREDENTIAL else None
    except UnicodeDecodeError:
        return None
