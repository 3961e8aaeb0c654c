"""What desks keep: schedules, items and what was done to them, quotes that never change, requests, closings.

An item's state and holder stand in its row; every change is also an event, which never changes. Parties are
pseudonyms: households and stores. Months are counted as in clock.py, amounts in whole milli-credits.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service import lengths
from parecon.service.people.models import Council, Household

STATES = [(each.value, each.name) for each in State]
REQUEST_STATES = [(each.value, each.name) for each in RequestState]
SHELF = State.SHELF.value
WAITS, HELD = RequestState.WAITS.value, RequestState.HELD.value


class Federation(models.Model):
    """The federation that this service serves: one row. What it voted otherwise than the law's own parameters."""

    name = models.CharField(max_length=lengths.NAME)
    council = models.OneToOneField(Council, models.PROTECT)
    society_account = models.BigIntegerField()
    exchange_account = models.BigIntegerField()
    changes = models.JSONField(default=dict)  # {"secondhand": {"mode": "true-up"}, "secondhand.areas": {...}}

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_federation"),)

    def __str__(self) -> str:
        return self.name


class Catalogue(models.Model):
    """A catalogue of durables as it was read, in the columns of `secondhand.durables`; it never changes."""

    name = models.CharField(max_length=lengths.NAME)
    content_hash = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """What was announced for a year: the index of each good, and the law in force. It never changes."""

    number = models.BigAutoField(primary_key=True)
    year = models.IntegerField(unique=True)  # as in clock.py: 0 is 2000
    catalogue = models.ForeignKey(Catalogue, models.PROTECT)
    index = models.JSONField()  # [good]
    law = models.JSONField()  # the parameters of `secondhand` in force
    shelves_mcr = models.JSONField()  # [good]: what stood on all shelves, by this schedule, when it was announced
    announced_us = models.BigIntegerField()

    def __str__(self) -> str:
        return f"schedule of year {self.year}"


class Decision(models.Model):
    """That a parameter of the exchange is another one, from a year's schedule on, and why. It never changes."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT)
    year = models.IntegerField()  # of the first schedule that is announced under it
    name = models.CharField(max_length=lengths.NAME)
    value = models.JSONField()
    why = models.CharField(max_length=lengths.WHY)
    by = models.CharField(max_length=lengths.PARTY)
    at_us = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["act", "name"], name="a_parameter_once_in_an_act"),)

    def __str__(self) -> str:
        return f"{self.name} from year {self.year} on"


class Store(models.Model):
    """A place of the exchange: the store of one consumer council, its area. It holds items, no credits."""

    council = models.OneToOneField(Council, models.PROTECT, primary_key=True)
    area = models.SmallIntegerField(unique=True)  # its row in the law's columns, from 0
    address = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    east_km = models.FloatField(default=0.0)
    north_km = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return self.council.name

    @property
    def where(self) -> str:
        """Its name, with its address and opening hours as far as they are known: where a sentence sends people."""
        return ", ".join(filter(None, (str(self), self.address))) + (f" ({self.hours})" if self.hours else "")


class Item(models.Model):
    """A thing, from the day a member announces it: what it is, in which state, who holds it, where it is."""

    number = models.BigAutoField(primary_key=True)
    label = models.CharField(max_length=12, unique=True)  # on its QR label; not guessable from another's
    good = models.SmallIntegerField()  # its row in the catalogue
    made_month = models.SmallIntegerField()
    grade = models.SmallIntegerField(null=True)  # as last found; 0 is best
    state = models.SmallIntegerField(choices=STATES)
    holder = models.CharField(max_length=lengths.PARTY)  # a household's or a council's (its store's) pseudonym
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="items")  # where it is, or is sent to
    title = models.CharField(max_length=lengths.TITLE, blank=True)
    description = models.TextField(blank=True, max_length=lengths.DESCRIPTION)
    shelved_us = models.BigIntegerField(null=True)  # its place in the line of its shelf: what came first goes first

    class Meta:
        indexes = (
            # the number as things are shown in this order, the state so that SQLite counts in the index alone
            models.Index(fields=["store", "good", "shelved_us", "number", "state"], condition=Q(state=SHELF),
                         name="on_the_shelf"),
            models.Index(fields=["good", "shelved_us", "number", "state"], condition=Q(state=SHELF),
                         name="on_any_shelf"),
            models.Index(fields=["shelved_us"], name="end_of_the_line"),
            models.Index(fields=["holder", "state"], name="held_by"),
            models.Index(fields=["store", "state"], name="at_the_store"),
        )

    def __str__(self) -> str:
        return f"{self.label} ({State(self.state).name.lower()})"


class Event(models.Model):
    """Something that was done to an item, by whom and on whose behalf. It never changes."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="events")
    deed = models.SmallIntegerField()  # lifecycle.Deed
    before = models.SmallIntegerField(null=True)
    after = models.SmallIntegerField()
    good = models.SmallIntegerField()  # what the item was held to be after it: its good, its month, its grade
    made_month = models.SmallIntegerField()
    grade = models.SmallIntegerField(null=True)
    by = models.CharField(max_length=lengths.PARTY)
    household = models.CharField(max_length=lengths.PARTY, blank=True)  # for whom, or whose item it was
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=lengths.WHY, blank=True)
    at_us = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["item", "number"], name="life_of_an_item"),)

    def __str__(self) -> str:
        return self.act


class QuoteKind(models.TextChoices):
    """What a quote promises."""

    ESTIMATE = "estimate", "estimate: before the inspection, by what the member says"
    YEAR = "year", "the year's guaranteed price"
    ADJUSTING = "adjusting", "provisional: settled at the year's end"


class Quote(models.Model):
    """What the exchange offers for an item, or why nothing. It never changes; a different finding makes another."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="quotes")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    schedule = models.ForeignKey(Schedule, models.PROTECT)
    kind = models.CharField(max_length=12, choices=QuoteKind.choices)
    new_price_mcr = models.BigIntegerField()
    age_months = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    reason = models.SmallIntegerField()  # secondhand.acts.Refusal; 0 where there is an offer
    worth_mcr = models.BigIntegerField()
    credit_mcr = models.BigIntegerField()
    cost_mcr = models.BigIntegerField()  # what inspecting cost
    plain_mcr = models.BigIntegerField()  # worth at an index of 1, by which year's ends share
    until_month = models.SmallIntegerField()
    revises = models.ForeignKey("self", models.PROTECT, null=True, related_name="revised_by")
    findings = models.JSONField(default=list)  # [[question, answer], ...] of the inspection's checklist
    why = models.CharField(max_length=lengths.WHY, blank=True)  # where the finding differs from what was said before
    made_us = models.BigIntegerField()
    accepted_us = models.BigIntegerField(null=True)  # added once
    settled_year = models.IntegerField(null=True)  # the year's end in which it was settled; added once

    class Meta:
        indexes = (models.Index(fields=["accepted_us"], condition=~Q(accepted_us=None), name="quotes_accepted"),)

    def __str__(self) -> str:
        return self.act


class Request(models.Model):
    """A used good that a household asks for: of a kind, or one certain item; served in the order in which they came."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="requests")
    good = models.SmallIntegerField()
    store = models.ForeignKey(Store, models.PROTECT, related_name="requests")  # where it will be fetched
    wanted = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")  # the very item, or any
    state = models.SmallIntegerField(choices=REQUEST_STATES, default=WAITS)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="requests")  # the one that serves it
    schedule = models.ForeignKey(Schedule, models.PROTECT, null=True)
    price_mcr = models.BigIntegerField(null=True)
    plain_mcr = models.BigIntegerField(null=True)
    hold = models.CharField(max_length=lengths.ACT, blank=True)  # the ledger's name of what is set aside for it
    fetch_until_us = models.BigIntegerField(null=True)  # None while the item is on its way
    since_us = models.BigIntegerField()
    ended_us = models.BigIntegerField(null=True)  # served, cancelled, expired or found unpaid
    settled_year = models.IntegerField(null=True)  # the year's end in which it was settled, if it was served

    class Meta:
        indexes = (models.Index(fields=["store", "good", "number"], condition=Q(state=WAITS),
                                name="requests_that_wait"),
                   models.Index(fields=["household", "state"], name="requests_of_a_household"),
                   models.Index(fields=["fetch_until_us"], condition=Q(state=HELD), name="to_be_fetched"),
                   models.Index(fields=["store", "fetch_until_us"], condition=Q(state=HELD), name="kept_at_the_store"))
        constraints = (models.UniqueConstraint(fields=["item"], condition=Q(state=HELD),
                                               name="held_for_one"),)

    def __str__(self) -> str:
        return self.act


class Transfer(models.Model):
    """An item carried from one store to another, for a request or for the shelf there."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="transfers")
    origin = models.ForeignKey(Store, models.PROTECT, related_name="+")
    destination = models.ForeignKey(Store, models.PROTECT, related_name="+")
    cost_mcr = models.BigIntegerField()
    sent_us = models.BigIntegerField()
    arrived_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["origin", "number"], condition=Q(arrived_us=None), name="leaving_a_store"),
                   models.Index(fields=["destination", "number"], condition=Q(arrived_us=None),
                                name="coming_to_a_store"))

    def __str__(self) -> str:
        return self.act


class Photo(models.Model):
    """A picture of an item, made anew from what was sent: no place, no device, nothing but the picture."""

    number = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="photos")
    jpeg = models.BinaryField()
    made_us = models.BigIntegerField()
    hidden = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"photograph {self.number} of {self.item}"


class Remark(models.Model):
    """Why a treasurer paid or corrected something: by the name of the act. It never changes."""

    act = models.CharField(max_length=lengths.ACT, primary_key=True)
    why = models.CharField(max_length=lengths.WHY)
    by = models.CharField(max_length=lengths.PARTY)
    entries = models.IntegerField()  # of the ledger, from the first on
    first = models.BigIntegerField()
    at_us = models.BigIntegerField()

    def __str__(self) -> str:
        return self.act


class MonthClosed(models.Model):
    """That a month of the exchange is closed: its costs paid, what it wanted and was brought noted; once."""

    month = models.SmallIntegerField(primary_key=True)
    wanted = models.JSONField()  # [good]: this month's, less those found unpaid: below 0 where they asked before it
    brought = models.JSONField()  # [good]
    index = models.JSONField()  # [good]: what would have cleared it
    holding_mcr = models.BigIntegerField()
    closed_us = models.BigIntegerField()

    def __str__(self) -> str:
        return f"month {self.month}"


class YearClosed(models.Model):
    """That a year is closed: its result by its parts, how it was shared, and the group of its postings; once."""

    year = models.IntegerField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    result = models.JSONField()  # the parts of secondhand.settlement.Result
    wanted = models.JSONField()  # [good]
    offered = models.JSONField()  # [good]
    shared_mcr = models.BigIntegerField()  # among all households, after true-ups
    households = models.IntegerField()
    closed_us = models.BigIntegerField()

    def __str__(self) -> str:
        return f"year {self.year}"
