"""How things and offers are told on pages: names, ages, prices of the schedule, and what a calculator answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Ints
from parecon.secondhand import decide, law
from parecon.secondhand.acts import SENTENCES, HandIns, Refusal
from parecon.secondhand.lifecycle import Deed, RequestState, State
from parecon.service.desk import asking, columns, words
from parecon.service.desk.columns import InForce
from parecon.service.desk.models import Event, Item, Request
from parecon.service.people.models import Household, Member

WHO_ASKS, WHERE = 2, 0  # rows of the parties in a calculation for one thing


class Shown(NamedTuple):
    """A thing as pages tell of it."""

    item: Item
    name: str
    kind: str
    age: str
    grade: str
    price_mcr: int
    state: str | Promise
    photo: int | None


class Estimate(NamedTuple):
    """What a calculator says of a thing: what a new one costs, what it is worth, what is offered, or why nothing."""

    good: int
    name: str
    made_month: int
    age_months: int
    age: str
    grade: int
    new_price_mcr: int
    worth_mcr: int
    credit_mcr: int
    price_mcr: int
    reason: Refusal
    sentence: str
    until_month: int


def age(months: int) -> str:
    """How old something is, in words.

    >>> age(0), age(13), age(24)
    ('new', '1 year, 1 month', '2 years')
    """
    years, rest = divmod(max(months, 0), MONTHS_A_YEAR)
    parts = [ngettext("%(count)s year", "%(count)s years", years) % {"count": years}] if years else []
    parts += [ngettext("%(count)s month", "%(count)s months", rest) % {"count": rest}] if rest else []
    return ", ".join(parts) or _("new")


def name(now: InForce, good: int) -> str:
    """What one good of a kind is called."""
    return words.good_name(now.durables.code[good], now.durables.name[good])


def title(now: InForce, item: Item) -> str:
    """What a thing is called: as whoever brought it called it, else by its kind."""
    return item.title or name(now, item.good)


def shown(now: InForce, items: Sequence[Item], photos: Mapping[int, int] | None = None) -> list[Shown]:
    """Things as pages tell of them, at the prices of the schedule in force."""
    prices: list[int] = columns.of(now, now.announced.price_mcr, items).tolist() if items else []
    return [Shown(item, title(now, item), name(now, item.good), age(now.month - item.made_month),
                  "" if item.grade is None else words.grade_name(item.grade), price,
                  words.STATES[State(item.state)], (photos or {}).get(item.pk))
            for item, price in zip(items, prices, strict=True)]


def own(now: InForce, items: Sequence[Item]) -> list[Shown]:
    """The same for the household that holds them, or that announced or brought them."""
    stand = own_states(items)
    return [told._replace(state=stand[told.item.pk]) for told in shown(now, items)]


def own_states(items: Iterable[Item]) -> dict[int, str | Promise]:
    """How a household's own things stand, by their numbers, in words to it."""
    rows = list(items)
    back = [item.pk for item in rows if item.state == State.RETURNED]
    last = dict(Event.objects.filter(item__in=back).order_by("number").values_list("item", "deed")) if back else {}
    again = asking.asked_again([item.pk for item in rows if item.state == State.GRADED])
    return {item.pk: words.HISTORY[Deed.WITHDRAW] if last.get(item.pk) == Deed.WITHDRAW
            else words.ASKED_AGAIN if item.pk in again
            else words.OWN_STATES.get(State(item.state), words.STATES[State(item.state)]) for item in rows}


def stands(each: Request) -> str | Promise:
    """How a request stands: what is kept can be fetched only once it is at the store where it was asked for."""
    if each.state != RequestState.HELD or each.fetch_until_us is not None:
        return words.REQUEST_STATES[RequestState(each.state)]
    is_under_way = each.item is not None and each.item.state == State.IN_TRANSFER
    return str(words.ON_ITS_WAY if is_under_way else words.TO_BE_SENT) % {"store": each.store}


def households(parties: Iterable[str]) -> dict[str, str]:
    """What households are called, by pseudonym: by their own name, else by those of their members."""
    wanted = set(parties)
    named = dict(Household.objects.filter(party__in=wanted).exclude(name="").values_list("party", "name"))
    members: dict[str, list[str]] = {}
    for party, member in Member.objects.filter(household__party__in=wanted - set(named), is_active=True).order_by(
            "number").values_list("household__party", "name"):
        members.setdefault(party, []).append(member)
    return {party: named.get(party) or ", ".join(filter(None, members.get(party, []))) or party for party in wanted}


def estimate(now: InForce, good: int, made_month: int, grade: int) -> Estimate:
    """What the law says of one thing, by what is said of it."""
    party, place = np.array([WHO_ASKS], np.int32), np.array([WHERE], np.int32)
    ages = columns.ages([made_month], now.month)
    acts = HandIns(party, place, party, place, np.array([good], np.int8), ages, np.array([grade], np.int8))
    told = decide.quote(acts, now.announced, now.month, now.law)
    of = [int(now.announced.of(table, acts.good, acts.age_months, acts.grade)[0])
          for table in (now.announced.worth_mcr, now.announced.price_mcr)]
    reason = Refusal(int(told.reason[0]))
    return Estimate(good, name(now, good), made_month, int(ages[0]), age(int(ages[0])), grade,
                    int(now.durables.new_price_mcr[good]), of[0], int(told.credit_mcr[0]), of[1], reason,
                    SENTENCES[reason], int(told.until_month[0]))


def taken_in(now: InForce, good: int) -> Ints:
    """Which things of a kind are taken in, by age and grade: [age_months, grade]."""
    worth = now.announced.worth_mcr[good]
    refused = law.eligible(worth, np.arange(len(worth))[:, None], now.announced.life_months[good],
                           now.law["least_worth_mcr"], now.law["least_remaining_months"])
    return np.asarray((refused == Refusal.ACCEPTED) & now.announced.listed[good], np.int64)
