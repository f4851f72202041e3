from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.activities import course_facts, site_facts, template_facts
from certificates.designs import design_for, template_of
from certificates.drawing import UndrawableText, draw
from certificates.models import ActivityVersion, Award, Certificate
from certificates.sealing import seal
from certificates.sealing.material import seal_material
from certificates.snapshot import printed
from courses.models import CoursePage
from trainingsite.lib.pdf import DoesNotFit

BASIS = "Quiz passed at 80% or more; all required modules completed"


class Command(BaseCommand):
    help = (
        "Draw one certificate as it would be issued, and record nothing. It carries no badge, and the seal only "
        "where that is the development key's."
    )

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True, help="the holder's name, in any script")
        parser.add_argument("--out", required=True, type=Path, help="the PDF file to write")
        parser.add_argument("--course", help="slug of a course; without it the first in the catalogue")

    def handle(self, *, name, out, course, **options):
        now = timezone.now()
        sample = self.sample(name, self.find(course))
        words = printed(sample, now)
        try:
            pdf = draw(words, design_for(sample.award.activity.template_version, words))
        except (UndrawableText, DoesNotFit) as problem:
            raise CommandError(str(problem) or "There is more text than fits on one page.") from problem
        if seal_material().is_development:  # a seal that others trust is for what was earned
            pdf = seal(pdf, now)
        try:
            out.write_bytes(pdf)
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}") from problem
        self.stdout.write(f"Drew {out} ({len(pdf):,} bytes)")

    def sample(self, name: str, course: CoursePage) -> Certificate:
        """Return a certificate for somebody who completes `course` today; nothing of it is saved."""
        today = timezone.localdate()
        template = template_of(course)
        facts = {**course_facts(course), **site_facts(), **template_facts(template)}
        activity = ActivityVersion(**facts, assessment_basis=BASIS)
        award = Award(
            activity=activity,
            learner_name=name,
            cpd_minutes=activity.minutes_total,
            participatory_minutes=activity.minutes_participatory,
            started_on=today,
            completed_on=today,
            refresh_by=activity.refresh_by(today),
        )
        return Certificate(award=award, holder_name=name)

    def find(self, slug: str | None) -> CoursePage:
        courses = CoursePage.objects.live().order_by("path")
        found = courses.filter(slug=slug).first() if slug else courses.first()
        if found is None:
            what = f"no course “{slug}”" if slug else "no course yet: run manage.py demo"
            raise CommandError(f"There is {what}.")
        return found
