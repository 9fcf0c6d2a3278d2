"""Django settings, built from the typed environment. Nothing else reads settings' sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from bureau.environment import load
from bureau.kernel.jobs.celery_app import configure as configure_celery
from bureau.kernel.ops.logging import configure_logging

ENV = load()
BASE_DIR = Path(__file__).resolve().parent

SECRET_KEY = ENV.secret_key.get_secret_value()
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.allowed_hosts
# a page that may call with the visitor's sign-in may change things with it too
CSRF_TRUSTED_ORIGINS = [*ENV.csrf_trusted_origins, *ENV.cors_allowed_origins]
CORS_ALLOWED_ORIGINS = ENV.cors_allowed_origins
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "last-event-id",
    "range",
    "x-api-key",
    "x-request-id",
    "x-session-id",
]
# what pages of other origins may read beside the body
CORS_EXPOSE_HEADERS = [
    "Accept-Ranges",
    "Content-Disposition",
    "Content-Range",
    "Retry-After",
    "X-Export-Limit",
    "X-Export-Truncated",
    "X-Exported-Count",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
    "X-Session-ID",
    "X-Total-Count",
]

ROOT_URLCONF = "bureau.urls"
ASGI_APPLICATION = "bureau.asgi.application"
WSGI_APPLICATION = "bureau.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "corsheaders",
    # its presence makes the API pages load their scripts from here instead of a CDN
    "ninja",
    "bureau.kernel.vault",
    "bureau.kernel.accounts",
    "bureau.kernel.events",
    "bureau.kernel.files",
    "bureau.kernel.jobs",
    "bureau.kernel.ai",
    "bureau.kernel.retrieval",
    "bureau.kernel.notify",
    "bureau.kernel.ops",
    "bureau.desks.insights",
    "bureau.desks.knowledge",
    "bureau.desks.interpreting",
    "bureau.desks.interpreting.collections",
    "bureau.desks.imaging",
    "bureau.desks.grievances",
    "bureau.desks.grievances.helpdesk",
    "bureau.console",
]

MIDDLEWARE = [
    "bureau.kernel.ops.middleware.TraceMiddleware",
    "bureau.kernel.ops.middleware.NoStoreMiddleware",
    # before whatever may answer: an answer without its headers is none to a page of another origin
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bureau.kernel.accounts.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # innermost: it sees files as views send them
    "bureau.kernel.files.ranges.RangeMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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


# --- database -------------------------------------------------------------------------------


def _database(url: str, *, pool: int) -> dict[str, Any]:
    """A Django database entry from a PostgreSQL URL, including `?host=/socket/folder`.

    With a pool (web processes) connections are not persistent by themselves: under ASGI they
    would leak one a thread. Without (workers, commands) a connection is kept between tasks.
    """
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    options: dict[str, Any] = {
        key: value
        for key, value in parts.items()
        if key not in {"host", "port", "user", "password", "dbname"}
    }
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": 0 if pool else 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {
    "default": _database(ENV.database_url, pool=ENV.bureau_db_pool),
    # the owner role changes the schema; only `prepare` and migrations use it
    "owner": _database(ENV.database_owner_url or ENV.database_url, pool=0),
}

# --- Redis, Celery, Channels ----------------------------------------------------------------

REDIS_URL = ENV.redis_url
CACHES = {
    "default": {
        "BACKEND": "bureau.kernel.ops.cache.KeptClientCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "bureau",
    }
}
CHANNEL_LAYERS = {
    "default": {
        # the default layer loses messages in a burst; Pub/Sub delivers them all, late at worst
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [ENV.redis_url], "prefix": "bureau"},
    }
}
CELERY_BROKER_URL = ENV.broker_url
configure_celery(CELERY_BROKER_URL)
BUREAU_LEASE_SECONDS = ENV.bureau_lease_seconds
# the bus for programs outside; without an address events stay among ourselves
EVENT_BUS_URL = ENV.event_bus_url
EVENT_BUS_EXCHANGE = ENV.rabbitmq_exchange
EVENT_BUS_QUEUE = ENV.rabbitmq_queue

# --- people and sessions --------------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_CHANGE_URL = "/password/"  # noqa: S105  # an address
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
# another site's page sends cookies along only if they say so, which browsers believe over https alone
SESSION_COOKIE_SAMESITE: Literal["None", "Lax"] = (
    "None" if ENV.https_only and ENV.cors_allowed_origins else "Lax"
)
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https_only
SECURE_SSL_REDIRECT = ENV.https_only
# who asks for health asks the process itself, beside the proxy
SECURE_REDIRECT_EXEMPT = [r"^api/health/"]
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https_only else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- files, limits, languages ---------------------------------------------------------------

DATA_DIR = ENV.bureau_data
FILES_DIR = ENV.bureau_data / "files"
MAX_SHEET_CELLS = ENV.bureau_max_sheet_cells
MAX_UPLOAD_BYTES = ENV.bureau_max_upload_mb * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(FILES_DIR), "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "static/"
# assets come straight from the installed packages: there is no collect step to forget
WHITENOISE_USE_FINDERS = True
PHONE_REGIONS = ENV.bureau_phone_regions
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ne", "Nepali"), ("zu", "isiZulu")]
USE_TZ = True
TIME_ZONE = "UTC"

# --- logs -----------------------------------------------------------------------------------

LOGGING_CONFIG = None
configure_logging(level=ENV.bureau_log_level, json_lines=ENV.bureau_log_format == "json")
