import pytest

from accounts import personal_data
from courses.personal_data import erase_enrolments, export_enrolments
from tests.factories.courses import CourseModuleFactory, EnrolmentFactory, ModuleCompletionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    place = CourseModuleFactory(module__title="Signs")
    enrolment = EnrolmentFactory(course=place.course, last_module=place.module)
    ModuleCompletionFactory(enrolment=enrolment, module=place.module)
    return enrolment


def test_courses_and_what_was_completed_are_given_back(enrolment, django_assert_num_queries):
    with django_assert_num_queries(3):
        given = export_enrolments(enrolment.learner)

    assert [(row["course"], row["left_off_at"]) for row in given] == [(enrolment.course.title, "Signs")]
    assert [done["module"] for done in given[0]["completed"]] == ["Signs"]


def test_nobody_elses_is_given_back(enrolment):
    assert personal_data.export(EnrolmentFactory().learner)["courses"][0]["completed"] == []


def test_erasing_forgets_where_they_left_off_and_keeps_the_completions(enrolment):
    erase_enrolments(enrolment.learner)

    enrolment.refresh_from_db()
    assert (enrolment.last_module, enrolment.last_seen_at) == (None, None)
    assert enrolment.completions.count() == 1
