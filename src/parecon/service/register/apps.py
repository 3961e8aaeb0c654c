"""How Django knows the register of collectables."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register of collectables as a part of the service."""

    name = "parecon.service.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
