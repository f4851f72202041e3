"""The scheduled work without Redis and beat."""

import subprocess
import sys

from celery import current_app
from django.conf import settings


def test_a_fresh_process_knows_every_scheduled_task():
    """A process of its own: in this one other tests have imported the tasks already."""
    code = (
        "import django; django.setup();"
        "from celery import current_app; from django.conf import settings;"
        "current_app.loader.import_default_modules();"
        "print([e['task'] for e in settings.CELERY_BEAT_SCHEDULE.values() if e['task'] not in current_app.tasks])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "trainingsite.settings.test", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_each_job_of_the_schedule_runs_once(monkeypatch, db):
    from django.core.management import call_command

    ran = []
    current_app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        monkeypatch.setattr(
            current_app.tasks[entry["task"]], "apply", lambda name=entry["task"]: ran.append(name)
        )
    call_command("run_scheduled")
    assert ran == [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
