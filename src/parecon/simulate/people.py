"""What happens to households whatever they do: allowances come, savings beyond need go to other things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parecon.base.postings import Amounts, post_run
from parecon.simulate.store import SOCIETY

if TYPE_CHECKING:
    from parecon.simulate.world import World


def allowances(world: World, months: int = 1) -> None:
    """What society gives households for durables: the allowance of some months."""
    _from_society(world, world.allowance_of_each_mcr * months)


def first_savings(world: World) -> None:
    """What households have set aside for durables when the simulation begins."""
    allowances(world, world.law("secondhand.behaviour")["first_savings_months"])


def spend_savings(world: World) -> None:
    """Credits set aside for durables beyond some months' allowance are used for other things."""
    most = world.allowance_of_each_mcr * world.law("secondhand.behaviour")["savings_months"]
    _from_society(world, np.minimum(0, most - world.store.balance_mcr[:len(most)]))


def _from_society(world: World, amount_mcr: Amounts) -> None:
    """What each household is given by society (above 0), or gives: [household]."""
    post_run(world.store.balance_mcr, world.store.parties.single(SOCIETY), 0, amount_mcr)
    world.witness.given(world, amount_mcr)
