import pytest
from django.contrib.auth.models import AnonymousUser

from courses.queries import (
    all_modules_completed,
    catalogue,
    completed_places,
    enrolment_on,
    outline,
    places_of,
    states_of,
)
from courses.services import complete_module, withdraw
from courses.steps import StepStatus
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.courses import (
    CourseModuleFactory,
    CoursePageFactory,
    EnrolmentFactory,
    ModuleCompletionFactory,
    ModulePageFactory,
)

pytestmark = pytest.mark.django_db


def raise_version(module, version=2):
    module.version = version
    module.save_revision().publish()


def is_done(enrolment, place) -> bool:
    return place.pk in completed_places([enrolment])[enrolment.pk]


@pytest.fixture
def two_courses():
    """One learner on two courses that share a module: (first enrolment, its place, second, its place)."""
    learner, module = UserFactory(), ModulePageFactory()
    here, there = CourseModuleFactory.create_batch(2, module=module)
    return (
        EnrolmentFactory(learner=learner, course=here.course),
        here,
        EnrolmentFactory(learner=learner, course=there.course),
        there,
    )


def test_a_module_completed_in_one_course_counts_in_the_other(two_courses):
    enrolment, place, other, other_place = two_courses

    complete_module(enrolment, place)

    assert is_done(other, other_place)


def test_an_earlier_version_counts_for_ever_where_it_was_completed_and_nowhere_else(two_courses):
    enrolment, place, other, other_place = two_courses
    complete_module(enrolment, place)

    raise_version(place.module)

    assert is_done(enrolment, place)
    assert not is_done(other, other_place)


@pytest.mark.parametrize(
    ("completed", "needed", "counts"), [("full", "short", True), ("short", "full", False)]
)
def test_the_full_form_covers_the_short_one_and_never_the_other_way(two_courses, completed, needed, counts):
    enrolment, place, other, other_place = two_courses
    place.form, other_place.form = completed, needed
    place.save()
    other_place.save()

    complete_module(enrolment, place)

    assert is_done(other, other_place) is counts


def test_completions_of_a_withdrawn_enrolment_count_while_the_version_is_the_same(two_courses):
    enrolment, place, *_ = two_courses
    complete_module(enrolment, place)
    withdraw(enrolment)
    again = EnrolmentFactory(learner=enrolment.learner, course=place.course)

    assert is_done(again, place)
    raise_version(place.module)
    assert not is_done(again, place)


def test_another_learners_completion_counts_for_nobody_else(two_courses):
    enrolment, place, *_ = two_courses
    ModuleCompletionFactory(module=place.module, enrolment__course=place.course)

    assert not is_done(enrolment, place)


@pytest.mark.parametrize("is_later_version", [False, True])
@pytest.mark.parametrize("is_own", [False, True])
@pytest.mark.parametrize("needed", ["full", "short"])
@pytest.mark.parametrize("completed", ["full", "short"])
def test_both_forms_of_the_rule_agree(two_courses, completed, needed, is_own, is_later_version):
    enrolment, place, other, other_place = two_courses
    place.form = completed
    place.save()
    complete_module(enrolment, place)
    asked, asked_place = (enrolment, place) if is_own else (other, other_place)
    asked_place.form = needed
    asked_place.save()
    if is_later_version:
        raise_version(place.module)

    one = {step.place.pk for step in outline(asked.course, asked).steps if step.is_completed}
    assert one == completed_places([asked])[asked.pk]


def test_completed_places_costs_one_query_however_many_rows(django_assert_num_queries):
    for _ in range(3):
        place = CourseModuleFactory()
        complete_module(EnrolmentFactory(course=place.course), place)
    enrolments = [c.enrolments.get() for c in catalogue()]

    places = places_of({e.course_id for e in enrolments})
    with django_assert_num_queries(1):
        assert [len(done) for done in completed_places(enrolments[:1], places).values()] == [1]
    with django_assert_num_queries(1):
        assert [len(done) for done in completed_places(enrolments, places).values()] == [1, 1, 1]
    with django_assert_num_queries(2):
        completed_places(enrolments)


def test_all_modules_completed_asks_for_required_modules_that_are_published(django_assert_num_queries):
    course = CoursePageFactory()
    required = CourseModuleFactory(course=course)
    CourseModuleFactory(course=course, is_required=False)
    CourseModuleFactory(course=course, module__live=False)
    enrolment = EnrolmentFactory(course=course)

    assert not all_modules_completed(enrolment)
    complete_module(enrolment, required)
    with django_assert_num_queries(1):
        assert all_modules_completed(enrolment)


def test_a_course_without_modules_is_never_completed():
    assert not all_modules_completed(EnrolmentFactory())


def test_unpublished_modules_are_left_out_of_the_course():
    course = CoursePageFactory()
    live = CourseModuleFactory(course=course)
    CourseModuleFactory(course=course, module__live=False)

    assert places_of([course.pk])[course.pk] == [live]
    assert [step.place for step in outline(course, None).steps] == [live]


def test_the_outline_says_where_each_module_stands(django_assert_num_queries):
    course = CoursePageFactory()
    first, second, third = CourseModuleFactory.create_batch(3, course=course)
    enrolment = EnrolmentFactory(course=course, last_module=second.module)
    complete_module(enrolment, first)

    with django_assert_num_queries(1):
        found = outline(course, enrolment)

    assert [step.status for step in found.steps] == [
        StepStatus.COMPLETED,
        StepStatus.IN_PROGRESS,
        StepStatus.NOT_STARTED,
    ]
    assert (found.completed_count, found.next_place) == (1, second)
    assert found.number_of(third.module.slug) == 2
    assert found.number_of("nothing") is None


def test_continue_leads_to_required_modules_before_optional_ones():
    course = CoursePageFactory()
    CourseModuleFactory(course=course, is_required=False)
    required = CourseModuleFactory(course=course)

    assert outline(course, EnrolmentFactory(course=course)).next_place == required


def test_the_outline_reads_one_text_in_the_places_form_and_no_other():
    course = CoursePageFactory()
    place = CourseModuleFactory(course=course, form="short")
    CourseModuleFactory(course=course)

    steps = outline(course, None, reading=place.module.slug).steps

    assert steps[0].place.text[0].value.source == "<p>In short: look.</p>"
    assert not steps[1].place.text


def test_catalogue_filters_by_sector_and_length():
    health, police = SectorFactory(code="HEA", name="Health"), SectorFactory(code="POL", name="Police")
    everyone = CoursePageFactory(cpd_minutes=210)
    both = CoursePageFactory(sectors=[health, police])
    only = CoursePageFactory(sectors=[police])
    CoursePageFactory(live=False)

    assert list(catalogue()) == [everyone, both, only]
    assert list(catalogue(sector="HEA")) == [everyone, both]
    assert list(catalogue(longest_minutes=60)) == [both, only]
    assert list(catalogue(sector="HEA", longest_minutes=60)) == [both]


def test_states_of_a_learner_leave_out_what_they_withdrew_from(django_assert_num_queries):
    place = CourseModuleFactory()
    CourseModuleFactory(course=place.course)
    enrolment = EnrolmentFactory(course=place.course)
    withdrawn = EnrolmentFactory(learner=enrolment.learner, course=CourseModuleFactory().course)
    withdraw(withdrawn)

    assert [s.words for s in states_of(enrolment.learner).values()] == ["Started"]
    complete_module(enrolment, place)
    with django_assert_num_queries(1):
        states = states_of(enrolment.learner)
    assert {course: state.words for course, state in states.items()} == {
        place.course.pk: "1 of 2 modules completed"
    }


def test_nobody_is_enrolled_without_an_account_or_on_a_course_that_is_not_published():
    enrolment = EnrolmentFactory()
    course = enrolment.course
    assert enrolment_on(enrolment.learner, course.slug) == enrolment
    assert enrolment_on(AnonymousUser(), course.slug) is None
    course.unpublish()
    assert enrolment_on(enrolment.learner, course.slug) is None
