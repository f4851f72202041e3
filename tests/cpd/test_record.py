"""The record's page: what is in it, what counts, for which days, and for whose eyes."""

import csv
import io
import json
import re
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate
from cpd.periods import Period, presets
from cpd.record import record_of
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AwardFactory, CertificateFactory, issued_certificate
from tests.factories.cpd import (
    CpdProfileFactory,
    OutsideLearningFactory,
    ReflectionFactory,
    learning_with_file,
)

pytestmark = pytest.mark.django_db
RECORD = "/my/cpd/"


def main_of(response) -> str:
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def figures_of(response) -> list[str]:
    return re.findall(r'app-key-figure__value">([\d:]+)<', main_of(response))


def revoke(award) -> None:
    award.revoked_at = award.awarded_at
    award.save()


def test_courses_and_learning_elsewhere_add_up(client_for):
    learner = UserFactory()
    AwardFactory(enrolment__learner=learner, cpd_minutes=70, participatory_minutes=20)
    OutsideLearningFactory(owner=learner, minutes=100, participatory_minutes=50)

    response = client_for(learner).get(RECORD)

    assert figures_of(response) == ["2:30", "1:00"]
    assert "1:00, of these participatory 0:15" in main_of(response)
    assert "1:30, of these participatory 0:45" in main_of(response)


def test_a_revoked_award_is_shown_and_counts_for_nothing(client_for):
    learner = UserFactory()
    award = CertificateFactory(award__enrolment__learner=learner).award
    revoke(award)

    response = client_for(learner).get(RECORD)

    assert figures_of(response) == ["0:00", "0:00"]
    assert award.activity.title in main_of(response)
    assert "Revoked" in main_of(response)


def test_editions_of_a_certificate_count_once(client_for):
    learner = UserFactory()
    first = issued_certificate(
        award__enrolment__learner=learner, award__cpd_minutes=60, award__participatory_minutes=0
    )
    Certificate.objects.filter(pk=first.pk).update(
        state=Certificate.State.SUPERSEDED, superseded_at=timezone.now()
    )
    CertificateFactory(award=first.award, edition=2, supersedes=first)

    assert figures_of(client_for(learner).get(RECORD)) == ["1:00", "0:00"]


def test_the_latest_comes_first(client_for):
    learner = UserFactory()
    for title, day in (
        ("Middle", date(2026, 5, 1)),
        ("First", date(2025, 1, 1)),
        ("Last", date(2026, 11, 1)),
    ):
        OutsideLearningFactory(owner=learner, title=title, completed_on=day)

    shown = main_of(client_for(learner).get(RECORD))

    assert shown.index("Last") < shown.index("Middle") < shown.index("First")


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", "4:00"),
        ("period=all", "4:00"),
        ("period=dates&from=1/1/2025&to=31/12/2025", "1:00"),
        ("period=dates&from=31/12/2025&to=1/1/2026", "3:00"),
        ("period=nonsense", "4:00"),
        ("period=dates&from=2/1/2026&to=1/1/2026", "4:00"),
        ("period=dates&from=yesterday", "4:00"),
    ],
)
def test_a_period_holds_both_its_days(client_for, query, total):
    learner = UserFactory()
    OutsideLearningFactory(owner=learner, completed_on=date(2024, 12, 31), minutes=60)
    OutsideLearningFactory(owner=learner, completed_on=date(2025, 12, 31), minutes=60)
    OutsideLearningFactory(owner=learner, completed_on=date(2026, 1, 1), minutes=120)

    assert figures_of(client_for(learner).get(f"{RECORD}?{query}"))[0] == total


def test_a_period_the_wrong_way_round_is_explained(client_for):
    learner = OutsideLearningFactory().owner

    response = client_for(learner).get(f"{RECORD}?period=dates&from=2/1/2026&to=1/1/2026")

    assert "The last day must not be before the first." in main_of(response)
    assert "<title>Error: " in response.content.decode()
    assert 'value="2/1/2026"' in main_of(response)


@pytest.mark.parametrize(
    ("today", "code", "span"),
    [
        (date(2026, 11, 30), "registration-year", (date(2025, 12, 1), date(2026, 11, 30))),
        (date(2026, 12, 1), "registration-year", (date(2026, 12, 1), date(2027, 11, 30))),
        (date(2026, 11, 22), "three-years", (date(2023, 11, 23), date(2026, 11, 22))),
        (date(2026, 11, 22), "two-years", (date(2024, 11, 23), date(2026, 11, 22))),
        (date(2024, 2, 29), "twelve-months", (date(2023, 3, 1), date(2024, 2, 29))),
        (date(2026, 8, 31), "school-year", (date(2025, 9, 1), date(2026, 8, 31))),
        (date(2026, 1, 1), "year", (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_presets(today, code, span):
    assert presets(today)[code] == Period(code, *span)


# --- Against what a regulator asks for -----------------------------------------------------------


def test_how_far_it_is_shows_only_once_somebody_said_who_asks(client_for):
    learner = UserFactory()
    OutsideLearningFactory(
        owner=learner, completed_on=timezone.localdate(), minutes=200, participatory_minutes=195
    )
    client = client_for(learner)
    assert "You need" not in main_of(client.get(RECORD))

    client.post("/my/cpd/regulator/", {"regulator": "nmc"})

    shown = main_of(client.get(RECORD))
    assert "You need 20 participatory hours for NMC; you have 3:15." in shown
    assert "You need 5 written reflective accounts; you have 0." in shown
    client.post("/my/cpd/regulator/", {"regulator": "none"})
    assert "You need" not in main_of(client.get(RECORD))


def test_how_far_it_is_does_not_depend_on_the_period_shown(client_for):
    learner = CpdProfileFactory(regulator="nmc").owner
    OutsideLearningFactory(
        owner=learner, completed_on=timezone.localdate(), minutes=60, participatory_minutes=60
    )

    shown = main_of(client_for(learner).get(f"{RECORD}?period=dates&from=1/1/2020&to=1/1/2021"))

    assert "participatory hours for NMC; you have 1:00." in shown


# --- Files ---------------------------------------------------------------------------------------


def test_record_as_csv(client_for):
    certificate = issued_certificate(
        award__activity__title='=1+1, "quoted"', award__refresh_by=date(2999, 1, 1)
    )
    learner = certificate.award.enrolment.learner
    OutsideLearningFactory(owner=learner, title="Study day", minutes=50, participatory_minutes=10)

    response = client_for(learner).get(f"{RECORD}record.csv")

    heading, course, elsewhere = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert dict(zip(heading, course, strict=True)) == {
        "Completed on": "2026-11-21",
        "Course": '\'=1+1, "quoted"',
        "Provider": "Thornwell Training Programme",
        "How it was taught": "E-learning",
        "CPD hours (h:mm)": "3:30",
        "Participatory hours (h:mm)": "0:30",
        "Refresh by": "2999-01-01",
        "Certificate number": certificate.number,
        "Status": "Valid",
        "Relates to": "",
        "Evidence": "",
    }
    assert elsewhere[4:6] == ["0:45", "0:10"]
    assert response["Cache-Control"] == "private, no-store"


def test_everything_in_one_file(client_for):
    certificate = issued_certificate()
    learner = certificate.award.enrolment.learner
    entry = learning_with_file(owner=learner, title="Study day")
    ReflectionFactory(owner=learner, award=certificate.award, learned="I listen for longer")
    ReflectionFactory(learned="Somebody else's words")

    response = client_for(learner).get(f"{RECORD}everything.zip")

    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    with certificate.pdf.open() as stored:
        assert files[f"certificates/certificate-{certificate.number}.pdf"] == stored.read()
    assert files[f"evidence/{entry.pk}-certificate.pdf"].startswith(b"%PDF")
    assert "I listen for longer" in files["reflections.txt"].decode()
    data = json.loads(files["record.json"])
    assert (data["minutes"], len(data["courses"]), len(data["learning_elsewhere"])) == (330, 1, 1)
    assert files["record.csv"].count(b"\n") == 3
    assert "Somebody else" not in "".join(content.decode("latin1") for content in files.values())


def test_everything_says_which_file_is_lost(client_for):
    entry = learning_with_file()
    entry.evidence.storage.delete(entry.evidence.name)

    response = client_for(entry.owner).get(f"{RECORD}everything.zip")

    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert f"evidence/{entry.pk}-certificate.pdf" in archive.read("read-me.txt").decode()


# --- Whose it is, and how much it costs ----------------------------------------------------------


def test_nobody_sees_what_is_somebody_elses(client_for):
    reflection = ReflectionFactory(on_outside=True, learned="Only mine")
    stranger = client_for(UserFactory(is_superuser=True, is_staff=True))

    for address in (RECORD, f"{RECORD}record.csv", f"{RECORD}packs/nmc/"):
        assert reflection.outside.title not in stranger.get(address).content.decode()
    for address in (f"{RECORD}learning/{reflection.outside_id}/", f"{RECORD}reflections/{reflection.pk}/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"learned": "Taken over"}).status_code == 404


def test_an_award_of_somebody_else_cannot_be_reflected_on(client_for):
    award = AwardFactory()

    response = client_for(UserFactory()).post(
        reverse("cpd:reflect_on_award", args=[award.pk]), {"learned": "Mine?"}
    )

    assert response.status_code == 404
    assert not award.reflections.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_do_not_grow(client_for, django_assert_num_queries, rows):
    learner = CpdProfileFactory(regulator="swe").owner
    for _ in range(rows):
        ReflectionFactory(owner=learner, award=issued_certificate(award__enrolment__learner=learner).award)
        ReflectionFactory(owner=learner, on_outside=True)
    client = client_for(learner)
    client.get(RECORD)

    with django_assert_num_queries(8):
        client.get(RECORD)
    with django_assert_num_queries(7):
        client.get(f"{RECORD}packs/swe/")


def test_a_long_record_comes_in_pages_and_its_totals_do_not(client_for):
    learner = UserFactory()
    for number in range(26):
        OutsideLearningFactory(owner=learner, title=f"Day {number:02d}", minutes=60)
    client = client_for(learner)

    first, second = client.get(RECORD), client.get(f"{RECORD}?period=all&page=2")

    assert figures_of(first)[0] == figures_of(second)[0] == "26:00"
    assert main_of(first).count("app-cpd-entry") == 25
    assert main_of(second).count("app-cpd-entry") == 1


def test_an_empty_record_says_what_will_come(client_for):
    shown = main_of(client_for(UserFactory()).get(RECORD))

    assert "Nothing here yet." in shown
    assert "Add learning from elsewhere" in shown


def test_the_record_is_read_for_its_owner_only():
    OutsideLearningFactory()

    assert record_of(UserFactory(), Period("all")).entries == ()
