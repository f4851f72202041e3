"""The item analysis of ten thousand attempts at thirty questions, against reading the same rows and no more."""

import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.answers import fill, make_quiz
from courses.models import CourseModule
from quizzes.analysis import quiz_report
from quizzes.models import Quiz, QuizKind, Response

LEARNERS, ITEMS, ROUNDS = 10_000, 30, 3


def measure_analysis(report: Callable[..., None]) -> None:
    """Report seconds, megabytes and queries.

    analysis.seconds  wall time of a report that is in no cache; floor: a bare values_list of the answers' marks.
    analysis.memory   most that Python held at once, MB; floor: the budget, 200.  analysis.rss: growth of the process.
    analysis.queries  floor: the budget, 8.
    """
    quiz = _quiz()
    fill(quiz, LEARNERS)
    spent, floors = [], []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(ROUNDS):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            spent.append(_seconds(lambda: quiz_report(quiz)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    for _ in range(ROUNDS):
        floors.append(_seconds(lambda: _bare(quiz)))
    value, floor = statistics.median(spent), statistics.median(floors)
    report("analysis.seconds", value, "s", floor, value / floor, LEARNERS)
    report("analysis.queries", len(queries), "queries", 8, len(queries) / 8, LEARNERS)
    cache.clear()
    tracemalloc.start()
    quiz_report(quiz)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    report("analysis.memory", peak, "MB", 200, peak / 200, LEARNERS)
    report("analysis.rss", grown, "MB", 200, grown / 200, LEARNERS)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _bare(quiz: Quiz) -> int:
    rows = Response.objects.filter(attempt__quiz=quiz).order_by()
    return sum(
        1 for _ in rows.values_list("attempt_id", "version_id", "marks_awarded").iterator(chunk_size=5000)
    )


def _quiz() -> Quiz:
    """A check of a module that has none yet."""
    taken = Quiz.objects.filter(kind=QuizKind.CHECK).values_list("course_id", "module_id")
    places = CourseModule.objects.select_related("course", "module").order_by("pk")
    place = next(place for place in places if (place.course_id, place.module_id) not in set(taken))
    return make_quiz(place.course, place.module, ITEMS)
