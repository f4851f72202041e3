"""import_questions and export_questions as people and scripts call them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from quizzes.models import Category, Item
from tests.factories.courses import ModulePageFactory
from tests.factories.quizzes import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def module():
    return ModulePageFactory(slug="one", code="M01")


@pytest.fixture
def run(tmp_path):
    def call(data: bytes, *options: str) -> str:
        file = tmp_path / "bank.txt"
        file.write_bytes(data)
        out = StringIO()
        try:
            call_command("import_questions", str(file), *options, stdout=out)
        except CommandError as problem:
            return f"{out.getvalue()}\nSTOPPED {problem}"
        return out.getvalue()

    return call


def test_import_reports_each_line_and_is_safe_to_repeat(run):
    said = run(b"::One::Who?{=a ~b}\n")
    assert "line 1: One [multichoice]: imported as Q001" in said
    assert "1 question imported." in said
    assert "line 1: One [multichoice]: already there as Q001" in run(b"::One::Who?{=a ~b}\n")
    assert Item.objects.count() == 1


def test_a_trial_run_writes_nothing(run):
    assert "1 question would be imported; nothing is written yet." in run(b"Who?{=a ~b}\n", "--dry-run")
    assert not Item.objects.exists()


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_bad_question_is_named_by_line_and_the_command_fails(run, options):
    said = run(b"Who?{=a ~b}\n\n::Two::Why?{}\n", *options)
    assert "line 3: Two [essay]: refused: an essay is marked by a person" in said
    assert "STOPPED" in said
    assert not Item.objects.exists()


def test_bad_questions_may_be_skipped(run):
    assert "STOPPED" not in run(b"Who?{=a ~b}\n\nWhy?{}\n", "--skip-refused", "--ready")
    assert Item.objects.get().live


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"%PDF-1.7", (), "STOPPED This is a PDF document."),
        (b"Who?{=a ~b}", ("--format", "qti"), "STOPPED This is GIFT, not QTI."),
        (b"Who?{=a ~b}", ("--module", "M99"), "STOPPED There is no module “M99”."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run, data, options, sentence):
    assert sentence in run(data, *options)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_questions", str(tmp_path / "gone.txt"))


def test_export_by_category_with_its_parts_and_drafts_on_demand(module, tmp_path):
    law = Category.objects.create(name="Law")
    make_item(module, "A1", category=law)
    make_item(module, "A2", category=Category.objects.create(name="Law / Referral"))
    make_item(module, "A3")
    make_item(module, "A4", category=law, ready=False)

    def exported(*options: str) -> str:
        out = StringIO()
        call_command("export_questions", *options, stdout=out, stderr=StringIO())
        return out.getvalue()

    def codes(text: str) -> list[str]:
        return [code for code in ("A1", "A2", "A3", "A4") if f"[id:{code}]" in text]

    assert codes(exported("--format", "gift")) == ["A1", "A2", "A3"]
    assert codes(exported("--format", "gift", "--category", "Law")) == ["A1", "A2"]
    assert codes(exported("--format", "gift", "--category", "Law", "--drafts")) == ["A1", "A2", "A4"]
    out = tmp_path / "x.zip"
    exported("--format", "qti", "--out", str(out))
    assert out.read_bytes()[:2] == b"PK"
    with pytest.raises(CommandError, match="no category “Nowhere”"):
        exported("--format", "gift", "--category", "Nowhere")
