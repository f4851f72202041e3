from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from courses.models import Enrolment, ModuleCompletion
from courses.services import complete_module, enrol, remember_place, withdraw
from courses.signals import progress_changed
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CourseModuleFactory,
    CoursePageFactory,
    EnrolmentFactory,
    ModulePageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    """Ids of the enrolments announced as progress, in order."""
    found = []

    def receive(sender, enrolment, **kwargs):
        found.append(enrolment.pk)

    progress_changed.connect(receive)
    yield found
    progress_changed.disconnect(receive)


def test_enrol_twice_is_one_enrolment_announced_once(announced):
    learner, course = UserFactory(), CoursePageFactory()

    first, second = enrol(learner, course), enrol(learner, course)

    assert first == second
    assert announced == [first.pk]


def test_enrol_after_withdrawing_is_a_new_enrolment_and_the_old_one_stays():
    learner, course = UserFactory(), CoursePageFactory()
    first = enrol(learner, course)

    withdraw(first)
    second = enrol(learner, course)

    assert first != second
    assert list(Enrolment.objects.active()) == [second]
    assert Enrolment.objects.count() == 2


def test_withdraw_twice_keeps_the_first_moment():
    enrolment = EnrolmentFactory()
    withdraw(enrolment)
    enrolment.refresh_from_db()
    moment = enrolment.withdrawn_at

    withdraw(enrolment)

    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at == moment


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_enrolment():
    learner, course = UserFactory(), CoursePageFactory()
    barrier, found = Barrier(2), []

    def click():
        barrier.wait()
        found.append(enrol(learner, course).pk)
        connection.close()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert set(found) == {Enrolment.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_complete_a_module_once():
    place = CourseModuleFactory()
    enrolment = EnrolmentFactory(course=place.course)
    barrier = Barrier(2)

    def click():
        barrier.wait()
        complete_module(enrolment, place)
        connection.close()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ModuleCompletion.objects.filter(enrolment=enrolment).count() == 1


def test_complete_module_announces_every_active_course_that_has_the_module(announced):
    module = ModulePageFactory()
    learner = UserFactory()
    place, other = CourseModuleFactory.create_batch(2, module=module)
    here = EnrolmentFactory(learner=learner, course=place.course)
    there = EnrolmentFactory(learner=learner, course=other.course)
    EnrolmentFactory(learner=learner, withdrawn_at=timezone.now(), course=other.course)
    EnrolmentFactory(course=other.course)

    complete_module(here, place)
    complete_module(here, place)

    assert sorted(announced) == sorted([here.pk, there.pk])


def test_complete_module_records_form_and_version():
    place = CourseModuleFactory(form="short", module__version=3)
    enrolment = EnrolmentFactory(course=place.course)

    complete_module(enrolment, place)

    completion = enrolment.completions.get()
    assert (completion.module, completion.form, completion.version) == (place.module, "short", 3)


def test_remember_place_writes_only_when_something_changed(django_assert_num_queries):
    place = CourseModuleFactory()
    enrolment = EnrolmentFactory(course=place.course)

    with django_assert_num_queries(1):
        remember_place(enrolment, place)
    enrolment.refresh_from_db()
    assert enrolment.last_module == place.module
    with django_assert_num_queries(0):
        remember_place(enrolment, place)

    enrolment.last_seen_at = timezone.now() - timedelta(minutes=6)
    with django_assert_num_queries(1):
        remember_place(enrolment, place)
