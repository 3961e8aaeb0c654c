"""What the ledger keeps: accounts, entries, balances and holds. Triggers of the database guard them: see migrations.

Amounts are whole milli-credits in 64 bits, times microseconds since 1970 in UTC. `act` is the name that
whoever asked for something gave it: unique, so that asking again does nothing twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q

from parecon.service import lengths
from parecon.service.ledger import law

OPEN = law.HoldState.OPEN.value
RESOLVED = [each.value for each in law.HoldState if each != OPEN]


class Account(models.Model):
    """An account of a party, known by a pseudonym alone: names stand elsewhere and can be erased there."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    party = models.CharField(max_length=lengths.ACT)
    kind = models.SmallIntegerField(choices=[(each.value, each.name) for each in law.Kind])
    floor_mcr = models.BigIntegerField(null=True)
    made_at_us = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["party", "kind"], name="one_account_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.party} ({law.Kind(self.kind).name.lower()})"


class FloorSet(models.Model):
    """That the floor of an account was changed, from what to what. It never changes."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="floors")
    before_mcr = models.BigIntegerField(null=True)
    floor_mcr = models.BigIntegerField(null=True)
    made_at_us = models.BigIntegerField()

    def __str__(self) -> str:
        return f"floor of account {self.account_id}: {self.before_mcr} to {self.floor_mcr} mcr"


class Balance(models.Model):
    """What stands on an account: the sum of its entries, and of its open holds."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True)
    posted_mcr = models.BigIntegerField(default=0)
    held_mcr = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(held_mcr__gte=0), name="held_not_below_0"),)

    def __str__(self) -> str:
        return f"{self.posted_mcr} mcr, of which held {self.held_mcr}"


class Hold(models.Model):
    """Credits set aside for a payment; posted, voided or expired once."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    amount_mcr = models.BigIntegerField()
    purpose = models.SmallIntegerField()
    group = models.CharField(max_length=lengths.ACT, blank=True)
    until_us = models.BigIntegerField()
    made_at_us = models.BigIntegerField()
    state = models.SmallIntegerField(default=OPEN, choices=[(each.value, each.name) for each in law.HoldState])
    resolved_by = models.CharField(max_length=lengths.ACT, null=True, unique=True)  # noqa: DJ001 - unique if there
    resolved_at_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["until_us"], condition=Q(state=OPEN), name="holds_that_run"),)
        constraints = (
            models.CheckConstraint(condition=Q(amount_mcr__gt=0), name="hold_amount_above_0"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="hold_between_two"),
            models.CheckConstraint(condition=Q(state=OPEN, resolved_by=None)
                                   | Q(state__in=RESOLVED, resolved_by__isnull=False), name="hold_resolved_by_an_act"),
        )

    def __str__(self) -> str:
        return f"{self.act}: {self.amount_mcr} mcr, {law.HoldState(self.state).name.lower()}"


class Entry(models.Model):
    """An amount that moved from one account to another, for good; `number` is its place in the chain, from 1."""

    number = models.BigIntegerField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    amount_mcr = models.BigIntegerField()
    purpose = models.SmallIntegerField()
    group = models.CharField(max_length=lengths.ACT, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections", db_index=False)
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, related_name="entries", db_index=False)
    owed = models.BooleanField(default=False)  # a debt of a settlement, owed whatever stands on the account
    made_at_us = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64)
    own_hash = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["group"], condition=~Q(group=""), name="entries_of_a_group"),
                   models.Index(fields=["debit", "made_at_us", "amount_mcr"], name="debits_of_an_account"),
                   models.Index(fields=["credit", "made_at_us", "amount_mcr"], name="credits_of_an_account"))
        constraints = (
            models.UniqueConstraint(fields=["corrects"], condition=~Q(corrects=None), name="corrected_once"),
            models.UniqueConstraint(fields=["hold"], condition=~Q(hold=None), name="hold_posted_once"),
            models.CheckConstraint(condition=Q(amount_mcr__gt=0), name="entry_amount_above_0"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_between_two"),
        )

    def __str__(self) -> str:
        return f"entry {self.number}: {self.amount_mcr} mcr"

    @property
    def made_at(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.fromtimestamp(self.made_at_us / 1e6, UTC)
