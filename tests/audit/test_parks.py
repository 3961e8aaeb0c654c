"""Whatever is done in a park through its commands is accounted for; and a row that was altered is named."""

import shutil

import pytest

from altered import ROW, altered, asked, first_difference, made_to_fit, without_guards
from parecon.audit.replay import replayed
from parecon.base.lots import lots
from parecon.secondhand.parks.acts import Purpose
from parecon.secondhand.parks.stock import Status
from parecon.service.parks import closing, founding, slots
from parecon.service.parks import commands as live
from parecon.service.parks.acts import (
    Book,
    Cancel,
    CloseMonth,
    GiveBack,
    Join,
    Leave,
    PutBack,
    ShareResult,
    TakeOut,
    Withdraw,
)
from parecon.service.parks.models import Booking, Event, Piece
from service.park_town import BEGUN, at, bring, town

from databases import using

NAMES = ("ana", "ben", "cleo", "kim", "stu", "far")
KINDS = ("book", "book", "book", "cancel", "fetch", "fetch", "fetch", "return", "return", "out", "out", "in", "in",
         "in", "leave", "join", "join", "bring")
STEPS, A_YEAR = 100, 12


class Street:
    """A park in which acts by lot are done, hours apart; most are refused, some are not."""

    def __init__(self, seed):
        self.here, self.draw, self.now_us, self.bookings = town(rich=NAMES), lots(seed, "street"), BEGUN, []

    def step(self):
        """A batch of one kind by somebody; months are closed as they pass."""
        hours = int(self.draw.integers(0, 4)) if self.draw.random() < 0.9 else 120
        self.now_us += hours * slots.HOUR_US + 60_000_000
        while slots.month_at(self.now_us, self.here.park.zone) > closing.next_month(self.here.park):
            self.close_month()
        kind, acts = str(self.draw.choice(KINDS)), int(self.draw.integers(1, 4))
        getattr(self, kind)(self.draw.choice(NAMES), acts)

    def close_month(self):
        act = CloseMonth(self.here.act(), self.here.park.pk, closing.next_month(self.here.park))
        assert closing.close_month([act], self.here.actor("kim", self.now_us))[0].done

    def book(self, who, acts):
        slot = slots.slot_at(self.now_us, self.here.park.began_us)
        asked = [Book(self.here.act(), self.here.park.pk, self.here.thing(str(self.draw.choice(["washers", "drills"]))),
                      slot + int(self.draw.integers(0, 24)), int(self.draw.integers(1, 9))) for _ in range(acts)]
        self.bookings += [each.number for each in live.book(asked, self.here.actor(who, self.now_us)) if each.done]

    def _some(self, acts):
        last = self.bookings[-12:]
        return [int(each) for each in self.draw.choice(last, acts)] if last else []

    def cancel(self, _, acts):
        some = self._some(acts)
        owner = Booking.objects.get(pk=some[0]).household.party.removeprefix("h-") if some else "ana"
        live.cancel([Cancel(self.here.act(), each) for each in some], self.here.actor(owner, self.now_us))

    def fetch(self, _, acts):
        live.take_out([TakeOut(self.here.act(), each) for each in self._some(acts)],
                      self.here.actor("kim", self.now_us))

    def __getattr__(self, name):
        return getattr(self, {"return": "back", "in": "put_in"}[name])

    def back(self, _, acts):
        live.give_back([GiveBack(self.here.act(), each, bool(self.draw.random() < 0.7)) for each in self._some(acts)],
                       self.here.actor("kim", self.now_us))

    def out(self, *_):
        self._on_piece(live.withdraw, Withdraw)

    def put_in(self, *_):
        self._on_piece(live.put_back, PutBack)

    def _on_piece(self, command, act):
        kept = list(Piece.objects.order_by("pk").values_list("pk", flat=True))
        command([act(self.here.act(), int(self.draw.choice(kept)))], self.here.actor("kim", self.now_us))

    def leave(self, who, _):
        act = Leave(self.here.act(), self.here.park.pk, self.here.household(who).pk)
        founding.leave([act], self.here.actor(who, self.now_us))

    def join(self, who, _):
        act = Join(self.here.act(), self.here.park.pk, self.here.household(who).pk)
        founding.join([act], self.here.actor("kim", self.now_us))

    def bring(self, who, _):
        if who != "kim":
            bring(self.here, who, "washers", int(self.draw.integers(0, 900_000)), when=self.now_us)

    def certain(self):
        """Of everything something: a booking given up, another that loses its piece, one brought back late."""
        here, day = self.here, 24 * slots.HOUR_US
        slot = slots.slot_at(self.now_us, here.park.began_us)
        founding.join([Join(here.act(), here.park.pk, here.household("ana").pk)], here.actor("kim", self.now_us))
        drill = Piece.objects.filter(thing__code="drills").first().pk
        live.put_back([PutBack(here.act(), drill)], here.actor("kim", self.now_us))
        asked = [Book(here.act(), here.park.pk, here.thing("drills"), slot + hours, 2) for hours in (100, 200, 300)]
        given_up, lost, late = [each.number for each in live.book(asked, here.actor("ana", self.now_us))]
        assert live.cancel([Cancel(here.act(), given_up)], here.actor("ana", self.now_us))[0].done
        self.now_us += 8 * day
        assert live.withdraw([Withdraw(here.act(), drill)], here.actor("kim", self.now_us))[0].done
        assert {Booking.objects.get(pk=each).status for each in (lost, late)} == {Status.CANCELLED}
        assert live.put_back([PutBack(here.act(), drill)], here.actor("kim", self.now_us))[0].done
        [late] = live.book([Book(here.act(), here.park.pk, here.thing("drills"), slot + 300, 2)],
                           here.actor("ana", self.now_us))
        self.now_us = here.park.began_us + (slot + 300) * slots.HOUR_US
        assert live.take_out([TakeOut(here.act(), late.number)], here.actor("ana", self.now_us))[0].done
        self.now_us += day
        back = [GiveBack(here.act(), late.number, works=False)]
        assert live.give_back(back, here.actor("kim", self.now_us))[0].done

    def year_shared(self):
        """All months of the year are closed, and its result is shared."""
        year = closing.next_month(self.here.park) // A_YEAR
        self.now_us = at(f"{2000 + year + 1}-01-02 12:00")
        while closing.next_month(self.here.park) < (year + 1) * A_YEAR:
            self.close_month()
        act = ShareResult(self.here.act(), self.here.park.pk, year)
        assert closing.share([act], self.here.actor("stu", self.now_us))[0].done


def lived(seed):
    street = Street(seed)
    for _ in range(STEPS):
        street.step()
    street.certain()
    street.year_shared()
    return street


@pytest.mark.parametrize("seed", [3])
def test_whatever_is_done_in_a_park_is_accounted_for(books, seed):
    assert books
    lived(seed)
    told = replayed([])
    assert told["rows"]["event of parks"] == Event.objects.count()
    assert len(set(Event.objects.values_list("deed", flat=True))) == 14, "every deed comes about"
    assert {each["institution"] for each in told["by_mandate"]} == {"exchange"}


# --- Rows that were altered -----------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def honest(embedded, tmp_path_factory):
    """A file with the books of a park of which much was done."""
    file = shutil.copy(embedded, tmp_path_factory.mktemp("park") / "books.sqlite3")
    with using(f"sqlite:///{file}"):
        lived(5)
        replayed([])
    without_guards(file)
    return file


@pytest.fixture
def file(honest, tmp_path):
    return shutil.copy(honest, tmp_path / "books.sqlite3")


@pytest.mark.parametrize("purpose", [Purpose.FEE, Purpose.FEE_BACK, Purpose.LATE_RETURN, Purpose.CONTRIBUTION,
                                     Purpose.KEEP, Purpose.SHARED_RESULT])
def test_a_payment_that_was_altered_is_named_though_the_chain_and_all_sums_fit(file, purpose):
    [number] = asked(file, f"SELECT min(number) FROM ledger_entry WHERE purpose = {purpose}")
    altered(file, f"UPDATE ledger_entry SET amount_mcr = amount_mcr + 1 WHERE number = {number}")
    made_to_fit(file)
    assert first_difference(file).startswith(f"entry {number}, ")


def test_a_payment_to_somebody_else_is_named(file):
    [number] = asked(file, f"SELECT max(number) FROM ledger_entry WHERE purpose = {Purpose.FEE_BACK}")
    [stu] = asked(file, "SELECT number FROM ledger_account WHERE party = 'h-stu'")
    altered(file, f"UPDATE ledger_entry SET credit_id = {stu} WHERE number = {number}")
    made_to_fit(file)
    assert first_difference(file).startswith(f"entry {number}, ")


def test_a_payment_that_no_act_brings_with_it_is_named(file):
    [last] = asked(file, "SELECT max(number) FROM ledger_entry")
    [park] = asked(file, "SELECT account FROM parks_park")
    [ana] = asked(file, "SELECT number FROM ledger_account WHERE party = 'h-ana'")
    altered(file, f"INSERT INTO ledger_entry ({ROW}, previous_hash, own_hash) SELECT {last + 1}, 'favour/1', {park}, "
                  f"{ana}, 700, {Purpose.FEE_BACK.value}, 'favour', NULL, NULL, 0, made_at_us, '', '' "
                  f"FROM ledger_entry WHERE number = {last}")
    made_to_fit(file)
    assert first_difference(file).startswith(f"entry {last + 1}, favour/1: found 700 mcr")


@pytest.mark.parametrize("change", [
    "fee_mcr = fee_mcr - 1", "slots = slots + 1", "status = 1 - status / 2", "fetched_us = NULL",
    "ended_us = ended_us + 1", "worn_month = worn_month + 1", "booked_us = booked_us - 1",
    "piece_id = piece_id % 3 + 1", "household_id = household_id % 4 + 1"])
def test_a_booking_that_was_altered_is_named(file, change):
    [number] = asked(file, "SELECT max(number) FROM parks_booking WHERE status = 2")
    altered(file, f"UPDATE parks_booking SET {change} WHERE number = {number}")
    assert first_difference(file).startswith(f"booking {number}")


@pytest.mark.parametrize(("statement", "named"), [
    ("UPDATE parks_piece SET worn_ppm = worn_ppm - 1 WHERE number = 1", "piece 1, worn_ppm and in_use"),
    ("UPDATE parks_piece SET in_use = 1 - in_use WHERE number = 2", "piece 2, worn_ppm and in_use"),
    ("UPDATE parks_monthclosed SET keep_mcr = keep_mcr - 1 WHERE id = 1", "month "),
    ("UPDATE parks_monthclosed SET hours = hours + 1 WHERE hours > 0", "month "),
    ("UPDATE parks_resultshared SET result_mcr = result_mcr + 1", "year "),
    ("UPDATE parks_need SET pieces = pieces + 1 WHERE id = 1", "need 1, pieces"),
    ("UPDATE parks_membership SET until_us = 1 WHERE until_us IS NULL AND household_id = 2", "household 2, park"),
    ("UPDATE parks_event SET household = 'h-nobody' WHERE deed = 5", "event "),
    ("UPDATE parks_event SET works = 1 - works WHERE deed = 7 AND works = 0", "month ")])
def test_other_rows_of_a_park_that_were_altered_are_named(file, statement, named):
    altered(file, statement)
    assert first_difference(file).startswith(named)


def test_how_worn_a_piece_was_when_it_came_cannot_be_altered(file):
    [number] = asked(file, "SELECT min(number) FROM parks_event WHERE worn_ppm IS NOT NULL")
    altered(file, f"UPDATE parks_event SET worn_ppm = 0 WHERE number = {number}")
    [act] = asked(file, f"SELECT act FROM parks_event WHERE number = {number}")
    [entry] = asked(file, f"SELECT number FROM ledger_entry WHERE act = '{act}/1'")
    assert first_difference(file).startswith(f"entry {entry}, ")
