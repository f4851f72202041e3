"""Who reads which report, what stands in it, and what is taken away."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from attendance.models import Status
from cohorts.models import Cohort, CohortMember
from reports.programme import report_of
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.attendance import AttendanceFactory, WalkInFactory
from tests.factories.certificates import AwardFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, ProgrammeFactory
from tests.factories.courses import EnrolmentFactory
from tests.factories.evaluation import PastSessionFactory
from tests.factories.pilot import load_demo_pilot, person
from tests.factories.quizzes import make_course

pytestmark = pytest.mark.django_db
AGENCY = "/reports/agency/"
QUERIES_OF_A_REPORT = 25


def address(programme, rest: str = "") -> str:
    return f"/reports/programmes/{programme.pk}/{rest}"


def rows_of(csv: bytes) -> list[str]:
    return csv.decode("utf-8-sig").splitlines()


# --- A programme ---------------------------------------------------------------------------------


def test_the_funder_reads_the_pilots_numbers_and_nobody_by_name(client_for):
    programme = load_demo_pilot()
    funder = client_for(person("funder"))

    listed, page = funder.get("/reports/").text, funder.get(address(programme)).text
    pdf = PdfReader(io.BytesIO(funder.get(address(programme, "report.pdf")).content))
    tables = funder.get(address(programme, "export/"), {"what": "tables"}).content
    people = rows_of(funder.get(address(programme, "export/"), {"what": "people"}).content)

    assert "London pilot" in listed
    words = " ".join(" ".join(p.extract_text() for p in pdf.pages).split())
    for text in (page, words, tables.decode()):
        for number in ("168", "180", "178", "1,340" if text is not tables.decode() else "1340", "905", "435"):
            assert number in text or number.replace(",", "") in text
    assert "People trained,Trained" not in page
    assert "People,Trained,168,168,180" in "\n".join(rows_of(tables))
    assert "know who to call" in page
    names = User.objects.filter(attendances__isnull=False).values_list("name", "email")
    assert len(names) == 178
    for name, email in names:
        for text in (page, words, tables.decode(), "\n".join(people)):
            assert name not in text
            assert email not in text
    assert len(people) == 1 + 168


def test_a_report_is_for_managers_its_lead_trainers_and_its_funders(client_for):
    lead, funder = UserFactory(role=Role.LEAD_TRAINER), UserFactory(role=Role.FUNDER)
    programme = ProgrammeFactory(leads=[lead], funders=[funder])
    readers = [lead, funder, UserFactory(role=Role.PROGRAMME_MANAGER), UserFactory(is_superuser=True)]
    others = [
        UserFactory(role=role)
        for role in (Role.FUNDER, Role.LEAD_TRAINER, Role.TRAINER, Role.AGENCY_LEAD, Role.EDITOR, None)
    ]

    for rest in ("", "report.pdf", "export/"):
        assert {client_for(user).get(address(programme, rest)).status_code for user in readers} == {200}
        assert {client_for(user).get(address(programme, rest)).status_code for user in others} == {404}


def test_somebody_named_as_funder_who_lost_the_role_reads_nothing(client_for):
    former = UserFactory()
    programme = ProgrammeFactory(funders=[former])

    assert client_for(former).get(address(programme)).status_code == 404


@pytest.mark.parametrize(
    "query", ["period=2026-9", "period=%00", "period=2019-1", "what=everything", "format=exe"]
)
def test_junk_in_an_address_is_no_error_of_ours(client_for, query):
    programme = ProgrammeFactory()
    manager = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))

    assert manager.get(address(programme, f"?{query}")).status_code == 200
    assert manager.get(address(programme, f"export/?{query}")).status_code in {200, 404}


def test_a_quarter_narrows_who_was_trained_and_leaves_out_what_it_would_give_away(client_for):
    programme = load_demo_pilot()
    manager = client_for(person("manager"))

    report = report_of(programme, "2026-3")

    assert (report.trained, report.attendances, report.used.booked) == (58, 58, 60)
    assert {line.label for line in report.by_month} == {"July 2026"}
    page = manager.get(address(programme), {"period": "2026-3"}).text
    assert "July to September 2026" in page
    assert "What changed" not in page
    assert "Coverage" not in page


def build(cohorts: int, people: int):
    """A programme of past sessions to which everybody came."""
    programme = ProgrammeFactory()
    course = make_course(slug=f"course-{programme.pk}")
    for _ in range(cohorts):
        session = PastSessionFactory(cohort=CohortFactory(course=course, programme=programme))
        for _ in range(people):
            learner = CohortMemberFactory(cohort=session.cohort).learner
            AttendanceFactory(session=session, learner=learner)
    return programme


def test_a_report_takes_as_many_queries_for_many_people_as_for_few():
    counts = []
    for cohorts, people in ((1, 1), (3, 3)):
        programme = build(cohorts, people)
        with CaptureQueriesContext(connection) as queries:
            report_of(programme)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= QUERIES_OF_A_REPORT


def test_walk_ins_count_as_people_and_once_claimed_as_themselves():
    programme = build(1, 5)
    session = Cohort.objects.get(programme=programme).sessions.get()
    known = CohortMember.objects.first().learner
    unclaimed = WalkInFactory(session=session, agency=known.agency)
    mistaken = WalkInFactory(session=session, removed_at=timezone.now())
    for walk_in in (unclaimed, mistaken):
        AttendanceFactory(session=session, learner=None, walk_in=walk_in)
    claimed = WalkInFactory(session=session, claimed_by=known, claimed_at=timezone.now())
    AttendanceFactory(session=session, learner=None, walk_in=claimed)

    report = report_of(programme)

    assert (report.trained, report.attendances) == (6, 6)


def test_those_who_did_not_come_and_sessions_called_off_are_not_trained():
    programme = build(1, 5)
    session = Cohort.objects.get(programme=programme).sessions.get()
    AttendanceFactory(session=session, status=Status.ABSENT)
    AttendanceFactory(session=session, status=Status.EXCUSED)
    off = PastSessionFactory(cohort=session.cohort, cancelled_at=timezone.now())
    AttendanceFactory(session=off)

    report = report_of(programme)

    assert (report.trained, report.used.sessions) == (5, 1)
    assert (report.used.came, report.used.absent, report.used.excused) == (5, 1, 1)


def test_exports_carry_no_formula(client_for):
    programme = build(1, 6)
    agency = AgencyFactory(name="=HYPERLINK(1)", region="+1", headcount=40)
    User.objects.filter(attendances__isnull=False).update(agency=agency)
    manager = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))

    for what in ("tables", "people"):
        csv = rows_of(manager.get(address(programme, "export/"), {"what": what}).content)
        assert any("'+1" in row for row in csv)
        assert not any(cell.startswith(("=", "+")) for row in csv for cell in row.split(","))
        xlsx = manager.get(address(programme, "export/"), {"what": what, "format": "xlsx"}).content
        sheet = openpyxl.load_workbook(io.BytesIO(xlsx)).active
        assert not any(cell.data_type == "f" for row in sheet for cell in row)


def test_a_programme_without_groups_has_a_report(client_for):
    programme = ProgrammeFactory()
    manager = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))

    assert "Nobody has been trained yet." in manager.get(address(programme)).text
    assert manager.get(address(programme, "report.pdf")).content.startswith(b"%PDF")
    assert rows_of(manager.get(address(programme, "export/"), {"what": "people"}).content) == [
        "Sector,Area,Trained in,Sessions attended,Certificate"
    ]


# --- An organisation -----------------------------------------------------------------------------


@pytest.fixture
def lead():
    return UserFactory(role=Role.AGENCY_LEAD)


def awarded(agency, name: str, *, due_in: int | None = 400, **award):
    """Somebody of `agency` who completed a course; their refresher falls due in so many days."""
    learner = UserFactory(name=name, agency=agency)
    today = timezone.localdate()
    refresh_by = today + timedelta(days=due_in) if due_in is not None else None
    return AwardFactory(
        enrolment=EnrolmentFactory(learner=learner),
        completed_on=today - timedelta(days=30),
        refresh_by=refresh_by,
        **award,
    )


def table_of(client, **query) -> list[str]:
    page = client.get(AGENCY, query).text
    return [row.split("</th>")[0] for row in page.split('<th scope="row" class="govuk-table__header">')[1:]]


def test_a_lead_reads_completion_and_expiry_of_their_own_people_and_no_others(client_for, lead):
    awarded(lead.agency, "Ann Certified")
    awarded(lead.agency, "Ben Soon", due_in=90)
    awarded(lead.agency, "Cem Past", due_in=-1)
    awarded(lead.agency, "Dee Revoked", revoked_at=timezone.now())
    EnrolmentFactory(learner=UserFactory(name="Eve Started", agency=lead.agency))
    awarded(AgencyFactory(), "Fay Elsewhere")
    client = client_for(lead)

    page = client.get(AGENCY).text
    csv = rows_of(client.get(f"{AGENCY}export/").content)

    states = {row.split(",")[0]: row.split(",")[2] for row in csv[1:]}
    assert csv[0] == "Name,Course,State,Completed on,Refresh by"
    assert states == {
        "Ann Certified": "Completed",
        "Ben Soon": "Refresher due soon",
        "Cem Past": "Past its refresh date",
        "Dee Revoked": "Not completed",
        "Eve Started": "Not completed",
    }
    assert "Fay Elsewhere" not in page
    assert table_of(client, state="Refresher due soon") == ["Ben Soon"]
    assert table_of(client, q="eve") == ["Eve Started"]
    assert len(table_of(client, state="nonsense", q="\x00")) == 5


def test_somebody_who_took_a_course_again_stands_with_the_latest_certificate(client_for, lead):
    first = awarded(lead.agency, "Ann Again", due_in=-10)
    first.enrolment.withdrawn_at = timezone.now()
    first.enrolment.save()
    AwardFactory(
        enrolment=EnrolmentFactory(learner=first.enrolment.learner, course=first.enrolment.course),
        completed_on=timezone.localdate(),
        refresh_by=timezone.localdate() + timedelta(days=700),
    )

    csv = rows_of(client_for(lead).get(f"{AGENCY}export/").content)

    assert [row.split(",")[2] for row in csv[1:]] == ["Completed"]


def test_a_lead_without_an_organisation_reads_nothing(client_for):
    lead = UserFactory(role=Role.AGENCY_LEAD, agency=None)
    for learner in UserFactory.create_batch(2, agency=None):
        EnrolmentFactory(learner=learner)

    assert client_for(lead).get(AGENCY).status_code == 404
    assert "Your account names no organisation." in client_for(lead).get("/reports/").text


def test_the_organisations_page_takes_as_many_queries_for_many_people(client_for, lead):
    counts = []
    client = client_for(lead)
    client.get(AGENCY)
    for more in (1, 2):
        for _ in range(more):
            awarded(lead.agency, "Ann Certified")
        with CaptureQueriesContext(connection) as queries:
            client.get(AGENCY)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_learners_are_told_who_can_see_that(client_for):
    learner = UserFactory()

    page = client_for(learner).get("/my/account/").text

    assert f"Whoever leads training at {learner.agency}" in page
