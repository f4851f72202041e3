"""Attempts driven through random events: two tabs, staff, the job, a clock that jumps and marking that fails.

The model beside the machine knows what was acknowledged; what must always hold is checked after every step.
The rules that it checks are written anew here, without the help of quizzes.states and quizzes.life.

ATTEMPT_MACHINE_EXAMPLES=2000 makes it run longer than in the suite.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from courses.signals import progress_changed
from quizzes import services
from quizzes.life import NotAllowed
from quizzes.marking import NotOffered, clean_answer, mark
from quizzes.models import (
    Allowance,
    Attempt,
    AttemptEvent,
    AttemptState,
    Item,
    QuizItem,
    Response,
    ScoreChange,
)
from quizzes.services import (
    AttemptClosed,
    NotReady,
    StaleAnswer,
    bring_up_to_date,
    save_response,
    start_attempt,
    submit_attempt,
    tend_attempts,
)
from quizzes.staff import allow_more, reopen_attempt, void_attempt
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import QuizFactory, keep_versions, make_course, make_enrolment
from tests.quizzes.contents import matching, ordering, question, short, story, with_shares

#: Making a failure short takes minutes: ask for it.
PHASES = [Phase.generate, Phase.shrink] if os.environ.get("ATTEMPT_MACHINE_SHRINK") else [Phase.generate]
S = AttemptState
ALLOWANCE = timedelta(seconds=30)
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
FURTHEST_BACK = timedelta(seconds=20)
LEGAL = {
    ("", S.IN_PROGRESS),
    (S.IN_PROGRESS, S.SUBMITTED), (S.IN_PROGRESS, S.OVERDUE), (S.IN_PROGRESS, S.ABANDONED),
    (S.OVERDUE, S.SUBMITTED), (S.OVERDUE, S.ABANDONED), (S.OVERDUE, S.IN_PROGRESS),
    (S.SUBMITTED, S.FINISHED),
    (S.ABANDONED, S.IN_PROGRESS), (S.ABANDONED, S.SUBMITTED),
    (S.IN_PROGRESS, S.VOID), (S.OVERDUE, S.VOID), (S.SUBMITTED, S.VOID), (S.ABANDONED, S.VOID), (S.FINISHED, S.VOID),
}  # fmt: skip
FINAL = {S.FINISHED, S.ABANDONED, S.VOID}
QUESTIONS = {
    "ONE": question("single", "b"),
    "MANY": question("multiple", "ac", mode="eachdecision"),
    "SHARES": with_shares("multiple", {"a": "33.33333", "b": "66.66667", "c": -50}),
    "PAIRS": matching("cat=meow", "dog=bark", "=moo"),
    "ORDER": ordering("abc"),
    "WORDS": short("debt*bondage"),
    "STORY": story(),
}
ANSWERS = {
    "ONE": [["a"], ["b"]],
    "MANY": [["a", "c"], ["c", "b"], ["d"]],
    "SHARES": [["a"], ["a", "b"], ["b", "c"]],
    "PAIRS": [{"a": "a"}, {"a": "a", "b": "b"}, {"b": "c"}],
    "ORDER": [["a", "b", "c"], ["c", "b", "a"]],
    "WORDS": ["debt bondage", "no idea"],
    "STORY": [[["start", "g"]], [["start", "g"], ["next", "b"]], [["start", "b"]], [["start", "b"], ["detour", "g"]]],
}  # fmt: skip
JUNK = [["x"], "x" * 500, {"x": "y"}, [["x"]], 7]


class Clock:
    now = BEGIN


class Broken(Exception):
    """Marking that fails, on purpose."""


@dataclass
class Kept:
    """What the learner was told of one question: the answer kept, how often, how sure."""

    answer: object = None
    count: int = 0
    confidence: str = ""


@dataclass
class Tab:
    """A page that was drawn some time ago. seen: position -> saved_count."""

    attempt: Attempt
    seen: dict[int, int]


@dataclass
class Scene:
    quiz: object
    enrolment: object
    trainer: object
    failures: dict[str, int] = field(default_factory=dict)


class AttemptMachine(RuleBasedStateMachine):
    scene: Scene

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        Clock.now = BEGIN
        self.scene.failures.clear()
        self.kept: dict[int, dict[int, Kept]] = {}
        self.codes: dict[int, dict[int, str]] = {}
        self.results: dict[int, tuple] = {}
        self.told: dict[int, list] = {}
        self.tabs: dict[str, Tab] = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(
        rules=st.fixed_dictionaries(
            {
                "time_limit_minutes": st.sampled_from([0, 10]),
                "grace_minutes": st.sampled_from([0, 5]),
                "abandon_after_days": st.sampled_from([0, 2]),
                "closes_at": st.sampled_from([None, BEGIN + timedelta(minutes=25)]),
                "attempts_allowed": st.sampled_from([0, 2]),
                "delay_minutes": st.sampled_from([0, 15]),
                "show_during": st.sampled_from([[], ["correctness"]]),
                "outcome_minimum": st.sampled_from([0, 60]),
                "pass_mark": st.sampled_from([1, 50, 100]),
            }
        )
    )
    def settle(self, rules):
        for name, value in rules.items():
            setattr(self.quiz, name, value)
        self.quiz.save()
        self.start("A")
        self.start("B")

    @property
    def quiz(self):
        return self.scene.quiz

    def attempts(self):
        return Attempt.objects.order_by("pk")

    def pick(self, data) -> Attempt:
        """Any attempt, the later the likelier, as a page that is old by now knows it."""
        pks = sorted(self.kept, reverse=True)
        return Attempt(pk=data.draw(st.sampled_from(pks)), enrolment=self.scene.enrolment, quiz=self.quiz)

    # the learner, in two tabs

    @rule(name=st.sampled_from("AB"))
    def start(self, name):
        others = self.attempts().exclude(state=S.VOID)
        try:
            attempt = start_attempt(self.scene.enrolment, self.quiz, rng=Random(len(self.kept)))
        except NotReady:
            ended = others.exclude(state__in=[S.IN_PROGRESS, S.OVERDUE])
            extra = Allowance.objects.filter(quiz=self.quiz).first()
            allowed = self.quiz.attempts_allowed + (extra.extra_attempts if extra else 0)
            last = max((a.submitted_at for a in ended if a.submitted_at), default=None)
            assert (
                (self.quiz.closes_at and Clock.now >= self.quiz.closes_at)
                or (self.quiz.attempts_allowed and ended.count() >= allowed)
                or (last and Clock.now < last + timedelta(minutes=self.quiz.delay_minutes))
            ), "refused for no reason"
            return
        if attempt.pk not in self.kept:
            assert not (self.quiz.closes_at and Clock.now >= self.quiz.closes_at)
            if self.quiz.attempts_allowed:
                extra = Allowance.objects.filter(quiz=self.quiz).first()
                allowed = self.quiz.attempts_allowed + (extra.extra_attempts if extra else 0)
                assert others.count() <= allowed
            rows = list(attempt.responses.select_related("version__item"))
            assert sorted(row.version.item.code for row in rows) == sorted(QUESTIONS)
            self.kept[attempt.pk] = {row.position: Kept() for row in rows}
            self.codes[attempt.pk] = {row.position: row.version.item.code for row in rows}
        self._draw_page(name, attempt)

    def _draw_page(self, name, attempt):
        seen = dict(Response.objects.filter(attempt=attempt).values_list("position", "saved_count"))
        self.tabs[name] = Tab(Attempt(pk=attempt.pk, enrolment=attempt.enrolment, quiz=self.quiz), seen)

    @rule(name=st.sampled_from("AB"), data=st.data())
    def look(self, name, data):
        """Another device, or a page loaded again, finds what was kept and brings the clock up to date."""
        attempt = bring_up_to_date(Attempt.objects.get(pk=self.pick(data).pk))
        self._draw_page(name, attempt)

    @rule(data=st.data(), sure=st.sampled_from(["", "sure", "guessing", "nonsense"]))
    def save(self, data, sure):
        self._save(data, lambda code: st.sampled_from(ANSWERS[code]), sure, True)

    @rule(data=st.data())
    def save_several(self, data):
        for _ in range(3):
            self._save(data, lambda code: st.sampled_from(ANSWERS[code]), "", True)

    @rule(data=st.data())
    def save_without_looking(self, data):
        self._save(data, lambda code: st.sampled_from(ANSWERS[code]), "", False)

    @rule(data=st.data())
    def clear_or_send_junk(self, data):
        self._save(data, lambda code: st.sampled_from([None, "", *JUNK]), "sure", True)

    def _save(self, data, choose, sure, careful):
        tab = self.tabs[data.draw(st.sampled_from(sorted(self.tabs)))]
        pk = tab.attempt.pk
        position = data.draw(st.sampled_from(sorted(tab.seen)))
        code, kept = self.codes[pk][position], self.kept[pk][position]
        answer = data.draw(choose(code))
        before, row = Attempt.objects.get(pk=pk), Response.objects.get(attempt=pk, position=position)
        over = before.state != S.IN_PROGRESS or self._is_over(before)
        kept_way = (kept.answer or []) if code == "STORY" else []
        goes_back = bool(kept_way) and answer not in JUNK and (answer or [])[: len(kept_way)] != kept_way
        try:
            saved = save_response(
                tab.attempt, position, answer, confidence=sure, seen=tab.seen[position] if careful else None
            )
        except AttemptClosed:
            assert over or row.is_final or goes_back
            return
        except StaleAnswer:
            assert careful
            assert tab.seen[position] != kept.count
            return
        except NotOffered:
            assert answer in JUNK
            return
        assert not over, "an answer was taken after the end"
        assert not row.is_final
        assert not goes_back
        assert not careful or tab.seen[position] == kept.count
        clean = clean_answer(QUESTIONS[code], answer)
        kept.answer, kept.count = clean, kept.count + 1
        kept.confidence = sure if clean and sure != "nonsense" else ""
        tab.seen[position] = kept.count
        assert saved.saved_count == kept.count
        if self.quiz.show_during and clean and code not in ("PAIRS", "STORY"):
            assert saved.is_final

    def _is_over(self, attempt) -> bool:
        moment = self._moment(attempt)
        return bool(moment and Clock.now >= moment)

    def _moment(self, attempt) -> datetime | None:
        """When the clock next moves an attempt in progress or overdue, if ever."""
        due = attempt.due_at
        if attempt.state == S.OVERDUE:
            return due + timedelta(minutes=self.quiz.grace_minutes) + ALLOWANCE
        moments = [due + ALLOWANCE] if due else []
        if self.quiz.abandon_after_days:
            seen = [attempt.started_at, *attempt.events.values_list("at", flat=True)]
            seen += attempt.responses.exclude(answered_at=None).values_list("answered_at", flat=True)
            moments.append(max(seen) + timedelta(days=self.quiz.abandon_after_days))
        return min(moments, default=None)

    @rule(data=st.data(), twice=st.booleans())
    def submit(self, data, twice):
        attempt = self.pick(data)
        failing = bool(self.scene.failures)
        submit_attempt(attempt)
        assert not attempt.is_open
        if not failing:
            assert attempt.state != S.SUBMITTED, "handed in and not marked"
        if twice:
            submit_attempt(attempt)

    # time, the job and failures

    @rule(
        delta=st.sampled_from(
            [
                timedelta(seconds=1),
                timedelta(seconds=29),
                timedelta(minutes=1),
                timedelta(minutes=5),
                timedelta(minutes=10),
                timedelta(minutes=16),
                timedelta(days=1),
                timedelta(days=2, seconds=1),
            ]
        )
    )
    def time_passes(self, delta):
        Clock.now += delta

    @rule(seconds=st.integers(1, int(FURTHEST_BACK.total_seconds())))
    def clock_is_put_back(self, seconds):
        Clock.now -= timedelta(seconds=seconds)

    @precondition(lambda self: self.quiz.time_limit_minutes or self.quiz.closes_at)
    @rule(data=st.data(), seconds=st.sampled_from([-1, 0, 29, 30, 31]))
    def time_comes_close_to_the_end(self, data, seconds):
        due = data.draw(st.sampled_from([a.due_at for a in self.attempts() if a.due_at]))
        Clock.now = max(Clock.now, due + timedelta(seconds=seconds))

    @rule()
    def job(self):
        failing = bool(self.scene.failures)
        tend_attempts()
        if not failing:
            assert not Attempt.objects.filter(check_at__lte=Clock.now).exists(), "the job left work undone"
            for attempt in self.attempts().filter(state__in=[S.IN_PROGRESS, S.OVERDUE]):
                assert not self._is_over(attempt), "the job missed an attempt"

    @rule(where=st.sampled_from(["score", "announcement"]))
    def marking_will_fail_once(self, where):
        self.scene.failures[where] = 1

    # staff

    @rule(minutes=st.sampled_from([0, 10]), attempts=st.sampled_from([0, 1]))
    def allow_more(self, minutes, attempts):
        was = {a.pk: a.due_at for a in self.attempts()}
        allow_more(
            self.scene.enrolment,
            self.quiz,
            minutes=minutes,
            attempts=attempts,
            by=self.scene.trainer,
            reason="slow reader",
        )
        for attempt in self.attempts():
            assert not was[attempt.pk] or attempt.due_at >= was[attempt.pk]

    @rule(data=st.data())
    def reopen(self, data):
        attempt = self.pick(data)
        was = Attempt.objects.get(pk=attempt.pk)
        others_open = self.attempts().open().exclude(pk=attempt.pk).exists()
        try:
            reopen_attempt(attempt, by=self.scene.trainer, reason="was ill")
        except NotAllowed:
            assert was.state != S.ABANDONED or others_open
        else:
            assert was.state == S.ABANDONED
            assert not others_open
            assert attempt.events.last().reason in ("was ill", "")

    @rule(data=st.data(), decision=st.integers(0, 4))
    def void(self, data, decision):
        if decision != 4:  # it ends everything, so it is rare
            return
        attempt = self.pick(data)
        was = Attempt.objects.get(pk=attempt.pk).state
        try:
            void_attempt(attempt, by=self.scene.trainer, reason="wrong person")
        except NotAllowed:
            assert was == S.VOID
        else:
            assert was != S.VOID

    # what always holds

    @invariant()
    def every_attempt_is_in_order(self):
        attempts = list(self.attempts())
        assert {a.pk for a in attempts} == set(self.kept), "an attempt that nobody knows of"
        assert sum(a.state in (S.IN_PROGRESS, S.OVERDUE) for a in attempts) <= 1, "two attempts are open"
        for attempt in attempts:
            self._check_times(attempt)
        self._check_answers()
        self._check_events(attempts)
        self._check_results(attempts)

    def _check_times(self, attempt):
        if attempt.state in FINAL:
            assert attempt.check_at is None
        elif attempt.state == S.SUBMITTED:
            assert attempt.check_at <= Clock.now + FURTHEST_BACK * 100
        else:
            moment = self._moment(attempt)
            assert (attempt.check_at is None) == (moment is None)
            assert moment is None or attempt.check_at <= moment, "the job would come too late"
        if attempt.submitted_at and attempt.due_at:
            grace = timedelta(minutes=self.quiz.grace_minutes)
            assert attempt.submitted_at < attempt.due_at + grace + ALLOWANCE
        if attempt.state in (S.SUBMITTED, S.FINISHED):
            assert attempt.submitted_at
        if self.quiz.time_limit_minutes or self.quiz.closes_at:
            own = Allowance.objects.filter(quiz=self.quiz).first()
            minutes = self.quiz.time_limit_minutes + (own.extra_minutes if own else 0)
            ends = [attempt.started_at + timedelta(minutes=minutes)] if self.quiz.time_limit_minutes else []
            ends += [self.quiz.closes_at] if self.quiz.closes_at else []
            if attempt.is_open:
                assert attempt.due_at == min(ends)
        else:
            assert attempt.due_at is None

    def _check_answers(self):
        found = {
            (r.attempt_id, r.position): Kept(r.answer, r.saved_count, r.confidence)
            for r in Response.objects.all()
        }
        expected = {(pk, place): kept for pk, rows in self.kept.items() for place, kept in rows.items()}
        assert found == expected, "an answer was lost or changed"

    def _check_events(self, attempts):
        events = {a.pk: [] for a in attempts}
        for event in AttemptEvent.objects.order_by("pk"):
            events[event.attempt_id].append((event.was, event.became, event.at, event.actor_id, event.reason))
        for attempt in attempts:
            rows, before = events[attempt.pk], self.told.get(attempt.pk, [])
            assert rows[: len(before)] == before, "what was recorded has changed"
            self.told[attempt.pk] = rows
            assert all((was, became) in LEGAL for was, became, *_ in rows)
            assert [was for was, *_ in rows] == ["", *(became for _, became, *_ in rows[:-1])]
            assert rows[-1][1] == attempt.state
            for _, became, _, actor, reason in rows:
                assert became != S.VOID or (actor == self.scene.trainer.pk and reason)

    def _check_results(self, attempts):
        for attempt in attempts:
            result = (attempt.score, attempt.passed, attempt.submitted_at)
            if attempt.pk in self.results:
                changed = ScoreChange.objects.filter(attempt=attempt).exists()
                assert changed or result == self.results[attempt.pk], "a score changed by itself"
            elif attempt.state == S.FINISHED:
                assert None not in result
                exact = self._share(attempt)
                assert attempt.score <= 100 * exact < attempt.score + Decimal("0.01")
                least = attempt.outcome_minimum  # every question serves the same one
                assert attempt.passed == (100 * exact >= max(attempt.pass_mark, least))
                assert not attempt.responses.filter(marks_awarded=None).exists()
                self.results[attempt.pk] = result
            else:
                assert (attempt.score, attempt.passed) == (None, None)
                assert not attempt.responses.exclude(marks_awarded=None).exists(), "marked by half"

    def _share(self, attempt) -> Fraction:
        codes, kept = self.codes[attempt.pk], self.kept[attempt.pk]
        return sum(mark(QUESTIONS[codes[n]], kept[n].answer) for n in kept) / Fraction(len(kept))


@pytest.fixture
def scene(db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    quiz = QuizFactory(course=make_course(modules=1), question_count=len(QUESTIONS))
    contents = {code: c.model_copy(update={"outcomes": ("LO1",)}) for code, c in QUESTIONS.items()}
    keep_versions(quiz.course.course_modules.get().module, contents)
    for item in Item.objects.all():
        QuizItem.objects.create(quiz=quiz, item=item)
    with failing_on_demand(monkeypatch) as failures:
        yield Scene(quiz, make_enrolment(quiz), UserFactory(), failures)


@contextmanager
def failing_on_demand(monkeypatch):
    failures: dict[str, int] = {}

    def fail(where):
        if failures.pop(where, 0):
            raise Broken(where)

    def score_of(*args, original=services.score_of):
        fail("score")
        return original(*args)

    def announce(**kwargs):
        fail("announcement")

    monkeypatch.setattr(services, "score_of", score_of)
    monkeypatch.setattr(services.logger, "exception", lambda *args: None)
    progress_changed.connect(announce)
    yield failures
    progress_changed.disconnect(announce)


def test_attempts_keep_their_promises_whatever_happens(scene):
    machine = type("BoundMachine", (AttemptMachine,), {"scene": scene})
    examples = int(os.environ.get("ATTEMPT_MACHINE_EXAMPLES", "0"))
    run_machine(
        machine,
        settings=settings(
            max_examples=examples or 20,
            stateful_step_count=50 if examples else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=PHASES,
        ),
    )
