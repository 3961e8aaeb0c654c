"""What trade alone does to wealth: two meet, one gains what the other loses, and so on for years.

Even a fair game makes a few own everything in the end, because who has little can only win little back;
what stops it is that something is returned to all, or that only little may be at stake. One round is one
step of private exchange, in a simulated world as in the experiments of the claims book.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats
from parecon.base.draws import key, uniform
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, Postings, post, shared_out
from parecon.secondhand.private.law import first_gains, return_share, stake_mcr

GAIN, RETURN = 1, 2
"""Purposes of postings: what one gains from another, and what is collected from all and shared out."""


@dataclass(frozen=True)
class Exchange:
    """What holds in a round: what changes hands, how far it is mispriced, what luck leans to, what is returned.

    `traded_share` of the poorer one's wealth changes hands, at most `most_traded_share` of mean wealth, and
    `mispricing_share` of it is one's gain and the other's loss. `return_share` of everybody's wealth is
    collected after the round and shared out equally; `taking_part_share` of all take part in it.
    """

    mispricing_share: float
    traded_share: float = 1.0
    most_traded_share: float = np.inf
    return_share: float = 0.0
    advantage_share: float = 0.0
    taking_part_share: float = 1.0


def of_law(law: Law, private_share: float) -> Exchange:
    """A month's round under the law, where this share of all trade in used goods is private.

    Only goods of marginal value are traded so. What returns to the mean within a month is a twelfth of the year's.

    >>> from parecon.base.parameters import parameters
    >>> round(of_law(parameters("secondhand.private"), 0.05).taking_part_share, 3)
    0.05
    """
    return Exchange(law["mispricing_share"], law["traded_of_wealth_share"], law["most_traded_share"],
                    law["redistribution_share"] + return_share(law) / MONTHS_A_YEAR, law["advantage_share"],
                    min(1.0, private_share * law["trades_a_year"] / MONTHS_A_YEAR))


def gains(wealth_mcr: Amounts, order_lot: Floats, luck_lot: Floats, rules: Exchange) -> Postings:
    """What one gains from another in a round in which everybody who takes part meets one partner, drawn by lot.

    `wealth_mcr` is [person]; `order_lot` [person] puts them in order, neighbours meet; `luck_lot` [person]
    decides, of two the first one's counts. Who is left over at the end of the order meets nobody.

    >>> wealth = np.array([1000, 500])
    >>> moved = gains(wealth, np.array([0.1, 0.2]), np.array([0.9, 0.0]), Exchange(0.1))
    >>> moved.debit.tolist(), moved.credit.tolist(), moved.amount_mcr.tolist()
    ([0], [1], [50])
    """
    people = len(wealth_mcr)
    pairs = int(people * rules.taking_part_share) // 2
    order = np.argsort(order_lot, kind="stable")[: 2 * pairs]
    first, second = order[::2], order[1::2]
    mean_mcr = max(float(np.sum(wealth_mcr)) / people, 1.0)  # where nobody owns anything, nothing is at stake
    most_mcr = int(min(rules.most_traded_share * mean_mcr, 2**62))
    stake = stake_mcr(wealth_mcr[first], wealth_mcr[second], rules.traded_share, rules.mispricing_share, most_mcr)
    wins = first_gains(wealth_mcr[first], wealth_mcr[second], luck_lot[first], mean_mcr,
                       rules.traded_share * rules.mispricing_share, rules.advantage_share)
    return Postings.of(np.where(wins, second, first), np.where(wins, first, second), stake, GAIN)


def returned(wealth_mcr: Amounts, share: float, society: int) -> Postings:
    """A share of everybody's wealth, collected by the account `society` and at once shared out equally.

    `wealth_mcr` is [person]; each pays rounded down, and what each gets differs by a milli-credit at most.

    >>> returned(np.array([1000, 200]), 0.1, 2).amount_mcr.tolist()
    [40, 40]
    """
    paid = np.floor(np.maximum(wealth_mcr, 0) * share).astype(np.int64)
    back = shared_out(int(paid.sum()), np.ones(len(paid), np.int64))
    return Postings.signed(np.arange(len(paid)), society, back - paid, RETURN)


def exchange(balance_mcr: Amounts, order_lot: Floats, luck_lot: Floats, rules: Exchange) -> None:
    """One round of trade, then the return to all, carried out on balances: [account], changed in place.

    Persons come first, as many as there are lots; the account after them is society's, through which the
    return passes without anything staying there. The sum of all balances is the same afterwards.

    >>> balance = np.array([1000, 500, 0])
    >>> exchange(balance, np.array([0.1, 0.2]), np.array([0.9, 0.0]), Exchange(0.1, return_share=0.1))
    >>> balance.tolist()
    [930, 570, 0]
    """
    people = len(order_lot)
    post(balance_mcr, gains(balance_mcr[:people], order_lot, luck_lot, rules))
    if rules.return_share > 0:
        post(balance_mcr, returned(balance_mcr[:people], rules.return_share, people))


def drawn_exchange(balance_mcr: Amounts, rules: Exchange, seed: int, period: int) -> None:
    """One round with its lots drawn by seed and period; the last account is society's.

    >>> balance = np.array([1000, 1000, 1000, 1000, 0])
    >>> drawn_exchange(balance, Exchange(0.1), 1, 0)
    >>> sorted(balance.tolist())
    [0, 900, 900, 1100, 1100]
    """
    people = np.arange(len(balance_mcr) - 1)
    exchange(balance_mcr, uniform(key(seed, "private exchange: who meets whom", period), people),
             uniform(key(seed, "private exchange: who gains", period), people), rules)


def after_rounds(people: int, mean_mcr: int, rules: Exchange, seed: int, rounds: int) -> Amounts:
    """What everybody owns after so many rounds, if all began with the same: [person], in mcr.

    >>> int(after_rounds(100, 1000, Exchange(0.1), 1, 10).sum())
    100000
    """
    balance = np.append(np.full(people, mean_mcr, np.int64), 0)
    for period in range(rounds):
        drawn_exchange(balance, rules, seed, period)
    return balance[:people]
