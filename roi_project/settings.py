"""Every setting of the service, read from the environment once; half a configuration is refused here."""

import sys
import tomllib
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / ".var"
RELEASE = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

env = Env()

DEBUG = env.bool("DEBUG", False)
PRODUCTION = env.bool("PRODUCTION", False)
SECRET_KEY = env.str("SECRET_KEY", "")
TOKEN_PEPPER = env.str("TOKEN_PEPPER", "")
if PRODUCTION and not (SECRET_KEY and TOKEN_PEPPER):
    raise ImproperlyConfigured(
        "PRODUCTION is set, so SECRET_KEY and TOKEN_PEPPER must be set to long random texts of your own."
    )
SECRET_KEY = SECRET_KEY or "development-only-key-not-for-real-figures"
TOKEN_PEPPER = TOKEN_PEPPER or "development-only-pepper"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

# The look of the admin: "unfold", or "stock" for Django's own; roi_project/console/theme.py is all that differs.
ADMIN_THEME = env.str("ADMIN_THEME", "unfold", validate=lambda theme: theme in {"unfold", "stock"})

INSTALLED_APPS = [
    "roi_project.access",
    "roi_project.audit",
    "roi_project.console",
    "roi_project.db",
    "roi_project.intake",
    "roi_project.jobs",
    "roi_project.start",
    "roi_project.web",
    "teams",
    "outcomes",
    "finance",
    *(["unfold.apps.BasicAppConfig", "unfold.contrib.filters"] if ADMIN_THEME == "unfold" else []),
    "roi_project.console.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "roi_project.web.middleware.RequestId",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "roi_project.web.middleware.ReadableQuery",
    "roi_project.web.kept.KeptAnswers",  # after what marks every answer, before what only browsers need
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "roi_project.urls"
WSGI_APPLICATION = "roi_project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "roi_project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database: PostgreSQL for real figures, embedded SQLite for the first look -------------------
DATABASE_URL = env.str("DATABASE_URL", "")
# A web request may not hold the database for long; a worker computing books may.
_WORKER = "worker" in sys.argv or "beat" in sys.argv
DATABASE_ROLE = env.str(
    "DATABASE_ROLE", "worker" if _WORKER else "web", validate=lambda role: role in {"web", "worker"}
)
if DATABASE_URL:
    _statement_ms = {"web": 5_000, "worker": 600_000}[DATABASE_ROLE]
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)}
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=2,
        options=f"-c statement_timeout={_statement_ms} -c lock_timeout=2000"
        " -c idle_in_transaction_session_timeout=600000",
    )
    if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database, or be left out.")
else:
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env.str("SQLITE_PATH", str(VAR_DIR / "team-roi.sqlite3")),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the bell: Redis when named, else a folder -----------------------------------------------------
REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # A request must never hang on the bell (measured: a hung Redis blocks a default publisher for ever).
    CELERY_BROKER_TRANSPORT_OPTIONS = (
        {"socket_timeout": 10, "socket_connect_timeout": 2, "socket_keepalive": True}
        if _WORKER
        else {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0}
    )
else:
    BELL_DIR = Path(env.str("BELL_DIR", str(VAR_DIR / "bell")))
    BELL_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "bell-files://localhost"  # as roi_project.jobs.bell_files offers it
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BELL_DIR),
        "data_folder_out": str(BELL_DIR),
        "control_folder": str(BELL_DIR / "control"),
        "polling_interval": 0.1,
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", 10)
# Books are refreshed by themselves this often; 0 leaves it to finance to ask.
BOOKS_REFRESH_SECONDS = env.int("BOOKS_REFRESH_SECONDS", 300)
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "jobs.sweep", "schedule": JOB_SWEEP_SECONDS},
    "sweep-uploads": {"task": "intake.sweep_uploads", "schedule": 600},
}
if BOOKS_REFRESH_SECONDS:
    CELERY_BEAT_SCHEDULE["refresh-books"] = {
        "task": "finance.refresh_books",
        "schedule": BOOKS_REFRESH_SECONDS,
    }

# --- jobs ------------------------------------------------------------------------------------------
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", 60)
if not DATABASE_URL:
    # A long write of the job itself keeps the heartbeat out of SQLite for as long as the busy timeout.
    JOB_LEASE_SECONDS = max(60, JOB_LEASE_SECONDS)
JOB_MAX_ATTEMPTS = env.int("JOB_MAX_ATTEMPTS", 3)
# A failed attempt waits this long for the next one, times the attempts already made.
JOB_RETRY_SECONDS = env.int("JOB_RETRY_SECONDS", 10)
# Modules with job kinds, beside the `tasks` module of each app.
JOB_MODULES = env.list("JOB_MODULES", [])

# --- language, time, static files ------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "roi_project.console.formats"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "roi_project" / "static"]
WHITENOISE_USE_FINDERS = True

# --- requests --------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
FILE_UPLOAD_HANDLERS = [
    "roi_project.web.upload_limit.WithinLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Files that wait to be taken in; the web and the workers must see the same folder, and nobody else any of it.
UPLOADS_DIR = env.str("UPLOADS_DIR", str(VAR_DIR / "uploads"))
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "roi_project.web.handlers.csrf_failure"
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
# Counts of requests and of sign-ins that failed, in the memory of each process. With more callers a minute than
# entries some counts are lost, and those callers may ask again.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}}
REQUESTS_PER_MINUTE = env.int("REQUESTS_PER_MINUTE", 1_200)

# --- the admin's look ------------------------------------------------------------------------------
_TEAL = {
    "50": "#f0fbfa",
    "100": "#d5f3f0",
    "200": "#aee6e1",
    "300": "#7bd1cb",
    "400": "#45b3ad",
    "500": "#249690",
    "600": "#177873",
    "700": "#15615e",
    "800": "#154e4c",
    "900": "#154140",
    "950": "#062526",
}
UNFOLD = {
    "SITE_TITLE": "Team ROI",
    "SITE_HEADER": "Team ROI",
    "SITE_SUBHEADER": "what teams cost, and what came of it",
    "SITE_SYMBOL": "account_tree",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "roi_project.console.menu.icon_address"}],
    "SCRIPTS": ["roi_project.console.menu.keys_address"],
    "COLORS": {"primary": _TEAL},
    "SIDEBAR": {"navigation": "roi_project.console.menu.navigation"},
    "ACCOUNT": {"navigation": "roi_project.console.menu.account_links"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "roi_project.web.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["roi_project.web.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "roi_project.web.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "roi_project.web.schema.AutoSchema",
    "EXCEPTION_HANDLER": "roi_project.web.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Team ROI",
    "DESCRIPTION": "What teams cost, what their work brought, and what to do next.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["roi_project.web.schema.one_type_of_each"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_values": {"()": "roi_project.web.logs.WithoutValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_values"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},  # anybody can send any, and is told
}
