"""The books of a federation, gone through by the law once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parecon.audit.difference import Broken
from parecon.base.errors import BadInput
from parecon.service.ledger.audit import verify
from parecon.service.ledger.chain import Head


def replayed(known: Sequence[str]) -> dict[str, Any]:
    """What the books come to where all of it can be accounted for. Raises Different at the first row that cannot."""
    verdict = verify([_head(each) for each in known])
    if verdict.wrong:
        raise Broken(verdict.wrong)
    return {"head": str(verdict.head), "rows": {"entry": verdict.head.number}}


def _head(printed: str) -> Head:
    try:
        return Head.read(printed)
    except ValueError:
        raise BadInput("--known", "value", printed, "NUMBER:HASH, as parecon audit prints it") from None
