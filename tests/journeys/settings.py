"""The site as `make run` shows it, over a throw-away copy of the demo, with error pages as in service."""

import os
from datetime import timedelta
from pathlib import Path

os.environ["DEBUG"] = "false"

from trainingsite.settings.dev import *

_SCRATCH = Path(env.text("DEMO_FOLDER"))
DATABASES["default"]["NAME"] = _SCRATCH / "fairlead.sqlite3"
MEDIA_ROOT = _SCRATCH / "media"
PRIVATE_ROOT = _SCRATCH / "private"
STORAGES["private"] = STORAGES["private"] | {"OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}}
EMAIL_FILE_PATH = str(_SCRATCH / "mail")
SECOND_FACTOR_REQUIRED = False
ROOT_URLCONF = "tests.journeys.urls"
STATIC_ROOT = _SCRATCH / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# With DEBUG off nothing but WhiteNoise serves the files, straight from where they lie.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING["root"]["level"] = "WARNING"
CELERY_BEAT_SCHEDULE["publish-scheduled"]["schedule"] = timedelta(seconds=5)
