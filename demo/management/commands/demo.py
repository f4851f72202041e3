from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.content import load_content, read_content
from demo.cpd import load_cpd
from demo.dates import load_dates, read_dates
from demo.earlier import load_earlier
from demo.files import CONTENT, ContentError
from demo.people import PASSWORD, load_people, read_people
from demo.pilot import load_pilot, load_venues, read_pilot


class Command(BaseCommand):
    help = "Load the demonstration: courses, libraries, organisations, people, groups and certificates. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument(
            "--learners", type=int, default=34, help="how many learners at least (default 34)"
        )
        parser.add_argument("--cohorts", type=int, default=2, help="how many groups (default 2)")
        parser.add_argument("--seed", type=int, default=2026, help="the same seed gives the same people")
        parser.add_argument("--content", type=Path, default=CONTENT, help="folder of content files")
        parser.add_argument("--content-only", action="store_true", help="load the content, no people")
        parser.add_argument("--force", action="store_true", help="run although DEBUG is off")

    def handle(self, *, learners, cohorts, seed, content, content_only, force, **options):
        if not (settings.DEBUG or force or content_only):
            raise CommandError(
                "This makes accounts with a known password. DEBUG is off: add --force if you mean it."
            )
        try:
            files = read_content(content)
            people = [] if content_only else read_people(content)
            pilot, venues = read_pilot(content)
            dates = read_dates(content, venues)
        except ContentError as error:
            raise CommandError(str(error)) from error
        load_content(files)
        if not content_only:
            load_people(people, learners=learners, cohorts=cohorts, seed=seed)
            load_cpd()
            places = load_venues(venues)
            load_pilot(pilot, places, seed=seed)
            load_earlier(seed=seed)
            load_dates(dates, places, pilot.safety, seed=seed)
            self.stdout.write(f"Demo accounts are ready; the password of each is {PASSWORD}")
        self.stdout.write("Demo content is loaded.")
