from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.document import UndrawableText, draw
from certificates.models import Award, Certificate
from certificates.snapshot import course_facts, site_facts
from courses.models import CoursePage
from trainingsite.lib.pdf import DoesNotFit


class Command(BaseCommand):
    help = "Draw one certificate as it would be issued, and record nothing."

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True, help="the holder's name, in any script")
        parser.add_argument("--out", required=True, type=Path, help="the PDF file to write")
        parser.add_argument("--course", help="slug of a course; without it the first in the catalogue")

    def handle(self, *, name, out, course, **options):
        today = timezone.localdate()
        award = Award(
            learner_name=name,
            assessment_basis="Quiz passed at 80% or more; all required modules completed",
            started_on=today,
            completed_on=today,
            **site_facts(),
            **course_facts(self.find(course), today),
        )
        try:
            pdf = draw(award, Certificate(award=award, holder_name=name), timezone.now())
        except (UndrawableText, DoesNotFit) as problem:
            raise CommandError(str(problem) or "There is more text than fits on one page.") from problem
        try:
            out.write_bytes(pdf)
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}") from problem
        self.stdout.write(f"Drew {out} ({len(pdf):,} bytes)")

    def find(self, slug: str | None) -> CoursePage:
        courses = CoursePage.objects.live().order_by("path")
        found = courses.filter(slug=slug).first() if slug else courses.first()
        if found is None:
            what = f"no course “{slug}”" if slug else "no course yet: run manage.py demo"
            raise CommandError(f"There is {what}.")
        return found
