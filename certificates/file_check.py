"""Is this file a certificate of ours, unchanged, and does it still stand? Answered in memory; nothing is kept."""

import hashlib
from dataclasses import dataclass

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.db import models

from certificates.badges.checking import Verdict as BadgeVerdict
from certificates.badges.checking import check_credential
from certificates.models import Certificate
from certificates.sealing import SealReport, SealState, check_seal
from certificates.verification import TRIES_AN_ADDRESS, Finding, TooManyTries, count, held

MOST_BYTES = 1_000_000  # ten times a certificate
PNG = b"\x89PNG"


class FileVerdict(models.TextChoices):
    OURS = "ours", "This file is as we issued it"
    SEALED = "sealed", "This file bears our seal, but our register does not have it"
    CHANGED = "changed", "This file was changed after we issued it"
    IN_DOUBT = "in_doubt", "We cannot vouch for this file"
    NOT_OURS = "not_ours", "This file is not a certificate of ours"
    NO_CERTIFICATE = "no_certificate", "This is no certificate that we can read"


@dataclass(frozen=True)
class FileReport:
    """finding: what the register says, only when the file is as we issued it. seal: for a PDF."""

    verdict: FileVerdict
    finding: Finding | None = None
    seal: SealReport | None = None


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes an upload that is small enough into memory and ends any other at once: none ever reaches a disk."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803 -- Django's
        self.activated = True
        self.seen = 0

    def receive_data_chunk(self, raw_data, start):
        self.seen += len(raw_data)
        if self.seen > MOST_BYTES:
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)


def check_file(content: bytes, address: str) -> FileReport:
    """Return what is to be said of an uploaded certificate (PDF) or digital badge (PNG or JSON).

    address: where the question comes from. Raises TooManyTries beyond the limit of an hour. The register's hash
    decides for a PDF; the seal tells how one that is not in it came to be. At most four queries.
    """
    if count(f"file-check:address:{address}") > TRIES_AN_ADDRESS:
        raise TooManyTries
    registered = _registered(hashlib.sha256(content).hexdigest())
    if registered:
        return FileReport(FileVerdict.OURS, held(registered), check_seal(content))
    seal = check_seal(content)
    if seal.state is SealState.NOT_A_PDF:
        return _badge(content)
    return FileReport(_VERDICTS[seal.state] if not _is_in_doubt(seal) else FileVerdict.IN_DOUBT, None, seal)


_VERDICTS = {
    SealState.UNSEALED: FileVerdict.NOT_OURS,
    SealState.FOREIGN: FileVerdict.NOT_OURS,
    SealState.CHANGED: FileVerdict.CHANGED,
    SealState.ADDED_TO: FileVerdict.CHANGED,
    SealState.INTACT: FileVerdict.SEALED,
}


def _is_in_doubt(seal: SealReport) -> bool:
    return seal.is_intact and seal.is_key_compromised


def _registered(sha256: str) -> Certificate | None:
    found = Certificate.objects.drawn().filter(sha256=sha256)
    return found.select_related("award__activity", "award__sharing", "superseded_by").first()


def _badge(content: bytes) -> FileReport:
    report = check_credential(content)
    if report.is_genuine:
        return FileReport(FileVerdict.OURS, held(report.certificate))
    return FileReport(_BADGE_VERDICTS[report.verdict])


_BADGE_VERDICTS = {
    BadgeVerdict.ALTERED: FileVerdict.CHANGED,
    BadgeVerdict.FOREIGN: FileVerdict.NOT_OURS,
    BadgeVerdict.UNKNOWN: FileVerdict.IN_DOUBT,
    BadgeVerdict.UNREADABLE: FileVerdict.NO_CERTIFICATE,
}
