"""What programs may do for members, and files of rows that wait for somebody's word."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from parecon.service.people.models import Mandate, Member

TOKEN_NAME_LETTERS = 60


class Token(models.Model):
    """A program may act for a member: for the household, or by one mandate; until a day or until revoked.

    Only the hash of its secret is kept, and on which day it was last used: not when, and not for what.
    """

    number = models.BigAutoField(primary_key=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=TOKEN_NAME_LETTERS)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="+")
    made_us = models.BigIntegerField()
    until_us = models.BigIntegerField()
    revoked_us = models.BigIntegerField(null=True)
    used_on = models.DateField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(until_us__gt=F("made_us")), name="token_has_an_end"),)

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """A file of rows that a member sent: kept until its rows are posted or a day has passed, then only counted."""

    number = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    content_hash = models.CharField(max_length=64)
    content = models.BinaryField()
    sent_us = models.BigIntegerField()
    posted_us = models.BigIntegerField(null=True)
    posted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
