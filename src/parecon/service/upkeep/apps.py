"""How Django knows the upkeep."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Upkeep as a part of the service: commands, and no tables."""

    name = "parecon.service.upkeep"
    label = "upkeep"
