"""The product's own settings over a scratch database, with one bare view added to measure against."""

import os
from pathlib import Path

os.environ.setdefault("DEBUG", "false")
_VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
(_VAR.parent / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise looks for it
_VAR.mkdir(exist_ok=True)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_VAR}/bench.sqlite3")

from trainingsite.settings.base import *

SECRET_KEY = SECRET_KEY or "benchmarks-only-key-0123456789-0123456789-0123456789"
ROOT_URLCONF = "benchmarks.urls"
MEDIA_ROOT = _VAR / "media"
PRIVATE_ROOT = _VAR / "private"
STORAGES["private"] = STORAGES["private"] | {"OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING["loggers"]["django"] = {"level": "ERROR"}
SECOND_FACTOR_REQUIRED = False  # visitors log in by cookie alone; what is measured is the page
