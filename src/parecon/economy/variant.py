"""Variants: an economy that is another one with something changed, kept beside the original."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from parecon.base.columns import Floats
from parecon.base.errors import BadInput
from parecon.economy.check import by_row, check
from parecon.economy.goods import Kind
from parecon.economy.header import FILE, Header
from parecon.economy.model import Economy

CHANGES = ("incomes", "endowment")


def vary(original: Economy, header: Header, folder: Path) -> Economy:
    """The original with the changes of a header, and the original itself as `baseline`.

    `change.incomes = "effort"` shares out the same total income by members x effort rating, of which
    everybody puts the same share into public goods, together as much as before;
    `change.endowment` changes endowments by a factor, `ghg = -0.2` taking a fifth away. Raises
    BadInput for a change that means nothing, a good that is not there, or what no table may say either.
    """
    for change in header.change:
        if change not in CHANGES:
            raise BadInput(folder, f"{FILE}, change", f"key {change}", f"one of {', '.join(CHANGES)}")
    economy = original
    if "incomes" in header.change:
        economy = _by_effort(economy, header.change["incomes"], folder)
    if "endowment" in header.change:
        economy = _endowed(economy, header.change["endowment"], folder)
    changed = replace(economy, name=header.name or folder.name, notes=(*original.notes, *header.notes),
                      about={**original.about, **header.about}, baseline=original)
    return check(changed, folder, lambda *entry: f"{FILE}, change: {by_row(*entry)}")


def _by_effort(economy: Economy, by: object, folder: Path) -> Economy:
    if by != "effort":
        raise BadInput(folder, f"{FILE}, change.incomes", repr(by), '"effort"')
    consumers = economy.consumers
    effort = consumers.members * consumers.effort_rating
    income = consumers.income.sum() * effort / effort.sum()
    return replace(economy, consumers=replace(consumers, income=income, taste=_same_public_share(economy)))


def _same_public_share(economy: Economy) -> Floats:
    """Tastes that put the same share of everybody's income into public goods, as much as all did before.

    Public goods are asked for in common: who was poor does not ask for more of them, relative to
    others, once incomes are equal. What each wants of private goods stays as it was.
    """
    consumers = economy.consumers
    public = economy.goods.kind[consumers.taste_good] == Kind.PUBLIC
    tiny, total, mixture = np.finfo(float).tiny, consumers.taste.sum(axis=1), consumers.mixture
    given = consumers.income / total if mixture is None else mixture.T @ (consumers.income / (mixture @ total))
    spent = given[:, None] * consumers.taste
    if not public.any() or not (~public).any():
        return consumers.taste
    share = spent[:, public].sum() / spent.sum()
    private = np.where(public, 0.0, consumers.taste)
    together = spent.sum(axis=0) * public / max(spent[:, public].sum(), tiny)
    return (1 - share) * private / np.maximum(private.sum(axis=1, keepdims=True), tiny) + share * together


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
        good = economy.goods.code.index(code)
        if endowment[good] == 0:
            raise BadInput(folder, place, "an endowment of 0", "a good that has an endowment")
        endowment[good] = float(endowment[good]) * (1 + factor)  # too much is refused as any infinity
    return replace(economy, goods=replace(economy.goods, endowment=endowment))
