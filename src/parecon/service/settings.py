"""Django's settings of the service; `DATABASE_URL` says which database, an embedded one if nothing does."""

import os

from parecon.service.database import EMBEDDED, database

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "parecon.service.ledger",
    "parecon.service.people",
    "parecon.service.desk",
]
AUTH_USER_MODEL = "people.Member"
DATABASES = {"default": database(os.environ.get("DATABASE_URL", EMBEDDED))}
USE_TZ = True
TIME_ZONE = "UTC"
