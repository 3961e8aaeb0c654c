"""The live register of collectables: what members read when they are refused, and that nothing ever goes."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from parecon.secondhand.collectables.acts import Purpose
from parecon.secondhand.collectables.acts import Refusal as Unlawful
from parecon.secondhand.collectables.law import Standing
from parecon.service.answers import Refusal
from parecon.service.clock import begin_us, date_of
from parecon.service.ledger import audit
from parecon.service.ledger.models import Entry as Payment
from parecon.service.people.models import Done, Member, Residence
from parecon.service.people.policy import Actor
from parecon.service.register import closing, offers
from parecon.service.register import commands as register
from parecon.service.register.commands import Classify, Enter, Give, HandBack
from parecon.service.register.estates import RecordDeath, record_deaths
from parecon.service.register.models import Closing, Death, Entry, Event, Gift, Kind, Offer, What
from parecon.service.register.offers import Bid, Reply, Withdraw
from service.register_town import MONTH, PERSONAL, PIECE, TRADED, Town, shelf_mcr
from several import at_once


@pytest.fixture
def town(books):  # noqa: ARG001 - the books that are in use
    with transaction.atomic():
        made = Town()
        made.kinds()
    return made


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in
            (Kind, Entry, Gift, Event, Death, Closing, Offer, Payment, Done)]


# --- Classes, entries, handing back, gifts ----------------------------------------------------------------------

def test_kinds_are_classified_by_the_law(town):  # noqa: ARG001
    assert list(Kind.objects.order_by("number").values_list("standing", flat=True)) == [
        Standing.PERSONAL, Standing.TRADED, Standing.MUSEUM]


def test_a_museum_piece_is_bought_when_it_is_entered_and_everything_else_stays_with_its_holder(town):
    letter, stamp, painting = (town.entered(0, kind) for kind in (PERSONAL, TRADED, PIECE))
    assert [Entry.objects.get(pk=pk).holder for pk in (letter, stamp, painting)] == ["p-m0", "p-m0", "museum"]
    assert town.balance("m0") == 8000 + 1000
    assert shelf_mcr() == -1000
    paid = Payment.objects.get(purpose=Purpose.REPURCHASE)
    assert paid.amount_mcr == 1000
    assert [event.amount_mcr for event in Event.objects.order_by("number")] == [0, 0, 1000]


@pytest.mark.parametrize(("paid", "schedule", "gets"), [(700, 1000, 700), (1500, 1000, 1000)])
def test_handing_back_brings_what_was_paid_and_no_more_than_is_announced(town, paid, schedule, gets):
    assert Kind.objects.get(pk=TRADED).schedule_mcr == schedule
    stamp = town.entered(0, TRADED, paid)
    [answer] = register.hand_back([HandBack("back", stamp)], town.at_desk(0))
    assert (answer.reason, answer.number) == (0, stamp)
    entry = Entry.objects.get(pk=stamp)
    assert (entry.holder, entry.cost_mcr) == ("collectables", gets)
    assert (town.balance("m0"), shelf_mcr()) == (8000 + gets, -gets)
    assert not audit.verify().wrong


def test_a_gift_changes_hands_costs_nothing_and_is_remembered(town):
    stamp = town.entered(0, TRADED)
    assert register.give([Give("gift", stamp, "p-m3")], town.own(0))[0].done
    assert Entry.objects.get(pk=stamp).holder == "p-m3"
    assert list(Gift.objects.values_list("giver", "month", "remembered")) == [("p-m0", MONTH, True)]
    assert [town.balance(name) for name in ("m0", "m3")] == [8000, 8000]
    assert register.hand_back([HandBack("back", stamp)], town.at_desk(3))[0].done
    assert not Gift.objects.get().remembered, "what has come to the federation was no gift to look back on"


REFUSALS = {
    # what is tried -> why not, as the member reads it
    "another's thing": (lambda t, e: register.give([Give("x", e["stamp"], "p-m2")], t.own(1)), Unlawful.NOT_YOURS),
    "nothing": (lambda t, _: register.give([Give("x", 999, "p-m2")], t.own(0)), Refusal.NO_SUCH_THING),
    "a number too long": (lambda t, _: register.give([Give("x", 2**70, "p-m2")], t.own(0)), Refusal.NO_SUCH_THING),
    "to nobody": (lambda t, e: register.give([Give("x", e["stamp"], "p-zz")], t.own(0)), Refusal.NO_SUCH_THING),
    "to oneself": (lambda t, e: register.give([Give("x", e["stamp"], "p-m0")], t.own(0)), Unlawful.TO_ONESELF),
    "letters back": (lambda t, e: register.hand_back([HandBack("x", e["letter"])], t.at_desk(0)),
                     Unlawful.ONLY_PERSONAL),
    "a museum's": (lambda t, e: register.hand_back([HandBack("x", e["painting"])], t.at_desk(0)), Unlawful.NOT_YOURS),
    "back without a desk": (lambda t, e: register.hand_back([HandBack("x", e["stamp"])], t.own(0)),
                            Refusal.NOT_ALLOWED),
    "entered by oneself": (lambda t, _: register.enter([Enter("x", TRADED, "mine", "", 5)], t.own(0)),
                           Refusal.NOT_ALLOWED),
    "the registrar's own": (lambda t, _: register.enter([Enter("x", TRADED, "mine", "", 5)], t.keeper()),
                            Refusal.NOT_BY_ONESELF),
    "no such kind": (lambda t, _: register.enter([Enter("x", 99, "mine", "", 5)], t.at_desk(0)),
                     Refusal.NO_SUCH_THING),
    "no title": (lambda t, _: register.enter([Enter("x", TRADED, " ", "", 5)], t.at_desk(0)), Refusal.BAD_FORM),
    "paid below nothing": (lambda t, _: register.enter([Enter("x", TRADED, "it", "", -5)], t.at_desk(0)),
                           Refusal.BAD_FORM),
    "classified by a member": (lambda t, _: register.classify([Classify("x", "coins", "", 1, 1, 1, 1)], t.own(0)),
                               Refusal.NOT_ALLOWED),
    "the same kind twice": (lambda t, _: register.classify([Classify("x", "stamps", "", 1, 1, 1, 1)], t.keeper()),
                            Refusal.BAD_FORM),
    "an offer of nothing": (lambda t, _: offers.bid([Bid("x", TRADED, 0)], t.own(0)), Refusal.BAD_FORM),
    "not a relative": (lambda t, e: offers.reply([Reply("x", e["stamp"], 5)], t.own(0)), Unlawful.NO_FIRST_REFUSAL),
    "another's offer": (lambda t, e: offers.withdraw([Withdraw("x", e["offer"])], t.own(0)), Refusal.NO_SUCH_THING),
    "a death by a clerk": (lambda t, _: record_deaths([RecordDeath("x", "p-m0", "p-m1")],
                                                      Actor(t.clerk, begin_us(MONTH))), Refusal.NOT_ALLOWED),
    "a death by the heir": (lambda t, _: record_deaths([RecordDeath("x", "p-m0", "p-registrar")], t.keeper()),
                            Refusal.NOT_BY_ONESELF),
    "one's own heir": (lambda t, _: record_deaths([RecordDeath("x", "p-m0", "p-m0")], t.keeper()), Refusal.BAD_FORM),
    "a stranger's death": (lambda t, _: record_deaths([RecordDeath("x", "p-q", "p-m0")], t.keeper()),
                           Refusal.NO_SUCH_THING),
    "what others have is not missing": (
        lambda t, e: record_deaths([RecordDeath("x", "p-m1", "p-m0", (e["stamp"],))], t.keeper()),
        Refusal.NO_SUCH_THING),
    "a month not over": (lambda t, _: closing.close_month([closing.CloseMonth("x", MONTH, "")], t.keeper()),
                         Refusal.STILL_OPEN),
    "the month after": (lambda t, _: closing.close_month([closing.CloseMonth("x", MONTH + 1, "")], t.keeper(MONTH + 5)),
                        Refusal.STILL_OPEN),
    "a closing not seen": (lambda t, _: closing.close_month([closing.CloseMonth("x", MONTH, "")], t.keeper(MONTH + 1)),
                           Refusal.NOT_AS_SHOWN),
    "a closing by a member": (
        lambda t, _: closing.close_month([closing.CloseMonth("x", MONTH, "")], t.own(0, MONTH + 1)),
        Refusal.NOT_ALLOWED),
    "a bad name": (lambda t, e: register.give([Give("=1+1", e["stamp"], "p-m2")], t.own(0)), Refusal.BAD_FORM),
}


def test_what_is_refused_is_told_and_leaves_no_trace(town):
    there = {name: town.entered(0, kind) for name, kind in
             (("letter", PERSONAL), ("stamp", TRADED), ("painting", PIECE))}
    there["offer"] = offers.bid([Bid("offer", TRADED, 1200)], town.own(4))[0].number
    before, answered = everything(), {}
    for case, (tried, _) in REFUSALS.items():
        [answered[case]] = tried(town, there)
        assert everything() == before, case
    assert {case: answer.reason for case, answer in answered.items()} == {
        case: reason for case, (_, reason) in REFUSALS.items()}
    assert all(len(answer.sentence) > 10 for answer in answered.values())


def test_a_double_click_does_once_and_another_content_under_the_name_is_refused(town):
    stamp, other = town.entered(0, TRADED), town.entered(0, TRADED)
    first = register.hand_back([HandBack("back", stamp)], town.at_desk(0))[0]
    after = everything()
    again = register.hand_back([HandBack("back", stamp)], town.at_desk(0))[0]
    assert (first.again, again.again, again.number) == (False, True, stamp)
    assert register.hand_back([HandBack("back", other)], town.at_desk(0))[0].reason is Refusal.NAME_TAKEN
    assert register.hand_back([HandBack("back", stamp)], town.at_desk(1))[0].reason is Refusal.NAME_TAKEN
    assert everything() == after


# --- Deaths -----------------------------------------------------------------------------------------------------

def test_a_death_reverts_what_is_dear_and_leaves_the_rest_to_the_heir(town):
    letter, stamp = (town.entered(0, kind) for kind in (PERSONAL, TRADED))
    given, missing = town.entered(0, TRADED), town.entered(0, TRADED)
    register.give([Give("gift", given, "p-m2")], town.own(0))
    [answer] = record_deaths([RecordDeath("death", "p-m0", "p-m1", (missing,))], town.keeper(MONTH + 1))
    assert answer.done
    told = {entry.pk: (entry.holder, entry.first_refusal, entry.standing) for entry in Entry.objects.all()}
    assert told == {letter: ("p-m1", "", Standing.PERSONAL), stamp: ("collectables", "p-m1", Standing.TRADED),
                    given: ("collectables", "p-m2", Standing.TRADED),
                    missing: ("p-m1", "", Standing.UNREGISTERED)}
    assert set(Event.objects.filter(act="death").values_list("what", flat=True)) == {
        What.STAYS_IN_FAMILY, What.REVERTED, What.NOT_FOUND}
    assert record_deaths([RecordDeath("again", "p-m0", "p-m1")], town.keeper())[0].reason is Refusal.NO_SUCH_THING
    assert register.give([Give("late", letter, "p-m0")], town.own(1))[0].reason is Refusal.NO_SUCH_THING
    assert register.enter_again([register.EnterAgain("found", missing)], town.at_desk(1))[0].done


def test_a_gift_long_ago_stands(town):
    stamp = town.entered(0, TRADED)
    register.give([Give("gift", stamp, "p-m2")], town.own(0))
    record_deaths([RecordDeath("death", "p-m0", "p-m1")], town.keeper(MONTH + 7 * 12))
    assert Entry.objects.get(pk=stamp).holder == "p-m2"
    assert Event.objects.get(act="death").what == What.GIFT_STANDS


def test_when_a_relative_dies_who_was_asked_first_the_heir_is_asked(town):
    stamp = town.entered(0, TRADED)
    record_deaths([RecordDeath("one", "p-m0", "p-m1")], town.keeper())
    record_deaths([RecordDeath("two", "p-m1", "p-m2")], town.keeper())
    assert Entry.objects.get(pk=stamp).first_refusal == "p-m2"


# --- Offers and closings ----------------------------------------------------------------------------------------

def reverted(town):
    stamp = town.entered(0, TRADED)
    record_deaths([RecordDeath(town.act(), "p-m0", "p-m1")], town.keeper())
    return stamp


def test_a_thing_waits_for_its_relatives_a_month_and_then_goes_to_the_highest_offer(town):
    stamp = reverted(town)
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    shown, answer = town.closed(MONTH)
    assert answer.done
    assert [entry.pk for entry in shown.waiting] == [stamp]
    assert Offer.objects.get().reason == Unlawful.NONE_THERE
    offers.bid([Bid("one", TRADED, 1500)], town.own(4, MONTH + 1))
    offers.bid([Bid("two", TRADED, 1300)], town.own(5, MONTH + 1))
    _, answer = town.closed(MONTH + 1)
    assert answer.done
    entry = Entry.objects.get(pk=stamp)
    assert (entry.holder, entry.paid_mcr, entry.first_refusal) == ("p-m4", 1300, "")
    assert Kind.objects.get(pk=TRADED).price_mcr == 1300


def test_relatives_pay_what_others_would_have_paid(town):
    stamp = reverted(town)
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    assert offers.reply([Reply("yes", stamp, 9000)], town.own(1))[0].done
    assert offers.reply([Reply("again", stamp, 1)], town.own(1))[0].reason is Refusal.NOT_NOW
    town.closed(MONTH)
    assert Entry.objects.get(pk=stamp).holder == "p-m1"
    assert list(Offer.objects.order_by("number").values_list("reason", "price_mcr")) == [
        (Unlawful.OTHERS_FIRST, None), (0, 1000)]


def test_who_says_no_leaves_the_thing_to_others_at_once(town):
    stamp = reverted(town)
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    offers.reply([Reply("no", stamp, None)], town.own(1))
    town.closed(MONTH)
    assert Entry.objects.get(pk=stamp).holder == "p-m4"


def test_an_offer_that_was_withdrawn_gets_nothing(town):
    stamp = town.entered(0, TRADED)
    register.hand_back([HandBack("back", stamp)], town.at_desk(0))
    offer = offers.bid([Bid("bid", TRADED, 1500)], town.own(4))[0].number
    assert offers.withdraw([Withdraw("off", offer)], town.own(4))[0].done
    assert offers.withdraw([Withdraw("off2", offer)], town.own(4))[0].reason is Refusal.OVER
    town.closed(MONTH)
    assert Entry.objects.get(pk=stamp).holder == "collectables"


def test_a_month_is_closed_once_and_only_as_it_was_shown(town):
    stamp = town.entered(0, TRADED)
    register.hand_back([HandBack("back", stamp)], town.at_desk(0))
    shown = closing.preview(MONTH)
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    offers.bid([Bid("less", TRADED, 1303)], town.own(5))
    late = closing.close_month([closing.CloseMonth("a", MONTH, shown.mark)], town.keeper(MONTH + 1))[0]
    assert late.reason is Refusal.NOT_AS_SHOWN
    act = closing.CloseMonth("a", MONTH, closing.preview(MONTH).mark)
    assert closing.close_month([act], town.keeper(MONTH + 1))[0].done
    after = everything()
    assert closing.close_month([act], town.keeper(MONTH + 1))[0].again
    assert closing.close_month([act._replace(act="b")], town.keeper(MONTH + 1))[0].reason is Refusal.OVER
    assert everything() == after
    paid = Payment.objects.filter(group="a").order_by("number").values_list("purpose", "amount_mcr")
    assert list(paid) == [(Purpose.PASSED_ON, 1303), *[(Purpose.WINDFALL, 38)] * 7, (Purpose.WINDFALL, 37)]


def test_all_share_a_windfall_to_the_last_millicredit_and_a_loss_likewise(town):
    town.entered(0, PIECE)  # costs all 1,000
    stamp = reverted(town)  # of member 0, now on the shelf at no cost
    offers.reply([Reply("no", stamp, None)], town.own(1))
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    before = {name: town.balance(name) for name in town.account}
    shown, _ = town.closed(MONTH)
    assert (shown.shared_mcr, shown.households) == (0, 8)
    assert town.balance("m4") == before["m4"] - 1000
    town.entered(1, PIECE, 5)  # a loss of 5 among 8, of whom the clerk has nothing and may owe it
    before = {name: town.balance(name) for name in town.account}
    shown, answer = town.closed(MONTH + 1)
    assert answer.done
    assert shown.shared_mcr == -5
    lost = [before[name] - town.balance(name) for name in town.account]
    assert (sum(lost), max(lost), min(lost)) == (5, 1, 0)
    assert shelf_mcr() == 0
    assert not audit.verify().wrong


def test_who_lives_there_on_the_last_day_of_a_month_shares_in_it(town):
    homes = [town.members[row].household for row in range(4)]
    first = date_of(begin_us(MONTH + 1))
    for home, days in zip(homes, ({"until_on": first}, {"until_on": first - timedelta(days=1)}, {"from_on": first},
                                  {"from_on": first - timedelta(days=1)}), strict=True):
        Residence.objects.filter(household=home).update(**days)
    sharing = closing.households_that_share(MONTH)
    assert [home.party in sharing for home in homes] == [True, False, False, True]


def test_the_last_month_of_a_year_announces_the_next_schedule(town):
    stamp = town.entered(0, TRADED, month=MONTH)
    register.hand_back([HandBack("back", stamp)], town.at_desk(0))
    for month in range(MONTH, MONTH + 12):
        town.closed(month)
    assert Kind.objects.get(pk=TRADED).schedule_mcr == 900, "nobody wanted it at 1,000"


# --- At once ----------------------------------------------------------------------------------------------------

def test_two_clerks_pay_for_one_thing_once(town):
    stamp = town.entered(0, TRADED)
    answers = at_once(*(lambda act=act: register.hand_back([HandBack(act, stamp)], town.at_desk(0))[0]
                        for act in ("one", "two", "three")))
    assert sorted(answer.reason for answer in answers) == [0, Unlawful.NOT_YOURS, Unlawful.NOT_YOURS]
    assert (town.balance("m0"), shelf_mcr()) == (9000, -1000)
    assert not audit.verify().wrong


def test_a_month_is_closed_by_one_of_those_who_press_at_once(town):
    stamp = town.entered(0, TRADED)
    register.hand_back([HandBack("back", stamp)], town.at_desk(0))
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    mark = closing.preview(MONTH).mark
    answers = at_once(*(lambda act=act: closing.close_month(
        [closing.CloseMonth(act, MONTH, mark)], town.keeper(MONTH + 1))[0] for act in ("one", "two", "three")))
    assert sorted(answer.reason for answer in answers) == [0, Refusal.OVER, Refusal.OVER]
    assert town.balance("m4") == 7000
    assert not audit.verify().wrong


# --- Never deletable --------------------------------------------------------------------------------------------

TRIED = [
    "DELETE FROM register_entry", "UPDATE register_entry SET number = 77", "UPDATE register_entry SET kind_id = 2",
    "UPDATE register_entry SET title = 'x'", "DELETE FROM register_event", "UPDATE register_event SET amount_mcr = 9",
    "DELETE FROM register_gift", "UPDATE register_gift SET month = 0", "DELETE FROM register_kind",
    "UPDATE register_kind SET standing = 0", "DELETE FROM register_death", "UPDATE register_death SET heir = 'x'",
    "DELETE FROM register_closing", "UPDATE register_closing SET shared_mcr = 9", "DELETE FROM register_offer",
    "UPDATE register_offer SET most_mcr = 9",
]
ON_POSTGRESQL = ["TRUNCATE register_entry CASCADE", "TRUNCATE register_event CASCADE"]
ON_SQLITE = ["INSERT OR REPLACE INTO register_entry SELECT * FROM register_entry",
             "INSERT OR REPLACE INTO register_event SELECT * FROM register_event"]


def test_nothing_on_the_register_is_deleted_or_rewritten_whoever_asks_the_database(town):
    letter = town.entered(0, PERSONAL)
    register.give([Give("gift", letter, "p-m2")], town.own(0))
    record_deaths([RecordDeath("death", "p-m5", "p-m1")], town.keeper())
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    town.closed(MONTH)
    before = everything()
    assert all(before[:-2]), "there must be rows to try it on"
    for statement in TRIED + (ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(IntegrityError):
        Entry.objects.all().delete()
    assert everything() == before


def test_a_number_is_not_given_again(town):
    first = town.entered(0, PERSONAL)
    with transaction.atomic():
        assert town.entered(0, PERSONAL) > first
        transaction.set_rollback(True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=first).delete()
    assert town.entered(0, PERSONAL) > first


def test_who_left_or_died_cannot_act_even_with_a_card_on_the_desk(town):
    stamp = town.entered(0, TRADED)
    Member.objects.filter(party="p-m0").update(is_active=False)
    actor = Actor(town.registrar, begin_us(MONTH), Member.objects.get(party="p-m0"))
    assert register.hand_back([HandBack("x", stamp)], actor)[0].reason is Refusal.NOT_ALLOWED
