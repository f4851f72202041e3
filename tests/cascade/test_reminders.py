from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import personal_data
from accounts.services import ERASED_NAME
from cascade.models import Licence
from cascade.reminders import remind_of_licences
from cascade.tasks import note_group_deliveries_task, remind_of_licences_task
from tests.factories.accounts import UserFactory
from tests.factories.cascade import DeliveryFactory, LicenceFactory, ObservationFactory

pytestmark = pytest.mark.django_db


def ending(days, **fields):
    return LicenceFactory(valid_until=timezone.localdate() + timedelta(days=days), **fields)


@pytest.mark.parametrize(
    ("days", "change", "letters"),
    [
        (61, {}, 0),
        (60, {}, 1),
        (14, {}, 1),
        (0, {}, 1),
        (-1, {}, 0),
        (20, {"revoked_at": timezone.now()}, 0),
        (20, {"replaced_at": timezone.now()}, 0),
        (20, {"reminded_days": 60}, 0),
        (14, {"reminded_days": 60}, 1),
        (20, {"holder__is_active": False}, 0),
    ],
)
def test_a_letter_goes_out_60_and_14_days_before_the_end(mailoutbox, days, change, letters):
    ending(days, **change)

    assert remind_of_licences() == len(mailoutbox) == letters
    assert remind_of_licences() == 0


def test_the_letter_says_until_when_and_what_to_do(mailoutbox):
    licence, provisional = ending(50), ending(51, is_provisional=True)

    remind_of_licences_task()

    first, second = mailoutbox
    assert first.to == [licence.holder.email]
    assert "read what changed" in first.body
    assert "/trainer/licence/" in first.body
    assert first.extra_headers["Message-ID"].startswith(f"<licence-{licence.pk}-60-")
    assert second.to == [provisional.holder.email]
    assert "has watched one of your sessions" in second.body


def test_a_letter_that_fails_is_sent_the_next_day_and_holds_up_nobody(mailoutbox, monkeypatch):
    ending(50)
    ending(51)
    failing = {1}

    def send(*args, **kwargs):
        if failing:
            failing.pop()
            raise OSError
        mailoutbox.append(kwargs["to"])

    monkeypatch.setattr("cascade.reminders.send_templated", send)

    assert (remind_of_licences(), remind_of_licences()) == (1, 1)
    assert len(set(mailoutbox)) == 2


def test_the_scheduled_work_runs_with_nothing_to_do(mailoutbox):
    note_group_deliveries_task()
    remind_of_licences_task()

    assert mailoutbox == []


# --- Export and erasure ----------------------------------------------------------------------


def test_a_person_gets_what_is_held_and_erasing_leaves_line_and_numbers():
    person, above = UserFactory(), UserFactory(name="Ann Above")
    LicenceFactory(holder=person, trained_by=above, revoked_at=timezone.now(), revoke_reason="Left.")
    ObservationFactory(trainer=person, course=Licence.objects.get().course, comment="Calm.")
    DeliveryFactory(trainer=person)

    found = personal_data.export(person)["trainer_licences"]

    assert (found["licences"][0]["trained_by"], found["licences"][0]["reason"]) == ("Ann Above", "Left.")
    assert (found["observations"][0]["comment"], len(found["deliveries"])) == ("Calm.", 1)

    personal_data.erase(person)

    person.refresh_from_db()
    licence = Licence.objects.get()
    assert (person.name, licence.holder, licence.trained_by, licence.revoke_reason) == (
        ERASED_NAME,
        person,
        above,
        "",
    )
    assert person.observations.get().comment == ""
    assert person.deliveries.get().reaches.get().people == 10
