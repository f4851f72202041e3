"""Digital badges: processor time to make one, to check one, and to sign the list of those revoked."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from openbadgeslib.ob3 import build_status_list_credential

from certificates.badges import addresses
from certificates.badges.checking import check_credential
from certificates.badges.credentials import make_credential, sign
from certificates.models import StatusList
from certificates.printed import Printed, Signatory

RUNS = 60
BUDGET_MS = 15
AT = datetime(2025, 1, 6, 12, 30, tzinfo=UTC)


def measure_badges(report: Callable[..., None]) -> None:
    """Report milliseconds and bytes.

    badges.make   CPU time of signing one; floor: the budget, 15.
    badges.check  CPU time of checking one, with the query for its key; floor: that of making it.
    badges.list   CPU time of signing a list with 1,300 bits set, once in ten seconds; floor: that of making a badge.
    badges.bytes  size of one; floor: 4,096, the room for it beside the document.
    """
    words = printed(0)
    text = credential(words)
    numbers = iter(range(1, RUNS + 1))
    make = median_ms(lambda: credential(printed(next(numbers))))
    report("badges.make", make, "ms", BUDGET_MS, make / BUDGET_MS, RUNS)
    check = median_ms(lambda: check_credential(text))
    report("badges.check", check, "ms", make, check / make, RUNS)
    signing = median_ms(sign_list)
    report("badges.list", signing, "ms", make, signing / make, RUNS)
    size = len(text.encode())
    report("badges.bytes", size, "bytes", 4096, size / 4096, 1)


def median_ms(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        spent.append((time.process_time() - begun) * 1000)
    return statistics.median(spent)


def credential(words: Printed) -> str:
    return make_credential(
        words,
        achievement_url=addresses.achievement_url("ab" * 32),
        status_list_url=addresses.status_list_url(1),
        status_index=4242,
        at=AT,
    )


def sign_list() -> None:
    address = addresses.status_list_url(1)
    withdrawn = range(0, StatusList.LENGTH, 100)
    document = build_status_list_credential(
        addresses.issuer_did(), address, "revocation", withdrawn, StatusList.LENGTH, issued=AT
    )
    sign(document, AT)


def printed(number: int) -> Printed:
    return Printed(
        number=f"FL-2025-{number:08}-0",
        edition=1,
        replaces="",
        holder_name=f"Bench Reader {number}",
        title="Recognising human trafficking: the half-day course",
        version="2025-01-06.42",
        provider_name="Thornwell Training Programme",
        provider_number="Charity 1234567",
        delivery="E-learning",
        outcomes=("notice possible signs", "choose a safe next step", "bring in the right people"),
        cpd_minutes=210,
        participatory_minutes=30,
        assessment_basis="Quiz passed at 80% or more; all required modules completed",
        accreditor="Example CPD Body",
        accreditor_provider_number="P-77",
        accreditation_number="A-12",
        accredited_to=None,
        signatories=(Signatory("Rowan Adeyemi-Clark", "Programme manager"),),
        started_on=date(2025, 1, 3),
        completed_on=date(2025, 1, 6),
        refresh_by=date(2027, 1, 6),
        issued_at=AT,
        check_url=f"https://training.example/verify/t/{number:022}/",
    )
