"""What the page of a simulation says of private exchange: what is sold privately, who trades, and the watch report."""

from __future__ import annotations

import polars as pl

from parecon.report.bars import Bar, bars
from parecon.report.figures import Line, even_axis
from parecon.report.html import Column, Markup, Section, exhibit, paragraph, table
from parecon.report.numbers import count, counted, number, percent
from parecon.report.simulation_figures import by_month, by_year
from parecon.report.simulation_read import (
    MCR_A_CREDIT,
    Simulated,
    amounts,
    counts,
    good_column,
    share,
    shares,
    total,
    year_column,
)
from parecon.report.style import BLUE, ORANGE, PURPLE, drawn

DANGEROUS = 3  # of the verdicts: private trade spreads wealth faster than incomes draw it together
TOKENS = ("A token is a promise of other members and buys nothing from the plan. Dashed: a month's mean allowance for "
          "durables, in credits.")
WATCHED = ("Orange: a dealer could earn more than must be borne, and so live by the good. At most earned: what lies "
           "between the exchange's credit and price, and what members would pay not to wait. To be borne: the "
           "discount on tokens, keeping, searching, fines. Both in % of the worth of an item; private: % of the worth "
           "that changes hands used.")


def section(run: Simulated) -> Section | None:
    """The section on private exchange; what the watch report says stands there even if nobody traded."""
    months, watched = run.by_months("private"), run.of_goods("watch")
    if months is None:
        return None
    bought, sold = (total(run.by_year[name]) for name in ("sold_privately", "bought_privately"))
    said = (f"Traders bought {counted(bought, 'item')} from members privately and sold {count(sold)} on to others."
            if bought else "Members sold nothing privately.")
    parts = [_sold(run), _traders(run, months), _tokens(run, months)] if bought else [paragraph(said)]
    part = run.measure("private_share")
    tile = None if part is None else (percent(part, 2), "of items that members sold went to traders")
    return Section("private", "Private exchange", [*parts, *([] if watched is None else [_watch(run, watched)])],
                   said, tile)


def _sold(run: Simulated) -> Markup:
    years = run.by_year
    left, got = (pl.col(private) / (pl.col(private) + pl.col(public)) for private, public in (
        ("sold_privately", "handed_in"), ("bought_privately", "passed_on")))
    parts = years.select(left.fill_nan(None).alias("left"), got.fill_nan(None).alias("got"))
    private, public = (total(years[name]) for name in ("sold_privately", "handed_in"))
    title = f"{percent(share(private, private + public), 2)} of the items that members sold went to traders"
    title += f", {percent(parts['left'][-1], 2)} in the last year" if run.length > 1 else ""
    figure = by_year(run, title, [Line("of items sold", parts["left"].to_list(), ORANGE, 3.0),
                                  Line("of used items got", parts["got"].to_list(), PURPLE)],
                     "private, % of used items", percent=True)
    some = years.filter(pl.col("year").is_in(run.shown_years))
    numbers = table("Used items, all goods", [
        year_column(run.shown_years),
        *_beside("members sell", some["sold_privately"], some["handed_in"], ("to traders", "to the exchange")),
        *_beside("members get", some["bought_privately"], some["passed_on"], ("from traders", "from the exchange"))])
    return exhibit(title, figure, numbers, "The rest goes through the exchange.")


def _beside(group: str, private: pl.Series, public: pl.Series, headings: tuple[str, str]) -> list[Column]:
    columns = [counts(headings[0], private), counts(headings[1], public),
               shares("private", private, private + public)]
    return [Column(each.heading, each.cells, group=group) for each in columns]


def _traders(run: Simulated, months: pl.DataFrame) -> Markup:
    last = int(months["traders"][-1])
    title = (f"At the end {counted(last, 'household trades', 'households trade')}, "
             f"{percent(share(last, run.households), 2)} of all" if last else "At the end no household trades")
    figure = by_month(title, [Line("traders", months["traders"].to_list(), ORANGE, 3.0)], "households that trade")
    some = months.group_by("year", maintain_order=True).agg(
        pl.col("traders", "kept").last(), pl.col("bought_mcr", "sold_mcr").sum() / MCR_A_CREDIT).filter(
        pl.col("year").is_in(run.shown_years))
    return exhibit(title, figure, table("Traders at the end of the year, and worth in credits of what they traded", [
        year_column(run.shown_years), counts("traders", some["traders"]), counts("items they keep", some["kept"]),
        amounts("bought", some["bought_mcr"]), amounts("sold", some["sold_mcr"])]),
        "Worth is that of the exchange's schedule, not what was paid in tokens.")


def _tokens(run: Simulated, months: pl.DataFrame) -> Markup:
    held = months.with_columns((pl.col("tokens_mcr") / MCR_A_CREDIT / run.households).alias("mean"),
                               (pl.col("most_tokens_mcr") / MCR_A_CREDIT).alias("most"),
                               (pl.col("mean_allowance_mcr") / MCR_A_CREDIT).alias("allowance"))
    most, allowance = held["most"][-1], held["allowance"][-1]
    title = (f"Whoever is richest in tokens has {number(most)} at the end, "
             f"{number(share(most, allowance), 2)} times a month's mean allowance")
    figure = by_month(title, [Line("the richest", held["most"].to_list(), ORANGE),
                              Line("mean of all", held["mean"].to_list(), BLUE)], "tokens a household", allowance)
    ends = held.group_by("year", maintain_order=True).last().filter(pl.col("year").is_in(run.shown_years))
    return exhibit(title, figure, table("Tokens at the end of the year, and how unequal credits and tokens are", [
        year_column(run.shown_years), amounts("mean of all", ends["mean"]), amounts("the richest", ends["most"]),
        Column("Gini coefficient of credits and tokens", [f"{value:.3f}" for value in ends["gini"]])]), TOKENS)


def _watch(run: Simulated, watched: pl.DataFrame) -> Markup:
    """The watch report of the last year, as a federation would publish it; goods that tempt dealers most are first."""
    last = watched.filter(pl.col("year") == pl.col("year").max(), pl.col("good").is_in(run.shown)).with_columns(
        (pl.col("margin_share") - pl.col("bound_share")).alias("left")).sort(
        "left", descending=True, maintain_order=True)
    tempting, dangerous, goods = total(last["left"] > 0), total(last["verdict"] == DANGEROUS), len(last)
    title = (f"The watch report of the last year: a dealer could live by {_none_or(tempting)} of "
             f"{counted(goods, 'good')}; {_none_or(dangerous)} {'is' if dangerous == 1 else 'are'} dangerous")
    some = [Bar(label, left, percent(left, 2), ORANGE if left > 0 else BLUE)
            for label, left in last.select("label", "left").iter_rows()]
    figure = drawn(f"{title}. A bar for each good.", bars(some, even_axis(
        "most earned less what is borne, % of worth", [bar.value for bar in some])))
    numbers = table(f"Watch report of the last year{run.of_all}", [
        good_column(last),
        *(Column(heading, [percent(value) for value in last[name]]) for heading, name in (
            ("private", "private_share"), ("earned at most", "margin_share"),
            ("to be borne", "bound_share"))),
        Column("danger index", [f"{value:.3f}" for value in last["danger"]])])
    return Markup(exhibit(title, figure, numbers, f"{WATCHED} {_danger(run)}") + _verdicts(last))


def _verdicts(last: pl.DataFrame) -> Markup:
    """What the federation says, and of which goods; the gravest first."""
    if "sentence" not in last.columns:
        return Markup("")
    said = last.group_by("verdict", "sentence", maintain_order=True).agg(pl.col("label")).sort(
        "verdict", descending=True)
    return table("What the federation says of these goods", [
        Column("it says", said["sentence"].to_list(), numeric=False),
        Column("of", ["; ".join(goods) for goods in said["label"].to_list()], numeric=False)])


def _none_or(goods: float) -> str:
    return count(goods) if goods else "none"


def _danger(run: Simulated) -> str:
    most = run.parameter("secondhand.private", "danger_to_act", 1.0)
    return (f"The danger index compares how fast private trade spreads wealth with how fast incomes draw it together; "
            f"from {most:g} on the federation should act.")
