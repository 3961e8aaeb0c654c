"""Mail: written in the transaction of what it tells of, sent later, once, by whatever runs what is due."""

from __future__ import annotations

from django.core.mail import EmailMessage, get_connection

from parecon.service.ledger import store
from parecon.service.people.models import Member, Message

AT_ONCE = 200
SUBJECT_LETTERS = 200


def write(member: Member, subject: str, body: str, at_us: int) -> None:
    """Lays mail to a member into the outbox; whoever has no e-mail hears of it at the desk."""
    if member.is_active and member.email:
        Message.objects.create(member=member, to=member.email, subject=" ".join(subject.split())[:SUBJECT_LETTERS],
                               body=body, made_us=at_us)


def send(at_us: int) -> int:
    """Sends what waits, oldest first, and says how much; run again it sends nothing twice.

    Each message is marked as sent, and its text dropped, before the next: what fails stops the rest, which wait
    for the next time. Only a crash between the server's yes and the mark can send one again.
    """
    sent = 0
    waiting = list(Message.objects.filter(sent_us=None).order_by("made_us", "pk")[:AT_ONCE])
    with get_connection() as mail:
        for message in waiting:
            with store.writing():
                if not Message.objects.filter(pk=message.pk, sent_us=None).exists():
                    continue
                EmailMessage(message.subject, message.body, to=[message.to], connection=mail).send()
                Message.objects.filter(pk=message.pk).update(sent_us=at_us, body="")
            sent += 1
    return sent
