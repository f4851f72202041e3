"""What badges say in tests, in every shape, and how a copy of one is changed."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from openbadgeslib.ob3 import decode_encoded_list, set_indices

from certificates.badges.credentials import make_credential
from certificates.printed import Printed, Signatory

AT = datetime(2025, 1, 6, 12, 30, tzinfo=UTC)  # in the past wherever the tests run
PRINTED = Printed(
    number="FL-2026-7Q4ZK0M9-T",
    edition=1,
    replaces="",
    holder_name="Zoë O’Brien-Nguyễn",
    title="Recognising human trafficking",
    version="2026-11-16.42",
    provider_name="Thornwell Training Programme",
    provider_number="Charity 1234567",
    delivery="E-learning",
    outcomes=("notice possible signs", "choose a safe next step"),
    cpd_minutes=210,
    participatory_minutes=30,
    assessment_basis="Quiz passed at 80% or more; all required modules completed",
    accreditor="",
    accreditor_provider_number="",
    accreditation_number="",
    accredited_to=None,
    signatories=(Signatory("Rowan Adeyemi-Clark", "Programme manager"),),
    started_on=date(2026, 11, 14),
    completed_on=date(2026, 11, 21),
    refresh_by=None,
    issued_at=AT,
    check_url="http://127.0.0.1:8000/verify/t/abcdefghijklmnopqrstuv/",
)
FULL = replace(
    PRINTED,
    edition=2,
    replaces="FL-2026-00000000-0",
    accreditor="Example CPD Body",
    accreditor_provider_number="P-77",
    accreditation_number="A-12",
    refresh_by=date(2028, 11, 21),
)
BARE = replace(PRINTED, provider_number="", outcomes=(), participatory_minutes=0)
HARD = replace(
    PRINTED,
    title='“Quotes” \\ back\\nslash "and" <b>é</b>\u2028 عربي 漢字 \U0001f600',
    outcomes=("tab\there", "line\nbreak", "x" * 500),
    provider_name="Ö\u0308 & Söhne",
)
SHAPES = {"usual": PRINTED, "full": FULL, "bare": BARE, "hard": HARD}


def make(words: Printed = PRINTED) -> str:
    return make_credential(
        words,
        achievement_url="http://127.0.0.1:8000/badges/achievements/" + "ab" * 32 + "/",
        status_list_url="http://127.0.0.1:8000/badges/status/1/",
        status_index=4242,
        at=AT,
    )


def paths(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the way to every text, number and list in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def changed(document: dict, path: tuple, change: Callable) -> dict:
    """Return a copy of `document` with what stands at `path` changed."""
    twin = copy.deepcopy(document)
    place = twin
    for step in path[:-1]:
        place = place[step]
    change(place, path[-1])
    return twin


def alter(place, key) -> None:
    """Make it something else of the same kind."""
    value = place[key]
    if isinstance(value, str):
        place[key] = "2026-01-02" if value[:4].isdigit() and "-" in value else value + "x"
    elif isinstance(value, bool):
        place[key] = not value
    elif isinstance(value, dict):
        place[key] = {**value, "name": "another"}
    else:
        place[key] = [*value, "another"]


def remove(place, key) -> None:
    del place[key]


def bits(status_list: str) -> set[int]:
    """Return the indices that a signed status list says were revoked."""
    encoded = json.loads(status_list)["credentialSubject"]["encodedList"]
    return set(set_indices(decode_encoded_list(encoded)))
