"""What a trainer reads of how a group answered, and what no number may give away."""

import csv
from io import StringIO

import pytest
from django.urls import reverse

from accounts.roles import Role
from cohorts.models import CohortMember
from cohorts.questions import FIVE, TEN, page_for
from courses.models import Enrolment
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.answers import keep_attempts, make_people
from tests.factories.quizzes import QuizFactory, make_item

pytestmark = pytest.mark.django_db
RIGHT, WRONG = ["keya"], ["keyb"]
MOST, HALF = [RIGHT, RIGHT, RIGHT, RIGHT, WRONG], [RIGHT, WRONG]
PAGE_QUERIES = 12


@pytest.fixture
def quiz(cohort):
    quiz = QuizFactory(course=cohort.course)
    module = cohort.course.course_modules.first().module
    for code in ("Q1", "Q2", "Q3"):
        make_item(module, code)
    return quiz


def join(cohort, count, sector=None) -> list[Enrolment]:
    people = make_people(count, sector)
    places = Enrolment.objects.bulk_create(Enrolment(learner=p, course=cohort.course) for p in people)
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, learner=place.learner, enrolment=place, source="link") for place in places
    )
    return places


def answer(cohort, quiz, count, codes=("Q1", "Q2"), sector=None):
    """So many members: four of five have the first question right, every second the others."""
    sheets = [{code: MOST[n % 5] if code == "Q1" else HALF[n % 2] for code in codes} for n in range(count)]
    return keep_attempts(quiz, sheets, enrolments=join(cohort, count, sector))


def test_below_ten_people_nothing_shows(cohort, quiz):
    answer(cohort, quiz, TEN - 1)

    page = page_for(cohort)

    assert (page.finished, page.people, page.rows) == (9, 0, ())


def test_up_to_thirty_only_about_how_many_were_right_the_hardest_first(cohort, quiz):
    answer(cohort, quiz, 20)

    page = page_for(cohort)

    assert [(row.code, row.people, row.words) for row in page.rows] == [
        ("Q2", 20, "About 50%"),
        ("Q1", 20, "About 80%"),
    ]
    assert {(row.wrong, row.flags) for row in page.rows} == {((), ())}


@pytest.mark.parametrize(("right", "words"), [(10, "90% or more"), (0, "10% or fewer")])
def test_that_all_or_none_were_right_is_never_said_of_a_small_group(cohort, quiz, right, words):
    keep_attempts(quiz, [{"Q1": RIGHT if right else WRONG}] * 10, enrolments=join(cohort, 10))

    assert [row.words for row in page_for(cohort).rows] == [words]


def test_from_thirty_on_wrong_answers_that_several_chose_show(cohort, quiz):
    answer(cohort, quiz, 30)

    rows = {row.code: row for row in page_for(cohort).rows}

    assert [(a.words, round(a.percent)) for a in rows["Q2"].wrong] == [("TEXT-Q2-b", 50)]
    assert rows["Q1"].words == "80%"


def test_one_more_person_changes_nothing(cohort, quiz):
    """Otherwise the difference between two looks would be what that person answered."""
    answer(cohort, quiz, 20)
    before = page_for(cohort)
    for _ in range(FIVE - 1):
        keep_attempts(quiz, [{"Q1": WRONG, "Q2": WRONG}], enrolments=join(cohort, 1))
        assert page_for(cohort).rows == before.rows
    keep_attempts(quiz, [{"Q1": WRONG, "Q2": WRONG}], enrolments=join(cohort, 1))

    after = page_for(cohort)

    assert (after.people, after.rows != before.rows) == (25, True)


def test_only_first_attempts_of_people_in_the_group_now_count(cohort, quiz):
    first = answer(cohort, quiz, 10)
    keep_attempts(quiz, [{"Q1": WRONG, "Q2": WRONG}] * 10, enrolments=[a.enrolment for a in first])
    keep_attempts(quiz, [{"Q1": WRONG, "Q2": WRONG}] * 10)
    gone = answer(cohort, quiz, 10)
    CohortMember.objects.filter(learner__in=[a.enrolment.learner_id for a in gone]).update(
        left_at=gone[0].started_at
    )

    page = page_for(cohort)

    assert (page.people, [row.words for row in page.rows]) == (10, ["About 50%", "About 80%"])


def test_nothing_about_sectors_is_said_of_a_group(cohort, quiz, trainer, client_for):
    nurses, police = SectorFactory(code="N", name="Nurses"), SectorFactory(code="P", name="Police")
    for sector, own in ((nurses, {"Q1": WRONG, "Q2": RIGHT}), (police, {"Q1": RIGHT, "Q2": WRONG})):
        keep_attempts(
            quiz, [own | {"Q3": HALF[n % 2]} for n in range(40)], enrolments=join(cohort, 40, sector)
        )

    html = client_for(trainer).get(reverse("cohorts:questions", args=[cohort.pk])).content.decode()

    assert "Stem of Q1?" in html
    assert "Nurses" not in html
    assert "Police" not in html
    assert "Many " not in html


def test_the_quiz_and_the_order_can_be_chosen(cohort, quiz):
    module = cohort.course.course_modules.first().module
    check = QuizFactory(course=cohort.course, kind="check", module=module, slug="check", title="A check")
    answer(cohort, quiz, 10)
    answer(cohort, check, 10, codes=("Q3",))

    assert page_for(cohort).quiz == quiz
    assert [row.code for row in page_for(cohort, "check").rows] == ["Q3"]
    assert [row.code for row in page_for(cohort, "", "question").rows] == ["Q1", "Q2"]
    assert [row.code for row in page_for(cohort, "nonsense", "nonsense").rows] == ["Q2", "Q1"]


def test_a_course_without_a_quiz_says_so(cohort, trainer, client_for):
    html = client_for(trainer).get(reverse("cohorts:questions", args=[cohort.pk])).content.decode()

    assert "This course has no quiz." in html


def test_the_page_takes_the_same_queries_however_many_questions(
    cohort, quiz, trainer, client_for, django_assert_num_queries
):
    client, address = client_for(trainer), reverse("cohorts:questions", args=[cohort.pk])
    first = answer(cohort, quiz, 30, codes=("Q1",))
    client.get(reverse("cohorts:list"))
    with django_assert_num_queries(PAGE_QUERIES):
        assert client.get(address).status_code == 200
    CohortMember.objects.filter(learner__in=[a.enrolment.learner_id for a in first]).update(
        left_at=first[0].started_at
    )
    answer(cohort, quiz, 30, codes=("Q1", "Q2", "Q3"))
    with django_assert_num_queries(PAGE_QUERIES):
        assert client.get(address).status_code == 200


def test_export_says_what_the_page_says(cohort, quiz, trainer, client_for):
    answer(cohort, quiz, 12)

    response = client_for(trainer).get(reverse("cohorts:questions_export", args=[cohort.pk]))

    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert [row[:4] for row in rows[1:]] == [
        ["Q2", "Stem of Q2?", "10", "About 50%"],
        ["Q1", "Stem of Q1?", "10", "About 80%"],
    ]


def test_export_of_a_group_too_small_has_headings_only(cohort, quiz, trainer, client_for):
    answer(cohort, quiz, 9)

    response = client_for(trainer).get(reverse("cohorts:questions_export", args=[cohort.pk]))

    assert len(response.content.decode("utf-8-sig").splitlines()) == 1


def test_an_unknown_file_type_is_not_found(cohort, quiz, trainer, client_for):
    assert (
        client_for(trainer)
        .get(reverse("cohorts:questions_export", args=[cohort.pk]) + "?format=pdf")
        .status_code
        == 404
    )


def test_hostile_words_get_the_usual_page(cohort, quiz, trainer, client_for, hostile):
    response = client_for(trainer).get(
        reverse("cohorts:questions", args=[cohort.pk]), {"quiz": hostile, "sort": hostile}
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.TRAINER, 404),
        (Role.LEAD_TRAINER, 200),
        (Role.PROGRAMME_MANAGER, 200),
        (Role.EDITOR, 404),
        (Role.AGENCY_LEAD, 404),
    ],
)
def test_other_trainers_do_not_know_of_the_page(cohort, quiz, client_for, role, status):
    client = client_for(UserFactory(role=role))

    for name in ("questions", "questions_export"):
        assert client.get(reverse(f"cohorts:{name}", args=[cohort.pk])).status_code == status
