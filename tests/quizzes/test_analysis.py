"""The analysis of a quiz: which attempts count, what is told and what is kept back, what it says in words."""

import csv
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from quizzes.analysis import ENOUGH, quiz_report
from quizzes.answer_tables import SAME_WORDS, Tally, answer_tables
from quizzes.bank import publish_item
from quizzes.chosen import Which
from quizzes.content import (
    ChoiceContent,
    DecisionContent,
    EndingContent,
    ItemContent,
    ItemType,
    NodeContent,
    StoryContent,
)
from quizzes.models import AttemptState, Credit, Item, Response
from quizzes.staff import void_attempt
from quizzes.statistics import item_numbers
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.answers import keep_attempts, make_people
from tests.factories.quizzes import QuizFactory, make_item

pytestmark = pytest.mark.django_db
QUIZ_PAGE = 13
RIGHT, WRONG, OTHER, BLANK = ["keya"], ["keyb"], ["keyc"], None


@pytest.fixture
def quiz():
    """Three questions whose right answer is keya."""
    quiz = QuizFactory()
    module = quiz.course.course_modules.first().module
    for code in ("Q1", "Q2", "Q3"):
        make_item(module, code)
    return quiz


def sheet(first=RIGHT, second=RIGHT, third=RIGHT) -> dict:
    return {"Q1": first, "Q2": second, "Q3": third}


#: Ten people of each kind: the better, the more right.
USUAL = [sheet(), sheet(third=WRONG), sheet(second=WRONG, third=OTHER), sheet(WRONG, WRONG, WRONG)] * 10


def question(report, code):
    return next(question for question in report.questions if question.code == code)


def titles(report, code) -> list[str]:
    return [flag.title for flag in question(report, code).flags]


# --- Numbers ---------------------------------------------------------------------------------


def test_each_question_is_measured_against_the_rest(quiz):
    """Q1: right are 30 of 40, who have 2, 1 and 0 of the other two right, ten each; the wrong ones have none."""
    keep_attempts(quiz, USUAL)

    report = quiz_report(quiz)

    first = question(report, "Q1").numbers
    assert first == item_numbers({(100, 100): 10, (100, 50): 10, (100, 0): 10, (0, 0): 10}, 100)
    assert (first.n, first.facility) == (40, 75)
    assert report.scores.mean == pytest.approx(50)
    assert report.is_fixed
    assert report.reliability.consistency == pytest.approx(75)


def test_weights_show_where_everybody_has_the_same_questions(quiz):
    keep_attempts(quiz, USUAL)

    report = quiz_report(quiz)

    weights = [q.effective_weight for q in report.questions]
    assert sum(weights) == pytest.approx(100)
    assert weights[1] > weights[0] == pytest.approx(weights[2])
    assert [q.intended_weight for q in report.questions] == [pytest.approx(100 / 3)] * 3


def test_drawn_questions_are_measured_in_their_own_attempts_and_compared_by_place(quiz):
    one, two = {"Q1": RIGHT, "Q2": RIGHT}, {"Q2": WRONG, "Q3": RIGHT}
    keep_attempts(quiz, [one] * 30 + [two] * 30 + [{"Q1": WRONG, "Q2": WRONG}] * 5)

    report = quiz_report(quiz)

    assert {q.code: (q.n, round(q.facility)) for q in report.questions} == {
        "Q1": (35, 86),
        "Q2": (65, 46),
        "Q3": (30, 100),
    }
    assert question(report, "Q1").numbers.discrimination == pytest.approx(100)
    assert {q.effective_weight for q in report.questions} == {None}
    assert (report.is_fixed, report.is_comparable) == (False, True)
    assert report.reliability.consistency is not None


def test_attempts_of_different_length_have_no_consistency_and_the_weights_are_told(quiz):
    keep_attempts(quiz, [sheet()] * 30 + [{"Q1": RIGHT, "Q2": WRONG}] * 30)

    report = quiz_report(quiz)

    assert (report.is_fixed, report.is_comparable, report.reliability.consistency) == (False, False, None)
    assert "Different weights" in titles(report, "Q1")
    assert "Different weights" not in titles(report, "Q3")


def test_below_thirty_attempts_only_their_number_is_told(quiz):
    keep_attempts(quiz, [sheet()] * (ENOUGH - 1))

    report = quiz_report(quiz)

    assert (report.n, report.missing, report.is_enough, report.scores) == (29, 1, False, None)
    told = {(q.n, q.facility, q.numbers, q.effective_weight, q.sectors, q.flags) for q in report.questions}
    assert told == {(29, None, None, None, (), ())}
    assert {version.tables for q in report.questions for version in q.versions} == {()}


def test_a_quiz_that_nobody_finished_is_empty(quiz):
    assert (quiz_report(quiz).n, quiz_report(quiz).questions) == (0, ())


def test_versions_are_told_apart_and_words_rest_on_the_newest_with_enough(quiz):
    """The old key was wrong: better learners chose keyb."""
    keep_attempts(quiz, [sheet(WRONG), sheet(WRONG), sheet(RIGHT, WRONG, WRONG)] * 10)
    assert "Better learners get this wrong: check the key" in titles(quiz_report(quiz), "Q1")
    item = Item.objects.get(code="Q1")
    for choice in item.choices.all():
        choice.is_correct = choice.key == "keyb"
        choice.save()
    publish_item(Item.objects.get(code="Q1"))
    keep_attempts(quiz, [sheet(WRONG), sheet(WRONG), sheet(RIGHT, WRONG, WRONG)] * 10)

    found = question(quiz_report(quiz), "Q1")

    assert [(v.number, v.n, round(v.numbers.facility)) for v in found.versions] == [(2, 30, 67), (1, 30, 33)]
    assert found.n == 60
    assert not [flag for flag in found.flags if flag.is_serious]


# --- Which attempts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "facility", "n"), [("first", 0, 40), ("best", 100, 40), ("last", 50, 40), ("all", 50, 120)]
)
def test_which_attempts_count(quiz, which, facility, n):
    """Everybody is wrong first and all right then; the third time half of them are right."""
    first = keep_attempts(quiz, [sheet(WRONG, WRONG)] * 40)
    people = [attempt.enrolment for attempt in first]
    keep_attempts(quiz, [sheet()] * 40, enrolments=people)
    keep_attempts(quiz, [sheet(WRONG), sheet(RIGHT, WRONG)] * 20, enrolments=people)

    found = question(quiz_report(quiz, which), "Q1")

    assert (round(found.numbers.facility), found.n) == (facility, n)


def test_the_first_attempt_is_the_persons_and_not_the_enrolments(quiz):
    """Who left the course and started it again has met the questions."""
    before = keep_attempts(quiz, [sheet(WRONG)] * 30)
    for attempt in before:
        attempt.enrolment.withdrawn_at = attempt.submitted_at
        attempt.enrolment.save()
    again = [
        type(a.enrolment).objects.create(learner=a.enrolment.learner, course=quiz.course) for a in before
    ]
    keep_attempts(quiz, [sheet()] * 30, enrolments=again)

    assert question(quiz_report(quiz), "Q1").numbers.facility == 0


@pytest.mark.parametrize("state", [s for s in AttemptState if s != AttemptState.FINISHED])
def test_only_marked_attempts_count(quiz, state):
    attempts = keep_attempts(quiz, USUAL)
    attempts[0].state = state
    attempts[0].save()

    assert quiz_report(quiz).n == 39


def test_answers_that_a_correction_set_aside_count_neither_way(quiz):
    keep_attempts(quiz, USUAL)
    Response.objects.filter(version__item__code="Q3").update(credit=Credit.FULL, marks_awarded=1)

    report = quiz_report(quiz)

    assert [q.code for q in report.questions] == ["Q1", "Q2"]
    assert report.scores.mean == pytest.approx(62.5)


# --- Cache and queries -----------------------------------------------------------------------


@pytest.mark.parametrize("items", [1, 3])
def test_a_report_takes_five_queries_and_one_once_it_is_known(quiz, items, django_assert_num_queries):
    codes = ("Q1", "Q2", "Q3")[:items]
    keep_attempts(quiz, [{code: one[code] for code in codes} for one in USUAL])

    with django_assert_num_queries(5):
        first = quiz_report(quiz)
    with django_assert_num_queries(1):
        assert quiz_report(quiz) == first


def test_a_new_a_void_and_a_corrected_attempt_each_make_a_new_report(quiz):
    attempts = keep_attempts(quiz, USUAL)
    assert quiz_report(quiz).n == 40
    keep_attempts(quiz, [sheet()])
    assert quiz_report(quiz).n == 41
    void_attempt(attempts[0], by=UserFactory(), reason="Sat by somebody else")
    assert quiz_report(quiz).n == 40
    attempts[1].score = 100
    attempts[1].save()
    attempts[1].responses.update(marks_awarded=1)
    assert question(quiz_report(quiz), "Q3").numbers.facility == pytest.approx(100 * 11 / 40)


def test_which_attempts_are_kept_apart_in_the_cache(quiz):
    first = keep_attempts(quiz, USUAL)
    keep_attempts(quiz, USUAL, enrolments=[attempt.enrolment for attempt in first])

    assert [quiz_report(quiz, which).n for which in (Which.FIRST, Which.ALL, Which.FIRST)] == [40, 80, 40]


# --- Sectors ---------------------------------------------------------------------------------


def sectors_of(report, code):
    return [(row.name, row.n, round(row.facility)) for row in question(report, code).sectors]


def test_a_question_that_is_harder_for_one_sector_at_the_same_score_is_told(quiz):
    """Everybody has one of Q1 and Q2 right, the nurses Q2 and the police Q1."""
    nurses, police = SectorFactory(code="NUR", name="nurses"), SectorFactory(code="POL", name="police")
    some = [sheet(third=WRONG), sheet(WRONG, WRONG, WRONG)] * 2
    keep_attempts(quiz, [sheet(WRONG)] * 30 + [sheet(RIGHT, WRONG)] * 3 + some, sector=nurses)
    keep_attempts(quiz, [sheet(RIGHT, WRONG)] * 30 + [sheet(WRONG)] * 3 + some, sector=police)

    report = quiz_report(quiz)

    assert sectors_of(report, "Q1") == [("nurses", 37, 14), ("police", 37, 86)]
    assert "Harder for nurses than for others with the same score: look at the wording" in titles(
        report, "Q1"
    )
    assert "Harder for police than for others with the same score: look at the wording" in titles(
        report, "Q2"
    )
    row = question(report, "Q1").sectors[0]
    assert (row.in_words, row.difference.odds_ratio) == ("Much harder", pytest.approx(64))


def test_a_sector_that_is_weaker_everywhere_is_no_flaw_of_the_question(quiz):
    able, weak = SectorFactory(code="A", name="able"), SectorFactory(code="B", name="weak")
    ladder = [sheet(), sheet(third=WRONG), sheet(second=WRONG, third=WRONG), sheet(WRONG, WRONG, WRONG)]
    keep_attempts(
        quiz,
        [one for one, times in zip(ladder, (20, 10, 5, 5), strict=True) for _ in range(times)],
        sector=able,
    )
    keep_attempts(
        quiz,
        [one for one, times in zip(ladder, (5, 5, 10, 20), strict=True) for _ in range(times)],
        sector=weak,
    )

    report = quiz_report(quiz)

    assert sectors_of(report, "Q1") == [("able", 40, 88), ("weak", 40, 50)]
    assert not [
        title for code in ("Q1", "Q2", "Q3") for title in titles(report, code) if "same score" in title
    ]


def test_sectors_below_thirty_are_shown_and_not_compared(quiz):
    keep_attempts(quiz, USUAL, sector=SectorFactory(code="A", name="many"))
    keep_attempts(quiz, USUAL[:29], sector=SectorFactory(code="B", name="few"))

    rows = question(quiz_report(quiz), "Q1").sectors

    assert [(row.name, row.n, row.in_words) for row in rows] == [
        ("many", 40, "Too few to compare"),
        ("few", 29, "Too few to compare"),
    ]


def test_groups_below_five_are_put_together(quiz):
    keep_attempts(quiz, USUAL, sector=SectorFactory(code="A", name="many"))
    keep_attempts(quiz, [sheet(WRONG)] * 3, sector=SectorFactory(code="B", name="three"))
    keep_attempts(quiz, [sheet()] * 3, sector=SectorFactory(code="C", name="others"))

    assert sectors_of(quiz_report(quiz), "Q1") == [("many", 40, 75), ("Smaller sectors together", 6, 50)]


def test_a_group_below_five_cannot_be_told_by_taking_the_others_away(quiz):
    keep_attempts(quiz, USUAL, sector=SectorFactory(code="A", name="many"))
    keep_attempts(quiz, [sheet()] * 6, sector=SectorFactory(code="B", name="six"))
    keep_attempts(quiz, [sheet(WRONG)] * 2, sector=SectorFactory(code="C", name="two"))

    assert sectors_of(quiz_report(quiz), "Q1") == [("many", 40, 75), ("Smaller sectors together", 8, 75)]


def test_people_without_a_sector_are_a_group_of_their_own(quiz):
    keep_attempts(quiz, USUAL)

    assert sectors_of(quiz_report(quiz), "Q1") == [("Sector not given", 40, 75)]


# --- In words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheets", "title"),
    [
        ([sheet(WRONG), sheet(WRONG), sheet(RIGHT, WRONG, WRONG)] * 10, "Better learners get this wrong: check the key"),
        ([sheet(), sheet(second=WRONG)] * 20, "Almost everybody gets this right"),
        (USUAL, "An option nobody chooses"),
        ([sheet(), sheet(OTHER), sheet(WRONG), sheet(WRONG, WRONG, WRONG)] * 10, "Guessing is as good"),
        ([sheet(OTHER), *[sheet(WRONG, WRONG, WRONG)] * 2, sheet(RIGHT, WRONG)] * 10,
         "Better learners choose “TEXT-Q1-c” more often than others"),
    ],
)  # fmt: skip
def test_flags_in_words(quiz, sheets, title):
    keep_attempts(quiz, sheets)

    assert title in titles(quiz_report(quiz), "Q1")


def test_a_good_question_has_no_flag(quiz):
    keep_attempts(
        quiz,
        [sheet(), sheet(), sheet(second=WRONG), sheet(WRONG, WRONG, WRONG), sheet(OTHER, WRONG, OTHER)] * 10,
    )

    assert titles(quiz_report(quiz), "Q1") == []


def test_every_flag_says_what_to_do(quiz):
    keep_attempts(quiz, [sheet(WRONG), sheet(WRONG), sheet(RIGHT, WRONG, WRONG)] * 10)

    flags = [flag for q in quiz_report(quiz).questions for flag in q.flags]

    assert flags
    assert all(flag.advice.endswith((".", "?")) for flag in flags)


# --- Tables of answers -----------------------------------------------------------------------


def counts(tables) -> dict:
    return {table.caption: [(row.words, row.worth, row.tally.all) for row in table.rows] for table in tables}


def content(type_, *choices, **fields) -> ItemContent:
    return ItemContent(
        type=type_, stem="Which?", choices=tuple(ChoiceContent(**choice) for choice in choices), **fields
    )


def test_options_with_the_lower_and_the_upper_third(quiz):
    keep_attempts(quiz, [*USUAL, sheet(BLANK, WRONG, WRONG)])

    table = question(quiz_report(quiz), "Q1").versions[0].tables[0]

    assert [(row.words, row.worth, row.tally) for row in table.rows] == [
        ("TEXT-Q1-a", "Right", Tally(30, 10, 20)),
        ("TEXT-Q1-b", "Wrong", Tally(10, 10, 0)),
        ("TEXT-Q1-c", "Wrong", Tally(0, 0, 0)),
        ("Left blank", "", Tally(1, 1, 0)),
    ]
    assert (table.rows[0].lower, table.rows[0].upper) == (pytest.approx(1000 / 21), 100)


def test_signs_tell_hits_and_false_alarms():
    signs = content(
        ItemType.SIGNS, {"key": "a", "text": "He is paid.", "is_correct": False}, {"key": "b", "text": "She is afraid.", "is_correct": True}
    )  # fmt: skip

    tables = answer_tables(signs, {'["b"]': Tally(6), '["a", "b"]': Tally(3), "": Tally(1)})

    assert counts(tables) == {
        "": [("He is paid.", "No sign", 3), ("She is afraid.", "Sign", 9), ("Left blank", "", 1)]
    }
    assert [row.percent for row in tables[0].rows] == [30, 90, 10]


def test_pairs_are_counted_for_each_left_half():
    pairs = content(
        ItemType.MATCHING,
        {"key": "1", "text": "fire", "match": "red"},
        {"key": "2", "text": "ice", "match": "blue"},
    )

    tables = answer_tables(pairs, {'{"1": "1", "2": "2"}': Tally(3), '{"2": "1"}': Tally(2)})

    assert counts(tables) == {
        "fire": [("red", "Right", 3), ("blue", "Wrong", 0), ("Left blank", "", 2)],
        "ice": [("red", "Wrong", 2), ("blue", "Right", 3)],
    }


def test_orders_are_counted_for_each_place():
    order = content(ItemType.ORDERING, {"key": "a", "text": "look"}, {"key": "b", "text": "tell"})

    tables = answer_tables(order, {'["a", "b"]': Tally(4), '["b", "a"]': Tally(1), "": Tally(1)})

    assert counts(tables) == {
        "In place 1": [("look", "Right", 4), ("tell", "Wrong", 1), ("Left blank", "", 1)],
        "In place 2": [("look", "Wrong", 1), ("tell", "Right", 4), ("Left blank", "", 1)],
    }


def test_typed_answers_show_only_what_several_people_wrote():
    short = content(ItemType.SHORT, {"key": "a", "text": "debt bondage", "is_correct": True})
    given = {
        '"Debt  bondage"': Tally(8),
        '"debt"': Tally(3),
        '"Debt "': Tally(2),
        '"my sister Ana"': Tally(SAME_WORDS - 1),
    }

    assert counts(answer_tables(short, given)) == {
        "": [("debt bondage", "Right", 8), ("“debt”", "Wrong", 5), ("Other answers", "Wrong", 4)]
    }


def test_numbers_are_counted_with_the_answer_that_accepts_them():
    number = content(ItemType.NUMERIC, {"key": "a", "text": "1250", "tolerance": 10, "is_correct": True})

    assert counts(answer_tables(number, {'"1,250"': Tally(2), '"1255"': Tally(1), '"5"': Tally(1)})) == {
        "": [("1250", "Right", 3), ("Other answers", "Wrong", 1)]
    }


def test_decisions_are_counted_of_those_who_came_to_them():
    def node(key, good, poor):
        choices = (
            DecisionContent(key="g", label="Ask", quality="good", why="", next=good),
            DecisionContent(key="p", label="Leave", quality="poor", why="", next=poor),
        )
        return NodeContent(key=key, text="", question=f"At {key}?", choices=choices)

    story = StoryContent(
        nodes=(node("n1", "n2", "end"), node("n2", "end", "end")),
        endings=(EndingContent(key="end", text=""),),
    )
    branching = ItemContent(type=ItemType.BRANCHING, stem="Story", story=story)
    given = {
        '[["n1", "g"], ["n2", "p"]]': Tally(4),
        '[["n1", "p"]]': Tally(3),
        '[["n1", "g"]]': Tally(2),
        "": Tally(1),
    }

    tables = answer_tables(branching, given)

    assert counts(tables) == {
        "At n1?": [("Ask", "Good", 6), ("Leave", "Poor", 3)],
        "At n2?": [("Ask", "Good", 0), ("Leave", "Poor", 4)],
    }
    assert [table.people.all for table in tables] == [10, 6]


# --- Pages -----------------------------------------------------------------------------------


@pytest.fixture
def editor():
    return UserFactory(role=Role.EDITOR)


def address(name, *args, **query):
    return reverse(name, args=args, query=query or None)


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_leads_to_every_quiz_and_says_how_many_people_finished(quiz, editor, client_for):
    keep_attempts(quiz, USUAL[:3])

    html = page(client_for(editor).get(address("analysis")))

    assert address("analysis_quiz", quiz.pk) in html
    assert "3, too few so far" in html


def test_the_page_of_a_quiz_says_the_numbers_and_what_to_look_at(quiz, editor, client_for):
    keep_attempts(quiz, [sheet(WRONG), sheet(WRONG), sheet(RIGHT, WRONG, WRONG)] * 10)

    html = page(client_for(editor).get(address("analysis_quiz", quiz.pk)))

    assert "Better learners get this wrong: check the key" in html
    assert "1 of 3 questions need a look first" in html
    assert html.index("Stem of Q1?") < html.index("Stem of Q2?")


def test_below_thirty_the_page_says_so_and_how_many_are_missing(quiz, editor, client_for):
    keep_attempts(quiz, USUAL[:29])

    html = page(client_for(editor).get(address("analysis_quiz", quiz.pk)))

    assert "29 attempts so far" in html
    assert "1 more to go" in html
    assert "Stem of Q1?" not in html


@pytest.mark.parametrize(
    ("sort", "order"), [("facility", "312"), ("-facility", "213"), ("-code", "321"), ("nonsense", "123")]
)
def test_headings_sort_without_a_script(quiz, editor, client_for, sort, order):
    keep_attempts(
        quiz, [sheet(), sheet(WRONG), sheet(third=WRONG), sheet(WRONG, RIGHT, WRONG), sheet(third=WRONG)] * 10
    )

    html = page(client_for(editor).get(address("analysis_quiz", quiz.pk, sort=sort)))

    assert [html.index(f"Stem of Q{number}?") for number in order] == sorted(
        html.index(f"Stem of Q{n}?") for n in "123"
    )


def test_the_page_of_a_question_shows_answers_versions_and_sectors(quiz, editor, client_for):
    keep_attempts(quiz, USUAL, sector=SectorFactory(name="Health"))
    item = Item.objects.get(code="Q1")

    html = page(client_for(editor).get(address("analysis_question", quiz.pk, item.pk)))

    for words in (
        "TEXT-Q1-b",
        "An option nobody chooses",
        "By version",
        "Health",
        "write a mistake that people really make",
    ):
        assert words in html


def test_pages_take_the_same_queries_however_many_questions(
    quiz, editor, client_for, django_assert_num_queries
):
    client = client_for(editor)
    item = Item.objects.get(code="Q1")
    quiz_address, own = address("analysis_quiz", quiz.pk), address("analysis_question", quiz.pk, item.pk)
    keep_attempts(quiz, [{"Q1": one["Q1"]} for one in USUAL])
    client.get(quiz_address)
    with django_assert_num_queries(QUIZ_PAGE):
        client.get(quiz_address)
    with django_assert_num_queries(QUIZ_PAGE):
        client.get(own)
    keep_attempts(quiz, USUAL)
    client.get(quiz_address)
    with django_assert_num_queries(QUIZ_PAGE):
        client.get(quiz_address)
    with django_assert_num_queries(QUIZ_PAGE):
        client.get(own)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export(quiz, editor, client_for, kind):
    item = Item.objects.get(code="Q1")
    item.stem = "=1+1?"
    publish_item(item)
    keep_attempts(quiz, USUAL)

    response = client_for(editor).get(address("analysis_export", quiz.pk, format=kind))

    assert response.status_code == 200
    if kind == "csv":
        rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    else:
        sheet_rows = load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True)
        rows = [[str(cell) if cell is not None else "" for cell in row] for row in sheet_rows]
    assert rows[1][:4] == ["Q1", "'=1+1?", "Single choice", "40"]
    assert float(rows[1][4]) == 75
    assert len(rows) == 4


def test_an_unknown_file_type_or_question_is_not_found(quiz, editor, client_for):
    client = client_for(editor)

    assert client.get(address("analysis_export", quiz.pk, format="pdf")).status_code == 404
    assert (
        client.get(address("analysis_question", quiz.pk, Item.objects.get(code="Q1").pk)).status_code == 404
    )
    assert client.get(address("analysis_quiz", 999)).status_code == 404


def test_hostile_queries_get_the_usual_page(quiz, editor, client_for, hostile):
    keep_attempts(quiz, USUAL)

    html = page(
        client_for(editor).get(address("analysis_quiz", quiz.pk), {"sort": hostile, "attempts": hostile})
    )

    assert "Stem of Q1?" in html


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EDITOR, 200),
        (Role.MODERATOR, 200),
        (Role.PROGRAMME_MANAGER, 200),
        (Role.TRAINER, 302),
        (Role.AGENCY_LEAD, 302),
    ],
)
def test_who_may_read_it(quiz, client_for, role, status):
    keep_attempts(quiz, USUAL)
    client, item = client_for(UserFactory(role=role)), Item.objects.get(code="Q1")

    for name, args in (
        ("analysis", ()), ("analysis_quiz", (quiz.pk,)), ("analysis_export", (quiz.pk,)), ("analysis_question", (quiz.pk, item.pk)),
    ):  # fmt: skip
        assert client.get(address(name, *args)).status_code == status


def test_no_name_of_a_learner_is_on_any_page(quiz, editor, client_for):
    keep_attempts(quiz, USUAL)
    client, item = client_for(editor), Item.objects.get(code="Q1")

    for name, args in (
        ("analysis_quiz", (quiz.pk,)),
        ("analysis_question", (quiz.pk, item.pk)),
        ("analysis_export", (quiz.pk,)),
    ):
        assert "Many 0" not in client.get(address(name, *args)).content.decode()
    assert make_people(1)[0].name.startswith("Many")
