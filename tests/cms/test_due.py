"""Content due for review: the report, the dashboard's count and the weekly reminder."""

from datetime import date, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils.formats import date_format

from accounts.roles import Role
from library.due import counts, due_items
from library.models import ReviewReminder
from library.services import remind_of_due_content
from library.tasks import remind_content_due_task
from tests.cms.content import in_days, make_contact, make_course, make_fact, make_indicator, make_module
from tests.cms.test_exports import rows_of_csv
from tests.cms.test_lists import address
from tests.factories.accounts import UserFactory
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


def one_of_each(due: int) -> None:
    make_indicator(due=due)
    make_fact(due=due)
    make_contact(due=due)
    make_course(make_module(due=due), due=due)


def kinds() -> list[str]:
    return sorted(item.kind for item in due_items())


def test_each_kind_counts_from_thirty_days_before_its_date():
    for due in (-1, 0, 30, 31):
        one_of_each(due)
    assert kinds() == sorted(["Course", "Fact", "Help contact", "Indicator", "Module"] * 3)
    assert counts(due_items()) == (5, 10)
    assert counts(due_items(overdue_only=True)) == (5, 0)
    assert [item.kind for item in due_items(kind="fact")] == ["Fact"] * 3


def test_drafts_and_pages_without_a_date_are_not_due():
    make_module(due=-1, live=False)
    make_module(due=None)
    assert due_items() == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_report_costs_the_same_whatever_its_length(rows, as_editor, django_assert_num_queries):
    make_module(due=400)
    as_editor.get(reverse("content_due"))
    for _ in range(rows):
        one_of_each(-1)
    with django_assert_num_queries(17):
        response = as_editor.get(reverse("content_due"))
    assert len(response.context["object_list"]) == 5 * rows


def test_the_report_filters_links_and_exports(as_editor):
    fact = make_fact(due=-1)
    make_contact(due=5)
    url = reverse("content_due")
    page = as_editor.get(url).content.decode()
    assert date_format(in_days(5), "j M Y") in page
    assert address("library.fact", "edit", fact.pk) in page
    assert [row.kind for row in as_editor.get(url, {"when": "overdue"}).context["object_list"]] == ["Fact"]
    assert [row.kind for row in as_editor.get(url, {"kind": "contact"}).context["object_list"]] == [
        "Help contact"
    ]
    heading, first, second = rows_of_csv(as_editor.get(url, {"export": "csv"}))
    assert heading == ["Kind", "Title", "Last checked", "Check due", "State"]
    assert (first[0], first[3], first[4], second[4]) == ("Fact", str(in_days(-1)), "Overdue", "Due soon")
    assert as_editor.get(url, {"export": "xlsx"}).status_code == 200


def test_the_report_takes_any_value(as_editor):
    make_fact(due=-1)
    for text in HOSTILE.values():
        assert (
            as_editor.get(reverse("content_due"), {"kind": text, "when": text, "p": text}).status_code == 200
        )


def test_a_programme_manager_reads_the_report_without_links(as_manager):
    fact = make_fact(due=-1)
    page = as_manager.get(reverse("content_due")).content.decode()
    assert fact.code in page
    assert address("library.fact", "edit", fact.pk) not in page


def test_the_dashboard_counts_what_is_due(as_editor):
    make_fact(due=-1)
    make_fact(due=3)
    page = " ".join(as_editor.get(reverse("wagtailadmin_home")).content.decode().split())
    assert "Overdue: <b>1</b>. Due within 30 days: <b>1</b>." in page


MONDAY = date(2026, 11, 16)


def test_moderators_are_reminded_once_a_week(moderator, editor):
    second = UserFactory(role=Role.MODERATOR)
    UserFactory(role=Role.MODERATOR, is_active=False)
    fact = make_fact(due=-1)
    sent = [remind_of_due_content(MONDAY + timedelta(days=day)) for day in (0, 0, 3, 6, 7)]
    assert sent == [2, 0, 0, 0, 2]
    assert [message.to for message in mail.outbox[:2]] == [[moderator.email], [second.email]]
    assert mail.outbox[0].subject == "Content to check this week"
    assert fact.code in mail.outbox[0].body
    assert reverse("content_due") in mail.outbox[0].body


def test_nothing_due_sends_nothing(moderator):
    make_fact(due=31)
    remind_content_due_task()
    assert mail.outbox == []


def test_a_message_that_could_not_be_sent_is_tried_again(moderator, monkeypatch):
    make_fact(due=-1)
    with monkeypatch.context() as patch:

        def refuse(self, messages):
            raise SMTPServerDisconnected

        patch.setattr(EmailBackend, "send_messages", refuse)
        assert remind_of_due_content(MONDAY) == 0
    assert not ReviewReminder.objects.exists()
    assert remind_of_due_content(MONDAY) == 1


def test_two_beats_at_once_send_one(moderator, monkeypatch):
    """Between the look and the claim of one beat, the other beat claims."""
    make_fact(due=-1)
    import library.services as services

    items = due_items()
    ReviewReminder.objects.create(recipient=moderator, week=MONDAY)
    assert services._remind(moderator, MONDAY, items) is False
    assert mail.outbox == []


def test_a_long_list_is_cut_in_the_mail(moderator):
    for _ in range(22):
        make_fact(due=-1)
    remind_of_due_content(MONDAY)
    assert "and more: 22 in all" in mail.outbox[0].body
