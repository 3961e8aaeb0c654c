"""What parks keep: what kinds of things there are, who belongs to a park, its pieces, who booked them, what was done.

A slot is an hour, counted from when the calendar of the park began; amounts are whole milli-credits, wear is in
millionths of a life, months and years are counted as in clock.py. Parties are pseudonyms.
"""

from __future__ import annotations

from enum import IntEnum

from django.db import models
from django.db.models import Q

from parecon.secondhand.parks.stock import Status
from parecon.service import lengths
from parecon.service.parks.words import THINGS
from parecon.service.people.models import Council, Household

OPEN = Status.OPEN.value
ENDS = [(each.value, each.name) for each in (Status.OPEN, Status.CANCELLED, Status.RETURNED)]


class Thing(models.Model):
    """A kind of thing that parks keep: what a new one costs, and how long it lasts by age and by use."""

    number = models.BigAutoField(primary_key=True)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=lengths.NAME)
    new_price_mcr = models.BigIntegerField()
    life_months = models.IntegerField()
    life_hours = models.IntegerField()
    hours_each = models.IntegerField()  # for how long it is mostly used at a time

    class Meta:
        constraints = (models.CheckConstraint(
            condition=Q(new_price_mcr__gt=0, life_months__gt=0, life_hours__gt=0, hours_each__gt=0),
            name="thing_costs_and_lasts"),)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Its name in the reader's language, where that is known."""
        return str(THINGS.get(self.code, self.name))


class Park(models.Model):
    """A room in the neighbourhood or a cellar in a house; a council of kind park, with an account of its own."""

    council = models.OneToOneField(Council, models.PROTECT, primary_key=True, related_name="park")
    place = models.CharField(max_length=200)
    hours = models.CharField(max_length=200, blank=True)  # when it is open, as it says on the door
    zone = models.CharField(max_length=60)  # the time zone of its clock on the wall
    account = models.BigIntegerField(unique=True)
    began_us = models.BigIntegerField()  # when slot 0 of its calendar began

    def __str__(self) -> str:
        return self.council.name


class Membership(models.Model):
    """A household belongs to a park for a time: to one at a time, and may book what that one has."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="parks")
    park = models.ForeignKey(Park, models.PROTECT, related_name="memberships")
    from_us = models.BigIntegerField()
    until_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["household"], condition=Q(until_us=None),
                                               name="belongs_to_one_park"),)

    def __str__(self) -> str:
        return f"{self.household} in {self.park}"


class Need(models.Model):
    """How many pieces of a kind of thing the members of a park have agreed to keep."""

    park = models.ForeignKey(Park, models.PROTECT, related_name="needs")
    thing = models.ForeignKey(Thing, models.PROTECT, related_name="+")
    pieces = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["park", "thing"], name="one_need_of_a_thing"),
                       models.CheckConstraint(condition=Q(pieces__gte=0), name="need_not_below_0"))

    def __str__(self) -> str:
        return f"{self.pieces} {self.thing}"


class Piece(models.Model):
    """A thing that a park has: how worn it is, and whether it can be booked."""

    number = models.BigAutoField(primary_key=True)
    label = models.CharField(max_length=12, unique=True)
    park = models.ForeignKey(Park, models.PROTECT, related_name="pieces")
    thing = models.ForeignKey(Thing, models.PROTECT, related_name="+")
    title = models.CharField(max_length=lengths.TITLE, blank=True)
    new_price_mcr = models.BigIntegerField()
    worn_ppm = models.BigIntegerField()
    in_use = models.BooleanField(default=True)
    since_us = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.title or self.thing} {self.label}"


class Booking(models.Model):
    """A household has a piece from a slot for some slots; it ends once, by being cancelled or brought back."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="bookings")
    piece = models.ForeignKey(Piece, models.PROTECT, related_name="bookings")
    start = models.IntegerField()
    slots = models.IntegerField()
    fee_mcr = models.BigIntegerField()
    status = models.SmallIntegerField(choices=ENDS, default=OPEN)
    booked_us = models.BigIntegerField()
    fetched_us = models.BigIntegerField(null=True)
    ended_us = models.BigIntegerField(null=True)
    worn_month = models.SmallIntegerField(null=True)  # the month whose end counted its hours as wear

    class Meta:
        indexes = (models.Index(fields=["piece", "start"], condition=Q(status=OPEN), name="calendar_of_a_piece"),
                   models.Index(fields=["household", "status"], name="bookings_of_a_household"),
                   models.Index(fields=["piece"], condition=Q(worn_month=None) & ~Q(fetched_us=None),
                                name="use_not_counted_yet"))
        constraints = (models.CheckConstraint(condition=Q(slots__gt=0), name="booking_has_time"),
                       models.CheckConstraint(condition=Q(fee_mcr__gte=0), name="fee_not_below_0"))

    def __str__(self) -> str:
        return self.act


class Deed(IntEnum):
    """What is done in a park."""

    OPEN_PARK = 1
    JOIN = 2
    LEAVE = 3
    BOOK = 4
    CANCEL = 5
    TAKE_OUT = 6
    GIVE_BACK = 7
    CONTRIBUTE = 8
    WITHDRAW = 9
    PUT_BACK = 10
    LOSE_PIECE = 11
    """a booking that ended because its piece went out of use"""
    CLOSE_MONTH = 12
    SHARE_RESULT = 13
    AGREE_NEED = 14


class Event(models.Model):
    """Something that was done in a park, by whom and for whom. It never changes."""

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=lengths.ACT + 24, unique=True)
    park = models.ForeignKey(Park, models.PROTECT, related_name="events")
    deed = models.SmallIntegerField(choices=[(each.value, each.name) for each in Deed])
    piece = models.ForeignKey(Piece, models.PROTECT, null=True, related_name="events")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="events")
    by = models.CharField(max_length=lengths.PARTY)
    household = models.CharField(max_length=lengths.PARTY, blank=True)
    works = models.BooleanField(null=True)  # whether a piece that was brought back does
    worn_ppm = models.BigIntegerField(null=True)  # how worn a piece was that a household left
    note = models.CharField(max_length=lengths.WHY, blank=True)
    at_us = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["park", "number"], name="life_of_a_park"),)

    def __str__(self) -> str:
        return self.act


class MonthClosed(models.Model):
    """That a park closed a month: how much its pieces were used, and what keeping them cost; once."""

    park = models.ForeignKey(Park, models.PROTECT, related_name="months")
    month = models.SmallIntegerField()
    pieces = models.IntegerField()
    hours = models.IntegerField()
    keep_mcr = models.BigIntegerField()
    closed_us = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["park", "month"], name="a_month_closes_once"),)

    def __str__(self) -> str:
        return f"month {self.month} of {self.park}"


class ResultShared(models.Model):
    """That a park shared what a year left over, or lacked, among its members; once."""

    park = models.ForeignKey(Park, models.PROTECT, related_name="results")
    year = models.SmallIntegerField()
    worth_mcr = models.BigIntegerField()  # what its pieces were worth in its books
    result_mcr = models.BigIntegerField()
    households = models.IntegerField()
    shared_us = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["park", "year"], name="a_result_is_shared_once"),
                       models.CheckConstraint(condition=Q(worth_mcr__gte=0), name="worth_not_below_0"))

    def __str__(self) -> str:
        return f"year {self.year} of {self.park}"
