import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from accounts.middleware import SecondFactorMiddleware
from accounts.roles import SECOND_FACTOR_ROLES, Role
from tests.accounts.journeys import code_in_last_mail, log_in
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
INDEX = "/accounts/2fa/"
STAFF_PAGES = [
    "/",
    "/my/account/",
    "/my/account/data/",
    "/cms/",
    "/django-admin/",
    "/courses/",
    "/documents/1/x/",
]


def totp_now(secret=SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def trainer():
    return UserFactory(role=Role.TRAINER)


@pytest.fixture
def trainer_with_app(trainer):
    TOTP.activate(trainer, SECRET)
    return trainer


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
@pytest.mark.parametrize("page", STAFF_PAGES)
def test_without_a_second_step_staff_get_no_further_than_setting_one_up(role, page):
    client = logged_in(UserFactory(role=role))

    assert client.get(page).url == INDEX
    assert client.post(page).url == INDEX
    assert "Your role lets you reach" in client.get(INDEX).content.decode()


def test_superusers_need_it_too():
    assert logged_in(UserFactory(is_superuser=True)).get("/cms/").url == INDEX


@pytest.mark.parametrize("role", [None, Role.AGENCY_LEAD])
def test_learners_are_not_asked(role):
    assert logged_in(UserFactory(role=role)).get("/my/account/").status_code == 200


def test_the_demo_may_switch_it_off(trainer, settings):
    settings.SECOND_FACTOR_REQUIRED = False

    assert logged_in(trainer).get("/my/account/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_trainer_sets_up_an_app_sees_recovery_codes_and_is_in():
    client = Client()
    trainer = UserFactory(role=Role.TRAINER)
    log_in(client, trainer)
    activate = "/accounts/2fa/totp/activate/"

    assert client.get(activate).url.startswith("/accounts/reauthenticate/?next=")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": activate})
    page = client.get(activate)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert client.post(activate, {"code": "nonsense"}).status_code == 200
    response = client.post(activate, {"code": totp_now(secret)})

    assert response.url == "/accounts/2fa/recovery-codes/"
    assert client.get(response.url).context["unused_codes"][0] in client.get(response.url).content.decode()
    assert client.get("/my/account/").status_code == 200


def test_log_in_asks_for_the_second_step(trainer_with_app):
    client = Client()

    assert log_in(client, trainer_with_app, next="/my/account/").url == "/accounts/2fa/authenticate/"
    assert client.get("/my/account/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": totp_now()}).url == "/my/account/"
    assert client.get("/my/account/").status_code == 200


def test_a_sign_in_code_by_e_mail_is_no_second_step(trainer_with_app):
    client = Client()
    client.post("/accounts/login/code/", {"email": trainer_with_app.email})

    response = client.post("/accounts/login/code/confirm/", {"code": code_in_last_mail()})

    assert response.url == "/accounts/2fa/authenticate/"


def test_a_recovery_code_works_once(trainer_with_app):
    code = RecoveryCodes.activate(trainer_with_app).get_unused_codes()[0]
    answers = []
    for _ in range(2):
        client = Client()
        log_in(client, trainer_with_app)
        answers.append(client.post("/accounts/2fa/authenticate/", {"code": code}).status_code)

    assert answers == [302, 200]


@pytest.mark.parametrize(
    "page",
    [
        *STAFF_PAGES,
        INDEX,
        "/accounts/email/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
    ],
)
def test_a_session_older_than_the_factor_cannot_touch_it_without_proving_it(trainer_with_app, page):
    client = logged_in(trainer_with_app)

    for response in [client.get(page), client.post(page)]:
        assert response.url.startswith("/accounts/2fa/reauthenticate/?next=")


def test_proving_the_factor_opens_the_older_session(trainer_with_app):
    client = logged_in(trainer_with_app)
    asked = client.get("/my/account/").url

    assert client.get(asked).status_code == 200
    assert (
        client.post("/accounts/2fa/reauthenticate/", {"code": totp_now(), "next": "/my/account/"}).url
        == "/my/account/"
    )
    assert client.get("/my/account/").status_code == 200


def test_another_persons_second_step_does_not_count(trainer, trainer_with_app, client_for):
    session_of_somebody_else = client_for(UserFactory(role=Role.EDITOR)).session[
        "account_authentication_methods"
    ]
    client = logged_in(trainer_with_app)
    session = client.session
    session["account_authentication_methods"] = session_of_somebody_else
    session["account_authentication_methods_user"] = "0"
    session.save()

    assert client.get("/my/account/").status_code == 302


def test_turning_the_app_off_closes_the_door_behind(trainer_with_app):
    client = Client()
    log_in(client, trainer_with_app)
    client.post("/accounts/2fa/authenticate/", {"code": totp_now()})
    session = client.session
    session["account_authentication_methods"] += [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()

    client.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=trainer_with_app).exists()
    assert client.get("/my/account/").url == INDEX


def test_staff_may_always_log_out(trainer, trainer_with_app):
    client = logged_in(trainer_with_app)

    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("proved", "queries"), [(False, 1), (True, 0)])
def test_the_check_costs_one_query_and_none_once_proved(
    rf, client_for, django_assert_num_queries, proved, queries
):
    request = rf.get("/")
    request.user = UserFactory()
    request.session = dict(client_for(request.user).session) if proved else {}
    request.resolver_match = SimpleNamespace(view_name="home")

    with django_assert_num_queries(queries):
        assert SecondFactorMiddleware(None).process_view(request, None, (), {}) is None
