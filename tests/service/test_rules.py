"""What the federation decides anew: it holds from the next schedule on, stays on record, and changes nothing before."""

import pytest
from django.db import DatabaseError, connection, transaction

from desk_town import DAY, MONTH, act, shelved
from parecon.audit.replay import replayed
from parecon.base.parameters import declared
from parecon.service.answers import Refusal
from parecon.service.clock import begin_us, date_of, now_us
from parecon.service.desk import requests, year
from parecon.service.desk.columns import in_force
from parecon.service.desk.models import Decision, Schedule, YearClosed
from parecon.service.desk.rules import VOTED, Decide, decide, law_after, law_of
from parecon.service.desk.rules_told import RULES, told, written
from service.carts import ANA, BEN, CLEO, DAN, DECEMBER, YEAR, begun, march
from service.page_town import browser, form_of, send, town

WHY = "The assembly of March."
GRADES = [1000, 900, 700, 300]


@pytest.fixture
def of(books, tmp_path):
    assert books
    return begun(tmp_path)


def decided(of, name="d", why=WHY, who=0, **values):
    return decide([Decide(name, tuple(values.items()), why)], of.steward(DECEMBER, who))[0]


# --- By the command -------------------------------------------------------------------------------------------------

def test_a_decision_holds_from_the_next_schedule_on_and_not_before(of):
    before = Schedule.objects.get(year=YEAR).law
    assert decided(of, spread_permille=80, return_days=30) == (0, YEAR + 1, False)
    march(of)
    assert of.end().done
    this, following = (in_force(begin_us(month)) for month in (DECEMBER, DECEMBER + 1))
    assert dict(this.law) == before
    assert dict(following.law) == before | {"spread_permille": 80, "return_days": 30}
    age, grade = 24, 0
    worth = int(following.announced.worth_mcr[0, age, grade])
    assert int(following.announced.price_mcr[0, age, grade]) == round(worth * 1.04)


def test_a_year_under_other_rules_is_accounted_for(of):
    assert decided(of, grade_permille=[900, 800, 700, 300], adjustment_response=0.5).done
    of.takes(CLEO, shelved(of.town, ANA, good=0, months=24, grade=0))
    shelved(of.town, BEN, good=0, months=60, grade=1)
    of.close(*range(MONTH, DECEMBER + 1))
    assert of.end().done
    assert replayed([])["counted_anew"]


@pytest.mark.parametrize(("days", "after", "reason"), [(0, 6, 0), (0, 15, Refusal.OVER), (60, 15, Refusal.OVER)])
def test_what_was_bought_in_a_year_can_be_brought_back_as_was_promised_then(of, days, after, reason):
    item, december = shelved(of.town, ANA, good=0, months=24, grade=0), begin_us(DECEMBER + 1) - 2 * DAY
    assert decided(of, return_days=days).done
    asked = requests.Ask(act(), of.town.home(CLEO), 0, of.town.stores[0], item.pk)
    number = requests.ask([asked], of.town.of(CLEO, december))[0].number
    assert requests.hand_over([requests.HandOver(act(), number)], of.town.clerk(december))[0].done
    of.close(*range(MONTH, DECEMBER + 1))
    assert of.end().done
    back = requests.BringBack(act(), number, "it does not roll")
    assert requests.bring_back([back], of.town.clerk(december + after * DAY))[0].reason == reason


def test_what_stands_on_shelves_at_the_years_end_is_worth_what_the_next_schedule_says(of):
    assert decided(of, grade_permille=[900, 800, 700, 300]).done
    march(of)
    shelves = year.preview_year(YEAR).ended.shelves_mcr.tolist()
    assert shelves == [pytest.approx(381_034 * 0.9, abs=1)]
    assert of.end().done
    assert YearClosed.objects.get(year=YEAR).result["shelves_after_mcr"] == shelves[0]


def test_a_later_decision_on_the_same_rule_counts_and_both_stay_on_record(of):
    assert decided(of, "first", spread_permille=80).done
    assert decided(of, "second", spread_permille=60).done
    assert decided(of, "second", spread_permille=60).again
    assert decided(of, "second", spread_permille=70).reason == Refusal.NAME_TAKEN
    assert [each.value for each in Decision.objects.order_by("number")] == [80, 60]
    assert year.preview_year(YEAR).next_law["spread_permille"] == 60


def test_what_was_decided_goes_on_holding_in_the_years_after(of):
    assert decided(of, fetch_days=7).done
    march(of)
    assert of.end().done
    assert Decision.objects.get().year == YEAR + 1
    assert decided(of, "later", quote_months=3).number == YEAR + 2
    law = year.preview_year(YEAR + 1).next_law
    assert (law["fetch_days"], law["quote_months"]) == (7, 3)
    announced = Schedule.objects.get(year=YEAR + 1)
    assert announced.law["quote_months"] != 3
    assert law_after(Schedule.objects.get(year=YEAR)) == law_of(announced)


def test_a_years_end_that_was_shown_before_a_decision_is_not_posted(of):
    march(of)
    shown = year.preview_year(YEAR).mark
    assert decided(of, spread_permille=80).done
    assert of.end(shown=shown).reason == Refusal.NOT_AS_SHOWN


@pytest.mark.parametrize("values", [
    {}, {"mode": "true-up"}, {"spread_permille": 1001}, {"spread_permille": "80"}, {"spread_permille": 80.5},
    {"fetch_days": 0}, {"grade_permille": [900, 1000, 800, 700]}, {"grade_permille": [1000, 900, 800]},
    {"appeal_reading": "the worse stands"}, {"nothing": 1}, {"credit_floor_mcr": -5}])
def test_what_cannot_be_is_not_decided(of, values):
    assert decided(of, **values).reason == Refusal.BAD_FORM
    assert not Decision.objects.exists()


@pytest.mark.parametrize("why", ["", "  ", "x" * 401])
def test_a_decision_says_why(of, why):
    assert decided(of, why=why, spread_permille=80).reason == Refusal.BAD_FORM


def test_a_rule_is_decided_once_in_an_act(of):
    twice = Decide("twice", (("fetch_days", 7), ("fetch_days", 8)), WHY)
    assert decide([twice], of.steward(DECEMBER))[0].reason == Refusal.BAD_FORM


def test_whoever_is_no_steward_of_the_federation_decides_nothing(of):
    assert decided(of, who=DAN, spread_permille=80).reason == Refusal.NOT_ALLOWED


@pytest.mark.parametrize("statement", ["UPDATE desk_decision SET value = '5'", "DELETE FROM desk_decision"])
def test_the_database_itself_keeps_decisions(of, statement):
    assert decided(of, spread_permille=80).done
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- On the pages ---------------------------------------------------------------------------------------------------

@pytest.fixture
def at(books):
    assert books
    return town()


def test_a_steward_puts_on_record_what_everybody_then_reads(at):
    stu, stranger = browser(at, "stu"), browser(at)
    following = date_of(now_us()).year + 1
    assert "/closings/rules/" in stu.get("/closings/").content.decode()
    assert send(stu, "/closings/rules/", spread_permille="7.5", least_worth_mcr="60.5", why=WHY).url == "/rules/"
    page = stranger.get("/rules/").content.decode()
    for said in ("10 per cent", "<strong>7.5 per cent</strong>", "<strong>60.5 credits</strong>",
                 f"7.5 per cent, from {following} on", WHY):
        assert said in page
    assert dict(Decision.objects.values_list("name", "value")) == {"spread_permille": 75, "least_worth_mcr": 60_500}
    assert "/rules/" in stranger.get("/schedule/").content.decode()


def test_the_form_shows_what_is_decided_and_nothing_is_decided_that_is_the_same(at):
    stu = browser(at, "stu")
    assert send(stu, "/closings/rules/", spread_permille="7.5", why=WHY).status_code == 302
    _, fields = form_of(stu, "/closings/rules/")
    assert (fields["spread_permille"], fields["grade_permille"]) == ("7.5", "100; 85; 65; 40")
    again = send(stu, "/closings/rules/", why="once more")
    assert "Nothing is different" in again.content.decode()
    assert Decision.objects.count() == 1


def test_in_german_a_comma_is_a_comma(at):
    stu = browser(at, "stu")
    stu.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    _, fields = form_of(stu, "/closings/rules/")
    assert fields["adjustment_response"] == "0,3"
    assert send(stu, "/closings/rules/", spread_permille="7,5", adjustment_response="0,125", why=WHY).url == "/rules/"
    assert dict(Decision.objects.values_list("name", "value")) == {"spread_permille": 75, "adjustment_response": 0.125}
    assert "7,5 Prozent" in stu.get("/rules/").content.decode()


@pytest.mark.parametrize(("values", "said"), [
    ({"spread_permille": "much"}, "Please write a number."), ({"spread_permille": "nan"}, "Please write a number"),
    ({"spread_permille": "101"}, "from 0 per cent to 100 per cent"), ({"fetch_days": "7.5"}, "a whole number"),
    ({"inspection_cost_permille": "0.05"}, "fewer digits"),
    ({"grade_permille": "100; 90"}, "4 numbers"), ({"grade_permille": "100, 90, 50, 40"}, "a semicolon"),
    ({"grade_permille": "100; 50; 60; 40"}, "worse condition"),
    ({"appeal_reading": "mine"}, "Select a valid choice"), ({"why": ""}, "This field is required")])
def test_what_cannot_be_is_said_at_its_field(at, values, said):
    answer = send(browser(at, "stu"), "/closings/rules/", **{"quote_months": "2", "why": WHY} | values)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Decision.objects.exists()


def test_every_rule_of_the_law_that_can_be_decided_has_words_and_is_read_as_it_is_written():
    assert set(RULES) == set(VOTED) <= set(declared("secondhand"))
    for name in VOTED:
        assert told(name, declared("secondhand")[name]["value"])
        assert written(name, declared("secondhand")[name]["value"])


def test_a_decision_that_a_later_one_replaced_says_so_and_all_find_the_page_before_signing_in(at):
    stu, stranger = browser(at, "stu"), browser(at)
    assert 'href="/rules/"' in stranger.get("/sign-in/").content.decode()
    assert send(stu, "/closings/rules/", spread_permille="7.5", why="first").status_code == 302
    assert send(stu, "/closings/rules/", quote_months="3", why="another rule").status_code == 302
    assert "replaced later" not in stranger.get("/rules/").content.decode()
    assert send(stu, "/closings/rules/", spread_permille="8.5", why="second").status_code == 302
    rows = stranger.get("/rules/").content.decode().split("<tr>")
    assert [row.split("</td>")[-2].rpartition(">")[2] for row in rows if "replaced later" in row] == ["first"]


def test_the_end_of_a_year_says_which_rules_are_others_in_the_next(at):
    stu, page = browser(at, "stu"), f"/closings/{2000 + Schedule.objects.get().year}/"
    assert "Rules for the next year" not in stu.get(page).content.decode()
    assert send(stu, "/closings/rules/", spread_permille="7.5", why=WHY).status_code == 302
    told_there = stu.get(page).content.decode()
    name = RULES["spread_permille"].name
    assert f"<li>{name}: 10 per cent → <strong>7.5 per cent</strong></li>" in told_there
    assert told_there.count(" → ") == 1
    assert 'href="/rules/"' in told_there
