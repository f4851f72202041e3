"""People from a file, while the worker that invites them dies."""

from email import message_from_string

import pytest
from celery import Celery
from django.db.models import F

from cohorts.importing import AT_A_TIME, start_import
from cohorts.models import Invitation
from jobs.models import Job, JobState
from jobs.services import LEASE
from tests.factories.cohorts import PeopleFileFactory
from tests.services.processes import until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
PEOPLE = 500


def letters_to_invite(site) -> list[str]:
    letters = (message_from_string(raw.lstrip()) for raw in site.letters())
    return [letter["To"] for letter in letters if (letter["Message-ID"] or "").startswith("<invitation-")]


def ask_worker(site, task: str, *args) -> None:
    with Celery(broker=site.redis.url) as app:
        app.send_task(task, args)


def test_a_worker_killed_half_way_through_a_file_invites_nobody_twice_and_the_next_one_finishes(
    site, monkeypatch
):
    monkeypatch.setattr("jobs.services._run_after_commit", lambda job: None)  # the worker is asked below
    addresses = [f"asked{number}@example.org" for number in range(PEOPLE)]
    file = PeopleFileFactory(people=addresses)
    worker = site.start("worker")

    job = start_import(file, by=file.uploaded_by)
    ask_worker(site, "jobs.tasks.run_job_task", job.pk)
    until(lambda: Job.objects.filter(done_count__gte=2).exists())
    worker.kill()

    job.refresh_from_db()
    assert 2 <= job.done_count < job.total, "killed half-way"
    assert Invitation.objects.count() == AT_A_TIME * job.done_count
    assert letters_to_invite(site) == []
    Job.objects.update(claimed_until=F("claimed_until") - LEASE)  # a minute later

    site.start("worker")
    ask_worker(site, "jobs.tasks.run_waiting_jobs_task")
    until(lambda: Invitation.objects.exclude(emailed_at=None).count() == PEOPLE)

    job.refresh_from_db()
    assert (job.state, job.done_count, job.failed_count) == (JobState.DONE, job.total, 0)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == sorted(addresses)
    assert sorted(letters_to_invite(site)) == sorted(addresses)
