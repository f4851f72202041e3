"""The CMS asks no other host for anything and shows nobody's picture."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests.cms.content import LISTS, make_course, make_fact, make_module
from tests.cms.test_journeys import CASE, TEXT, edit_url, module_form
from tests.cms.test_lists import address
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def everywhere(db):
    """Addresses of each kind of CMS page."""
    module = make_module()
    course = make_course(module)
    fact = make_fact()
    names = [
        "wagtailadmin_home", "wagtailadmin_explore_root", "content_due", "editors_guide", "wagtailadmin_account",
        "wagtailimages:index", "wagtailmedia:index", "wagtaildocs:index", "wagtailusers_users:index",
        "wagtailadmin_reports:site_history",
    ]  # fmt: skip
    return [
        *map(reverse, names),
        *map(address, LISTS),
        edit_url(module),
        edit_url(course),
        reverse("wagtailadmin_pages:history", args=[module.pk]),
        address("library.fact", "edit", fact.pk),
        address("library.fact", "history", fact.pk),
    ]


def test_no_page_of_the_cms_loads_from_another_host(everywhere, client_for, no_other_hosts):
    client = client_for(UserFactory(is_superuser=True))
    for url in everywhere:
        response = client.get(url)
        assert response.status_code == 200, url
        html = response.content.decode()
        no_other_hosts(html)
        for foreign in ("gravatar", "wagtail.org", "releases.wagtail.io"):
            assert foreign not in html, (url, foreign)


def test_the_help_menu_stays_at_home(as_editor):
    page = as_editor.get(reverse("wagtailadmin_home")).content.decode()
    assert "What&#x27;s new in Wagtail" not in page
    assert "What's new in Wagtail" not in page
    assert reverse("editors_guide") in page


def test_the_guide_reads_well(as_editor):
    page = as_editor.get(reverse("editors_guide")).content.decode()
    assert "<h2>" in page
    assert "![" not in page


def test_the_dashboard_welcomes_by_name_and_carries_our_brand(as_editor, editor):
    page = as_editor.get(reverse("wagtailadmin_home")).content.decode()
    assert f"Welcome, {editor.get_short_name()}" in page
    assert "First steps" in page
    assert " - Fairlead</title>" in page


def test_wagtails_bar_is_in_the_preview_panel_only(as_editor):
    page = make_module()
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    answer = as_editor.post(url, module_form(TEXT, CASE, code=page.code, slug=page.slug))
    assert answer.json() == {"is_valid": True, "is_available": True}
    panel = as_editor.get(url, {"in_preview_panel": "true"})
    assert "wagtail-userbar" in panel.content.decode()
    assert "fairlead-video" in panel.content.decode()
    assert "js/editor-checks.js" in panel.content.decode()
    assert "frame-ancestors 'self'" in panel.headers["Content-Security-Policy"]
    draft = as_editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "wagtail-userbar" not in draft.content.decode()
    for address_of_public_page in ("/", "/courses/", "/indicators/"):
        assert "wagtail-userbar" not in as_editor.get(address_of_public_page).content.decode()


def test_the_public_pages_keep_the_strict_policy(as_editor, client):
    make_module()
    assert Page.objects.filter(slug="fairlead").exists()
    assert "unsafe-inline" not in client.get("/courses/").headers["Content-Security-Policy"]
    assert "unsafe-inline" in as_editor.get("/cms/").headers["Content-Security-Policy"]
