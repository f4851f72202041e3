import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from tests.accounts.journeys import code_in_last_mail
from tests.factories.accounts import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db
USERS = "/cms/users/"


@pytest.fixture
def admin():
    return UserFactory(name="Sam Admin", is_superuser=True)


@pytest.fixture
def cms(client_for, admin):
    return client_for(admin)


def test_an_admin_adds_a_trainer_who_logs_in_with_a_code(cms):
    agency = AgencyFactory()
    group = Group.objects.get(name=Role.TRAINER)

    page = cms.get(f"{USERS}new/").content.decode()
    for name in ["email", "name", "sector", "agency", "job_role", "groups"]:
        assert f'name="{name}"' in page
    assert 'name="password1"' not in page
    response = cms.post(
        f"{USERS}new/",
        {
            "email": "New.Trainer@example.org",
            "name": "Noor Aldous",
            "sector": agency.sector.pk,
            "agency": agency.pk,
            "job_role": "Trainer",
            "is_active": "on",
            "groups": [group.pk],
        },
    )

    assert response.status_code == 302
    user = User.objects.get(email="new.trainer@example.org")
    assert (user.name, user.agency, user.has_role(Role.TRAINER), user.has_usable_password()) == (
        "Noor Aldous",
        agency,
        True,
        False,
    )
    browser = Client()
    browser.post("/accounts/login/code/", {"email": user.email})
    browser.post("/accounts/login/code/confirm/", {"code": code_in_last_mail()})
    assert browser.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified
    assert browser.get("/my/account/").url == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200


def edit(cms, user, **changes):
    form = {"email": user.email, "name": user.name, "job_role": user.job_role, "is_active": "on"}
    return cms.post(f"{USERS}edit/{user.pk}/", {k: v for k, v in (form | changes).items() if v != ""})


def test_an_admin_corrects_an_address_and_the_old_one_opens_nothing(cms):
    user = UserFactory(email="old@example.org")

    assert edit(cms, user, email="New@example.org").status_code == 302

    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        ("new@example.org", False, True)
    ]
    Client().post("/accounts/login/code/", {"email": "old@example.org"})
    assert mail.outbox[-1].subject == "No account with this e-mail address"


def test_an_edit_that_leaves_the_address_keeps_it_confirmed(cms):
    user = UserFactory()

    edit(cms, user, name="Another Name")

    assert EmailAddress.objects.get(user=user).verified
    assert User.objects.get(pk=user.pk).name == "Another Name"


def test_an_address_taken_by_somebody_else_is_refused_beside_the_field(cms):
    user = UserFactory()
    UserFactory(email="taken@example.org")

    response = edit(cms, user, email="TAKEN@example.org")

    assert response.status_code == 200
    assert "already exists" in response.content.decode()


def test_only_a_superuser_makes_superusers(cms, client_for):
    user = UserFactory()
    manager = UserFactory(role=Role.PROGRAMME_MANAGER)
    manager.user_permissions.add(
        *Permission.objects.filter(codename__in=["access_admin", "change_user", "view_user", "add_user"])
    )

    edit(client_for(manager), user, is_superuser="on")
    assert not User.objects.get(pk=user.pk).is_superuser
    edit(cms, user, is_superuser="on")
    assert User.objects.get(pk=user.pk).is_superuser


def test_deleting_a_person_erases_them_and_keeps_the_row(cms):
    user = UserFactory(name="Amina Okoro")

    assert cms.get(f"{USERS}delete/{user.pk}/").status_code == 200
    assert cms.post(f"{USERS}delete/{user.pk}/").status_code == 302

    assert User.objects.get(pk=user.pk).name == "Erased person"


def test_deleting_several_erases_them(cms):
    users = UserFactory.create_batch(2)

    cms.post("/cms/bulk/accounts/user/delete/?" + "&".join(f"id={user.pk}" for user in users))

    assert [User.objects.get(pk=user.pk).is_active for user in users] == [False, False]


@pytest.mark.parametrize("typed", ["Amina", "okoro", "amina@example"])
def test_people_are_found_by_name_and_address(cms, typed):
    UserFactory(name="Amina Okoro", email="amina@example.org")
    UserFactory(name="Somebody Else")

    html = cms.get(f"{USERS}results/", {"q": typed}).content.decode()

    assert "Amina Okoro" in html
    assert "Somebody Else" not in html


@pytest.mark.parametrize("page", [USERS, f"{USERS}results/", "/cms/groups/"])
def test_any_text_in_a_search_box_is_answered_with_a_page(cms, hostile, page):
    assert cms.get(page, {"q": hostile, "ordering": hostile}).status_code == 200


def test_any_text_in_the_form_is_answered_with_a_page(cms, hostile):
    user = UserFactory()

    for field in ["email", "name", "job_role"]:
        assert edit(cms, user, **{field: hostile}).status_code in {200, 302}
        assert cms.get(USERS).status_code == 200


def test_the_list_costs_the_same_however_many_people(cms, django_assert_num_queries):
    cms.get(USERS)
    with CaptureQueriesContext(connection) as queries:
        cms.get(USERS)
    UserFactory.create_batch(2)

    with django_assert_num_queries(len(queries)):
        cms.get(USERS)


def test_the_own_settings_page_saves(cms):
    page = cms.get("/cms/account/")

    assert page.status_code == 200
    assert "First Name" not in page.content.decode()
    assert (
        cms.post(
            "/cms/account/",
            {
                "theme-theme": "system",
                "theme-density": "default",
                "theme-contrast": "system",
                "theme-keyboard_shortcuts": "on",
            },
        ).status_code
        == 302
    )
