"""U9: what federations know of stocks lets the plan foresee better how many new goods will be wanted."""

from __future__ import annotations

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.columns import Floats, Ints
from parecon.base.draws import key, uniform
from parecon.base.interval import interval
from parecon.claims.claim import Claim, Judgement, Measured, Samples
from parecon.claims.towns import SOURCE, lived, opened
from parecon.secondhand.handover import Numbers, expected, surviving_share
from parecon.simulate.handing_over import seen
from parecon.simulate.world import NONE, World

HOUSEHOLDS, YEARS, FIRST_FORECAST = 20_000, 12, 2
PRICES_OFF, BOOM = 0.3, 4.0
LIVES_WRONG = 1.2
NEWS_SHARES = (0.3, 0.5, 1.0)  # 1 is: as last year
FORECASTS = {"purchases": "new_from_purchases", "vintages": "new_from_vintages", "stock_data": "new"}
THRESHOLD_PERCENT = 0.0


def uneven(world: World, boom_times: float = BOOM) -> Numbers:
    """Deliveries before the first year, with one boom each good, its stock given ages accordingly: [year, good].

    In one year of the last life of the good, drawn by lot, `boom_times` as many as usual were delivered.
    """
    years = 2 * int(world.durables.life_months.max()) // MONTHS_A_YEAR
    ago, goods = np.arange(years), np.arange(len(world.durables))
    boom = (uniform(key(world.seed, "boom"), goods) * world.durables.life_months / MONTHS_A_YEAR).astype(int)
    usual = np.where(ago[:, None] == boom, boom_times, 1.0)
    there = usual * surviving_share(ago + 0.5, world.durables.life_months)
    for good in goods:
        _aged(world, int(good), there[:, good] / there[:, good].sum())
    owned = (world.homes.item != NONE).sum(axis=0)
    deliveries: Numbers = np.rint(usual * owned / there.sum(axis=0))[::-1]
    return deliveries


def _aged(world: World, good: int, share: Floats) -> None:
    """Gives all items of a good ages by the share of those there are that each earlier year delivered: [years ago]."""
    homes, items, lives = world.homes, world.store.items, np.sort(world.lives.life_months[good])
    who = np.flatnonzero(homes.item[:, good] != NONE)
    row, slot = homes.item[who, good], who * len(world.durables) + good
    ago = np.searchsorted(np.cumsum(share)[:-1], world.lots("vintage", slot))
    age = (ago * MONTHS_A_YEAR + world.lots("vintage month", slot) * MONTHS_A_YEAR).astype(int)
    over = np.minimum(np.searchsorted(lives, age, side="right"), len(lives) - 1)  # those that did not last so long
    life = lives[over + (world.lots("vintage life", slot) * (len(lives) - over)).astype(int)]
    items.made_month[row], items.fails_month[row] = -age, np.maximum(1, life - age)
    homes.fails_month[who, good] = items.fails_month[row]
    pause = world.lives.drawn(world.lives.pause_months, world.lots("first pause", slot)) - 1
    homes.due_month[who, good] = np.minimum(pause, items.fails_month[row])


def measured(seed: int) -> Measured:
    """How far off each forecast is in a town with shocks, what the plan would make too much, and what data gain."""
    return _gains(seed, BOOM) | {"gain_without_waves_percent": _gains(seed, 1.0)["value"]}


def _gains(seed: int, boom_times: float) -> dict[str, float]:
    """What stock data gain in one town, after waves of deliveries, or without if these are no more than usual."""
    world = opened(seed, YEARS, {"simulate.households": HOUSEHOLDS, "simulate.first_prices_off": PRICES_OFF})
    delivered = uneven(world, boom_times)
    count, life = seen(lived(world)), world.durables.life_months
    elasticity, price = world.law("secondhand")["reckoned_elasticity"], world.durables.new_price_mcr

    def errors(lives: Ints) -> dict[str, tuple[float, float]]:
        each = [expected(count, delivered, lives, elasticity, share) for share in NEWS_SHARES]
        return {name: min(wrong(getattr(told, field), count.bought_new, price) for told in each)
                for name, field in FORECASTS.items()}

    found, astray = errors(life), errors(np.rint(life * LIVES_WRONG).astype(np.int64))
    error = {name: each[0] for name, each in found.items()}
    return {
        "value": 100 * (1 - error["stock_data"] / error["purchases"]),
        "gain_of_vintages_percent": 100 * (1 - error["vintages"] / error["purchases"]),
        "gain_of_the_exchange_percent": 100 * (1 - error["stock_data"] / error["vintages"]),
        "gain_if_lives_are_wrong_percent": 100 * (1 - astray["stock_data"][0] / error["purchases"]),
    } | {f"error_with_{name}_percent": 100 * each[0] for name, each in found.items()} | {
        f"waste_with_{name}_percent": 100 * each[1] for name, each in found.items()}


def wrong(forecast: Floats, bought: Floats, price_mcr: Ints) -> tuple[float, float]:
    """How far forecasts were from what was bought in the year after, and how much of it too high: shares of spending.

    `forecast` and `bought` [year, good], row for row of the year when the forecast was made and of purchases.
    """
    gap, after = (forecast[:-1] - bought[1:])[FIRST_FORECAST:], bought[1 + FIRST_FORECAST:]
    spent = float((after @ price_mcr).sum())
    return float((np.abs(gap) @ price_mcr).sum()) / spent, float((np.maximum(gap, 0) @ price_mcr).sum()) / spent


def judge(samples: Samples) -> Judgement:
    """False if the gain of stock data is not surely above nothing; qualified if it is not the exchange's."""
    mean = {name: float(values.mean()) for name, values in samples.items()}
    gain, low, high = interval(samples["value"])
    _, low_exchange, high_exchange = interval(samples["gain_of_the_exchange_percent"])
    even, low_even, high_even = interval(samples["gain_without_waves_percent"])
    said = (f"Where earlier years delivered in waves, "
            f"forecasts of what is spent on each new good are {mean['error_with_purchases_percent']:.1f} % off by past "
            f"purchases alone, {mean['error_with_vintages_percent']:.1f} % with earlier deliveries, and "
            f"{mean['error_with_stock_data_percent']:.1f} % with shelves, queues and schedules too: stock data take "
            f"{gain:.1f} % of the error away ({low:.1f} to {high:.1f}). Of what earlier deliveries leave of it, the "
            f"exchange's own data take {mean['gain_of_the_exchange_percent']:.1f} % ({low_exchange:.1f} to "
            f"{high_exchange:.1f}). Too much would be made of {mean['waste_with_purchases_percent']:.1f} % without and "
            f"{mean['waste_with_stock_data_percent']:.1f} % with stock data. With lives thought to be a fifth longer "
            f"than they are the gain is {mean['gain_if_lives_are_wrong_percent']:.1f} %. Where as much was delivered "
            f"every year, stock data take {even:.1f} % of the error away ({low_even:.1f} to {high_even:.1f}).")
    if low <= THRESHOLD_PERCENT:
        return Judgement("fails", f"No sure gain. {said}")
    if low_exchange <= THRESHOLD_PERCENT:
        return Judgement("holds only if", f"Only if deliveries of earlier plans count as stock data. {said}")
    if low_even <= THRESHOLD_PERCENT:
        return Judgement("holds only if", f"Only where demand comes in waves. {said}")
    return Judgement("holds", said)


CLAIM = Claim(
    id="U9",
    quote="would give them a sense of current inventory levels that would feed into production equations",
    source=f"{SOURCE}, second reply",
    hypothesis="With what the federation knows of stocks, next year's demand for new goods is foreseen better than by "
               "past purchases alone.",
    experiment=f"A town of {HOUSEHOLDS:,} households with an exchange, {YEARS} years, sixteen goods. Shocks: the first "
               "schedules are 30 % off (sd) and adjust from year to year; of each good four times as many as usual "
               "were delivered in one year of its last life, drawn by lot, and come to their end together. After "
               "each year from the third on next year's purchases of each new good are forecast three ways: past "
               "purchases, smoothed; with what earlier plans delivered and published lives (survival by vintages); "
               "with shelves, queues, the year's requests and hand-ins and next year's schedules too, 0.6 new ones "
               "fewer for each used one. Each way has the best of three smoothing weights (0.3, 0.5, 1: as last year).",
    measure="part of the error that stock data take away; the error is the mean distance from what was bought, goods "
            "weighted by spending",
    unit="percent of the error by past purchases alone",
    threshold=THRESHOLD_PERCENT,
    falsified_if="the 95 % interval of the gain over all towns reaches 0; the claim holds only if earlier deliveries "
                 "count as stock data where that of the exchange's own part does, and only where demand comes in waves "
                 "if that of the gain without waves does",
    runs=20,
    measured=measured,
    judge=judge,
    remarks="The plan knows what it delivered without any exchange; shelves, queues and schedules are known through it "
            "alone, so both gains are told apart. Nothing that only the simulation knows enters a forecast, but lives "
            "are simulated by the published ones, which flatters survival by vintages; hence the run with lives a "
            "fifth too long. Where ages and schedules are even there is little to foresee beyond last year: the run "
            "without waves was added to say so, after the verdict with them was known.",
)
