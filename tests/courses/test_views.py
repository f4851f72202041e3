from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.roles import Role
from courses import steps
from courses.models import Enrolment, ModuleCompletion
from courses.services import complete_module, withdraw
from courses.steps import ExtraStep, StepStatus
from tests.courses.conftest import (
    activity,
    case,
    check,
    fact_block,
    image_block,
    sector_parts,
    sign_block,
    video_block,
)
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.courses import (
    CourseIndexPageFactory,
    CourseModuleFactory,
    CoursePageFactory,
    EnrolmentFactory,
    ModulePageFactory,
)
from tests.factories.library import FactFactory, IndicatorFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file it draws a rendition into to the garbage collector.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _no_steps_of_other_apps(monkeypatch):
    monkeypatch.setattr(steps, "_providers", [])


@pytest.fixture
def course():
    return CoursePageFactory(
        slug="half-day", title="The half-day course", cpd_minutes=210, reviewed_on=date(2026, 11, 16)
    )


@pytest.fixture
def learner():
    return UserFactory(sector=SectorFactory(code="HEA", name="Health"))


@pytest.fixture
def on_course(course, learner, client_for):
    """The browser of somebody on the course, which has three modules: first, second, third."""
    for name in ("first", "second", "third"):
        CourseModuleFactory(course=course, module=ModulePageFactory(slug=name, title=f"The {name} one"))
    EnrolmentFactory(course=course, learner=learner)
    return client_for(learner)


def text(response) -> str:
    return unescape(response.content.decode())


def tick(client, course, page, **changes):
    data = {"module": page.pk, "version": page.version, **changes}
    return client.post(reverse("courses:complete", args=[course.slug, page.slug]), data)


# --- Catalogue


def test_the_catalogue_shows_what_a_visitor_needs_to_choose(client, course):
    CourseIndexPageFactory()

    page = text(client.get("/courses/"))

    for words in (
        "1 course",
        "The half-day course",
        "Frontline staff in any sector",
        "3 hours 30 minutes",
        "3:30",
        "notice possible signs",
        "Last reviewed on 16 November 2026",
    ):
        assert words in page


def test_the_catalogue_says_how_far_the_learner_is(course, on_course):
    assert "Started" in text(on_course.get("/courses/"))


def test_the_catalogue_filters_and_says_how_many_it_found(client):
    health = SectorFactory(code="HEA", name="Health")
    CoursePageFactory(title="For everyone", cpd_minutes=210)
    CoursePageFactory(title="For health staff", sectors=[health])
    CoursePageFactory(title="For the police", sectors=[SectorFactory(code="POL", name="Police")])

    page = text(client.get("/courses/", {"sector": "HEA", "length": "60"}))

    assert "1 course" in page
    assert "For health staff" in page
    assert "For everyone" not in page
    assert "For the police" not in page


def test_nothing_found_offers_the_way_back(client, course):
    page = text(client.get("/courses/", {"length": "60"}))

    assert "0 courses" in page
    assert "Show all courses" in page


@pytest.mark.parametrize("name", ["sector", "length", "anything"])
def test_no_query_string_breaks_the_catalogue(client, course, hostile, name):
    response = client.get("/courses/", {name: hostile})

    assert response.status_code == 200
    assert "The half-day course" in text(response)


def test_the_catalogue_needs_no_page_in_the_tree(client):
    assert client.get("/courses/").status_code == 200


# --- Course


def test_a_visitor_reads_what_the_course_is_and_is_sent_to_sign_up_and_back(client, course):
    course.content_note = "Describes control."
    course.save_revision().publish()
    CourseModuleFactory(course=course, module__title="Signs", minutes=25)

    page = text(client.get("/courses/half-day/"))

    back = urlencode({"next": "/courses/half-day/"})
    for words in ("Describes control.", "Signs", "25 minutes", "notice possible signs", "Start course"):
        assert words in page
    assert f"{reverse('account_signup')}?{back}" in page
    assert f"{reverse('account_login')}?{back}" in page


def test_starting_without_an_account_leads_to_sign_up_and_back(client, course):
    response = client.post("/courses/half-day/start/")

    assert response.url == f"{reverse('account_signup')}?{urlencode({'next': '/courses/half-day/'})}"
    assert not Enrolment.objects.exists()


def test_starting_enrols_once_and_opens_the_first_module(client_for, course, learner):
    place = CourseModuleFactory(course=course)
    client = client_for(learner)
    assert "Start course" in text(client.get("/courses/half-day/"))

    for _ in range(2):
        response = client.post("/courses/half-day/start/")
        assert response.url == f"/courses/half-day/{place.module.slug}/"
    assert Enrolment.objects.get().learner == learner


def test_looking_at_the_start_address_changes_nothing(client_for, course, learner):
    response = client_for(learner).get("/courses/half-day/start/")

    assert response.url == "/courses/half-day/"
    assert not Enrolment.objects.exists()


def test_the_task_list_says_where_everything_stands(on_course, course):
    enrolment = Enrolment.objects.get()
    first, *_ = course.course_modules.order_by("sort_order")
    complete_module(enrolment, first)
    on_course.get("/courses/half-day/second/")

    page = text(on_course.get("/courses/half-day/"))

    assert "You have completed 1 of 3 modules." in page
    assert [page.count(status.value) for status in (StepStatus.COMPLETED, StepStatus.NOT_STARTED)] == [1, 1]
    assert "In progress" in page
    assert page.count('href="/courses/half-day/second/"') == 2  # the line and Continue


def test_continue_leads_to_the_steps_after_the_modules(on_course, course, monkeypatch):
    quiz = ExtraStep("Quiz", "10 questions.", StepStatus.NOT_STARTED, url="/quizzes/half-day/")
    locked = ExtraStep("Certificate", "", StepStatus.LOCKED)
    monkeypatch.setattr(steps, "_providers", [(1, lambda course, enrolment, done: [quiz, locked])])
    enrolment = Enrolment.objects.get()
    for place in course.course_modules.all():
        complete_module(enrolment, place)

    page = text(on_course.get("/courses/half-day/"))

    assert "You have completed all modules." in page
    assert page.count('href="/quizzes/half-day/"') == 2
    assert "Cannot start yet" in page


def test_a_course_that_is_not_published_is_not_found(client, on_course, course):
    course.unpublish()

    for browser in (client, on_course):
        assert browser.get("/courses/half-day/").status_code == 404
        assert browser.post("/courses/half-day/start/").status_code == 404
        assert browser.get("/courses/half-day/first/").status_code == 404
    assert client.get("/courses/nothing/").status_code == 404


def test_somebody_who_withdrew_may_start_again(on_course, course):
    withdraw(Enrolment.objects.get())

    assert "Start course" in text(on_course.get("/courses/half-day/"))
    assert on_course.get("/courses/half-day/first/").url == "/courses/half-day/"
    on_course.post("/courses/half-day/start/")
    assert on_course.get("/courses/half-day/first/").status_code == 200


# --- Module


def test_a_visitor_is_told_how_to_get_in(client, on_course):
    response = client.get("/courses/half-day/first/", follow=True)

    assert response.redirect_chain[-1][0] == "/courses/half-day/"
    assert "create an account or log in" in text(response)


def test_a_learner_who_is_not_on_the_course_is_told_how_to_get_in(client_for, on_course):
    response = client_for(UserFactory()).get("/courses/half-day/first/", follow=True)

    assert response.redirect_chain[-1][0] == "/courses/half-day/"
    assert "Start the course to read its modules." in text(response)


def test_addresses_that_were_never_modules_are_not_found(client, on_course):
    ModulePageFactory(slug="elsewhere")

    for browser in (client, on_course):
        assert browser.get("/courses/half-day/elsewhere/").status_code == 404
        assert browser.get("/courses/half-day/nothing/").status_code == 404


def test_an_unpublished_module_leads_back_to_the_course(on_course, course):
    module = course.course_modules.order_by("sort_order").first().module
    module.unpublish()

    assert on_course.get("/courses/half-day/first/").url == "/courses/half-day/"
    assert tick(on_course, course, module).url == "/courses/half-day/"
    assert not ModuleCompletion.objects.exists()


def test_a_module_page_holds_everything_around_its_text(on_course, course):
    fact = FactFactory(
        kind="statement",
        statement="Consent is irrelevant.",
        source="UN Protocol",
        checked_on=date(2026, 11, 2),
    )
    module = course.course_modules.order_by("sort_order").first().module
    module.content_note = "Mentions debt."
    module.reviewed_on = date(2026, 10, 26)
    module.relies_on = [fact]
    module.outcomes.create(code="M1.1", text="use a cluster of signs", sort_order=1)
    module.readings.create(title="How to notice", publisher="Home Office", year="2024", sort_order=1)
    module.save_revision().publish()

    page = text(on_course.get("/courses/half-day/first/"))

    for words in (
        "The half-day course",
        "Part 1 of 3",
        "use a cluster of signs",
        "Mentions debt.",
        "Go to the next module and come back",
        "Look at the situation.",
        "Consent is irrelevant.",
        "UN Protocol",
        "2 November 2026",
        "How to notice",
        "Home Office",
        "Last reviewed on 26 October 2026",
        "Mark as complete and continue",
        "Save and come back later",
        "Exit this page",
    ):
        assert words in page
    assert 'href="/courses/half-day/second/"' in page
    assert 'href="/courses/half-day/first/"' in text(on_course.get("/courses/half-day/second/"))


def test_the_title_in_the_browsers_history_is_neutral(on_course):
    page = text(on_course.get("/courses/half-day/first/"))

    assert "<title>Part 1 of 3 – Fairlead</title>" in page


def test_the_short_form_is_shown_where_the_course_uses_it(on_course, course):
    course.course_modules.update(form="short")

    page = text(on_course.get("/courses/half-day/first/"))

    assert "In short: look." in page
    assert "Look at the situation." not in page


def test_a_change_that_is_published_is_seen_at_once(on_course, course):
    module = course.course_modules.order_by("sort_order").first().module
    on_course.get("/courses/half-day/first/")
    module.body = [("text", "<p>Now it says this.</p>")]
    revision = module.save_revision()
    assert "Now it says this." not in text(on_course.get("/courses/half-day/first/"))

    revision.publish()

    assert "Now it says this." in text(on_course.get("/courses/half-day/first/"))


def test_opening_a_module_remembers_the_place(on_course):
    on_course.get("/courses/half-day/third/")

    assert Enrolment.objects.get().last_module.slug == "third"


def test_ticking_off_goes_on_and_a_double_click_does_no_harm(on_course, course):
    first, _, third = (place.module for place in course.course_modules.order_by("sort_order"))

    assert tick(on_course, course, first).url == "/courses/half-day/second/"
    assert tick(on_course, course, first).url == "/courses/half-day/second/"
    assert tick(on_course, course, third).url == "/courses/half-day/"
    assert [c.module.slug for c in ModuleCompletion.objects.all()] == ["first", "third"]
    assert "You have completed this module." in text(on_course.get("/courses/half-day/first/"))


@pytest.mark.parametrize("changes", [{"version": 2}, {"version": ""}, {"module": 0}, {"module": "x"}])
def test_a_tab_left_open_over_a_change_asks_to_look_again(on_course, course, changes):
    first = course.course_modules.order_by("sort_order").first().module

    response = tick(on_course, course, first, **changes)

    assert response.url == "/courses/half-day/first/"
    assert "Look through it once more" in text(on_course.get(response.url))
    assert not ModuleCompletion.objects.exists()


def test_ticking_off_takes_posted_forms_from_people_on_the_course_only(client, client_for, on_course, course):
    first = course.course_modules.order_by("sort_order").first().module

    assert on_course.get("/courses/half-day/first/complete/").status_code == 405
    assert tick(client, course, first).url == "/courses/half-day/"
    assert tick(client_for(UserFactory()), course, first).url == "/courses/half-day/"
    assert not ModuleCompletion.objects.exists()


def test_no_query_string_breaks_a_module(on_course, hostile):
    assert on_course.get("/courses/half-day/first/", {"check-b-1": hostile}).status_code == 200


def test_hostile_text_in_the_hidden_fields_is_harmless(on_course, course, hostile):
    first = course.course_modules.order_by("sort_order").first().module

    assert tick(on_course, course, first, module=hostile, version=hostile).status_code == 302


# --- Query counts


def everything(number, make_image, make_video):
    signs = IndicatorFactory.create_batch(3)
    row = [fact_block(FactFactory()), sign_block(*signs), image_block(make_image(f"i{number}")), activity()]
    return [*row, video_block(make_video()), case(), sector_parts(HEA="Look."), check()]


@pytest.mark.parametrize("count", [1, 3])
def test_a_module_costs_the_same_however_much_is_in_it(
    client_for, course, learner, count, make_image, make_video, django_assert_num_queries
):
    body = [block for number in range(count) for block in everything(number, make_image, make_video)]
    module = ModulePageFactory(body=body)
    CourseModuleFactory(course=course, module=module)
    CourseModuleFactory.create_batch(count, course=course)
    EnrolmentFactory(course=course, learner=learner)
    client = client_for(learner)
    address = f"/courses/half-day/{module.slug}/"
    client.get("/courses/")
    client.get(address)

    # session, person, roles, enrolment with its course, places
    with django_assert_num_queries(5):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_reading_after_a_change_has_a_fixed_cost_too(
    client_for, course, learner, count, make_image, make_video, django_assert_num_queries
):
    body = [block for number in range(count) for block in everything(number, make_image, make_video)]
    module = ModulePageFactory(body=body)
    CourseModuleFactory(course=course, module=module)
    EnrolmentFactory(course=course, learner=learner)
    client = client_for(learner)
    address = f"/courses/half-day/{module.slug}/"
    client.get(address)
    module.save_revision().publish()

    # the five above, then facts, signs, pictures, their renditions, videos, outcomes, further reading
    with django_assert_num_queries(12):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_course_and_the_catalogue_cost_the_same_however_many_rows(
    client_for, learner, count, django_assert_num_queries
):
    CourseIndexPageFactory()
    for _ in range(count):
        place = CourseModuleFactory()
        CourseModuleFactory.create_batch(count, course=place.course)
        complete_module(EnrolmentFactory(course=place.course, learner=learner), place)
    client = client_for(learner)
    client.get("/courses/")
    client.get(place.course.get_absolute_url())  # what is the same for every learner is kept from here on

    with django_assert_num_queries(7):
        client.get("/courses/")
    with django_assert_num_queries(6):
        client.get(place.course.get_absolute_url())


# --- Who sees what


def test_facilitator_notes_are_for_trainers(client_for, course):
    place = CourseModuleFactory(course=course, module__body=[activity()])
    address = f"/courses/half-day/{place.module.slug}/"
    for role, sees in ((None, False), (Role.EDITOR, False), (Role.TRAINER, True), (Role.LEAD_TRAINER, True)):
        person = UserFactory(role=role)
        EnrolmentFactory(course=course, learner=person)
        assert ("Listen for haste." in text(client_for(person).get(address))) is sees
