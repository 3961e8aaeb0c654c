"""How Django knows the second-hand desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The second-hand desk as a part of the service."""

    name = "parecon.service.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
