"""How Django knows the face."""

from django.apps import AppConfig


class FaceConfig(AppConfig):
    """What all pages share, as a part of the service."""

    name = "parecon.service.face"
    label = "face"
