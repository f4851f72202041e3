import csv
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from cohorts import services
from cohorts.models import Cohort, CohortMember, Invitation
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, InvitationFactory
from tests.factories.quizzes import make_course

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def address(name, *args):
    return reverse(f"cohorts:{name}", args=args)


# --- Who may see what ------------------------------------------------------------------------

ROLES = {
    "own trainer": None,
    "other trainer": [Role.TRAINER],
    "lead trainer": [Role.LEAD_TRAINER],
    "programme manager": [Role.PROGRAMME_MANAGER],
    "agency lead": [Role.AGENCY_LEAD],
    "editor": [Role.EDITOR],
    "moderator": [Role.MODERATOR],
    "learner": [],
    "member": "member",
    "anonymous": "anonymous",
}
SEES = {"own trainer", "lead trainer", "programme manager"}
EDITS = {"own trainer", "lead trainer"}
ENTERS = SEES | {"other trainer"}
CREATES = EDITS | {"other trainer"}
#: name of the address -> what it takes after the group, method, who may, answer to those who may
TABLE = [
    ("list", (), "get", ENTERS, 200),
    ("create", (), "get", CREATES, 200),
    ("create", (), "post", CREATES, 200),
    ("detail", ("cohort",), "get", SEES, 200),
    ("export", ("cohort",), "get", SEES, 200),
    ("invitations", ("cohort",), "get", SEES, 200),
    ("edit", ("cohort",), "get", EDITS, 200),
    ("edit", ("cohort",), "post", EDITS, 200),
    ("add_people", ("cohort",), "get", EDITS, 200),
    ("add_people", ("cohort",), "post", EDITS, 200),
    ("link", ("cohort",), "get", EDITS, 200),
    ("qr", ("cohort", "svg"), "get", EDITS, 200),
    ("qr", ("cohort", "png"), "get", EDITS, 200),
    ("link_close", ("cohort",), "post", EDITS, 302),
    ("link_renew", ("cohort",), "post", EDITS, 302),
    ("member_remove", ("cohort", "member"), "get", EDITS, 200),
    ("member_remove", ("cohort", "member"), "post", EDITS, 302),
    ("invitation_resend", ("cohort", "invitation"), "post", EDITS, 302),
    ("invitation_withdraw", ("cohort", "invitation"), "post", EDITS, 302),
]


@pytest.mark.parametrize("who", ROLES)
def test_every_address_answers_every_role_as_the_table_says(who, cohort, trainer, client_for):
    member = CohortMemberFactory(cohort=cohort)
    invitation = InvitationFactory(cohort=cohort)
    ids = {"cohort": cohort.pk, "member": member.pk, "invitation": invitation.pk, "svg": "svg", "png": "png"}
    users = {"own trainer": lambda: trainer, "member": lambda: member.learner, "anonymous": lambda: None}
    client = client_for(users.get(who, lambda: UserFactory(role=ROLES[who]))())
    for name, args, method, allowed, expected in TABLE:
        url = address(name, *(ids[arg] for arg in args))
        response = getattr(client, method)(url)
        if who == "anonymous":
            assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={url}")
        else:
            assert (name, method, response.status_code) == (name, method, expected if who in allowed else 404)


def test_ids_of_another_group_are_not_found_behind_ones_own(cohort, trainer, client_for):
    member, invitation = (
        CohortMemberFactory(),
        InvitationFactory(emailed_at=timezone.now() - timedelta(hours=2)),
    )
    client = client_for(trainer)

    for name, pk in [
        ("member_remove", member.pk),
        ("invitation_resend", invitation.pk),
        ("invitation_withdraw", invitation.pk),
    ]:
        assert client.post(address(name, cohort.pk, pk)).status_code == 404
    assert CohortMember.objects.active().count() == 1
    invitation.refresh_from_db()
    assert (invitation.withdrawn_at, invitation.emailed_at is None) == (None, False)


def test_another_trainers_group_leaves_no_trace_in_list_or_search(cohort, client_for):
    CohortMemberFactory(cohort=cohort, learner__name="Hidden Person")
    client = client_for(UserFactory(role=Role.TRAINER))

    html = page(client.get(address("list") + "?q=Hidden"))

    assert cohort.name not in html
    assert "Hidden" not in html.replace("visually-hidden", "")


@pytest.mark.parametrize("name", ["link_close", "link_renew"])
def test_nothing_changes_by_get(cohort, trainer, client_for, name):
    assert client_for(trainer).get(address(name, cohort.pk)).status_code == 405


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999999", "1e3", "-1"])
def test_a_number_that_is_no_group_is_not_found(trainer, client_for, pk):
    assert client_for(trainer).get(f"/trainer/cohorts/{pk}/").status_code == 404


# --- Groups ----------------------------------------------------------------------------------


def test_a_trainer_creates_a_group_and_a_double_click_makes_one(trainer, client_for):
    client, course = client_for(trainer), make_course()
    html = page(client.get(address("create")))
    assert "Create cohort" in html
    key = html.split('name="form_key" value="')[1].split('"')[0]
    form = {
        "name": "Tuesday",
        "course": course.slug,
        "starts_on": "1/12/2026",
        "trainers": [trainer.pk],
        "form_key": key,
    }

    first, second = (client.post(address("create"), form) for _ in range(2))

    cohort = Cohort.objects.get()
    assert first["Location"] == second["Location"] == cohort.get_absolute_url()
    assert (cohort.name, cohort.course, cohort.starts_on, cohort.created_by) == (
        "Tuesday", course, date(2026, 12, 1), trainer,
    )  # fmt: skip
    assert list(cohort.trainers.all()) == [trainer]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Enter a name for the group."),
        ({"name": "x" * 121}, "Use at most 120 characters."),
        ({"course": ""}, "Choose a course."),
        ({"course": "9" * 30}, "Choose a course from the list."),
        ({"starts_on": "31/2/2027"}, "Enter a date that exists"),
        ({"starts_on": "2/3/2027", "ends_on": "1/3/2027"}, "cannot be before the first day"),
        ({"trainers": []}, "Choose at least one trainer."),
        ({"trainers": ["9" * 30]}, "Choose trainers from the list."),
        ({"trainers": "other"}, "Stay among the trainers"),
        ({"trainers": "learner"}, "Choose trainers from the list."),
    ],
)
def test_a_group_that_cannot_be_made_says_why_and_keeps_what_was_typed(trainer, client_for, change, message):
    people = {"other": UserFactory(role=Role.TRAINER), "learner": UserFactory()}
    form = {
        "name": "Tuesday group",
        "course": make_course().slug,
        "starts_on": "",
        "trainers": [trainer.pk],
    } | change
    if form["trainers"] in ("other", "learner"):
        form["trainers"] = [people[form["trainers"]].pk]

    html = page(client_for(trainer).post(address("create"), form))

    assert "<title>Error: Create a group" in html
    assert html.count(message) == 2
    assert not form["name"] or form["name"] in html
    assert form["starts_on"] in html
    assert not Cohort.objects.exists()


def test_the_course_of_a_group_cannot_be_changed(cohort, trainer, client_for):
    other = make_course(slug="other")
    form = {
        "name": "New name",
        "course": other.pk,
        "trainers": [trainer.pk],
        "join_token": "mine",
        "created_by": 1,
    }

    assert client_for(trainer).post(address("edit", cohort.pk), form).status_code == 302

    before, token = cohort.course, cohort.join_token
    cohort.refresh_from_db()
    assert (cohort.name, cohort.course, cohort.join_token, cohort.created_by) == (
        "New name",
        before,
        token,
        trainer,
    )


def test_a_lead_trainer_hands_a_group_over(cohort, client_for):
    other = UserFactory(role=Role.TRAINER)
    form = {"name": cohort.name, "trainers": [other.pk]}

    client_for(UserFactory(role=Role.LEAD_TRAINER)).post(address("edit", cohort.pk), form)

    assert list(cohort.trainers.all()) == [other]


def test_no_text_in_a_field_leads_to_an_error_page(trainer, client_for, hostile):
    form = {"name": "Group", "course": make_course().slug, "trainers": [trainer.pk]}
    client = client_for(trainer)

    for field in ("name", "starts_on", "course", "trainers", "form_key"):
        response = client.post(address("create"), form | {field: hostile}, follow=True)
        assert SCRIPT not in page(response), field


# --- The table -------------------------------------------------------------------------------


def test_the_page_shows_each_person_and_who_is_still_invited(cohort, trainer, client_for, certified):
    member = CohortMemberFactory(
        cohort=cohort, learner__name=SCRIPT, learner__agency=AgencyFactory(name="R&D")
    )
    certified.add(member.enrolment.pk)
    InvitationFactory(cohort=cohort, email="waiting@example.org")

    client = client_for(trainer)
    html = page(client.get(cohort.get_absolute_url()))

    assert "waiting@example.org" in page(client.get(address("invitations", cohort.pk)))
    assert SCRIPT not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for words in (
        "R&amp;D",
        "0 of 2",
        "Not started",
        "20 Nov 2026",
        "1 unanswered invitation",
        "Add people",
        "Export",
    ):
        assert words in html
    assert member.learner.email not in html


def test_a_manager_reads_and_finds_no_control(cohort, client_for):
    CohortMemberFactory(cohort=cohort)
    InvitationFactory(cohort=cohort)

    html = page(client_for(UserFactory(role=Role.PROGRAMME_MANAGER)).get(cohort.get_absolute_url()))

    assert "Export" in html
    assert not any(
        words in html for words in ("Add people", "Remove", "Withdraw", "Send again", "Change group")
    )


def test_the_table_is_narrowed_by_name_organisation_and_status(cohort, trainer, client_for):
    CohortMemberFactory(cohort=cohort, learner__name="Zoë Ash", learner__agency=AgencyFactory(name="Trust"))
    CohortMemberFactory(cohort=cohort, learner__name="Ben Oak", learner__agency=AgencyFactory(name="Council"))
    client = client_for(trainer)

    for query in ("q=zoe", "organisation=Trust", "q=ash&status=not-started&sort=quiz"):
        html = page(client.get(f"{cohort.get_absolute_url()}?{query}"))
        assert "Zoë Ash" in html
        assert "Ben Oak" not in html
        assert "1 of 2 people match." in html
    assert "matches all of that" in page(client.get(f"{cohort.get_absolute_url()}?status=quiz-passed"))


def test_no_query_leads_to_an_error_page(cohort, trainer, client_for, hostile):
    CohortMemberFactory(cohort=cohort)
    client = client_for(trainer)

    for parameter in ("q", "organisation", "status", "sort", "page"):
        response = client.get(cohort.get_absolute_url(), {parameter: hostile[:5000]})
        assert SCRIPT not in page(response), parameter


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    cohort, trainer, client_for, certified, people, django_assert_num_queries
):
    CohortMemberFactory.create_batch(people, cohort=cohort)
    InvitationFactory.create_batch(people, cohort=cohort)
    client = client_for(trainer)
    client.get("/trainer/")  # fills the cache of what stands on every page

    with django_assert_num_queries(9):
        client.get(cohort.get_absolute_url())


@pytest.mark.parametrize("groups", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    trainer, client_for, certified, groups, django_assert_num_queries
):
    for _ in range(groups):
        CohortMemberFactory(cohort=CohortFactory(created_by=trainer))
    client = client_for(trainer)
    client.get("/trainer/")

    with django_assert_num_queries(7):
        html = page(client.get("/trainer/"))
    assert html.count("Tuesday group") == groups


def test_a_full_page_stays_light(cohort, trainer, client_for):
    agencies = AgencyFactory.create_batch(6)
    for number in range(51):
        CohortMemberFactory(cohort=cohort, learner__agency=agencies[number % 6])
    InvitationFactory.create_batch(51, cohort=cohort)
    client = client_for(trainer)

    html = page(client.get(cohort.get_absolute_url()))

    assert len(html) < 42_000
    assert "Page 1 of 3" in html
    assert "All 51 unanswered invitations" in html
    assert "Page 1 of 2" in page(client.get(address("invitations", cohort.pk)))


# --- Export ----------------------------------------------------------------------------------

HEADINGS = [
    "Name", "Organisation", "Sector", "Modules completed", "Modules in course", "Quiz", "Certificate", "Joined",
]  # fmt: skip
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.fixture
def dangerous(cohort, certified):
    """A group of people whose names are formulas; somebody else's group beside it."""
    joined_at = datetime(2026, 11, 2, 12, tzinfo=timezone.get_current_timezone())
    agency = AgencyFactory(name='=HYPERLINK("http://x")')
    for name in FORMULAS:
        CohortMemberFactory(cohort=cohort, learner__name=name, learner__agency=agency, joined_at=joined_at)
    certified.add(cohort.members.get(learner__name="=1+1").enrolment_id)
    CohortMemberFactory(learner__name="Somebody else")
    return cohort


def test_csv_holds_the_group_and_nothing_a_spreadsheet_would_run(dangerous, trainer, client_for):
    response = client_for(trainer).get(address("export", dangerous.pk), {"format": "csv"})

    assert response["Content-Disposition"] == (
        f'attachment; filename="group-{dangerous.pk}-{timezone.localdate():%Y-%m-%d}.csv"'
    )
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == HEADINGS
    assert sorted(row[0] for row in rows[1:]) == sorted(f"'{name}" for name in FORMULAS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert [row[1:] for row in rows if row[0] == "'=1+1"] == [
        ['\'=HYPERLINK("http://x")', "Health", "0", "2", "Not started", "2026-11-20", "2026-11-02"]
    ]


def test_xlsx_holds_words_numbers_and_dates_and_nothing_hidden(dangerous, trainer, client_for):
    response = client_for(trainer).get(address("export", dangerous.pk), {"format": "xlsx"})

    book = load_workbook(BytesIO(response.content))
    assert [(sheet.title, sheet.sheet_state) for sheet in book.worksheets] == [("Group", "visible")]
    rows = list(book.active.rows)
    assert [cell.value for cell in rows[0]] == HEADINGS
    assert len(rows) == 1 + len(FORMULAS)
    for row in rows[1:]:
        assert [cell.data_type for cell in row[:6]] == ["s", "s", "s", "n", "n", "s"]
        assert row[7].value == datetime(2026, 11, 2)  # noqa: DTZ001 -- a spreadsheet's date has no zone
    assert not any(column.hidden for column in book.active.column_dimensions.values())


def test_an_export_of_an_unknown_type_is_not_found(cohort, trainer, client_for):
    assert client_for(trainer).get(address("export", cohort.pk), {"format": "exe"}).status_code == 404


# --- Getting people in -----------------------------------------------------------------------


def test_add_people_invites_them_and_tells_what_became_of_each(
    cohort, trainer, client_for, django_capture_on_commit_callbacks
):
    InvitationFactory(cohort=cohort, email="b@example.org", emailed_at=timezone.now())
    CohortMemberFactory(cohort=cohort, learner__email="c@example.org")
    UserFactory(email="d@example.org")
    text = "Ann <a@example.org>\nb@example.org, c@example.org; D@example.org"

    with django_capture_on_commit_callbacks(execute=True):
        html = page(client_for(trainer).post(address("add_people", cohort.pk), {"people": text}, follow=True))

    assert "2 people were added." in html
    assert "Already invited (1): b@example.org." in html
    assert "Already in the group (1): c@example.org." in html
    assert sorted(m.to[0] for m in mail.outbox) == ["a@example.org", "d@example.org"]


def test_one_bad_line_stops_the_list_and_what_was_typed_is_kept(cohort, trainer, client_for):
    text = f"a@example.org\nHannah {SCRIPT}\nb@example"

    html = page(client_for(trainer).post(address("add_people", cohort.pk), {"people": text}))

    assert "<title>Error: Add people" in html
    assert "Line 2: “script” has no @ sign." in html
    assert "Line 3: “b@example” is not an e-mail address." in html
    assert "Nobody was invited yet." in html
    assert "a@example.org\nHannah &lt;script&gt;" in html
    assert SCRIPT not in html
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter at least one e-mail address."),
        (" \n\t", "Enter at least one e-mail address."),
        (
            "\n".join(f"p{n}@example.org" for n in range(501)),
            "Paste at most 500 addresses at a time. This list has 501.",
        ),
        ("x\n" * 100, "80 more lines cannot be read."),
        ("x" * 200_001, "This is too much text for one go."),
    ],
)
def test_a_list_that_cannot_be_used_says_why(cohort, trainer, client_for, text, message):
    html = page(client_for(trainer).post(address("add_people", cohort.pk), {"people": text}))

    assert html.count(message) == 2


def test_no_pasted_text_leads_to_an_error_page(cohort, trainer, client_for, hostile):
    response = client_for(trainer).post(address("add_people", cohort.pk), {"people": hostile}, follow=True)

    assert SCRIPT not in page(response)


def test_the_link_page_shows_a_code_and_the_link_can_be_closed_and_renewed(cohort, trainer, client_for):
    client = client_for(trainer)
    html = page(client.get(address("link", cohort.pk)))
    assert cohort.join_url in html
    for kind, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        assert address("qr", cohort.pk, kind) in html
        assert client.get(address("qr", cohort.pk, kind)).content.startswith(start)

    assert cohort.join_token not in page(client.post(address("link_close", cohort.pk), follow=True))
    html = page(client.post(address("link_renew", cohort.pk), follow=True))
    cohort.refresh_from_db()
    assert cohort.join_url in html


def test_removal_asks_first_and_keeps_the_person_on_the_course(cohort, trainer, client_for):
    member = CohortMemberFactory(cohort=cohort)
    url = address("member_remove", cohort.pk, member.pk)
    client = client_for(trainer)

    assert "stay on the course" in page(client.get(url))
    assert cohort.members.active().exists()
    client.post(url)

    member.refresh_from_db()
    assert (member.removed_by, member.enrolment.withdrawn_at) == (trainer, None)


# --- The learner's side ----------------------------------------------------------------------


def test_a_visitor_sees_what_joining_means_and_keeps_the_way_back(cohort, trainer, client):
    url = address("join", cohort.join_token)

    html = page(client.get(url))

    for words in (
        cohort.name,
        cohort.course.title,
        trainer.name,
        "your own answers",
        "your score",
        "Create account",
    ):
        assert words in html
    assert f"/accounts/signup/?next=%2Fjoin%2F{cohort.join_token}%2F" in html
    assert "Join group" not in html
    response = client.post(url)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={url}")


def test_a_learner_joins_by_link_and_lands_on_the_course(cohort, client_for):
    learner = UserFactory()
    client, url = client_for(learner), address("join", cohort.join_token)
    assert "Join group" in page(client.get(url))

    responses = [client.post(url) for _ in range(2)]

    assert {r["Location"] for r in responses} == {cohort.course.get_absolute_url()}
    assert cohort.members.active().get().learner == learner
    assert "You are in the group" in page(client.get(url))


@pytest.mark.parametrize("method", ["get", "post"])
def test_links_that_do_not_work_any_more_say_so(cohort, client_for, method):
    client = client_for(UserFactory())
    used = InvitationFactory(cohort=cohort, accepted_at=timezone.now())
    withdrawn = InvitationFactory(cohort=cohort, withdrawn_at=timezone.now())
    expired = InvitationFactory(cohort=cohort, expires_at=timezone.now())
    services.close_link(cohort)

    for token in (used.token, withdrawn.token, expired.token, cohort.join_token):
        html = page(getattr(client, method)(address("join", token)), status=410)
        assert "does not work any more" in html
        assert cohort.name not in html
    assert "does not work any more" in page(getattr(client, method)("/join/unknown/"), status=404)
    assert not CohortMember.objects.exists()


def test_whoever_holds_the_letter_can_say_no_without_an_account(cohort, client):
    invitation = InvitationFactory(cohort=cohort)
    assert "No thanks" in page(client.get(address("join", invitation.token)))

    assert "You said no thanks" in page(client.post(address("decline", invitation.token)))

    invitation.refresh_from_db()
    assert invitation.declined_at
    assert "You said no thanks before" in page(client.get(address("join", invitation.token)))
    assert client.post(address("decline", "unknown")).status_code == 404
    assert client.get(address("decline", invitation.token)).status_code == 405


def test_only_the_learner_leaves(cohort, trainer, client_for):
    member = CohortMemberFactory(cohort=cohort)
    url = address("leave", member.pk)

    assert client_for(None).get(url).status_code == 302
    for stranger in (trainer, UserFactory()):
        assert client_for(stranger).post(url).status_code == 404
    client = client_for(member.learner)
    assert "stay on the course" in page(client.get(url))
    assert client.post(url).status_code == 302

    member.refresh_from_db()
    assert (member.left_at is None, member.removed_by) == (False, None)
    assert client.post(url).status_code == 404


def test_names_are_escaped_wherever_learners_see_them(client_for):
    trainer = UserFactory(role=Role.TRAINER, name=SCRIPT)
    cohort = CohortFactory(created_by=trainer, name=SCRIPT)
    member = CohortMemberFactory(cohort=cohort)
    client = client_for(member.learner)

    for url in (address("join", cohort.join_token), address("leave", member.pk)):
        assert SCRIPT not in page(client.get(url))
    html = page(client_for(UserFactory()).get(address("join", cohort.join_token)))
    assert SCRIPT not in html
    assert "&lt;script&gt;" in html
