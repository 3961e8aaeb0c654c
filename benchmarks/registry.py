"""The benchmarks: what each measures, at which sizes, and what it should reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from benchmarks.timing import Figures

Measure = Callable[..., Figures]
PEAK = "peak memory, GB"


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: a sentence, what to call at full size and at toy size, and its targets.

    `module` and `function` are loaded in the process that measures; a target is a least ("at
    least") or a most ("at most") for one of the figures.
    """

    sentence: str
    module: str
    function: str
    full: dict[str, object]
    smoke: dict[str, object]
    least: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)


_book = partial(Benchmark, module="benchmarks.book", function="measure")
_BOOK = {"worker_councils": 30_000, "consumer_councils": 30_000, "kinds": 100, "endowment": 1000.0}
_TOY_BOOK = {"worker_councils": 300, "consumer_councils": 100, "kinds": 5, "endowment": 1000.0, "repeats": 1}

_years = partial(Benchmark, module="benchmarks.years")
YEARS = "household-months a second, millions"

BENCHMARKS = {
    "book": _book(
        "30,000 + 30,000 councils and 500 goods, as in the book, beside demplan",
        full=_BOOK | {"repeats": 7},
        smoke=_TOY_BOOK, least={"round, ratio": 50, "plan, ratio": 100}),
    "book-large": _book(
        "ten times as many councils and endowments, beside demplan",
        full=_BOOK | {"worker_councils": 300_000, "consumer_councils": 300_000, "endowment": 10_000.0, "repeats": 1},
        smoke=_TOY_BOOK, least={"plan, ratio": 50}),
    "country": Benchmark(
        "the United States with a council for every workplace, 30 % off at the start, to 1 %",
        "benchmarks.large", "country", full={"table": "402", "workplaces": "establishments"},
        smoke={"table": "71", "workplaces": "sectors"}, least={"converged": 1}, most={"plan, s": 10, PEAK: 4}),
    "many-goods": Benchmark(
        "100,000 goods, a million worker councils and a million consumer councils, to 5 %",
        "benchmarks.large", "many_goods",
        full={"worker_councils": 1_000_000, "consumer_councils": 1_000_000, "kinds": 20_000},
        smoke={"worker_councils": 600, "consumer_councils": 300, "kinds": 10}, least={"converged": 1},
        most={"plan, s": 300, PEAK: 8}),
    "region": _years(
        "a million households in fifty areas, eight goods, the full law: the second year",
        function="region", full={"households": 1_000_000, "years": 2}, smoke={"households": 2000, "years": 1},
        least={YEARS: 20}, most={PEAK: 1}),
    "region-ten-million": _years(
        "the same with ten million households: the first year",
        function="region", full={"households": 10_000_000, "years": 1}, smoke={"households": 4000, "years": 1},
        most={PEAK: 8}),
    "region-beside-mesa": _years(
        "months of a year under reduced rules, beside Mesa at 20,000 and at 100,000 households",
        function="beside_mesa", full={"few": 20_000, "many": 100_000, "region": 1_000_000},
        smoke={"few": 200, "many": 400, "region": 800},
        least={"ratio to Mesa, the region's size": 80}),
    "ledger": Benchmark(
        "durable postings one by one, in batches of 10,000, and their audit, on SQLite and on PostgreSQL",
        "benchmarks.ledger", "measure", full={"singles": 1000, "lines": 10_000, "batches": 5},
        smoke={"singles": 10, "lines": 20, "batches": 1},
        least={f"{engine}, {figure}": target for engine in ("SQLite", "PostgreSQL") for figure, target in (
            ("postings a second", 400), ("lines a second in batches", 20_000), ("entries a second audited", 100_000))}),
    "lists": Benchmark(
        "lists of 10,000 payments as files of CSV, read, checked and posted, on SQLite and on PostgreSQL",
        "benchmarks.lists", "measure", full={"members": 2000, "lines": 10_000, "lists": 3},
        smoke={"members": 20, "lines": 20, "lists": 1},
        least={f"{engine}, lines of lists a second": 20_000 for engine in ("SQLite", "PostgreSQL")}),
    "pages": Benchmark(
        "50 visits a second to a federation with 100,000 items and a million entries, on SQLite and on PostgreSQL",
        "benchmarks.pages", "measure",
        full={"size": {"items": 100_000, "entries": 1_000_000, "members": 20_000, "stores": 20, "photos": 1000},
              "rate": 50.0, "warm_s": 5.0, "visited_s": 40.0},
        smoke={"size": {"items": 1000, "entries": 2000, "members": 80, "stores": 2, "photos": 10},
               "rate": 20.0, "warm_s": 0.0, "visited_s": 4.0},
        most={f"{engine}, {figure}": target for engine in ("SQLite", "PostgreSQL") for figure, target in (
            ("all pages, p95, ms", 150), ("audit, s", 10), ("failures", 0), ("forms that did nothing", 0))}),
    "start-up": Benchmark(
        "from the command to its first word", "benchmarks.startup", "measure",
        full={"repeats": 15}, smoke={"repeats": 1}),
    "compiling": Benchmark(
        "what compiling costs, once on a machine", "benchmarks.startup", "compiling",
        full={"anew": True}, smoke={"anew": False}),
}
