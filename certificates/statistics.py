"""How many certificates were issued, of which courses, to which sectors, and what stands out.

For programme managers, who see each certificate by name anyway: small numbers are not hidden here.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format

from certificates.dates import add_months
from certificates.manager_queries import DUE_WITHIN, day_begins
from certificates.models import Award, Certificate

MONTHS = 12
NO_SECTOR = "Not given"


@dataclass(frozen=True)
class Line:
    """One number. percent: of the largest in its table, for a bar. query: the filter of the list that shows them."""

    name: str
    count: int
    percent: int = 0
    query: str = ""


@dataclass(frozen=True)
class Figures:
    totals: list[Line]
    months: list[Line]
    courses: list[Line]
    sectors: list[Line]

    @property
    def tables(self) -> list[tuple[str, list[Line]]]:
        return [
            ("Issued each month", self.months),
            ("Issued by course", self.courses),
            ("Issued by sector", self.sectors),
        ]


def figures() -> Figures:
    """Return everything on the page; six queries whatever the numbers."""
    return Figures(totals(), months(), courses(), sectors())


def totals() -> list[Line]:
    """Count editions by state, and awards whose refresh date comes within 90 days."""
    states = dict(Certificate.objects.order_by().values_list("state").annotate(Count("pk")))
    today = timezone.localdate()
    due = Award.objects.filter(revoked_at=None, refresh_by__range=(today, today + DUE_WITHIN)).count()
    waiting = Certificate.objects.waiting().count()
    state = Certificate.State
    return [
        Line("Valid", states.get(state.ISSUED, 0), query="state=valid"),
        Line("Replaced by a later edition", states.get(state.SUPERSEDED, 0), query="state=again"),
        Line("Revoked", states.get(state.REVOKED, 0), query="state=revoked"),
        Line("Being made", states.get(state.PENDING, 0) - waiting, query="state=making"),
        Line("Waiting for help", waiting, query="state=waiting"),
        Line("To be refreshed in the next 90 days", due, query="due=due"),
    ]


def months() -> list[Line]:
    """Count what was issued in each of the last twelve months, further editions included."""
    this_month = timezone.localdate().replace(day=1)
    shown = [add_months(this_month, -back) for back in range(MONTHS)]
    start = day_begins(shown[-1])
    issued = Certificate.objects.drawn().filter(issued_at__gte=start)
    rows = issued.order_by().values_list(TruncMonth("issued_at")).annotate(Count("pk"))
    counts = {timezone.localdate(month): count for month, count in rows}
    return _with_bars([(_month_words(month), counts.get(month, 0), "") for month in shown])


def _month_words(month: date) -> str:
    return date_format(month, "F Y")


def courses() -> list[Line]:
    """Count awards with a document, by course."""
    rows = (
        Certificate.objects.drawn()
        .filter(edition=1)
        .order_by()
        .values_list("award__activity__course__title", "award__activity__course__slug")
        .annotate(count=Count("pk"))
        .order_by("-count", "award__activity__course__title")
    )
    return _with_bars([(title, count, f"course={slug}") for title, slug, count in rows])


def sectors() -> list[Line]:
    """Count awards with a document, by the sector of the holder's account today."""
    rows = (
        Certificate.objects.drawn()
        .filter(edition=1)
        .order_by()
        .values_list("award__enrolment__learner__sector__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "award__enrolment__learner__sector__name")
    )
    return _with_bars([(name or NO_SECTOR, count, "") for name, count in rows])


def _with_bars(rows: list[tuple[str, int, str]]) -> list[Line]:
    most = max((count for _, count, _ in rows), default=0) or 1
    return [Line(name, count, 100 * count // most, query) for name, count, query in rows]
