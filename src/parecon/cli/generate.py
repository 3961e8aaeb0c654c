"""`parecon generate`: economies to plan, drawn by lot from published distributions or national accounts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from parecon.base.errors import BadInput
from parecon.cli import DONE
from parecon.cli.show import duration

MOST_COUNCILS = 2**31 - 1  # rows are counted in 32 bits
JustJson = Annotated[bool, Parameter(negative=())]

generate = App("generate", help="Make an economy to plan, as a folder, or as an archive if OUT ends in .npz.")


@generate.command
def book(*, worker_councils: int = 30_000, consumer_councils: int = 30_000, kinds: int = 100, seed: int = 1,
         out: Path | None = None, json: JustJson = False) -> int:
    """An economy drawn as in the experiments of Hahnel, Democratic Economic Planning (2021).

    Parameters
    ----------
    worker_councils
        How many worker councils, at least three for each kind.
    consumer_councils
        How many consumer councils, 1 or more.
    kinds
        How many goods of each class: private, public, intermediate, natural resources, labour.
    seed
        The same number draws the same economy.
    out
        The folder or .npz file to make; by default a folder named after the economy, here.
    json
        Print one JSON object on standard output and nothing else.
    """
    from parecon.economy.generate import book as drawn

    _in_range("--kinds", kinds, 1, MOST_COUNCILS // 3)
    _in_range("--worker-councils", worker_councils, 3 * kinds, MOST_COUNCILS)
    _in_range("--consumer-councils", consumer_councils, 1, MOST_COUNCILS)
    began = time.perf_counter()
    return _write(drawn(worker_councils, consumer_councils, kinds, seed), out, began, json=json)


@generate.command
def us(*, table: Literal["71", "402"] = "71", workplaces: str = "sectors", seed: int = 1, out: Path | None = None,
       json: JustJson = False) -> int:
    """The United States of 2017 from its national accounts, in equilibrium at the prices there were.

    Parameters
    ----------
    table
        How fine: 71 sectors or 402.
    workplaces
        sectors (one worker council a sector), a number of councils for every sector, or
        establishments (one for each of 9.6 million workplaces).
    seed
        The same number draws the same workplaces.
    out
        The folder or .npz file to make; by default a folder named after the economy, here.
    json
        Print one JSON object on standard output and nothing else.
    """
    from parecon.economy.us import us as calibrated

    if workplaces not in ("sectors", "establishments") and not workplaces.isdecimal():
        raise BadInput("--workplaces", "value", workplaces, "sectors, establishments, or a number")
    places: Any = int(workplaces) if workplaces.isdecimal() else workplaces
    if workplaces.isdecimal():
        _in_range("--workplaces", places, 1, MOST_COUNCILS // int(table))
    began = time.perf_counter()
    return _write(calibrated(table, places, seed), out, began, json=json)


def _in_range(option: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadInput(option, "value", value, f"a whole number from {least} to {most}")


def _write(economy: Any, out: Path | None, began: float, *, json: bool) -> int:
    from parecon.economy.write import write_archive, write_folder

    drawn = time.perf_counter()
    out = out or Path(economy.name)
    (write_archive if out.suffix == ".npz" else write_folder)(economy, out)
    seconds = {"draw": drawn - began, "write": time.perf_counter() - drawn}
    councils = {"worker": len(economy.workers), "consumer": len(economy.consumers)}
    if json:
        from parecon.base.written import as_json

        print(as_json({"economy": economy.name, "councils": councils, "goods": len(economy.goods),
                       "seconds": seconds, "out": str(out)}))
    else:
        print(f"{economy.name}: {councils['worker']:,} worker councils, {councils['consumer']:,} consumer councils, "
              f"{len(economy.goods):,} goods\n  in {out} after {duration(sum(seconds.values()))}")
    return DONE
