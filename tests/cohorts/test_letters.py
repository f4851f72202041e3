"""One thing for many people of a group: reminders, messages, lists, taking people out."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import personal_data
from accounts.roles import Role
from cohorts import letters
from cohorts.models import Message, Recipient
from cohorts.personal_data import erase_cohorts
from courses.services import complete_module, withdraw
from jobs.models import Job
from jobs.services import run_slice
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory
from tests.factories.quizzes import QuizFactory, SubmittedAttemptFactory, complete_modules

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
WORDS = {"subject": "Tuesday's room", "text": "We meet in room 4 & bring tea.\n\nSee you there."}


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def address(name, cohort, *args):
    return reverse(f"cohorts:{name}", args=[cohort.pk, *args])


def finish(job) -> Job:
    while run_slice(job, seconds=5):
        pass
    job.refresh_from_db()
    return job


@pytest.fixture
def quiz(cohort):
    return QuizFactory(course=cohort.course)


@pytest.fixture
def people(cohort, quiz):
    """New has all to do, Quiz the quiz alone, Done nothing, Gone left the course."""
    new, quizzing, done, gone = (
        CohortMemberFactory(cohort=cohort, learner__name=name) for name in ("New", "Quiz", "Done", "Gone")
    )
    for member in (quizzing, done):
        complete_modules(member.enrolment)
    SubmittedAttemptFactory(enrolment=done.enrolment, quiz=quiz, score=90, passed=True)
    withdraw(gone.enrolment)
    return new, quizzing, done, gone


# --- Who is meant ------------------------------------------------------------------------------


def test_ticked_people_are_meant_and_nobody_of_another_group(cohort, trainer, client_for):
    one, two = CohortMemberFactory.create_batch(2, cohort=cohort)
    elsewhere = CohortMemberFactory(learner__name="Somebody Else")
    form = {"who": [one.pk, elsewhere.pk, "9" * 30, "x", ""], "format": "csv"}

    text = client_for(trainer).post(address("people_download", cohort), form).content.decode()

    assert str(one.learner) in text
    assert str(two.learner) not in text
    assert "Somebody Else" not in text


def test_everybody_who_matches_is_meant_on_whatever_page(cohort, trainer, client_for):
    CohortMemberFactory.create_batch(27, cohort=cohort)
    complete_module(cohort.members.first().enrolment, cohort.course.course_modules.first())
    client = client_for(trainer)

    html = page(client.get(cohort.get_absolute_url() + "?status=not-started&ticked=page"))
    assert html.count(" checked>") == 25 + 1  # and the choice of those ticked
    assert "All 26 who match" in html
    form = {"scope": "all", "status": "not-started", "format": "csv"}
    text = client.post(address("people_download", cohort), form).content.decode()

    assert len(text.splitlines()) == 1 + 26


@pytest.mark.parametrize("name", ["people_remind", "people_message", "people_download", "people_remove"])
def test_without_anybody_or_by_its_address_a_page_leads_back(cohort, trainer, client_for, name):
    client = client_for(trainer)

    assert client.get(address(name, cohort))["Location"] == cohort.get_absolute_url()
    assert "Tick the people first" in page(client.post(address(name, cohort), follow=True))
    assert client_for(UserFactory(role=Role.PROGRAMME_MANAGER)).post(address(name, cohort)).status_code == 404


def test_a_manager_has_nothing_to_tick(cohort, client_for):
    CohortMemberFactory(cohort=cohort)

    html = page(client_for(UserFactory(role=Role.PROGRAMME_MANAGER)).get(cohort.get_absolute_url()))

    assert 'type="checkbox"' not in html
    assert "Send reminder" not in html


# --- Reminders ---------------------------------------------------------------------------------


def test_a_reminder_says_what_is_left_and_leaves_out_who_has_nothing(cohort, trainer, client_for, people):
    client = client_for(trainer)
    html = page(client.post(address("people_remind", cohort), {"scope": "all"}))
    assert "To 2 people: New, Quiz" in html
    assert "1 with nothing left to do: Done" in html
    assert "1 who left the course: Gone" in html
    assert not Message.objects.exists()

    form = {"people": ",".join(str(m.pk) for m in people), "form_key": "0" * 32, "confirm": "1"}
    first, second = (client.post(address("people_remind", cohort), form) for _ in range(2))
    job = finish(Job.objects.get())

    assert first["Location"] == second["Location"] == job.get_absolute_url()
    assert (job.title, job.done_count) == ("Reminder to 2 people", 2)
    letters_by = {m.to[0]: m.body for m in mail.outbox}
    new, quizzing, *_ = people
    assert letters_by.keys() == {new.learner.email, quizzing.learner.email}
    assert "You have 2 modules left, and then the quiz." in letters_by[new.learner.email]
    assert "Only the quiz is left" in letters_by[quizzing.learner.email]
    assert all(m.extra_headers["Message-ID"] for m in mail.outbox)


def test_nobody_is_reminded_twice_a_day_whoever_asks(cohort, trainer, client_for, people):
    new = people[0]
    letters.remind(cohort, [new.pk], by=trainer, form_key="1" * 32)
    other_group = CohortFactory(course=cohort.course, created_by=trainer)
    same = CohortMemberFactory(cohort=other_group, learner=new.learner, enrolment=new.enrolment)

    html = page(client_for(trainer).post(address("people_remind", other_group), {"who": [same.pk]}))
    job = letters.remind(other_group, [same.pk], by=trainer, form_key="2" * 32)

    assert "1 reminded today already" in html
    assert job.total == 0
    assert Recipient.objects.count() == 1


def test_who_finishes_before_the_letter_goes_gets_none(cohort, trainer, people, quiz):
    quizzing = people[1]
    job = letters.remind(cohort, [quizzing.pk], by=trainer, form_key="1" * 32)
    SubmittedAttemptFactory(enrolment=quizzing.enrolment, quiz=quiz, score=90, passed=True)

    job = finish(job)

    assert job.items.get().note == "Has finished; nothing was sent"
    assert mail.outbox == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_plan_costs_the_same_for_one_and_for_three(cohort, quiz, rows, django_assert_num_queries):
    from cohorts.queries import roster

    CohortMemberFactory.create_batch(rows, cohort=cohort)
    table = roster(cohort)

    with django_assert_num_queries(2):
        assert len(letters.plan_reminder(cohort, table).to) == rows


# --- Messages ----------------------------------------------------------------------------------


def test_a_message_is_shown_before_it_is_sent_and_kept_on_record(cohort, trainer, client_for):
    ann, ben = (CohortMemberFactory(cohort=cohort, learner__name=name) for name in ("Ann", "Ben"))
    CohortMemberFactory(cohort=cohort, learner__name="Cleo")
    client = client_for(trainer)
    html = page(client.post(address("people_message", cohort), {"who": [ann.pk, ben.pk]}))
    assert "To 2 people: Ann, Ben" in html
    assert "There is a problem" not in html
    form = WORDS | {"people": f"{ann.pk},{ben.pk}", "form_key": "1" * 32}

    preview = page(client.post(address("people_message", cohort), form))
    assert "Nothing is sent yet." in preview
    assert "room 4 &amp; bring tea." in preview
    assert "We meet in room 4" in page(client.post(address("people_message", cohort), form | {"change": "1"}))
    assert not Message.objects.exists()
    first, second = (
        client.post(address("people_message", cohort), form | {"confirm": "1"}) for _ in range(2)
    )
    job = finish(Job.objects.get())

    assert first["Location"] == second["Location"] == job.get_absolute_url()
    assert sorted(m.to[0] for m in mail.outbox) == sorted([ann.learner.email, ben.learner.email])
    assert mail.outbox[0].subject == "Tuesday's room"
    assert "We meet in room 4 & bring tea." in mail.outbox[0].body
    html = page(client.get(address("messages", cohort)))
    for words in ("Tuesday&#x27;s room", str(trainer), "to 2 people", "bring tea"):
        assert words in html
    assert ann.learner.email not in html


def test_there_are_only_so_many_messages_a_day(cohort, trainer, client_for):
    member = CohortMemberFactory(cohort=cohort)
    for number in range(letters.MESSAGES_A_DAY):
        letters.write(cohort, [member.pk], by=trainer, form_key=f"{number:032}", **WORDS)
    form = WORDS | {"people": str(member.pk), "form_key": "f" * 32, "confirm": "1"}

    html = page(client_for(trainer).post(address("people_message", cohort), form))

    assert "10 messages within a day. Nothing was sent" in html
    assert "bring tea" in html
    assert Message.objects.count() == letters.MESSAGES_A_DAY


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subject": ""}, "Enter a subject."),
        ({"subject": "x" * 121}, "Use at most 120 characters."),
        ({"text": " "}, "Enter your message."),
        ({"text": "x" * 5_001}, "Use at most 5,000 characters."),
    ],
)
def test_a_message_that_cannot_be_sent_says_why(cohort, trainer, client_for, change, message):
    form = WORDS | {"people": str(CohortMemberFactory(cohort=cohort).pk), "confirm": "1"} | change

    html = page(client_for(trainer).post(address("people_message", cohort), form))

    assert "<title>Error: Write a message" in html
    assert html.count(message) == 2
    assert not Message.objects.exists()


@pytest.mark.parametrize("field", ["subject", "text", "people", "who", "form_key", "scope", "q", "status"])
def test_no_text_in_a_field_leads_to_an_error_page(cohort, trainer, client_for, field, hostile):
    member = CohortMemberFactory(cohort=cohort)
    form = WORDS | {"who": str(member.pk), "form_key": "1" * 32, "confirm": "1"} | {field: hostile}

    for name in ("people_message", "people_remind"):
        assert SCRIPT not in page(client_for(trainer).post(address(name, cohort), form, follow=True))


def test_one_refused_address_is_named_and_the_others_get_their_letter(cohort, trainer, monkeypatch):
    ann, ben = (CohortMemberFactory(cohort=cohort, learner__name=name) for name in ("Ann", "Ben"))
    job = letters.write(cohort, [ann.pk, ben.pk], by=trainer, form_key="1" * 32, **WORDS)
    real = letters.send_templated

    def refuse(name, *, to, **kwargs):
        if to == ann.learner.email:
            raise SMTPRecipientsRefused({})
        real(name, to=to, **kwargs)

    monkeypatch.setattr(letters, "send_templated", refuse)
    job = finish(job)

    assert (job.done_count, job.failed_count) == (1, 1)
    assert job.items.get(state="failed").note == "The mail server refused the address of Ann."
    assert [m.to for m in mail.outbox] == [[ben.learner.email]]
    assert dict(Recipient.objects.values_list("learner__name", "emailed_at"))["Ann"] is None


def test_who_left_the_group_meanwhile_gets_no_letter(cohort, trainer):
    member = CohortMemberFactory(cohort=cohort)
    job = letters.write(cohort, [member.pk], by=trainer, form_key="1" * 32, **WORDS)
    cohort.members.update(left_at=timezone.now())

    assert finish(job).items.get().note == "Left the group; nothing was sent"
    assert mail.outbox == []


# --- Taking people out, and personal data --------------------------------------------------------


def test_several_people_are_taken_out_after_a_question(cohort, trainer, client_for):
    one, two, stays = CohortMemberFactory.create_batch(3, cohort=cohort)
    client = client_for(trainer)

    html = page(client.post(address("people_remove", cohort), {"who": [one.pk, two.pk]}))
    assert "Take 2 people out of the group?" in html
    assert cohort.members.active().count() == 3
    form = {"people": f"{one.pk},{two.pk}", "confirm": "1"}
    html = page(client.post(address("people_remove", cohort), form, follow=True))

    assert "2 people are no longer in the group." in html
    assert list(cohort.members.active()) == [stays]
    one.refresh_from_db()
    assert (one.removed_by, one.enrolment.withdrawn_at) == (trainer, None)


def test_messages_are_given_back_and_forgotten_with_the_person(cohort, trainer):
    member = CohortMemberFactory(cohort=cohort)
    finish(letters.write(cohort, [member.pk], by=trainer, form_key="1" * 32, **WORDS))

    given = personal_data.export(member.learner)["cohorts"]["messages_received"]
    assert [(row["subject"], row["text"]) for row in given] == [(WORDS["subject"], WORDS["text"])]
    erase_cohorts(member.learner)
    erase_cohorts(trainer)

    assert not Recipient.objects.exists()
    assert Message.objects.get().text == ""
