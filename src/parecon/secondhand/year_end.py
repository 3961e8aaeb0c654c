"""The end of a month and of a year at the exchange: pure functions over columns, for engines and live desks alike.

At a month's end what has no worth left goes to recycling, keeping the rest is paid for, and what index would
have cleared the month is noted. At a year's end the next schedule is made from what was wanted and offered,
the shelves are valued by it, and what the exchange gained or lost is borne as the law's reading says; its
account then is minus the worth of its shelves, to the milli-credit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parecon.base.columns import Floats, Ints
from parecon.base.errors import BrokenIdentity
from parecon.base.parameters import Law
from parecon.base.postings import Amounts, shared_out
from parecon.secondhand import law as rules
from parecon.secondhand.acts import Purpose
from parecon.secondhand.decide import Announced, announced
from parecon.secondhand.durables import Durables, schedule
from parecon.secondhand.settlement import (
    Result,
    Trades,
    TrueUp,
    reckoned_index,
    relative_spread,
    shared_by_all,
    trued_up,
    year_index,
)

COSTS = (Purpose.INSPECTION, Purpose.HOLDING, Purpose.TRANSPORT)
NO_TRADES = Trades(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))


def announce(durables: Durables, index: Floats, law: Law, source: object = "law") -> Announced:
    """What a year's schedule says of every good, age and grade: published before the year begins.

    `index` [good] is what the schedules are beside what depreciation leaves. Where prices are found month by
    month they stand at 1: the schedule only says what is taken in. Raises BadInput, naming `source`, for a law
    that cannot be.

    >>> from parecon.base.parameters import parameters
    >>> from parecon.secondhand.durables import read_durables
    >>> said = announce(read_durables(), np.ones(16), parameters("secondhand"))
    >>> [int(table[0, 12, 0]) for table in (said.worth_mcr, said.credit_mcr, said.price_mcr)]
    [20520000, 19494000, 21546000]
    """
    stands = np.ones_like(index) if law["mode"] == "spot" else index
    return announced(schedule(durables, stands, law, source), durables.life_months, law)


# --- A month's end ----------------------------------------------------------------------------------------------

def kept_shelves(worth_mcr: Amounts, broken: npt.NDArray[np.bool_], law: Law) -> tuple[npt.NDArray[np.bool_], int]:
    """What goes to recycling, and what keeping the rest for a month costs: [item on a shelf], and mcr.

    What is `broken` goes, and what the schedule says is worth nothing any more.

    >>> gone, cost_mcr = kept_shelves(np.array([9000, 0, 5000]), np.array([False, False, True]),
    ...                               {"holding_cost_permille": 5})
    >>> gone.tolist(), cost_mcr
    ([False, True, True], 45)
    """
    over = broken | (worth_mcr == 0)
    return over, rules.holding_cost(worth_mcr[~over], law["holding_cost_permille"])


def cleared_month(index: Floats, wanted: Ints, brought: Ints, law: Law) -> tuple[npt.NDArray[np.float64], Ints]:
    """What index would have cleared a month, and how many were traded by it: [good] each.

    `wanted` is less those who could not pay, also if they had asked in an earlier month: below nothing it
    counts as nothing.

    >>> law = {"reckoned_elasticity": 3.0, "reckoned_most_times": 2.0}
    >>> [column.tolist() for column in cleared_month(np.ones(2), np.array([8, -1]), np.array([1, 4]), law)]
    [[2.0, 1.0], [1, 0]]
    """
    wants, brings = np.maximum(0, wanted), np.maximum(0, brought)
    cleared = reckoned_index(index, wants, brings, law["reckoned_elasticity"], law["reckoned_most_times"])
    return np.asarray(cleared, np.float64), np.minimum(wants, brings)


# --- A year's end -----------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Stock:
    """What stands in the stores, one row an item: its good, its age in months, and its grade as found."""

    good: Ints
    age_months: Ints
    grade: Ints

    def worth_mcr(self, by: Announced) -> Amounts:
        """What each is worth by a schedule: [item]."""
        return by.of(by.worth_mcr, self.good, self.age_months, self.grade)

    def worth_of_goods_mcr(self, by: Announced) -> Amounts:
        """What all of each good are worth by a schedule: [good]."""
        total = np.zeros(len(by.listed), np.int64)
        np.add.at(total, self.good, self.worth_mcr(by))
        return total


@dataclass(frozen=True)
class Traded:
    """What was traded in a year at provisional prices, and each month's clearing index: [month, good]."""

    bought: Trades
    handed_in: Trades
    month_index: Floats
    month_traded: Ints


@dataclass(frozen=True)
class Books:
    """What the exchange's books say of a year when its last month is closed and nothing of its end is done.

    `index` [good] is this year's; `demand` and `supply` [good] count its requests, less those found unpaid, and
    what was brought; `turnover_mcr` [purpose] is what moved; `shelves_mcr` [good] what the shelves were worth when
    it began; `balance_mcr` what stands on the exchange's account; `traded` what is trued up, where that is the law.
    """

    index: Floats
    demand: Ints
    supply: Ints
    turnover_mcr: Amounts
    shelves_mcr: Amounts
    balance_mcr: int
    traded: Traded | None = None

    @property
    def costs_mcr(self) -> int:
        """What inspecting, holding and moving items cost."""
        return sum(int(self.turnover_mcr[purpose]) for purpose in COSTS)


@dataclass(frozen=True)
class YearEnd:
    """The end of a year: the next schedule, the result, and who bears it. Nothing is written yet.

    `wanted` and `offered` [good] are what the next `index` [good] was made from, `shelves_mcr` [good] what the
    shelves are worth by it. `true_up` is what each trade of the year still owes or gets (None where prices were
    guaranteed), `left_mcr` what is left for all and `share_mcr` [household] how it is shared. `spread` says how
    far the prices of the day were off.
    """

    wanted: npt.NDArray[np.float64]
    offered: npt.NDArray[np.float64]
    index: Floats
    announced: Announced
    shelves_mcr: Amounts
    result: Result
    true_up: TrueUp | None
    left_mcr: int
    share_mcr: Amounts
    spread: float


def year_end(books: Books, stock: Stock, durables: Durables, households: int, year: int, law: Law, next_law: Law,
             source: object = "law") -> YearEnd:
    """All that happens at a year's end, as data. What is left over goes to all households alike.

    That is the whole result where prices are guaranteed, and nothing where they are continuous, but for costs
    beyond all that buyers paid. The year ends under the `law` it had, and the next schedule is announced under
    the `next_law`. Raises BrokenIdentity where the account is not what the year's parts say.

    >>> from parecon.base.parameters import parameters
    >>> from parecon.secondhand.durables import read_durables
    >>> none, moved = np.zeros(16, np.int64), np.zeros(max(Purpose) + 1, np.int64)
    >>> moved[[Purpose.PASSED_ON, Purpose.HAND_IN, Purpose.HOLDING]] = 1_050, 950, 10
    >>> nothing = Stock(none[:0], none[:0], none[:0])
    >>> ended = year_end(Books(np.ones(16), none, none, moved, none, balance_mcr=90), nothing, read_durables(), 4, 0,
    ...                  parameters("secondhand"), parameters("secondhand"))
    >>> ended.result.total_mcr, ended.left_mcr, ended.share_mcr.tolist()
    (90, 90, [23, 23, 22, 22])
    """
    wanted, offered, index = next_index(books, stock, law)
    said = announce(durables, index, next_law, source)
    shelves = stock.worth_of_goods_mcr(said)
    result = _result(books.turnover_mcr, int(books.shelves_mcr.sum()), int(shelves.sum()))
    if result.total_mcr != books.balance_mcr + int(shelves.sum()):
        raise BrokenIdentity("exchange: its result is not the sum of its parts")
    settled, left, spread = None, result.total_mcr, 0.0
    if law["mode"] == "true-up":
        assert books.traded is not None, "what was traded is settled"
        settled = _trued_up(books.traded, books.costs_mcr, shelves - books.shelves_mcr)
        left -= settled.total_mcr
        spread = relative_spread(settled.buyers_mcr, books.traded.bought.provisional_mcr)
    return YearEnd(wanted, offered, index, said, shelves, result, settled, left,
                   shared_by_all(left, households, year), spread)


def next_index(books: Books, stock: Stock, law: Law) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], Floats]:
    """What counts as wanted and as offered in a year, and the index of each schedule in the next: [good] each.

    Prices that are found month by month need no adjusting.

    >>> from parecon.base.parameters import parameters
    >>> none = np.zeros(1, np.int64)
    >>> books = Books(np.ones(1), np.array([110]), np.array([90]), none, none, 0)
    >>> wanted, offered, index = next_index(books, Stock(none[:0], none[:0], none[:0]), parameters("secondhand"))
    >>> wanted.tolist(), offered.tolist(), index.round(3).tolist()
    ([110.0], [90.0], [1.06])
    """
    wanted = np.maximum(0.0, books.demand)  # below 0 where only requests of last year could not be paid
    there = np.bincount(stock.good, minlength=len(books.supply))
    offered = rules.offered(books.supply, there, wanted, law["working_stock_months"])
    if law["mode"] == "spot":
        return wanted, offered, books.index
    return wanted, offered, rules.adjusted(books.index, wanted, offered, law["adjustment_response"],
                                           law["adjustment_most"])


def _result(turnover_mcr: Amounts, before_mcr: int, after_mcr: int) -> Result:
    """What the exchange gained or lost this year, before anybody bears it."""
    moved = turnover_mcr.tolist()
    return Result(moved[Purpose.PASSED_ON], moved[Purpose.HAND_IN], moved[Purpose.INSPECTION],
                  moved[Purpose.HOLDING], moved[Purpose.TRANSPORT], before_mcr, after_mcr)


def _trued_up(year: Traded, costs_mcr: int, gained_mcr: Amounts) -> TrueUp:
    """Everyone who bought or handed in is settled to the year's clearing prices; costs go by what was bought."""
    index = year_index(year.month_index, year.month_traded)
    bought = np.zeros(len(index), np.int64)
    np.add.at(bought, year.bought.market, year.bought.worth_mcr)
    by_good = shared_out(costs_mcr, bought if bought.any() else np.ones(len(index), np.int64))
    return trued_up(year.bought, year.handed_in, index, by_good, gained_mcr)
