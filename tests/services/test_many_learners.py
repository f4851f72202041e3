"""Two hundred learners at one quiz at the same time, through a real web server with two processes."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string

from certificates.models import Award
from courses.models import ModuleCompletion
from quizzes.models import Attempt, AttemptState, Item, QuizItem
from tests.factories.quizzes import QuizFactory, keep_versions, make_course, make_enrolment
from tests.quizzes.contents import numeric, question, short
from tests.services.at_once import deadlocks

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

LEARNERS = 200
#: Question, what is sent for a right answer and what is kept of it, the same for a wrong one. Nothing is shuffled.
SHEET = [
    (question("single", "a", keys="abc"), {"answer": "1"}, ["a"], {"answer": "3"}, ["c"]),
    (question("multiple", "bc"), {"answer": ["2", "3"]}, ["b", "c"], {"answer": ["1", "4"]}, ["a", "d"]),
    (short("Home Office"), {"answer": "home  office"}, "home office", {"answer": "police"}, "police"),
    (numeric("1250", "5"), {"answer": "1,252"}, "1,252", {"answer": "12"}, "12"),
    (question("truefalse", "b", keys="ab"), {"answer": "2"}, ["b"], {"answer": "1"}, ["a"]),
]


@dataclass
class Browser:
    """One learner, who gets the last `wrong` questions wrong."""

    enrolment: object
    port: int
    session: str
    wrong: int

    def ask(self, method: str, path: str, form: dict | None = None) -> tuple[int, str]:
        """Return status and where it leads."""
        token = _get_new_csrf_string()
        headers = {"Cookie": f"{settings.CSRF_COOKIE_NAME}={token}; {self.session}"}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode((form or {}) | {"csrfmiddlewaretoken": token}, doseq=True)
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, urlsplit(answer.headers.get("Location", "")).path

    def take(self, start: str, together: Barrier) -> list[tuple[int, str]]:
        """Start twice, as an impatient click does, answer everything, hand in twice, look at the result."""
        together.wait(60)
        seen = [self.ask("POST", start), self.ask("POST", start)]
        attempt = seen[0][1].rsplit("/", 2)[0]
        for position, (_, right, _, wrong, _) in enumerate(SHEET, start=1):
            form = wrong if position > len(SHEET) - self.wrong else right
            seen.append(self.ask("POST", f"{attempt}/{position}/", form | {"seen": "0"}))
        seen += [self.ask("POST", f"{attempt}/submit/"), self.ask("POST", f"{attempt}/submit/")]
        seen.append(self.ask("GET", f"{attempt}/result/"))
        return seen


@pytest.fixture
def quiz():
    quiz = QuizFactory(
        course=make_course(modules=1),
        question_count=len(SHEET),
        pass_mark=60,
        shuffle_items=False,
        shuffle_choices=False,
    )
    contents = {f"Q{number}": row[0] for number, row in enumerate(SHEET)}
    keep_versions(quiz.course.course_modules.get().module, contents)
    for order, item in enumerate(Item.objects.order_by("code")):
        QuizItem.objects.create(quiz=quiz, item=item, sort_order=order)
    return quiz


def test_two_hundred_learners_at_once_lose_nothing(site, quiz):
    first = make_enrolment(quiz)
    (done,) = ModuleCompletion.objects.all()
    enrolments = [first, *(make_enrolment(quiz, modules_done=False) for _ in range(LEARNERS - 1))]
    ModuleCompletion.objects.bulk_create(
        ModuleCompletion(enrolment=e, module=done.module, form=done.form, version=done.version)
        for e in enrolments[1:]
    )
    browsers = [
        Browser(enrolment, site.port, site.session_cookie(enrolment.learner), wrong=number % 3)
        for number, enrolment in enumerate(enrolments)
    ]
    before = deadlocks()
    site.env["WEB_PROCESSES"] = "2"
    web = site.start("web")

    together = Barrier(LEARNERS)
    start = f"/quizzes/{quiz.course.slug}/{quiz.slug}/"
    with ThreadPoolExecutor(LEARNERS) as pool:
        seen = list(pool.map(lambda browser: browser.take(start, together), browsers))
    web.stop()

    for pages in seen:
        assert [status for status, _ in pages] == [302] * (len(SHEET) + 4) + [200]
        assert pages[0] == pages[1], "a second click started another attempt"
        assert pages[-2][1].endswith("/result/")
    assert "Traceback" not in web.log.read_text()
    assert deadlocks() == before
    attempts = {a.enrolment_id: a for a in Attempt.objects.prefetch_related("responses", "events")}
    assert Attempt.objects.count() == len(attempts) == LEARNERS
    for browser in browsers:
        check(attempts[browser.enrolment.pk], browser.wrong)
    awards = Award.objects.values_list("enrolment", flat=True)
    assert sorted(awards) == sorted(attempts), "one award each"


def check(attempt: Attempt, wrong: int) -> None:
    """Everything that was sent is there, marked once and rightly."""
    right = len(SHEET) - wrong
    kept = [row[2] for row in SHEET[:right]] + [row[4] for row in SHEET[right:]]
    rows = sorted(attempt.responses.all(), key=lambda r: r.position)
    assert [(r.answer, r.saved_count) for r in rows] == [(answer, 1) for answer in kept]
    assert [r.marks_awarded for r in rows] == [Decimal(1)] * right + [Decimal(0)] * wrong
    assert (attempt.state, attempt.score, attempt.passed) == (AttemptState.FINISHED, right * 20, True)
    assert [event.became for event in attempt.events.all()] == ["inprogress", "submitted", "finished"]
