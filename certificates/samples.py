"""Certificates that nobody holds, to try a template with: everyday ones, and the hardest there are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from certificates.printed import Printed, Signatory

OUTCOMES = (
    "notice signs that a person may be exploited",
    "ask calm and safe questions",
    "record what was seen and said",
    "choose a safe next step and the right people to tell",
)
LONG_NAME = (
    "Maximiliana Theodora Wilhelmina Alexandrovna Featherstonehaugh-Cholmondeley "
    "de la Santísima Trinidad y Rodríguez-Montefiore von Hohenstaufen-Wettersee"
)
LONG_TITLE = (
    "Recognising and responding to modern slavery and human trafficking in health care, social care, housing, "
    "education and policing: an advanced course for safeguarding leads and for those who train them, with "
    "practice in multi-agency decisions and referral"
)
LONG_OUTCOME = "decide with partner agencies who does what next, by when, and who tells the person concerned"
ARABIC_NAME = "عبد الرحمن بن محمد الأندلسي"
VIETNAMESE_NAME = "Nguyễn Thị Phương Thảo"


def ordinary(signatories: tuple[Signatory, ...], provider_name: str) -> Printed:
    """Return a certificate as most are, for a course of three and a half hours."""
    return Printed(
        number="FL-2026-0000-0000-0",
        edition=1,
        replaces="",
        holder_name="Sam Okonkwo-Reid",
        title="Recognising modern slavery: the half-day course",
        version="2026-11-16.42",
        provider_name=provider_name,
        provider_number="Charity 1234567",
        delivery="E-learning and one session",
        outcomes=OUTCOMES,
        cpd_minutes=210,
        participatory_minutes=90,
        assessment_basis="Quiz passed at 80% or more; all required modules completed; 1 session attended",
        accreditor="",
        accreditor_provider_number="",
        accreditation_number="",
        accredited_to=None,
        signatories=signatories,
        started_on=date(2026, 11, 2),
        completed_on=date(2026, 11, 20),
        refresh_by=date(2029, 11, 20),
        issued_at=datetime(2026, 11, 20, 15, 30, tzinfo=ZoneInfo("Europe/London")),
        check_url=f"{settings.SITE_URL}/verify/t/AAAAAAAAAAAAAAAAAAAAAA/",
    )


def fullest(printed: Printed) -> Printed:
    """Return `printed` with as much of everything as a certificate may have to carry."""
    return replace(
        printed,
        holder_name=LONG_NAME,
        title=LONG_TITLE,
        edition=3,
        replaces="FL-2026-1111-1111-1",
        outcomes=(LONG_OUTCOME,) * 8,
        cpd_minutes=1455,
        participatory_minutes=1455,
        accreditor="The College for Continuing Professional Development",
        accreditor_provider_number="Provider 7654321",
        accreditation_number="A-2026-0123456789",
        accredited_to=date(2028, 12, 31),
    )


@dataclass(frozen=True)
class Sample:
    """One way to try a template. label: as the preview's menu shows it."""

    label: str
    change: Callable[[Printed], Printed]


def _named(name: str) -> Callable[[Printed], Printed]:
    return lambda printed: replace(printed, holder_name=name)


#: mode of the preview -> what it shows.
MODES = {
    "": Sample("An ordinary certificate", lambda printed: printed),
    "longest": Sample("The longest name (150 characters)", _named(LONG_NAME)),
    "oneword": Sample(
        "One long word as a name", _named("Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren")
    ),
    "arabic": Sample("A name in Arabic", _named(ARABIC_NAME)),
    "vietnamese": Sample("A name in Vietnamese", _named(VIETNAMESE_NAME)),
    "short": Sample("A name of two letters", _named("Li")),
    "outcomes": Sample(
        "The longest title and eight outcomes",
        lambda printed: replace(printed, title=LONG_TITLE, outcomes=(LONG_OUTCOME,) * 8),
    ),
    "fullest": Sample("Everything at once, at its longest", fullest),
}
