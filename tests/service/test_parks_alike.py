"""The same acts through arrays, as simulations keep parks, and through live commands: alike to the milli-credit."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from parecon.base.lots import lots
from parecon.base.parameters import parameters
from parecon.base.postings import post
from parecon.secondhand.parks import decide, keeping, law
from parecon.secondhand.parks.acts import Cancellations, Fetchings, Returns, Wishes
from parecon.secondhand.parks.stock import FREE, Pieces, Status, as_of, empty, with_pieces
from parecon.service.ledger import audit
from parecon.service.ledger.models import Balance
from parecon.service.parks import closing, slots
from parecon.service.parks import commands as live
from parecon.service.parks.acts import Book, Cancel, CloseMonth, GiveBack, PutBack, ShareResult, TakeOut, Withdraw
from parecon.service.parks.models import Booking, Piece, Thing
from service.park_town import BEGUN, bring, town

LAW = parameters("secondhand.parks")
NAMES = ("ana", "ben", "cleo", "kim", "stu", "far")
STEPS, SLOTS = 60, 6_000
SHORT, CODES = ("washers", "drills"), ("washers", "drills", "tents")
PARK, SOCIETY = len(NAMES), len(NAMES) + 1


class Arrays:
    """The same park in arrays, slots counted from the beginning of its calendar."""

    def __init__(self, here):
        things = [Thing.objects.get(code=code) for code in CODES]
        price, self.months, self.hours = (np.array([getattr(each, name) for each in things], np.int64)
                                          for name in ("new_price_mcr", "life_months", "life_hours"))
        kept = Piece.objects.order_by("pk")
        stock = Pieces(np.array([CODES.index(each.thing.code) for each in kept], np.int32),
                       np.array([each.new_price_mcr for each in kept], np.int64),
                       np.array([each.worn_ppm for each in kept], np.int64), np.ones(len(kept), bool))
        fee = law.hour_fee_mcr(price, self.months, self.hours, LAW)
        self.parks = with_pieces(empty([0, 0, 0, 0, 0, -1], [PARK], fee, SLOTS), stock)
        self.balance = np.array([*map(here.stands, NAMES), here.park_stands(), 0], np.int64)
        self.counted = set()  # bookings whose hours a month has worn off

    def taken(self, decided):
        post(self.balance, decided.postings)
        self.parks = decided.parks
        return decided.reason.tolist()

    def book(self, member, wishes, now):
        width = now + LAW["calendar_hours"]
        asked = Wishes(*(np.array(each, np.int32) for each in (
            [member] * len(wishes), [0] * len(wishes), *zip(*wishes, strict=True))))
        whole = self.parks
        seen = replace(whole, calendar=whole.calendar[:, :width], bookings=as_of(whole.bookings, now))
        decided = decide.book(asked, seen, self.balance, now, LAW)
        calendar = whole.calendar.copy()
        calendar[:, :width] = decided.parks.calendar
        return self.taken(replace(decided, parks=replace(decided.parks, calendar=calendar)))

    def on_bookings(self, kind, members, bookings, works, now):
        member, booking = (np.array(each, np.int32) for each in (members, bookings))
        parks = replace(self.parks, bookings=as_of(self.parks.bookings, now))
        return self.taken({
            "cancel": lambda: decide.cancel(Cancellations(member, booking), parks, now, LAW),
            "fetch": lambda: keeping.take_out(Fetchings(member, booking), parks, now),
            "return": lambda: decide.give_back(Returns(member, booking, np.array(works)), parks, now, LAW)}[kind]())

    def close_month(self, end, now):
        of = self.parks.bookings
        counts = np.flatnonzero(of.fetched & (of.start < end))
        fresh = [row for row in counts.tolist() if row not in self.counted]
        self.counted.update(fresh)
        hours = np.bincount(of.piece[fresh], of.slots[fresh], len(self.parks.pieces)).astype(np.int64)
        ones = np.ones(len(hours), np.int64)
        parks = replace(self.parks, bookings=as_of(of, now))
        self.parks, postings = keeping.close_month(parks, ones, hours, self.months, self.hours, SOCIETY, now, LAW)
        post(self.balance, postings)


@pytest.mark.parametrize("seed", range(2))
def test_the_same_acts_come_to_the_same(books, seed):
    assert books
    here = town()
    arrays, draw, now_us = Arrays(here), lots(seed, "parks"), BEGUN
    number, done = [], set()
    for _ in range(STEPS):
        now_us += int(draw.integers(0, 40)) * slots.HOUR_US + int(draw.integers(0, 60)) * 60_000_000
        now = slots.slot_at(now_us, here.park.began_us)
        who = int(draw.integers(0, len(NAMES)))
        a_month_each(here, arrays, now_us, now)
        kind = draw.choice(["book", "book", "book", "cancel", "fetch", "fetch", "return", "out", "in"])
        said, expected = one_step(here, arrays, draw, kind, who, now_us, now, number)
        assert said == expected, kind
        done |= {(kind, reason) for reason in said}
        assert [*map(here.stands, NAMES), here.park_stands()] == arrays.balance[:-1].tolist()
    told = as_of(arrays.parks.bookings, now)
    status = [each.status if each.status != Status.OPEN or told.status[row] != Status.LAPSED else Status.LAPSED
              for row, each in enumerate(Booking.objects.order_by("pk"))]
    assert status == told.status.tolist()
    kept = list(Piece.objects.order_by("pk").values_list("worn_ppm", "in_use"))
    assert kept == list(zip(arrays.parks.pieces.worn_ppm.tolist(), arrays.parks.pieces.in_use.tolist(), strict=True))
    assert len(done) >= 8, "the sequence must meet different answers"
    assert not audit.verify().wrong
    share_alike(here, arrays)


def one_step(here, arrays, draw, kind, who, now_us, now, number):
    """A batch of one kind through both; what each answers."""
    actor, acts = here.actor(NAMES[who], now_us), int(draw.integers(1, 4))
    if kind == "book":
        wishes = [(int(draw.integers(0, 3)), now + int(draw.integers(-2, 30)), int(draw.integers(0, 9)))
                  for _ in range(acts)]
        asked = [Book(here.act(), here.park.pk, here.thing(CODES[good]), start, hours) for good, start, hours in wishes]
        said = live.book(asked, actor)
        number += [each.number for each in said if each.done]
        return [each.reason for each in said], arrays.book(who, wishes, now)
    if kind in {"out", "in"}:
        kept = list(Piece.objects.order_by("pk").values_list("pk", flat=True))
        rows = draw.integers(0, len(kept), acts)
        command, act, rule = {
            "out": (live.withdraw, Withdraw, lambda parks: keeping.withdraw(rows, parks, now)),
            "in": (live.put_back, PutBack, lambda parks: keeping.put_back(rows, parks))}[str(kind)]
        said = command([act(here.act(), kept[row]) for row in rows], here.actor("kim", now_us))
        parks = replace(arrays.parks, bookings=as_of(arrays.parks.bookings, now))
        return [each.reason for each in said], arrays.taken(rule(parks))
    rows = draw.integers(max(0, len(number) - 12), len(number) + 1, acts).tolist()
    asked_for = [number[row] if row < len(number) else 2**40 for row in rows]
    keeps = NAMES[who] == "kim" and kind != "cancel"
    of = arrays.parks.bookings.member
    members = [int(of[row]) if keeps and row < len(of) else who for row in rows]
    works = (draw.random(acts) < 0.7).tolist()
    command = {"cancel": live.cancel, "fetch": live.take_out, "return": live.give_back}[str(kind)]
    acts = [Cancel(here.act(), one) if kind == "cancel" else TakeOut(here.act(), one) if kind == "fetch"
            else GiveBack(here.act(), one, well) for one, well in zip(asked_for, works, strict=True)]
    said = [each.reason for each in command(acts, actor)]
    return said, arrays.on_bookings(str(kind), members, [row if row < len(of) else FREE for row in rows], works, now)


def a_month_each(here, arrays, now_us, now):
    """Closes what months are over, in both."""
    month = closing.next_month(here.park)
    while slots.month_at(now_us, here.park.zone) > month:
        assert closing.close_month([CloseMonth(here.act(), here.park.pk, month)], here.actor("kim", now_us))[0].done
        arrays.close_month(slots.first_slot_of_month(month + 1, here.park.began_us, here.park.zone), now)
        month += 1


def share_alike(here, arrays):
    """The year's result, shared by both to the last milli-credit."""
    end = int(datetime(2027, 1, 2, tzinfo=UTC).timestamp()) * 1_000_000
    a_month_each(here, arrays, end, slots.slot_at(end, here.park.began_us))
    shared = decide.share_result(arrays.parks, arrays.balance)
    post(arrays.balance, shared)
    assert closing.share([ShareResult(here.act(), here.park.pk, 26)], here.actor("stu", end))[0].done
    assert [*map(here.stands, NAMES), here.park_stands()] == arrays.balance[:-1].tolist()
    society = Balance.objects.get(pk=here.society).posted_mcr
    assert society - arrays.balance[SOCIETY] == -3 * 100_000  # what three members began with


def test_a_batch_is_its_acts_one_after_the_other(books):
    assert books
    here = town()
    assert bring(here, "ana", "drills").reason  # no more are needed
    actor = here.actor("ana", BEGUN)
    first = slots.slot_at(BEGUN, here.park.began_us) + 3
    asked = [Book(here.act(), here.park.pk, here.thing("washers"), first, 2) for _ in range(250)]
    reasons = [each.reason for each in live.book(asked, actor)]
    assert [row for row, reason in enumerate(reasons) if not reason] == [0, 1]
    assert [each.again for each in live.book(asked[:2], actor)] == [True, True]
