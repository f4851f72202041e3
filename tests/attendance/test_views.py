import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.roles import Role
from attendance import services
from attendance.models import Attendance, AttendanceChange, CheckIn, Status, WalkIn
from attendance.panels import registers_panel
from cohorts.models import Cohort
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.attendance import AttendanceFactory, RunningSessionFactory, WalkInFactory
from tests.factories.bookings import BookingFactory
from tests.factories.cohorts import CohortMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_for, trainer):
    return client_for(trainer)


def path(session, rest=""):
    return f"/trainer/sessions/{session.pk}/register/{rest}"


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, session, *marks, sent_at=1_000_000):
    body = {"sent_at": sent_at, "marks": list(marks)}
    return client.post(path(session, "marks/"), json.dumps(body), content_type="application/json")


def a_mark(person, status=Status.PRESENT, touched_at=1_000_000, missed=0, mark_id=None):
    return {
        "mark_id": str(mark_id or uuid.uuid4()),
        "person": f"l{person.pk}",
        "status": status,
        "missed": missed,
        "touched_at": touched_at,
    }


def test_a_mark_made_offline_for_a_walk_in_who_has_claimed_since_is_the_learners(browser, session):
    walk_in = WalkInFactory(session=session, name="Wilma Walk")
    services.mark(session, walk_in=walk_in, status=Status.PRESENT, by=None)
    learner, mark_id = UserFactory(), uuid.uuid4()
    services.claim_walk_in(walk_in, learner)
    mark = a_mark(learner, Status.LATE, missed=10, mark_id=mark_id) | {"person": f"w{walk_in.pk}"}

    answers = [send(browser, session, mark).json()["answers"][0] for _ in range(2)]

    assert [answer["outcome"] for answer in answers] == ["saved", "already"]
    [kept] = Attendance.objects.filter(session=session)
    assert (kept.learner, kept.status, kept.minutes_missed) == (learner, Status.LATE, 10)
    change = kept.changes.get(mark_id=mark_id)
    assert change.reason == "Marked as the walk-in “Wilma Walk”, who had claimed it in the meantime"


@pytest.mark.parametrize("key", ["w0", "w", "wx", "w" + "9" * 30, "w²"])
def test_a_walk_in_of_nobody_is_refused(browser, session, learner, key):
    answer = send(browser, session, a_mark(learner) | {"person": key}).json()["answers"][0]
    assert answer["outcome"] == "refused"


def test_a_walk_in_of_another_session_or_entered_by_mistake_is_refused(browser, session, learner):
    elsewhere = WalkInFactory(claimed_by=learner, claimed_at=timezone.now())
    mistaken = WalkInFactory(
        session=session, claimed_by=learner, claimed_at=timezone.now(), removed_at=timezone.now()
    )
    for walk_in in (elsewhere, mistaken):
        answer = send(browser, session, a_mark(learner) | {"person": f"w{walk_in.pk}"}).json()["answers"][0]
        assert answer["outcome"] == "refused"


def test_the_groups_page_tells_how_many_are_booked_and_marked(
    browser, session, learner, django_assert_num_queries
):
    others = BookingFactory.create_batch(2, session=session)
    services.mark(session, learner=learner, status=Status.PRESENT, by=None)
    page = browser.get(session.cohort.get_absolute_url()).text
    assert "3 booked, 1 marked so far" in page
    registers_panel(session.cohort, others[0].learner)  # roles are read once
    for count in (1, 3):
        while session.cohort.sessions.count() < count:
            RunningSessionFactory(cohort=session.cohort)
        with django_assert_num_queries(2):  # the group, its sessions with their counts
            found = registers_panel(Cohort.objects.get(pk=session.cohort_id), others[0].learner)
        assert len(found["sessions"]) == count


# --- The form, as it works without JavaScript --------------------------------------------------


def test_the_whole_register_is_saved_by_one_button(browser, session, learner):
    ben = BookingFactory(session=session, learner__name="Ben Price").learner
    other = BookingFactory(session=session).learner

    response = browser.post(
        path(session),
        {
            "action": "save",
            f"status_l{learner.pk}": "present",
            f"seen_l{learner.pk}": ":0",
            f"status_l{ben.pk}": "late",
            f"missed_l{ben.pk}": "12",
            f"seen_l{ben.pk}": ":0",
        },
        follow=True,
    )

    assert "2 changes." in text_of(response)
    found = {a.learner: (a.status, a.minutes_missed) for a in Attendance.objects.all()}
    assert found == {learner: ("present", 0), ben: ("late", 12)}
    assert other not in found


def test_lines_that_were_not_touched_leave_the_other_trainers_mark_alone(browser, session, learner, trainer):
    colleague = UserFactory(role=Role.TRAINER)
    services.mark(session, learner=learner, status=Status.PRESENT, by=trainer)
    services.mark(session, learner=learner, status=Status.ABSENT, by=colleague)

    browser.post(path(session), {f"status_l{learner.pk}": "present", f"seen_l{learner.pk}": "present:0"})

    assert Attendance.objects.get().status == Status.ABSENT


def test_a_touched_line_wins_and_says_whose_mark_it_replaced(browser, session, learner):
    colleague = UserFactory(role=Role.TRAINER, name="Ade Bello")
    services.mark(session, learner=learner, status=Status.ABSENT, by=colleague)

    response = browser.post(
        path(session), {f"status_l{learner.pk}": "present", f"seen_l{learner.pk}": ":0"}, follow=True
    )

    assert re.search(
        r"Amina Holt\. Changed: Ade Bello marked “Absent” at \d\d:\d\d, before you", text_of(response)
    )


def test_everyone_present_by_its_button(browser, session, learner):
    response = browser.post(path(session), {"action": "everyone"}, follow=True)

    assert "1 person marked present." in text_of(response)
    assert Attendance.objects.get().status == Status.PRESENT


@pytest.mark.parametrize("missed", ["12x", "-1", "181", "9" * 400])
def test_minutes_that_are_none_are_told_beside_the_field_and_kept(browser, session, learner, missed):
    response = browser.post(
        path(session),
        {f"status_l{learner.pk}": "late", f"missed_l{learner.pk}": missed, f"seen_l{learner.pk}": ":0"},
    )

    html = response.content.decode()
    assert "must be a whole number from 0 to 180" in html
    assert f'value="{missed}"' in html
    assert f'href="#id_missed_l{learner.pk}"' in html
    assert not Attendance.objects.exists()


def test_junk_in_any_field_is_no_server_error(browser, session, learner, hostile):
    fields = {f"{name}_l{learner.pk}": hostile for name in ("status", "missed", "seen")}
    assert browser.post(path(session), fields).status_code in {200, 302}
    assert not Attendance.objects.exists()


def test_before_it_opens_the_page_says_when(browser, trainer):
    starts_at = timezone.now() + timedelta(days=2)
    place = BookingFactory(session=RunningSessionFactory(cohort__created_by=trainer, starts_at=starts_at))

    shown = text_of(browser.get(path(place.session)))

    assert "The register opens on" in shown
    assert "Save register" not in shown
    refused = browser.post(path(place.session), {"action": "everyone"}, follow=True)
    assert "The register opens on" in text_of(refused)


def test_a_programme_manager_reads_it(client_for, session, learner, trainer):
    services.mark(session, learner=learner, status=Status.LATE, by=trainer)
    shown = text_of(client_for(UserFactory(role=Role.PROGRAMME_MANAGER)).get(path(session)))

    assert "Late, by Tess Trainer at" in shown
    assert "Save register" not in shown


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_any_number(browser, session, people, django_assert_num_queries):
    for _ in range(people):
        AttendanceFactory(session=session)
        WalkInFactory(session=session)
    browser.get(path(session))

    with django_assert_num_queries(11):
        browser.get(path(session))


def test_the_groups_page_leads_to_the_register(browser, session, learner):
    shown = browser.get(session.cohort.get_absolute_url()).content.decode()
    assert path(session) in shown
    assert "Take register" in shown


# --- Marks from a phone ------------------------------------------------------------------------


def test_a_batch_is_answered_mark_by_mark(browser, session, learner, trainer):
    key = uuid.uuid4()
    services.mark(session, learner=learner, status=Status.PRESENT, by=trainer, mark_id=key)
    colleague = UserFactory(role=Role.TRAINER, name="Ade Bello")
    ben = BookingFactory(session=session).learner
    services.mark(session, learner=ben, status=Status.ABSENT, by=colleague)
    new = BookingFactory(session=session).learner
    stranger = UserFactory()

    answer = send(
        browser,
        session,
        a_mark(learner, mark_id=key),
        a_mark(ben, touched_at=1_000_000 - 60_000),
        a_mark(new),
        a_mark(stranger),
        a_mark(new, status="asleep"),
    ).json()

    assert {a["outcome"]: a["words"] for a in answer["answers"]}.keys() == {
        "already",
        "lost",
        "saved",
        "refused",
    }
    [lost] = [a["words"] for a in answer["answers"] if a["outcome"] == "lost"]
    assert re.fullmatch(r"Not used: Ade Bello marked “Absent” at \d\d:\d\d, after you\. Mark again.*", lost)
    assert answer["rows"][f"l{ben.pk}"]["status"] == "absent"
    assert answer["rows"][f"l{new.pk}"]["status"] == "present"
    assert "Ben" not in json.dumps(answer["rows"])


def test_the_phones_own_clock_does_not_matter(browser, session, learner):
    hour = 3_600_000
    send(browser, session, a_mark(learner, touched_at=50 * hour), sent_at=50 * hour + 120_000)

    change = AttendanceChange.objects.get()
    assert abs(change.saved_at - change.touched_at - timedelta(minutes=2)) < timedelta(seconds=1)


def test_marks_of_one_person_count_in_the_order_of_the_touches(browser, session, learner):
    send(
        browser,
        session,
        a_mark(learner, Status.ABSENT, touched_at=999_000),
        a_mark(learner, Status.PRESENT, touched_at=998_000),
    )

    assert Attendance.objects.get().status == Status.ABSENT
    assert not AttendanceChange.objects.filter(lost=True).exists()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"sent_at": 1}', '{"sent_at": "x", "marks": []}', '{"sent_at": 1, "marks": [1]}',
     '{"sent_at": 1, "marks": {"a": 1}}', '{"sent_at": NaN, "marks": []}', "[" * 3000, "\xff"],
)  # fmt: skip
def test_what_is_no_batch_is_refused(browser, session, body):
    response = browser.post(path(session, "marks/"), body, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"mark_id": "x"}, {"mark_id": None}, {"person": 3}, {"status": []}, {"missed": "many"}, {"missed": 10**30},
        {"missed": True}, {"touched_at": None}, {"touched_at": 1e300}, {"person": "l999999999999999999999"},
    ],
)  # fmt: skip
def test_a_mark_that_cannot_be_read_is_refused_alone(browser, session, learner, change):
    ben = BookingFactory(session=session).learner

    answer = send(browser, session, a_mark(learner, Status.LATE) | change, a_mark(ben)).json()

    assert [a["outcome"] for a in answer["answers"]] == ["refused", "saved"]
    assert Attendance.objects.get().learner == ben


def test_a_token_that_is_days_old_is_no_hindrance(client_for, trainer, session, learner):
    phone = client_for(trainer, enforce_csrf_checks=True)
    assert send(phone, session, a_mark(learner)).status_code == 403

    token = phone.get(path(session, "state/")).json()["csrf"]
    body = json.dumps({"sent_at": 1, "marks": [a_mark(learner, touched_at=1)]})
    answer = phone.post(
        path(session, "marks/"), body, content_type="application/json", headers={"X-CSRFToken": token}
    )

    assert answer.json()["answers"][0]["outcome"] == "saved"


def test_the_worker_looks_after_its_own_page_alone(browser, session, learner):
    response = browser.get(path(session, "worker.js"))

    assert response["Service-Worker-Allowed"] == path(session)
    assert response["Content-Type"].startswith("text/javascript")
    facts = json.loads(re.search(r"= (\{.*?\});", response.content.decode())[1])
    assert facts["page"] == path(session)
    assert [name for name in facts["files"] if not name.startswith("/static/")] == []


# --- One person, walk-ins ----------------------------------------------------------------------


def test_history_tells_every_mark_and_who_made_it(browser, session, learner, trainer):
    colleague = UserFactory(role=Role.TRAINER, name="Ade Bello")
    services.mark(session, learner=learner, status=Status.ABSENT, by=trainer)
    services.mark(session, learner=learner, status=Status.LATE, minutes_missed=7, by=colleague)
    early = timezone.now() - timedelta(minutes=9)
    services.mark(session, learner=learner, status=Status.EXCUSED, by=trainer, touched_at=early)

    shown = text_of(browser.get(path(session, f"people/l{learner.pk}/")))

    for words in ("Late, 7 min missed", "before: Absent", "Ade Bello", "Excused", "not used"):
        assert words in shown
    assert browser.get(path(session, "people/l0/")).status_code == 404


def test_a_trainer_writes_down_who_walked_in(browser, session):
    page = browser.get(path(session, "add/"))
    assert "Full name" in text_of(page)
    assert text_of(browser.post(path(session, "add/"), {"name": "Wren"})).count("Choose a sector") > 1

    fields = {"name": "Wren Ash", "organisation": "Harbour Clinic", "sector": SectorFactory().pk}
    shown = text_of(browser.post(path(session, "add/"), fields, follow=True))

    assert "Wren Ash is on the register and marked present." in shown
    walk_in = WalkIn.objects.get()
    person = text_of(browser.get(path(session, f"people/w{walk_in.pk}/")))
    assert f"/walk-in/{walk_in.token}/" in person
    browser.post(path(session, f"people/w{walk_in.pk}/remove/"))
    assert "Nobody has a place in this session yet." in text_of(browser.get(path(session)))


def test_a_member_without_a_place_is_added_from_the_list(browser, session):
    member = CohortMemberFactory(cohort=session.cohort)

    for junk in ("", "x", "9" * 30, "0"):
        browser.post(path(session, "add/member/"), {"member": junk})
    assert not Attendance.objects.exists()
    browser.post(path(session, "add/member/"), {"member": member.pk})

    assert Attendance.objects.get().learner == member.learner


def test_the_link_is_sent_again_to_a_corrected_address(browser, session, mailoutbox):
    walk_in = WalkInFactory(session=session, email="wrong@example.org")

    wrong = browser.post(path(session, f"people/w{walk_in.pk}/letter/"), {"email": "nonsense"})
    assert "correct format" in text_of(wrong)
    browser.post(path(session, f"people/w{walk_in.pk}/letter/"), {"email": "Right@example.org"})

    walk_in.refresh_from_db()
    assert walk_in.email == "right@example.org"


# --- The door ----------------------------------------------------------------------------------


@pytest.fixture
def open_door(session, trainer):
    now = timezone.now()
    return services.open_door(
        session, by=trainer, opens_at=now - timedelta(minutes=20), closes_at=now + timedelta(minutes=20)
    )


def code_of(browser, session):
    page = browser.get(f"/trainer/sessions/{session.pk}/door/").content.decode()
    return re.search(r'app-door__code">([A-Z0-9]{6})<', page)[1]


def ten_minutes_on(monkeypatch, minutes):
    moment = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    monkeypatch.setattr("time.time", lambda: moment.timestamp())


def test_a_trainer_opens_and_closes_the_door(browser, session, monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    session.starts_at, session.ends_at = noon, noon + timedelta(hours=3)
    session.save()
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(minutes=5))
    door = f"/trainer/sessions/{session.pk}/door/"
    times = {"opens": "11:30", "closes": "12.20"}
    assert "Check-in is not open now" in text_of(browser.get(door))
    assert "must close after" in text_of(browser.post(door, {"opens": "10:00", "closes": "09:00"}))

    shown = browser.post(door, times, follow=True).content.decode()

    assert CheckIn.objects.count() == 1
    assert '<noscript><meta http-equiv="refresh" content="' in shown
    assert "Check-in is not open now" in text_of(browser.post(f"{door}close/", follow=True))


def test_a_learner_scans_confirms_and_is_present(browser, client_for, session, learner, open_door):
    phone = client_for(learner)
    address = f"/check-in/{session.pk}/{code_of(browser, session)}/"

    assert "I am here" in text_of(phone.get(address))
    assert not Attendance.objects.exists()
    assert "You are checked in." in text_of(phone.post(address, follow=True))
    assert Attendance.objects.get().status == Status.PRESENT


def test_the_scan_survives_the_log_in_for_ten_minutes(
    browser, client_for, session, learner, open_door, monkeypatch
):
    address = f"/check-in/{session.pk}/{code_of(browser, session)}/"
    phone = client_for()
    assert "Log in" in text_of(phone.get(address))
    ten_minutes_on(monkeypatch, 9)
    phone.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")

    phone.post(address)

    assert Attendance.objects.get().status == Status.PRESENT
    assert client_for(UserFactory()).get(address).status_code == 410


def test_after_ten_minutes_the_scan_is_forgotten(
    browser, client_for, session, learner, open_door, monkeypatch
):
    phone = client_for(learner)
    address = f"/check-in/{session.pk}/{code_of(browser, session)}/"
    phone.get(address)
    ten_minutes_on(monkeypatch, 11)

    assert phone.post(address).status_code == 410
    assert not Attendance.objects.exists()


def test_a_photographed_code_is_useless_after_a_minute(
    browser, client_for, session, learner, open_door, monkeypatch
):
    address = f"/check-in/{session.pk}/{code_of(browser, session)}/"
    ten_minutes_on(monkeypatch, 1)

    assert client_for(learner).get(address).status_code == 410


def test_a_scan_of_one_session_opens_no_other(browser, client_for, session, learner, open_door):
    phone = client_for(learner)
    phone.get(f"/check-in/{session.pk}/{code_of(browser, session)}/")
    other = RunningSessionFactory()
    now = timezone.now()
    services.open_door(
        other, by=other.created_by, opens_at=now - timedelta(minutes=1), closes_at=now + timedelta(minutes=9)
    )
    phone.cookies[f"scanned-{other.pk}"] = phone.cookies[f"scanned-{session.pk}"].value

    assert phone.get(f"/check-in/{other.pk}/AAAAAA/").status_code == 410


def test_guessing_is_stopped_for_the_person_and_not_for_the_room(
    browser, client_for, session, learner, open_door
):
    guesser = client_for(UserFactory())
    for _ in range(11):
        assert guesser.get(f"/check-in/{session.pk}/AAAAAA/").status_code == 410
    address = f"/check-in/{session.pk}/{code_of(browser, session)}/"

    assert guesser.get(address).status_code == 410
    assert client_for(learner).get(address).status_code == 200
    cache.clear()
    assert guesser.get(address).status_code == 200


def test_the_code_typed_by_hand_leads_to_its_session(browser, client, session, open_door):
    code = code_of(browser, session)
    response = client.post("/check-in/", {"code": f" {code[:3]} {code[3:].lower()}"})

    assert response.url == f"/check-in/{session.pk}/{code}/"
    assert "does not work now" in text_of(client.post("/check-in/", {"code": "AAAAAA"}))


def test_junk_codes_are_answered(client, session, open_door, hostile):
    assert client.post("/check-in/", {"code": hostile}).status_code == 200
    assert client.get(f"/check-in/{session.pk}/%E2%82%AC%0A/").status_code == 410
    assert client.get("/check-in/999999999999999999/AAAAAA/").status_code == 410


def test_without_an_account_by_name_and_claimed_later(browser, client, client_for, session, open_door):
    address = f"/check-in/{session.pk}/{code_of(browser, session)}/name/"
    assert client.get(address).status_code == 200
    fields = {"name": "Wren Ash", "organisation": "Harbour Clinic", "sector": SectorFactory().pk}
    response = client.post(address, fields)
    walk_in = WalkIn.objects.get()
    assert response.url == f"/walk-in/{walk_in.token}/"
    assert "As Wren Ash" in text_of(client.get(response.url))
    assert "/accounts/login/" in client.post(response.url).url

    wren = UserFactory()
    shown = client_for(wren).post(response.url, follow=True)

    assert "is in your account" in text_of(shown)
    assert Attendance.objects.get().learner == wren
    assert client_for(UserFactory()).get(response.url).status_code == 410
    assert client.get("/walk-in/nothing/").status_code == 404
