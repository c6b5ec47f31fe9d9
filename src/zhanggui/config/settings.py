"""Django settings of one installation, read from the environment and the home folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from zhanggui.config.home import home, read_key

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()
TESTING = "pytest" in sys.modules


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


DEBUG = _flag("ZHANGGUI_DEBUG", False)
SECRET_KEY = read_key("session", "ZHANGGUI_SECRET_KEY")
ALLOWED_HOSTS = [h for h in os.environ.get("ZHANGGUI_HOSTS", "*").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHANGGUI_ORIGINS", "").split(",") if o]

#: The rooms that own tables, templates or commands. Read from the bottom of the house upward.
ROOMS = [
    "zhanggui.foundation.ui",
    "zhanggui.foundation.accounts",
    "zhanggui.foundation.audit",
    "zhanggui.foundation.vault",
    "zhanggui.foundation.calendar",
    "zhanggui.foundation.jobs",
    "zhanggui.foundation.files",
    "zhanggui.foundation.lake",
    "zhanggui.foundation.loop",
    "zhanggui.law.claims",
    "zhanggui.goods.catalog",
    "zhanggui.goods.listings",
    "zhanggui.goods.pricing",
    "zhanggui.goods.promotions",
    "zhanggui.trade.channels",
    "zhanggui.trade.orders",
    "zhanggui.trade.aftersales",
    "zhanggui.trade.settlement",
    "zhanggui.supply.inventory",
    "zhanggui.supply.purchasing",
    "zhanggui.traffic.ads",
    "zhanggui.traffic.visits",
    "zhanggui.insight.metrics",
    "zhanggui.insight.decomposition",
    "zhanggui.insight.anomalies",
    "zhanggui.insight.forecasting",
    "zhanggui.insight.dashboards",
    "zhanggui.insight.reports",
    "zhanggui.processes",
    "zhanggui.desk",
]
INSTALLED_APPS = [
    *ROOMS,
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "rules",
    "csp",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhanggui.foundation.ui.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zhanggui.foundation.accounts.middleware.PermissionMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "zhanggui.config.urls"
WSGI_APPLICATION = "zhanggui.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "zhanggui.foundation.ui.frame.context",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "zhanggui.foundation.ui.templatetags.ui"],
        },
    }
]
COTTON_DIR = "cotton"


def database(url: str) -> dict[str, object]:
    """Connection settings from ``ZHANGGUI_DATABASE_URL``; SQLite in the home folder when empty.

    Accepts ``postgresql://user:password@host:port/name?option=value`` and ``sqlite:///path``.
    """
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite://") if url else str(HOME / "zhanggui.db")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": os.environ.get("ZHANGGUI_TEST_DB") or None},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"ZHANGGUI_DATABASE_URL: {parts.scheme!r} is neither sqlite nor postgresql")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, **dict(parse_qsl(parts.query))},
    }


DATABASES = {"default": database(os.environ.get("ZHANGGUI_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "zhanggui_language"
TIME_ZONE = os.environ.get("ZHANGGUI_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
MEDIA_ROOT = HOME / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_TEMP_DIR = None

HTTPS = _flag("ZHANGGUI_HTTPS", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ZHANGGUI_LOG", "WARNING")},
}

from zhanggui.config.parts.jobs import *  # noqa: E402,F403
from zhanggui.config.parts.lake import *  # noqa: E402,F403
from zhanggui.config.parts.loop import *  # noqa: E402,F403
from zhanggui.config.parts.reports import *  # noqa: E402,F403
from zhanggui.config.parts.security import *  # noqa: E402,F403
