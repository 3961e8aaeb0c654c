"""How Django knows the interface for programs."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens, the interface, and files of rows."""

    name = "parecon.service.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
