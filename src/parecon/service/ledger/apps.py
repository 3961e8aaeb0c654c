"""How Django knows the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger as a part of the service."""

    name = "parecon.service.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from parecon.service.ledger import checks  # noqa: F401 - loading it registers the checks
