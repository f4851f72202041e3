"""Programmes in the trainers' area: who sees them, what can be agreed, which groups count."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from cohorts import programme_panels
from cohorts.models import Cohort, Delivery, Programme, ProgrammeTarget
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, ProgrammeFactory
from tests.factories.quizzes import make_course

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def address(name, *args):
    return reverse(f"cohorts:{name}", args=args)


def posted(*rows, **fields):
    """The form as a browser sends it; each row: (sector code, area, people)."""
    form = {"name": "London pilot", "targets-TOTAL_FORMS": len(rows), "targets-INITIAL_FORMS": 0} | fields
    for number, (sector, area, people) in enumerate(rows):
        form |= {
            f"targets-{number}-sector": sector,
            f"targets-{number}-area": area,
            f"targets-{number}-people": people,
        }
    return form


@pytest.fixture
def manager():
    return UserFactory(role=Role.PROGRAMME_MANAGER)


@pytest.fixture
def lead():
    return UserFactory(role=Role.LEAD_TRAINER)


@pytest.mark.parametrize(
    ("role", "sees", "edits"),
    [
        (Role.PROGRAMME_MANAGER, True, True),
        (Role.LEAD_TRAINER, False, False),
        ("its lead", True, True),
        (Role.TRAINER, False, False),
        (Role.FUNDER, False, False),
        (Role.AGENCY_LEAD, False, False),
    ],
)
def test_programmes_are_for_managers_and_their_lead_trainers(role, sees, edits, client_for):
    user = UserFactory(role=Role.LEAD_TRAINER if role == "its lead" else role)
    programme = ProgrammeFactory(leads=[user] if role == "its lead" else [])
    client = client_for(user)

    assert client.get(address("programme", programme.pk)).status_code == (200 if sees else 404)
    for method in ("get", "post"):
        response = getattr(client, method)(address("programme_edit", programme.pk))
        assert response.status_code == (200 if edits else 404)
    if role in (Role.TRAINER, Role.FUNDER, Role.AGENCY_LEAD):
        assert client.get(address("programmes")).status_code == 404
        assert client.get(address("programme_create")).status_code == 404
    else:
        assert (programme.name in page(client.get(address("programmes")))) is sees


def test_a_manager_makes_a_programme_with_its_people_and_targets(manager, lead, client_for):
    police, funder = SectorFactory(), UserFactory(role=Role.FUNDER)
    form = posted(
        (police.code, "", "80"), ("", "Camden", "40"), ("", "", ""),
        summary="180 people.\nSix sessions.", funder_name="The Trust", starts_on="1/9/2026",
        ends_on="31/8/2027", target_people="180", target_agencies="25", target_passed_on_percent="70",
        leads=[lead.pk], funders=[funder.pk],
    )  # fmt: skip
    client = client_for(manager)

    response = client.post(address("programme_create"), form)

    programme = Programme.objects.get()
    assert response["Location"] == programme.get_absolute_url()
    targets = list(programme.targets.values_list("sector__code", "area", "people"))
    assert targets == [(police.code, "", 80), (None, "Camden", 40)]
    assert (list(programme.leads.all()), list(programme.funders.all())) == ([lead], [funder])
    html = page(client.get(programme.get_absolute_url()))
    for words in ("The Trust", "180", "25", "70%", police.name, "Camden", str(lead), str(funder)):
        assert words in html

    client.post(address("programme_edit", programme.pk), posted(("", "Hackney", "5"), name="Second year"))

    programme.refresh_from_db()
    assert (programme.name, list(programme.targets.values_list("area", "people"))) == (
        "Second year",
        [("Hackney", 5)],
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Enter a name for the programme."),
        ({"name": "x" * 121}, "Use at most 120 characters."),
        ({"name": "Taken"}, "There is a programme with this name."),
        ({"starts_on": "2/3/2027", "ends_on": "1/3/2027"}, "cannot be before the first day"),
        ({"target_people": "many"}, "Enter a whole number from 1 to 1,000,000."),
        ({"target_passed_on_percent": "101"}, "Enter a whole number from 1 to 100."),
        ({"leads": ["9" * 30]}, "Choose lead trainers from the list."),
        ({"funders": ["0"]}, "Choose funders from the list."),
        ({"targets-0-people": ""}, "Enter how many people."),
        ({"targets-0-area": "", "targets-0-people": "5"}, "Choose a sector or enter an area"),
        ({"targets-0-sector": "nonsense"}, "Choose a sector from the list."),
        ({"targets-1-area": "camden"}, "This has a target already."),
    ],
)
def test_a_programme_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    manager, client_for, change, message
):
    ProgrammeFactory(name="Taken")
    form = posted(("", "Camden", "40"), ("", "Hackney", "50"), summary="Kept words") | change

    html = page(client_for(manager).post(address("programme_create"), form))

    assert "<title>Error: Create a programme" in html
    assert html.count(message) == 2
    assert "Kept words" in html
    assert "Hackney" in html or "camden" in html
    assert (Programme.objects.count(), ProgrammeTarget.objects.count()) == (1, 0)


def test_a_row_is_added_without_losing_words_or_finding_fault(manager, client_for):
    form = posted(("", "Camden", ""), name="", add_row="1")

    html = page(client_for(manager).post(address("programme_create"), form))

    assert 'name="targets-1-people"' in html
    assert 'value="Camden"' in html
    assert "There is a problem" not in html
    assert "govuk-error-message" not in html
    assert not Programme.objects.exists()


@pytest.mark.parametrize("count", ["", "x", "-1", "99999", "9" * 30])
def test_a_count_of_rows_that_no_page_sent_is_no_error_page(manager, client_for, count):
    for button in ({}, {"add_row": "1"}):
        form = posted(name="") | {"targets-TOTAL_FORMS": count} | button
        page(client_for(manager).post(address("programme_create"), form))


@pytest.mark.parametrize(
    "field", ["name", "summary", "funder_name", "starts_on", "target_people", "leads", "targets-0-area", "targets-0-sector"]
)  # fmt: skip
def test_no_text_in_a_field_leads_to_an_error_page(manager, client_for, field, hostile):
    form = posted(("", "Camden", "40")) | {field: hostile}

    assert SCRIPT not in page(client_for(manager).post(address("programme_create"), form, follow=True))


def test_a_lead_trainer_stays_in_the_programme_they_make(lead, client_for):
    client = client_for(lead)
    assert f'value="{lead.pk}" checked' in page(client.get(address("programme_create")))

    html = page(client.post(address("programme_create"), posted()))

    assert "Stay among the lead trainers" in html
    assert not Programme.objects.exists()


def test_the_page_shows_what_apps_above_add(manager, client_for, monkeypatch, settings):
    programme = ProgrammeFactory()
    panel = programme_panels.Panel("seen", "cohorts/_seen.html", lambda p, user: {"name": p.name})
    hidden = programme_panels.Panel("hidden", "cohorts/_none.html", lambda p, user: None)
    monkeypatch.setattr(programme_panels, "_panels", {"seen": panel, "hidden": hidden})

    assert programme_panels.panels_for(programme, manager) == [
        ("cohorts/_seen.html", {"name": programme.name})
    ]


# --- Groups in a programme -------------------------------------------------------------------


def test_a_trainer_puts_a_group_into_a_programme_that_goes_on(client_for):
    trainer, course = UserFactory(role=Role.TRAINER), make_course()
    programme = ProgrammeFactory()
    over = ProgrammeFactory(ends_on="2026-01-01")
    client = client_for(trainer)
    form = {"name": "Tuesday", "course": course.slug, "trainers": [trainer.pk], "delivery": "face"}
    html = page(client.get(address("create")))
    assert programme.name in html
    assert over.name not in html

    page(client.post(address("create"), form | {"programme": over.pk}))
    assert not Cohort.objects.exists()
    client.post(address("create"), form | {"programme": programme.pk})

    cohort = Cohort.objects.get()
    assert (cohort.programme, cohort.delivery) == (programme, Delivery.FACE_TO_FACE)
    html = page(client.get(cohort.get_absolute_url()))
    assert programme.name in html
    assert "Face to face" in html


@pytest.mark.parametrize("field", ["programme", "delivery"])
def test_no_programme_or_format_leads_to_an_error_page(client_for, field, hostile):
    trainer = UserFactory(role=Role.TRAINER)
    ProgrammeFactory()
    form = {"name": "Tuesday", "course": make_course().slug, "trainers": [trainer.pk], field: hostile}

    page(client_for(trainer).post(address("create"), form, follow=True))


def test_changing_a_group_keeps_a_programme_that_is_over(cohort, trainer, client_for):
    over = ProgrammeFactory(ends_on="2026-01-01")
    Cohort.objects.filter(pk=cohort.pk).update(programme=over)

    form = {"name": "New name", "trainers": [trainer.pk], "programme": over.pk, "delivery": "online"}
    client_for(trainer).post(address("edit", cohort.pk), form)

    cohort.refresh_from_db()
    assert (cohort.name, cohort.programme, cohort.delivery) == ("New name", over, Delivery.E_LEARNING)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_for_one_and_for_three(manager, rows, client_for, django_assert_num_queries):
    programme = ProgrammeFactory.create_batch(rows)[0]
    for _ in range(rows):
        ProgrammeTarget.objects.create(programme=programme, sector=SectorFactory(), people=5)
        CohortMemberFactory.create_batch(2, cohort=CohortFactory(programme=programme))
    client = client_for(manager)
    client.get(address("programmes"))

    with django_assert_num_queries(6):
        page(client.get(address("programmes")))
    with django_assert_num_queries(12):
        html = page(client.get(programme.get_absolute_url()))
    assert html.count("Tuesday group") == rows
