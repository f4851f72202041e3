"""What each regulator or employer asks for, in one table, with where it is said and when that was last read.

No statute and no single standard covers CPD: each body sets its own. A number that changes is changed here and
nowhere else; `found` is the month in which the row was last compared with what its source, or a page quoting it, says.
"""

from dataclasses import dataclass

from cpd.models import Method, Regulator

WORDING = "Evidence of CPD. You decide with your regulator what counts."


@dataclass(frozen=True)
class Rule:
    """Numbers are None where the body sets none."""

    regulator: Regulator
    short: str
    asks: str  # what the body asks for, in a sentence
    period: str  # a code of cpd.periods
    source: str
    source_year: int | None  # of the edition; None for a page without a date
    found: str
    minutes: int | None = None
    participatory_minutes: int | None = None
    accounts: int | None = None
    pieces: int | None = None
    peer_pieces: int | None = None
    gap_months: int | None = None
    types: int | None = None
    credits: int | None = None

    @property
    def source_words(self) -> str:
        year = f" ({self.source_year})" if self.source_year else ""
        return f"{self.source}{year}, as found in {self.found}."


RULES: dict[str, Rule] = {
    rule.regulator.value: rule
    for rule in (
        Rule(
            Regulator.NMC,
            "NMC",
            "35 hours in the three years since you registered or last renewed, at least 20 of them participatory, "
            "and five written reflective accounts.",
            period="three-years",
            minutes=35 * 60,
            participatory_minutes=20 * 60,
            accounts=5,
            source="Nursing and Midwifery Council, How to revalidate with the NMC",
            source_year=2019,
            found="November 2026",
        ),
        Rule(
            Regulator.SWE,
            "Social Work England",
            "At least two different pieces of CPD recorded online by 30 November of the registration year, at least "
            "one of them with a peer reflection. Hours are not counted.",
            period="registration-year",
            pieces=2,
            peer_pieces=1,
            source="Social Work England, requirements for continuing professional development",
            source_year=2025,
            found="November 2026",
        ),
        Rule(
            Regulator.HCPC,
            "HCPC",
            "A continuous, dated record with a mixture of learning activities. An audit asks for a list of the last "
            "two years in order of date, and for a word on each gap of three months or more. Hours are not counted.",
            period="two-years",
            gap_months=3,
            types=2,
            source="Health and Care Professions Council, Standards of CPD and advice on the CPD audit",
            source_year=2019,
            found="November 2026",
        ),
        Rule(
            Regulator.RCGP,
            "RCGP",
            "One credit is one hour of learning with a reflective note. 50 credits a year is the usual guide; you "
            "claim them yourself and your appraiser agrees them.",
            period="twelve-months",
            credits=50,
            source="Royal College of General Practitioners, Guide to the credit-based system for CPD",
            source_year=2013,
            found="November 2026",
        ),
        Rule(
            Regulator.POLICE,
            "Policing",
            "No hours and no points: what changed in your practice, for your professional development review.",
            period="twelve-months",
            source="College of Policing, Continuing professional development (web page)",
            source_year=None,
            found="November 2026",
        ),
        Rule(
            Regulator.TEACHING,
            "Teaching",
            "No national number of hours: what you learned and what it changed for pupils, for appraisal and for the "
            "school's training record.",
            period="school-year",
            source="Department for Education, Teachers’ Standards",
            source_year=2011,
            found="November 2026",
        ),
    )
}

#: How HCPC names types of learning; source: Continuing professional development and your registration.
HCPC_TYPES = {
    Method.COURSE: "Formal learning",
    Method.ONLINE: "Formal learning",
    Method.DISCUSSION: "Learning at work",
    Method.WORK: "Learning at work",
    Method.TEACHING: "Professional activity",
    Method.READING: "Self-directed learning",
    Method.OTHER: "Other",
}

#: The four themes of the NMC Code (2015, updated 2018); the holder ticks them, nobody else.
NMC_THEMES = (
    "Prioritise people",
    "Practise effectively",
    "Preserve safety",
    "Promote professionalism and trust",
)
