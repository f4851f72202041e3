import time

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Run the scheduled work without Redis and beat: once, or with --forever until stopped."

    def add_arguments(self, parser):
        parser.add_argument("--forever", action="store_true", help="keep going, each job at its own interval")

    def handle(self, *, forever, **options):
        current_app.loader.import_default_modules()  # registers the tasks of every app
        due = dict.fromkeys(settings.CELERY_BEAT_SCHEDULE, 0.0)
        while True:
            for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
                if time.monotonic() >= due[name]:
                    due[name] = time.monotonic() + entry["schedule"].total_seconds()
                    current_app.tasks[entry["task"]].apply()
            if not forever:
                return
            connection.close()
            time.sleep(5)
