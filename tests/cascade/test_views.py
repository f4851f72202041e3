from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import tablib
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from cascade import lead_views
from cascade.deliveries import note_group_deliveries
from cascade.fidelity import POINTS
from cascade.models import Delivery, Licence, LicenceRule, Observation
from cascade.services import read_changes
from courses.services import enrol
from tests.factories.accounts import AgencyFactory, SectorFactory, UserFactory
from tests.factories.cascade import ALL_YES, DeliveryFactory, LicenceFactory, ObservationFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, ProgrammeFactory
from tests.factories.quizzes import complete_modules, make_course

pytestmark = pytest.mark.django_db
MINE = reverse("cascade:mine")
TREE = reverse("cascade:tree")


@pytest.fixture
def trainer():
    return UserFactory(role=Role.TRAINER, name="Tara Trainer")


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def url(name, person, course):
    return reverse(f"cascade:{name}", args=[person.pk, course.slug])


# --- My licence and reach --------------------------------------------------------------------


def test_a_holder_reads_where_the_licence_stands_and_starts_a_session(client_for, trainer, course):
    LicenceFactory(holder=trainer, course=course, valid_until=timezone.localdate() + timedelta(days=200))

    page = client_for(trainer).get(MINE)

    assert "Valid until" in text_of(page)
    create = f"{reverse('cohorts:create')}?course={course.slug}"
    assert f'href="{create}"' in page.content.decode()
    assert f'<option value="{course.slug}" selected>' in client_for(trainer).get(create).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"valid_until": timezone.localdate() - timedelta(days=1)}, "It lapsed after"),
        ({"revoked_at": timezone.now(), "revoke_reason": "Graphic pictures."}, "Reason: Graphic pictures."),
        ({"is_provisional": True}, "runs a full year as soon as a lead trainer has watched"),
        ({"valid_until": timezone.localdate() + timedelta(days=9)}, "Read what changed in the course"),
    ],
)
def test_what_a_licence_lacks_is_said_in_words(client_for, trainer, course, change, words):
    LicenceFactory(holder=trainer, course=course, **change)

    page = client_for(trainer).get(MINE)

    assert words in text_of(page)
    assert ("Run my own session" in text_of(page)) == ("lapsed" not in words and "Reason" not in words)


def test_somebody_on_the_way_reads_what_lacks(client_for, trainer, course):
    LicenceRule.objects.create(course=course, trainer_course=course)
    enrol(trainer, course)

    assert "2 modules to complete" in text_of(client_for(trainer).get(MINE))


def test_the_own_branch_names_only_those_trained_by_oneself(client_for, trainer):
    ben = LicenceFactory(holder__name="Ben Below", trained_by=trainer).holder
    LicenceFactory(holder__name="Cem Further", trained_by=ben)

    page = text_of(client_for(trainer).get(MINE))

    assert "Ben Below" in page
    assert "Cem Further" not in page
    assert "A trainer of generation 3" in page


def test_my_page_costs_the_same_for_one_delivery_and_three(client_for, trainer, django_assert_num_queries):
    client = client_for(trainer)
    course = LicenceFactory(holder=trainer).course

    def delivery():
        cohort = CohortFactory(trainers=[trainer], course=course)
        complete_modules(CohortMemberFactory(cohort=cohort).enrolment)
        DeliveryFactory(trainer=trainer, course=course)
        DeliveryFactory(trainer=trainer, cohort=cohort)
        LicenceFactory(trained_by=trainer, course=course)
        ObservationFactory(trainer=trainer, course=course)

    delivery()
    client.get(MINE)
    with django_assert_num_queries(24):
        client.get(MINE)
    delivery()
    delivery()
    with django_assert_num_queries(24):
        client.get(MINE)


# --- Beginning a group -----------------------------------------------------------------------


def begin(client, course):
    data = {"name": "Mine", "course": course.slug, "trainers": [], "delivery": "face"}
    return client.post(reverse("cohorts:create"), data)


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ({"valid_until": date(2026, 3, 5)}, "ended on 5 March 2026"),
        ({"revoked_at": datetime(2026, 3, 5, 12, tzinfo=UTC)}, "was revoked on 5 March 2026"),
    ],
)
def test_whose_licence_has_ended_begins_no_group_and_reads_whom_to_ask(
    client_for, trainer, course, lead, ended, words
):
    LicenceFactory(holder=trainer, course=course, granted_by=lead, **ended)
    own = CohortFactory(created_by=trainer, course=course)
    client = client_for(trainer)

    refused = begin(client, course)
    copied = client.get(reverse("bookings:cohort_copy", args=[own.pk]), follow=True)

    (reason,) = refused.context["form"].errors["course"]
    assert words in reason
    assert "Ask a lead trainer to renew it: Lea Lead." in reason
    assert words in text_of(copied)
    assert list(trainer.cohorts_trained.all()) == [own]
    other = CohortFactory(created_by=trainer).course
    assert "course" not in begin(client, other).context["form"].errors
    renewed = LicenceFactory(holder=trainer, course=make_course(), gave_role=True)
    assert words in begin(client, course).context["form"].errors["course"][0]
    Licence.objects.exclude(pk=renewed.pk).delete()
    assert "course" not in begin(client, course).context["form"].errors


def test_a_trainer_by_licence_alone_begins_no_group_at_all_once_it_has_ended(
    client_for, trainer, course, lead
):
    LicenceFactory(holder=trainer, course=course, valid_until=date(2026, 3, 5), gave_role=True)
    client = client_for(trainer)

    page = client.get(reverse("cohorts:create"))
    refused = begin(client, CohortFactory(created_by=trainer).course)

    assert "ended on 5 March 2026" in text_of(page)
    assert "ended on 5 March 2026" in refused.context["form"].errors["course"][0]


@pytest.mark.parametrize("role", [Role.TRAINER, Role.LEAD_TRAINER])
def test_the_pack_stands_on_the_groups_page(client_for, course, role):
    user = UserFactory(role=role)
    group = CohortFactory(created_by=user, course=course)

    page = client_for(user).get(group.get_absolute_url())

    assert reverse("cascade:pack", args=[course.slug]) in page.content.decode()


# --- Deliveries ------------------------------------------------------------------------------


def form_of(taught, **fields):
    return {"course": taught.slug, "delivered_on": "2/11/2026", "format": "face", **fields}


def test_a_delivery_is_logged_by_sector(client_for, trainer, course):
    health, agency = SectorFactory(), AgencyFactory()
    data = form_of(course, minutes="210", agency=agency.pk, area="Carrow")

    response = client_for(trainer).post(
        reverse("cascade:delivery_new"), {**data, f"sector_{health.pk}": "12", "sector_0": "3"}
    )

    assert response.url == MINE
    row = trainer.deliveries.get()
    assert (row.course, row.delivered_on, row.minutes, row.agency, row.area) == (
        course,
        date(2026, 11, 2),
        210,
        agency,
        "Carrow",
    )
    assert sorted(row.reaches.values_list("sector", "people"), key=str) == [(health.pk, 12), (None, 3)]


def test_a_delivery_is_told_apart_by_programme_when_there_are_several(client_for, trainer, course):
    mine, other = ProgrammeFactory(), ProgrammeFactory()
    CohortFactory(created_by=trainer, programme=mine)
    client = client_for(trainer)
    assert "programme" not in client.get(reverse("cascade:delivery_new")).context["form"].fields
    became = CohortFactory(programme=other)
    LicenceFactory(holder=trainer, course=course, trained_in=became)

    client.post(reverse("cascade:delivery_new"), form_of(course, programme=other.pk, sector_0="3"))
    client.post(reverse("cascade:delivery_new"), form_of(course, sector_0="4"))
    stranger = ProgrammeFactory()
    refused = client.post(
        reverse("cascade:delivery_new"), form_of(course, programme=stranger.pk, sector_0="3")
    )

    assert "programme" in refused.context["form"].errors
    assert set(trainer.deliveries.values_list("programme", flat=True)) == {other.pk, None}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Enter how many people came"),
        ({"sector_0": "-2"}, "enter 0 or more"),
        ({"sector_0": "5001"}, "at most 5,000 people"),
        ({"sector_0": "1", "delivered_on": "1/1/2100"}, "cannot be in the future"),
        ({"sector_0": "1", "delivered_on": "1/1/1900"}, "cannot be before 2010"),
        ({"sector_0": "1", "agency": "9" * 30}, "Choose an organisation from the list"),
        ({"sector_0": "1", "course": "no-such"}, "Choose a course from the list"),
        ({"sector_0": "1", "minutes": "x"}, "Enter whole minutes"),
        ({"sector_0": "1", "format": ""}, "Choose how you gave it"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_typed_words_stay(
    client_for, trainer, course, fields, words
):
    response = client_for(trainer).post(
        reverse("cascade:delivery_new"), form_of(course, area="Carrow & Sons", **fields)
    )

    page = response.content.decode()
    assert (response.status_code, Delivery.objects.count()) == (200, 0)
    assert words in page
    assert "There is a problem" in page
    assert "Carrow &amp; Sons" in page


def test_an_own_group_is_logged_with_its_people(client_for, trainer):
    cohort, other = CohortFactory(trainers=[trainer]), CohortFactory()
    client = client_for(trainer)
    here = reverse("cascade:delivery_new")
    assert client.get(f"{here}?group={other.pk}").status_code == 404
    assert client.get(f"{here}?group={'9' * 40}").status_code == 404

    client.post(f"{here}?group={cohort.pk}", {"delivered_on": "2/11/2026", "format": "elearning"})

    assert trainer.deliveries.get().cohort == cohort
    assert client.get(f"{here}?group={cohort.pk}").status_code == 404


def test_only_the_own_delivery_is_withdrawn(client_for, trainer):
    mine, other = DeliveryFactory(trainer=trainer), DeliveryFactory()
    client = client_for(trainer)

    assert client.post(reverse("cascade:withdraw", args=[other.pk])).status_code == 404
    client.get(reverse("cascade:withdraw", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.withdrawn_at is None

    client.post(reverse("cascade:withdraw", args=[mine.pk]))

    mine.refresh_from_db()
    assert mine.withdrawn_by == trainer
    assert "Withdrawn" in text_of(client.get(MINE))


def test_reading_the_changes_names_what_was_published_again(client_for, trainer, course):
    licence = LicenceFactory(holder=trainer, course=course)
    page = client_for(trainer).get(reverse("cascade:changes", args=[licence.pk]))
    assert course.course_modules.first().module.title in text_of(page)

    client_for(trainer).post(reverse("cascade:changes", args=[licence.pk]))

    licence.refresh_from_db()
    assert licence.changes_read_at is not None
    assert (
        client_for(UserFactory(role=Role.TRAINER)).get(f"/trainer/licence/{licence.pk}/changes/").status_code
        == 404
    )


# --- Lead trainers ---------------------------------------------------------------------------


def test_observing_granting_renewing_and_revoking_a_person(client_for, lead, course, trainer):
    LicenceRule.objects.create(course=course, trainer_course=course)
    person = UserFactory(name="Petra Person")
    member = CohortMemberFactory(learner=person, cohort=CohortFactory(course=course, trainers=[trainer]))
    complete_modules(member.enrolment)
    client = client_for(lead)
    assert "Petra Person" in text_of(client.get(reverse("cascade:people")))
    assert "Grant licence" not in text_of(client.get(url("person", person, course)))

    watched = {"kind": "session", "observed_on": timezone.localdate().strftime("%d/%m/%Y"), **ALL_YES}
    client.post(url("observe", person, course), watched)
    assert "Grant licence" in text_of(client.get(url("person", person, course)))
    start = client.get(url("grant", person, course)).context["form"].initial
    assert start == {"trained_in": member.cohort_id, "trained_by": trainer.pk}
    client.post(url("grant", person, course), start)
    licence = Licence.objects.get()
    assert (licence.holder, licence.trained_by, licence.granted_by) == (person, trainer, lead)

    Licence.objects.update(valid_until=timezone.localdate() + timedelta(days=5))
    refused = client.post(reverse("cascade:renew", args=[licence.pk]), follow=True)
    assert "not yet confirmed to have read" in text_of(refused)
    read_changes(licence)
    client.post(reverse("cascade:renew", args=[licence.pk]))
    assert Licence.objects.valid().get() != licence

    standing = Licence.objects.valid().get()
    assert "Say why." in text_of(client.post(reverse("cascade:revoke", args=[standing.pk]), {"reason": " "}))
    client.post(reverse("cascade:revoke", args=[standing.pk]), {"reason": "Left the programme."})
    assert not Licence.objects.valid().exists()
    assert "Left the programme." in text_of(client.get(url("person", person, course)))


def test_an_incomplete_checklist_is_not_saved(client_for, lead, course, ready):
    person = ready()
    Observation.objects.all().delete()
    LicenceRule.objects.create(course=course, trainer_course=course)

    page = client_for(lead).post(
        url("observe", person, course), {"kind": "session", "comment": "Calm & clear"}
    )

    assert text_of(page).count("choose yes, partly or no.") == 2 * len(POINTS)
    assert "Calm &amp; clear" in page.content.decode()
    assert not Observation.objects.exists()


def test_a_lead_trainer_cannot_act_on_themselves(client_for, course, lead):
    LicenceRule.objects.create(course=course, trainer_course=course)
    complete_modules(enrol(lead, course))
    ObservationFactory(trainer=lead, course=course)
    client = client_for(lead)

    assert "Nobody observes or licenses themselves" in text_of(client.get(url("person", lead, course)))
    assert "Nobody licenses themselves" in text_of(
        client.post(url("grant", lead, course), {"trained_by": ""})
    )
    assert not Licence.objects.exists()


def test_managers_read_and_change_nothing(client_for, course, ready):
    person = ready()
    LicenceRule.objects.create(course=course, trainer_course=course)
    client = client_for(UserFactory(role=Role.PROGRAMME_MANAGER))

    assert "Record an observation" not in text_of(client.get(url("person", person, course)))
    assert client.post(url("grant", person, course), {}).status_code == 404
    assert client.get(url("observe", person, course)).status_code == 404
    assert client.get(reverse("cascade:rules")).status_code == 404


def test_the_list_of_people_is_narrowed(client_for, course, ready, lead):
    LicenceRule.objects.create(course=course, trainer_course=course)
    ready(name="Rhea Ready")
    enrol(UserFactory(name="Lars Lacking"), course)
    LicenceFactory(holder__name="Hana Holder", course=course)
    LicenceFactory(holder__name="Ed Ended", course=course, valid_until=date(2026, 1, 1))
    soon = timezone.localdate() + timedelta(days=30)
    LicenceFactory(holder__name="Sol Soon", course=course, valid_until=soon)
    client = client_for(lead)

    def names(**asked):
        return {str(row[0]) for row in client.get(reverse("cascade:people"), asked).context["rows"]}

    assert names() == {"Rhea Ready", "Lars Lacking", "Hana Holder", "Ed Ended", "Sol Soon"}
    assert names(state="ready") == {"Rhea Ready"}
    assert names(state="lacking") == {"Lars Lacking", "Ed Ended"}
    assert names(state="holds") == {"Hana Holder", "Sol Soon"}
    assert names(state="ending") == {"Sol Soon"}
    assert names(state="ended") == {"Ed Ended"}
    assert names(q="hana") == {"Hana Holder"}
    assert names(course="no-such", state="no-such") == names()


def test_only_the_people_of_the_page_are_looked_at(client_for, lead, course, monkeypatch):
    for _ in range(3):
        LicenceFactory(course=course)
    monkeypatch.setattr("cascade.lead_views.PEOPLE_A_PAGE", 2)
    looked_at = []
    real = lead_views.standings
    monkeypatch.setattr(
        lead_views, "standings", lambda people, *rest: looked_at.append(len(people)) or real(people, *rest)
    )

    response = client_for(lead).get(reverse("cascade:people"), {"course": course.slug, "page": "2"})

    assert (response.context["page"].paginator.count, looked_at) == (3, [1])


def test_junk_in_the_addresses_is_never_an_error(client_for, lead, course, hostile):
    client = client_for(lead)
    for name in ("people", "tree", "table"):
        asked = dict.fromkeys(("q", "course", "state", "programme", "sort", "page"), hostile)
        assert client.get(reverse(f"cascade:{name}"), asked).status_code == 200
    assert client.get(TREE, {"branch": hostile}).status_code == (404 if hostile else 200)


def test_people_costs_the_same_for_one_and_three(client_for, course, ready, lead, django_assert_num_queries):
    LicenceRule.objects.create(course=course, trainer_course=course)
    client = client_for(lead)
    ready()
    client.get(reverse("cascade:people"))
    with django_assert_num_queries(19):
        client.get(reverse("cascade:people"))
    LicenceFactory(holder=ready(), course=course, trained_by=ready())
    with django_assert_num_queries(19):
        client.get(reverse("cascade:people"))


def test_a_rule_is_added_once_and_removed(client_for, lead, course):
    client, here = client_for(lead), reverse("cascade:rules")
    rule = {"course": course.slug, "trainer_course": course.slug}
    client.post(here, rule)

    assert "There is a problem" in text_of(client.post(here, rule))
    client.post(reverse("cascade:rule_remove", args=[LicenceRule.objects.get().pk]))
    assert not LicenceRule.objects.exists()


# --- The tree --------------------------------------------------------------------------------


@pytest.fixture
def line():
    """Ann trained Ben, whose licence lapsed; Ben trained Cem, who reached ten people in Carrow."""
    ann = UserFactory(name="Ann Above", role=Role.TRAINER)
    ben = LicenceFactory(holder__name="Ben Below", trained_by=ann, valid_until=date(2026, 1, 1)).holder
    cem = LicenceFactory(holder__name="Cem Further", trained_by=ben).holder
    DeliveryFactory(trainer=cem, area="Carrow")
    return ann, ben, cem


def test_the_tree_stands_in_words_and_as_a_picture(client_for, lead, line):
    page = client_for(lead).get(TREE)

    words = text_of(page)
    assert 'Ben Below</span> <span class="app-tree__words">1 reached, 11 in all; licence lapsed.' in words
    assert "3 trainers in 3 generations. The list below says the same in words." in words
    assert words.count("<details") == words.count("</details>") == 2
    svg = page.content.decode().partition('<svg class="app-tree-picture"')[2].partition("</svg>")[0]
    assert 'role="img"' in svg
    assert "Lapsed · 1 own, 11 in all" in svg
    assert "style=" not in svg
    assert page.context["cascade"].forest.total.areas["Carrow"] == 10


def test_one_branch_has_a_page_of_its_own(client_for, lead, line):
    _ann, ben, _cem = line

    words = text_of(client_for(lead).get(TREE, {"branch": ben.pk}))

    assert "What grew from Ben Below" in words
    assert "Ann Above" not in words
    assert "Generation 2" in words


def test_a_large_tree_folds_up_and_leads_on(client_for, lead, monkeypatch, line):
    monkeypatch.setattr("cascade.shown.MOST_LINES", 2)

    page = client_for(lead).get(TREE).content.decode()

    assert f'href="?branch={line[1].pk}"' in page
    assert "1 trainer below" in page


def test_the_table_is_sorted_and_exported(client_for, lead, line):
    client = client_for(lead)
    asked = {"sort": "generation"}
    rows = client.get(reverse("cascade:table"), asked).context["page"].object_list
    assert [row.name for row in rows] == ["Ann Above", "Ben Below", "Cem Further"]
    assert [row.total for row in client.get(reverse("cascade:table")).context["page"].object_list] == [
        12,
        11,
        10,
    ]

    answer = client.get(reverse("cascade:export"), {"format": "xlsx"})

    table = tablib.Dataset().load(BytesIO(answer.content), format="xlsx")
    assert table["Trainer"] == ["Ann Above", "Ben Below", "Cem Further"]
    assert (table["Reached in all"], table["Trained by"]) == ([12, 11, 10], [None, "Ann Above", "Ben Below"])
    assert client.get(reverse("cascade:export"), {"format": "exe"}).status_code == 404


def test_no_cell_of_the_export_can_be_a_formula(client_for, lead):
    DeliveryFactory(trainer=UserFactory(name="=cmd|'/c calc'!A0", agency__name="+Agency"))

    answer = client_for(lead).get(reverse("cascade:export"), {"format": "csv"}).content.decode("utf-8-sig")

    assert answer.splitlines()[1].startswith("'=cmd|'/c calc'!A0,'+Agency,")


def test_the_tree_page_costs_the_same_for_one_line_and_three(
    client_for, lead, line, django_assert_num_queries
):
    client = client_for(lead)
    client.get(TREE)
    for name, queries in (("tree", 10), ("table", 10)):
        with django_assert_num_queries(queries):
            client.get(reverse(f"cascade:{name}"))
    for _ in range(2):
        DeliveryFactory(trainer=LicenceFactory(trained_by=line[0]).holder)
    note_group_deliveries()
    for name, queries in (("tree", 10), ("table", 10)):
        with django_assert_num_queries(queries):
            client.get(reverse(f"cascade:{name}"))


# --- The trainer pack ------------------------------------------------------------------------


def test_the_pack_is_for_trainers_and_licence_holders(client_for, trainer, course):
    here = reverse("cascade:pack", args=[course.slug])
    holder = LicenceFactory(course=course, holder=UserFactory()).holder
    lapsed = LicenceFactory(course=course, holder=UserFactory(), valid_until=date(2026, 1, 1)).holder

    answer = client_for(holder).get(here)

    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert client_for(lapsed).get(here).status_code == 404
    assert client_for(UserFactory()).get(here).status_code == 404
    assert client_for(trainer).get("/trainer/pack/no-such/").status_code == 404
