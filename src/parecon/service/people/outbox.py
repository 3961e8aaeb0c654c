"""Mail: written in the transaction of what it tells of, sent later, once, by whatever runs what is due."""

from __future__ import annotations

import logging

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q

from parecon.service.clock import DAY_US
from parecon.service.people.models import Member, Message

log = logging.getLogger(__name__)
AT_ONCE = 200
SUBJECT_LETTERS = 200
HALF_SENT_US = DAY_US // 24  # after which a letter that was marked and has its text yet is one that a crash left
GIVEN_UP_US = 14 * DAY_US  # after which a letter that is refused is not tried again: what it tells of is over


def write(member: Member, subject: str, body: str, at_us: int) -> None:
    """Lays mail to a member into the outbox; whoever has no e-mail hears of it at the desk."""
    if member.is_active and member.email:
        Message.objects.create(member=member, to=member.email, subject=" ".join(subject.split())[:SUBJECT_LETTERS],
                               body=body, made_us=at_us)


def send(at_us: int) -> int:
    """Sends what waits, oldest first, and says how much; run again, also twice at once, it sends nothing twice.

    What is refused waits for the next time, and keeps no other letter back. Only a crash between the server's yes
    and the mark that follows it can send one again.
    """
    not_sent = Q(sent_us=None) | Q(sent_us__lt=at_us - HALF_SENT_US) & ~Q(body="")
    tried = Message.objects.filter(not_sent, made_us__gt=at_us - GIVEN_UP_US)
    waiting = list(tried.order_by("made_us", "pk")[:AT_ONCE])
    if not waiting:
        return 0
    with get_connection() as server:
        return sum(_sent(message, server, at_us) for message in waiting)


def _sent(message: Message, server: BaseEmailBackend, at_us: int) -> bool:
    """Whether a letter is sent: marked first, so that nobody else sends it and nobody waits while a server answers."""
    if not Message.objects.filter(pk=message.pk, sent_us=message.sent_us).update(sent_us=at_us):
        return False
    try:
        EmailMessage(message.subject, message.body, to=[message.to], connection=server).send()
    except (OSError, ValueError) as refused:  # all that a mail server says no with, and addresses that cannot be
        log.warning("a letter to member %s waits: %s", message.member_id, type(refused).__name__)
        Message.objects.filter(pk=message.pk).update(sent_us=None)
        return False
    Message.objects.filter(pk=message.pk).update(body="")
    return True
