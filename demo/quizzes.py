"""The question bank and the quizzes of the content files: read and check first, then write what is missing."""

from pathlib import Path

from courses.models import CoursePage, ModulePage
from demo import schema
from demo.files import Document, read_document, refer
from quizzes.loading import QuestionError, check_questions, load_questions
from quizzes.models import Category, Feedback, Item, Quiz, QuizItem
from quizzes.rows import BankRow, QuestionRow, ScenarioRow

#: What a practice quiz shows as soon as a question is answered.
AT_ONCE = [Feedback.CORRECTNESS.value, Feedback.REASONS.value, Feedback.KEY.value]


def read_bank(folder: Path, known: tuple) -> tuple[list[dict], list[dict]]:
    """Return questions and scenarios, checked. known: codes of modules, facts, indicators and sectors."""
    questions = _read_questions(folder / "questions.yaml", known, QuestionRow)
    return questions, _read_questions(folder / "scenarios.yaml", known, ScenarioRow)


def _read_questions(path: Path, known: tuple, row_type: type[BankRow]) -> list[dict]:
    document = read_document(path)
    try:
        check_questions(document.value, *known, row_type)
    except QuestionError as error:
        raise document.mistake((error.index,), error.message) from error
    return document.value


def check_quizzes(document: Document, courses: list[schema.CourseRow], codes: set[str]) -> None:
    """Refuse a quiz that names a question or a module that is not there."""
    for index, course in enumerate(courses):
        modules = {place.code for place in course.modules}
        for number, quiz in enumerate(course.practice):
            location = (index, "practice", number)
            refer(document, location, quiz.chosen, codes)
            refer(document, location, [quiz.module] if quiz.module else [], modules)
            if (quiz.kind == "check") != bool(quiz.module):
                raise document.mistake(location, "a check has a module, a diagnostic has none")


def load_bank(questions: list[dict], scenarios: list[dict], known: tuple) -> None:
    """Write the questions that are not there yet. known: modules, facts, indicators and sectors by code."""
    load_questions(questions, *known)
    load_questions(scenarios, *known, ScenarioRow)


def load_quizzes(courses: list[schema.CourseRow], modules: dict[str, ModulePage]) -> None:
    """Make the quizzes of every course that has none; what editors made of them stays."""
    items = {row.code: row for row in Item.objects.all()}
    shelves = {row.name: row for row in Category.objects.all()}
    for row in courses:
        course = CoursePage.objects.get(slug=row.slug)
        if course.quizzes.exists():
            continue
        Quiz.objects.create(
            course=course,
            slug="quiz",
            title=row.quiz.title,
            introduction=row.quiz.introduction,
            pass_mark=row.quiz.pass_mark,
            question_count=row.quiz.questions,
            minutes=row.quiz.minutes,
            exclude_needs_check=row.quiz.exclude_needs_check,
            category=shelves[row.quiz.category],
            at_least_per_outcome=row.quiz.at_least_per_outcome,
        )
        for practice in row.practice:
            _load_practice(course, practice, modules, items, shelves)


def _load_practice(course: CoursePage, row: schema.PracticeRow, modules, items, shelves) -> None:
    quiz = Quiz(
        course=course,
        kind=row.kind,
        slug=row.slug,
        module=modules[row.module] if row.module else None,
        title=row.title,
        introduction=row.introduction,
        question_count=row.questions,
        minutes=row.minutes,
        attempts_allowed=row.attempts,
        category=shelves[row.category],
        only_chosen=bool(row.chosen),
        shuffle_items=not row.chosen,
        show_during=AT_ONCE if row.feedback_at_once else [],
        ask_confidence=row.ask_confidence,
    )
    quiz.fixed_items = [QuizItem(sort_order=n, item=items[code]) for n, code in enumerate(row.chosen)]
    quiz.save()
