"""Variants: an economy that is another one with something changed, kept beside the original."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from parecon.base.errors import BadInput
from parecon.economy.header import FILE, Header
from parecon.economy.model import Economy

CHANGES = ("incomes", "endowment")


def vary(original: Economy, header: Header, folder: Path) -> Economy:
    """The original with the changes of a header, and the original itself as `baseline`.

    `change.incomes = "effort"` shares out the same total income by members x effort rating;
    `change.endowment` changes endowments by a factor, `ghg = -0.2` taking a fifth away. Raises
    BadInput for a change that means nothing or a good that is not there.
    """
    for change in header.change:
        if change not in CHANGES:
            raise BadInput(folder, f"{FILE}, change", f"key {change}", f"one of {', '.join(CHANGES)}")
    economy = original
    if "incomes" in header.change:
        economy = _by_effort(economy, header.change["incomes"], folder)
    if "endowment" in header.change:
        economy = _endowed(economy, header.change["endowment"], folder)
    return replace(economy, name=header.name or folder.name, notes=(*original.notes, *header.notes),
                   about={**original.about, **header.about}, baseline=original)


def _by_effort(economy: Economy, by: object, folder: Path) -> Economy:
    if by != "effort":
        raise BadInput(folder, f"{FILE}, change.incomes", repr(by), '"effort"')
    consumers = economy.consumers
    effort = consumers.members * consumers.effort_rating
    income = consumers.income.sum() * effort / effort.sum()
    return replace(economy, consumers=replace(consumers, income=income))


def _endowed(economy: Economy, changes: Any, folder: Path) -> Economy:
    from parecon.economy.table import nearest
    if not isinstance(changes, dict):
        raise BadInput(folder, f"{FILE}, change.endowment", repr(changes), "a table of goods and factors")
    endowment = np.array(economy.goods.endowment)
    for code, factor in changes.items():
        place = f"{FILE}, change.endowment.{code}"
        if code not in economy.goods.code:
            raise BadInput(folder, place, f"no such good{nearest(code, economy.goods.code)}", "the code of a good")
        if type(factor) not in (int, float) or not -1 <= factor < np.inf:
            raise BadInput(folder, place, repr(factor), "a change from -1 (all gone) up, 0.1 being a tenth more")
        endowment[economy.goods.code.index(code)] *= 1 + factor
    return replace(economy, goods=replace(economy.goods, endowment=endowment))
