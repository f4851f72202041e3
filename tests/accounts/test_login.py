import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests.accounts.journeys import code_in_last_mail, details, log_in
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
DOORS = ["/cms/login/", "/_util/login/", "/django-admin/login/"]


def logged_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_log_in_by_password_goes_on_to_the_page_wanted(client):
    user = UserFactory(email="amina@example.org")

    response = client.post(LOGIN, {"login": "AMINA@example.org ", "password": PASSWORD, "next": "/courses/"})

    assert response.url == "/courses/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_log_in_by_code_goes_on_to_the_page_wanted(client):
    user = UserFactory()

    response = client.post("/accounts/login/code/", {"email": user.email, "next": "/courses/"})
    assert mail.outbox[-1].subject == "Your sign-in code"

    assert client.post(response.url, {"code": code_in_last_mail(), "next": "/courses/"}).url == "/courses/"
    assert logged_in(client)


def test_a_code_for_an_unknown_address_is_asked_for_on_the_same_page(client):
    UserFactory(email="amina@example.org")

    pages = []
    for email in ["amina@example.org", "nobody@example.org"]:
        html = Client().post("/accounts/login/code/", {"email": email}, follow=True).content.decode()
        pages.append(html.split("<h1")[1].split("<form")[0].replace(email, ""))

    assert pages[0] == pages[1]
    assert mail.outbox[-1].subject == "No account with this e-mail address"


def test_a_new_password_by_code(client):
    user = UserFactory()

    response = client.post("/accounts/password/reset/", {"email": user.email})
    assert mail.outbox[-1].subject == "Your code for a new password"
    response = client.post(response.url, {"code": code_in_last_mail()})
    client.post(response.url, {"password1": "copper-kettle-9-moor", "password2": "copper-kettle-9-moor"})

    assert not logged_in(client)
    assert log_in(client, user, "copper-kettle-9-moor").status_code == 302
    assert logged_in(client)
    assert mail.outbox[-1].subject == "Your password was changed"


def test_a_wrong_password_says_what_to_do_and_keeps_the_address(client):
    user = UserFactory()

    html = log_in(client, user, "wrong-password-1").content.decode()

    assert "<title>Error: Log in" in html
    assert html.count("The e-mail address or password is not right.") == 2
    assert 'href="#id_password"' in html
    assert f'value="{user.email}"' in html


@pytest.mark.parametrize("door", DOORS)
def test_no_door_takes_a_password_alone(client, door):
    admin = UserFactory(is_superuser=True, is_staff=True)

    assert client.get(f"{door}?next=/cms/").url == "/accounts/login/?next=/cms/"
    response = client.post(
        door, {"username": admin.email, "login": admin.email, "email": admin.email, "password": PASSWORD}
    )

    assert response.status_code == 302
    assert response.url.startswith(LOGIN)
    assert not logged_in(client)


@pytest.mark.parametrize("page", ["/cms/", "/cms/users/", "/django-admin/", "/cms/account/"])
def test_admin_pages_send_strangers_to_the_one_log_in(client, page):
    response = client.get(page, follow=True)

    assert response.request["PATH_INFO"] == LOGIN


@pytest.mark.parametrize("page", ["/cms/", "/cms/pages/", "/cms/login/"])
def test_the_cms_tells_a_learner_that_it_is_not_for_them(client_for, page):
    response = client_for(UserFactory()).get(page, follow=True)

    assert response.status_code == 403
    assert "Your account does not have the role that this page needs." in response.content.decode()


@pytest.mark.parametrize("page", ["/cms/password_reset/", "/cms/password_reset/complete/"])
def test_wagtail_resets_no_passwords(client, page):
    assert client.get(page).status_code == 404
    assert client.post(page, {"email": UserFactory().email}).status_code in {404, 405}
    assert mail.outbox == []


def test_a_disabled_person_is_logged_out_of_every_session_at_the_next_request(client_for):
    user = UserFactory()
    browsers = [client_for(user), client_for(user)]
    assert [browser.get("/my/account/").status_code for browser in browsers] == [200, 200]

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert [browser.get("/my/account/").status_code for browser in browsers] == [302, 302]


def test_a_disabled_person_gets_in_by_no_door(client):
    user = UserFactory(is_active=False)

    log_in(client, user)
    assert not logged_in(client)
    client.post("/accounts/login/code/", {"email": user.email})
    assert not [message for message in mail.outbox if message.subject == "Your sign-in code"]
    client.post("/accounts/password/reset/", {"email": user.email})
    assert not [message for message in mail.outbox if "Your code" in message.subject]


def test_a_classroom_of_sixty_behind_one_address_signs_up_and_logs_in():
    for number in range(60):
        client = Client()
        assert client.post("/accounts/signup/", details(email=f"p{number}@example.org")).status_code == 302
        assert client.post("/accounts/confirm-email/", {"code": code_in_last_mail()}).status_code == 302
        client.post("/accounts/logout/")
        assert (
            client.post(LOGIN, {"login": f"p{number}@example.org", "password": PASSWORD}).status_code == 302
        )
        assert logged_in(client)


@pytest.mark.parametrize("proxies", [0, 1])
def test_five_failures_lock_the_account_whatever_address_is_pretended(settings, proxies):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    user, other = UserFactory(), UserFactory()

    for number in range(5):
        log_in(Client(headers={"x-forwarded-for": f"192.0.2.{number}"}), user, "wrong-password-1")
    locked = Client(headers={"x-forwarded-for": "198.51.100.7"})

    assert "Wait 5 minutes" in log_in(locked, user).content.decode()
    assert not logged_in(locked)
    assert log_in(locked, other).status_code == 302


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_pretended_address_does_not_escape_the_limit_of_its_network(settings, proxies):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip"}
    real = ", 203.0.113.9" if proxies else ""

    answers = [
        Client(headers={"x-forwarded-for": f"192.0.2.{number}{real}"}).post(LOGIN, {"login": "a@example.org"})
        for number in range(4)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Please wait a moment" in answers[-1].content.decode()


def test_any_text_in_a_log_in_field_is_answered_with_a_page(client, hostile):
    for address, fields in {
        LOGIN: ["login", "password"],
        "/accounts/login/code/": ["email"],
        "/accounts/password/reset/": ["email"],
    }.items():
        for field in fields:
            assert client.post(address, {"login": "a@example.org", field: hostile}).status_code == 200
    UserFactory(email="amina@example.org")
    client.post("/accounts/login/code/", {"email": "amina@example.org"})
    assert client.post("/accounts/login/code/confirm/", {"code": hostile}).status_code == 200


def test_staff_roles_change_nothing_about_the_first_step(client):
    assert log_in(client, UserFactory(role=Role.TRAINER)).status_code == 302
