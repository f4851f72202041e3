"""Settings shared by every way of running Fairlead. What differs is read from the environment."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from trainingsite.lib import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- Where we are -----------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
SITE_URL = env.address("SITE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PRODUCT_NAME = "Fairlead"
CERTIFICATE_PREFIX = "FL"  # begins every certificate number
CERTIFICATE_CLAIM = timedelta(minutes=2)  # a worker that has not drawn one by then is taken for dead
# After so many years a certificate's name and document are erased, 60 days after a letter; 0 keeps them for ever.
RETENTION_YEARS = env.between("RETENTION_YEARS", 7, 0, 100)
ROOT_URLCONF = "trainingsite.urls"
WSGI_APPLICATION = "trainingsite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "demo",
    "reports",
    "cpd",
    "certificates",
    "cascade",
    "evaluation",
    "attendance",
    "bookings",
    "cohorts",
    "quizzes",
    "courses",
    "library",
    "jobs",
    "accounts.apps.AccountsConfig",
    "trainingsite.lib",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.UsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "trainingsite.lib.middleware.SearchTermsMiddleware",
    "csp.middleware.CSPMiddleware",
    "trainingsite.lib.middleware.CmsContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "courses.middleware.PublicationRefusedMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "library.context_processors.site",
            ],
            "builtins": ["trainingsite.lib.templatetags.gds"],
        },
    },
]
FORM_RENDERER = "trainingsite.lib.forms.GdsRenderer"

# --- Data, cache, background work: embedded by default, scaled out by two variables -------------
DATABASES = {"default": env.database("DATABASE_URL", BASE_DIR)}
REDIS_URL = env.redis("REDIS_URL")
if REDIS_URL:
    _redis = {"BACKEND": "trainingsite.lib.cache.FallbackRedisCache", "LOCATION": REDIS_URL}
    _patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
    CACHES = {
        "default": _redis | {"OPTIONS": _patience},
        "sessions": _redis | {"OPTIONS": _patience | {"memory": False}},
    }
    # Sessions are read from Redis and kept in the database too: an emptied Redis logs nobody out.
    SESSION_CACHE_ALIAS = "sessions"
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = REDIS_URL or "memory://localhost"  # a host, or kombu warns at every start
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,  # a learner who submits waits this long, twice, for a Redis that hangs
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
# Beat runs these in the scaled set-up; `manage.py run_scheduled` runs the same list without Redis.
CELERY_BEAT_SCHEDULE = {
    "reconcile-awards": {
        "task": "certificates.tasks.reconcile_awards_task",
        "schedule": timedelta(minutes=2),
    },
    "tell-decisions": {
        "task": "certificates.tasks.tell_decisions_task",
        "schedule": timedelta(minutes=2),
    },
    "remind-of-refreshers": {
        "task": "certificates.tasks.remind_of_refreshers_task",
        "schedule": timedelta(hours=6),
    },
    "keep-certificates-policy": {
        "task": "certificates.tasks.keep_policy_task",
        "schedule": timedelta(days=1),
    },
    "email-invitations": {"task": "cohorts.tasks.email_invitations_task", "schedule": timedelta(minutes=2)},
    "run-waiting-jobs": {"task": "jobs.tasks.run_waiting_jobs_task", "schedule": timedelta(minutes=1)},
    "forget-old-jobs": {"task": "jobs.tasks.forget_old_jobs_task", "schedule": timedelta(days=1)},
    "email-walk-ins": {"task": "attendance.tasks.email_walk_ins_task", "schedule": timedelta(minutes=2)},
    "send-notices": {"task": "bookings.tasks.send_notices_task", "schedule": timedelta(minutes=2)},
    "remind-of-sessions": {"task": "bookings.tasks.remind_task", "schedule": timedelta(minutes=15)},
    "release-quotas": {"task": "bookings.tasks.release_quotas_task", "schedule": timedelta(minutes=5)},
    "forget-people-files": {
        "task": "cohorts.tasks.forget_people_files_task",
        "schedule": timedelta(hours=1),
    },
    "tend-attempts": {"task": "quizzes.tasks.tend_attempts_task", "schedule": timedelta(minutes=1)},
    "publish-scheduled": {"task": "library.tasks.publish_scheduled_task", "schedule": timedelta(minutes=1)},
    "invite-to-feedback": {
        "task": "evaluation.tasks.invite_to_feedback_task",
        "schedule": timedelta(minutes=15),
    },
    "follow-ups": {"task": "evaluation.tasks.send_follow_ups_task", "schedule": timedelta(hours=6)},
    "content-due": {"task": "library.tasks.remind_content_due_task", "schedule": timedelta(days=1)},
    "note-group-deliveries": {
        "task": "cascade.tasks.note_group_deliveries_task",
        "schedule": timedelta(hours=1),
    },
    "remind-of-licences": {"task": "cascade.tasks.remind_of_licences_task", "schedule": timedelta(days=1)},
}

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "var" / "media"
PRIVATE_ROOT = BASE_DIR / "var" / "private"
STORAGES = {
    "default": env.storage("STORAGE_URL", BASE_DIR),
    # Certificates are never under MEDIA_URL: only the holder's download view reads them.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if STORAGES["default"]["BACKEND"].startswith("storages."):
    STORAGES["private"] = STORAGES["default"] | {
        "OPTIONS": STORAGES["default"]["OPTIONS"] | {"location": "private"}
    }
# Ed25519, PEM: signs digital badges. The default is made on first use.
BADGE_KEY_FILE = env.key_file("BADGE_KEY_FILE", BASE_DIR / "var" / "keys" / "badge.pem")
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # long Wagtail pages post thousands of fields

# --- The seal of certificates -------------------------------------------------------------------
# Unset: a development key and its certificate, made once in one file. See docs/operators.md.
SIGNING_KEY_FILE = env.file("SIGNING_KEY_FILE")
SIGNING_CERT_FILE = env.file("SIGNING_CERT_FILE")
SIGNING_CHAIN_FILE = env.file("SIGNING_CHAIN_FILE")
env.require_signing_files(SIGNING_KEY_FILE, SIGNING_CERT_FILE, SIGNING_CHAIN_FILE)
SIGNING_DEVELOPMENT_FILE = BASE_DIR / "var" / "keys" / "seal.pem"
TIMESTAMP_URL = env.optional_address("TIMESTAMP_URL")

# --- Mail --------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", BASE_DIR))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Fairlead <training@fairlead.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 10

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # hospital and police mail can be slow
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one counts once its code is entered
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True  # SESSION_COOKIE_AGE decides, for every way of logging in
# One training room often shares one public address, so the limits per address hold a classroom of 60
# doing everything twice in a minute; the limits per account stay tight.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "120/m/ip",
    "request_login_code": "120/m/ip,3/m/key",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    "confirm_email": "1/10s/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "verify_phone": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0)
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.MfaReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTotpForm",
    "add_webauthn": "accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "accounts.forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = PRODUCT_NAME
# Roles that must use a second factor; on in production, off in the demo (see docs/operators.md).
SECOND_FACTOR_REQUIRED = env.boolean("SECOND_FACTOR_REQUIRED", not DEBUG)

# --- CMS ---------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = PRODUCT_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/cms/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False  # nobody types another person's password
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # the addresses of courses and modules are plain letters
WAGTAILEMBEDS_FINDERS = []  # no request to another host, ever
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "trainingsite.lib.search"}}
WAGTAILMEDIA = {"MEDIA_MODEL": "library.CaptionedMedia"}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "csv", "txt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# --- Language, time, messages --------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Browser rules -------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Wagtail's admin still writes inline scripts and styles; this policy is for /cms/ alone.
CMS_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'self'"
)
PERMISSIONS_POLICY = {name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "wagtail": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}

SENTRY_DSN = env.text("SENTRY_DSN")
