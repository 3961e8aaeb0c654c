"""Claims U11 and U12: the judges can say no, one seed is one result, and the figures derived beforehand come out."""

from __future__ import annotations

import numpy as np
import pytest

from claims.samples import but, samples
from parecon.base.draws import key, uniform
from parecon.base.parameters import in_force, parameters
from parecon.base.postings import post
from parecon.claims import u11_collectables_price as u11
from parecon.claims import u12_gifts_before_death as u12
from parecon.claims.claim import Claim
from parecon.secondhand.collectables.behaviour import Lives, incomes, warmth
from parecon.secondhand.collectables.month import month, started
from parecon.secondhand.collectables.register import Kinds

DERIVED = {0.40: 0.33, 0.30: 0.21, 0.15: 0.13, 0.05: 0.11}
"""Price of a single thing among 10,000 bidders relative to a Gini of .62, second price: reckoned beforehand."""
TOLERANCE = 0.02
CLAIMS = [u11.CLAIM, u12.CLAIM]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
class TestEach:
    """What holds of both claims."""

    def test_a_seed_gives_the_same_numbers_twice_and_another_seed_others(self, claim: Claim) -> None:
        first, again, other = (claim.measured(seed) for seed in (5, 5, 6))
        assert first == again
        assert first != other
        assert all(np.isfinite(value) for value in first.values())

    def test_its_sentence_names_figures(self, claim: Claim) -> None:
        assert any(letter.isdigit() for letter in claim.judge(samples(claim, 2)).sentence)


class TestPrices:
    """U11: what equality does to prices at auctions."""

    FOUND = samples(u11.CLAIM, 20)

    @pytest.mark.parametrize("gini", DERIVED)
    def test_the_figures_derived_beforehand_come_out(self, gini: float) -> None:
        found = self.FOUND[f"single_gini_{round(100 * gini):02}"].mean()
        assert found == pytest.approx(DERIVED[gini], abs=TOLERANCE)

    def test_under_one_gini_no_price_differs(self) -> None:
        price = u11.prices(3)[u11.TODAY]
        assert (np.diff(price) <= 0).all(), "the more there are, the cheaper"

    def test_it_fails_if_the_rarest_is_hardly_cheaper(self) -> None:
        assert u11.judge(but(self.FOUND, value=0.81)).verdict == "fails"

    def test_it_holds_if_all_are_cheaper(self) -> None:
        assert u11.judge(but(self.FOUND, one_in_10=0.5, one_in_2=0.79)).verdict == "holds"

    def test_it_is_limited_if_common_ones_are_not(self) -> None:
        assert u11.judge(but(self.FOUND, value=0.1, one_in_2=0.81)).verdict == "holds only if"


class TestGifts:
    """U12: what is inherited by gifts before death."""

    FOUND = samples(u12.CLAIM, 2)

    def test_it_fails_if_little_is_inherited_without_a_look_back(self) -> None:
        assert u12.judge(but(self.FOUND, value=0.09)).verdict == "fails"

    def test_it_is_limited_if_it_hangs_on_how_dear_relatives_are(self) -> None:
        assert u12.judge(but(self.FOUND, value=0.3, cautious=0.09)).verdict == "holds only if"

    def test_it_holds_if_much_is_inherited_either_way(self) -> None:
        assert u12.judge(but(self.FOUND, value=0.3, cautious=0.1)).verdict == "holds"

    def test_looking_back_further_never_leaves_more(self) -> None:
        lived = u12.lifetimes(3, parameters("secondhand.collectables.behaviour"))
        shares = [u12.inherited_share(3, lived, years, {"evading_share": 0.0}) for years in (0, 3, 15, 50)]
        assert shares == sorted(shares, reverse=True)
        assert shares[-1] == 0

    def test_who_does_not_care_leaves_nothing_and_who_cares_most_gives_unless_death_is_sudden(self) -> None:
        lived = u12.lifetimes(3, parameters("secondhand.collectables.behaviour"))
        assert u12.inherited_share(3, lived, 0, {"warmth_median": 0.0}) == 0
        warned = (lived.ill_months < lived.death_months).mean()
        assert u12.inherited_share(3, lived, 0, {"warmth_median": 0.9, "warmth_sd": 0.0}) >= warned

    def test_without_a_look_back_it_is_those_who_care_and_are_warned(self) -> None:
        people = parameters("secondhand.collectables.behaviour")
        lived = u12.lifetimes(4, people)
        warm = warmth(uniform(key(4, "U12 warmth"), np.arange(u12.HOLDERS)), people)
        cares = warm > people["enjoyment_share"] * people["ill_months"] / 12
        warned = lived.ill_months < lived.death_months
        assert u12.inherited_share(4, lived, 0, {}) == pytest.approx((cares & warned).mean(), abs=0.03)

    @pytest.mark.parametrize(("years", "about"), [(0, 0.355), (7, 0.036)])
    def test_a_world_in_which_things_change_hands_says_about_the_same(self, years: int, about: float) -> None:
        law = in_force("secondhand.collectables", {"look_back_years": years}, "test")
        assert _inherited_in_a_world(law, households=3000, months=180) == pytest.approx(about, abs=0.06)


def _inherited_in_a_world(law, households: int, months: int) -> float:
    """The share of worth inherited where what reverts is passed on to others, who give and die in their turn.

    The first five years are not counted: at the start nobody is ill, and nobody has given anything.
    """
    people = parameters("secondhand.collectables.behaviour")
    who = np.arange(households)
    income = incomes(uniform(key(1, "income"), who), 0.15, 30_000_000)
    age = Lives.of(people, law["look_back_years"]).standing_ages(uniform(key(1, "age"), who), 300)
    schedule = np.full(30, 2_500_000)
    kinds = Kinds(schedule, schedule, np.ones(30, np.int8))
    collectors = started(kinds, np.ones(30), households // 30, households, households, people, 1)
    balance, weight = np.append(income, 0), np.append(np.ones(households, np.int64), 0)
    inherited = reverted = 0
    for _ in range(months):
        one = month(collectors, income, age, balance, weight, law, people, 1)
        post(balance, one.postings)
        collectors, age = one.collectors, np.where(one.died, 300, age + 1)
        if collectors.month > 60:
            inherited += one.figures["inherited_mcr"]
            reverted += one.figures["reverted_mcr"]
    return inherited / (inherited + reverted)
