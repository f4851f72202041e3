from django.core.management.base import BaseCommand

import assets


class Command(BaseCommand):
    help = "Install third-party front-end files and compile the Sass into static/vendor."
    requires_system_checks = []  # one of them asks for the files that this makes

    def handle(self, **options):
        assets.build()
        self.stdout.write("Built static/vendor.")
