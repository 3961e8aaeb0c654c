"""Claims U1, U5, U6 and U7: each judge can say that its claim is false, and one seed gives one measurement."""

import numpy as np
import pytest

from parecon.claims import u01_fair_trade, u05_private_share, u06_entrepreneur, u07_premises
from parecon.claims.u07_premises import CAPACITIES

ALL = {"U1": u01_fair_trade, "U5": u05_private_share, "U6": u06_entrepreneur, "U7": u07_premises}
SMALLER = {"U1": {"YEARS": 2, "PEOPLE": 50}, "U5": {"YEARS": 3, "HOUSEHOLDS": 100},
           "U6": {"YEARS": 2, "HOUSEHOLDS": 300}, "U7": {"YEARS": 3, "HOUSEHOLDS": 100}}


def samples(measured, **changed):
    """Twenty made-up runs: a measurement's own names, with some numbers changed in every run."""
    return {name: np.full(20, float(changed.get(name, number))) for name, number in measured.items()}


@pytest.fixture(scope="module")
def measurements():
    """One small measurement of each claim, and the same again."""
    with pytest.MonkeyPatch.context() as patched:
        for name, module in ALL.items():
            for constant, value in SMALLER[name].items():
                patched.setattr(module, constant, value)
        return {name: (module.CLAIM.measured(4), module.CLAIM.measured(4)) for name, module in ALL.items()}


@pytest.mark.parametrize("name", sorted(ALL))
def test_one_seed_gives_one_measurement(measurements, name):
    one, again = measurements[name]
    assert list(one) == list(again)
    assert np.array_equal(list(one.values()), list(again.values()), equal_nan=True)


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_claim_says_what_the_book_needs_of_it(name):
    claim = ALL[name].CLAIM
    assert claim.id == name
    assert claim.runs >= 20
    assert claim.source.startswith("participatoryeconomy.org, Second-hand goods, 22 November 2022")


@pytest.mark.parametrize(("name", "changed", "verdict"), [
    ("U1", {"value": 0.25, "after_half_the_years": 0.25}, "fails"),  # comes to rest below the threshold
    ("U1", {"value": 0.7, "incomes_alone_realistic_stakes": 0.3}, "holds"),
    ("U1", {"value": 0.7, "incomes_alone_realistic_stakes": 0.1, "stake_that_incomes_no_longer_hold": 0.05},
     "holds only if"),
    ("U1", {"value": 0.7, "incomes_alone_realistic_stakes": 0.1, "stake_that_incomes_no_longer_hold": np.nan}, "fails"),
    ("U5", {"value": 0.06, "mean_private_share_outside": 0.3}, "fails"),  # grows within the bound
    ("U5", {"value": 0.01, "mean_private_share_outside": 0.04}, "fails"),  # does not grow outside it either
    ("U5", {"value": 0.01, "mean_private_share_outside": 0.3}, "holds"),
    ("U6", {"value": 3.1, "neither_spread_30": 3.1}, "fails"),
    ("U6", {"neither_spread_30": 2.9, "neither_spread_50": 3.1}, "holds only if"),
    ("U6", {"neither_spread_30": 1.2, "neither_spread_50": 1.4}, "holds"),
    ("U7", {"elasticity_few": 0.05}, "fails"),
    ("U7", {"elasticity_few": 0.3, "elasticity_many": 0.05}, "holds only if"),
    ("U7", {"elasticity_few": 0.3, "elasticity_many": 0.3}, "holds")])
def test_what_the_judges_say(measurements, name, changed, verdict):
    judgement = ALL[name].CLAIM.judge(samples(measurements[name][0], **changed))
    assert judgement.verdict == verdict
    assert len(judgement.sentence) > 80


def test_the_elasticity_is_the_slope_of_logarithms():
    proportional = 0.01 * np.array(CAPACITIES)
    assert u07_premises.elasticity(proportional) == pytest.approx(1)
    assert u07_premises.elasticity(np.full(len(CAPACITIES), 0.4)) == pytest.approx(0)


def test_the_entry_is_where_private_dealing_begins():
    areas = u05_private_share.areas()
    assert u05_private_share.entry(np.where(areas.spread_permille > 240, 0.3, 0.01)) == pytest.approx(0.225)
