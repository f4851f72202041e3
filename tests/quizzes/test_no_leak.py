"""Nothing that a learner receives before handing in tells right from wrong.

The questions carry words of their own (tests/factories/every_type.py): what gives a key away begins with HID, keys
begin with zq, and the number that is right is 40713.
"""

import copy
import re
from html import unescape

import pytest
from django.urls import reverse

from library.models import Indicator
from quizzes.models import Attempt, ItemType, ItemVersion, Response
from quizzes.services import start_attempt
from tests.factories.every_type import ANSWERS, PART, quiz_of_every_type
from tests.factories.quizzes import make_enrolment

pytestmark = pytest.mark.django_db
TYPES = ItemType.values
#: Whole words, since a page's tokens may hold any few letters by chance.
WORDS_OF_THE_KEY = r"HID(?:FEEDBACK|WHY|EXPLANATION|SIGN|accepted|partly)|\bzq(?:[a-d1-9]|-[a-z]+-\d)\b"
SECRET = re.compile(
    WORDS_OF_THE_KEY
    + r"|\b4071\d\b|(?<![\d:])40[,.]71\d|is_correct|\bcorrect\b|quality|\bpoor\b|\bpartial|fraction|tolerance|\bshare\b|DEBRIEF|marks_awarded"
)
NOT_MET = re.compile(r"SCENE-(second|detour)|SECOND-|DETOUR-|ENDS-")


@pytest.fixture
def quiz():
    return quiz_of_every_type(
        show_during=[], show_after=["score"], ask_confidence=True, time_limit_minutes=60, attempts_allowed=2
    )


@pytest.fixture
def attempt(quiz):
    return start_attempt(make_enrolment(quiz), quiz)


@pytest.fixture
def learner(client_for, attempt):
    return client_for(attempt.enrolment.learner)


def at(name, *args):
    return reverse(f"quizzes:{name}", args=args)


def received(response) -> str:
    """Everything that reached the browser: body, headers, cookies."""
    body = b"".join(response) if response.streaming else response.content
    return f"{unescape(body.decode())}\n{response.headers}\n{response.cookies.output()}"


def posts_to(page) -> dict:
    """What the form of a question page would send without an answer: its hidden fields."""
    html = page.content.decode()
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', html)
    fields = {re.search(r'name="([^"]*)"', tag).group(1): re.search(r'value="([^"]*)"', tag) for tag in tags}
    fields.pop("csrfmiddlewaretoken", None)
    return {name: value.group(1) if value else "" for name, value in fields.items()}


#: What is no answer, too much, or in the wrong place; and answers that are well formed.
BAD = [
    {},
    {"answer": ""},
    {"answer": "99"},
    {"answer": "zqa"},
    {"answer": ["1", "2", "3", "4"]},
    {"answer": "\x00'\"<b>"},
    {"answer": "1", "confidence": "certain"},
    {"answer": "1", "step": "7"},
    {"answer": "no number", "seen": "x"},
]
GOOD = {
    "matching": {f"pair_{n}": "1" for n in range(1, 4)},
    "short": {"answer": "x"},
    "numeric": {"answer": "5"},
}


def crawl(client, attempt):
    """Yield the answer of every address and form of an open attempt, whatever is sent there."""
    course = attempt.quiz.course
    queue = [at("one", course.slug, attempt.quiz.slug), at("check", attempt.pk), at("result", attempt.pk)]
    queue += [at("quiz", course.slug), reverse("courses:course", args=[course.slug]), "/courses/", "/my/"]
    queue += [at("feedback", attempt.pk, n) for n in range(1, len(TYPES) + 1)]
    visited = set()
    while queue:
        url = queue.pop()
        if url in visited:
            continue
        visited.add(url)
        page = client.get(url)
        yield page
        yield client.head(url)
        yield client.options(url)
        yield client.get(url, headers={"accept": "application/json"})
        yield client.get(url, headers={"hx-request": "true"})
        if re.search(r"/attempts/\d+/\d+/$", url):
            yield from send_everything(client, attempt, url)
        links = re.findall(r'(?:href|action)="(/(?:quizzes|courses|my)/[^"#]*)"', page.content.decode())
        queue += [
            link for link in links if not link.endswith(("/submit/", "/complete/", "/close/", "/start/"))
        ]
    assert {at("question", attempt.pk, n) for n in range(1, len(TYPES) + 1)} <= visited


def send_everything(client, attempt, url):
    position = int(url.rstrip("/").rsplit("/", 1)[1])
    type = TYPES[position - 1]
    hidden = posts_to(client.get(url))
    for bad in BAD:
        if type in ("short", "numeric") and bad.get("answer") == "zqa":
            continue  # a word like any other, which the page gives back
        yield client.post(url, hidden | bad)
    good = GOOD.get(type, {"answer": "1"}) | {"confidence": "sure"}
    yield client.post(url, hidden | good)
    yield client.get(url)
    Response.objects.filter(attempt=attempt, position=position).update(saved_count=7)  # another tab saved
    yield client.post(url, hidden | GOOD.get(type, {"answer": "2"}))


def test_no_page_of_an_open_attempt_tells_right_from_wrong(learner, attempt):
    seen = list(crawl(learner, attempt))

    for response in seen:
        found = SECRET.search(received(response))
        assert not found, (response.request["PATH_INFO"], response.request["REQUEST_METHOD"], found)
    assert not SECRET.search(learner.cookies.output())
    assert Attempt.objects.get().is_open
    statuses = {response.status_code for response in seen}
    assert statuses <= {200, 302, 405}


def test_every_question_can_be_read_and_answered(learner, attempt):
    """The crawl above would prove nothing if the questions were not there."""
    for position, type in enumerate(TYPES, start=1):
        html = learner.get(at("question", attempt.pk, position)).content.decode()
        assert f"Stem of Q-{type}?" in html
        shown = {"short": 'name="answer"', "numeric": 'name="answer"', "branching": "START-x"}
        assert shown.get(type, f"TEXT-{type}-a") in html


def test_a_story_tells_nothing_of_what_lies_ahead_nor_of_what_was_best(learner, attempt):
    position = TYPES.index("branching") + 1
    url = at("question", attempt.pk, position)
    page = learner.get(url)
    assert not NOT_MET.search(received(page))
    for _ in range(4):
        if "ENDS-" in page.content.decode():
            break
        place = re.search(r'type="radio" value="(\d)"', page.content.decode()).group(1)
        page = learner.post(url, posts_to(page) | {"answer": place}, follow=True)
        if "Your way so far" not in page.content.decode():
            page = learner.get(url)
        assert not SECRET.search(received(page))
    html = page.content.decode()
    assert "ENDS-" in html
    met = {node for node, _ in attempt.responses.get(position=position).answer}
    for node in {"start", "second", "detour"} - met:
        assert f"SCENE-{node}" not in html


# --- Twins: the same question with another key looks the same ------------------------------------------


def _other_choices(data: dict) -> None:
    """Let the last answer be right, and move shares, feedback and signs along."""
    rows = data["choices"]
    parts = [{k: row[k] for k in ("is_correct", "share", "feedback", "indicator")} for row in rows]
    for row, part in zip(rows, parts[1:] + parts[:1], strict=True):
        row |= part


def _other_pairs(data: dict) -> None:
    rows = [row for row in data["choices"] if row["text"]]
    matches = [row["match"] for row in rows]
    for row, match in zip(rows, matches[1:] + matches[:1], strict=True):
        row["match"] = match


def _other_order(data: dict) -> None:
    data["choices"].reverse()


def _other_typed(data: dict) -> None:
    data["choices"] = [
        data["choices"][0] | {"text": "12", "tolerance": "3", "feedback": "other", "is_correct": True}
    ]


def _other_story(data: dict) -> None:
    for node in data["story"]["nodes"]:
        choices = node["choices"]
        parts = [{k: choice[k] for k in ("quality", "why", "next")} for choice in choices]
        for choice, part in zip(choices, parts[1:] + parts[:1], strict=True):
            choice |= part


OTHER_KEY = {
    "matching": _other_pairs,
    "ordering": _other_order,
    "short": _other_typed,
    "numeric": _other_typed,
    "branching": _other_story,
}


def change_key(response: Response) -> None:
    """Give the same question, as it was drawn, another key: only what marks an answer changes."""
    version = response.version
    data = copy.deepcopy(version.data) | {"explanation": "other"}
    halves = {row["key"]: row["match"] for row in data["choices"]}
    OTHER_KEY.get(data["type"], _other_choices)(data)
    assert data != version.data
    if response.half_order:  # the same halves in the same order on the page
        keys = {row["match"]: row["key"] for row in data["choices"]}
        response.half_order = [keys[halves[key]] for key in response.half_order]
        response.save()
    ItemVersion.objects.filter(pk=version.pk).update(data=data)


VARIES = {"Content-Length", "Content-Security-Policy", "Expires"}


def bare(page) -> str:
    """The page without what differs from one request to the next."""
    html = page.content.decode()
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    html = re.sub(r'nonce="[^"]*"', "", html)
    html = re.sub(
        r"\d+ minutes?( and)?|\d+ seconds?|data-[a-z-]*(left|seconds|due)[a-z-]*=\"[^\"]*\"", "", html
    )
    return html + str({k: v for k, v in page.headers.items() if k not in VARIES})


def pages(client, attempt, position) -> list[str]:
    url = at("question", attempt.pk, position)
    blank = {"answer": None, "answered_at": None, "saved_count": 0, "confidence": "", "is_final": False}
    Response.objects.filter(attempt=attempt, position=position).update(**blank)
    hidden = posts_to(client.get(url))
    got = [client.get(url), client.post(url, hidden), client.post(url, hidden | {"answer": "77"})]
    got += [client.get(at("check", attempt.pk)), client.get(at("feedback", attempt.pk, position))]
    return [bare(page) for page in got]


@pytest.mark.parametrize("type", TYPES)
def test_another_key_makes_no_difference_to_a_page(client_for, type):
    quiz = quiz_of_every_type([type], shuffle_choices=True)
    attempt = start_attempt(make_enrolment(quiz), quiz)
    client = client_for(attempt.enrolment.learner)
    before = pages(client, attempt, 1)

    change_key(attempt.responses.select_related("version").get())

    assert pages(client, attempt, 1) == before


@pytest.mark.parametrize(
    "type", [type for type in TYPES if type not in ("short", "numeric", "branching", "matching")]
)
def test_answers_look_alike_apart_from_their_words(client_for, type):
    """The markup of one answer differs from that of another by its place, its words and nothing else."""
    quiz = quiz_of_every_type([type])
    attempt = start_attempt(make_enrolment(quiz), quiz)
    html = client_for(attempt.enrolment.learner).get(at("question", attempt.pk, 1)).content.decode()

    inputs = re.findall(r'<input class="[^"]*"[^>]*(?:radio|checkbox)[^>]*>', html)
    inputs = [tag for tag in inputs if 'name="answer"' in tag]
    alike = {re.sub(r'id="[^"]*"|value="\d+"', "", tag) for tag in inputs}

    assert len(alike) == (0 if type == "ordering" else 1)


@pytest.mark.parametrize("items", [2, 3])
def test_an_order_is_not_given_away_by_the_order_at_the_start(items, client_for):
    """Of two items it may start either way: if it were always wrong, turning it round would always be right."""
    quiz = quiz_of_every_type(["ordering"])
    version = ItemVersion.objects.get()
    version.data["choices"] = version.data["choices"][:items]
    version.save()
    starts = set()
    for _ in range(60):
        attempt = start_attempt(make_enrolment(quiz), quiz)
        starts.add(tuple(attempt.responses.get().choice_order))
    assert len(starts) == (2 if items == 2 else 5)


# --- Elsewhere on the site ------------------------------------------------------------------------------


def test_no_other_page_holds_anything_of_a_question(learner, client, attempt):
    course = attempt.quiz.course
    addresses = [
        "/",
        "/courses/",
        f"/courses/{course.slug}/",
        *[f"/courses/{course.slug}/{place.module.slug}/" for place in course.course_modules.all()],
        "/indicators/?q=TEXT",
        "/indicators/?q=Stem",
        "/search/?q=TEXT",
        "/api/v2/pages/",
        "/sitemap.xml",
        "/help/",
        "/my/",
        "/my/cpd/",
        "/cms/",
        "/cms/snippets/quizzes/item/",
        f"/cms/snippets/quizzes/item/edit/{attempt.responses.first().version.item_id}/",
        "/django-admin/quizzes/item/",
        "/trainer/",
        *[sign.get_absolute_url() for sign in Indicator.objects.all()],
    ]
    # The library may name its own signs.
    words = re.compile(WORDS_OF_THE_KEY.replace("|SIGN", "") + r"|TEXT-|Stem of|\b40713\b")
    for browser in (learner, client):
        for address in addresses:
            page = browser.get(address)
            assert not words.search(received(page)), address


def test_the_download_of_ones_own_data_holds_no_key(learner, attempt):
    Response.objects.filter(attempt=attempt, position=1).update(answer=ANSWERS[TYPES[0]][PART])

    page = learner.get("/my/account/data/")

    assert "Stem of Q-single?" in page.content.decode()
    assert not re.search(WORDS_OF_THE_KEY + r"|\b40713\b|is_correct", page.content.decode())
