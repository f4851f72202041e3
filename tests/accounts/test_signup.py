import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts.forms import SignupForm
from accounts.models import Agency, User
from tests.accounts.journeys import code_in_last_mail, details, log_in
from tests.factories.accounts import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"
VERIFY = "/accounts/confirm-email/"


def test_sign_up_asks_six_things_and_carries_the_contract_names(client):
    html = client.get(SIGNUP).content.decode()

    assert "Create account" in html
    assert list(client.get(SIGNUP).context["form"].fields) == [
        "name",
        "email",
        "password1",
        "sector",
        "organisation",
        "job_role",
    ]


def test_a_newcomer_confirms_by_code_and_goes_on_to_the_course_they_wanted(client):
    AgencyFactory(name="Harbour Advice")

    response = client.post(SIGNUP, details(next="/courses/fast-track/"))
    assert response.url == VERIFY
    assert mail.outbox[-1].subject == "Confirm your e-mail address"
    assert "_auth_user_id" not in client.session

    response = client.post(VERIFY, {"code": f" {code_in_last_mail().lower().replace('-', ' ')} "})
    assert response.url == "/courses/fast-track/"
    user = User.objects.get(email="amina@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.name, user.agency.name, user.sector.code, user.job_role) == (
        "Amina Okoro",
        "Harbour Advice",
        "HLT",
        "Advice worker",
    )
    assert EmailAddress.objects.get(user=user).verified


def test_the_page_wanted_survives_a_wrong_code_and_a_new_one(client):
    client.post(SIGNUP, details(next="/courses/fast-track/"))

    wrong = client.post(VERIFY, {"code": "WRNG-WRNG"})
    assert "Error: " in wrong.content.decode()
    assert "enter the latest code" in wrong.content.decode()
    client.post(VERIFY, {"action": "resend"})

    assert client.post(VERIFY, {"code": code_in_last_mail()}).url == "/courses/fast-track/"


def test_a_page_on_another_host_is_not_gone_on_to(client):
    client.post(SIGNUP, details(next="https://evil.example/"))

    assert client.post(VERIFY, {"code": code_in_last_mail()}).url == "/my/"


@pytest.mark.parametrize("typed", ["harbour advice", "  HARBOUR   Advice ", "Ｈarbour Advice"])
def test_an_organisation_is_matched_whatever_its_letter_case_and_spaces(client, typed):
    agency = AgencyFactory(name="Harbour Advice")

    client.post(SIGNUP, details(organisation=typed))

    assert User.objects.get(email="amina@example.org").agency == agency
    assert Agency.objects.count() == 1


def test_an_unknown_organisation_waits_to_be_confirmed(client):
    client.post(SIGNUP, details(organisation="École du  Phare"))
    client.cookies.clear()
    client.post(SIGNUP, details(organisation="ÉCOLE DU PHARE", email="two@example.org"))
    client.cookies.clear()

    agency = Agency.objects.get()
    assert (agency.name, agency.is_confirmed) == ("École du Phare", False)
    assert agency.users.count() == 2
    assert "École du Phare" not in client.get(SIGNUP).content.decode()


def test_only_confirmed_organisations_are_suggested(client):
    AgencyFactory(name="Harbour & Advice")

    assert '<option value="Harbour &amp; Advice">' in client.get(SIGNUP).content.decode()


def test_the_answer_does_not_tell_whether_an_address_has_an_account(client, django_user_model):
    UserFactory(email="amina@example.org")

    known = client.post(SIGNUP, details(), follow=True)
    client.cookies.clear()
    unknown = client.post(SIGNUP, details(email="newer@example.org"), follow=True)

    def body(response, email):
        html = response.content.decode()
        return html.split("<main")[1].split("</main>")[0].replace(email, "")

    assert known.redirect_chain == unknown.redirect_chain
    assert _without_tokens(body(known, "amina@example.org")) == _without_tokens(
        body(unknown, "newer@example.org")
    )
    assert [message.subject for message in mail.outbox] == [
        "You already have an account",
        "Confirm your e-mail address",
    ]
    assert User.objects.filter(email="amina@example.org").count() == 1


def _without_tokens(html):
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", html)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Enter your full name"),
        ({"name": "\u200b 42 \u202e"}, "Enter your full name in letters"),
        ({"email": "amina"}, "like name@example.com"),
        ({"email": ""}, "Enter your e-mail address"),
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "password1234"}, "too common"),
        ({"password1": ""}, "Enter a password"),
        ({"sector": ""}, "Choose your sector"),
        ({"sector": "999"}, "Choose a sector from the list"),
        ({"organisation": ""}, "Enter your organisation"),
        ({"job_role": ""}, "Enter your role"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(client, changes, message):
    html = client.post(SIGNUP, details(**changes)).content.decode()

    assert "<title>Error: Create account" in html
    assert html.count(message) == 2  # in the summary and beside the field
    for kept in (
        {"Amina Okoro", "Harbour Advice", "Advice worker"}
        - set(details(**changes))
        - {details()[name] for name in changes}
    ):
        assert kept in html
    assert User.objects.count() == 0


def test_nothing_but_the_declared_fields_can_be_set(client):
    client.post(SIGNUP, details(is_staff="on", is_superuser="on", groups="1", is_active="", pk="7"))

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)


def test_any_text_in_any_field_is_answered_with_a_page(client, hostile):
    for field in details():
        response = client.post(SIGNUP, details(email=f"{field}@example.org") | {field: hostile})
        assert response.status_code in {200, 302}
        client.cookies.clear()
    assert client.get(SIGNUP, {"next": hostile, "email": hostile}).status_code == 200


def test_an_unconfirmed_account_is_asked_for_a_code_at_log_in(client):
    user = UserFactory(verified=False)

    assert log_in(client, user).url == VERIFY
    assert client.post(VERIFY, {"code": code_in_last_mail()}).url == "/my/"


def test_letters_are_plain_and_name_no_host_of_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    UserFactory(email="amina@example.org")

    client.post(SIGNUP, details(), headers={"host": "evil.example"})

    assert "evil.example" not in mail.outbox[-1].body
    assert f"{settings.SITE_URL}{reverse('account_reset_password')}" in mail.outbox[-1].body


def test_two_sign_ups_at_the_same_moment_make_one_account(client, monkeypatch):
    UserFactory(email="amina@example.org")
    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda form, email: email)  # checked too early

    assert client.post(SIGNUP, details(organisation="Nowhere yet")).url == VERIFY

    assert User.objects.filter(email="amina@example.org").count() == 1
    assert not Agency.objects.filter(name="Nowhere yet").exists()
    assert mail.outbox[-1].subject == "You already have an account"
