"""New goods that households buy under the plan, paid for at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from parecon.secondhand.acts import Refusal as Unbought
from parecon.secondhand.decide import buy_new as bought
from parecon.service.answers import Answer, Refusal
from parecon.service.desk import clearing, columns, money
from parecon.service.desk.acting import Permits
from parecon.service.desk.columns import Parties
from parecon.service.desk.known import fits
from parecon.service.desk.models import Store
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor
from parecon.service.people.record import once
from parecon.service.rows import by_number


class BuyNew(NamedTuple):
    """A household buys a new good under the plan, through its store."""

    act: str
    household: int
    good: int
    store: int


def buy_new(asked: Sequence[BuyNew], actor: Actor) -> list[Answer]:
    """Has new goods delivered: their price is paid to society; decided row after row, the numbers are the entries'."""
    return once("buy new", asked, actor, lambda fresh: _bought(fresh, actor))


def _bought(asked: list[BuyNew], actor: Actor) -> list[Answer]:
    now, permits = columns.in_force(actor.at_us), Permits(actor)
    homes: dict[int, Household] = by_number(Household.objects.all(), [row.household for row in asked])
    stores = {each.pk: each for each in Store.objects.select_related("council")}
    reasons: list[IntEnum] = [_unbuyable(row, homes, stores, permits, len(now.durables)) for row in asked]
    fit = [place for place, reason in enumerate(reasons) if not reason]
    parties = Parties()
    member = parties.rows(homes[asked[place].household].party for place in fit)
    price = now.durables.new_price_mcr[np.array([asked[place].good for place in fit], np.intp)]
    outcome = bought(member, np.arange(len(fit), dtype=np.int32), price, clearing.available(parties), columns.HOUSES,
                     now.law)
    for place, reason in zip(fit, outcome.reason.tolist(), strict=True):
        reasons[place] = Unbought(reason) if reason else Refusal.ACCEPTED
    acts = [f"{asked[fit[row]].act}/paid" for row in outcome.accepted.tolist()]
    number = iter(money.post(money.lines(outcome.postings, acts, parties), actor.at_us))
    return [Answer(reason, 0 if reason else next(number).number) for reason in reasons]


def _unbuyable(row: BuyNew, homes: dict[int, Household], stores: dict[int, Store], permits: Permits,
               goods: int) -> Refusal:
    if row.household not in homes or row.store not in stores:
        return Refusal.NO_SUCH_THING
    if not permits.acts_for(homes[row.household], stores[row.store]):
        return Refusal.NOT_ALLOWED
    return Refusal.ACCEPTED if fits(row.good, 0, goods - 1) else Refusal.BAD_FORM
