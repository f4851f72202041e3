import pytest
from django.urls import reverse

from library.queries import site_info
from tests.factories.accounts import SectorFactory, UserFactory
from tests.factories.library import (
    ExploitationFormFactory,
    HelpContactFactory,
    HomePageFactory,
    IndicatorFactory,
    SettingFactory,
    StandardPageFactory,
)

pytestmark = pytest.mark.django_db
INDICATORS = "/indicators/"


@pytest.fixture(autouse=True)
def _warm():
    """The help box is read once a process; the counts below are those of every later page."""
    site_info()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_many_signs(rows, client, django_assert_num_queries):
    IndicatorFactory.create_batch(rows)
    with django_assert_num_queries(6):  # three lists of the form, count, rows, their forms
        response = client.get(INDICATORS)
    assert f"{rows} sign" in response.text


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_costs_the_same_however_many_signs(rows, client, django_assert_num_queries):
    IndicatorFactory.create_batch(rows)
    with django_assert_num_queries(8):
        response = client.get(INDICATORS, {"q": "passport"})
    assert f"{rows} sign" in response.text


@pytest.mark.parametrize("rows", [1, 3])
def test_a_sign_costs_the_same_however_many_are_beside_it(rows, client, django_assert_num_queries):
    signs = IndicatorFactory.create_batch(rows)
    with django_assert_num_queries(5):  # the sign, its forms, settings and sectors, its neighbours
        client.get(signs[0].get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pocket_list_costs_the_same_however_many_signs(rows, client, django_assert_num_queries):
    IndicatorFactory.create_batch(rows)
    with django_assert_num_queries(5):
        client.get(reverse("library:pocket"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_help_page_costs_the_same_however_many_contacts(rows, client, django_assert_num_queries):
    HelpContactFactory.create_batch(rows)
    site_info()
    with django_assert_num_queries(1):
        response = client.get("/help/")
    assert response.text.count("app-contact__name") == rows


def test_filters_keep_signs_for_everyone_and_for_any_form(client):
    health = SectorFactory(code="HEA", name="Health")
    anything = ExploitationFormFactory(code="any", name="Any form", order=1)
    IndicatorFactory(text="Labour, everyone")
    IndicatorFactory(text="Any form, health", forms=[anything], sectors=[health], for_all_sectors=False)
    IndicatorFactory(text="Sexual, everyone", forms=[ExploitationFormFactory(code="sexual", name="Sexual")])
    IndicatorFactory(text="Labour, nobody", for_all_sectors=False)

    response = client.get(INDICATORS, {"form": "labour", "sector": "HEA"})

    assert [sign.text for sign in response.context["page"]] == ["Any form, health", "Labour, everyone"]
    assert '<option value="labour" selected>' in response.text
    assert '<option value="HEA" selected>' in response.text
    assert '<option value="any"' not in response.text


def test_filter_by_place(client):
    IndicatorFactory(text="Seen at work")
    IndicatorFactory(text="Seen at home", settings=[SettingFactory(code="home", name="In a home")])

    response = client.get(INDICATORS, {"setting": "home"})

    assert [sign.text for sign in response.context["page"]] == ["Seen at home"]


def test_search_finds_whole_words_beginnings_and_codes(client):
    IndicatorFactory(code="IND-L02", text="Wages are kept back", why="")
    IndicatorFactory(code="IND-S04", text="Moved from town to town", why="")

    found = {
        text: [sign.code for sign in client.get(INDICATORS, {"q": text}).context["page"]]
        for text in ("wages", "wag", "IND-S04", "nothing like it")
    }

    assert found == {"wages": ["IND-L02"], "wag": ["IND-L02"], "IND-S04": ["IND-S04"], "nothing like it": []}


def test_a_search_without_result_says_what_to_do(client):
    response = client.get(INDICATORS, {"q": "zebra"})
    assert "0 signs" in response.text
    assert "No sign matches all of that." in response.text
    assert 'role="status"' in response.text


def test_any_string_is_a_question_that_gets_an_answer(hostile, client):
    IndicatorFactory()
    for address in (reverse("library:indicators"), reverse("library:pocket")):
        for field in ("q", "form", "sector", "setting", "page"):
            response = client.get(address, {field: hostile})
            assert response.status_code == 200
            assert "<script>alert" not in response.text


def test_the_next_page_keeps_search_and_filters(client):
    IndicatorFactory.create_batch(21)
    response = client.get(INDICATORS, {"q": "passport", "form": "labour"})
    assert 'href="?q=passport&amp;form=labour&amp;page=2"' in response.text
    assert "Page 1 of 2" in response.text


def test_a_sign_says_how_much_it_weighs_in_words_and_when_it_was_checked(client):
    sign = IndicatorFactory(needs_check=True)
    other = IndicatorFactory()

    response = client.get(sign.get_absolute_url())

    assert "Ask for advice the same day" in response.text
    assert "Last checked on 16 November 2026" in response.text
    assert other.text in response.text
    assert "What signs cannot tell you" in response.text


def test_an_unknown_sign_is_not_found(client):
    assert client.get("/indicators/ind-x99/").status_code == 404


@pytest.mark.parametrize("address", ["/indicators/", "/indicators/pocket/"])
def test_pages_of_signs_have_the_exit_button_a_neutral_title_and_the_panel(address, client):
    text = client.get(address).text
    title = text.split("<title>")[1].split("</title>")[0]
    assert "exploit" not in title
    assert title.endswith(" – Fairlead")
    assert 'href="/exit/"' in text
    assert "Exit this page" in text
    assert "What signs cannot tell you" in text


def test_the_pocket_pdf_holds_what_the_filters_leave(client):
    from io import BytesIO

    from pypdf import PdfReader

    IndicatorFactory(text="A sign of labour")
    IndicatorFactory(
        text="A sign of something else", forms=[ExploitationFormFactory(code="sexual", name="Sexual")]
    )
    HelpContactFactory(number="0800 000 001")

    response = client.get(reverse("library:pocket_pdf"), {"form": "labour"})

    assert response["Content-Type"] == "application/pdf"
    words = PdfReader(BytesIO(response.content)).pages[0].extract_text()
    assert "A sign of labour" in words
    assert "something else" not in words
    assert "For: Labour exploitation" in words
    assert "0800 000 001" in words


def test_the_pocket_pdf_is_drawn_once_for_the_same_words(client, monkeypatch):
    drawn = []
    monkeypatch.setattr("library.documents.html_to_pdf", lambda *args: drawn.append(args) or b"%PDF")
    sign = IndicatorFactory()
    for _ in range(2):
        client.get(reverse("library:pocket_pdf"))
    sign.text = "Changed"
    sign.save()
    client.get(reverse("library:pocket_pdf"))
    assert len(drawn) == 2


def test_exit_ends_the_session_and_leads_to_the_neutral_page(client_for):
    client = client_for(UserFactory())
    assert "Log out" in client.get("/help/").text

    response = client.get("/exit/")

    assert response["Location"] == site_info().settings.exit_url
    assert "no-store" in response["Cache-Control"]
    assert "Log out" not in client.get("/help/").text


def test_exit_works_without_a_session(client):
    assert client.get("/exit/").status_code == 302


def test_home_and_standard_pages_show_what_the_editor_wrote(client):
    HomePageFactory(
        points=[("point", {"title": "Made for your job", "text": "<p>Each module.</p>"})],
        steps=[("steps", ["Choose a course."])],
        affected="<p>You are not to blame.</p>",
    )
    StandardPageFactory()

    home, about = client.get("/").text, client.get("/about-this-training/").text

    assert {"Made for your job", "Choose a course.", "You are not to blame."} <= {
        words for words in ("Made for your job", "Choose a course.", "You are not to blame.") if words in home
    }
    assert "<h2" in about
    assert "About this training – Fairlead" in about


def test_the_page_on_leaving_quickly_has_the_exit_button(client):
    StandardPageFactory(slug="leaving-quickly", title="Leaving this site quickly")
    assert "Exit this page" in client.get("/leaving-quickly/").text


def test_pages_stay_small_and_ask_no_other_host(client, no_other_hosts):
    IndicatorFactory.create_batch(25)
    for address in ("/indicators/", "/help/", "/indicators/pocket/"):
        text = client.get(address).text
        assert len(text.encode()) <= 40_000
        assert " style=" not in text
        assert " on" not in text.split("<body")[1].split("</header>")[0].replace(" one", "")
        no_other_hosts(text)


def test_robots_keeps_crawlers_out_of_private_places(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /my/" in text
    assert "Disallow: /cms/" in text
