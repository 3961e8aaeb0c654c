"""`parecon plan`: reads an economy, plans its year, and leaves a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from parecon.base.errors import BadInput
from parecon.cli import DONE
from parecon.cli.job import Job, carry_out
from parecon.cli.show import duration, percent

NOT_CONVERGED = 3
FURTHEST_SHOWN = 5


def plan(economy: str, *, rule: str = "predictive", beside: str | None = None,
         behaviour: Literal["published", "limited"] = "published", threshold: float = 0.05, max_rounds: int = 100,
         seed: int = 1, out: Path | None = None, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Plan a year: councils answer prices, round by round, until supply and demand of every good agree.

    Leaves a run folder: tables in Parquet, run.json, and report.html to look at. A run that was
    stopped goes on where it was when the same command is given again.

    Exit code 0 when the plan converged, 3 when it did not (the folder is written all the same),
    2 for bad input, 130 when stopped.

    Parameters
    ----------
    economy
        The name of a bundled economy (see parecon list), or the path of one.
    rule
        The board's price rule (see parecon list).
    beside
        A second price rule, with which the same year is planned for comparison.
    behaviour
        How worker councils answer prices: published, as in the book's simulations, without limit; or limited
        by the capacities that the economy states, which suits a real economy within a year.
    threshold
        The worst imbalance of any good with which planning may end: the gap between supply and demand
        as a share of their mean, above 0 and below 2 (0.05 is 5 %).
    max_rounds
        The most rounds to plan, 1 or more.
    seed
        For economies whose workplaces are drawn by lot: the same number draws the same ones.
    out
        The run folder to make; by default runs/ECONOMY-RULE, numbered if that is taken.
    json
        Print one JSON object on standard output and nothing else.
    """
    rules = (rule,) if beside is None else (rule, beside)
    _check(rules, threshold, max_rounds)
    folder, told = carry_out(Job(economy, behaviour, rules, threshold, max_rounds, seed, quiet=json), out)
    print(_as_one_object(told, folder) if json else _in_words(told, folder))
    return DONE if told["plans"][0]["converged"] else NOT_CONVERGED


def _check(rules: tuple[str, ...], threshold: float, max_rounds: int) -> None:
    from parecon.planning.law import WIDEST_IMBALANCE
    from parecon.planning.rules import RULES

    for option, name in zip(("--rule", "--beside"), rules, strict=False):
        if name not in RULES:
            raise BadInput(option, "name", name, "one of " + ", ".join(RULES))
    if len(set(rules)) < len(rules):
        raise BadInput("--beside", "name", rules[-1], "another rule than --rule")
    if not 0 < threshold < WIDEST_IMBALANCE:
        raise BadInput("--threshold", "value", threshold, f"a share above 0 and below {WIDEST_IMBALANCE}")
    if max_rounds < 1:
        raise BadInput("--max-rounds", "value", max_rounds, "1 or more")


def _as_one_object(told: dict[str, Any], out: Path) -> str:
    from parecon.base.written import as_json

    first, *others = told["plans"]
    of_run = {name: told[name] for name in ("threshold", "councils", "goods", "seconds")}
    return as_json({"economy": told["economy"]} | first | of_run | {
        "beside": others, "out": str(out), "report": str(out / "report.html")})


def _in_words(told: dict[str, Any], out: Path) -> str:
    lines = [line for each in told["plans"] for line in _plan_in_words(told["economy"], each)]
    seconds = told["seconds"]
    spent = ", ".join(f"{part} {duration(seconds[part])}" for part in ("read", "setup", "rounds", "write"))
    return "\n".join([*lines, f"  furthest apart: {_furthest(out)}", f"  time: {spent}",
                      f"  to look at: {out / 'report.html'}"])


def _plan_in_words(economy: str, plan: dict[str, Any]) -> list[str]:
    rounds_to = plan["rounds_to"].items()
    reached = ", ".join(f"{percent(float(level))} {rounds or 'not reached'}" for level, rounds in rounds_to)
    limited = ", within capacities" if plan["behaviour"] == "limited" else ""
    return [f"{economy}, {plan['rule']}{limited}: {plan['verdict']}: {plan['why']}", f"  rounds to {reached}"]


def _furthest(out: Path) -> str:
    """The goods furthest from balance, worst first."""
    import polars as pl

    goods = pl.scan_parquet(out / "goods.parquet").select("name", "imbalance").top_k(FURTHEST_SHOWN, by="imbalance")
    worst = goods.sort("imbalance", descending=True).collect()
    return ", ".join(f"{name} {percent(imbalance)}" for name, imbalance in worst.iter_rows())
