"""Organisations that learners typed: on the dashboard, confirmed, or merged into another."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from accounts.models import Agency
from accounts.roles import Role
from accounts.services import merge_agencies
from tests.cms.content import make_agency
from tests.cms.test_lists import address
from tests.factories.accounts import UserFactory
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


def merge_url(agency: Agency) -> str:
    return address("accounts.agency", "merge", agency.pk)


def test_merging_moves_everybody_and_deletes_the_source():
    source, target, other = make_agency(), make_agency(), make_agency()
    people = [UserFactory(agency=source), UserFactory(agency=source)]
    stays = UserFactory(agency=other)

    assert merge_agencies(source, target) == 2

    assert {*target.users.all()} == {*people}
    assert [*other.users.all()] == [stays]
    assert not Agency.objects.filter(pk=source.pk).exists()


def test_merging_into_itself_or_twice_is_refused():
    source, target = make_agency(), make_agency()
    with pytest.raises(ValueError, match="into itself"):
        merge_agencies(source, source)
    merge_agencies(Agency.objects.get(pk=source.pk), target)
    with pytest.raises(Agency.DoesNotExist):
        merge_agencies(source, target)


def test_a_merge_that_fails_half_way_changes_nothing(monkeypatch):
    source, target = make_agency(), make_agency()
    person = UserFactory(agency=source)

    def fail(self, *args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(Agency, "delete", fail)
    with pytest.raises(IntegrityError):
        merge_agencies(source, target)
    person.refresh_from_db()
    assert person.agency == source


def test_a_programme_manager_merges_after_reading_what_will_move(as_manager, manager):
    target = make_agency(name="Thornwell Council")
    source = make_agency(name="Thornwell Counsil", is_confirmed=False)
    UserFactory(agency=source, role=Role.AGENCY_LEAD)
    page = as_manager.get(merge_url(source))
    text = " ".join(page.content.decode().split())
    assert "People who move: 1." in text
    assert "1 of them leads an organisation" in text
    assert page.context["form"].initial == {"target": target.pk}

    response = as_manager.post(merge_url(source), {"target": target.pk}, follow=True)

    assert "People moved: 1." in response.content.decode()
    entry = ModelLogEntry.objects.get(action="accounts.merge_agency")
    assert (entry.user, entry.data) == (manager, {"merged": "Thornwell Counsil", "people": 1})
    history = as_manager.get(address("accounts.agency", "history", target.pk)).content.decode()
    assert "merged into this one" in history
    assert as_manager.post(merge_url(source), {"target": target.pk}).status_code == 404


def test_merging_needs_a_target(as_manager):
    source = make_agency(is_confirmed=False)
    for target in ("", "0", source.pk, *HOSTILE.values()):
        response = as_manager.post(merge_url(source), {"target": target})
        assert response.status_code == 200, target
        assert "error" in response.content.decode()
    assert Agency.objects.filter(pk=source.pk).exists()


def test_editors_do_not_merge(as_editor):
    source, target = make_agency(), make_agency()
    assert merge_url(source) not in as_editor.get(address("accounts.agency")).content.decode()
    as_editor.post(merge_url(source), {"target": target.pk})
    assert Agency.objects.filter(pk=source.pk).exists()


def test_the_dashboard_lists_organisations_to_confirm(as_manager):
    for _ in range(7):
        make_agency(is_confirmed=False)
    hostile = make_agency(is_confirmed=False, name="<script>alert(1)</script>")
    page = as_manager.get(reverse("wagtailadmin_home")).content.decode()
    assert "Learners typed 8 organisations that nobody has checked yet." in page
    assert "<script>alert(1)</script>" not in page
    assert merge_url(hostile) in page
    assert page.count("Check and confirm") == 5


def test_a_hostile_name_is_text_on_every_page_about_it(as_manager):
    name = '"><script>alert(1)</script>'
    source = make_agency(is_confirmed=False, name=name)
    target = make_agency(name=f"{name}2")
    UserFactory(agency=source)
    for url in (
        address("accounts.agency"),
        address("accounts.agency", "edit", source.pk),
        address("accounts.agency", "inspect", source.pk),
        address("accounts.agency", "delete", source.pk),
        merge_url(source),
    ):
        assert "<script>alert(1)" not in as_manager.get(url, follow=True).content.decode(), url
    response = as_manager.post(merge_url(source), {"target": target.pk}, follow=True)
    assert "<script>alert(1)" not in response.content.decode()
    assert (
        "<script>alert(1)"
        not in as_manager.get(address("accounts.agency", "history", target.pk)).content.decode()
    )
