"""Packs: each body's rules, the same facts in every format, and no word that the holder did not write."""

import csv
import io
from datetime import date
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from cpd.models import Method, Regulator
from cpd.packs import as_pdf, as_text, pack_of
from cpd.periods import Period
from cpd.prompts import PROMPTS
from cpd.record import Entry, Record
from cpd.rules import RULES
from cpd.standing import gaps, standing
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AwardFactory
from tests.factories.cpd import OutsideLearningFactory, ReflectionFactory

TODAY = date(2026, 11, 22)
YEARS = Period("two-years", date(2024, 11, 23), TODAY)
WORDS = {name: f"Own words on {name}" for name in PROMPTS}


def reflection(**words):
    return SimpleNamespace(**(dict.fromkeys(PROMPTS, "") | words), written_at=TODAY, pk=1)


def entry(
    day: date, *reflections, minutes=120, together=60, method=Method.COURSE, title="Study day", **fields
) -> Entry:
    outside = SimpleNamespace(evidence_name="day.pdf")
    return Entry(
        **({"source": outside, "title": title, "provider": "Harbour Street", "method": method, "how": method.label,
            "started_on": day, "completed_on": day, "minutes": minutes, "participatory_minutes": together,
            "relates_to": "", "reflections": reflections} | fields)
    )  # fmt: skip


def record(*entries: Entry, period: Period = YEARS) -> Record:
    return Record(period, entries)


def pack(regulator: str, *entries: Entry):
    return pack_of(regulator, record(*entries), holder="Robin Achebe", today=TODAY)


def lines(regulator: str, *entries: Entry) -> dict[str, bool]:
    return {line.words: line.is_met for line in standing(RULES[regulator], record(*entries), TODAY)}


# --- The table of rules --------------------------------------------------------------------------


def test_every_body_has_a_rule_with_its_source():
    assert set(RULES) == set(Regulator.values)
    for rule in RULES.values():
        assert rule.source
        assert rule.source_year is None or 2010 < rule.source_year <= 2026
        assert "approved" not in rule.asks


def test_the_numbers_that_bodies_set():
    """Source: those named in the table, as found in November 2026."""
    numbers = {
        code: [rule.minutes, rule.participatory_minutes, rule.accounts, rule.pieces, rule.peer_pieces,
               rule.gap_months, rule.types, rule.credits]
        for code, rule in RULES.items()
    }  # fmt: skip
    nothing = [None] * 8
    assert numbers == {
        "nmc": [35 * 60, 20 * 60, 5, None, None, None, None, None],
        "swe": [None, None, None, 2, 1, None, None, None],
        "hcpc": [None, None, None, None, None, 3, 2, None],
        "rcgp": [None, None, None, None, None, None, None, 50],
        "police": nothing,
        "teaching": nothing,
    }


# --- No invented words ---------------------------------------------------------------------------


@pytest.mark.parametrize("regulator", Regulator.values)
def test_answers_hold_only_what_the_holder_wrote(regulator):
    made = pack(
        regulator,
        entry(date(2026, 3, 1), reflection(**WORDS), reflection(learned="A second thought")),
        entry(date(2026, 5, 1)),
    )

    answers = {own.words for own in made.owns}
    assert answers <= {*WORDS.values(), "A second thought", ""}
    assert {WORDS["learned"], "A second thought", ""} <= answers


@pytest.mark.parametrize("regulator", Regulator.values)
def test_without_reflections_every_answer_is_empty(regulator):
    made = pack(regulator, entry(date(2026, 3, 1)), entry(date(2026, 9, 1)))

    assert {own.words for own in made.owns} <= {""}
    prompts = {own.prompt for own in made.owns} - {"Date"}
    own_columns = [n for n, name in enumerate(made.sheet.headings) if name in prompts]
    assert {row[n] for row in made.sheet.rows for n in own_columns} <= {""}


@pytest.mark.parametrize("regulator", Regulator.values)
def test_wording_is_careful(regulator):
    text = as_text(pack(regulator, entry(date(2026, 3, 1), reflection(**WORDS))))

    assert "Evidence of CPD. You decide with your regulator what counts." in text
    assert "approved" not in text.lower()
    assert "accredited" not in text.lower()


# --- Totals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("regulator", ["nmc", "rcgp", "teaching"])
def test_totals_are_those_of_the_record(regulator):
    rows = (
        entry(date(2026, 3, 1), minutes=135, together=45),
        entry(date(2026, 4, 1), minutes=30, together=0),
    )
    made = pack(regulator, *rows)

    hours = made.sheet.headings.index("Hours (h:mm)")
    assert sum(_minutes(row[hours]) for row in made.sheet.rows) == record(*rows).minutes == 165
    total = made.parts[0].table.total
    assert "2:45" in total
    if regulator == "nmc":
        assert total[-2:] == ("2:45", "0:45")


def _minutes(text: str) -> int:
    whole, rest = text.split(":")
    return int(whole) * 60 + int(rest)


@pytest.mark.parametrize("regulator", ["swe", "hcpc", "police"])
def test_bodies_that_count_no_hours_are_told_none(regulator):
    text = as_text(pack(regulator, entry(date(2026, 3, 1), reflection(**WORDS))))

    assert "2:00" not in text
    assert "h:mm" not in text


# --- NMC -----------------------------------------------------------------------------------------


def test_nmc_has_five_accounts_and_an_empty_discussion():
    made = pack(
        "nmc", entry(date(2026, 3, 1), reflection(learned="One")), entry(date(2026, 4, 1), relates_to="8.2")
    )

    headings = [part.heading for part in made.parts]
    assert headings == ["CPD log", *(f"Reflective account {n}" for n in range(1, 6)), "Reflective discussion"]
    assert all(not own.words for own in made.parts[-1].own)
    assert "Prioritise people" in made.parts[1].boxes
    parts_of_code = [row[3] for row in made.parts[0].table.rows]
    assert parts_of_code == ["", "8.2"]


def test_nmc_prints_every_account_that_was_written():
    rows = [entry(date(2026, 3, n), reflection(learned=f"Words {n}")) for n in range(1, 8)]

    assert sum(part.heading.startswith("Reflective account") for part in pack("nmc", *rows).parts) == 7


def test_nmc_says_what_is_missing():
    assert lines("nmc", entry(date(2026, 3, 1), minutes=195, together=195)) == {
        "You need 35 hours for NMC; you have 3:15.": False,
        "You need 20 participatory hours for NMC; you have 3:15.": False,
        "You need 5 written reflective accounts; you have 0.": False,
    }
    enough = entry(date(2026, 3, 1), *[reflection(learned="x")] * 5, minutes=35 * 60, together=20 * 60)
    assert set(lines("nmc", enough).values()) == {True}


# --- Social Work England -------------------------------------------------------------------------


def test_social_work_england_wants_two_told_pieces_one_of_them_with_a_peer():
    told = reflection(learned="a", practice="b")
    with_peer = reflection(learned="a", practice="b", peer="c")
    only_peer = reflection(peer="c")

    assert list(lines("swe", entry(TODAY, told), entry(TODAY, only_peer)).items()) == [
        ("You need 2 pieces that say what you learned and what it changed; you have 1.", False),
        ("You need 1 of them with a peer reflection; you have 0.", False),
    ]
    assert list(lines("swe", entry(TODAY, told), entry(TODAY, with_peer)).values()) == [True, True]


def test_two_reflections_on_one_thing_are_one_piece():
    told = reflection(learned="a", practice="b", peer="c")

    assert list(lines("swe", entry(TODAY, told, told)).values()) == [False, True]


# --- HCPC ----------------------------------------------------------------------------------------


def test_hcpc_lists_in_order_of_date():
    made = pack("hcpc", entry(date(2026, 3, 1), title="B"), entry(date(2025, 3, 1), title="A"))

    assert [row[0] for row in made.parts[0].table.rows] == ["1 March 2025", "1 March 2026"]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([], [(date(2024, 11, 23), TODAY)]),
        ([date(2025, 2, 22), date(2025, 5, 21), date(2025, 8, 20), date(2025, 11, 19), date(2026, 2, 18),
          date(2026, 5, 17), date(2026, 8, 16), date(2026, 11, 15)], []),
        ([date(2025, 2, 23), date(2025, 5, 21), date(2025, 8, 20), date(2025, 11, 19), date(2026, 2, 18),
          date(2026, 5, 17), date(2026, 8, 16), date(2026, 11, 15)], [(date(2024, 11, 23), date(2025, 2, 23))]),
        ([date(2025, 2, 22), date(2025, 5, 21), date(2025, 8, 20), date(2025, 11, 19), date(2026, 2, 18),
          date(2026, 5, 17), date(2026, 8, 16)], [(date(2026, 8, 16), TODAY)]),
    ],
)  # fmt: skip
def test_hcpc_gaps_of_three_months_or_more(days, found):
    assert [(gap.first, gap.last) for gap in gaps(record(*map(entry, days)), 3, TODAY)] == found


def test_long_learning_is_no_gap():
    long = entry(TODAY, started_on=date(2024, 11, 23))

    assert gaps(record(long, entry(date(2025, 1, 1))), 3, TODAY) == []


def test_gaps_end_today_when_the_period_goes_on():
    period = Period("registration-year", date(2026, 9, 1), date(2027, 8, 31))

    assert gaps(record(period=period), 3, TODAY) == []


def test_hcpc_wants_a_mixture():
    one = "You need 2 types of learning or more; you have Formal learning 1."
    two = "You need 2 types of learning or more; you have Formal learning 2, Self-directed learning 1."

    assert lines("hcpc", entry(TODAY))[one] is False
    mixed = (entry(TODAY), entry(TODAY, method=Method.ONLINE), entry(TODAY, method=Method.READING))
    assert lines("hcpc", *mixed)[two] is True


# --- RCGP ----------------------------------------------------------------------------------------


def test_credits_need_a_reflective_note():
    made = pack("rcgp", entry(date(2026, 3, 1), reflection(learned="x"), minutes=75), entry(date(2026, 4, 1)))

    assert [row[-1] for row in made.parts[0].table.rows] == ["1.25", ""]
    assert made.parts[0].table.total[-2:] == ("3:15", "1.25")


# --- The formats, through the pages --------------------------------------------------------------


@pytest.fixture
def learner(db):
    learner = UserFactory(name="Robin Achebe-Łukasik")
    award = AwardFactory(
        enrolment__learner=learner,
        started_on=date(2026, 11, 1),
        completed_on=date(2026, 11, 1),
        activity__title="Fast track",
    )
    ReflectionFactory(owner=learner, award=award, learned='=Own "words", with a comma')
    OutsideLearningFactory(owner=learner, title="Study day", completed_on=date(2026, 10, 1))
    return learner


def test_page_text_and_csv_say_the_same(client_for, learner):
    client = client_for(learner)
    query = "?period=dates&from=1/1/2026&to=31/12/2026"

    shown = client.get(f"/my/cpd/packs/nmc/{query}").content.decode()
    text = client.get(f"/my/cpd/packs/nmc/pack.txt{query}").content.decode()
    table = client.get(f"/my/cpd/packs/nmc/pack.csv{query}").content.decode("utf-8-sig")

    heading, first, second = csv.reader(io.StringIO(table))
    assert (first[0], second[0]) == ("1 October 2026", "1 November 2026")
    assert second[heading.index("What I learned")] == '\'=Own "words", with a comma'
    for page in (shown, text):
        assert "5:30" in page
        assert "Fast track" in page
        assert "Study day" in page
    assert '=Own "words", with a comma' in text
    assert "=Own &quot;words&quot;, with a comma" in shown


def test_the_pdf_holds_the_whole_pack(learner):
    from cpd.record import record_of

    made = pack_of("nmc", record_of(learner, YEARS), holder=learner.name, today=TODAY)

    document = PdfReader(io.BytesIO(as_pdf(made)))
    text = " ".join(page.extract_text() for page in document.pages)
    assert len(document.pages) == 7
    assert document.metadata.title == "CPD for NMC: Robin Achebe-Łukasik"
    for words in ("Fast track", "Study day", "Own", "Reflective account 5", "Reflective discussion", "5:30"):
        assert words in text


def test_the_download_is_a_pdf(client_for, learner):
    response = client_for(learner).get("/my/cpd/packs/police/pack.pdf")

    assert response.content.startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="cpd-police-')
    assert response["Cache-Control"] == "private, no-store"


def test_what_is_too_long_for_one_pdf_is_still_text(client_for, learner):
    entry = OutsideLearningFactory(owner=learner, completed_on=date(2026, 9, 1))
    ReflectionFactory.create_batch(
        10, owner=learner, award=None, outside=entry, learned="x" * 4000, peer="y\n" * 2000
    )
    client = client_for(learner)
    query = "?period=dates&from=1/1/2026&to=31/12/2026"

    shown = client.get(f"/my/cpd/packs/swe/{query}").content.decode()

    assert "It is too long for one PDF." in shown
    assert "pack.pdf" not in shown
    back = client.get(f"/my/cpd/packs/swe/pack.pdf{query}").url
    assert back == "/my/cpd/packs/swe/?period=dates&from=01/01/2026&to=31/12/2026"
    assert len(client.get(f"/my/cpd/packs/swe/pack.txt{query}").content) > 80_000


def test_words_without_end_are_drawn_within_the_page(learner):
    made = pack_of(
        "nmc", record(entry(TODAY, relates_to="é" * 500, title="Ñ" * 200)), holder="x", today=TODAY
    )

    text = PdfReader(io.BytesIO(as_pdf(made))).pages[0].extract_text()

    assert text.count("é") == 500
    assert text.count("Ñ") == 200


@pytest.mark.parametrize("path", ["gmc/", "nmc/pack.exe", "gmc/pack.pdf"])
def test_unknown_packs_are_not_found(client_for, db, path):
    assert client_for(UserFactory()).get(f"/my/cpd/packs/{path}").status_code == 404


def test_an_empty_period_says_so(client_for, learner):
    shown = (
        client_for(learner).get("/my/cpd/packs/swe/?period=dates&from=1/1/2020&to=1/2/2020").content.decode()
    )

    assert "There is no learning in this period." in shown


def test_the_holders_own_body_comes_first(client_for, learner):
    client = client_for(learner)
    client.post("/my/cpd/regulator/", {"regulator": "police"})

    shown = client.get("/my/cpd/packs/").content.decode()

    assert shown.index("packs/police/") < shown.index("packs/nmc/")
