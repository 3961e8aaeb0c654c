"""Django's settings of the service; the environment says what differs from one federation's machine to another's.

`DATABASE_URL`: which database; an embedded one if nothing is said. `PARECON_HOSTS`: by which names the service is
reached, with commas between; this computer alone if nothing is said. `PARECON_HTTPS=1`: it stands behind a proxy
that speaks https. `SECRET_KEY`: the key that signs sessions; kept in a file beside the embedded database if nothing
is said. `PARECON_MAIL`: the server that sends mail, as smtp://USER:PASSWORD@HOST:PORT.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from parecon.service.database import EMBEDDED, database
from parecon.service.face.environment import home, kept_key, mail

FACE = Path(__file__).parent / "face"
ON_THIS_COMPUTER = ["localhost", "127.0.0.1", "[::1]"]
DAY_SECONDS = 24 * 3600
HTTPS = os.environ.get("PARECON_HTTPS") == "1"
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "parecon.service.ledger",
    "parecon.service.people",
    "parecon.service.desk",
    "parecon.service.parks",
    "parecon.service.register",
    "parecon.service.face",
    "parecon.service.upkeep",
    "parecon.service.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "parecon.service.face.middleware.UploadLimit",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "parecon.service.face.middleware.SecondProof",
    "parecon.service.face.middleware.NotKept",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "parecon.service.urls"
WSGI_APPLICATION = "parecon.service.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "django.template.context_processors.i18n",
        "parecon.service.face.context.here",
    ]},
}]
FORM_RENDERER = "parecon.service.face.forms.Renderer"

DATABASES = {"default": database(os.environ.get("DATABASE_URL", EMBEDDED))}

# Who may come in.
SECRET_KEY = os.environ.get("SECRET_KEY") or SimpleLazyObject(lambda: kept_key(home(DATABASES["default"])))
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("PARECON_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = ALLOWED_HOSTS or ON_THIS_COMPUTER
AUTH_USER_MODEL = "people.Member"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher",
                    "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["card", "name", "email"]}},
]
LOGIN_URL = "face:sign-in"
LOGIN_REDIRECT_URL = "face:home"
LOGOUT_REDIRECT_URL = "face:sign-in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # so that nobody can lock out another from elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "parecon.service.face.signing_in.card_that_was_typed"
AXES_CLIENT_IP_CALLABLE = "parecon.service.face.signing_in.address"
AXES_LOCKOUT_TEMPLATE = "face/locked_out.html"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "parecon"
DEMO = os.environ.get("PARECON_DEMO") == "1"
SECOND_PROOF_REQUIRED = not (DEMO or set(ALLOWED_HOSTS) <= set(ON_THIS_COMPUTER))

# How long sessions last, and what they and forms may carry.
SESSION_COOKIE_AGE = 14 * DAY_SECONDS
SESSION_COOKIE_NAME = "demonstration" if DEMO else "session"  # both may run on one computer
CSRF_COOKIE_NAME = "demonstrationtoken" if DEMO else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "parecon.service.face.pages.too_old"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
UPLOAD_BYTES = 25_000_000
FILE_UPLOAD_PERMISSIONS = 0o600

# What browsers are told.
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "font-src": [SELF],
    "connect-src": [SELF], "manifest-src": [SELF], "form-action": [SELF], "base-uri": [NONE],
    "frame-ancestors": [NONE], "object-src": [NONE]}}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * DAY_SECONDS if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # other names under ours are not ours to speak for

# Files of the pages: served by the service itself, each under the hash of its content.
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "parecon.service.face.static.Hashed"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 365 * DAY_SECONDS
WHITENOISE_IMMUTABLE_FILE_TEST = "(?!)"  # the hash stands behind the name, not in it

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [FACE / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if os.environ.get('PARECON_MAIL') else 'console'}.EmailBackend"
globals().update(mail(os.environ.get("PARECON_MAIL", "")))
LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "handlers": {"told": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["told"], "level": "WARNING", "propagate": False},
                "django.request": {"level": "ERROR"},  # a page that is not there is nobody's fault
                "axes": {"handlers": ["told"], "level": "WARNING", "propagate": False}},
}
