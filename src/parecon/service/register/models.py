"""What the register keeps: kinds of collectables, entries that are never deleted, gifts, offers, deaths, closings.

A thing is a person's: its holder is a member's pseudonym, the federation's shelf or the museum. What is paid
for it moves between the accounts of households. What the law changes stands in the entry's row; every
change is also an event, which never changes. Months are counted as in clock.py, amounts in milli-credits.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Max, Q

from parecon.secondhand.collectables.law import Standing
from parecon.service import lengths
from parecon.service.desk.models import Item

SHELF = "collectables"
"""the holder of what the federation has on its shelf, and the party of its account"""
MUSEUMS = "museum"
"""the holder of what stands in museums"""
STANDINGS = [(each.value, each.name) for each in Standing]


def well_described(title: str, description: str) -> bool:
    """Whether a thing or a kind can be called and described like this."""
    return bool(title.strip()) and len(title) <= lengths.TITLE and len(description) <= lengths.DESCRIPTION and not (
        {"\0"} & {*title, *description})


class Kind(models.Model):
    """A kind of collectables: what it is to society, its announced schedule, the price at which it last went."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    name = models.CharField(max_length=lengths.TITLE, unique=True)
    description = models.TextField(blank=True, max_length=lengths.DESCRIPTION)
    standing = models.SmallIntegerField(choices=STANDINGS)
    first_schedule_mcr = models.BigIntegerField(default=0)
    schedule_mcr = models.BigIntegerField()  # 0: none
    price_mcr = models.BigIntegerField()
    visitors_worth_mcr = models.BigIntegerField()  # what it was classified by
    collector_worth_mcr = models.BigIntegerField()
    in_favour_permille = models.SmallIntegerField()
    made_us = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(schedule_mcr__gte=0, price_mcr__gte=0),
                                              name="kind_costs_0_or_more"),)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """A thing on the register. Its number is never given again, and the entry never goes."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="entries")
    title = models.CharField(max_length=lengths.TITLE)
    description = models.TextField(blank=True, max_length=lengths.DESCRIPTION)
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="entry")  # where it came from a desk
    schedule_at_entry_mcr = models.BigIntegerField()  # the federation's price when the thing was entered
    paid_at_entry_mcr = models.BigIntegerField(default=0)  # by whoever held it then
    entered_us = models.BigIntegerField()
    standing = models.SmallIntegerField(choices=STANDINGS)
    holder = models.CharField(max_length=lengths.PARTY, db_index=True)
    paid_mcr = models.BigIntegerField()
    paid_level_ppm = models.BigIntegerField()
    cost_mcr = models.BigIntegerField(default=0)
    first_refusal = models.CharField(max_length=lengths.PARTY, blank=True, db_index=True)  # may take it first
    reverted_month = models.SmallIntegerField(null=True)  # since when it waits for them

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(paid_mcr__gte=0, cost_mcr__gte=0, paid_level_ppm__gt=0),
                                              name="entry_amounts_0_or_more"),)

    def __str__(self) -> str:
        return f"no. {self.number}: {self.title}"


class Gift(models.Model):
    """That a member gave a thing away: remembered until the law forgets it, and kept after that."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="gifts")
    giver = models.CharField(max_length=lengths.PARTY)
    month = models.SmallIntegerField()
    remembered = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["giver"], condition=Q(remembered=True), name="gifts_remembered"),)

    def __str__(self) -> str:
        return f"gift of {self.entry}"


class What(models.IntegerChoices):
    """What happened to a thing on the register."""

    REGISTERED = 1
    FROM_DESK = 2
    HANDED_BACK = 3
    GIVEN = 4
    STAYS_IN_FAMILY = 5
    REVERTED = 6
    TO_MUSEUM = 7
    GIFT_STANDS = 8
    NOT_FOUND = 9
    PASSED_ON = 10
    FIRST_REFUSAL = 11


class Event(models.Model):
    """Something that happened to a thing: from whom, to whom, for how much, entered by whom. It never changes."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="events")
    what = models.SmallIntegerField(choices=What.choices)
    giver = models.CharField(max_length=lengths.PARTY)
    taker = models.CharField(max_length=lengths.PARTY)
    amount_mcr = models.BigIntegerField(default=0)
    household = models.CharField(max_length=lengths.PARTY, blank=True)  # to which the giver belonged, at a desk
    by = models.CharField(max_length=lengths.PARTY)
    on_behalf_of = models.CharField(max_length=lengths.PARTY, blank=True)
    at_us = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["act", "entry", "what"], name="an_event_once"),)
        indexes = (models.Index(fields=["entry", "number"], name="life_of_an_entry"),)

    def __str__(self) -> str:
        return f"{self.act}: no. {self.entry_id}"


class Death(models.Model):
    """That the death of a member was recorded, once, and who comes after."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    member = models.CharField(max_length=lengths.PARTY, unique=True)
    heir = models.CharField(max_length=lengths.PARTY)
    month = models.SmallIntegerField()
    by = models.CharField(max_length=lengths.PARTY)
    at_us = models.BigIntegerField()
    after = models.BigIntegerField(default=0)  # the last event before it: what came first, whatever clocks say

    def __str__(self) -> str:
        return f"death of {self.member}"


class Closing(models.Model):
    """That a month's offers were decided: how many things passed on, and what was shared by all; once."""

    month = models.SmallIntegerField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    passed_on = models.IntegerField()
    shared_mcr = models.BigIntegerField()  # below 0: collected from all
    households = models.IntegerField()
    law = models.JSONField()  # the parameters of the law in force
    closed_us = models.BigIntegerField()
    after = models.BigIntegerField(default=0)  # the last event before it

    def __str__(self) -> str:
        return f"closing of month {self.month}"


class OfferState(models.IntegerChoices):
    """What became of an offer."""

    OPEN = 1
    DECIDED = 2
    WITHDRAWN = 3


class Offer(models.Model):
    """The most that a member would pay for a thing of a kind, or, as a relative, for the very thing; or a no to it."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    member = models.CharField(max_length=lengths.PARTY)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="offers")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="answers")  # first refusal
    most_mcr = models.BigIntegerField(null=True)  # null: does not take it
    lot = models.BigIntegerField()  # decides between equal offers
    household = models.CharField(max_length=lengths.PARTY, blank=True)  # to which the member belonged at the closing
    state = models.SmallIntegerField(choices=OfferState.choices, default=OfferState.OPEN)
    closing = models.ForeignKey(Closing, models.PROTECT, null=True, related_name="offers")
    reason = models.SmallIntegerField(null=True)  # collectables.acts.Refusal, once decided
    served = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    price_mcr = models.BigIntegerField(null=True)
    made_us = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["entry"], condition=Q(state=1) & ~Q(entry=None), name="answered_once"),
            models.CheckConstraint(condition=Q(most_mcr__gte=0) | Q(most_mcr=None) & ~Q(entry=None),
                                   name="offer_0_or_more"),
        )
        indexes = (models.Index(fields=["state"], condition=Q(state=1), name="offers_that_wait"),
                   models.Index(fields=["member"], name="offers_of_a_member"))

    def __str__(self) -> str:
        return f"offer {self.number}"


def last_event() -> int:
    """The number of the last event that was written, 0 before there is one."""
    return Event.objects.aggregate(last=Max("number"))["last"] or 0
