"""The content files: whole, and refused by file and line when they are not."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Agency
from courses.models import CoursePage, ModulePage
from demo.content import load_content, read_content
from demo.files import CONTENT
from library.models import Fact, Indicator
from quizzes.models import Item

MISTAKES = {
    "broken YAML": ("facts.yaml", "kind: figure", "kind: [figure", "facts.yaml, line"),
    "unknown key": ("indicators.yaml", "  strength: key", "  strenght: key", "indicators.yaml, line"),
    "unknown sector": ("indicators.yaml", "sectors: [ALL]", "sectors: [NOBODY]", "NOBODY is not known"),
    "code twice": ("sectors.yaml", "code: CHI", "code: SOC", "SOC stands here twice"),
    "unknown block": ("modules/m06.md", "::: callout", "::: shout", "there is no such block"),
    "block left open": ("modules/m06.md", "\n:::\n\n## Read", "\n\n## Read", "not closed by :::"),
    "unknown fact": (
        "modules/m06.md",
        "::: fact FIG-138",
        "::: fact FIG-999",
        "FIG-999 is not in the library",
    ),
    "two right answers": ("modules/m06.md", "- [ ]", "- [x]", "one of them right"),
    "case without content note": ("modules/m06.md", "Content note: ", "Note: ", "Content note"),
    "no such module": ("courses.yaml", "code: M05", "code: M55", "there is no full form of M55"),
    "question without right answer": (
        "questions.yaml",
        "correct: true",
        "correct: false",
        "questions.yaml, line",
    ),
}


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(CONTENT, tmp_path / "content")


@pytest.fixture(scope="module")
def content():
    return read_content(CONTENT)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "old", "new", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_stops_the_load_and_names_file_and_line(folder, name, old, new, message):
    path = folder / name
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))

    with pytest.raises(CommandError) as stopped:
        call_command("demo", content=folder, content_only=True)

    said = str(stopped.value)
    assert message in said
    assert f"{path.name}, line " in said
    assert (Indicator.objects.count(), Fact.objects.count(), ModulePage.objects.count()) == (0, 0, 0)


def test_the_line_named_is_the_line_of_the_mistake(folder):
    path = folder / "modules" / "m06.md"
    text = path.read_text()
    path.write_text(text.replace("::: fact FIG-138", "::: fact FIG-999", 1))

    with pytest.raises(Exception, match=f"line {line_of(text, '::: fact FIG-138')}: "):
        read_content(folder)


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_keeps_what_editors_changed(content):
    load_content(content)
    counts = [model.objects.count() for model in (ModulePage, CoursePage, Indicator, Fact, Item, Agency)]
    module = ModulePage.objects.get(code="M01")
    module.title = "Changed by an editor"
    module.save_revision().publish()

    load_content(content)

    assert [
        model.objects.count() for model in (ModulePage, CoursePage, Indicator, Fact, Item, Agency)
    ] == counts
    assert counts[:5] == [11, 3, 87, 298, 72]
    assert ModulePage.objects.get(code="M01").title == "Changed by an editor"


def test_courses_add_up_to_their_cpd_minutes(content):
    for course in content.courses:
        minutes = sum(place.minutes for place in course.modules) + course.quiz.minutes
        assert minutes + course.session_minutes == course.cpd_minutes


def test_the_eleven_modules_hold_what_the_curriculum_asks_for(content):
    everyone = {row.code for row in content.sectors}
    words = 0
    for module in content.modules:
        blocks = module.streams["full"]
        kinds = {block.kind for block in blocks}
        assert {"text", "heading", "case", "activity", "sectors", "check", "fact"} <= kinds, module.row.code
        named = [
            code
            for b in blocks
            if b.kind == "sectors"
            for line in b.lines
            if line.startswith("### ")
            for code in line[4:].split(", ")
        ]
        assert (len(named), set(named)) == (len(everyone), everyone), module.row.code
        assert module.row.further_reading
        words += sum(len(block.text.split()) for block in blocks)
    assert words >= 9_000


def test_demo_refuses_to_make_known_passwords_when_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")
