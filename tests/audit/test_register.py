"""Whatever is done on the register of collectables is accounted for; and a row that was altered is named."""

import shutil

import pytest

from altered import altered, asked, first_difference, made_to_fit, without_guards
from parecon.audit.replay import replayed
from parecon.base.lots import lots
from parecon.secondhand.collectables.acts import Purpose
from parecon.service.clock import begin_us
from parecon.service.ledger import commands as ledger
from parecon.service.people.models import Member
from parecon.service.people.policy import Actor
from parecon.service.register import closing, offers
from parecon.service.register.commands import Enter, EnterAgain, Give, HandBack, enter, enter_again, give, hand_back
from parecon.service.register.estates import RecordDeath, record_deaths
from parecon.service.register.models import Death, Entry, Event, Offer, What
from parecon.service.register.offers import Bid, Reply, Withdraw
from service.register_town import LATER, MONTH, Town

from databases import using

MEMBERS, MONTHS = 9, 14
SECOND_US = 1_000_000
MUSEUM_ON_REQUEST = {"museum_pieces": "kept until handed back", "first_refusal_price": "repurchase price",
                     "clearing_reading": "lowest served", "first_refusal_months": 0}


class Collectors:
    """Members who enter, give, hand back, offer and die by lot, months on end; a moment passes with each act."""

    def __init__(self, seed, **law):
        self.town, self.draw = Town(members=MEMBERS, **law), lots(seed, "collectors")
        self.kinds, self.month, self.moments, self.alive = self.town.kinds(), MONTH, 0, set(range(MEMBERS))

    def now_us(self):
        self.moments += 1
        return begin_us(self.month) + self.moments * SECOND_US

    def own(self, row):
        return Actor(self.town.members[row], self.now_us())

    def at_desk(self, row):
        return Actor(self.town.registrar, self.now_us(), self.town.members[row])

    def one(self):
        """Somebody alive."""
        return int(self.draw.choice(sorted(self.alive)))

    def thing(self, row):
        """Something that a member has, if anything."""
        have = list(Entry.objects.filter(holder=f"p-m{row}").order_by("pk").values_list("pk", flat=True))
        return int(self.draw.choice(have)) if have else 0

    def step(self):
        what, row = str(self.draw.choice(["enter", "enter", "give", "back", "bid", "bid", "bid", "reply"])), self.one()
        getattr(self, what)(row)

    def enter(self, row):
        kind = self.kinds[int(self.draw.choice([0, 1, 1, 1, 1, 2]))]
        acts = [Enter(self.town.act(), kind, "a thing", "", int(paid)) for paid in self.draw.integers(0, 3000, 2)]
        assert all(answer.done for answer in enter(acts, self.at_desk(row)))

    def give(self, row):
        give([Give(self.town.act(), self.thing(row), f"p-m{self.one()}")], self.own(row))

    def back(self, row):
        hand_back([HandBack(self.town.act(), self.thing(row))], self.at_desk(row))

    def bid(self, row):
        most = int(self.draw.choice([900, 1000, 1300, 1300, 2500, 6000]))
        offers.bid([Bid(self.town.act(), self.kinds[1], most)], self.own(row))

    def reply(self, _):
        waiting = Entry.objects.exclude(first_refusal="").first()
        if waiting:
            most = None if self.draw.random() < 0.3 else 2000
            offers.reply([Reply(self.town.act(), waiting.pk, most)],
                         self.own(int(waiting.first_refusal.removeprefix("p-m"))))

    def withdraw(self):
        offer = Offer.objects.filter(state=1).first()
        if offer:
            offers.withdraw([Withdraw(self.town.act(), offer.pk)], self.own(int(offer.member.removeprefix("p-m"))))

    def deaths(self):
        """Two die at once; of one a thing was not found, and its heir enters it again."""
        dead = sorted(self.draw.choice(sorted(self.alive), 2, replace=False).tolist())
        self.alive -= set(dead)
        heirs, lost = [self.one(), self.one()], self.thing(dead[0])
        acts = [RecordDeath(self.town.act(), f"p-m{who}", f"p-m{heir}", (lost,) if lost and who == dead[0] else ())
                for who, heir in zip(dead, heirs, strict=True)]
        assert all(answer.done for answer in record_deaths(acts, Actor(self.town.registrar, self.now_us())))
        if lost:
            enter_again([EnterAgain(self.town.act(), lost)], self.at_desk(heirs[0]))

    def close(self):
        shown = closing.preview(self.month)
        self.month, self.moments = self.month + 1, 0
        act = closing.CloseMonth(self.town.act(), shown.month, shown.mark)
        assert closing.close_month([act], Actor(self.town.registrar, self.now_us()))[0].done


def lived(seed, **law):
    there = Collectors(seed, **law)
    for month in range(MONTHS):
        for _ in range(6):
            there.step()
        if month in {2, 5, 9}:
            there.deaths()
        if month in {3, 7}:
            there.withdraw()
            ledger.hold(f"set-aside-{month}", there.town.account[f"m{there.one()}"],
                        there.town.federation.society_account, 5000, 1, LATER, there.now_us())
        there.close()
    return there


@pytest.mark.parametrize(("seed", "law"), [(1, {}), (2, MUSEUM_ON_REQUEST)])
def test_whatever_is_done_on_the_register_is_accounted_for(books, seed, law):
    assert books
    lived(seed, **law)
    told = replayed([])
    assert told["rows"]["act of the register"] == Event.objects.count() + Death.objects.count() + MONTHS
    assert set(Event.objects.values_list("what", flat=True)) >= {What.PASSED_ON, What.REVERTED, What.HANDED_BACK}
    assert {each["institution"] for each in told["by_mandate"]} == {"exchange"}


def test_a_death_with_nothing_to_leave_is_no_event_and_yet_hands_on_who_may_take_a_thing_first(books_in_a_file):
    assert books_in_a_file
    there = Collectors(1, first_refusal_months=2)
    [stamp, other] = [there.town.entered(0, there.kinds[1]), there.town.entered(5, there.kinds[1])]
    give([Give(there.town.act(), other, "p-m6")], there.own(5))
    for dead, heir in ((0, 1), (1, 2), (2, 3), (5, 6)):
        act = RecordDeath(there.town.act(), f"p-m{dead}", f"p-m{heir}")
        assert record_deaths([act], there.town.keeper())[0].done
    there.month += 1
    assert offers.reply([Reply(there.town.act(), stamp, 3000)], there.own(3))[0].done
    there.month -= 1
    there.close()
    assert Entry.objects.get(pk=stamp).holder == "p-m3"
    assert replayed([])["rows"]["act of the register"] == Event.objects.count() + 4 + 1


def test_who_moved_to_another_household_was_paid_where_they_belonged_then(books_in_a_file):
    assert books_in_a_file
    there = Collectors(1)
    stamp = there.town.entered(0, there.kinds[1])
    assert hand_back([HandBack(there.town.act(), stamp)], there.at_desk(0))[0].done
    there.bid(1)
    there.close()
    for row in (0, 1):
        Member.objects.filter(party=f"p-m{row}").update(household=there.town.members[3].household)
    assert replayed([])["counted_anew"]


# --- Rows that were altered -----------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def honest(embedded, tmp_path_factory):
    """A file with the books of a register on which much was done."""
    file = shutil.copy(embedded, tmp_path_factory.mktemp("register") / "books.sqlite3")
    with using(f"sqlite:///{file}"):
        lived(1)
        replayed([])
    without_guards(file)
    return file


@pytest.fixture
def file(honest, tmp_path):
    return shutil.copy(honest, tmp_path / "books.sqlite3")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_payment_that_was_altered_is_named_though_the_chain_and_all_sums_fit(file, purpose):
    [number] = asked(file, f"SELECT min(number) FROM ledger_entry WHERE purpose = {purpose}")
    altered(file, f"UPDATE ledger_entry SET amount_mcr = amount_mcr + 1 WHERE number = {number}")
    made_to_fit(file)
    assert first_difference(file).startswith(f"entry {number}, ")


@pytest.mark.parametrize("change", [
    "holder = 'p-m8'", "paid_mcr = paid_mcr + 1", "cost_mcr = cost_mcr + 1", "standing = 0", "first_refusal = 'p-m8'",
    "reverted_month = 7", "paid_at_entry_mcr = paid_at_entry_mcr + 1", "schedule_at_entry_mcr = 7",
    "entered_us = entered_us + 1"])
def test_an_entry_that_was_altered_is_named(file, change):
    [number] = asked(file, "SELECT max(number) FROM register_entry WHERE standing = 1 AND holder LIKE 'p-%' AND holder "
                           "<> 'p-m8' AND number NOT IN (SELECT entry_id FROM register_event WHERE what > 2)")
    altered(file, f"UPDATE register_entry SET {change} WHERE number = {number}")
    assert first_difference(file).startswith(f"entry {number} of the register, ")


@pytest.mark.parametrize(("change", "condition", "named"), [
    ("reason = 9", "reason = 10", "offer "), ("price_mcr = price_mcr - 1", "reason = 0", "offer "),
    ("most_mcr = 999999", "reason = 8", "offer "), ("state = 3", "state = 2", "offer "),
    ("household = 'h-m8'", "reason = 0 AND household <> 'h-m8'", "")])
def test_an_offer_that_was_altered_is_named(file, change, condition, named):
    [number] = asked(file, f"SELECT min(number) FROM register_offer WHERE {condition}")
    altered(file, f"UPDATE register_offer SET {change} WHERE number = {number}")
    assert first_difference(file).startswith(named)


def test_a_gift_that_went_to_somebody_else_is_named_where_it_shows_first(file):
    given = f"what = {What.GIVEN.value} AND taker <> 'p-m8'"
    [number] = asked(file, f"SELECT min(number) FROM register_event WHERE {given}")
    altered(file, f"UPDATE register_event SET taker = 'p-m8' WHERE number = {number}")
    assert "of the register" in first_difference(file)


@pytest.mark.parametrize(("what", "change"), [
    (What.REGISTERED, "giver = 'p-m8'"), (What.HANDED_BACK, "amount_mcr = amount_mcr + 1"),
    (What.REVERTED, "giver = 'p-m8'"), (What.PASSED_ON, "taker = 'p-m8'"), (What.PASSED_ON, "amount_mcr = 1"),
    (What.STAYS_IN_FAMILY, "what = 6"), (What.NOT_FOUND, "what = 6")])
def test_an_event_that_was_altered_is_named(file, what, change):
    [number] = asked(file, f"SELECT min(number) FROM register_event WHERE what = {what.value} AND 'p-m8' NOT IN "
                           "(giver, taker)")
    altered(file, f"UPDATE register_event SET {change} WHERE number = {number}")
    assert f"event {number} of the register" in first_difference(file)


@pytest.mark.parametrize(("statement", "named"), [
    ("UPDATE register_closing SET shared_mcr = shared_mcr + 1 WHERE shared_mcr > 0", "closing of month "),
    ("UPDATE register_closing SET passed_on = passed_on + 1", "closing of month "),
    ("UPDATE register_closing SET law = json_set(law, '$.clearing_reading', 'lowest served')", ""),
    ("UPDATE register_death SET heir = CASE heir WHEN 'p-m8' THEN 'p-m7' ELSE 'p-m8' END", "event "),
    ("UPDATE register_gift SET remembered = 1 WHERE NOT remembered", "gifts that are remembered"),
    ("UPDATE register_kind SET schedule_mcr = schedule_mcr + 1 WHERE number = 2", "kind 2, schedule_mcr"),
    ("UPDATE register_kind SET price_mcr = price_mcr + 1 WHERE number = 2", "kind 2, price_mcr"),
    ("UPDATE register_kind SET visitors_worth_mcr = 0 WHERE number = 3", "e")])
def test_other_rows_of_the_register_that_were_altered_are_named(file, statement, named):
    altered(file, statement)
    assert first_difference(file).startswith(named)
