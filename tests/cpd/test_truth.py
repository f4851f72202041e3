"""Minutes are conserved: from awards and outside learning to the record and to every pack."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.models import Award, credited
from cpd.models import OutsideLearning
from cpd.packs import pack_of
from cpd.periods import Period
from cpd.record import record_of
from cpd.standing import credit_minutes
from tests.factories.accounts import UserFactory
from tests.factories.certificates import ActivityVersionFactory, AwardFactory
from tests.factories.courses import EnrolmentFactory

START = date(2026, 1, 1)
days = st.integers(min_value=0, max_value=300).map(lambda n: START + timedelta(days=n))


@st.composite
def learning(draw):
    minutes = draw(st.integers(min_value=1, max_value=2000))
    return {
        "day": draw(days),
        "minutes": minutes,
        "together": draw(st.integers(min_value=0, max_value=minutes)),
        "revoked": draw(st.booleans()),
    }


def fill(owner, activity, awards, outside) -> None:
    Award.objects.filter(enrolment__learner=owner).delete()
    OutsideLearning.objects.of(owner).delete()
    for row in awards:
        AwardFactory(
            enrolment=EnrolmentFactory(learner=owner, course=activity.course, withdrawn_at="2026-01-01T00:00Z"),
            activity=activity, cpd_minutes=row["minutes"], participatory_minutes=row["together"],
            started_on=row["day"], completed_on=row["day"],
            revoked_at="2026-12-01T00:00Z" if row["revoked"] else None,
        )  # fmt: skip
    OutsideLearning.objects.bulk_create(
        OutsideLearning(
            owner=owner, title="Study day", method="course", started_on=row["day"], completed_on=row["day"],
            minutes=row["minutes"], participatory_minutes=row["together"],
        )
        for row in outside
    )  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    awards=st.lists(learning(), max_size=3), outside=st.lists(learning(), max_size=4), first=days, last=days
)
def test_minutes_are_conserved(db, awards, outside, first, last):
    owner = UserFactory()
    fill(owner, ActivityVersionFactory(), awards, outside)
    first, last = sorted((first, last))

    record = record_of(owner, Period("dates", first, last))

    counted = [row for row in awards if not row["revoked"]] + outside
    counted = [row for row in counted if first <= row["day"] <= last]
    assert record.minutes == sum(credited(row["minutes"]) for row in counted)
    assert record.participatory_minutes == sum(credited(row["together"]) for row in counted)
    assert all(entry.participatory_minutes <= entry.minutes for entry in record.entries)
    assert record.participatory_minutes <= record.minutes
    for code in ("nmc", "teaching", "rcgp"):
        pack = pack_of(code, record, holder=owner.name, today=date(2026, 12, 1))
        hours = pack.sheet.headings.index("Hours (h:mm)")
        assert sum(_minutes(row[hours]) for row in pack.sheet.rows) == record.minutes
    assert credit_minutes(record) == 0
    whole = record_of(owner, Period("all"))
    before, after = (
        Period("dates", date.min, first - timedelta(days=1)),
        Period("dates", last + timedelta(days=1), date.max),
    )
    assert whole.minutes == sum(
        whole.narrowed(p).minutes for p in (before, Period("dates", first, last), after)
    )


def _minutes(text: str) -> int:
    whole, rest = text.split(":")
    return int(whole) * 60 + int(rest)


@given(st.integers(min_value=0, max_value=100_000), st.integers(min_value=0, max_value=100_000))
def test_rounding_never_lifts_the_part_above_the_whole(part, more):
    assert 0 <= credited(part) <= credited(part + more) <= part + more
