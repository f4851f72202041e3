import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from quizzes.exchange import detect
from quizzes.exchange.service import export_questions, items_to_export
from quizzes.management.commands.import_questions import find_module
from quizzes.models import Category


class Command(BaseCommand):
    help = "Export questions to --out, or to standard output. The report goes to standard error."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=list(detect.NAMES), required=True)
        parser.add_argument("--category", help="name of a category; those inside it come too")
        parser.add_argument("--module", help="code of a module")
        parser.add_argument("--drafts", action="store_true", help="drafts and retired questions too")
        parser.add_argument("--qti-version", choices=["2.1", "3.0"], default="2.1")
        parser.add_argument("--out", type=Path, help="the file to write")

    def handle(self, *, format, category, module, drafts, qti_version, out, **options):
        items = items_to_export(
            category=self.find_category(category) if category else None,
            module=find_module(module) if module else None,
            drafts=drafts,
        )
        if not items.exists():
            raise CommandError("There is no such question to export.")
        data, report = export_questions(items, format, qti_version)
        self.put(data, format, out)
        self.stderr.write(report.as_text(), self.style.SUCCESS)

    def put(self, data: bytes, format: str, out: Path | None) -> None:
        if out:
            try:
                out.write_bytes(data)
            except OSError as problem:
                raise CommandError(f"{out} cannot be written: {problem.strerror}.") from problem
        elif format != detect.QTI:
            self.stdout.write(data.decode(), ending="")
        elif sys.stdout.isatty():
            raise CommandError("A QTI package is no text for a terminal: name a file with --out.")
        else:
            sys.stdout.buffer.write(data)

    def find_category(self, name: str) -> Category:
        try:
            return Category.objects.get(name=name)
        except Category.DoesNotExist as problem:
            raise CommandError(f"There is no category “{name}”.") from problem
