"""A zip archive from a stranger: checked as a whole before anything of it is read."""

import stat
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from quizzes.exchange.question import Unreadable

MAX_FILES = 4_000
MAX_TOTAL = 100 * 1024 * 1024
MAX_RATIO = 100
#: A small file may shrink more than the ratio allows: a page of blanks does.
RATIO_COUNTS_FROM = 1024 * 1024
CHUNK = 64 * 1024


class Archive:
    """The files of a zip archive by their path. Raises Unreadable for one that no honest program writes."""

    def __init__(self, data: bytes):
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Unreadable("This zip archive is damaged: it cannot be opened.") from error
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if len(entries) > MAX_FILES:
            raise Unreadable(f"This archive holds {len(entries):,} files; {MAX_FILES:,} is the limit.")
        self._left = MAX_TOTAL
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise Unreadable(f"This archive unpacks to more than {MAX_TOTAL // 1024**2} MB.")
        self._entries = {}
        for entry in entries:
            _check(entry)
            if entry.filename in self._entries:
                raise Unreadable(f"This archive holds two files called “{entry.filename}”.")
            self._entries[entry.filename] = entry

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """Return one file. KeyError if it is not there; never more than the archive said and may hold."""
        entry = self._entries[name]
        out = bytearray()
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(CHUNK):
                    out += chunk
                    self._left -= len(chunk)
                    if len(out) > entry.file_size or self._left < 0:
                        raise Unreadable(f"“{name}” unpacks to more than the archive says.")
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(f"“{name}” in the archive is damaged or locked by a password.") from error
        except Exception as error:  # zlib.error and its kin have no common parent
            raise Unreadable(f"“{name}” in the archive is damaged.") from error
        return bytes(out)


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in name:
        raise Unreadable(
            f"This archive holds a file that points outside it (“{name[:80]}”): nothing is read."
        )
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
        raise Unreadable(f"This archive holds a link or device (“{name[:80]}”): nothing is read.")
    if path.suffix.lower() in {".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar"}:
        raise Unreadable(f"This archive holds another archive (“{name[:80]}”): unpack it first.")
    if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Unreadable(f"“{name[:80]}” unpacks to more than {MAX_RATIO} times its size: nothing is read.")


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of `files`, the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return out.getvalue()
