"""U10, on movers: the judge can say no, and a run is the same twice."""

from __future__ import annotations

import numpy as np
import pytest

from parecon.claims.claim import Verdict
from parecon.claims.u10_movers import CLAIM


@pytest.mark.parametrize(("missed", "certain", "widest", "verdict"), [
    (4.9, 4.9, 2.1, "holds"), (5.1, 5.1, 20, "fails"), (5.1, 4.9, 20, "holds only if"), (1, 1, 1.9, "fails"),
    (5.1, 4.9, 1.9, "fails")])
def test_the_judge_applies_both_thresholds(missed: float, certain: float, widest: float, verdict: Verdict) -> None:
    samples = {"value": missed, "mispredicted_with_stock_certain_percent": certain, "widest_spread_percent": widest,
               "sold_percent": 20.0, "missed_of_sold_percent": 9.0}
    judgement = CLAIM.judge({name: np.full(CLAIM.runs, number) for name, number in samples.items()})
    assert judgement.verdict == verdict
    assert f"{missed:.1f} %" in judgement.sentence


def test_a_run_is_the_same_twice_and_another_seed_is_another_run() -> None:
    assert CLAIM.measured(3) == CLAIM.measured(3) != CLAIM.measured(4)
