from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.criteria import unmet_criteria
from certificates.models import Award, CertificateEvent, RefreshReminder
from certificates.queries import perhaps_unawarded
from certificates.refreshing import remind, start_refresher
from certificates.services import award_if_earned
from courses.models import Enrolment, RefreshRule
from courses.queries import completed_places
from courses.services import complete_module, enrol, withdraw
from tests.factories.certificates import (
    certificate_with_badge,
    complete_required,
    course_with_quiz,
    earned_enrolment,
    pass_quiz,
)

pytestmark = pytest.mark.django_db


def awarded(**course):
    """Return an award of a course that is to be refreshed after a year, in a window of three months."""
    course = course_with_quiz(refresh_months=12, refresh_window_months=3, **course)
    return award_if_earned(earned_enrolment(course))


def due_in(award: Award, days: int) -> Award:
    award.refresh_by = timezone.localdate() + timedelta(days=days)
    award.awarded_at = timezone.now() - timedelta(days=365 - days)
    award.save()
    award.enrolment.completions.update(completed_at=award.awarded_at)
    return award


# --- A new cycle ------------------------------------------------------------------------------------


def test_a_refresher_is_a_new_cycle_that_asks_everything_again_and_resets_nothing():
    first = due_in(awarded(refresh_rule=RefreshRule.ANNIVERSARY), 30)

    following = start_refresher(first)

    assert (following.cycle, following.course) == (2, first.enrolment.course)
    assert unmet_criteria(following) == ["modules", "quizzes"]
    assert completed_places([following])[following.pk] == set()
    assert unmet_criteria(first.enrolment) == []
    assert award_if_earned(following) is None
    for place in following.course.course_modules.all():
        complete_module(following, place)
    pass_quiz(following)

    second = award_if_earned(following)

    assert second != first
    assert second.refresh_by == date(first.refresh_by.year + 1, first.refresh_by.month, first.refresh_by.day)
    assert Award.objects.count() == 2


def test_what_was_done_since_the_window_opened_counts():
    award = due_in(awarded(), 30)
    complete_required(enrol_elsewhere(award))

    assert unmet_criteria(start_refresher(award)) == ["quizzes"]


def enrol_elsewhere(award: Award) -> Enrolment:
    """Return the learner's enrolment on another course with the same modules, now."""
    other = course_with_quiz(modules=0)
    for place in award.enrolment.course.course_modules.all():
        place.pk = None
        place.course = other
        place.save()
    return enrol(award.enrolment.learner, other)


def test_two_clicks_begin_one_refresher():
    award = due_in(awarded(), 30)

    assert start_refresher(award) == start_refresher(award)
    assert Enrolment.objects.filter(cycle=2).count() == 1


def test_it_begins_on_the_page_of_the_certificate_and_not_too_early(client):
    certificate = certificate_with_badge()
    award = certificate.award
    client.force_login(award.enrolment.learner)
    address = reverse("certificates:refresh", args=[certificate.number])
    award.refresh_by = timezone.localdate() + timedelta(days=300)
    award.save()
    assert "You can start your refresher on" in client.get(address).content.decode()
    assert client.post(address).url == address
    assert not Enrolment.objects.filter(cycle=2).exists()

    award.refresh_by = timezone.localdate() + timedelta(days=20)
    award.save()
    assert "Start refresher" in client.get(address).content.decode()
    assert client.post(address).url == award.enrolment.course.get_absolute_url()
    assert Enrolment.objects.get(cycle=2).learner == award.enrolment.learner
    assert "Go on with it" in client.get(address).content.decode()


def test_starting_a_course_again_earns_nothing_twice():
    award = awarded()
    withdraw(award.enrolment)
    again = enrol(award.enrolment.learner, award.enrolment.course)
    pass_quiz(again)

    assert unmet_criteria(again) == []
    assert award_if_earned(again) == award
    assert not perhaps_unawarded().exists()


def test_who_left_a_refresher_goes_on_with_it():
    award = due_in(awarded(), 30)
    refresher = start_refresher(award)
    withdraw(refresher)

    again = enrol(refresher.learner, refresher.course)

    assert (again.cycle, again.counts_from) == (2, refresher.counts_from)
    assert start_refresher(award) == again


def test_who_left_the_course_can_refresh_it():
    award = due_in(awarded(), 30)
    withdraw(award.enrolment)

    following = start_refresher(award)

    assert (following.cycle, following.withdrawn_at) == (2, None)
    assert start_refresher(award) == following


# --- Letters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "told"), [(91, []), (90, [90]), (31, [90]), (30, [30]), (8, [30]), (7, [7]), (0, [7]), (-1, [])]
)
def test_the_nearest_letter_goes_out_once(days, told, mailoutbox):
    award = due_in(awarded(), days)

    remind()
    remind()

    assert list(RefreshReminder.objects.values_list("days", flat=True)) == told
    assert [letter.to for letter in mailoutbox] == [[award.enrolment.learner.email]] * len(told)


def test_each_letter_of_a_whole_year(mailoutbox):
    award = awarded()
    for days in range(120, -10, -1):
        due_in(award, days)
        remind()

    assert sorted(RefreshReminder.objects.values_list("days", flat=True)) == [7, 30, 90]
    assert len(mailoutbox) == 3
    number = award.certificate.number
    assert all(reverse("certificates:refresh", args=[number]) in letter.body for letter in mailoutbox)
    kinds = award.certificate.events.filter(kind=CertificateEvent.Kind.REMINDED)
    assert kinds.count() == 3


def test_nobody_is_reminded_of_what_was_renewed_revoked_or_left_with_the_account(mailoutbox):
    renewed, revoked, closed = (due_in(awarded(), 20) for _ in range(3))
    following = start_refresher(renewed)
    for place in following.course.course_modules.all():
        complete_module(following, place)
    pass_quiz(following)
    award_if_earned(following)
    revoked.revoked_at = timezone.now()
    revoked.save()
    closed.enrolment.learner.is_active = False
    closed.enrolment.learner.save()

    remind()

    assert mailoutbox == []


def test_a_letter_that_cannot_be_sent_is_sent_later(mailoutbox, monkeypatch):
    due_in(awarded(), 20)
    with monkeypatch.context() as patch:
        patch.setattr(
            "certificates.refreshing.send_templated", lambda *a, **k: (_ for _ in ()).throw(OSError)
        )
        assert remind() == 0
    assert remind() == 1
    assert len(mailoutbox) == 1
