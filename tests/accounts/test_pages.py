"""Every page of allauth's is ours to look at: our templates, our layout, nothing inline, no other host."""

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.template.loader import get_template

from tests.accounts.journeys import details, log_in
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
ENTRANCE = [
    "login/",
    "signup/",
    "login/code/",
    "password/reset/",
    "password/reset/done/",
    "inactive/",
]
MANAGE = [
    "logout/",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "reauthenticate/",
    "sessions/",
]
WITH_APP = ["2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/generate/", "2fa/reauthenticate/"]


def assert_ours(response):
    assert response.status_code == 200
    html = response.content.decode()
    ours = str(settings.BASE_DIR / "templates")
    foreign = [
        template.origin.name
        for template in response.templates
        if template.origin and "allauth" in template.origin.name and not template.origin.name.startswith(ours)
    ]
    assert [name for name in foreign if not name.endswith(".txt")] == []
    assert html.count("<h1") == 1
    assert "Fairlead</title>" in html
    assert not re.search(r"\sstyle=|\son[a-z]+=\"", html)
    for attributes in re.findall(r"<script([^>]*)>", html):
        assert "src=" in attributes or "application/json" in attributes
    assert "Sign In" not in html
    assert "Email" not in html


@pytest.mark.parametrize("page", ENTRANCE)
def test_pages_before_log_in_are_ours(client, page, no_other_hosts):
    response = client.get(f"/accounts/{page}", follow=True)

    assert_ours(response)
    no_other_hosts(response.content.decode())


def reauthenticated(client, user):
    log_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/my/account/"})
    return client


@pytest.mark.parametrize("page", MANAGE)
def test_pages_after_log_in_are_ours(client, page, no_other_hosts):
    response = reauthenticated(client, UserFactory()).get(f"/accounts/{page}")

    assert_ours(response)
    no_other_hosts(response.content.decode())


@pytest.mark.parametrize("page", WITH_APP)
def test_pages_with_an_app_set_up_are_ours(client, page):
    user = UserFactory()
    reauthenticated(client, user)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")

    assert_ours(client.get(f"/accounts/{page}"))


def test_pages_about_a_passkey_are_ours(client):
    user = UserFactory()
    reauthenticated(client, user)
    passkey = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "Work laptop", "credential": {}}
    )

    for page in ["", f"keys/{passkey.pk}/edit/", f"keys/{passkey.pk}/remove/"]:
        response = client.get(f"/accounts/2fa/webauthn/{page}")
        assert_ours(response)
        assert "Work laptop" in response.content.decode()


def test_code_pages_are_ours_and_take_a_pasted_code(client):
    client.post("/accounts/signup/", details())
    verify = client.get("/accounts/confirm-email/")
    client.cookies.clear()
    client.post("/accounts/login/code/", {"email": "amina@example.org"})
    log_in_code = client.get("/accounts/login/code/confirm/")
    client.cookies.clear()
    client.post("/accounts/password/reset/", {"email": "amina@example.org"})
    reset = client.get("/accounts/password/reset/confirm/", follow=True)

    for response in [verify, log_in_code, reset]:
        assert_ours(response)
        assert 'autocomplete="one-time-code"' in response.content.decode()


def test_a_code_page_before_the_second_step_is_ours(client):
    user = UserFactory()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    log_in(client, user)

    assert_ours(client.get("/accounts/2fa/authenticate/"))


@pytest.mark.parametrize("page", ["/my/account/", "/my/account/close/"])
def test_our_own_pages(client_for, page, no_other_hosts):
    response = client_for(UserFactory()).get(page)

    assert_ours(response)
    no_other_hosts(response.content.decode())


def test_every_letter_of_allauths_has_our_words():
    """A letter that allauth adds some day must not go out in words we never read."""
    import allauth

    theirs = Path(allauth.__file__).parent / "templates"
    for folder in ["account/email", "mfa/email"]:
        for file in (theirs / folder).glob("*.txt"):
            if (
                "password_reset_key" in file.name
                or "email_confirm_" in file.name
                or "email_deleted" in file.name
            ):
                continue  # link flows and second addresses, switched off here
            assert get_template(f"{folder}/{file.name}").origin.name.startswith(
                str(settings.BASE_DIR / "templates")
            )
