"""What stands on every page: navigation, help box, footer, error pages."""

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.roles import Role
from library.context_processors import navigation
from library.models import SiteSettings
from library.queries import site_end, site_info
from library.templatetags.library import landmark
from library.views import server_error
from tests.factories.accounts import UserFactory
from tests.factories.library import HelpContactFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "extra"),
    [
        (None, []),
        (Role.TRAINER, ["Trainer area"]),
        (Role.LEAD_TRAINER, ["Trainer area", "Reports"]),
        (Role.PROGRAMME_MANAGER, ["Trainer area", "Certificates", "Reports"]),
        (Role.FUNDER, ["Reports"]),
        (Role.EDITOR, ["CMS"]),
        (Role.MODERATOR, ["CMS"]),
        (Role.AGENCY_LEAD, ["Reports"]),
    ],
)
def test_navigation_shows_each_role_its_own_places(role, extra):
    request = RequestFactory().get("/courses/some-course/")
    request.user = UserFactory(role=role)

    entries = navigation(request)

    assert [entry["text"] for entry in entries] == [
        "Courses",
        "Sessions",
        "Indicators",
        "Check a certificate",
        "My learning",
        *extra,
    ]
    assert [entry["text"] for entry in entries if entry["active"]] == ["Courses"]


def test_visitors_are_offered_an_account_and_learners_a_way_out(client, client_for):
    visitor = client.get("/help/").text
    learner = client_for(UserFactory(name="Amina Okafor")).get("/help/").text

    assert f'href="{reverse("account_login")}"' in visitor
    assert "Create account" in visitor
    assert "My learning" not in visitor
    assert "Amina" in learner
    assert f'<form method="post" action="{reverse("account_logout")}">' in learner


def test_the_help_box_gives_numbers_that_can_be_dialled_and_when_they_were_checked(client):
    HelpContactFactory(name="The line", number="0808 800 5000")
    HelpContactFactory(name="Not in the box", in_help_box=False)

    box = client.get("/indicators/").text.split('id="help"')[1].split("</aside>")[0]

    assert 'href="tel:08088005000"' in box
    assert "Checked on 16 November 2026" in box
    assert "Not in the box" not in box


def test_a_saved_number_and_saved_settings_show_at_once(client, django_assert_num_queries):
    contact = HelpContactFactory(number="0800 111 111")
    assert "0800 111 111" in client.get("/help/").text

    contact.number = "0800 222 222"
    contact.save()
    SiteSettings(site_id=_default_site(), help_box_title="Somebody to talk to").save()

    text = client.get("/help/").text
    assert "0800 222 222" in text
    assert "0800 111 111" not in text
    assert "Somebody to talk to" in text
    with django_assert_num_queries(0):
        site_info()


def _default_site():
    from wagtail.models import Site

    return Site.objects.get(is_default_site=True).pk


def test_messages_are_shown_once_and_escaped(rf):
    from django.contrib import messages
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    request = rf.get("/")
    request.session = SessionStore()
    request.user = UserFactory()
    request._messages = FallbackStorage(request)
    messages.success(request, "Saved <b>it</b>.")
    messages.error(request, "That did not work.")

    template = engines["django"].from_string('{% include "components/messages.html" %}')
    html = template.render({"messages": messages.get_messages(request)}, request)

    assert "Saved &lt;b&gt;it&lt;/b&gt;." in html
    assert "govuk-notification-banner--success" in html
    assert "app-banner--error" in html
    assert html.count('role="alert"') == 2


def test_an_unknown_address_gets_our_page_with_the_help_box(client):
    HelpContactFactory(number="0800 333 333")
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "Page not found – Fairlead" in response.text
    assert "0800 333 333" in response.text


def test_a_form_without_its_token_is_told_what_to_do():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a@example.org"})
    assert response.status_code == 403
    assert "Please send that again" in response.text


def test_a_malformed_request_gets_our_page(settings, client):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    response = client.post(reverse("account_login"), {"a": "1", "b": "2", "c": "3"})
    assert response.status_code == 400
    assert "We could not read that request" in response.text


def test_an_address_that_is_not_ours_gets_our_page(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "We could not read that request" in response.text


def test_the_error_page_needs_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Sorry, something went wrong" in response.text
    assert 'href="tel:999"' in response.text


def test_the_error_page_shows_the_numbers_the_cache_still_has(rf, django_assert_num_queries):
    HelpContactFactory(number="0800 444 444")
    site_end()
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert "0800 444 444" in response.text


def test_the_error_page_survives_a_broken_cache(rf, monkeypatch):
    def broken(*args):
        raise OSError

    monkeypatch.setattr("library.views.cache.get", broken, raising=False)
    assert server_error(rf.get("/")).status_code == 500


def test_what_stands_before_the_main_part_is_in_a_landmark():
    assert landmark(SafeString(" \n"), "Back").strip() == ""
    assert (
        landmark(SafeString('<a href="/">All signs</a>'), "Back")
        == '<nav aria-label="Back"><a href="/">All signs</a></nav>'
    )
    assert (
        landmark(SafeString('<nav class="govuk-breadcrumbs"></nav>'), "Back")
        == '<nav class="govuk-breadcrumbs"></nav>'
    )
