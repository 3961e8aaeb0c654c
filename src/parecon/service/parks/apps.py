"""How Django knows the parks."""

from django.apps import AppConfig


class ParksConfig(AppConfig):
    """Parks as a part of the service."""

    name = "parecon.service.parks"
    label = "parks"
    default_auto_field = "django.db.models.BigAutoField"
