"""Scheduled publishing and expiry."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from library.tasks import publish_scheduled_task
from tests.cms.content import make_module

pytestmark = pytest.mark.django_db


def schedule(page, *, title: str, minutes: int) -> None:
    page.title = title
    page.go_live_at = timezone.now() + timedelta(minutes=minutes)
    revision = page.save_revision()
    revision.approved_go_live_at = page.go_live_at
    revision.save()


def test_a_page_goes_live_at_its_time_and_once():
    page = make_module(title="Old", live=False)
    schedule(page, title="New", minutes=-1)
    publish_scheduled_task()
    publish_scheduled_task()
    page.refresh_from_db()
    assert (page.live, page.title) == (True, "New")
    assert PageLogEntry.objects.filter(page=page, action="wagtail.publish.scheduled").count() == 1


def test_a_page_waits_for_its_time():
    page = make_module(title="Old", live=False)
    schedule(page, title="New", minutes=5)
    publish_scheduled_task()
    page.refresh_from_db()
    assert page.live is False


def test_an_expired_page_goes_offline():
    page = make_module()
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled_task()
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)


def test_one_page_that_cannot_be_published_does_not_keep_the_others_waiting(caplog):
    broken = make_module(live=False)
    schedule(broken, title="Broken", minutes=-2)
    broken.latest_revision.content["first_published_at"] = "not a date"
    broken.latest_revision.save()
    good = make_module(live=False)
    schedule(good, title="Good", minutes=-1)

    publish_scheduled_task()

    good.refresh_from_db()
    assert good.live is True
    assert "was left as it is" in caplog.text
