"""The closing: what is on the federation's shelf goes to relatives and to the highest offers, the windfall to all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Ints
from parecon.base.outcome import Outcome, first_reason
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.acts import Answers, Purpose, Refusal, Requests
from parecon.secondhand.collectables.decide import Moment, buy_back_price
from parecon.secondhand.collectables.register import NO_ONE, Kinds, Register
from parecon.secondhand.decide import affordable


@dataclass(frozen=True)
class Closing:
    """What a closing leads to: the requests' outcome, the relatives' reasons, the kinds with their new prices.

    `shared_mcr` is what was handed out to all (below 0: collected from all).
    """

    outcome: Outcome
    answered: npt.NDArray[np.int8]
    kinds: Kinds
    shared_mcr: int


@dataclass(frozen=True)
class _Sales:
    """Who is to get which item at what price, and why the others are not: reasons of all, columns of those served."""

    reason: npt.NDArray[np.int8]
    member: npt.NDArray[np.int32]
    item: npt.NDArray[np.intp]
    paid_mcr: Amounts


def close(requests: Requests, answers: Answers, register: Register, kinds: Kinds, balance_mcr: Amounts, weight: Ints,
          exchange: int, moment: Moment, law: Law) -> tuple[Closing, Register]:
    """Things on the shelf passed on to relatives and to the highest offers; the windfall shared by all.

    `balance_mcr` is what every party has, and is not changed; `weight` [party] is everyone's share of the
    windfall, 0 for the federation itself. Nobody is promised more than their credits cover.
    """
    after, left_mcr = register.copy(), balance_mcr.copy()
    relatives = _to_relatives(answers, _prices(requests, register, kinds, left_mcr, exchange, law), register, kinds,
                              left_mcr, exchange, moment, law)
    _hand_over(after, relatives, moment)
    np.subtract.at(left_mcr, relatives.member, relatives.paid_mcr)
    others = _to_others(requests, after, kinds, left_mcr, exchange, law)
    taken = np.isin(requests.kind, register.kind[relatives.item])
    others.reason[taken & (others.reason == Refusal.NONE_THERE)] = Refusal.OTHERS_FIRST
    _hand_over(after, others, moment)
    after.first_refusal[:] = NO_ONE
    postings, shared = _postings(relatives, others, after, balance_mcr, weight, exchange)
    outcome = Outcome(others.reason, postings, after.moves_since(register))
    return Closing(outcome, relatives.reason, _repriced(kinds, register.kind, relatives, others), shared), after


def _bids(requests: Requests, register: Register, kinds: Kinds, balance_mcr: Amounts,
          exchange: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
    """Why each request cannot be considered (0: it can), and how many things of each kind are on the shelf."""
    supply = np.bincount(register.kind[register.holder == exchange], minlength=len(kinds))
    reason = first_reason(
        (supply[requests.kind] == 0, Refusal.NONE_THERE),
        (requests.offer_mcr < kinds.schedule_mcr[requests.kind], Refusal.OFFER_TOO_LOW))
    bids = np.flatnonzero(reason == Refusal.ACCEPTED)
    covered = affordable(requests.member[bids], requests.offer_mcr[bids], balance_mcr, 0)
    reason[bids[~covered]] = Refusal.NOT_ENOUGH_CREDIT
    return reason, supply


def _prices(requests: Requests, register: Register, kinds: Kinds, balance_mcr: Amounts, exchange: int,
            law: Law) -> Amounts:
    """What others would be charged for each kind if all relatives declined: [kind]."""
    reason, supply = _bids(requests, register, kinds, balance_mcr, exchange)
    bids = reason == Refusal.ACCEPTED
    return rules.cleared(requests.kind[bids], requests.offer_mcr[bids], requests.lot[bids], supply,
                         kinds.schedule_mcr, law["clearing_reading"])[1]


def _to_relatives(answers: Answers, price_mcr: Amounts, register: Register, kinds: Kinds, balance_mcr: Amounts,
                  exchange: int, moment: Moment, law: Law) -> _Sales:
    """Things that relatives of the last holder take at the price that the law gives them; a first answer counts."""
    charged = price_mcr[register.kind[answers.item]]
    if law["first_refusal_price"] == "repurchase price":
        charged = buy_back_price(register, answers.item, kinds, moment, law)
    offered = (register.first_refusal[answers.item] == answers.member) & (register.holder[answers.item] == exchange)
    first = np.zeros(len(answers), bool)
    first[np.unique(answers.item, return_index=True)[1]] = True
    reason = first_reason(
        (~(offered & first), Refusal.NO_FIRST_REFUSAL),
        (answers.most_mcr < charged, Refusal.OFFER_TOO_LOW))
    willing = np.flatnonzero(reason == Refusal.ACCEPTED)
    covered = affordable(answers.member[willing], charged[willing], balance_mcr, 0)
    reason[willing[~covered]] = Refusal.NOT_ENOUGH_CREDIT
    rows = reason == Refusal.ACCEPTED
    return _Sales(reason, answers.member[rows], answers.item[rows].astype(np.intp), charged[rows])


def _to_others(requests: Requests, register: Register, kinds: Kinds, balance_mcr: Amounts, exchange: int,
               law: Law) -> _Sales:
    """Things that go to the highest offers, all of a kind at one price; those longest in the register first."""
    reason, supply = _bids(requests, register, kinds, balance_mcr, exchange)
    bids = np.flatnonzero(reason == Refusal.ACCEPTED)
    place, price = rules.cleared(requests.kind[bids], requests.offer_mcr[bids], requests.lot[bids], supply,
                                 kinds.schedule_mcr, law["clearing_reading"])
    reason[bids[place < 0]] = Refusal.OTHERS_FIRST
    served, place = bids[place >= 0], place[place >= 0]
    shelf = np.flatnonzero(register.holder == exchange)
    shelf = shelf[np.argsort(register.kind[shelf], kind="stable")]
    kind = requests.kind[served]
    return _Sales(reason, requests.member[served], shelf[(np.cumsum(supply) - supply)[kind] + place], price[kind])


def _hand_over(register: Register, sales: _Sales, moment: Moment) -> None:
    """Enters who has the things now, and what was paid for them."""
    register.holder[sales.item] = sales.member
    register.paid_mcr[sales.item] = sales.paid_mcr
    register.paid_level_ppm[sales.item] = moment.level_ppm
    register.cost_mcr[sales.item] = 0


def _postings(relatives: _Sales, others: _Sales, after: Register, balance_mcr: Amounts, weight: Ints,
              exchange: int) -> tuple[Postings, int]:
    """What is paid for the things, and what of it goes to all: the postings, and the amount handed out."""
    assert weight[exchange] == 0, "the federation does not share with itself"
    paid = [Postings.of(relatives.member, exchange, relatives.paid_mcr, Purpose.FIRST_REFUSAL),
            Postings.of(others.member, exchange, others.paid_mcr, Purpose.PASSED_ON)]
    account = int(balance_mcr[exchange]) + sum(each.total_mcr for each in paid)
    on_shelf = int(after.cost_mcr[after.holder == exchange].sum())
    shares = rules.handed_out(account, on_shelf, weight)
    shared = Postings.signed(np.arange(len(weight)), exchange, shares, Purpose.WINDFALL)
    return Postings.together([*paid, shared]), int(shares.sum())


def _repriced(kinds: Kinds, kind: Ints, relatives: _Sales, others: _Sales) -> Kinds:
    """The kinds with the prices at which they went to others; where only relatives took any, what they paid."""
    price = kinds.price_mcr.copy()
    for sales in (relatives, others):
        price[kind[sales.item]] = sales.paid_mcr
    return Kinds(kinds.schedule_mcr, price, kinds.standing)


def next_schedule(kinds: Kinds, register: Register, exchange: int, month: int, law: Law) -> Kinds:
    """The kinds with the schedule of the next year, after the closing of the last month of a year; else as they are."""
    if (month + 1) % MONTHS_A_YEAR:
        return kinds
    on_shelf = np.bincount(register.kind[register.holder == exchange], minlength=len(kinds))
    schedule = rules.rescheduled(kinds.schedule_mcr, kinds.price_mcr, on_shelf > 0, law["schedule_follow_permille"],
                                 law["schedule_cut_permille"])
    return replace(kinds, schedule_mcr=schedule)
