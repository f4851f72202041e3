"""Settings for the tests: as the embedded default or, with DATABASE_URL and REDIS_URL, as in service."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "false")

from .base import *

SECRET_KEY = "test-key-0123456789-0123456789-0123456789-0123456789"
SECOND_FACTOR_REQUIRED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
_VAR = Path(tempfile.mkdtemp(prefix="fairlead-test-"))
STATIC_ROOT = _VAR / "static"
STATIC_ROOT.mkdir()  # WhiteNoise warns of a missing folder
MEDIA_ROOT = _VAR / "media"
PRIVATE_ROOT = _VAR / "private"
BADGE_KEY_FILE = _VAR / "keys" / "badge.pem"
SIGNING_DEVELOPMENT_FILE = _VAR / "keys" / "seal.pem"
STORAGES["private"] = STORAGES["private"] | {"OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING["root"]["level"] = "WARNING"

# Tests look at the outcome, not at the queue: tasks run in process even where Redis is the cache.
# The tests marked `services` start real workers under settings of their own.
CELERY_TASK_ALWAYS_EAGER = True
# One literal number of queries for both shapes: sessions come from the database in tests.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
if REDIS_URL:
    for _cache in CACHES.values():
        _cache["KEY_PREFIX"] = _VAR.name
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A throw-away file need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
