"""What files of rows can bring: payments, households, announcements - how each row becomes what a command takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parecon.base.errors import BadInput
from parecon.service import lengths
from parecon.service.answers import Answer
from parecon.service.api.reading import Line, money_mcr, wrong
from parecon.service.api.telling import month_read
from parecon.service.desk import columns, intake, words
from parecon.service.desk.models import Store
from parecon.service.desk.paying import BY_MANDATE
from parecon.service.desk.paying_many import Given, pay_many
from parecon.service.people import commands as people
from parecon.service.people import law
from parecon.service.people.households import can_be
from parecon.service.people.models import Council, Member
from parecon.service.people.policy import Actor, Power
from parecon.service.rows import among

PURPOSES = {purpose.name.lower().replace("_", "-"): int(purpose) for purpose in sorted(BY_MANDATE)}
Read = list[Any]  # of each row: what a command takes, or the BadInput that says why it cannot be read


class Kind(NamedTuple):
    """A kind of file: what it is called, whose it is, its columns, how it is read and what is done with its rows."""

    label: Promise | str
    lead: Promise | str
    power: Power
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    example: str
    read: Callable[[Sequence[Line], str, Actor], Read]
    post: Callable[[str, list[Any], Actor], list[Answer]]


def _each(lines: Sequence[Line], read: Callable[[int, Line], Any]) -> Read:
    """Each row as it is read, or why it cannot be."""
    found: Read = []
    for place, line in enumerate(lines):
        try:
            found.append(read(place, line))
        except BadInput as bad:
            found.append(bad)
    return found


def _cards(lines: Sequence[Line]) -> dict[str, str]:
    """The cards of a file as they are known, by how they were written."""
    return {written: law.card_read(written) or "" for written in {line.cells["card"] for line in lines}}


# --- Payments -------------------------------------------------------------------------------------------------------

def _payments(lines: Sequence[Line], _name: str, _actor: Actor) -> Read:
    card = _cards(lines)
    party = dict(among(Member, "card", list(card.values()), "card", "household__party"))
    account = columns.accounts(list(party.values()))
    return _each(lines, lambda _place, line: _payment(line, account.get(party.get(card[line.cells["card"]], ""))))


def _payment(line: Line, account: int | None) -> Given:
    if account is None:
        raise wrong(line, "card", _("the card of a member whose household has an account"))
    purpose = PURPOSES.get(line.cells["purpose"].lower())
    if purpose is None:
        raise wrong(line, "purpose", ", ".join(PURPOSES))
    if not 0 < len(line.cells["why"]) <= lengths.WHY:
        raise wrong(line, "why", _("a reason, in %(most)s letters at most") % {"most": lengths.WHY})
    return Given(account, money_mcr(line, "credits"), purpose, line.cells["why"])


# --- Households -----------------------------------------------------------------------------------------------------

def _households(lines: Sequence[Line], name: str, _actor: Actor) -> Read:
    council = dict(Council.objects.filter(closed_on=None).values_list("code", "number"))
    return _each(lines, lambda place, line: _household(f"{name}-{place}", line, council))


def _household(act: str, line: Line, council: dict[str, int]) -> people.NewHousehold:
    cells = line.cells
    if cells["council"] not in council:
        raise wrong(line, "council", _("the code of a council, such as %(code)s") % {"code": next(iter(council), "-")})
    try:
        begins = date.fromisoformat(cells["from"])
    except ValueError:
        raise wrong(line, "from", _("a day such as 2027-01-31")) from None
    names = [each.strip() for each in cells["members"].split(";")]
    mails = [each.strip() for each in cells.get("emails", "").split(";")] if cells.get("emails") else [""] * len(names)
    if len(mails) != len(names):
        raise wrong(line, "emails", _("as many as members, with semicolons between them"))
    language = cells.get("language") or "en"
    persons = tuple(people.Person(*each, language) for each in zip(names, mails, strict=True))
    if not all(can_be(each) for each in persons):
        raise wrong(line, "members", _("names, e-mails or none, a language that the pages speak"))
    return people.NewHousehold(act, council[cells["council"]], persons, begins, cells.get("name", ""))


# --- Announcements --------------------------------------------------------------------------------------------------

def _announcements(lines: Sequence[Line], name: str, actor: Actor) -> Read:
    now = columns.in_force(actor.at_us)
    card = _cards(lines)
    home = dict(among(Member, "card", list(card.values()), "card", "household_id"))
    store = dict(Store.objects.values_list("council__code", "pk"))
    good = {code: row for row, code in enumerate(now.durables.code)}
    return _each(lines, lambda place, line: _announcement(f"{name}-{place}", line, home.get(card[line.cells["card"]]),
                                                          store, good))


def _announcement(act: str, line: Line, home: int | None, store: dict[str, int],
                  good: dict[str, int]) -> intake.Announce:
    cells = line.cells
    if home is None:
        raise wrong(line, "card", _("the card of a member"))
    if cells["good"] not in good:
        raise wrong(line, "good", _("a kind of thing of the schedule, such as %(code)s") % {"code": next(iter(good))})
    if cells["store"] not in store:
        raise wrong(line, "store", _("the code of a store, such as %(code)s") % {"code": next(iter(store))})
    year, _dash, month = cells["made"].partition("-")
    if not (len(year) == 4 and len(month) == 2 and f"{year}{month}".isascii() and f"{year}{month}".isdigit()
            and 1 <= int(month) <= 12):
        raise wrong(line, "made", _("a month such as 2024-07"))
    if cells["grade"] not in {str(grade) for grade in range(1, len(words.GRADES) + 1)}:
        raise wrong(line, "grade", _("a grade from 1 (like new) to %(most)s") % {"most": len(words.GRADES)})
    return intake.Announce(act, home, good[cells["good"]], month_read(cells["made"]), int(cells["grade"]) - 1,
                           store[cells["store"]], cells.get("title", ""), cells.get("description", ""))


KINDS = {
    "payments": Kind(
        gettext_lazy("Payments"), gettext_lazy("Payments between society and households, each with its reason. Write "
                                               "into the reason what they are for, also which month: the same file "
                                               "sent again pays nothing twice."),
        Power.PAY, ("card", "credits", "purpose", "why"), (),
        "card,credits,purpose,why\n4F7K-2M9W,120.00,allowance,Allowance of March 2027\n",
        _payments, pay_many),
    "households": Kind(
        gettext_lazy("Households"), gettext_lazy("Households that join, with their members; semicolons between them."),
        Power.ARRANGE_PEOPLE, ("council", "from", "members"), ("emails", "language", "name"),
        'council,from,members,emails\nriverside,2027-03-01,"Ana Alba; Ben Alba","ana@example.org; "\n',
        _households, lambda _name, rows, actor: people.add_households(rows, actor)),
    "announcements": Kind(
        gettext_lazy("Announcements"), gettext_lazy("Things that members will bring to the desk, written down for "
                                                    "them."),
        Power.SERVE_AT_DESK, ("card", "good", "made", "grade", "store"), ("title", "description"),
        "card,good,made,grade,store,title\n4F7K-2M9W,bicycles,2024-07,2,riverside,Red city bicycle\n",
        _announcements, lambda _name, rows, actor: intake.announce(rows, actor)),
}
