"""What each block looks like to its reader."""

import pytest
from django.db.models import Q

from courses.body import Reader, draw, prepare
from courses.models import ModulePage
from library.models import Fact, Indicator
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
from tests.factories.accounts import SectorFactory
from tests.factories.courses import numbered
from tests.factories.library import FactFactory, IndicatorFactory

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file it draws a rendition into to the garbage collector.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
]


def html_of(*rows, reader=None) -> str:
    module = ModulePage(title="A module")
    stream = ModulePage._meta.get_field("body").to_python(numbered(rows))
    return draw(prepare(module, stream, Q(pk__in=[])), reader or Reader())


def test_words_heading_callout_accordion_and_table():
    cells = {
        "columns": [{"type": "text", "heading": "Sign"}, {"type": "text", "heading": "Why"}],
        "rows": [{"values": ["Debt", "Control"]}],
    }

    html = html_of(
        {"type": "heading", "value": "Why <b>ask</b>"},
        {"type": "text", "value": "<p>Look at the <b>situation</b>.</p>"},
        {"type": "callout", "value": {"title": "Remember", "body": "<p>One sign proves nothing.</p>"}},
        {"type": "accordion", "value": {"items": [{"title": "Must I be sure?", "body": "<p>No.</p>"}]}},
        {"type": "table", "value": {"caption": "Signs", "table": cells}},
    )

    assert '<h2 class="govuk-heading-l">Why &lt;b&gt;ask&lt;/b&gt;</h2>' in html
    assert "Look at the <b>situation</b>." in html
    assert "One sign proves nothing." in html
    assert "Must I be sure?" in html
    assert 'scope="row"' in html
    assert "Control" in html


def test_a_fact_shows_value_source_caveat_and_day_of_check():
    fact = FactFactory(caveat="It counts referrals, not people.", checked_on="2026-11-16")

    html = html_of(fact_block(fact))

    for words in (
        fact.value,
        fact.unit,
        fact.population,
        fact.source,
        fact.caveat,
        "16 November 2026",
        "with care",
    ):
        assert words in html


def test_a_fact_that_may_not_be_used_shows_nothing_of_its_block():
    fact = FactFactory(is_usable=False)

    assert html_of(fact_block(fact)).strip() == ""


def test_a_fact_or_sign_that_was_deleted_leaves_no_trace():
    fact, sign = FactFactory(), IndicatorFactory()
    rows = [fact_block(fact), sign_block(sign)]
    Fact.objects.all().delete()
    Indicator.objects.all().delete()

    html = html_of(*rows)

    assert fact.value not in html
    assert "<li" not in html


def test_signs_link_to_their_own_pages():
    signs = IndicatorFactory.create_batch(2)

    html = html_of(sign_block(*signs))

    for sign in signs:
        assert sign.text in html
        assert f'href="{sign.get_absolute_url()}"' in html


def test_a_case_is_closed_behind_its_note_with_a_way_round_it():
    html = html_of(case("Mentions threats."))

    assert (
        html.index("Mentions threats.")
        < html.index("Read the case")
        < html.index("Everything here is fictional.")
    )
    assert "<details" in html
    assert "<details open" not in html
    assert 'href="#after-block-1"' in html
    assert 'id="after-block-1"' in html


def test_an_activity_keeps_its_facilitator_notes_from_learners():
    assert "Listen for haste." not in html_of(activity())
    html = html_of(activity(), reader=Reader(is_trainer=True))
    assert "about 8 minutes" in html
    assert "Listen for haste." in html


@pytest.fixture
def sectors():
    for code, name in (("HEA", "Health"), ("POL", "Police"), ("EDU", "Education")):
        SectorFactory(code=code, name=name)


def test_readers_see_their_own_sector_first_and_can_open_the_others(sectors):
    html = html_of(sector_parts(POL="At the door.", HEA_EDU="In the clinic."), reader=Reader(sector="HEA"))

    own, others = html.split("See what other sectors read")
    assert "In the clinic." in own
    assert "Health, Education" in own
    assert "At the door." in others


@pytest.mark.parametrize("sector", ["", "EDU"])
def test_readers_without_a_part_of_their_own_choose_one(sectors, sector):
    html = html_of(sector_parts(POL="At the door.", HEA="In the clinic."), reader=Reader(sector=sector))

    assert "See what other sectors read" not in html
    assert html.count("<details") == 2
    assert "Open the part that is nearest to your work." in html


def test_a_check_gives_nothing_away_before_it_is_answered():
    html = html_of(check())

    assert "Several together" not in html
    assert "Many signs" not in html
    assert "is_right" not in html
    assert html.count('type="radio"') == 6


def test_a_check_answers_at_each_question():
    sent = {"check-block-1": "1", "check-block-1-1": "1", "check-block-1-2": "2"}

    html = html_of(check(), reader=Reader(sent=sent))

    assert "1 of 3 as we would answer" in html
    assert "Not quite.</strong> Many signs have other causes." in html
    assert "Yes.</strong> Several together are a reason to ask." in html
    assert "You have not answered this one yet." in html
    assert html.count(" checked") == 2
    assert 'action="#check-block-1"' in html


def test_a_picture_has_its_alternative_text_and_two_sizes(make_image):
    html = html_of(image_block(make_image()))

    assert 'alt="Four steps"' in html
    assert "srcset=" in html
    assert "How it goes" in html


def test_a_video_has_captions_a_transcript_and_its_size_and_waits_for_the_reader(make_video):
    html = html_of(video_block(make_video()))

    assert '<track kind="captions"' in html
    assert "Read the transcript" in html
    assert 'preload="metadata"' in html
    assert "2 min 5 s, 2.0\xa0KB" in html
    assert "autoplay" not in html


def test_a_video_whose_file_is_lost_does_not_break_the_page(make_video):
    video = make_video()
    video.file.storage.delete(video.file.name)

    assert "<video" in html_of(video_block(video))


def test_nothing_in_any_block_is_written_inline_or_asks_another_host(make_image, make_video, no_other_hosts):
    rows = [fact_block(FactFactory()), sign_block(IndicatorFactory()), case(), activity(), check()]

    html = html_of(*rows, image_block(make_image()), video_block(make_video()))

    assert "style=" not in html
    assert "<script" not in html
    no_other_hosts(html)


def test_a_module_with_three_of_everything_stays_small(make_image, make_video):
    rows = [
        fact_block(FactFactory()),
        sign_block(*IndicatorFactory.create_batch(8)),
        case(),
        activity(),
        check(),
    ]

    assert len(html_of(*rows * 3)) < 26_000
