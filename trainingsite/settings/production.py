"""Settings for a public site behind a reverse proxy that ends TLS."""

from urllib.parse import urlsplit

from .base import *

if len(SECRET_KEY) < 40:
    env.stop("SECRET_KEY", "set a random text of at least 40 characters")
if DEBUG:
    env.stop("DEBUG", "must be off in production")
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    env.stop("DATABASE_URL", "production needs PostgreSQL (postgres://…)")
if not REDIS_URL:
    env.stop("REDIS_URL", "production needs Redis (redis://…)")

if not env.text("ALLOWED_HOSTS"):
    ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1"]
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

_secure = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _secure
SESSION_COOKIE_SECURE = _secure
CSRF_COOKIE_SECURE = _secure
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 1)

if SENTRY_DSN:
    import sentry_sdk

    # No user data leaves: not the address, not the e-mail, not the request body.
    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, max_request_body_size="never")
