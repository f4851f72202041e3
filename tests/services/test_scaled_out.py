"""Promises that need real processes: exactly one certificate and one letter, whatever dies in between."""

import random
import signal
import time
from email import message_from_string

import pytest
import redis

from certificates.models import Award, Certificate
from tests.factories.quizzes import QuizFactory, answer, fill_bank, make_attempt, make_enrolment
from tests.services.processes import until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PATIENCE_SECONDS = 6


@pytest.fixture
def quiz():
    quiz = QuizFactory()
    fill_bank(quiz.course)
    return quiz


def ready_to_submit(quiz):
    """Return an attempt with every answer right."""
    attempt = make_attempt(quiz, make_enrolment(quiz))
    answer(attempt, right=quiz.question_count)
    return attempt


def submit(site, attempt):
    reply = site.ask("POST", f"/quizzes/attempts/{attempt.pk}/submit/", attempt.enrolment.learner)
    assert (reply.status, reply.location) == (302, f"/quizzes/attempts/{attempt.pk}/result/")
    return reply


def all_delivered(count: int) -> bool:
    return Certificate.objects.issued().exclude(emailed_at=None).count() == count


def letters_about_certificates(site) -> list[str]:
    """Message-ID of each letter that carries a certificate."""
    ids = [message_from_string(raw.lstrip())["Message-ID"] or "" for raw in site.letters()]
    return [message_id for message_id in ids if message_id.startswith("<certificate-")]


def stored_files(site) -> int:
    return len(list((site.folder / "private").rglob("*.pdf")))


def assert_exactly_one_each(site, count: int) -> None:
    assert Award.objects.count() == count
    assert Certificate.objects.count() == count
    until(lambda: stored_files(site) == count)  # the loser of two drawings may be about to drop its file
    letters = letters_about_certificates(site)
    assert len(set(letters)) == count
    assert len(letters) == count


def in_hand(site) -> int:
    """How many tasks workers have taken and not finished."""
    with redis.from_url(site.redis.url) as broker:
        return broker.hlen("unacked")


def test_a_submission_through_the_web_server_is_certified_by_the_worker_within_ten_seconds(site, quiz):
    site.start("web")
    site.start("worker")
    attempt = ready_to_submit(quiz)
    assert site.ask("GET", "/readyz").body == "database: ok\nredis: ok\n"

    submit(site, attempt)

    until(lambda: all_delivered(1), seconds=10)
    assert_exactly_one_each(site, 1)


def test_a_worker_killed_while_drawing_leads_to_one_certificate_and_one_letter(site, quiz):
    site.start("web")
    worker = site.start("worker")
    submit(site, ready_to_submit(quiz))
    until(lambda: in_hand(site))
    worker.kill()
    assert Certificate.objects.get().state == Certificate.State.PENDING

    site.start("worker")

    until(
        lambda: site.manage("reconcile_awards") and all_delivered(1)
    )  # when the dead one's claim has run out
    assert_exactly_one_each(site, 1)


def test_workers_killed_at_any_instant_lose_and_repeat_nothing(site, quiz):
    """Five rounds of six learners; reconcile runs while a new worker is busy with the rest of the queue."""
    site.start("web")
    chance = random.Random(2026)
    certified = 0
    for _ in range(5):
        worker = site.start("worker")
        for _ in range(6):
            submit(site, ready_to_submit(quiz))
        certified += 6
        until(lambda: in_hand(site))
        time.sleep(chance.uniform(0, 1.5))
        worker.kill()
        successor = site.start("worker")
        until(lambda: site.manage("reconcile_awards") and all_delivered(certified))  # noqa: B023 -- asked at once
        successor.stop()
    assert Award.objects.count() == Certificate.objects.count() == stored_files(site) == certified
    # A process that ends between sending and the commit repeats the letter under the same Message-ID.
    assert len(set(letters_about_certificates(site))) == certified


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_a_submission_while_redis_is_away_answers_and_is_certified_by_the_next_reconcile(site, quiz, fault):
    site.start("web")
    attempts = [ready_to_submit(quiz) for _ in range(3)]
    learner = attempts[0].enrolment.learner
    assert site.ask("GET", "/courses/", learner).status == 200
    if fault == "killed":
        site.redis.kill()
    else:
        site.redis.process.signal(signal.SIGSTOP)

    for attempt in attempts:
        assert submit(site, attempt).seconds < PATIENCE_SECONDS
    for path in ("/courses/", f"/courses/{quiz.course.slug}/", f"/quizzes/attempts/{attempts[0].pk}/result/"):
        reply = site.ask("GET", path, learner)
        assert (path, reply.status) == (path, 200)
        assert reply.seconds < PATIENCE_SECONDS
    ready = site.ask("GET", "/readyz")
    assert (ready.status, ready.body) == (503, "database: ok\nredis: away\n")
    assert site.ask("GET", "/healthz").status == 200

    if fault == "killed":
        site.redis.start()
    else:
        site.redis.process.signal(signal.SIGCONT)
    site.manage("reconcile_awards")

    assert_exactly_one_each(site, 3)
    until(lambda: site.ask("GET", "/readyz").status == 200)


def test_an_emptied_redis_loses_no_certificate_and_logs_nobody_out(site, quiz):
    site.start("web")
    attempts = [ready_to_submit(quiz) for _ in range(5)]
    for attempt in attempts:
        submit(site, attempt)
    with redis.from_url(site.redis.url) as broker:
        assert broker.llen("celery") == 5
        broker.flushall()

    site.start("worker")
    site.manage("reconcile_awards")

    assert_exactly_one_each(site, 5)
    assert site.ask("GET", "/my/", attempts[0].enrolment.learner).status == 200


def test_two_workers_and_reconcile_together_draw_each_certificate_once(site, quiz):
    site.start("web")
    site.start("worker")
    site.start("worker")
    for _ in range(12):
        submit(site, ready_to_submit(quiz))
    site.manage("reconcile_awards")

    until(lambda: all_delivered(12))
    until(lambda: not in_hand(site))
    assert_exactly_one_each(site, 12)


def test_certificates_have_no_public_address(site, quiz):
    site.start("web")
    site.start("worker")
    submit(site, ready_to_submit(quiz))
    until(lambda: all_delivered(1))
    name = Certificate.objects.get().pdf.name
    for path in (
        f"/media/{name}",
        f"/media/private/{name}",
        f"/media/../private/{name}",
        f"/private/{name}",
        f"/{name}",
    ):
        assert site.ask("GET", path).status == 404


def test_beat_alone_mends_what_an_emptied_redis_lost(site, quiz):
    site.start("web")
    submit(site, ready_to_submit(quiz))
    with redis.from_url(site.redis.url) as broker:
        broker.flushall()
    site.start("worker")

    site.start("beat")

    until(lambda: all_delivered(1))
    assert_exactly_one_each(site, 1)
