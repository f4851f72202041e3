"""People from a file: preview, yes, and the work in the background."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from cohorts import importing, services
from cohorts.models import CohortMember, Invitation, PeopleFile
from cohorts.people_files import read_people
from jobs.models import ItemState, Job
from jobs.services import run_slice
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortMemberFactory, InvitationFactory

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def address(name, *args):
    return reverse(f"cohorts:{name}", args=args)


def upload(text, name="people.csv"):
    return {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)}


@pytest.fixture
def kept(cohort, trainer):
    """`kept(*addresses)` is a file between its preview and the yes."""

    def keep(*addresses):
        table = read_people(("E-mail\n" + "\n".join(addresses)).encode())
        return importing.keep_rows(cohort, table, name="people.csv", by=trainer)

    return keep


def finish(job) -> Job:
    while run_slice(job, seconds=5):
        pass
    job.refresh_from_db()
    return job


def test_a_trainer_sees_what_the_file_holds_and_says_yes(
    cohort, trainer, client_for, django_capture_on_commit_callbacks
):
    CohortMemberFactory(cohort=cohort, learner__email="In@example.org")
    InvitationFactory(cohort=cohort, email="asked@example.org")
    InvitationFactory(cohort=cohort, email="no@example.org", declined_at=timezone.now())
    client = client_for(trainer)
    text = (
        "Name;E-mail;Employer\nAnn;a@example.org;Trust\nBen;b@example.org;Trust\nBen;B@example.org;\n"
        f"Cleo;in@example.org;\nDan;asked@example.org;\nEve;no@example.org;\nFay;{SCRIPT};\nGus;;\n"
    )

    response = client.post(address("people_file", cohort.pk), upload(text), follow=True)

    html = page(response)
    assert "people.csv. Nobody is invited yet." in html
    for words in (
        "2 people", "1 row has an address", "Invite 2 people", "E-mail", "Trust (2)", "a@example.org, b@example.org",
        "there is no e-mail address",
    ):  # fmt: skip
        assert words.casefold() in html.casefold()
    assert SCRIPT not in html
    assert Invitation.objects.count() == 2

    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(response.request["PATH_INFO"])
        job = finish(Job.objects.get())
    second = client.post(response.request["PATH_INFO"])

    assert first["Location"] == second["Location"] == job.get_absolute_url()
    assert (job.title, job.total, job.done_count, job.failed_count) == ("Inviting 2 people", 1, 1, 0)
    assert sorted(m.to[0] for m in mail.outbox) == ["a@example.org", "asked@example.org", "b@example.org"]
    made = Invitation.objects.filter(source="file")
    assert sorted(made.values_list("email", flat=True)) == ["a@example.org", "b@example.org"]
    assert "You said yes to this file already" in page(client.get(response.request["PATH_INFO"]))


def test_who_accepts_is_known_to_have_come_from_a_file(cohort, trainer):
    services.invite(cohort, ["a@example.org"], by=trainer, source=CohortMember.Source.FILE)

    member = services.join_by_invitation(UserFactory(email="a@example.org"), Invitation.objects.get())

    assert member.source == CohortMember.Source.FILE


def test_a_worker_that_is_killed_leaves_nobody_out_and_asks_nobody_twice(kept, trainer, monkeypatch):
    monkeypatch.setattr(importing, "AT_A_TIME", 2)
    file = kept(*(f"p{n}@example.org" for n in range(12)))
    job = importing.start_import(file, by=trainer)
    real, calls = services.invite, []

    def dies(*args, **kwargs):
        outcome = real(*args, **kwargs)
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return outcome

    monkeypatch.setattr(importing, "invite", dies)
    with pytest.raises(KeyboardInterrupt):
        run_slice(job, seconds=5)
    monkeypatch.setattr(importing, "invite", real)
    Job.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    job = finish(job)

    assert (job.done_count, job.failed_count) == (6, 0)
    assert Invitation.objects.count() == len(set(Invitation.objects.values_list("email", flat=True))) == 12


def test_a_trainer_who_lost_the_group_invites_nobody_more(kept, trainer, cohort):
    job = importing.start_import(kept("a@example.org"), by=trainer)
    cohort.trainers.set([UserFactory(role=Role.TRAINER)])

    job = finish(job)

    assert (job.done_count, job.failed_count) == (0, 1)
    assert "a@example.org: you may not change this group any more." in job.items.get().note
    assert not Invitation.objects.exists()


def test_somebody_invited_meanwhile_gets_no_second_letter(kept, trainer, cohort):
    job = importing.start_import(kept("a@example.org"), by=trainer)
    services.invite(cohort, ["a@example.org"], by=trainer)

    job = finish(job)

    assert job.items.get(state=ItemState.DONE).note == "Invited before: 1"
    assert Invitation.objects.count() == 1


def test_a_piece_costs_the_same_in_a_small_and_in_a_large_group(
    kept, trainer, cohort, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(importing, "AT_A_TIME", 1)
    job = importing.start_import(kept("a@example.org", "b@example.org"), by=trainer)
    first, second = (item.payload for item in job.items.all())
    assert job.started_by.has_role(Role.TRAINER)
    costs = 7

    with django_assert_num_queries(costs):
        importing.invite_some(first, job)
    InvitationFactory.create_batch(3, cohort=cohort)
    CohortMemberFactory.create_batch(3, cohort=cohort)
    with django_assert_num_queries(costs):
        importing.invite_some(second | {"is_last": False}, job)


def test_the_rows_of_a_file_are_forgotten_after_the_yes_and_after_a_day(kept, trainer, client_for, cohort):
    done, left, old = kept("a@example.org"), kept("b@example.org"), kept("c@example.org")
    importing.start_import(done, by=trainer)
    PeopleFile.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))
    done.refresh_from_db()
    assert (done.people, done.problems) == ([], [])
    assert client_for(trainer).get(address("people_preview", cohort.pk, old.pk)).status_code == 404

    importing.forget_files()

    assert set(PeopleFile.objects.all()) == {done, left}


def test_only_the_trainer_who_chose_the_file_sees_it(kept, cohort, client_for):
    file = kept("a@example.org")
    other = UserFactory(role=Role.TRAINER)
    cohort.trainers.add(other)

    for method in ("get", "post"):
        assert (
            getattr(client_for(other), method)(address("people_preview", cohort.pk, file.pk)).status_code
            == 404
        )
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ({}, "Choose a file."),
        (upload(""), "This file is empty."),
        (upload(b"\x89PNG\r\n\x1a\n" + bytes(32) * 9, "photo.csv"), "no column of e-mail addresses"),
        (upload("Name\nAnn"), "no column of e-mail addresses"),
        (upload("a@example.org", "x" * 200 + ".csv"), "Nobody is invited yet"),
    ],
)
def test_a_wrong_file_gets_one_clear_sentence(cohort, trainer, client_for, file, words):
    html = page(client_for(trainer).post(address("people_file", cohort.pk), file, follow=True))

    assert words in html


def test_a_file_of_nothing_but_bad_rows_invites_nobody(kept, trainer, cohort, client_for):
    file = kept("nobody", *(f"x{n}" for n in range(150)))
    client = client_for(trainer)

    html = page(client.get(address("people_preview", cohort.pk, file.pk) + "?page=2"))

    assert "There is nobody to invite" in html
    assert "Page 2 of 2" in html
    assert client.post(address("people_preview", cohort.pk, file.pk))["Location"] == cohort.get_absolute_url()
    assert not Job.objects.exists()


def test_hostile_names_and_cells_lead_to_no_error_page(cohort, trainer, client_for, hostile):
    text = f'E-mail,Employer\na@example.org,"{hostile.replace(chr(34), chr(34) * 2)}"\n"{hostile[:400]}",x\n'
    file = BytesIO(text.encode("utf-8", "surrogatepass"))
    file.name = f"{hostile[:40]}.csv"

    html = page(client_for(trainer).post(address("people_file", cohort.pk), {"file": file}, follow=True))

    assert SCRIPT not in html


def test_the_link_works_as_long_as_the_trainer_says(cohort, trainer, client_for):
    client, token = client_for(trainer), cohort.join_token

    html = page(client.post(address("link_prolong", cohort.pk), {"days": "60"}, follow=True))

    cohort.refresh_from_db()
    assert cohort.join_token == token
    assert timedelta(days=59) < cohort.join_open_until - timezone.now() <= timedelta(days=60)
    assert (
        "works for 1\xa0month, 4\xa0weeks" in html
        or "works for 1\xa0month, 3\xa0weeks" in html
        or "2\xa0months" in html
    )
    client.post(address("link_renew", cohort.pk), {"days": "1"})
    cohort.refresh_from_db()
    assert cohort.join_token != token
    assert cohort.join_open_until - timezone.now() <= timedelta(days=1)
    for days in ("0", "61", "x", "9" * 30):
        html = page(client.post(address("link_prolong", cohort.pk), {"days": days}))
        assert html.count("Choose how long from the list.") == 2
    client.post(address("link_close", cohort.pk))
    client.post(address("link_prolong", cohort.pk), {"days": "7"})
    cohort.refresh_from_db()
    assert not cohort.is_link_open


def test_a_second_yes_at_the_same_moment_finds_the_first_ones_job(kept, trainer):
    file = kept("a@example.org")
    stale = PeopleFile.objects.get(pk=file.pk)

    assert importing.start_import(file, by=trainer) == importing.start_import(stale, by=trainer)
    assert Job.objects.get().total == 1
