"""The embedded default: one process, SQLite, mail in files. `make run` uses this."""

import os

os.environ.setdefault("DEBUG", "true")

from .base import *

SECRET_KEY = SECRET_KEY or "development-only-key-never-used-in-production-0123456789"

# The embedded default has no proxy in front that would compress pages.
MIDDLEWARE.insert(1, "django.middleware.gzip.GZipMiddleware")
