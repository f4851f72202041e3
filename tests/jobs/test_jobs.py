"""Long work: each piece once, whatever happens in between, and a page to watch it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import personal_data
from jobs import services
from jobs.models import ItemState, Job, JobState
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 6


@pytest.fixture
def done(monkeypatch):
    """A kind of work that notes what it did, fails at "bad" and crashes at "worse"."""
    seen = []

    def run(payload, job):
        if payload == "bad":
            raise services.PieceFailed("Line 2 is not an address.")
        if payload == "worse":
            raise RuntimeError(payload)
        seen.append(payload)
        return f"{payload} done"

    monkeypatch.setitem(services._kinds, "noting", run)
    return seen


def make_job(payloads, **fields) -> Job:
    by = fields.pop("by", None) or UserFactory()
    return services.start("noting", by=by, title="Noting", payloads=payloads, back_url="/my/", **fields)


def finish(job) -> Job:
    while services.run_slice(job, seconds=5):
        pass
    job.refresh_from_db()
    return job


def test_every_piece_is_done_once_in_order_and_its_payload_forgotten(done):
    job = finish(make_job(["a", "b", "c"]))

    assert done == ["a", "b", "c"]
    assert (job.state, job.done_count, job.failed_count, job.percent) == (JobState.DONE, 3, 0, 100)
    assert list(job.items.values_list("payload", "note")) == [({}, "a done"), ({}, "b done"), ({}, "c done")]


def test_a_piece_that_cannot_be_done_is_named_and_the_rest_goes_on(done):
    job = finish(make_job(["a", "bad", "worse", "b"]))

    assert done == ["a", "b"]
    assert (job.done_count, job.failed_count) == (2, 2)
    assert list(job.items.filter(state=ItemState.FAILED).values_list("note", flat=True)) == [
        "Line 2 is not an address.",
        "Something went wrong with this one. You can try it again.",
    ]


def test_what_failed_can_be_tried_again(done, monkeypatch):
    job = finish(make_job(["a", "bad"]))
    monkeypatch.setitem(services._kinds, "noting", lambda payload, job: done.append(payload))

    services.retry_failed(job)
    finish(job)

    assert done == ["a", "bad"]
    assert (job.state, job.done_count, job.failed_count) == (JobState.DONE, 2, 0)


def test_a_double_click_starts_one_job(done):
    key, user = uuid4(), UserFactory()

    assert make_job(["a"], by=user, form_key=key) == make_job(["a"], by=user, form_key=key)
    assert Job.objects.get().items.count() == 1


def test_a_slice_ends_in_time_and_the_next_goes_on(done):
    job = make_job(["a", "b"])

    assert services.run_slice(job, seconds=0) is True
    assert done == ["a"]
    finish(job)
    assert done == ["a", "b"]


def test_the_second_worker_leaves_a_claimed_job_alone(done, monkeypatch):
    job = make_job(["a", "b"])

    def work_twice(payload, job):
        assert services.run_slice(job, seconds=5) is False
        done.append(payload)

    monkeypatch.setitem(services._kinds, "noting", work_twice)
    finish(job)
    assert done == ["a", "b"]


def test_the_job_of_a_killed_worker_is_taken_over_when_its_claim_has_run_out(done):
    job = make_job(["a"])
    Job.objects.update(
        state=JobState.RUNNING, claim=uuid4(), claimed_until=timezone.now() + timedelta(seconds=30)
    )
    assert services.run_slice(job, seconds=5) is False

    Job.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    services.run_waiting_jobs()
    finish(job)

    assert done == ["a"]


def test_a_piece_that_is_cut_off_leaves_nothing_and_is_done_by_the_next(done, monkeypatch):
    job = make_job(["a"])

    def cut_off(payload, job):
        Job.objects.filter(pk=job.pk).update(title="Half done")
        raise SystemExit

    monkeypatch.setitem(services._kinds, "noting", cut_off)
    with pytest.raises(SystemExit):
        services.run_slice(job, seconds=5)

    job.refresh_from_db()
    assert (job.title, job.done_count, job.items.get().state) == ("Noting", 0, ItemState.WAITING)


def test_a_pause_holds_the_rest_until_it_goes_on(done, monkeypatch):
    job = make_job(["a", "b"])

    def pausing(payload, job):
        done.append(payload)
        if payload == "a":
            services.pause(job)

    monkeypatch.setitem(services._kinds, "noting", pausing)
    assert finish(job).state == JobState.PAUSED
    assert done == ["a"]

    services.resume(job)
    assert finish(job).state == JobState.DONE
    assert done == ["a", "b"]


def test_a_stopped_job_keeps_what_is_done_and_forgets_the_rest(done):
    job = make_job(["a", "b"])
    services.run_slice(job, seconds=0)

    services.stop(job)
    services.resume(job)

    assert finish(job).state == JobState.STOPPED
    assert done == ["a"]
    assert list(job.items.values_list("state", "payload")) == [(ItemState.DONE, {}), (ItemState.WAITING, {})]


def test_work_starts_by_itself_after_the_commit(done, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_job(["a"])

    assert done == ["a"]


def test_old_jobs_are_forgotten(done):
    old, new = finish(make_job(["a"])), finish(make_job(["b"]))
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=31))

    services.forget_old_jobs()

    assert list(Job.objects.all()) == [new]


# --- The page --------------------------------------------------------------------------------


def test_looking_at_the_page_moves_the_work_on_where_there_are_no_workers(done, client_for, monkeypatch):
    monkeypatch.setattr(services, "PAGE_SECONDS", 0)
    job = make_job(["a", "b"])
    client = client_for(job.started_by)

    assert "1 of 2" in client.get(job.get_absolute_url()).content.decode()
    client.get(job.get_absolute_url())
    page = client.get(job.get_absolute_url()).content.decode()

    assert "Finished: 2 of 2" in page
    assert "All done." in page


def test_the_page_names_what_could_not_be_done_in_the_same_number_of_queries(
    done, client_for, django_assert_num_queries
):
    one, three = finish(make_job(["bad"])), finish(make_job(["bad"] * 3))

    for job, count in ((one, 1), (three, 3)):
        client = client_for(job.started_by)
        client.get("/my/account/")
        with django_assert_num_queries(PAGE_QUERIES):
            page = client.get(job.get_absolute_url()).content.decode()
        assert page.count("Line 2 is not an address.") == count


@pytest.mark.parametrize(("action", "state"), [("pause", JobState.PAUSED), ("stop", JobState.STOPPED)])
def test_the_brakes_work_without_javascript(done, client_for, action, state):
    job = make_job(["a"])

    client_for(job.started_by).post(f"/jobs/{job.pk}/{action}/")

    job.refresh_from_db()
    assert job.state == state


def test_somebody_else_and_a_made_up_action_find_nothing(done, client_for):
    job = make_job(["a"])

    assert client_for(UserFactory()).get(job.get_absolute_url()).status_code == 404
    assert client_for(UserFactory()).post(f"/jobs/{job.pk}/stop/").status_code == 404
    assert client_for(job.started_by).post(f"/jobs/{job.pk}/explode/").status_code == 404
    assert client_for(job.started_by).get(f"/jobs/{job.pk}/stop/").status_code == 405


def test_closing_an_account_stops_its_work(done):
    job = make_job(["a"])
    personal_data.erase(job.started_by)

    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert job.items.get().payload == {}
