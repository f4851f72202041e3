"""Every list of the CMS: query counts, search, filters, choosers, what each role may do there."""

import pytest
from django.apps import apps
from django.urls import reverse

from library.models import Fact, HelpContact, Indicator
from tests.cms.content import (
    LISTS,
    make_agency,
    make_contact,
    make_fact,
    make_indicator,
    make_module,
    make_sector,
)
from tests.factories.accounts import UserFactory
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


def viewset(label: str):
    return apps.get_model(label).snippet_viewset


def address(label: str, view: str = "list", *args) -> str:
    return reverse(viewset(label).get_url_name(view), args=args)


def names_in(response) -> list[str]:
    return [str(row) for row in response.context["object_list"]]


#: Queries of each list for a logged-in moderator, however many rows.
QUERIES = {
    "library.indicator": 18,
    "library.fact": 12,
    "library.helpcontact": 12,
    "library.exploitationform": 12,
    "library.setting": 12,
    "accounts.agency": 15,
    "accounts.sector": 12,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("label", LISTS)
def test_list_costs_the_same_whatever_its_length(label, rows, as_moderator, django_assert_num_queries):
    as_moderator.get(address(label))
    for _ in range(rows):
        LISTS[label][0]()

    with django_assert_num_queries(QUERIES[label]):
        response = as_moderator.get(address(label))

    assert response.status_code == 200


@pytest.mark.parametrize("label", LISTS)
def test_search_takes_any_text(label, as_moderator):
    LISTS[label][0]()
    for view in ("list", "list_results"):
        answers = {
            name: as_moderator.get(address(label, view), {"q": text}).status_code
            for name, text in HOSTILE.items()
        }
        assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("label", LISTS)
def test_filters_take_any_value(label, as_moderator):
    LISTS[label][0]()
    for text in HOSTILE.values():
        everything = dict.fromkeys([*LISTS[label][1], "ordering", "p"], text)
        assert as_moderator.get(address(label, "list_results"), everything).status_code == 200, text


@pytest.mark.parametrize("label", ["library.indicator", "library.fact"])
def test_chooser_takes_any_text(label, as_editor):
    LISTS[label][0]()
    namespace = viewset(label).get_chooser_admin_url_namespace()
    for text in HOSTILE.values():
        for view in ("choose", "choose_results"):
            assert as_editor.get(reverse(f"{namespace}:{view}"), {"q": text}).status_code == 200, text


def test_chooser_finds_an_indicator_by_a_word_and_by_its_code(as_editor):
    wanted = make_indicator(code="IND-X01", text="Documents are held by someone else")
    make_indicator(text="Sleeps at work")
    url = reverse("wagtailsnippetchoosers_library_indicator:choose_results")
    for query in ("documents", "IND-X01", "docu"):
        assert names_in_chooser(as_editor.get(url, {"q": query})) == [str(wanted)]


def names_in_chooser(response) -> list[str]:
    return [str(row) for row in response.context["results"]]


def test_search_wants_each_word_in_some_field(as_editor):
    both = make_fact(population="adults referred in Wales", source="Home Office 2026")
    make_fact(population="children referred in Wales", source="NCA 2026")
    assert names_in(as_editor.get(address("library.fact"), {"q": "wales HOME"})) == [str(both)]


def test_indicators_are_filtered_by_form_sector_setting_strength_and_date(as_editor):
    wanted = make_indicator(due=-1, strength="supporting", needs_check=True)
    make_indicator()
    url = address("library.indicator")
    for query in (
        {"forms": wanted.forms.get().code},
        {"settings": wanted.settings.get().code},
        {"strength": "supporting"},
        {"needs_check": "true"},
        {"due": "overdue"},
        {"due": "soon"},
        {"forms": wanted.forms.get().code, "q": wanted.text},
    ):
        assert names_in(as_editor.get(url, query)) == [str(wanted)], query


@pytest.mark.parametrize(
    ("due", "overdue", "soon"), [(-1, True, True), (0, False, True), (30, False, True), (31, False, False)]
)
def test_due_filter_at_its_borders(due, overdue, soon, as_editor):
    row = make_contact(due=due)
    url = address("library.helpcontact")
    assert (names_in(as_editor.get(url, {"due": "overdue"})) == [str(row)]) is overdue
    assert (names_in(as_editor.get(url, {"due": "soon"})) == [str(row)]) is soon


def test_organisations_are_filtered_by_type_sector_region_and_confirmed(as_manager):
    wanted = make_agency(kind="NHS trust", region="North", is_confirmed=False, sector=make_sector())
    make_agency(kind="Police force", region="South", sector=None)
    url = address("accounts.agency")
    for query in (
        {"kind": "NHS trust"},
        {"region": "North"},
        {"sector": wanted.sector.pk},
        {"is_confirmed": "false"},
    ):
        assert names_in(as_manager.get(url, query)) == [wanted.name], query


@pytest.mark.parametrize("label", LISTS)
def test_a_row_can_be_looked_at_edited_and_its_history_read(label, as_moderator):
    row = LISTS[label][0]()
    for view in ("inspect", "edit", "history", "usage", "delete"):
        assert as_moderator.get(address(label, view, row.pk)).status_code == 200, view
    assert as_moderator.get(address(label, "add")).status_code == 200


def contact_form(**fields) -> dict:
    return {
        "name": "Modern Slavery Helpline",
        "number": "08000 121 700",
        "hours": "",
        "purpose": "Advice for anyone.",
        "url": "",
        "kind": "advice",
        "nation": "all",
        "in_help_box": "on",
        "order": "1",
        "code": "helpline",
        "source": "Unseen, 2026",
        "needs_check": "on",
        "checked_on": "2026-11-21",
        "review_due_on": "2027-02-21",
    } | fields


def test_an_editor_adds_and_changes_a_help_contact(as_editor, editor):
    as_editor.post(address("library.helpcontact", "add"), contact_form())
    contact = HelpContact.objects.get()
    as_editor.post(address("library.helpcontact", "edit", contact.pk), contact_form(number="0800 000 000"))
    contact.refresh_from_db()
    assert contact.number == "0800 000 000"
    history = as_editor.get(address("library.helpcontact", "history", contact.pk)).content.decode()
    assert "Edited" in history
    assert editor.name in history


def test_a_changed_number_shows_on_the_next_page(as_editor, client):
    make_module()
    contact = make_contact(number="01 11 11", in_help_box=True)
    assert "01 11 11" in client.get("/indicators/").content.decode()
    as_editor.post(
        address("library.helpcontact", "edit", contact.pk), contact_form(number="02 22 22", code="line")
    )
    page = client.get("/indicators/").content.decode()
    assert "02 22 22" in page
    assert "01 11 11" not in page


@pytest.mark.parametrize(
    "fields", [("name", "hours", "purpose", "source"), ("number", "url"), ("order", "code", "checked_on")]
)
def test_a_form_answers_any_text_beside_the_field(fields, as_editor):
    for number, text in enumerate(HOSTILE.values()):
        form = contact_form(code=f"line-{number}") | dict.fromkeys(fields, text)
        assert as_editor.post(address("library.helpcontact", "add"), form).status_code in {200, 302}, text


def indicator_form(indicator: Indicator, **fields) -> dict:
    return {
        "code": indicator.code,
        "strength": "contextual",
        "text": "A new wording",
        "why": "",
        "ask": "",
        "forms": [form.pk for form in indicator.forms.all()],
        "settings": [setting.pk for setting in indicator.settings.all()],
        "sectors": [],
        "source": "Home Office",
        "checked_on": "2026-11-21",
        "review_due_on": "2027-11-21",
    } | fields


def test_an_editor_changes_an_indicator_with_its_forms_and_settings(as_editor):
    indicator = make_indicator()
    other = make_indicator()
    kept = list(indicator.settings.all())
    as_editor.post(
        address("library.indicator", "edit", indicator.pk),
        indicator_form(indicator, forms=[other.forms.get().pk]),
    )
    changed = Indicator.objects.get(pk=indicator.pk)
    assert (
        changed.text,
        list(changed.forms.all()),
        list(changed.settings.all()),
        list(changed.sectors.all()),
    ) == (
        "A new wording",
        [other.forms.get()],
        kept,
        [],
    )


def test_an_organisation_of_the_same_name_is_refused_beside_the_field(as_editor):
    make_agency(name="Thornwell Council")
    form = {"name": " thornwell  COUNCIL", "slug": "second", "first_responder": "no", "is_confirmed": "on"}
    response = as_editor.post(address("accounts.agency", "add"), form)
    assert "There is an organisation of this name already" in response.content.decode()


@pytest.mark.parametrize("label", LISTS)
def test_editors_cannot_delete(label, as_editor):
    row = LISTS[label][0]()
    as_editor.post(address(label, "delete", row.pk))
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("label", LISTS)
def test_moderators_delete_what_nothing_uses(label, as_moderator):
    row = LISTS[label][0]()
    as_moderator.post(address(label, "delete", row.pk))
    assert not type(row).objects.filter(pk=row.pk).exists()


def bulk_delete(label: str, *rows) -> str:
    url = reverse("wagtail_bulk_action", args=[*label.split("."), "delete"])
    return url + "?" + "&".join(f"id={row.pk}" for row in rows)


def test_nothing_in_use_is_deleted_one_by_one_or_together(as_moderator):
    fact = make_fact()
    make_module(body=[("fact", {"fact": fact, "reading": ""})])
    listed = make_fact()
    make_module().relies_on.add(listed)
    indicator = make_indicator()
    agency = make_agency()
    UserFactory(agency=agency)
    used = [
        ("library.fact", fact),
        ("library.exploitationform", indicator.forms.get()),
        ("library.setting", indicator.settings.get()),
        ("accounts.agency", agency),
        ("accounts.sector", agency.sector),
    ]
    for label, row in used:
        response = as_moderator.post(address(label, "delete", row.pk), follow=True)
        assert "In use, so not deleted" in response.content.decode(), label
        as_moderator.post(bulk_delete(label, row))
        assert type(row).objects.filter(pk=row.pk).exists(), label


def test_unused_rows_are_deleted_together(as_moderator):
    rows = [make_fact(), make_fact()]
    as_moderator.post(bulk_delete("library.fact", *rows))
    assert not Fact.objects.exists()
