"""Fills a pack from a record. Facts come from the record; words in answers only from what the holder wrote."""

from collections.abc import Callable
from datetime import date

from cpd.models import Reflection, Regulator
from cpd.packs.shape import Own, Pack, Part, Table
from cpd.record import Entry, Record, reflections_in
from cpd.rules import HCPC_TYPES, NMC_THEMES, RULES, Rule
from cpd.standing import as_credits, credit_minutes, earns_credits, gaps, mix, standing
from trainingsite.lib.templatetags.gds import day, hours

LEARNED = ("learned", "What I learned")
PRACTICE = ("practice", "How I changed or improved what I do")
RELEVANCE = ("relevance", "How it is relevant to my Code or standards")
PEER = ("peer", "What came of talking it over with a colleague")
PEER_ROLE = ("peer_role", "Whom I talked to (role only)")
Question = tuple[str, str]  # field of Reflection, prompt


def pack_of(regulator: str, record: Record, *, holder: str, today: date) -> Pack:
    """Return the pack for the record of one period. Raises KeyError for a regulator that we do not know."""
    rule = RULES[regulator]
    parts, sheet = _BUILDERS[rule.regulator](rule, record, today)
    return Pack(rule, record, holder, today, tuple(standing(rule, record, today)), tuple(parts), sheet)


# --- What several packs share ----------------------------------------------------------------


def when(entry: Entry) -> str:
    if entry.started_on == entry.completed_on:
        return day(entry.completed_on)
    return f"{day(entry.started_on)} to {day(entry.completed_on)}"


def _what(entry: Entry) -> str:
    return f"{entry.title} ({entry.provider})" if entry.provider else entry.title


def answers(questions: tuple[Question, ...], reflection: Reflection | None = None) -> tuple[Own, ...]:
    """Return the questions with what this reflection says; with none, empty."""
    return tuple(Own(prompt, getattr(reflection, field) if reflection else "") for field, prompt in questions)


def _facts(entry: Entry, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    facts = [("Activity", _what(entry)), ("Date", when(entry)), ("Method", entry.how), *more]
    if entry.relates_to:
        facts.append(("Relates to", entry.relates_to))
    if entry.evidence:
        facts.append(("Evidence", entry.evidence))
    return tuple(facts)


def _accounts(record: Record, questions: tuple[Question, ...]) -> list[Part]:
    """Return a part for each piece of learning and each reflection on it; questions stay empty where there is none."""
    return [
        Part(entry.title, facts=_facts(entry), own=answers(questions, reflection))
        for entry in record.in_order
        for reflection in (entry.reflections or (None,))
    ]


def _said(entry: Entry, field: str) -> str:
    """All that the holder wrote under one question about one piece of learning."""
    return "\n\n".join(text for r in entry.reflections if (text := getattr(r, field)))


def _table(
    record: Record,
    caption: str,
    columns: tuple[tuple[str, Callable[[Entry], str]], ...],
    *,
    total: tuple[str, ...] = (),
    numeric: int = 0,
) -> Table:
    rows = tuple(tuple(cell(entry) for _, cell in columns) for entry in record.in_order)
    return Table(caption, tuple(name for name, _ in columns), rows, total if rows else (), numeric)


WHEN = ("Date", when)
WHAT = ("Activity and provider", _what)
METHOD = ("Method", lambda entry: entry.how)
RELATES = ("Part of the Code or standards", lambda entry: entry.relates_to)
EVIDENCE = ("Evidence", lambda entry: entry.evidence)
HOURS = ("Hours (h:mm)", lambda entry: hours(entry.minutes))
PARTICIPATORY = ("Participatory (h:mm)", lambda entry: hours(entry.participatory_minutes))


def _words(*questions: Question):
    """Columns of the CSV with the holder's own words."""
    return tuple((prompt, lambda entry, field=field: _said(entry, field)) for field, prompt in questions)


def _sheet(record: Record, *columns) -> Table:
    return _table(record, "", columns)


# --- One builder a body ----------------------------------------------------------------------


def _nmc(rule: Rule, record: Record, today: date):
    columns = (WHEN, METHOD, WHAT, ("Part of the Code", RELATES[1]), EVIDENCE, HOURS, PARTICIPATORY)
    total = ("Total", "", "", "", "", hours(record.minutes), hours(record.participatory_minutes))
    log = _table(record, "CPD log", columns, total=total, numeric=2)
    themes = " · ".join(NMC_THEMES)
    parts = [
        Part(
            "CPD log",
            text=(f"Where the part of the Code is empty, it is yours to choose: {themes}.",),
            table=log,
        )
    ]
    written = reflections_in(record.counted)
    questions = (LEARNED, PRACTICE, RELEVANCE)
    about = Own("What it was: the CPD, feedback, or an event in practice")
    for number in range(max(rule.accounts, len(written))):
        entry, reflection = written[number] if number < len(written) else (None, None)
        parts.append(
            Part(
                f"Reflective account {number + 1}",
                facts=_facts(entry) if entry else (),
                own=answers(questions, reflection) if entry else (about, *answers(questions)),
                boxes=NMC_THEMES,
                own_page=True,
            )
        )
    parts.append(
        Part(
            "Reflective discussion",
            text=("To be filled in with your discussion partner. Name nobody who was in your care.",),
            own=(Own("Discussion partner: name and NMC PIN"), Own("Date"), Own("What we talked about")),
            own_page=True,
        )
    )
    return parts, _sheet(record, *columns, *_words(*questions))


def _swe(rule: Rule, record: Record, today: date):
    questions = (RELEVANCE, LEARNED, ("practice", "The effect on my practice"), PEER, PEER_ROLE)
    return _accounts(record, questions), _sheet(record, WHEN, METHOD, WHAT, EVIDENCE, *_words(*questions))


def _hcpc(rule: Rule, record: Record, today: date):
    columns = (WHEN, WHAT, ("Type", lambda entry: HCPC_TYPES[entry.method]), METHOD, EVIDENCE)
    parts = [
        Part("List of learning, in order of date", table=_table(record, "Learning in order of date", columns))
    ]
    found = gaps(record, rule.gap_months, today)
    if found:
        parts.append(
            Part(
                f"Gaps of {rule.gap_months} months or more",
                own=tuple(Own(f"{day(gap.first)} to {day(gap.last)}: why there is nothing") for gap in found),
            )
        )
    types = tuple((name, str(count)) for name, count in mix(record).items())
    parts.append(
        Part("Mixture of learning", table=Table("Types of learning", ("Type", "Pieces"), types, numeric=1))
    )
    questions = (LEARNED, ("practice", "What it did for my practice and for service users"), RELEVANCE)
    parts += [
        Part(entry.title, facts=_facts(entry), own=answers(questions, reflection))
        for entry, reflection in reflections_in(record.counted)
    ]
    return parts, _sheet(record, *columns, *_words(*questions))


def _credits_of(entry: Entry) -> str:
    return as_credits(entry.minutes) if earns_credits(entry) else ""


def _rcgp(rule: Rule, record: Record, today: date):
    columns = (
        WHEN,
        WHAT,
        ("Reflective note", lambda entry: "Yes" if earns_credits(entry) else "Not yet"),
        HOURS,
        ("Credits", _credits_of),
    )
    total = ("Total", "", "", hours(record.minutes), as_credits(credit_minutes(record)))
    table = _table(record, "Credits", columns, total=total, numeric=2)
    text = (
        "A credit is one hour of learning with a reflective note. Where the note is missing, nothing is claimed.",
    )
    questions = (LEARNED, ("practice", "What I changed, or will change"), RELEVANCE)
    return [Part("Credits", text=text, table=table), *_accounts(record, questions)], _sheet(
        record, *columns, *_words(*questions)
    )


def _police(rule: Rule, record: Record, today: date):
    questions = (("practice", "The effect on my practice"), LEARNED, RELEVANCE)
    return _accounts(record, questions), _sheet(record, WHEN, WHAT, METHOD, EVIDENCE, *_words(*questions))


def _teaching(rule: Rule, record: Record, today: date):
    columns = (WHEN, WHAT, METHOD, EVIDENCE, HOURS)
    total = ("Total", "", "", "", hours(record.minutes))
    table = _table(record, "Training record", columns, total=total, numeric=1)
    questions = (LEARNED, ("practice", "What it changed for pupils and in my work"), RELEVANCE)
    return [Part("Training record", table=table), *_accounts(record, questions)], _sheet(
        record, *columns, *_words(*questions)
    )


_BUILDERS = {
    Regulator.NMC: _nmc,
    Regulator.SWE: _swe,
    Regulator.HCPC: _hcpc,
    Regulator.RCGP: _rcgp,
    Regulator.POLICE: _police,
    Regulator.TEACHING: _teaching,
}
