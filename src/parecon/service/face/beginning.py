"""How the service begins on a machine: its tables, its federation, and a way in for the first who organises."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import django
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from parecon.base.errors import BadInput
from parecon.service.clock import DAY_US, now_us

if TYPE_CHECKING:
    from parecon.service.people.models import Council, Member

MANDATE_US = 365 * DAY_US
CODE = "first"


class Named(NamedTuple):
    """What a federation is called, its first council, who first organises there, its goods and what it decides."""

    federation: str
    council: str
    organiser: str
    catalogue: str = "us-2017"
    decided: Mapping[str, Mapping[str, object]] = MappingProxyType({})


def started() -> None:
    """Django, with its settings read from the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "parecon.service.settings"
    django.setup()


@contextmanager
def reachable() -> Iterator[None]:
    """Says in one line when the database cannot be reached or is not one."""
    try:
        yield
    except DatabaseError as error:
        settings = connections["default"].settings_dict
        found = " ".join(str(error).split()) or type(error).__name__
        raise BadInput("DATABASE_URL", _place(settings), found, "a database that can be opened and written") from error
    finally:
        connections.close_all()


def _place(settings: dict[str, object]) -> str:
    at = f" at {settings['HOST']}" if settings.get("HOST") else ""
    return f"{settings['NAME']}{at}"


def behind() -> bool:
    """Whether tables are missing or older than this program."""
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def tables() -> None:
    """Brings the database's tables to what this program needs; nothing if they are."""
    if behind():
        call_command("migrate", interactive=False, verbosity=0)


def is_founded() -> bool:
    """Whether the database serves a federation."""
    from parecon.service.desk.models import Federation

    return Federation.objects.exists()


def demonstrate() -> str:
    """Fills an empty database with the demonstration federation; the text to show."""
    from parecon.service.demo import begin

    return begin(now_us())


def founded(named: Named, at_us: int, where: str) -> str:
    """Founds the federation, with a first member who holds every mandate for a year; the text to show."""
    from parecon.service.desk.founding import StoreAt, found
    from parecon.service.ledger.store import writing
    from parecon.service.people.models import Council

    with writing():
        federation = found(named.federation, [StoreAt(CODE, named.council)], at_us, catalogue=named.catalogue,
                           changes=named.decided)
        member = _first_member(named.organiser, Council.objects.get(code=CODE), federation.council, at_us)
        secret = way_in(member, at_us)
    return (f"{named.federation} is founded. {named.organiser} holds every mandate in it for a year, to hand on.\n"
            f"{_the_way(member, secret, where)}")


def nobody_came_in(at_us: int, where: str) -> str:
    """A new way in while the first who organises is alone and has no password, as when founding was interrupted."""
    from parecon.service.people.models import Member

    members = Member.objects.all()[:2]
    if len(members) != 1 or members[0].has_usable_password():
        return ""
    return f"{members[0].name} has chosen no password yet.\n{_the_way(members[0], way_in(members[0], at_us), where)}"


def _the_way(member: Member, secret: str, where: str) -> str:
    return f"Card number: {member.card}\nChoose a password within 14 days: {where}/invitation/{secret}/"


def _first_member(name: str, council: Council, over: Council, at_us: int) -> Member:
    """A member who organises; and who, as the only one there is, holds all other mandates too until they are given."""
    from parecon.service.people.founding import FROM_THE_MACHINE, FirstOrganiser, add_first_organiser
    from parecon.service.people.households import Person
    from parecon.service.people.models import Mandate, Member, Role

    until_us = at_us + MANDATE_US
    answer = add_first_organiser(FirstOrganiser("founding", over.pk, council.pk, Person(name), until_us), at_us)
    if not answer.done:
        raise BadInput("--organiser", "name", name, "a name of at most 120 letters")
    member = Member.objects.get(pk=answer.number)
    Mandate.objects.bulk_create([
        Mandate(member=member, council=over, role=role, from_us=at_us, until_us=until_us, given_by=FROM_THE_MACHINE)
        for role in Role.values if role != Role.ORGANISER])
    return member


def way_in(member: Member, at_us: int) -> str:
    """A secret with which a member chooses a password, made from the machine on which the service runs."""
    from parecon.service.people.founding import FROM_THE_MACHINE
    from parecon.service.people.invitations import RUNS_US, hash_of, new_secret
    from parecon.service.people.models import Invitation

    secret = new_secret()
    Invitation.objects.filter(member=member, used_us=None).delete()
    Invitation.objects.create(secret_hash=hash_of(secret), member=member, made_by=FROM_THE_MACHINE,
                              until_us=at_us + RUNS_US)
    return secret


def address(port: int) -> str:
    """Under which address browsers find the service."""
    from django.conf import settings

    host = f"localhost:{port}" if settings.ALLOWED_HOSTS == settings.ON_THIS_COMPUTER else settings.ALLOWED_HOSTS[0]
    return f"{'https' if settings.HTTPS else 'http'}://{host}"


def wrong() -> list[str]:
    """All that Django's checks, the ledger's own and the chain of its entries find, a line each."""
    from django.conf import settings
    from django.core.checks import run_checks

    from parecon.service.ledger.audit import verify

    found = [f"{message.id}: {' '.join(str(message.msg).split())}"
             for message in run_checks(include_deployment_checks=True, databases=["default"])
             if not message.is_silenced()]
    if found and not settings.HTTPS:
        found.append("what security.* says is settled by PARECON_HTTPS=1, behind a proxy that speaks https; before "
                     "that, let nobody in from other computers")
    if behind():
        return [*found, "the database's tables are missing or older than this program; parecon serve sees to them"]
    verdict = verify()
    return [*found, *([f"ledger: {verdict.wrong}"] if verdict.wrong else [])]
