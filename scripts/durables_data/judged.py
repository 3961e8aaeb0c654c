"""What no table says and somebody has to judge: which categories make up a good, its usual price and weight."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Good:
    """A good of the catalogue: the lines of the national accounts it is made of, and what is judged of it.

    `spending` is the line of spending whose growth from 2012 to 2017 is taken for the good's; `survey` the item
    of the expenditure survey that divides it among the fifths; `life_years` stands where BEA has no class.
    """

    code: str
    name: str
    lines: tuple[str, ...]
    new_price_usd: int
    weight_kg: float
    spending: str
    survey: str | None = None
    life_years: float | None = None
    basis: str = "BEA class"


VEHICLES, HOME = "Motor vehicles and parts", "Furnishings and durable household equipment"
LEISURE, OTHER = "Recreational goods and vehicles", "Other durable goods"
CARS = "Vehicle purchases (net outlay)"

GOODS = (
    Good("cars", "cars", ("7", "8"), 25_000, 1400, VEHICLES, CARS, basis="BEA profile of used prices"),
    Good("vans", "vans, pickups and off-roaders", ("9",), 38_000, 2100, VEHICLES, CARS),
    Good("motorcycles", "motorcycles", ("52",), 9_000, 220, LEISURE, basis="BEA class chosen by judgement"),
    Good("campers", "camping vehicles and trailers", ("57",), 30_000, 2500, LEISURE),
    Good("bicycles", "bicycles", ("53",), 500, 14, LEISURE),
    Good("furniture", "furniture and mattresses", ("23",), 800, 40, HOME),
    Good("major-appliances", "washing machines, fridges, stoves", ("28",), 750, 70, HOME),
    Good("small-appliances", "small kitchen and household appliances", ("29",), 100, 4, HOME),
    Good("tools", "tools and garden equipment", ("34", "35"), 200, 10, HOME, basis="BEA class chosen by judgement"),
    Good("televisions", "televisions and video equipment", ("39", "40"), 500, 15, LEISURE),
    Good("stereos", "stereos and other audio equipment", ("41",), 450, 10, LEISURE),
    Good("computers", "computers, tablets and printers", ("47",), 800, 4, LEISURE, basis="BEA profile of used prices"),
    Good("telephones", "telephones", ("69",), 500, 0.2, OTHER, "Telephone services", 6.0,
         "life of a handset: Australian Taxation Office, draft determination 2019; rate 1.65 over it"),
    Good("cameras", "cameras", ("45",), 600, 1.5, LEISURE),
    Good("sports", "sports equipment", ("50",), 300, 12, LEISURE),
    Good("instruments", "musical instruments", ("59",), 700, 8, LEISURE),
)

# Parts of these categories that are used up, not new, or not to be handed on: textiles, paint, soap, chemicals, tyres,
# abrasives, arms and ammunition, batteries, rentals, used goods.
LEFT_OUT = frozenset({"314900", "325510", "325610", "3259A0", "326210", "327910", "33299A", "335912", "532A00",
                      "S00402"})
# One sector of the table of 2017 for several of 2012.
MERGED = {"335221": "335220", "335222": "335220", "335224": "335220", "335228": "335220"}
