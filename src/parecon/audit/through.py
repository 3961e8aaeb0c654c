"""The live desk beside a simulated town: every act as it is decided there is done here too, by the real commands.

Every answer is held to the simulation's as it comes, and at each month's end every balance and every thing. The
first difference stops both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from parecon.audit.difference import held_to
from parecon.audit.standing import same_standing, same_things, same_year
from parecon.audit.town import CLERKS, founded
from parecon.base.columns import Ints
from parecon.base.outcome import Outcome
from parecon.base.postings import Amounts
from parecon.secondhand.acts import HandIns, Purpose, Refusal, Requests
from parecon.secondhand.decide import Shelf
from parecon.secondhand.lifecycle import RequestState
from parecon.service.answers import Answer
from parecon.service.clock import SECOND_US, begin_us
from parecon.service.desk import clearing, intake, offers, payments, requests, stock
from parecon.service.desk.closing import CloseMonth, CloseYear, close_month, close_year
from parecon.service.desk.models import Quote, Request
from parecon.service.desk.paying import Pay, pay
from parecon.service.desk.year import preview_year
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor
from parecon.simulate.witness import Witness
from parecon.simulate.world import World

WHAT_BECAME = {Refusal.ACCEPTED: RequestState.HELD, Refusal.NOT_ENOUGH_CREDIT: RequestState.UNPAID,
               Refusal.OUT_OF_STOCK: RequestState.WAITS}
BROKE = "it broke on the shelf"
Command = Callable[[Sequence[Any], Actor], list[Answer]]


class Through(Witness):
    """Carries the acts of a simulated world to a desk, in its order, and holds the desk's answers to the world's.

    `things` has the number of each thing that the desk knows by its row in the world, `waiting` that of each
    request by household and good, `appeals` the grades first and then found by the thing's row.
    """

    def __init__(self, world: World) -> None:
        self.at_us = begin_us(world.clock.month)
        self.town = founded(world, self.at_us)
        self.things: dict[int, int] = {}
        self.waiting: dict[tuple[int, int], int] = {}
        self.appeals: dict[int, tuple[int, int]] = {}
        self.acts = count(1)
        self.given(world, world.store.balance_mcr[:world.store.parties.households])
        same_standing(world, self.town)

    # --- Payments ---------------------------------------------------------------------------------------------------

    def given(self, world: World, amount_mcr: Amounts) -> None:
        """What society gives and gets is paid by mandate."""
        society, account = self.town.society, self.town.account
        rows = np.flatnonzero(amount_mcr).tolist()
        paid = [(society, account[row], amount, Purpose.ALLOWANCE) if amount > 0
                else (account[row], society, -amount, Purpose.ORDINARY_CONSUMPTION)
                for row, amount in zip(rows, amount_mcr[rows].tolist(), strict=True)]
        self._do(pay, [Pay(self._named("pay"), *each) for each in paid], self._by(world, self.town.treasurer))

    def bought(self, world: World, member: Ints, good: Ints, item: Ints, outcome: Outcome) -> None:
        """New goods are bought through the store of each household."""
        asked = [payments.BuyNew(self._named("buy"), self.town.household[who], what, self._store(world, who))
                 for who, what in zip(member.tolist(), good.tolist(), strict=True)]
        answers = payments.buy_new(asked, self._clerk(world)) if asked else []
        for row, answer, reason in zip(asked, answers, outcome.reason.tolist(), strict=True):
            held_to(f"act {row.act}", answer.reason.name, Refusal(reason).name)

    # --- Things brought ---------------------------------------------------------------------------------------------

    def appealed(self, world: World, item: Ints, first: npt.NDArray[np.int8], second: npt.NDArray[np.int8]) -> None:
        """They are brought next, and inspected twice."""
        self.appeals |= zip(item.tolist(), zip(first.tolist(), second.tolist(), strict=True), strict=True)

    def brought(self, world: World, acts: HandIns, outcome: Outcome) -> None:
        """Announced if the desk does not know them, handed in, inspected, and then accepted or taken back."""
        if not len(acts):
            return
        self._announce(world, acts)
        things = [self.things[row] for row in acts.item.tolist()]
        stores = [self._store(world, who) for who in acts.member.tolist()]
        self._do(intake.hand_in, [intake.HandIn(self._named("hand-in"), thing, store)
                                  for thing, store in zip(things, stores, strict=True)], self._clerk(world))
        quotes = self._inspected(world, acts)
        said = dict(Quote.objects.filter(pk__in=quotes).values_list("pk", "reason"))
        for thing, quote, reason in zip(things, quotes, outcome.reason.tolist(), strict=True):
            held_to(f"offer for thing {thing}", Refusal(said[quote]).name, Refusal(reason).name)
        offered = [quote for quote in quotes if not said[quote]]
        self._do(offers.accept, [offers.Accept(self._named("accept"), quote) for quote in offered], self._clerk(world))
        self._do(intake.take_back, [intake.TakeBack(self._named("back"), thing)
                                    for thing, quote in zip(things, quotes, strict=True) if said[quote]],
                 self._clerk(world))

    def _announce(self, world: World, acts: HandIns) -> None:
        new = [place for place, row in enumerate(acts.item.tolist()) if row not in self.things]
        rows, who = acts.item[new], acts.member[new].tolist()
        about = zip(who, acts.good[new].tolist(), world.store.items.made_month[rows].tolist(),
                    world.store.items.grade[rows].tolist(), strict=True)
        asked = [intake.Announce(self._named("announce"), self.town.household[member], good, made, grade,
                                 self._store(world, member)) for member, good, made, grade in about]
        self.things |= zip(rows.tolist(), self._do(intake.announce, asked, self._clerk(world)), strict=True)

    def _inspected(self, world: World, acts: HandIns) -> list[int]:
        """The last quote of each thing, made in the order of the acts, each by a clerk who may."""
        about = list(zip(acts.member.tolist(), acts.item.tolist(), acts.grade.tolist(), strict=True))
        quotes: list[int] = []
        for (who, twice), some in groupby(about, lambda each: (min(each[0], CLERKS), each[1] in self.appeals)):
            if not twice:
                quotes += self._found(world, who, [(row, grade) for _, row, grade in some], offers.inspect)
                continue
            for _, row, grade in some:
                first, second = self.appeals.pop(row)
                self._found(world, who, [(row, first)], offers.inspect)
                quotes += self._found(world, who, [(row, second)], offers.appeal)
                stands = Quote.objects.values_list("grade", flat=True).get(pk=quotes[-1])
                held_to(f"grade of thing {self.things[row]} after an appeal", stands, grade)
        return quotes

    def _found(self, world: World, who: int, grades: Sequence[tuple[int, int]], how: Command) -> list[int]:
        made = world.store.items.made_month
        asked = [offers.Inspect(self._named("inspect"), self.things[row], grade, int(made[row]))
                 for row, grade in grades]
        return self._do(how, asked, self.town.clerk(who, self._next(world), second=how is offers.appeal))

    def gone(self, world: World, item: Ints) -> None:
        """The desk never hears of what becomes of things at home; their rows may stand for others from now on."""
        for row in item.tolist():
            self.things.pop(row, None)

    # --- Things asked for -------------------------------------------------------------------------------------------

    def asked(self, world: World, requests_there: Requests) -> None:
        """Requests wait for the next closing."""
        about = list(zip(requests_there.member.tolist(), requests_there.good.tolist(), strict=True))
        asked = [requests.Ask(self._named("ask"), self.town.household[who], good, self._store(world, who), waits=True)
                 for who, good in about]
        self.waiting |= zip(about, self._do(requests.ask, asked, self._clerk(world)), strict=True)

    def served(self, world: World, requests_there: Requests, shelf: Shelf, outcome: Outcome,
               served_by: npt.NDArray[np.intp]) -> None:
        """The closing at all stores; whatever is kept is fetched at once."""
        clearing.serve_waiting(self.town.store, self._next(world))
        about = list(zip(requests_there.member.tolist(), requests_there.good.tolist(), strict=True))
        numbers = [self.waiting[each] for each in about]
        became = {number: (state, item) for number, state, item in
                  Request.objects.filter(pk__in=numbers).values_list("pk", "state", "item")}
        for number, reason, row in zip(numbers, outcome.reason.tolist(), served_by.tolist(), strict=True):
            state = WHAT_BECAME[Refusal(reason)]
            expected = state.name, self.things[int(shelf.row[row])] if row >= 0 else None
            held_to(f"request {number}", (RequestState(became[number][0]).name, became[number][1]), expected)
        fetched = [number for number in numbers if became[number][0] == RequestState.HELD]
        self._do(requests.hand_over, [requests.HandOver(self._named("fetch"), number) for number in fetched],
                 self._clerk(world))
        for each, reason in zip(about, outcome.reason.tolist(), strict=True):
            if reason != Refusal.OUT_OF_STOCK:
                del self.waiting[each]

    def gave_up(self, world: World, requests_there: Requests) -> None:
        """Requests are cancelled."""
        about = zip(requests_there.member.tolist(), requests_there.good.tolist(), strict=True)
        self._do(requests.cancel, [requests.Cancel(self._named("cancel"), self.waiting.pop(each)) for each in about],
                 self._clerk(world))

    # --- Closings ---------------------------------------------------------------------------------------------------

    def shelves_kept(self, world: World, item: Ints) -> None:
        """What broke is found on the shelves; what is worth nothing any more the closing of the month finds itself."""
        broke = item[world.store.items.fails_month[item] <= world.clock.month].tolist()
        self._do(stock.recycle, [stock.Recycle(self._named("recycle"), self.things[row], BROKE) for row in broke],
                 self._clerk(world))
        self.at_us = begin_us(world.clock.month + 1)
        self._do(close_month, [CloseMonth(self._named("month"), world.clock.month)],
                 self._by(world, self.town.steward))
        self.gone(world, item)

    def year_closed(self, world: World) -> None:
        """The year's end is looked at, and posted as it was shown."""
        year = world.clock.year
        shown = preview_year(year).mark
        self._do(close_year, [CloseYear(self._named("year"), year, shown)], self._by(world, self.town.steward))
        same_year(world, year)

    def month_over(self, world: World) -> None:
        """Every balance and every thing must be the same."""
        same_standing(world, self.town)
        same_things(world, self.town, self.things)

    # --- Who and when -----------------------------------------------------------------------------------------------

    def _named(self, what: str) -> str:
        return f"{what}/{next(self.acts)}"

    def _next(self, world: World) -> int:
        """A moment later, in the simulated month or, once it is being closed, right after it."""
        self.at_us = max(self.at_us, begin_us(world.clock.month)) + SECOND_US
        return self.at_us

    def _by(self, world: World, member: Member) -> Actor:
        return Actor(member, self._next(world))

    def _clerk(self, world: World) -> Actor:
        return self._by(world, self.town.clerks[0])

    def _store(self, world: World, household: int) -> int:
        return self.town.store[int(world.homes.area[household])]

    def _do(self, command: Command, rows: Sequence[Any], actor: Actor) -> list[int]:
        """The numbers that a command answers with, where it does all of what is asked."""
        answers = command(rows, actor) if rows else []
        for row, answer in zip(rows, answers, strict=True):
            held_to(f"act {row.act}", answer.reason.name, Refusal.ACCEPTED.name)
        return [answer.number for answer in answers]
