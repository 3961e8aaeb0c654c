"""Simulation and live desk agree: every answer, every balance, every thing, to the last milli-credit."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from parecon.audit.difference import Different
from parecon.audit.replay import replayed
from parecon.audit.through import Through
from parecon.secondhand import decide
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account
from parecon.simulate.scenario import read_scenario
from parecon.simulate.world import begin
from parecon.simulate.year import month

from command import one_object, parecon, refused

MODES = ("guaranteed", "true-up")


def followed(mode, households, count, **changes):
    """A town that a live desk follows."""
    told = {"simulate.households": str(households), "secondhand.mode": mode} | changes
    world = begin(read_scenario("town", told), 1)
    world.witness = Through(world)
    months(world, count)
    return world


def months(world, count):
    for _ in range(count):
        month(world)


@pytest.mark.parametrize("mode", MODES)
def test_a_small_town_is_the_same_on_both_engines(books, mode):  # noqa: ARG001 - the books that are in use
    world = followed(mode, 120, 3, **{"secondhand.inspection_error_permille": "400"})
    assert Account.objects.count() == 120 + 2
    assert world.record.months["handed_in"][0].sum() + world.record.months["handed_in"][1].sum() > 0
    assert replayed([])["counted_anew"]


@pytest.mark.parametrize("mode", MODES)
def test_a_year_of_two_thousand_households_is_the_same(tmp_path, mode):
    out = tmp_path / "town"
    done = parecon("simulate", "town", "--through-service", "2000", "--years", "1", "--set", f"secondhand.mode={mode}",
                   "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    told = one_object(done)
    assert told["books"]["accounts"] == 2002
    again = parecon("audit", out, "--json")
    assert again.returncode == 0, again.stdout
    found = one_object(again)
    assert found["head"] == told["books"]["head"]
    assert found["rows"]["entry"] == told["books"]["entries"]
    assert {each["purpose"] for each in found["by_mandate"]} <= {"allowance", "ordinary consumption"}


@pytest.mark.parametrize(("mode", "changes"), [
    ("guaranteed", {"secondhand.appeal_reading": "the better stands", "secondhand.inspection_error_permille": "600"}),
    ("true-up", {"secondhand.supply_reading": "all that works", "simulate.areas": "3"}),
    ("true-up", {"secondhand.credit_floor_mcr": "-500000", "secondhand.holding_cost_permille": "80"})])
def test_two_years_under_other_readings_of_the_law_are_the_same(books_in_a_file, mode, changes):  # noqa: ARG001
    world = followed(mode, 150, 24, **changes)
    assert len(world.record.years) == 2
    assert replayed([])["rows"]["month"] == 24


def test_a_year_in_which_many_could_not_pay_says_so_on_both_sides(books_in_a_file):  # noqa: ARG001
    world = followed("guaranteed", 150, 6, **{"secondhand.behaviour.first_savings_months": "0",
                                             "secondhand.behaviour.allowance_factor": "0.3"})
    assert sum(counts.sum() for counts in world.record.months["could_not_pay"]) > 5


def test_a_desk_that_has_one_milli_credit_more_is_told_at_the_month_s_end(books_in_a_file):  # noqa: ARG001
    world = followed("guaranteed", 60, 1)
    town = world.witness.town
    ledger.post("slip", town.society, town.account[7], 1, 1, 1)
    with pytest.raises(Different) as told:
        month(world)
    assert "household 7" in told.value.place


def test_a_desk_under_another_law_is_told_at_the_first_answer(books_in_a_file, monkeypatch):  # noqa: ARG001
    """Were all things taken in at a desk, the first broken one brought would show it."""
    world = followed("guaranteed", 150, 0)

    def lax(acts, *law):
        offer = decide.quote(acts, *law)
        return replace(offer, reason=offer.reason * 0)

    monkeypatch.setattr("parecon.service.desk.offers.decide", SimpleNamespace(**vars(decide) | {"quote": lax}))
    with pytest.raises(Different, match="found ACCEPTED, expected"):
        months(world, 6)


def test_what_no_desk_can_follow_is_refused_in_a_line(tmp_path):
    asked = ("--out", tmp_path / "x", "--through-service")
    assert "secondhand alone" in refused(parecon("simulate", "region", *asked, "20"))
    assert "guaranteed or true-up" in refused(parecon("simulate", "town", *asked, "20", "--set",
                                                      "secondhand.mode=spot"))
    assert "from 3 to" in refused(parecon("simulate", "town", *asked, "2"))
    assert "1 with --through-service" in refused(parecon("simulate", "town", *asked, "20", "--runs", "2"))
    assert not list(tmp_path.iterdir())
