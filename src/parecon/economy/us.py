"""The economy of the United States in 2017, as a plan that starts where the country was.

At the starting prices every council's proposal reproduces the national table: the same outputs, inputs, hours
and emissions. How the table is read as an economy of councils, and what was assumed, is in the data
cards (`data/us/*.md`). Amounts are in million US dollars of 2017.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from parecon.base.errors import BadInput
from parecon.base.lots import lots
from parecon.economy.councils import ConsumerCouncils, Satellites
from parecon.economy.establishments import Sectors, Workplaces, by_size, several, split
from parecon.economy.goods import Goods, Kind
from parecon.economy.model import Economy
from parecon.economy.us_table import Array, Level, Table, read_households, read_table, read_workplaces

PAY_BANDS = 5
MOST_RETURNS = 0.97  # a sector whose surplus is less than 3 % of receipts is credited a little more
CAPITAL_SHARE = 0.5  # of surplus, the most that is a charge for capital; the rest is the council's own
DWELLING_SHARE = 0.9  # of the surplus of housing, the charge for the year's use of dwellings
PERMIT_PRICE = 51.0  # million USD per million t: social cost of carbon, US Interagency Working Group 2021
COUNCILS_A_FIFTH = 1000  # consumer councils in each fifth of households where every workplace is a council
KILOTONNES_A_MILLION_TONNES = 1000
UTILISATION = 0.8  # of capacity; Federal Reserve G.17, total industry, mean of 1972-2023: 79.6 %
LEAST_COST = 0.05  # million USD: the table's own rounding
STATES = 51  # with the federal district
OWN_FIFTH = 0.7  # of a neighbourhood's households, the part that is surely of one fifth

WORKS = "public-works"
PUBLIC = ("GFGD", "GFGN", "GSLG", "S00500", "S00600", "GSLGE", "GSLGH", "GSLGO", WORKS)
HOUSING = ("HS", "531HSO", "531HST")
GOVERNMENT = ("GFGD", "GFGN", "GFE", "GSLG", "GSLE")  # what they set aside for capital is their surplus
QUINTILES = ("q1", "q2", "q3", "q4", "q5")
MEASURES = {"ghg_kg_per_usd": ("greenhouse gases", "kt CO2e"),
            "acid_kg_so2e_per_usd": ("acidification", "kt SO2e"),
            "eutr_kg_ne_per_usd": ("eutrophication", "kt Ne"),
            "pm_kg_pm25e_per_usd": ("fine particles", "kt PM2.5e"),
            "smog_kg_o3e_per_usd": ("smog", "kt O3e"),
            "water_kg_per_usd": ("water", "kt"),
            "land_m2yr_per_usd": ("land", "km2 year"),
            "nonrenewable_energy_mj_per_usd": ("nonrenewable energy", "TJ"),
            "ghg_kg_per_usd_2020inv": ("greenhouse gases at 2017 rates, second estimate", "kt CO2e")}


def us(table: Level = "71", workplaces: Literal["sectors", "establishments"] | int = "sectors", seed: int = 1,
       ) -> Economy:
    """The US economy of 2017: 70 or 400 sectors, five fifths of households, prices as they were.

    `workplaces` is "sectors" (one worker council a sector), a number of councils for every sector, or
    "establishments" (one for each of 9.6 million workplaces). At the starting prices supply equals
    demand for every good. `seed` draws what the councils of a sector buy. Raises BadInput for
    another table, or for a data file that does not add up.

    >>> economy = us()
    >>> len(economy.workers), len(economy.goods)
    (71, 81)
    """
    if table not in ("71", "402"):
        raise BadInput("us economy", "table", table, "71 or 402")
    if not (workplaces in ("sectors", "establishments") or (isinstance(workplaces, int) and workplaces >= 1)):
        raise BadInput("us economy", "workplaces", workplaces, "sectors, establishments or a number above 0")
    read = read_table(table)
    cost, sectors, goods = calibrate(read)
    places = _workplaces(table, workplaces)
    each = {"sectors": 1, "establishments": COUNCILS_A_FIFTH}.get(str(workplaces), workplaces)
    return Economy(
        f"us-2017-{table}-{workplaces}", goods, split(sectors, places, seed),
        _consumers(read, goods, float(cost[-1].sum()), int(each), seed),
        satellites=_satellites(read, goods), currency="million USD of 2017", year=2017, notes=NOTES,
        about={"table": table, "workplaces": workplaces, "seed": seed, "source": "US Bureau of Economic Analysis"})


NOTES = (
    "Input-output accounts of the US Bureau of Economic Analysis for 2017, fixed product sales structure.",
    "Replacement of capital is charged as an input; the rest of surplus is each council's fixed factor.",
    "Greenhouse gas permits start at 51 USD a tonne; what they cost goes back to the sector per unit of output.",
    "Permits are replaced as readily as any other input (unit elasticity): the price of a cut is a low guess.",
    "Public spending is shared equally by household, private spending follows the Consumer Expenditure Survey.",
    "A member is a household as the survey counts them; incomes include an equal share of public spending.",
)


def describe(table: Level = "71") -> str:
    """One sentence for a list of economies.

    >>> describe("71").startswith("The United States in 2017")
    True
    """
    sectors = {"71": "70 sectors", "402": "400 sectors"}[table]
    return f"The United States in 2017: {sectors} and public works, households by fifth of income, calibrated."


# --- From table to goods and recipes ----------------------------------------------------------------------------

def calibrate(read: Table) -> tuple[Array, Sectors, Goods]:
    """What each sector spends on each good at the starting prices, the sectors to split, and the goods.

    Returns the cost [good, sector] in million USD (permits last), sectors and goods. The last sector is public
    works, which turns what governments invest in into one public good.
    """
    band, pay = _pay_bands(read.sector["labour_usd_million"], read.sector["hours_million"])
    cost = _cost(read, band)
    output = np.append(read.sector["output_usd_million"], np.maximum(read.final["public_works"], 0).sum())
    receipts = output - np.append(read.sector["taxes_less_subsidies_usd_million"], 0) + cost[-1]
    receipts = np.maximum(receipts, cost.sum(axis=0) / MOST_RETURNS)
    goods = _goods(read, cost, output, pay)
    sectors = Sectors((*read.code, WORKS), (cost / receipts).T, output, receipts / output, goods.start_price,
                      np.isin(goods.kind, [Kind.LABOUR, Kind.CAPITAL, Kind.POLLUTANT]), UTILISATION)
    return cost, sectors, goods


def _cost(read: Table, band: npt.NDArray[np.int64]) -> Array:
    """What each sector, and last public works, spends on each good in million USD: [good, sector]."""
    sector, sectors = read.sector, len(read.code)
    labour = np.where(band == np.arange(PAY_BANDS)[:, None], sector["labour_usd_million"], 0.0)
    permits = PERMIT_PRICE * sector["ghg_kg_per_usd"] * sector["output_usd_million"] / KILOTONNES_A_MILLION_TONNES
    own = np.vstack([read.flows[:sectors], np.zeros(sectors), read.flows[sectors:], labour, *_capital(read), permits])
    cost = np.column_stack([own, _by_good(read.final["public_works"], len(own))])
    return np.where(cost >= LEAST_COST, cost, 0.0)


def _pay_bands(labour: Array, hours: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """The pay band of each sector (bands of about equal hours, lowest pay first), and each band's mean pay."""
    pay = np.divide(labour, hours, out=np.zeros(len(hours)), where=hours > 0)
    order = np.argsort(pay, kind="stable")
    middle = np.cumsum(hours[order]) - hours[order] / 2
    band = np.zeros(len(hours), np.int64)
    band[order] = np.minimum(middle / hours.sum() * PAY_BANDS, PAY_BANDS - 1).astype(np.int64)
    return band, np.bincount(band, labour, PAY_BANDS) / np.bincount(band, hours, PAY_BANDS)


def _capital(read: Table) -> tuple[Array, Array]:
    """What each sector is charged for capital, and housing for dwellings: a part of surplus, never more."""
    surplus = np.maximum(read.sector["surplus_usd_million"], 0)
    most = CAPITAL_SHARE * surplus
    replaced = np.minimum(read.sector["replacement_usd_million"], most)
    capital = np.where(np.isin(read.summary, GOVERNMENT), most, replaced)
    housing = np.isin(read.code, HOUSING)
    return np.where(housing, 0.0, capital), np.where(housing, DWELLING_SHARE * surplus, 0.0)


def _goods(read: Table, cost: Array, output: Array, pay: Array) -> Goods:
    """The goods, with what there is of them beside production and what is bought whatever the price."""
    price = np.ones(len(cost))
    labour = slice(len(read.code) + 3, len(read.code) + 3 + PAY_BANDS)
    price[labour], price[-1] = pay, PERMIT_PRICE
    made = np.zeros(len(cost))
    made[:len(output)] = output
    fixed = np.column_stack([_by_good(read.final[use], len(cost)) for use in
                             ("private_investment", "inventories", "exports", "imports", "made_otherwise")])
    given, endowment = np.maximum(fixed, 0).sum(axis=1), np.maximum(-fixed, 0).sum(axis=1)
    missing = cost.sum(axis=1) / price + _spending(read, len(cost)).sum(axis=0) + given - made - endowment
    code, name, unit = _words(read, pay)
    return Goods(code, name, unit, _kinds(read, cost), price, endowment + np.maximum(missing, 0),
                 given + np.maximum(-missing, 0))


def _words(read: Table, pay: Array) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Codes, names and units of the goods, in their order."""
    labour = [(f"labour-{i + 1}", f"work, pay band {i + 1} of {len(pay)}", "million hours") for i in range(len(pay))]
    usd = "million USD of 2017"
    words = [*((code, name, usd) for code, name in zip(read.code, read.name, strict=True)),
             (WORKS, "Public works", usd), ("used-goods", "Scrap and used goods", usd),
             ("noncomparable-imports", "Imports with no domestic counterpart", usd), *labour,
             ("capital", "Replacement of equipment, buildings and software", usd),
             ("dwellings", "The year's use of dwellings", usd),
             ("ghg", "Greenhouse gas permits", "million t CO2e")]
    code, name, unit = zip(*words, strict=True)
    return code, name, unit


def _kinds(read: Table, cost: Array) -> npt.NDArray[np.int8]:
    """The kind of each good: a product is private if households buy at least as much of it as councils do."""
    bought = _spending(read, len(cost)).sum(axis=0)
    kind = np.where(bought >= cost.sum(axis=1), Kind.PRIVATE, Kind.INTERMEDIATE).astype(np.int8)
    kind[np.flatnonzero(np.isin([*read.code, WORKS], PUBLIC))] = Kind.PUBLIC
    made = len(read.code) + 1
    kind[made:] = [Kind.NATURE] * 2 + [Kind.LABOUR] * PAY_BANDS + [Kind.CAPITAL] * 2 + [Kind.POLLUTANT]
    return kind


def _by_good(column: Array, goods: int) -> Array:
    """A column over products as one over goods: public works stand between the sectors' and the primary products."""
    result = np.zeros(goods)
    sectors = len(column) - 2
    result[:sectors], result[sectors + 1:sectors + 3] = column[:sectors], column[sectors:]
    return result


def _spending(read: Table, goods: int) -> Array:
    """What each fifth of households spends on each good, equal shares of public spending included: [fifth, good]."""
    private = np.array([_by_good(read.final[q], goods) for q in QUINTILES])
    public = _by_good(read.final["public"], goods)
    public[len(read.code)] = np.maximum(read.final["public_works"], 0).sum()
    _, households = read_households()
    return private + np.outer(households / households.sum(), public)


def _consumers(read: Table, goods: Goods, permits_usd_million: float, each: int, seed: int) -> ConsumerCouncils:
    """Consumer councils, `each` for every fifth of households; a finer council is a neighbourhood of several fifths.

    Their spending adds up to each fifth's; their income is spending less their equal share of what permits cost.
    """
    spending, (names, households) = _spending(read, len(goods)), read_households()
    total = spending.sum(axis=1)
    fifth = np.repeat(np.arange(len(total)), each)
    part = np.eye(len(total))[fifth]
    if each > 1:
        others = lots(seed, "neighbourhoods").dirichlet(np.ones(len(total)), len(part))
        part = OWN_FIFTH * part + (1 - OWN_FIFTH) * others
    part /= part.sum(axis=0)
    members, spent = part @ households, part * total
    income = spent.sum(axis=1) - permits_usd_million * members / members.sum()
    bought = np.flatnonzero(spending.sum(axis=0) > 0)
    return ConsumerCouncils(
        income=income, taste=(spending / total[:, None])[:, bought], taste_good=bought,
        effort_rating=np.broadcast_to(1.0, len(income)), members=members,
        mixture=spent / spent.sum(axis=1, keepdims=True),
        archetype=names, code=QUINTILES if each == 1 else None)


def _satellites(read: Table, goods: Goods) -> Satellites:
    """Hours worked, emissions and resources: by what is used where the plan has it, else by output.

    Greenhouse gases are the permits used and hours the work used; the other pressures are per million
    USD of each sector's output, so that they change with what is made, not with how.
    """
    names, units = zip(*MEASURES.values(), ("hours worked", "million hours"), strict=True)
    per_output, per_input = np.zeros((len(names), len(goods))), np.zeros((len(names), len(goods)))
    per_output[:-1, :len(read.code)] = [read.sector[measure] for measure in MEASURES]
    per_output[names.index("greenhouse gases")] = 0
    per_input[names.index("greenhouse gases"), goods.of_kind(Kind.POLLUTANT)] = KILOTONNES_A_PERMIT
    per_input[-1, goods.of_kind(Kind.LABOUR)] = 1
    return Satellites(names, units, per_output, per_input)


KILOTONNES_A_PERMIT = 1000  # permits are in million tonnes


def _workplaces(table: Level, workplaces: str | int) -> Workplaces:
    """How the sectors are split; public works have one council for each state and one for the federation."""
    counts, sizes = read_workplaces(table)
    works = np.zeros((1, counts.shape[1]))
    works[0, 0] = STATES + 1
    counts, sizes = np.vstack([counts, works]), np.vstack([sizes, sizes[:1]])
    if workplaces == "establishments":
        return by_size(counts, sizes)
    return several(1 if workplaces == "sectors" else int(workplaces), counts.sum(axis=1))
