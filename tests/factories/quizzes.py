"""Courses with a quiz, questions in the bank, and learners who are ready for them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import CoursePage, Enrolment, ModulePage
from quizzes.bank import freeze
from quizzes.content import ItemContent
from quizzes.models import (
    Attempt,
    AttemptState,
    Choice,
    Item,
    ItemType,
    ItemVersion,
    Quiz,
    QuizItem,
    Response,
)
from quizzes.services import save_response, start_attempt
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CourseModuleFactory,
    CoursePageFactory,
    EnrolmentFactory,
    ModuleCompletionFactory,
    ModulePageFactory,
)


def make_course(modules: int = 2, slug: str = "signs") -> CoursePage:
    """A live course that arranges so many new modules, with an outcome LO1."""
    course = CoursePageFactory(slug=slug, outcomes=["notice signs"])
    for number in range(1, modules + 1):
        module = ModulePageFactory(slug=f"{slug}-{number}", code=f"{slug[-8:]}-{number}")
        CourseModuleFactory(course=course, module=module, sort_order=number)
    return course


class QuizFactory(DjangoModelFactory):
    class Meta:
        model = Quiz

    course = factory.LazyFunction(make_course)
    title = "Signs quiz"
    slug = "quiz"
    pass_mark = 80
    question_count = 4


def make_item(
    module: ModulePage,
    code: str,
    *,
    type: str = ItemType.SINGLE,
    right: Sequence[str] = ("a",),
    keys: Sequence[str] = ("a", "b", "c"),
    choices: Sequence[Choice] | None = None,
    ready: bool = True,
    **fields,
) -> Item:
    """A question whose answers carry words of their own: TEXT-…, RIGHTFEEDBACK-… and WRONGFEEDBACK-…

    choices: for types that need more than right and wrong.
    """
    fields = {"source": "Our own", "review_due_on": date(2027, 1, 1), "outcomes": ["LO1"]} | fields
    fields.setdefault("stem", f"Stem of {code}?")
    related = {name: fields.pop(name) for name in ("sectors", "facts", "indicators") if name in fields}
    item = Item(code=code, module=module, type=type, live=False, **fields)
    for name, rows in related.items():
        setattr(item, name, rows)
    item.choices = (
        choices
        if choices is not None
        else [
            Choice(
                text=f"TEXT-{code}-{key}",
                is_correct=key in right,
                feedback=f"{'RIGHT' if key in right else 'WRONG'}FEEDBACK-{code}-{key}",
                key=f"key{key}",
                sort_order=order,
            )
            for order, key in enumerate(keys)
        ]
    )
    if ready:
        make_ready(item)
    else:
        item.save()
    return item


def make_ready(item: Item) -> None:
    """What publishing a new item leaves behind, without its work for every one of thousands of questions."""
    item.live, item.has_unpublished_changes = True, False
    item.first_published_at = item.last_published_at = timezone.now()
    with disable_reference_index_auto_update():
        item.save()
        freeze(item)


def fill_bank(course: CoursePage, each: int = 3) -> None:
    """So many single choice questions for every module of `course`."""
    for place in course.course_modules.order_by("sort_order"):
        for number in range(1, each + 1):
            make_item(place.module, f"{place.module.code}.{number}")


def keep_versions(module: ModulePage, contents: Mapping[str, ItemContent], **fields) -> None:
    """Ready questions, code -> content, by the thousand: without what their editor sees."""
    fields = {"source": "Our own", "review_due_on": date(2027, 1, 1), "live": True} | fields
    items = Item.objects.bulk_create(
        Item(
            code=code,
            module=module,
            type=content.type,
            stem=content.stem,
            outcomes=list(content.outcomes),
            marks=content.marks,
            mode=content.mode,
            **fields,
        )
        for code, content in contents.items()
    )
    ItemVersion.objects.bulk_create(
        ItemVersion(item=item, number=1, data=contents[item.code].model_dump(mode="json")) for item in items
    )


def complete_modules(enrolment: Enrolment) -> None:
    for place in enrolment.course.course_modules.select_related("module"):
        ModuleCompletionFactory(enrolment=enrolment, module=place.module)


def make_enrolment(quiz: Quiz, *, modules_done: bool = True, **learner) -> Enrolment:
    """A learner on the quiz's course, with every module completed unless told."""
    enrolment = EnrolmentFactory(learner=UserFactory(**learner), course=quiz.course)
    if modules_done:
        complete_modules(enrolment)
    return enrolment


def make_attempt(quiz: Quiz | None = None, enrolment: Enrolment | None = None) -> Attempt:
    """An open attempt with everything it needs."""
    quiz = quiz or QuizFactory()
    if not Item.objects.exists():
        fill_bank(quiz.course)
    return start_attempt(enrolment or make_enrolment(quiz))


def attempt_at(contents: Mapping[str, ItemContent], **quiz) -> Attempt:
    """An open attempt at a quiz that asks just these questions, code -> content, in their order."""
    if "course" not in quiz:
        quiz["course"] = make_course(modules=1)
    row = QuizFactory(question_count=len(contents), shuffle_items=False, only_chosen=True, **quiz)
    keep_versions(row.course.course_modules.get().module, contents)
    items = {item.code: item for item in Item.objects.filter(code__in=contents)}
    for order, code in enumerate(contents):
        QuizItem.objects.create(quiz=row, item=items[code], sort_order=order)
    return start_attempt(make_enrolment(row), row)


def right_answer(response: Response) -> list[str]:
    return [choice.key for choice in response.version.content.choices if choice.is_correct]


def wrong_answer(response: Response) -> list[str]:
    return [choice.key for choice in response.version.content.choices if not choice.is_correct][:1]


def answer(attempt: Attempt, *, right: int) -> None:
    """Answer the first `right` questions right and the others wrong."""
    for response in attempt.responses.all():
        keys = right_answer(response) if response.position <= right else wrong_answer(response)
        save_response(attempt, response.position, keys)


class SubmittedAttemptFactory(DjangoModelFactory):
    """A marked attempt without questions, for lists: give enrolment, quiz, score and passed."""

    class Meta:
        model = Attempt

    state = AttemptState.FINISHED
    pass_mark = 80
    submitted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
