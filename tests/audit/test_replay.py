"""Books that were altered, also by somebody who makes the chain and all sums fit: the audit names the first row."""

import json
import shutil
import sqlite3

import pytest

from altered import ROW, altered, asked, first_difference, made_to_fit, without_guards
from parecon.audit import books as opening
from parecon.secondhand.acts import Purpose
from parecon.secondhand.lifecycle import Deed, State
from parecon.service.people.models import Done

from command import one_object, parecon, refused


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """A run folder with the books of a year of a small town that is trued up."""
    out = tmp_path_factory.mktemp("honest") / "town"
    done = parecon("simulate", "town", "--through-service", "150", "--years", "1", "--set", "secondhand.mode=true-up",
                   "--set", "secondhand.inspection_error_permille=400", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture
def file(honest, tmp_path):
    """A copy of the books, without the guards that stop whoever alters them."""
    copy = shutil.copy(honest / "books.sqlite3", tmp_path / "books.sqlite3")
    without_guards(copy)
    return copy


def test_honest_books_are_accounted_for_to_the_last_entry(honest):
    done = parecon("audit", honest, "--json")
    told = one_object(done)
    assert done.returncode == 0, done.stdout
    assert told["counted_anew"]
    assert told["rows"]["entry"] == told["rows"]["act of the law"] + sum(
        each["entries"] for each in told["by_mandate"])
    treasurer = {each["by"] for each in told["by_mandate"]}
    with opening.opened(opening.in_file(honest / "books.sqlite3")):
        assert treasurer == {Done.objects.filter(what="pay").values_list("by", flat=True).first()}


def test_making_the_chain_anew_changes_nothing_in_honest_books(honest, file):
    made_to_fit(file)
    found = [one_object(parecon("audit", where, "--json")) for where in (honest, file)]
    assert found[0]["head"] == found[1]["head"]
    assert found[1]["agrees"]


@pytest.mark.parametrize(("column", "more"), [
    ("credit_mcr", 1), ("worth_mcr", -1), ("cost_mcr", 1), ("plain_mcr", 7), ("until_month", 12), ("grade", 1),
    ("age_months", -3), ("new_price_mcr", 1000)])
def test_a_quote_that_was_altered_is_named(file, column, more):
    [number] = asked(file, "SELECT max(number) FROM desk_quote WHERE accepted_us IS NOT NULL AND grade = 1")
    altered(file, f"UPDATE desk_quote SET {column} = {column} + {more} WHERE number = {number}")
    assert first_difference(file).startswith(f"quote {number}, ")


def test_an_offer_that_was_made_of_a_refusal_is_named(file):
    [number] = asked(file, "SELECT max(number) FROM desk_quote WHERE reason > 0 AND cost_mcr > 0")
    altered(file, f"UPDATE desk_quote SET reason = 0 WHERE number = {number}")
    assert first_difference(file).startswith(f"quote {number}, reason: found 0, expected ")


def test_an_offer_accepted_without_a_thing_is_named(file):
    [number] = asked(file, "SELECT max(number) FROM desk_quote WHERE reason = 0 AND accepted_us IS NULL")
    altered(file, f"UPDATE desk_quote SET accepted_us = made_us + 1 WHERE number = {number}")
    assert first_difference(file).startswith(f"quote {number}, accepted: ")


@pytest.mark.parametrize("column", ["price_mcr", "plain_mcr"])
def test_a_price_that_was_altered_is_named(file, column):
    number, price = asked(file, f"SELECT number, {column} FROM desk_request WHERE price_mcr IS NOT NULL LIMIT 1")
    altered(file, f"UPDATE desk_request SET {column} = {column} - 1 WHERE number = {number}")
    assert first_difference(file) == f"request {number}, {column}: found {price - 1}, expected {price}"


@pytest.mark.parametrize("purpose", [Purpose.HAND_IN, Purpose.INSPECTION, Purpose.HOLDING, Purpose.NEW_GOOD,
                                     Purpose.TRUE_UP_OF_SELLERS, Purpose.TRUE_UP_OF_BUYERS])
def test_a_posting_that_was_altered_is_named_though_the_chain_and_all_sums_fit(file, purpose):
    [number] = asked(file, f"SELECT max(number) FROM ledger_entry WHERE purpose = {purpose}")
    altered(file, f"UPDATE ledger_entry SET amount_mcr = amount_mcr + 1 WHERE number = {number}")
    assert f"entry {number}: " in first_difference(file)
    made_to_fit(file)
    assert first_difference(file).startswith(f"entry {number}")


def test_a_posting_that_no_act_brings_with_it_is_named(file):
    exchange, household, last = asked(file, "SELECT exchange_account, (SELECT max(number) FROM ledger_account), "
                                            "(SELECT max(number) FROM ledger_entry) FROM desk_federation")
    altered(file, f"INSERT INTO ledger_entry ({ROW}, previous_hash, own_hash) SELECT {last + 1}, 'gift/credit', "
                  f"{exchange}, {household}, 5000, {Purpose.HAND_IN.value}, '', NULL, NULL, 0, made_at_us, '', '' "
                  f"FROM ledger_entry WHERE number = {last}")
    made_to_fit(file)
    assert first_difference(file).startswith(f"entry {last + 1}, gift/credit: found 5000 mcr")


def test_a_balance_that_was_altered_is_named(file):
    number, posted = asked(file, "SELECT account_id, posted_mcr FROM ledger_balance ORDER BY account_id DESC LIMIT 1")
    altered(file, f"UPDATE ledger_balance SET posted_mcr = posted_mcr + 1 WHERE account_id = {number}")
    assert first_difference(file).startswith(f"account {number}: posted and held are ({posted + 1}, 0)")


def test_a_law_that_was_altered_is_named_at_the_first_quote_it_would_have_changed(file):
    [law] = asked(file, "SELECT law FROM desk_schedule WHERE year = 0")
    softer = json.dumps(json.loads(law) | {"spread_permille": 80})
    altered(file, f"UPDATE desk_schedule SET law = '{softer}' WHERE year = 0")
    assert first_difference(file).startswith("quote 1, credit_mcr: found ")


@pytest.mark.parametrize(("column", "more"), [("index", 0.001), ("shelves_mcr", 1)])
def test_a_schedule_that_was_altered_is_named(file, column, more):
    [told] = asked(file, f'SELECT "{column}" FROM desk_schedule WHERE year = 1')
    first, *others = json.loads(told)
    altered(file, f"UPDATE desk_schedule SET \"{column}\" = '{json.dumps([first + more, *others])}' WHERE year = 1")
    assert first_difference(file).startswith(f"schedule of year 1, {column}: found [")


@pytest.mark.parametrize("statement", [
    "UPDATE desk_schedule SET law = json_set(law, '$.spread_permille', 99) WHERE year = 1",
    "INSERT INTO desk_decision VALUES (1, 'd', 1, 'spread_permille', '99', 'said so', 'p-steward', 1)"])
def test_a_schedule_under_another_law_than_the_one_decided_is_named(file, statement):
    altered(file, statement)
    assert first_difference(file).startswith("schedule of year 1, law: found ")


@pytest.mark.parametrize(("statement", "named"), [
    ("UPDATE desk_monthclosed SET holding_mcr = holding_mcr + 1 WHERE month = 5", "month 5, holding_mcr"),
    ("UPDATE desk_monthclosed SET wanted = json_set(wanted, '$[0]', 99) WHERE month = 3", "month 3, "),
    ("UPDATE desk_monthclosed SET brought = json_set(brought, '$[2]', 99) WHERE month = 7", "month 7, "),
    ("UPDATE desk_yearclosed SET shared_mcr = shared_mcr + 1", "year 0, shared_mcr"),
    ("UPDATE desk_yearclosed SET result = json_set(result, '$.paid_mcr', 1)", "year 0, result"),
    ("UPDATE desk_quote SET settled_year = NULL WHERE number = (SELECT max(number) FROM desk_quote)",
     "year 0, shared_mcr")])
def test_a_closing_that_was_altered_is_named(file, statement, named):
    altered(file, statement)
    assert first_difference(file).startswith(named)


@pytest.mark.parametrize(("deed", "state"), [(Deed.ACCEPT, State.OUT), (Deed.HAND_OVER, State.SHELF)])
def test_a_life_that_cannot_be_is_named(file, deed, state):
    [number] = asked(file, f"SELECT max(number) FROM desk_event WHERE deed = {deed.value}")
    altered(file, f"UPDATE desk_event SET after = {state.value} WHERE number = {number}")
    assert first_difference(file).startswith(f"event {number}, state after: found {state.name}, expected ")


@pytest.mark.parametrize("change", ["state = 7", "grade = 3 - grade", "made_month = made_month + 5",
                                    "holder = 'h-somebody-else'"])
def test_a_thing_that_is_not_what_came_of_it_is_named(file, change):
    [number] = asked(file, "SELECT max(number) FROM desk_item WHERE state = 4")
    altered(file, f"UPDATE desk_item SET {change} WHERE number = {number}")
    assert first_difference(file).startswith(f"item {number}, ")


def test_a_head_that_was_printed_must_still_be_in_the_chain(honest, file):
    head = one_object(parecon("audit", honest, "--json"))["head"]
    assert parecon("audit", file, "--known", head).returncode == 0
    number, _, hashed = head.partition(":")
    done = parecon("audit", file, "--known", f"{number}:{hashed[::-1]}", "--json")
    assert done.returncode == 1
    assert one_object(done)["place"] == f"entry {number}"
    assert "--known: value: found yesterday" in refused(parecon("audit", file, "--known", "yesterday"))


def test_books_without_tables_are_refused_in_a_line(tmp_path):
    with sqlite3.connect(tmp_path / "books.sqlite3") as base:
        base.execute("CREATE TABLE other (x)")
    assert "expected books of this version" in refused(parecon("audit", tmp_path / "books.sqlite3"))


def test_the_database_that_the_environment_names_is_audited(honest, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{honest / 'books.sqlite3'}")
    done = parecon("audit", "--json")
    assert done.returncode == 0, done.stderr
    assert one_object(done)["where"] == "DATABASE_URL"
