import json
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts import personal_data
from accounts.models import Agency, User
from accounts.roles import Role
from accounts.services import agency_called
from tests.accounts.journeys import code_in_last_mail, log_in
from tests.factories.accounts import PASSWORD, AgencyFactory, SectorFactory, UserFactory

pytestmark = pytest.mark.django_db
ACCOUNT = "/my/account/"
CLOSE = "/my/account/close/"


@pytest.fixture
def amina():
    return UserFactory(name="Amina Okoro", email="amina@example.org", job_role="Advice worker")


@pytest.mark.parametrize("page", [ACCOUNT, "/my/account/data/", CLOSE])
def test_strangers_are_asked_to_log_in(client, page):
    assert client.get(page).url == f"/accounts/login/?next={page}"


def test_details_are_changed(client_for, amina):
    sector, agency = SectorFactory(code="POL", name="Policing"), AgencyFactory(name="Lea Marsh Police")
    client = client_for(amina)

    response = client.post(
        ACCOUNT,
        {
            "name": "  Amina  Reid ",
            "sector": sector.pk,
            "organisation": "lea marsh police",
            "job_role": "Officer",
        },
        follow=True,
    )

    assert "Your details are saved." in response.content.decode()
    amina.refresh_from_db()
    assert (amina.name, amina.sector, amina.agency, amina.job_role) == (
        "Amina Reid",
        sector,
        agency,
        "Officer",
    )


def test_only_ones_own_declared_details_can_be_changed(client_for, amina):
    other = UserFactory(name="Somebody Else")
    form = {"name": "Amina Reid", "sector": amina.sector.pk, "organisation": "X", "job_role": "Y"}

    client_for(amina).post(
        ACCOUNT,
        form
        | {
            "id": other.pk,
            "user": other.pk,
            "email": "x@example.org",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )

    amina.refresh_from_db()
    other.refresh_from_db()
    assert (amina.email, amina.is_staff, amina.is_superuser) == ("amina@example.org", False, False)
    assert other.name == "Somebody Else"


def test_any_text_in_the_details_is_answered_with_a_page(client_for, amina, hostile):
    client = client_for(amina)
    form = {"name": "Amina", "sector": amina.sector.pk, "organisation": "X", "job_role": "Y"}

    for field in form:
        assert client.post(ACCOUNT, form | {field: hostile}).status_code in {200, 302}
        assert client.get(ACCOUNT).status_code == 200


def test_a_new_address_counts_once_its_code_is_entered(client, amina):
    log_in(client, amina)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})

    response = client.post("/accounts/email/", {"action_add": "", "email": "Reid@example.org"})
    amina.refresh_from_db()
    assert (mail.outbox[-1].to, amina.email) == (["reid@example.org"], "amina@example.org")
    client.post(response.url, {"code": code_in_last_mail()})

    amina.refresh_from_db()
    assert amina.email == "reid@example.org"
    assert [(a.email, a.verified, a.primary) for a in EmailAddress.objects.filter(user=amina)] == [
        ("reid@example.org", True, True)
    ]
    told = next(message for message in mail.outbox if message.subject == "Your e-mail address was changed")
    assert told.to == ["amina@example.org"]


def test_changing_the_password_logs_out_everywhere(client, client_for, amina):
    elsewhere = client_for(amina)
    log_in(client, amina)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "copper-kettle-9-moor", "password2": "copper-kettle-9-moor"},
    )

    assert [browser.get(ACCOUNT).status_code for browser in (client, elsewhere)] == [302, 302]


def test_sessions_are_listed_and_the_others_can_be_ended(client):
    user = UserFactory()
    elsewhere = Client(headers={"user-agent": "Old phone"})
    log_in(elsewhere, user)
    log_in(client, user)

    assert "Old phone" in client.get("/accounts/sessions/").content.decode()
    client.post("/accounts/sessions/")

    assert elsewhere.get(ACCOUNT).status_code == 302
    assert client.get(ACCOUNT).status_code == 200


def test_my_data_holds_all_of_mine_and_nobody_elses(client_for, amina):
    UserFactory(name="Somebody Else", email="else@example.org")

    response = client_for(amina).get("/my/account/data/")

    assert response["Content-Disposition"] == 'attachment; filename="my-training-data.json"'
    data = json.loads(response.content)
    assert set(data) == set(personal_data._holdings)
    assert (data["account"]["name"], data["account"]["email"]) == ("Amina Okoro", "amina@example.org")
    assert data["account"]["email_addresses"] == [
        {"email": "amina@example.org", "verified": True, "primary": True}
    ]
    assert "Somebody" not in response.content.decode()


def test_closing_tells_what_stays_and_asks_for_the_password_first(client, amina):
    log_in(client, amina)

    html = unescape(client.get(CLOSE).content.decode())
    assert all(sentence in html for sentence in personal_data.kept())
    response = client.post(CLOSE, {"understood": "on"})

    assert response.url.startswith("/accounts/reauthenticate/")
    assert User.objects.filter(email="amina@example.org").exists()


def test_closing_without_the_tick_does_nothing(client, amina):
    log_in(client, amina)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": CLOSE})

    html = client.post(CLOSE, {}).content.decode()

    assert "Tick the box" in html
    assert User.objects.filter(email="amina@example.org").exists()


def test_a_closed_account_leaves_no_name_no_address_and_no_way_in(client, client_for, amina, tmp_path):
    elsewhere = client_for(amina)
    log_in(client, amina)

    response = client.post(CLOSE, {"understood": "on"})
    response = client.post(response.url, {"password": PASSWORD, "next": CLOSE})
    assert response.url == "/"

    user = User.objects.get(pk=amina.pk)
    assert (user.name, user.is_active, user.agency, user.sector, user.job_role) == (
        "Erased person",
        False,
        None,
        None,
        "",
    )
    assert user.email.endswith("@erased.invalid")
    assert elsewhere.get(ACCOUNT).status_code == 302
    assert log_in(client, amina).status_code == 200
    dump = tmp_path / "dump.json"
    call_command("dumpdata", exclude=["wagtailcore", "contenttypes", "auth.permission"], output=dump)
    assert "amina@example.org" not in dump.read_text()
    assert "Amina Okoro" not in dump.read_text()


def test_erasing_twice_is_as_good_as_once(amina):
    personal_data.erase(amina)
    personal_data.erase(amina)

    assert User.objects.get(pk=amina.pk).name == "Erased person"


def test_one_part_that_fails_leaves_everything_as_it_was(amina, monkeypatch):
    def fails(user):
        raise RuntimeError

    monkeypatch.setitem(personal_data._holdings, "zz", personal_data.Holding(lambda user: {}, fails, ""))

    with pytest.raises(RuntimeError):
        personal_data.erase(amina)

    assert User.objects.get(pk=amina.pk).name == "Amina Okoro"


def test_every_role_has_its_group():
    assert set(Role) <= set(Group.objects.values_list("name", flat=True))


def test_who_leads_an_organisation_cannot_choose_another_one_to_read_about(client_for):
    lead = UserFactory(role=Role.AGENCY_LEAD)
    own, other = lead.agency, AgencyFactory(name="Lea Marsh Police")
    details = {"name": lead.name, "sector": lead.sector_id, "job_role": "Safeguarding lead"}

    refused = client_for(lead).post(ACCOUNT, details | {"organisation": other.name})
    kept = client_for(lead).post(ACCOUNT, details | {"organisation": own.name.upper()})

    assert "Ask the programme managers to change it." in refused.text
    assert kept.status_code == 302
    lead.refresh_from_db()
    assert (lead.agency, lead.job_role) == (own, "Safeguarding lead")


def test_an_organisation_typed_by_two_people_at_once_is_made_once(amina):
    first = agency_called("Harbour Advice")

    assert agency_called(" HARBOUR advice ") == first
    assert Agency.objects.filter(is_confirmed=False).count() == 1
