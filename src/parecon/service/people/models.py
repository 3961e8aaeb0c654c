"""Who there is: households and their members, councils, what belongs to what, and mandates - all of it dated.

Names stand here and nowhere else. Books and items know parties by a pseudonym alone, so that a person's name
can be erased and every entry stays. Days end with `_on` and are whole days in UTC: from the first, up to but
not with the last; times end with `_us`, microseconds since 1970.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parecon.service import lengths
from parecon.service.people import law


class CouncilKind(models.TextChoices):
    """What kind of council it is; any number of kinds of unit may stand under another."""

    CONSUMER = "consumer", _("consumer council")
    FEDERATION = "federation", _("federation of councils")
    WORKER = "worker", _("worker council")
    PARK = "park", _("park of things used in common")
    OTHER = "other", _("other")


class Council(models.Model):
    """A council, or a federation of councils. A consumer council with a store is an area of the exchange."""

    number = models.BigAutoField(primary_key=True)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=lengths.NAME)
    kind = models.CharField(max_length=12, choices=CouncilKind.choices)
    party = models.CharField(max_length=lengths.PARTY, unique=True)
    closed_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class Dated(models.QuerySet[Any]):
    """Rows that hold from a day, up to but not with another."""

    def not_over(self, on: date) -> Self:
        """Those that hold on a day or from a later one."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=on))

    def on(self, day: date) -> Self:
        """Those that hold on a day."""
        return self.not_over(day).filter(from_on__lte=day)


class Affiliation(models.Model):
    """A council belongs to another for a time; it may belong to several."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="affiliations")
    parent = models.ForeignKey(Council, models.PROTECT, related_name="affiliates")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    objects = Dated.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(council=F("parent")), name="no_council_in_itself"),
                       models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
                                              name="affiliation_begins_before_it_ends"))

    def __str__(self) -> str:
        return f"{self.council} in {self.parent}"


class Household(models.Model):
    """People who consume together and have one account; a person alone is a household too."""

    number = models.BigAutoField(primary_key=True)
    party = models.CharField(max_length=lengths.PARTY, unique=True)
    name = models.CharField(max_length=lengths.NAME, blank=True)

    def __str__(self) -> str:
        return self.name or self.party


class Residence(models.Model):
    """A household belongs to a consumer council for a time: to one at a time."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="residences")
    council = models.ForeignKey(Council, models.PROTECT, related_name="residences")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    objects = Dated.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["household"], condition=Q(until_on=None),
                                               name="lives_in_one_place"),)

    def __str__(self) -> str:
        return f"{self.household} in {self.council}"


class Members(BaseUserManager):
    """How members are looked up by the number on their card."""

    def get_by_natural_key(self, username: str) -> Member:
        """The member with this card, in whatever letters it was typed."""
        return self.get(card=law.card_read(username) or "")


class Member(AbstractBaseUser):
    """A person. Signs in with the number on the card; whoever has no password takes part at the desk or on paper."""

    number = models.BigAutoField(primary_key=True)
    party = models.CharField(max_length=lengths.PARTY, unique=True)
    card = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=lengths.NAME, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="en")
    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    joined_on = models.DateField()
    is_active = models.BooleanField(default=True)
    erased_at_us = models.BigIntegerField(null=True)

    objects = Members()
    USERNAME_FIELD = "card"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ()

    def __str__(self) -> str:
        return self.name or self.card


class Role(models.TextChoices):
    """What a mandate is for; what each role may do stands in policy.py."""

    ORGANISER = "organiser", _("organiser: people, councils and mandates")
    CLERK = "clerk", _("clerk: the desk, also for members who come to it")
    STEWARD = "steward", _("steward: schedules, closings, the year's end")
    TREASURER = "treasurer", _("treasurer: allowances, payments, corrections")
    REGISTRAR = "registrar", _("registrar: the register of collectables")
    KEEPER = "keeper", _("keeper: a park of things used in common")
    AUDITOR = "auditor", _("auditor: sees the books and changes nothing")


class Mandate(models.Model):
    """A member may do what a role does, for a council and all that belong to it, until a day or until recalled."""

    number = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="mandates")
    council = models.ForeignKey(Council, models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=12, choices=Role.choices)
    from_us = models.BigIntegerField()
    until_us = models.BigIntegerField()
    given_by = models.CharField(max_length=lengths.PARTY)
    recalled_us = models.BigIntegerField(null=True)
    recalled_by = models.CharField(max_length=lengths.PARTY, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(until_us__gt=F("from_us")), name="mandate_has_an_end"),)

    def __str__(self) -> str:
        role = Role(self.role).label.partition(":")[0]
        return gettext("%(member)s: %(role)s of %(council)s") % {
            "member": self.member, "role": role, "council": self.council}


class Invitation(models.Model):
    """A way to sign in for the first time: shown once, on a slip or in a message; only its hash is kept."""

    secret_hash = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="invitations")
    made_by = models.CharField(max_length=lengths.PARTY)
    until_us = models.BigIntegerField()
    used_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.member}"


class Done(models.Model):
    """That an act was done, by whom and, at a desk, for whom: both names on the record, as pseudonyms."""

    act = models.CharField(max_length=lengths.ACT, primary_key=True)
    what = models.CharField(max_length=40)
    number = models.BigIntegerField(default=0)
    by = models.CharField(max_length=lengths.PARTY)
    on_behalf_of = models.CharField(max_length=lengths.PARTY, blank=True)
    content_hash = models.CharField(max_length=64)
    at_us = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["what", "number"], name="what_was_done_to_it"),)

    def __str__(self) -> str:
        return f"{self.what} {self.number} by {self.by}"


class Message(models.Model):
    """Mail to a member, written in the same transaction as what it tells of; its text goes once it is sent."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="messages")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    made_us = models.BigIntegerField()
    sent_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["made_us"], condition=Q(sent_us=None), name="mail_to_be_sent"),)

    def __str__(self) -> str:
        return self.subject
