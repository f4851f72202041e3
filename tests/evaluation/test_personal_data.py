import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from accounts import personal_data
from evaluation.models import ConfidenceRating, FeedbackGiven, FollowUp, SessionFeedback, Stage
from evaluation.services import give_feedback, rate
from tests.factories.cohorts import CohortMemberFactory
from tests.factories.evaluation import FollowUpFactory, PastSessionFactory, SessionFeedbackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(cohort, enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    FollowUpFactory(enrolment=enrolment, answer="used", passed_on=True)
    session = PastSessionFactory(cohort=cohort, title="Day one")
    give_feedback(
        session, enrolment.learner, SessionFeedbackFactory.build(session=None, will_change="Listen")
    )
    return enrolment.learner


def export(user):
    return json.loads(json.dumps(personal_data.export(user)["evaluation"], cls=DjangoJSONEncoder))


def test_own_ratings_and_answers_are_given_back(learner):
    given = export(learner)
    assert [(row["when"], row["outcome"], row["rating"]) for row in given["confidence"]] == [
        ("Before", "LO1", 2)
    ]
    assert [(row["answer"], row["passed_on"]) for row in given["three_months_on"]] == [
        ("I have used it", True)
    ]
    assert given["gave_feedback_on"] == ["Day one"]
    assert "Listen" not in json.dumps(given)


def test_erasure_removes_ratings_and_answers_and_stops_the_letters(learner, cohort):
    other = CohortMemberFactory(cohort=cohort).enrolment
    rate(other, Stage.BEFORE, {"LO1": 5})
    personal_data.erase(learner)
    assert ConfidenceRating.objects.get().enrolment == other
    follow_up = FollowUp.objects.get()
    assert (follow_up.answer, follow_up.passed_on, bool(follow_up.stopped_at)) == ("", None, True)
    assert FeedbackGiven.objects.count() == 0


def test_feedback_stays_as_it_holds_nobody_and_the_person_is_told(learner):
    personal_data.erase(learner)
    assert SessionFeedback.objects.get().will_change == "Listen"
    assert any("without your name" in sentence for sentence in personal_data.kept())
