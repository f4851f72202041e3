"""Sealing one certificate and checking its seal, against the one signature without which there is no seal."""

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from certificates.sealing import seal, warm_up
from certificates.sealing.checking import PublishedKey, examine
from certificates.sealing.material import seal_material
from trainingsite.lib.pdf import html_to_pdf

ROUNDS = 60
PAGE = "<html lang=en-GB><head><title>Sample</title></head><body><h1>Certificate</h1><p>Ann Lee</p></body></html>"


def measure_sealing(report: Callable[..., None]) -> None:
    """Report milliseconds of CPU, medians of rounds in which all three take turns.

    seal        PAdES B-B of a one-page certificate; floor: a plain RSA-3072 signature of a digest.
    seal.check  whether that file is intact and whose seal it is; the same floor.
    seal.bytes  what the seal adds to the file; floor: the budget, 11,000.
    """
    warm_up()
    pdf, at, key = html_to_pdf(PAGE, "certificate.css"), datetime.now(UTC), seal_material()
    published = [PublishedKey(key.kid, key.certificates, key.begins)]
    sealed = seal(pdf, at)
    todo = {
        "sign": lambda: key.private.sign(bytes(32), padding.PKCS1v15(), Prehashed(SHA256())),
        "seal": lambda: seal(pdf, at),
        "seal.check": lambda: examine(sealed, published),
    }
    spent = {name: [] for name in todo}
    gc.collect()
    for _ in range(ROUNDS):
        for name, work in todo.items():
            gc.collect(0)
            begun = time.process_time()
            work()
            spent[name].append((time.process_time() - begun) * 1000)
    floor = statistics.median(spent.pop("sign"))
    for name, times in spent.items():
        value = statistics.median(times)
        report(name, value, "ms", floor, value / floor, ROUNDS)
    added = len(sealed) - len(pdf)
    report("seal.bytes", added, "bytes", 11_000, added / 11_000, 1)
