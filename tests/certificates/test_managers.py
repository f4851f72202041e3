"""The managers' area: who finds what, what a page costs, and work for many at once."""

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from certificates.criteria import unmet_by_enrolment, unmet_criteria
from certificates.models import Award, Certificate, NameCorrection, RevocationRequest
from certificates.services.many import start_issuing
from certificates.services.revoking import ask_revocation, confirm
from jobs.models import Job
from jobs.services import pause, resume, run_slice
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.certificates import (
    AppealFactory,
    CertificateFactory,
    IssuedAwardFactory,
    NameCorrectionFactory,
    RevocationRequestFactory,
    complete_required,
    course_with_quiz,
    manager,
    pass_quiz,
)
from tests.factories.cohorts import CohortFactory, CohortMemberFactory

pytestmark = pytest.mark.django_db
LIST = "/certificates/"


@pytest.fixture
def page(client_for):
    """`page(address)` is what a programme manager reads there."""
    client = client_for(manager())
    return lambda address, **data: client.get(address, data).content.decode()


def numbers(html: str) -> set[str]:
    """Return the numbers that the list leads to."""
    return set(re.findall(r'href="/certificates/(FL-[^/]+)/"', html))


def number_of(award) -> str:
    return award.certificate.number


# --- List ---------------------------------------------------------------------------------------------


def test_a_number_is_found_in_any_spelling_and_people_by_part_of_a_name(page):
    award, other = IssuedAwardFactory(enrolment__learner__name="Hannah Bellamy"), IssuedAwardFactory()
    plain = number_of(award).replace("-", " ").lower()

    for words in (plain, "bellamy hann", award.enrolment.learner.email):
        assert numbers(page(LIST, q=words)) == {number_of(award)}
    assert numbers(page(LIST, q="Nobody at all")) == set()
    assert numbers(page(LIST)) == {number_of(award), number_of(other)}


def test_every_hostile_search_is_answered(client_for, hostile):
    assert client_for(manager()).get(LIST, {"q": hostile, "organisation": hostile}).status_code == 200


def filtered_awards() -> dict[str, Award]:
    """One award for each filter to find."""
    today = timezone.localdate()
    past = today - timedelta(days=3)
    revoked = IssuedAwardFactory()
    confirm(ask_revocation(revoked, reason="in_error", note="", by=manager()), by=manager())
    accredited = {"activity__accreditor": "Body", "activity__accredited_to": past}
    return {
        "organisation": IssuedAwardFactory(enrolment__learner__agency=AgencyFactory(name="Northfield Trust")),
        "revoked": revoked,
        "waiting": CertificateFactory(problem="The fonts do not have X.").award,
        "making": CertificateFactory().award,
        "due": IssuedAwardFactory(refresh_by=today + timedelta(days=90)),
        "past": IssuedAwardFactory(refresh_by=past),
        "lapsed": IssuedAwardFactory(**accredited),
    }


def test_each_filter_finds_its_own(page):
    awards = filtered_awards()
    asked = {
        "organisation": {"organisation": "northfield"},
        "revoked": {"state": "revoked"},
        "waiting": {"state": "waiting"},
        "making": {"state": "making"},
        "due": {"due": "due"},
        "past": {"due": "past"},
        "lapsed": {"lapsed": "on"},
    }

    found = {name: numbers(page(LIST, **query)) for name, query in asked.items()}

    assert found == {name: {number_of(award)} for name, award in awards.items()}
    course = awards["due"].activity.course.slug
    assert numbers(page(LIST, course=course)) == {number_of(awards["due"])}


def test_days_of_issue_are_whole_days_here(page):
    award = IssuedAwardFactory()
    day = timezone.localdate(award.certificate.issued_at)
    words = f"{day:%d/%m/%Y}"

    assert numbers(page(LIST, issued_from=words, issued_to=words)) == {number_of(award)}
    assert numbers(page(LIST, issued_from=f"{day + timedelta(days=1):%d/%m/%Y}")) == set()
    assert "Enter a date that exists" in page(LIST, issued_from="31/2/2026")


def fill(rows: int) -> Award:
    """So many of everything that the list and a certificate's page show."""
    award = IssuedAwardFactory()
    confirm(ask_revocation(award, reason="in_error", note="", by=manager()), by=manager())
    for _ in range(rows):
        IssuedAwardFactory()
        CertificateFactory(problem="The fonts do not have X.")
        NameCorrectionFactory()
        RevocationRequestFactory()
        RevocationRequestFactory(batch="6f1c9c1e-9e0b-4d6e-9a67-0a3f9a6b5c11")
        AppealFactory()
        ask = RevocationRequestFactory(award=award, kind="restore", reason="appeal", confirmed=True)
        AppealFactory(revocation=ask, decided_by=manager(), decided_at=timezone.now())
    return award


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [(LIST, 13), ("/certificates/export/", 5), ("/certificates/statistics/", 9), ("one", 9)],
)
def test_query_counts_do_not_grow(client_for, django_assert_num_queries, rows, address, queries):
    award = fill(rows)
    client = client_for(manager())
    address = reverse("certificates:one", args=[number_of(award)]) if address == "one" else address
    client.get(address)

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_export_bears_no_formula(client_for):
    award = IssuedAwardFactory(enrolment__learner__name="=HYPERLINK(1)", revoked_at=None)

    response = client_for(manager()).get("/certificates/export/", {"q": number_of(award)})

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["Number"], row["Name"], row["State"]) for row in rows] == [
        (number_of(award), "'=HYPERLINK(1)", "Valid")
    ]
    xlsx = client_for(manager()).get("/certificates/export/", {"format": "xlsx"})
    assert xlsx.content.startswith(b"PK")
    assert client_for(manager()).get("/certificates/export/", {"format": "exe"}).status_code == 404


def test_figures(page):
    awards = filtered_awards()
    shown = " ".join(re.sub(r"<[^>]+>", " ", page("/certificates/statistics/")).split())

    assert "Revoked 1 Revoked" in shown
    assert "Waiting for help 1" in shown
    assert "To be refreshed in the next 90 days 1" in shown
    assert f"{timezone.localdate():%B %Y} {len(awards) - 2}" in shown


# --- One certificate -----------------------------------------------------------------------------------


def test_the_page_of_one_tells_its_whole_life(client_for):
    by = manager()
    award = IssuedAwardFactory()
    client, address = client_for(by), reverse("certificates:one", args=[number_of(award)])

    client.post(f"{address}reissue/", {"reason": "damaged", "note": ""})
    client.post(f"{address}note/", {"note": "Rang the holder."})
    shown = client.get(address).content.decode()

    assert "New edition being made" in shown
    assert "The file is damaged or cannot be opened" in shown
    assert "Rang the holder." in shown
    assert shown.count(str(by)) >= 2
    second = award.certificates.get(edition=2)
    assert client.get(reverse("certificates:one", args=[second.number])).status_code == 200


def test_reissuing_for_another_reason_needs_words(client_for):
    address = reverse("certificates:reissue", args=[number_of(IssuedAwardFactory())])

    shown = client_for(manager()).post(address, {"reason": "other"}).content.decode()

    assert "Write what the reason is" in shown
    assert Certificate.objects.count() == 1


def test_revocation_through_the_pages(client_for):
    award, asker = IssuedAwardFactory(), manager()
    client = client_for(asker)
    client.post(reverse("certificates:revoke", args=[number_of(award)]), {"reason": "taught"})
    request = RevocationRequest.objects.get()
    address = reverse("certificates:decide_revocation", args=[request.pk])
    assert "Somebody else has to decide" in client.get(address).content.decode()
    client.post(address, {"decision": "yes"})
    assert Award.objects.get().revoked_at is None
    second = client_for(manager())
    assert "Write why" in second.post(address, {"decision": "no"}).content.decode()

    second.post(address, {"decision": "yes"})

    assert Award.objects.get().revoked_at
    assert "Agreed" in client_for(manager()).get(address).content.decode()


def test_names_stand_side_by_side_and_are_decided(client_for):
    correction = NameCorrectionFactory(award__enrolment__learner__name="Hannah Bellamy")
    client, address = client_for(manager()), reverse("certificates:decide_name", args=[correction.pk])
    shown = client.get(address).content.decode()
    assert "Hannah Bellamy" in shown
    assert "Hannah Varga" in shown

    client.post(address, {"decision": "yes"})

    assert NameCorrection.objects.get().edition.holder_name == "Hannah Varga"


# --- Many ----------------------------------------------------------------------------------------------


def work(job: Job) -> None:
    while run_slice(job, 60):
        pass
    job.refresh_from_db()


def test_many_are_revoked_by_two_managers_as_two_jobs(client_for):
    awards = [IssuedAwardFactory() for _ in range(3)]
    first, second = client_for(manager()), client_for(manager())
    ids = ",".join(str(award.pk) for award in awards)
    asked = {
        "action": "revoke",
        "awards": ids,
        "confirm": "1",
        "reason": "taught",
        "note": "Session of 3 May",
    }
    key = {"form_key": "6f1c9c1e-9e0b-4d6e-9a67-0a3f9a6b5c11"}
    first.post("/certificates/many/", asked | key)
    first.post("/certificates/many/", asked | key)
    work(Job.objects.get())
    assert RevocationRequest.objects.open().count() == 3
    batch = RevocationRequest.objects.first().batch
    address = reverse("certificates:decide_batch", args=[batch])
    assert "Revoke 3 certificates" in second.get(LIST).content.decode()

    first.post(address, {"decision": "yes"})
    assert Job.objects.count() == 1
    second.post(address, {"decision": "yes"})
    work(Job.objects.order_by("-pk").first())

    assert Award.objects.exclude(revoked_at=None).count() == 3
    assert second.get(address).status_code == 404


def test_all_that_match_are_reissued_and_what_cannot_be_is_named(client_for):
    course = course_with_quiz()
    good = IssuedAwardFactory(activity__course=course)
    bad = IssuedAwardFactory(activity__course=course)
    IssuedAwardFactory()
    confirm(ask_revocation(bad, reason="in_error", note="", by=manager()), by=manager())
    client = client_for(manager())
    chosen = {"action": "reissue", "scope": "all", "course": course.slug}
    assert "Reissue 2 certificates" in client.post("/certificates/many/", chosen).content.decode()

    client.post("/certificates/many/", chosen | {"confirm": "1", "reason": "looks"})
    job = Job.objects.get()
    work(job)

    assert (job.done_count, job.failed_count) == (1, 1)
    assert number_of(bad) in job.items.get(state="failed").note
    assert good.certificates.count() == 2
    assert client.post("/certificates/many/", {"action": "reissue"}).status_code == 302


# --- A whole group -------------------------------------------------------------------------------------


def group_of(course, earned: int, started: int):
    trainer = UserFactory(role=Role.TRAINER)
    cohort = CohortFactory(course=course, created_by=trainer)
    members = [CohortMemberFactory(cohort=cohort) for _ in range(earned + started)]
    for member in members[:earned]:
        complete_required(member.enrolment)
        pass_quiz(member.enrolment)
    for member in members[earned:]:
        complete_required(member.enrolment)
    return cohort, trainer, members


def test_a_group_gets_what_it_has_earned_once(client_for, django_capture_on_commit_callbacks, mailoutbox):
    cohort, trainer, members = group_of(course_with_quiz(), earned=2, started=1)
    client, address = client_for(trainer), reverse("certificates:group", args=[cohort.pk])
    shown = client.get(address).content.decode()
    assert "2 people have earned a certificate" in shown
    assert "the quiz" in shown

    client.post(address)
    with django_capture_on_commit_callbacks(execute=True):
        work(Job.objects.get())

    assert Certificate.objects.issued().count() == 2
    assert {letter.to[0] for letter in mailoutbox} == {m.learner.email for m in members[:2]}
    assert "Everybody who has earned a certificate has it." in client.get(address).content.decode()
    again = start_issuing([m.enrolment_id for m in members], by=trainer, back_url="/", form_key=uuid4())
    work(again)
    assert (again.done_count, again.failed_count, len(mailoutbox)) == (2, 1, 2)
    assert "the quiz not complete yet" in again.items.get(state="failed").note


def test_issuing_can_be_paused_and_goes_on():
    _, trainer, members = group_of(course_with_quiz(), earned=2, started=0)
    job = start_issuing([m.enrolment_id for m in members], by=trainer, back_url="/", form_key=uuid4())
    pause(job)
    assert not run_slice(job, 60)
    assert Award.objects.count() == 0

    resume(job)
    work(job)

    assert Award.objects.count() == 2


@pytest.mark.parametrize("people", [1, 3])
def test_a_groups_page_costs_the_same(client_for, django_assert_num_queries, people):
    cohort, trainer, _ = group_of(course_with_quiz(), earned=people, started=people)
    client, address = client_for(trainer), reverse("certificates:group", args=[cohort.pk])
    client.get(address)

    with django_assert_num_queries(10):
        client.get(address)


def test_many_and_one_agree_on_what_is_unmet():
    course = course_with_quiz(sessions_required=1)
    _, _, members = group_of(course, earned=1, started=1)
    enrolments = [member.enrolment for member in members]

    assert unmet_by_enrolment(course, enrolments) == {e.pk: unmet_criteria(e) for e in enrolments}


def test_the_menu_and_my_page_lead_there(client_for):
    NameCorrectionFactory()

    shown = client_for(manager()).get("/my/").content.decode()

    assert 'href="/certificates/"' in shown
    assert "1 request</a>" in re.sub(r" about certificates", "", shown)
    assert 'href="/certificates/"' not in client_for(UserFactory()).get("/my/").content.decode()
