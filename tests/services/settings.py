"""Production, with its files in scratch folders instead of the checkout's own, and a beat that beats faster."""

from datetime import timedelta
from pathlib import Path

from trainingsite.settings.production import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.services.faults.FaultsConfig"]
CERTIFICATE_CLAIM = timedelta(seconds=3)

_SCRATCH = Path(env.text("TEST_SCRATCH"))
STATIC_ROOT = _SCRATCH / "static"
MEDIA_ROOT = _SCRATCH / "media"
PRIVATE_ROOT = _SCRATCH / "private"
STORAGES["private"] = STORAGES["private"] | {"OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}}
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["schedule"] = timedelta(seconds=2)
