"""Answers after ninety days: of each group and of the programme, so that neither gives away the other."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.models import Cohort
from evaluation.follow_ups import follow_up_of, follow_up_of_all, tell
from evaluation.models import FollowUp
from evaluation.suppression import is_small
from tests.factories.cohorts import CohortFactory, ProgrammeFactory
from tests.factories.evaluation import join_many

ANSWER = st.tuples(
    st.sampled_from(["used"] * 5 + ["notyet"] * 3 + ["help"]), st.sampled_from([True, True, False, None])
)


def follow_ups(cohort, counts, **fields):
    for answer, people in counts.items():
        FollowUp.objects.bulk_create(
            FollowUp(
                enrolment=place, due_on="2026-11-01", sent_at="2026-11-01T09:00Z", answer=answer, **fields
            )
            for place in join_many(cohort, people)
        )


@pytest.mark.django_db
def test_answers_are_counted_and_a_small_one_takes_the_others_of_its_group_with_it(cohort):
    follow_ups(cohort, {"used": 12, "notyet": 6, "": 3})
    found = follow_up_of(cohort)
    assert (found.asked, found.answered) == (21, 18)
    assert (found.used, found.not_yet, found.needed_help) == (12, 6, 0)
    assert (found.passed_on, found.not_passed_on) == (0, 0)
    follow_ups(cohort, {"help": 2})
    found = follow_up_of(cohort)
    assert (found.asked, found.answered, found.used, found.needed_help) == (23, 20, None, None)


@pytest.mark.django_db
def test_who_passed_it_on_is_counted_beside_the_answer(cohort):
    follow_ups(cohort, {"used": 7}, passed_on=True)
    follow_ups(cohort, {"used": 8}, passed_on=False)
    found = follow_up_of(cohort)
    assert (found.used, found.passed_on, found.not_passed_on) == (15, 7, 8)


@pytest.mark.django_db
def test_fewer_than_five_answers_say_nothing(cohort):
    follow_ups(cohort, {"used": 4, "": 9})
    found = follow_up_of(cohort)
    assert (found.asked, found.answered, found.used, found.passed_on) == (13, None, None, None)


@pytest.mark.django_db
def test_nobody_asked_is_no_error(cohort):
    assert (follow_up_of(cohort).asked, follow_up_of(cohort).answered) == (0, 0)


@pytest.mark.django_db
def test_a_programme_less_one_of_its_groups_tells_nothing_of_the_other(client_for, django_assert_num_queries):
    """Twelve of one group used it and two of the other: fourteen less twelve would tell of the two."""
    programme = ProgrammeFactory()
    one, two = CohortFactory.create_batch(2, programme=programme)
    follow_ups(one, {"used": 12})
    follow_ups(two, {"used": 2, "notyet": 6})
    with django_assert_num_queries(2):
        whole = follow_up_of_all(Cohort.objects.filter(programme=programme))
    assert (whole.answered, whole.used, whole.not_yet) == (20, 14, 6)
    assert (follow_up_of(one).answered, follow_up_of(one).used) == (12, None)
    assert (follow_up_of(two).answered, follow_up_of(two).used) == (8, None)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(ANSWER, max_size=22), max_size=5))
def test_what_the_groups_leave_of_the_programme_is_nobody_or_five_and_more(groups):
    answers = {number: Counter(said) for number, said in enumerate(groups)}
    published = tell(answers)
    for shown in published.groups.values():
        assert not [people for margin in shown for people in margin.values() if is_small(people)]
    if published.all is None:
        return
    for key, margin in enumerate(published.all):
        for value, people in margin.items():
            if people is not None:
                left = people - sum(shown[key].get(value, 0) for shown in published.groups.values())
                assert not is_small(people)
                assert not is_small(left)
