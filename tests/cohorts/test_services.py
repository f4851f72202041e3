import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import personal_data
from accounts.roles import Role
from cohorts import services
from cohorts.models import Cohort, CohortMember, Invitation
from cohorts.services import Invited
from courses.models import Enrolment
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, InvitationFactory
from tests.factories.quizzes import make_course

pytestmark = pytest.mark.django_db


def ago(**kwargs):
    return timezone.now() - timedelta(**kwargs)


# --- Groups ----------------------------------------------------------------------------------


def details(trainer, course, **changes):
    return {
        "by": trainer,
        "form_key": uuid.uuid4(),
        "name": "Tuesday group",
        "course": course,
        "trainers": [trainer],
        "starts_on": None,
        "ends_on": None,
    } | changes


def test_a_form_sent_twice_makes_one_group(trainer):
    form = details(trainer, make_course())

    assert services.create_cohort(**form) == services.create_cohort(**form)
    assert Cohort.objects.count() == 1


def test_another_trainers_key_is_no_way_into_their_group(trainer):
    form = details(trainer, make_course())
    first = services.create_cohort(**form)

    other = UserFactory(role=Role.TRAINER)
    second = services.create_cohort(**form | {"by": other, "trainers": [other]})

    assert second != first
    assert list(first.trainers.all()) == [trainer]


def test_a_renewed_link_is_another_and_open(cohort):
    services.close_link(cohort)
    cohort.refresh_from_db()
    before = cohort.join_token
    assert not cohort.is_link_open

    services.renew_link(cohort)

    cohort.refresh_from_db()
    assert cohort.is_link_open
    assert cohort.join_token != before


# --- Invitations -----------------------------------------------------------------------------


def test_invite_tells_what_became_of_each_address(cohort, trainer):
    CohortMemberFactory(cohort=cohort, learner__email="member@example.org")
    used = InvitationFactory(cohort=cohort, email="used@example.org", accepted_at=ago(days=1))
    CohortMemberFactory(cohort=cohort, invitation=used)
    InvitationFactory(cohort=cohort, email="waiting@example.org")
    InvitationFactory(cohort=cohort, email="no@example.org", declined_at=ago(days=1))
    InvitationFactory(cohort=cohort, email="back@example.org", withdrawn_at=ago(days=1))
    old = InvitationFactory(
        cohort=cohort, email="old@example.org", expires_at=ago(days=1), emailed_at=ago(days=61)
    )
    UserFactory(email="account@example.org")
    names = ["member", "used", "waiting", "no", "back", "old", "account", "new"]

    outcome = services.invite(cohort, [f"{name}@example.org" for name in names], by=trainer)

    assert outcome == Invited(
        invited=["back@example.org", "old@example.org", "account@example.org", "new@example.org"],
        already_invited=["waiting@example.org"],
        already_members=["member@example.org", "used@example.org"],
        declined=["no@example.org"],
    )
    old.refresh_from_db()
    assert old.is_usable


def test_one_letter_to_each_person_and_only_once(cohort, trainer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.invite(cohort, ["a@example.org", "b@example.org"], by=trainer)
    services.email_waiting_invitations()

    assert sorted(tuple(m.recipients()) for m in mail.outbox) == [("a@example.org",), ("b@example.org",)]
    assert {m.subject for m in mail.outbox} == {"Your training invitation"}
    for message in mail.outbox:
        token = Invitation.objects.get(email=message.to[0]).token
        assert f"/join/{token}/" in message.body
        assert not message.cc + message.bcc


def test_plain_letters_keep_names_as_they_are_and_html_letters_escape_them(trainer):
    invitation = InvitationFactory(cohort__name="O'Hara & <b>co</b>")

    services.email_invitation(invitation)

    assert "O'Hara & <b>co</b>" in mail.outbox[0].body
    assert "O&#x27;Hara &amp; &lt;b&gt;co&lt;/b&gt;" in mail.outbox[0].alternatives[0].content


def test_a_refused_address_holds_up_nobody_and_is_shown(cohort, monkeypatch):
    bad, good = InvitationFactory.create_batch(2, cohort=cohort)
    send = services.send_templated

    def refuse(name, *, to, **kwargs):
        if to == bad.email:
            raise SMTPRecipientsRefused({to: (550, b"No such user")})
        send(name, to=to, **kwargs)

    monkeypatch.setattr(services, "send_templated", refuse)
    services.email_waiting_invitations()

    bad.refresh_from_db()
    assert [m.to for m in mail.outbox] == [[good.email]]
    assert bad.emailed_at is None
    assert bad.state == "E-mail refused: check the address"


def test_a_mail_server_that_is_away_is_tried_again_later(cohort, monkeypatch):
    InvitationFactory.create_batch(5, cohort=cohort)
    tries = []

    def fail(name, *, to, **kwargs):
        tries.append(to)
        raise SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr(services, "send_templated", fail)
        services.email_waiting_invitations()
    assert len(tries) == 3
    services.email_waiting_invitations()

    assert len(mail.outbox) == 5


def test_send_again_waits_an_hour(cohort, django_capture_on_commit_callbacks):
    invitation = InvitationFactory(cohort=cohort)
    services.email_waiting_invitations()

    assert not services.resend_invitation(invitation)
    Invitation.objects.update(emailed_at=ago(hours=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.resend_invitation(invitation)

    assert len(mail.outbox) == 2
    assert mail.outbox[0].extra_headers != mail.outbox[1].extra_headers


@pytest.mark.parametrize(
    "answer", [{"withdrawn_at": ago(days=0)}, {"declined_at": ago(days=0)}, {"expires_at": ago(days=0)}]
)
def test_no_letter_for_an_invitation_that_is_over(answer):
    InvitationFactory(**answer)

    services.email_waiting_invitations()

    assert mail.outbox == []


def test_one_standing_invitation_an_address_whatever_its_letter_case(cohort):
    InvitationFactory(cohort=cohort, email="a@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(cohort=cohort, email="A@example.org")


# --- Joining and leaving ---------------------------------------------------------------------


def test_joining_by_link_puts_the_learner_on_the_course(cohort):
    learner = UserFactory()

    member = services.join_by_link(learner, cohort)

    assert member.source == CohortMember.Source.LINK
    assert member.enrolment == Enrolment.objects.active().get(learner=learner, course=cohort.course)


def test_joining_twice_is_joining_once(cohort):
    learner = UserFactory()

    assert services.join_by_link(learner, cohort) == services.join_by_link(learner, cohort)


def test_an_enrolment_from_before_is_kept(cohort):
    member = CohortMemberFactory(learner=UserFactory(), cohort__course=cohort.course)

    assert services.join_by_link(member.learner, cohort).enrolment == member.enrolment


@pytest.mark.parametrize("change", ["closed", "renewed", "unpublished"])
def test_a_link_that_is_not_open_lets_nobody_in(cohort, change):
    seen = Cohort.objects.select_related("course").get()
    if change == "closed":
        services.close_link(cohort)
    elif change == "renewed":
        services.renew_link(cohort)
    else:
        cohort.course.unpublish()

    with pytest.raises(services.LinkClosed):
        services.join_by_link(UserFactory(), seen)
    assert not Enrolment.objects.exists()


def test_an_invitation_waits_while_its_course_is_not_published(cohort):
    invitation = InvitationFactory(cohort=cohort)
    cohort.course.unpublish()

    with pytest.raises(services.InvitationClosed):
        services.join_by_invitation(UserFactory(), invitation)

    assert Invitation.objects.usable().get() == invitation


def test_an_invitation_is_used_once(cohort):
    invitation = InvitationFactory(cohort=cohort)
    learner, other = UserFactory.create_batch(2)

    member = services.join_by_invitation(learner, invitation)

    assert (member.source, member.invitation) == (CohortMember.Source.LIST, invitation)
    assert services.join_by_invitation(learner, invitation) == member
    with pytest.raises(services.InvitationClosed):
        services.join_by_invitation(other, invitation)
    assert not Enrolment.objects.filter(learner=other).exists()


def test_no_thanks_can_become_yes(cohort):
    invitation = InvitationFactory(cohort=cohort)
    services.decline_invitation(invitation)
    assert not Invitation.objects.open().exists()

    services.join_by_invitation(UserFactory(), invitation)

    assert cohort.members.active().count() == 1


@pytest.mark.parametrize("over", [{"withdrawn_at": ago(days=1)}, {"expires_at": ago(days=1)}])
def test_an_invitation_that_is_over_lets_nobody_in(cohort, over):
    invitation = InvitationFactory(cohort=cohort, **over)

    with pytest.raises(services.InvitationClosed):
        services.join_by_invitation(UserFactory(), invitation)


def test_joining_by_link_answers_the_persons_letter(cohort):
    learner = UserFactory(email="a@example.org")
    mine = InvitationFactory(cohort=cohort, email="a@example.org")
    elsewhere = InvitationFactory(email="a@example.org")

    services.join_by_link(learner, cohort)

    mine.refresh_from_db()
    assert mine.accepted_at
    assert list(Invitation.objects.open()) == [elsewhere]


def test_leaving_and_removal_touch_no_enrolment_and_allow_coming_back(cohort, trainer):
    left, removed = CohortMemberFactory.create_batch(2, cohort=cohort)

    services.leave_cohort(left)
    services.remove_member(removed, by=trainer)
    services.leave_cohort(removed)

    removed.refresh_from_db()
    assert removed.removed_by == trainer
    assert not cohort.members.active().exists()
    assert Enrolment.objects.active().count() == 2
    assert services.join_by_link(left.learner, cohort).enrolment == left.enrolment


def test_a_click_that_loses_the_race_finds_the_winners_row(cohort, monkeypatch):
    """The other click's row appears between our look and our write."""
    learner = UserFactory()
    enrol = services.enrol

    def enrol_late(*args):
        CohortMemberFactory(cohort=cohort, learner=learner)
        return enrol(*args)

    monkeypatch.setattr(services, "enrol", enrol_late)

    assert services.join_by_link(learner, cohort) == cohort.members.get()


def at_once(times, work):
    """Call `work` in so many threads; return what they returned or raised."""

    def run(number):
        try:
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_the_same_person_clicking_join_ten_times_at_once_joins_once():
    cohort, learner = CohortFactory(), UserFactory()
    invitation = InvitationFactory(cohort=cohort)

    members = at_once(
        10,
        lambda n: (
            services.join_by_link(learner, cohort)
            if n % 2
            else services.join_by_invitation(learner, invitation)
        ),
    )

    assert set(members) == {CohortMember.objects.get()}
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_invitation_used_by_ten_people_at_once_lets_one_in():
    invitation = InvitationFactory()
    people = UserFactory.create_batch(10)

    results = at_once(10, lambda n: services.join_by_invitation(people[n], invitation))

    assert CohortMember.objects.count() == Enrolment.objects.count() == 1
    assert sum(isinstance(r, services.InvitationClosed) for r in results) == 9


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_ten_times_at_once_makes_one_group():
    trainer = UserFactory(role=Role.TRAINER)
    form = details(trainer, make_course())

    cohorts = at_once(10, lambda n: services.create_cohort(**form))

    assert set(cohorts) == {Cohort.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_the_same_list_pasted_at_once_by_two_trainers_writes_to_each_person_once():
    cohort = CohortFactory()
    addresses = [f"p{n}@example.org" for n in range(20)]

    results = at_once(4, lambda n: services.invite(cohort, addresses, by=cohort.created_by))

    assert all(isinstance(r, Invited) for r in results)
    assert cohort.invitations.count() == len(mail.outbox) == 20


# --- Personal data ---------------------------------------------------------------------------


def test_a_person_gets_and_loses_what_groups_hold_about_them(cohort, trainer):
    learner = UserFactory(email="canary@example.org")
    addressed = InvitationFactory(cohort=cohort, email="canary@example.org")
    used = InvitationFactory(cohort=cohort, email="canary-at-work@example.org")
    services.join_by_invitation(learner, used)
    InvitationFactory(cohort=cohort, email="somebody@example.org")

    held = personal_data.export(learner)["cohorts"]
    assert [g["group"] for g in held["groups"]] == [cohort.name]
    assert {i["email"] for i in held["invitations"]} == {addressed.email, used.email}

    personal_data.erase(learner)

    assert not cohort.members.active().exists()
    assert list(Invitation.objects.values_list("email", flat=True)) == ["somebody@example.org"]


def test_an_erased_trainer_has_no_group_left(cohort, trainer):
    assert personal_data.export(trainer)["cohorts"]["groups_trained"] == [cohort.name]

    personal_data.erase(trainer)

    assert not cohort.trainers.exists()
