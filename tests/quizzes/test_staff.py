"""What staff do with attempts, and the job that tends them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from courses.services import withdraw
from quizzes.life import NotAllowed
from quizzes.models import Allowance, Attempt, AttemptState
from quizzes.services import (
    AttemptClosed,
    NotReady,
    save_response,
    start_attempt,
    submit_attempt,
    tend_attempts,
)
from quizzes.staff import allow_more, reopen_attempt, void_attempt
from quizzes.staff_queries import story_of
from quizzes.tasks import tend_attempts_task
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import QuizFactory, answer, make_attempt, make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(name="Rosa Staff")


def passed_by(attempt: Attempt, minutes: int) -> None:
    """Let so many minutes go by for an attempt."""
    back = timedelta(minutes=minutes)
    row = Attempt.objects.get(pk=attempt.pk)
    row.started_at -= back
    row.due_at = row.due_at and row.due_at - back
    row.check_at = row.check_at and row.check_at - back
    row.save()
    for moment in (*row.events.all(), *row.responses.exclude(answered_at=None)):
        name = "at" if hasattr(moment, "at") else "answered_at"
        setattr(moment, name, getattr(moment, name) - back)
        moment.save()


def abandoned(**quiz) -> Attempt:
    attempt = make_attempt(QuizFactory(time_limit_minutes=30, grace_minutes=5, **quiz))
    answer(attempt, right=4)
    passed_by(attempt, 40)
    tend_attempts()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.ABANDONED
    return attempt


# --- More time, more attempts -----------------------------------------------------------------


def test_extra_time_reaches_an_open_attempt_at_once(staff):
    attempt = make_attempt(QuizFactory(time_limit_minutes=30))
    due = attempt.due_at

    allow_more(attempt.enrolment, attempt.quiz, minutes=15, by=staff, reason="Reads with a screen reader")

    attempt.refresh_from_db()
    assert attempt.due_at == due + timedelta(minutes=15)


def test_extra_time_takes_an_overdue_attempt_back_to_work(staff):
    attempt = make_attempt(QuizFactory(time_limit_minutes=30, grace_minutes=60))
    passed_by(attempt, 31)
    tend_attempts()
    with pytest.raises(AttemptClosed):
        save_response(attempt, 1, ["keya"])

    allow_more(attempt.enrolment, attempt.quiz, minutes=15, by=staff, reason="The fire alarm")

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS
    save_response(attempt, 1, ["keya"])
    assert attempt.events.last().reason == "The fire alarm"


def test_extra_attempts_before_the_first_and_after_the_last(staff):
    quiz = QuizFactory(attempts_allowed=1)
    attempt = make_attempt(quiz)
    submit_attempt(attempt)
    with pytest.raises(NotReady):
        start_attempt(attempt.enrolment)

    allow_more(attempt.enrolment, quiz, attempts=1, by=staff, reason="The page would not load")

    assert start_attempt(attempt.enrolment) != attempt
    early = make_enrolment(quiz)
    allow_more(early, quiz, attempts=1, by=staff, reason="Agreed before")
    for _ in range(2):
        submit_attempt(start_attempt(early))
    with pytest.raises(NotReady):
        start_attempt(early)


def test_a_second_click_gives_nothing_twice(staff):
    attempt = make_attempt(QuizFactory(attempts_allowed=1))
    more = {"attempts": 1, "by": staff, "reason": "Again", "had": (0, 0)}
    allow_more(attempt.enrolment, attempt.quiz, **more)

    with pytest.raises(NotAllowed, match="nothing was added"):
        allow_more(attempt.enrolment, attempt.quiz, **more)
    assert Allowance.objects.get().extra_attempts == 1


@pytest.mark.parametrize("more", [{"minutes": 601}, {"attempts": 21}])
def test_what_is_given_has_a_limit(staff, more):
    attempt = make_attempt()

    with pytest.raises(NotAllowed, match="600 more minutes and 20 more attempts"):
        allow_more(attempt.enrolment, attempt.quiz, by=staff, reason="A slip of the finger", **more)
    assert not Allowance.objects.exists()


def test_those_who_left_the_course_get_nothing_more(staff):
    attempt = abandoned()
    withdraw(attempt.enrolment)

    with pytest.raises(NotAllowed, match="left the course"):
        allow_more(attempt.enrolment, attempt.quiz, minutes=5, by=staff, reason="x")
    with pytest.raises(NotAllowed, match="left the course"):
        reopen_attempt(attempt, by=staff, reason="x")


def test_the_learner_is_told_what_they_have_now(staff, django_capture_on_commit_callbacks):
    attempt = make_attempt(QuizFactory(attempts_allowed=2, time_limit_minutes=30))

    with django_capture_on_commit_callbacks(execute=True):
        allow_more(attempt.enrolment, attempt.quiz, minutes=15, attempts=1, by=staff, reason="Private words")

    (letter,) = mail.outbox
    assert letter.to == [attempt.enrolment.learner.email]
    assert "15 more minutes" in letter.body
    assert "1 more attempt than the usual 2" in letter.body
    assert "Private words" not in letter.body + letter.alternatives[0].content


# --- Opened again, made void -------------------------------------------------------------------


def test_an_abandoned_attempt_goes_on_when_there_is_time(staff, django_capture_on_commit_callbacks):
    attempt = abandoned()
    allow_more(attempt.enrolment, attempt.quiz, minutes=60, by=staff, reason="The internet was down")

    with django_capture_on_commit_callbacks(execute=True):
        reopen_attempt(attempt, by=staff, reason="The internet was down")

    assert attempt.state == AttemptState.IN_PROGRESS
    assert attempt.check_at > timezone.now()
    assert "is open again" in mail.outbox[-1].body
    submit_attempt(attempt)
    assert (attempt.score, attempt.passed) == (100, True)


def test_without_time_left_its_answers_are_handed_in_and_marked(staff, django_capture_on_commit_callbacks):
    attempt = abandoned()

    with django_capture_on_commit_callbacks(execute=True):
        reopen_attempt(attempt, by=staff, reason="Their answers were all there")

    assert (attempt.state, attempt.score, attempt.passed) == (AttemptState.FINISHED, 100, True)
    assert attempt.submitted_at == attempt.due_at
    assert not [letter for letter in mail.outbox if "open again" in letter.body]


def test_only_an_abandoned_attempt_is_opened_and_only_beside_no_other(staff):
    attempt = abandoned()
    start_attempt(attempt.enrolment)

    with pytest.raises(NotAllowed, match="another attempt open"):
        reopen_attempt(attempt, by=staff, reason="x")
    open_one = Attempt.objects.open().get()
    with pytest.raises(NotAllowed, match="not handed in"):
        reopen_attempt(open_one, by=staff, reason="x")


def test_void_counts_for_nothing_and_stays_void(staff):
    quiz = QuizFactory(attempts_allowed=1)
    attempt = make_attempt(quiz)
    answer(attempt, right=4)
    submit_attempt(attempt)

    void_attempt(attempt, by=staff, reason="Somebody else took it")

    assert (attempt.state, attempt.score) == (AttemptState.VOID, 100)
    assert not Attempt.objects.passes().exists()
    assert start_attempt(attempt.enrolment) != attempt
    with pytest.raises(NotAllowed):
        void_attempt(attempt, by=staff, reason="Again")


def test_the_story_tells_every_step_with_who_and_why(staff):
    attempt = abandoned()
    allow_more(attempt.enrolment, attempt.quiz, minutes=60, by=staff, reason="Power cut")
    reopen_attempt(attempt, by=staff, reason="Power cut again")
    submit_attempt(attempt)

    told = [(step.what, step.who, step.why) for step in story_of(attempt)]

    learner = str(attempt.enrolment.learner)
    assert told == [
        ("Started", learner, ""),
        ("Time is up, not handed in", "", ""),
        ("Not handed in", "", ""),
        ("Given: 60 more minutes", "Rosa Staff", "Power cut"),
        ("Opened again", "Rosa Staff", "Power cut again"),
        ("Handed in, not marked yet", learner, ""),
        ("Marked", "", ""),
    ]


# --- The job -------------------------------------------------------------------------------------


def test_one_run_does_all_that_is_due():
    overdue = make_attempt(QuizFactory(time_limit_minutes=30, grace_minutes=60))
    quiz = overdue.quiz
    passed_by(overdue, 31)
    late = start_attempt(make_enrolment(quiz))
    passed_by(late, 100)
    unmarked = start_attempt(make_enrolment(quiz))
    answer(unmarked, right=4)
    now = timezone.now()
    Attempt.objects.filter(pk=unmarked.pk).update(
        state=AttemptState.SUBMITTED, submitted_at=now, check_at=now
    )
    fresh = start_attempt(make_enrolment(quiz))

    tend_attempts_task()

    states = dict(Attempt.objects.values_list("pk", "state"))
    assert states == {
        overdue.pk: AttemptState.OVERDUE,
        late.pk: AttemptState.ABANDONED,
        unmarked.pk: AttemptState.FINISHED,
        fresh.pk: AttemptState.IN_PROGRESS,
    }


def test_without_grace_the_job_hands_in_and_marks():
    attempt = make_attempt(QuizFactory(time_limit_minutes=30))
    answer(attempt, right=4)
    passed_by(attempt, 31)

    tend_attempts_task()

    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.FINISHED, 100)
    assert attempt.submitted_at == attempt.due_at


def test_a_worker_that_dies_before_marking_is_mended_by_the_next_run(monkeypatch):
    attempt = make_attempt()
    answer(attempt, right=4)

    class Killed(BaseException):
        pass

    def die(attempt):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("quizzes.services.mark_attempt", die)
        with pytest.raises(Killed):
            submit_attempt(attempt)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.SUBMITTED, None)

    tend_attempts_task()

    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.FINISHED, 100)


def test_one_attempt_that_fails_stops_no_other(caplog):
    broken = make_attempt()
    sound = start_attempt(make_enrolment(broken.quiz))
    now = timezone.now()
    for minutes, attempt in ((2, broken), (1, sound)):
        Attempt.objects.filter(pk=attempt.pk).update(
            state=AttemptState.SUBMITTED, submitted_at=now, check_at=now - timedelta(minutes=minutes)
        )
    response = broken.responses.get(position=1)
    type(response).objects.filter(pk=response.pk).update(answer=["no such key"])

    tend_attempts_task()

    states = dict(Attempt.objects.values_list("pk", "state"))
    assert states == {broken.pk: AttemptState.SUBMITTED, sound.pk: AttemptState.FINISHED}
    assert f"Attempt {broken.pk} could not be marked" in caplog.text
    assert Attempt.objects.to_tend(timezone.now()).get() == broken, "the next run tries again"


def test_the_job_finds_its_attempts_by_the_index():
    make_attempt()
    explained = Attempt.objects.to_tend(timezone.now())[:500]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a handful of rows is quicker read whole
    assert "attempt_check_at" in explained.explain()


def test_the_job_is_scheduled_every_minute():
    entry = settings.CELERY_BEAT_SCHEDULE["tend-attempts"]
    assert (entry["task"], entry["schedule"]) == (tend_attempts_task.name, timedelta(minutes=1))
