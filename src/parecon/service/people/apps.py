"""How Django knows people and councils."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and councils as a part of the service."""

    name = "parecon.service.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
