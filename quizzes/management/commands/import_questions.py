from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.models import ModulePage
from quizzes.exchange import detect
from quizzes.exchange.question import Unreadable
from quizzes.exchange.service import Wanted, import_questions


class Command(BaseCommand):
    help = (
        "Import questions from GIFT, Moodle XML or QTI. One refused question stops all, and is named by line."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=list(detect.NAMES), default="", help="found out if not given")
        parser.add_argument(
            "--module", help="code of the module for questions that name none; else the first"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--ready", action="store_true", help="publish them; without it they are drafts")
        parser.add_argument("--skip-refused", action="store_true", help="import the questions that can be")

    def handle(self, *, file, format, module, dry_run, ready, skip_refused, **options):
        wanted = Wanted(find_module(module), format, ready, skip_refused)
        try:
            if file.stat().st_size > detect.MAX_BYTES:
                raise CommandError(f"{file.name} has more than {detect.MAX_BYTES // 1024**2} MB; split it.")
            report = import_questions(file.read_bytes(), file.name, wanted, dry_run=dry_run)
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from problem
        except Unreadable as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(report.as_text())
        if report.refused and not skip_refused:
            raise CommandError("Refused questions stop the import. Mend them, or give --skip-refused.")


def find_module(code: str | None) -> ModulePage:
    """Return the module called `code`, the first one without it. Raises CommandError."""
    modules = ModulePage.objects.order_by("code")
    module = modules.filter(code=code).first() if code else modules.first()
    if module is None:
        raise CommandError(
            f"There is no module “{code}”." if code else "There is no module to put questions under."
        )
    return module
