"""Files into the bank and out of it: drafts by default, nothing by halves, nothing twice, nothing changed."""

import pytest
from django.core.files.base import ContentFile
from wagtail.images.models import Image

from courses.models import ModulePage
from quizzes.bank import publish_item
from quizzes.content import ItemType, Mode
from quizzes.exchange.service import Wanted, export_questions, import_questions, items_to_export
from quizzes.models import Category, Choice, Item
from tests.factories.courses import ModulePageFactory
from tests.factories.library import IndicatorFactory
from tests.factories.quizzes import make_item
from tests.quizzes.exchange.strategies import picture_bytes

pytestmark = pytest.mark.django_db


def make_image(colour: str) -> Image:
    return Image.objects.create(title=colour, file=ContentFile(picture_bytes(colour), name=f"{colour}.png"))


TWO = b"""// [id:X1] [tag:difficulty:hard] [tag:debt]
::X1::Who may ask?{=Anybody#Yes. ~Nobody#No.}

::second::Is it free?{TRUE}
"""


@pytest.fixture
def module() -> ModulePage:
    return ModulePageFactory(slug="one", code="M01")


def outcomes(report):
    return [line.outcome.value for line in report.lines]


def test_an_import_leaves_drafts_that_say_where_they_come_from(module):
    report = import_questions(TWO, "bank.txt", Wanted(module))

    first, second = Item.objects.order_by("code").all()[::-1]
    assert (outcomes(report), report.carried_out) == (["carried", "carried"], True)
    assert (first.code, first.difficulty, first.module, first.live) == ("X1", "hard", module, False)
    assert (first.source, second.source) == ("Imported from bank.txt", "Imported from bank.txt, “second”")
    assert [tag.name for tag in first.tags.all()] == ["debt"]
    assert first.latest_revision.as_object().content() == first.content()
    assert second.type == ItemType.TRUE_FALSE
    assert not first.versions.exists()


def test_an_import_may_publish_at_once(module):
    import_questions(TWO, "bank.txt", Wanted(module, ready=True))

    assert Item.objects.in_use().count() == 2
    assert Item.objects.get(code="X1").versions.ready().get().content.stem == "Who may ask?"


def test_a_trial_run_says_the_same_and_writes_nothing(module):
    trial = import_questions(TWO, "bank.txt", Wanted(module), dry_run=True)
    assert not Item.objects.exists()
    real = import_questions(TWO, "bank.txt", Wanted(module))
    assert trial.lines == real.lines


def test_one_refused_question_stops_all_unless_the_editor_says_otherwise(module):
    data = TWO + b"\nWhy?{}\n"
    report = import_questions(data, "bank.txt", Wanted(module))
    assert (report.carried_out, report.refused, Item.objects.count()) == (False, 1, 0)
    assert (report.lines[2].place, report.lines[2].note) == (
        "line 6",
        "an essay is marked by a person and is no question here",
    )

    report = import_questions(data, "bank.txt", Wanted(module, skip_refused=True))
    assert (report.carried_out, report.carried, Item.objects.count()) == (True, 2, 2)


def test_the_same_file_again_doubles_nothing(module):
    import_questions(TWO, "bank.txt", Wanted(module))
    again = import_questions(TWO, "renamed.txt", Wanted(module))
    assert outcomes(again) == ["there", "there"]
    assert {line.code for line in again.lines} == set(Item.objects.values_list("code", flat=True))
    assert Item.objects.count() == 2


def test_the_same_question_twice_in_a_file_comes_once(module):
    report = import_questions(TWO + b"\n" + TWO.replace(b"X1", b"X2"), "bank.txt", Wanted(module))
    assert outcomes(report) == ["carried", "carried", "there", "there"]
    assert report.lines[2].note == "the same question as line 2"


def test_a_code_that_means_another_question_here_is_refused_and_that_one_stays(module):
    make_item(module, "X1")
    report = import_questions(TWO, "bank.txt", Wanted(module, skip_refused=True))
    assert outcomes(report) == ["refused", "carried"]
    assert "X1 is in the bank already and says something else" in report.lines[0].note
    assert Item.objects.get(code="X1").stem == "Stem of X1?"


def test_unknown_codes_are_named_and_kept_as_tags(module):
    data = b"// [tag:module:M99] [tag:sector:pirates]\nWho?{=a ~b}\n"
    report = import_questions(data, "x.txt", Wanted(module))
    assert report.lines[0].notes == (
        "module “M99” is not known here: M01 instead",
        "sector “pirates” is not known here: kept as a tag",
    )
    assert [tag.name for tag in Item.objects.get().tags.all()] == ["sector:pirates"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Who?{~%50%a ~%20%b}", "The percentages of the right answers must add up to 100."),
        ("Who?{=a ~A}", "Two answers read the same."),
        ("W" * 4001 + "{=a ~b}", "Question: 4,001 characters; 4,000 is the limit."),
        ("Who?{=" + "a" * 1001 + " ~b}", "Answer: 1,001 characters; 1,000 is the limit."),
        ("N?{#3:0.1234567891}", "Tolerance: Ensure that there are no more than 8 decimal places."),
        ("N?{#nine}", "“nine” is no number"),
        ("Who?{~%150%a ~b}", "%150% is no percentage between −100 and 100"),
        ("Who?{=a ~b} and {=c ~d}", "a second pair of braces"),
        ("Who?{=a", "a brace is missing"),
    ],
)
def test_a_bad_question_is_refused_with_its_reason(module, text, reason):
    report = import_questions(f"Good?{{TRUE}}\n\n{text}\n".encode(), "bank.txt", Wanted(module))
    assert [line.place for line in report.lines] == ["line 1", "line 3"]
    assert reason in report.lines[1].note
    assert not Item.objects.exists()


def bank(module):
    """One question of each type that formats can carry."""
    category = Category.objects.create(name="UK law / Referral")
    rows = {
        ItemType.SINGLE: None,
        ItemType.SCENARIO: None,
        ItemType.MULTIPLE: [
            Choice(text="Debt", is_correct=True, share=60, feedback="Often."),
            Choice(text="Passport", is_correct=True, share=40),
            Choice(text="Hat", share=-50, feedback="No & never."),
        ],
        ItemType.TRUE_FALSE: [Choice(text="True", is_correct=True, feedback="Yes."), Choice(text="False")],
        ItemType.MATCHING: [
            Choice(text="NRM", match="Referral", feedback="So."),
            Choice(text="ICTA", match="Guardian"),
            Choice(match="Neither"),
        ],
        ItemType.ORDERING: [Choice(text=word, feedback=word) for word in ("Listen", "Note", "Refer")],
        ItemType.SHORT: [Choice(text="debt bondage", is_correct=True), Choice(text="debt*", share=50)],
        ItemType.NUMERIC: [
            Choice(text="45", is_correct=True, tolerance=1),
            Choice(text="90", feedback="Total."),
        ],
        ItemType.SIGNS: [Choice(text="He owes money.", is_correct=True), Choice(text="It rains.")],
    }
    for n, (item_type, choices) in enumerate(rows.items(), start=1):
        for place, choice in enumerate(choices or ()):
            choice.sort_order = place
        mode = Mode.OWN_SHARES if item_type == ItemType.MULTIPLE else Mode.RIGHT_MINUS_WRONG
        make_item(
            module,
            f"T{n}",
            type=item_type,
            choices=choices,
            category=category if n % 2 else None,
            explanation="Because: 100% <sure>.",
            content_note="Mentions debt.",
            mode=mode,
        )
    return items_to_export()


@pytest.mark.parametrize(
    ("kind", "version"), [("gift", ""), ("moodlexml", ""), ("qti", "2.1"), ("qti", "3.0")]
)
def test_export_import_export_is_the_same(module, kind, version):
    first, said = export_questions(bank(module), kind, version or "2.1")
    for item in Item.objects.all():
        item.versions.all().delete()
        item.delete()
    Category.objects.all().delete()

    report = import_questions(first, "bank", Wanted(module, ready=True))
    second, _ = export_questions(items_to_export(), kind, version or "2.1")

    assert (report.refused, report.count("loss"), report.carried) == (0, 0, 9)
    assert said.refused == 0
    assert second == first


@pytest.mark.parametrize("kind", ["gift", "moodlexml", "qti"])
def test_an_export_asks_the_database_the_same_whatever_its_size(module, kind, django_assert_num_queries):
    signs = [IndicatorFactory(), IndicatorFactory()]
    picture = make_image("red")
    for count in (1, 3):
        while Item.objects.count() < count:
            item = make_item(
                module,
                f"A{Item.objects.count()}",
                type=ItemType.SIGNS,
                choices=[Choice(text="a", is_correct=True, indicator=signs[0]), Choice(text="b")],
                indicators=signs,
                image=picture,
                category=Category.objects.get_or_create(name="A")[0],
                ready=False,
            )
            item.tags.add("x", "y")
            publish_item(item)
        with django_assert_num_queries(9):
            _, report = export_questions(items_to_export(), kind)
        assert report.carried == count
