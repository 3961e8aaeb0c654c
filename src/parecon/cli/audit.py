"""`parecon audit`: goes through the books of a simulation, or of people, by the law once more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from parecon.base.errors import BadInput
from parecon.base.postings import MCR_A_CREDIT
from parecon.cli import DIFFERS, DONE

BOOKS = "books.sqlite3"
PLURAL = {"entry": "entries", "account": "accounts", "schedule": "schedules", "event": "events", "quote": "quotes",
          "price": "prices", "month": "months", "act of the law": "entries by the law alone",
          "event of parks": "events of parks", "act of the register": "acts of the register"}
SINGULAR = {"act of the law": "entry by the law alone"}


def audit(where: Path | None = None, *, known: Annotated[list[str] | None, Parameter(negative=())] = None,
          json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Replay books through the law: every balance is accounted for, or the first row that differs is named.

    The books of a live federation: the chain of entries is walked, every quote, price, cost, closing of a month and
    of a year is decided again from what the desks wrote down, and each entry is held to what the law answers.
    Entries that no law explains are payments by mandate: they are listed by what they were for and who made them.
    A simulation: it is simulated again from its own run.json, and every table compared.

    Exit code 0 when everything is as it must be, 1 when something differs, 2 for bad input.

    Parameters
    ----------
    where
        A run folder, or a file with books (SQLite); nothing for the database that DATABASE_URL names.
    known
        The end of the chain as it was printed or given away earlier (NUMBER:HASH), which must still be in it; may be
        given several times.
    json
        Print one JSON object on standard output and nothing else.
    """
    from parecon.audit.difference import Different

    told: dict[str, Any] = {"where": str(where or "DATABASE_URL")}
    try:
        told |= _gone_through(where, known or [])
    except Different as different:
        told |= {"agrees": False, "differs": str(different)} | different.told()
    print(_as_one_object(told) if json else _in_words(told))
    return DONE if told["agrees"] else DIFFERS


def _gone_through(where: Path | None, known: list[str]) -> dict[str, Any]:
    """What was found where everything agrees; of a run folder with books, of its books."""
    if where is not None and where.is_dir() and not (where / BOOKS).is_file():
        from parecon.audit.again import simulated_again

        if known:
            raise BadInput("--known", "value", known[0], "nothing for a simulation without books")
        return {"agrees": True, "rows": simulated_again(where)}
    return _of_books(where, known)


def _of_books(where: Path | None, known: list[str]) -> dict[str, Any]:
    """What was found in the books of a federation where everything agrees."""
    from parecon.audit import books

    file = where / BOOKS if where is not None and where.is_dir() else where
    with books.opened(books.address(file)):
        books.refuse_others(str(file or books.ADDRESS))
        from parecon.audit.replay import replayed  # once the service is loaded

        return {"agrees": True} | replayed(known)


def _as_one_object(told: dict[str, Any]) -> str:
    from parecon.base.written import as_json

    return as_json(told)


def _in_words(told: dict[str, Any]) -> str:
    if not told["agrees"]:
        return f"{told['where']}: differs: {told['differs']}"
    counts = ", ".join(_counted(name, count) for name, count in told["rows"].items())
    lines = [f"{told['where']}: everything is as the law makes it: {counts}"]
    lines += [f"  by mandate: {each['entries']:,} for {each['purpose']} ({each['institution']}), "
              f"{each['amount_mcr'] / MCR_A_CREDIT:,.2f} credits, by {each['by']}"
              for each in told.get("by_mandate", [])]
    if not told.get("counted_anew", True):
        lines.append("  a clock was set back: months and years were not counted again")
    return "\n".join(lines + ([f"  end of the chain: {told['head']}"] if "head" in told else []))


def _counted(name: str, count: int) -> str:
    """How many there are of rows of a table, in words.

    >>> _counted("event of parks", 75), _counted("event of parks", 1), _counted("act of the law", 1)
    ('75 events of parks', '1 event of parks', '1 entry by the law alone')
    """
    return f"{count:,} {SINGULAR.get(name, name) if count == 1 else PLURAL.get(name, name)}"
