"""The Celery application: `celery -A trainingsite worker` and `… beat`."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingsite.settings.production")
app = Celery("trainingsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def warm_up(**kwargs) -> None:
    """Load what certificates need, so that the first person does not wait for it.

    Before the worker's processes part, so that they share it; each of them has only four seconds to start.
    """
    from certificates import drawing, sealing  # noqa: PLC0415 -- settings are ready only now

    sealing.warm_up()
    drawing.warm_up()
