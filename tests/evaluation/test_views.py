from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from evaluation.models import FeedbackGiven, FollowUp, SessionFeedback, Stage
from evaluation.services import rate, stop_asking
from quizzes.models import QuizKind
from tests.factories.accounts import UserFactory
from tests.factories.answers import keep_attempts
from tests.factories.courses import ModuleCompletionFactory
from tests.factories.evaluation import (
    FollowUpFactory,
    PastSessionFactory,
    SessionFeedbackFactory,
    add_outcome,
    came_to,
    rate_all,
    rated,
)
from tests.factories.quizzes import QuizFactory, complete_modules, make_item

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 18


def told(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# --- How sure ------------------------------------------------------------------------------------


def confidence_url(enrolment):
    return reverse("evaluation:confidence", args=[enrolment.course.slug])


def test_the_page_asks_each_outcome_and_says_who_sees_it(client_for, enrolment):
    add_outcome(enrolment.course, "LO2", "Act safely.")
    html = client_for(enrolment.learner).get(confidence_url(enrolment)).content.decode()
    assert html.count("<fieldset") == 2
    assert "… notice signs?" in html
    assert "… act safely?" in html
    assert "not your trainer, not your employer" in html


def test_ratings_are_kept_shown_again_and_changed(client_for, enrolment):
    client, url = client_for(enrolment.learner), confidence_url(enrolment)
    response = client.post(url, {"outcome0": "4"})
    assert (response.status_code, response.url) == (302, enrolment.course.get_absolute_url())
    assert client.get(url).context["form"]["outcome0"].value() == "4"
    client.post(url, {"outcome0": "skip"})
    assert enrolment.confidence_ratings.count() == 0


def test_everything_may_be_skipped(client_for, enrolment):
    response = client_for(enrolment.learner).post(confidence_url(enrolment), {})
    assert response.status_code == 302
    assert enrolment.confidence_ratings.count() == 0


@pytest.mark.parametrize("value", ["6", "0", "-1", "²", "x" * 500, "\0"])
def test_what_is_no_answer_is_named_beside_its_question(client_for, enrolment, value):
    response = client_for(enrolment.learner).post(confidence_url(enrolment), {"outcome0": value})
    assert response.status_code == 200
    assert "Choose one of the answers." in response.content.decode()
    assert enrolment.confidence_ratings.count() == 0


def test_the_stage_decides_what_a_rating_is_of(client_for, enrolment):
    client = client_for(enrolment.learner)
    client.post(confidence_url(enrolment), {"outcome0": "2"})
    complete_modules(enrolment)
    client.post(confidence_url(enrolment), {"outcome0": "5"})
    assert set(enrolment.confidence_ratings.values_list("stage", "rating")) == {("before", 2), ("after", 5)}


def test_too_late_leads_back_to_the_course(client_for, enrolment):
    ModuleCompletionFactory(enrolment=enrolment, module=enrolment.course.course_modules.first().module)
    response = client_for(enrolment.learner).post(confidence_url(enrolment), {"outcome0": "2"})
    assert response.url == enrolment.course.get_absolute_url()
    assert "too late" in told(response)
    assert enrolment.confidence_ratings.count() == 0


def test_who_is_not_on_the_course_is_led_to_it(client_for, enrolment):
    response = client_for(UserFactory()).get(confidence_url(enrolment))
    assert response.url == enrolment.course.get_absolute_url()
    assert client_for(UserFactory()).get("/evaluation/courses/no-such/").status_code == 404


# --- Feedback ------------------------------------------------------------------------------------


def feedback_url(session):
    return reverse("evaluation:feedback", args=[session.pk])


@pytest.fixture
def session(cohort, member):
    found = PastSessionFactory(cohort=cohort)
    came_to(found, member.learner)
    return found


SAID = {"usefulness": "5", "pace": "3", "trainer": "4", "will_change": "Ask to speak alone"}


def test_feedback_is_given_once(client_for, member, session):
    client = client_for(member.learner)
    assert "no details of a case" in client.get(feedback_url(session)).content.decode()
    assert "Thank you" in client.post(feedback_url(session), SAID).content.decode()
    assert "Thank you" in client.post(feedback_url(session), SAID).content.decode()
    row = SessionFeedback.objects.get()
    assert (row.session, row.usefulness, row.pace, row.trainer, row.will_change) == (
        session, 5, 3, 4, "Ask to speak alone",
    )  # fmt: skip
    assert FeedbackGiven.objects.get().learner == member.learner


def test_what_was_typed_stays_with_the_error_beside_the_question(client_for, member, session):
    response = client_for(member.learner).post(feedback_url(session), SAID | {"pace": ""})
    html = response.content.decode()
    assert "There is a problem" in html
    assert "Choose one of the answers." in html
    assert "Ask to speak alone" in html
    assert SessionFeedback.objects.count() == 0


@pytest.mark.parametrize("text", ["\0\0", "x" * 1001])
def test_hostile_texts_do_no_harm(client_for, member, session, text):
    assert (
        client_for(member.learner).post(feedback_url(session), SAID | {"will_change": text}).status_code
        == 200
    )


def test_who_did_not_come_finds_no_page(client_for, session, cohort):
    assert client_for(UserFactory()).get(feedback_url(session)).status_code == 404
    assert client_for(cohort.created_by).post(feedback_url(session), SAID).status_code == 404


def test_after_a_month_it_is_closed(client_for, member, cohort):
    old = PastSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(days=32))
    came_to(old, member.learner)
    response = client_for(member.learner).post(feedback_url(old), SAID)
    assert "Not open for feedback" in response.content.decode()
    assert SessionFeedback.objects.count() == 0


# --- After ninety days ----------------------------------------------------------------------------


def follow_up_url(follow_up, name="follow_up"):
    return reverse(f"evaluation:{name}", args=[follow_up.token])


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("name", ["follow_up", "follow_up_stop", "follow_up_confidence"])
def test_opening_a_link_answers_nothing(client_for, name, method):
    """Programs that look through mail open every link."""
    follow_up = FollowUpFactory()
    rate(follow_up.enrolment, Stage.BEFORE, {"LO1": 2})
    before = FollowUp.objects.values().get()
    assert getattr(client_for(), method)(f"{follow_up_url(follow_up, name)}?answer=used").status_code == 200
    assert FollowUp.objects.values().get() == before


def test_the_answer_of_the_link_is_chosen_on_the_page(client_for):
    response = client_for().get(f"{follow_up_url(FollowUpFactory())}?answer=help")
    assert response.context["form"]["answer"].value() == "help"


def test_an_answer_needs_no_log_in(client_for):
    follow_up = FollowUpFactory()
    response = client_for().post(follow_up_url(follow_up), {"answer": "used", "passed_on": "yes"})
    assert "Thank you" in response.content.decode()
    follow_up.refresh_from_db()
    assert (follow_up.answer, follow_up.passed_on) == ("used", True)


def test_the_pages_of_the_letter_show_nothing_that_was_answered_before(client_for, enrolment):
    """An employer's mail filter opens links and keeps what it finds."""
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    rate(enrolment, Stage.LATER, {"LO1": 5})
    follow_up = FollowUpFactory(enrolment=enrolment, answer="help", passed_on=True)
    for name in ("follow_up", "follow_up_confidence"):
        assert "checked" not in client_for().get(follow_up_url(follow_up, name)).content.decode()


def test_what_is_left_alone_on_the_letters_page_stays_as_it_was(client_for, enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    rate(enrolment, Stage.LATER, {"LO1": 5})
    follow_up = FollowUpFactory(enrolment=enrolment)
    client_for().post(follow_up_url(follow_up, "follow_up_confidence"), {})
    assert enrolment.confidence_ratings.get(stage=Stage.LATER).rating == 5


def test_nothing_chosen_is_named(client_for):
    response = client_for().post(follow_up_url(FollowUpFactory()), {"passed_on": "yes"})
    assert "Choose one of the answers." in response.content.decode()


def test_the_page_names_nobody(client_for):
    follow_up = FollowUpFactory()
    html = client_for().get(follow_up_url(follow_up)).content.decode()
    assert follow_up.enrolment.learner.name not in html
    assert follow_up.enrolment.learner.email not in html


def test_from_the_thanks_one_can_rate_again_without_log_in(client_for, enrolment):
    rate(enrolment, Stage.BEFORE, {"LO1": 2})
    follow_up = FollowUpFactory(enrolment=enrolment)
    client = client_for()
    thanks = client.post(follow_up_url(follow_up), {"answer": "used"}).content.decode()
    assert follow_up_url(follow_up, "follow_up_confidence") in thanks
    client.post(follow_up_url(follow_up, "follow_up_confidence"), {"outcome0": "4"})
    assert set(enrolment.confidence_ratings.values_list("stage", "rating")) == {("before", 2), ("later", 4)}


def test_do_not_ask_me_again(client_for):
    follow_up = FollowUpFactory()
    assert (
        "We will not ask again"
        in client_for().post(follow_up_url(follow_up, "follow_up_stop")).content.decode()
    )
    follow_up.refresh_from_db()
    assert follow_up.stopped_at
    assert client_for().post(follow_up_url(follow_up), {"answer": "used"}).status_code == 410


@pytest.mark.parametrize("name", ["follow_up", "follow_up_confidence"])
def test_a_closed_question_says_so(client_for, name):
    follow_up = FollowUpFactory()
    stop_asking(follow_up.enrolment.learner)
    assert client_for().get(follow_up_url(follow_up, name)).status_code == 410


@pytest.mark.parametrize("name", ["follow_up", "follow_up_confidence", "follow_up_stop"])
def test_a_letter_not_sent_and_a_made_up_token_lead_nowhere(client_for, name):
    waiting = FollowUpFactory(sent_at=None)
    assert client_for().get(follow_up_url(waiting, name)).status_code == 404
    assert client_for().get(reverse(f"evaluation:{name}", args=["x" * 22])).status_code == 404


# --- Trainers ------------------------------------------------------------------------------------


def group_url(cohort, name="group"):
    return reverse(f"evaluation:{name}", args=[cohort.pk])


@pytest.fixture
def told_of(cohort, health):
    """A group with something in every part."""
    places = rated(cohort, [(2, 4), (1, 3), (3, 3), (2, 5), (4, 3)], sector=health)
    rate_all(places, Stage.LATER, [3] * 5)
    quiz = QuizFactory(course=cohort.course, kind=QuizKind.DIAGNOSTIC, slug="before")
    make_item(cohort.course.course_modules.first().module, "Q1")
    keep_attempts(quiz, [{"Q1": ["keya"]}] * 5, enrolments=places)
    session = PastSessionFactory(cohort=cohort, title="Day one")
    for _ in range(5):
        SessionFeedbackFactory(session=session, will_change="=cmd|' /C calc'!A0")
    for place in places:
        FollowUpFactory(enrolment=place, answer="used", passed_on=True)
    return cohort


def test_the_page_tells_of_the_group_and_of_nobody(client_for, told_of):
    html = client_for(told_of.created_by).get(group_url(told_of)).content.decode()
    for words in ("What this room does not know yet", "90% or more", "+1.2", "5 of 5 answered", "Day one"):
        assert words in html
    for learner in told_of.members.values_list("learner__name", flat=True):
        assert learner not in html


def test_an_empty_group_has_a_page(client_for, cohort):
    html = client_for(cohort.created_by).get(group_url(cohort)).content.decode()
    assert "Nobody has rated both times yet." in html
    assert "Nobody has said anything yet." in html


@pytest.mark.parametrize("people", [5, 20])
def test_the_page_costs_the_same_for_any_number(
    client_for, told_of, people, health, django_assert_num_queries
):
    rated(told_of, [(2, 4)] * (people - 5), sector=health)
    client = client_for(told_of.created_by)
    client.get(group_url(told_of))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(group_url(told_of))


@pytest.mark.parametrize("name", ["group", "export"])
def test_only_its_readers_find_the_page(client_for, cohort, name):
    url = group_url(cohort, name)
    found = {
        role: client_for(UserFactory(role=role)).get(url).status_code
        for role in (Role.TRAINER, Role.LEAD_TRAINER, Role.PROGRAMME_MANAGER, Role.AGENCY_LEAD, Role.FUNDER)
    }
    assert found == {
        Role.TRAINER: 404,
        Role.LEAD_TRAINER: 200,
        Role.PROGRAMME_MANAGER: 200,
        Role.AGENCY_LEAD: 404,
        Role.FUNDER: 404,
    }


@pytest.mark.parametrize(("kind", "starts"), [("csv", b"\xef\xbb\xbfPart"), ("xlsx", b"PK")])
def test_the_export_holds_the_same_and_no_formula(client_for, told_of, kind, starts):
    response = client_for(told_of.created_by).get(group_url(told_of, "export"), {"format": kind})
    assert response.content.startswith(starts)
    if kind == "csv":
        lines = response.content.decode("utf-8-sig").splitlines()
        assert '"Confidence, before and after",All outcomes,5,2.4,3.6,1.2' in "\n".join(lines)
        assert "'=cmd" in "\n".join(lines)


def test_the_groups_page_leads_to_the_evaluation(client_for, told_of):
    html = client_for(told_of.created_by).get(told_of.get_absolute_url()).content.decode()
    assert group_url(told_of) in html
