"""The record and the packs as tables, and everything in one ZIP that is written while it is sent."""

import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import tablib
from django.core.files.storage import Storage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from certificates.models import Certificate
from cpd.models import OutsideLearning, Reflection
from cpd.packs.shape import Table
from cpd.periods import ALL, Period
from cpd.personal_data import export_cpd, reflection_as_data
from cpd.prompts import PROMPTS
from cpd.record import Entry, Record, record_of
from trainingsite.lib.spreadsheets import safe_cell
from trainingsite.lib.templatetags.gds import hours

CHUNK = 256 * 1024

#: Heading -> cell of an entry. Dates as 2026-11-21, times as h:mm.
COLUMNS: tuple[tuple[str, Callable[[Entry], Any]], ...] = (
    ("Completed on", lambda entry: str(entry.completed_on)),
    ("Course", lambda entry: entry.title),
    ("Provider", lambda entry: entry.provider),
    ("How it was taught", lambda entry: entry.how),
    ("CPD hours (h:mm)", lambda entry: hours(entry.minutes)),
    ("Participatory hours (h:mm)", lambda entry: hours(entry.participatory_minutes)),
    ("Refresh by", lambda entry: str(entry.award.refresh_by or "") if entry.award else ""),
    ("Certificate number", lambda entry: _number(entry)),
    ("Status", lambda entry: entry.award.standing.label if entry.award else "Entered by the holder"),
    ("Relates to", lambda entry: entry.relates_to),
    ("Evidence", lambda entry: entry.outside.evidence_name if entry.outside else ""),
)


def _number(entry: Entry) -> str:
    return entry.certificate.number if entry.certificate and not entry.certificate.is_pending else ""


def record_table(record: Record) -> tablib.Dataset:
    """Return the record, the latest first; cells that a spreadsheet could take for a formula are made safe."""
    table = tablib.Dataset(headers=[name for name, _ in COLUMNS])
    for entry in record.entries:
        table.append([safe_cell(cell(entry)) for _, cell in COLUMNS])
    return table


def pack_table(sheet: Table) -> tablib.Dataset:
    table = tablib.Dataset(headers=list(sheet.headings))
    for row in sheet.rows:
        table.append([safe_cell(cell) for cell in row])
    return table


def record_as_data(owner, record: Record) -> dict[str, Any]:
    """Return everything as JSON can hold it: whole minutes, dates as 2026-11-21."""
    return {
        "holder": owner.name,
        "made_at": timezone.now(),
        "minutes": record.minutes,
        "participatory_minutes": record.participatory_minutes,
        "courses": [_award_as_data(entry) for entry in record.entries if entry.award],
        **export_cpd(owner),
    }


def _award_as_data(entry: Entry) -> dict[str, Any]:
    award = entry.award
    return {
        "title": entry.title,
        "version": award.activity.version,
        "provider": entry.provider,
        "method": entry.how,
        "outcomes": award.activity.outcomes,
        "started_on": award.started_on,
        "completed_on": award.completed_on,
        "minutes": entry.minutes,
        "participatory_minutes": entry.participatory_minutes,
        "refresh_by": award.refresh_by,
        "status": award.standing.label,
        "certificates": [c.number for c in award.certificates.all() if not c.is_pending],
    }


# --- Everything in one ZIP ---------------------------------------------------------------------

READ_ME = """Your CPD record, made on {day}.

record.csv        every course and all learning elsewhere, as a table
record.json       the same with everything that you wrote, for other programs
reflections.txt   what you wrote, to read
certificates/     your certificates; anybody can check their numbers
badges/           digital badges (Open Badges 3.0), where there are any
evidence/         the files that you added

Evidence of CPD. You decide with your regulator what counts.
{missing}"""


class _Tray:
    """A file that cannot be rewound: what was written is handed on, so that no more than a piece is ever held."""

    def __init__(self):
        self.held = bytearray()
        self.position = 0

    def write(self, data: bytes) -> int:
        self.held += data
        self.position += len(data)
        return len(data)

    def tell(self) -> int:
        return self.position

    def flush(self) -> None:
        """Nothing to do: the reader takes what is there."""

    def take(self) -> bytes:
        taken, self.held = bytes(self.held), bytearray()
        return taken


def everything(owner) -> Iterator[bytes]:
    """Yield a ZIP of the owner's whole record piece by piece. All rows are read before the first piece."""
    record = record_of(owner, Period(ALL))
    texts = {
        "record.csv": record_table(record).export("csv").encode("utf-8-sig"),
        "record.json": json.dumps(
            record_as_data(owner, record), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False
        ).encode(),
        "reflections.txt": _reflections_as_text(owner).encode(),
        **_badges(record),
    }
    files = _files(record)
    return _zip(texts, files)


def _badges(record: Record) -> dict[str, bytes]:
    return {f"badges/{c.number}.json": c.credential.encode() for c in _drawn(record) if c.credential}


def _files(record: Record) -> list[tuple[str, Storage, str]]:
    """Return name in the ZIP, storage, name in the storage."""
    files = [(f"certificates/{c.filename}", c.pdf.storage, c.pdf.name) for c in _drawn(record) if c.pdf]
    for entry in record.entries:
        row: OutsideLearning | None = entry.outside
        if row and row.evidence:
            files.append((f"evidence/{row.pk}-{row.evidence_name}", row.evidence.storage, row.evidence.name))
    return files


def _drawn(record: Record) -> list[Certificate]:
    return [
        c
        for entry in record.entries
        if entry.award
        for c in entry.award.certificates.all()
        if not c.is_pending
    ]


def _reflections_as_text(owner) -> str:
    parts = []
    for row in Reflection.objects.of(owner).select_related("award__activity", "outside"):
        data = reflection_as_data(row)
        lines = [
            data["about"],
            "-" * min(60, len(data["about"])),
            f"Written on {row.written_at:%Y-%m-%d}",
            "",
        ]
        for field, (prompt, _) in PROMPTS.items():
            lines += [prompt, data[field], ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _zip(texts: dict[str, bytes], files: list[tuple[str, Storage, str]]) -> Iterator[bytes]:
    tray, missing = _Tray(), []
    with zipfile.ZipFile(tray, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in texts.items():
            archive.writestr(name, content)
            yield tray.take()
        for name, storage, stored in files:
            try:
                source = storage.open(stored)
            except OSError:
                missing.append(name)
                continue
            with (
                source,
                archive.open(zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6]), "w") as target,
            ):
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield tray.take()
        archive.writestr("read-me.txt", _read_me(missing))
    yield tray.take()


def _read_me(missing: list[str]) -> str:
    lost = (
        "\nThese files could not be read; write to us about them:\n" + "\n".join(missing) + "\n"
        if missing
        else ""
    )
    return READ_ME.format(day=timezone.localdate(), missing=lost)
