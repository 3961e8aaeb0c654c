"""Live parks: no piece promised twice, each act once, fees exact, refusals in words, the clock on the wall."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import DatabaseError, connections
from django.db.utils import IntegrityError

from parecon.base.parameters import parameters
from parecon.secondhand.parks.acts import SENTENCES, Refusal
from parecon.service import answers
from parecon.service.ledger import audit
from parecon.service.ledger.models import Balance, Entry
from parecon.service.parks import closing, founding, slots
from parecon.service.parks import commands as parks
from parecon.service.parks.acts import (
    Book,
    Cancel,
    CloseMonth,
    GiveBack,
    Join,
    Leave,
    OpenPark,
    PutBack,
    ShareResult,
    TakeOut,
    Withdraw,
)
from parecon.service.parks.models import Booking, Event, Membership, MonthClosed, Piece, ResultShared
from parecon.service.people.models import Done
from service.park_town import BEGUN, RICH_MCR, at, bring, pieces, town

LAW = parameters("secondhand.parks")
WASH_FEE = 400  # mcr an hour: a new one for 750 credits lasts 10 years and 3,000 hours


@pytest.fixture
def street(books):  # noqa: ARG001 - the books that are in use
    yield town()
    assert not audit.verify().wrong


def book(here, who, when, start, slots=1, code="washers", act=None, for_whom=None):
    asked = Book(act or here.act(), here.park.pk, here.thing(code), here.slot(start), slots)
    return parks.book([asked], here.actor(who, when, for_whom))[0]


def everything():
    return [list(each.objects.order_by("pk").values_list()) for each in (
        Booking, Piece, Event, Membership, MonthClosed, ResultShared, Done, Entry, Balance)]


# --- Bringing and booking ---------------------------------------------------------------------------------------

def test_who_brings_a_thing_is_credited_with_what_it_is_worth(street):
    assert street.stands("ben") == RICH_MCR + 2 * 600_000  # 750 credits, a fifth worn
    assert street.stands("cleo") == RICH_MCR + 96_000
    assert street.park_stands() == -1_296_000


def test_a_booking_is_paid_at_once_and_has_a_piece(street):
    answer = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 2)
    made = Booking.objects.get(pk=answer.number)
    assert (answer.reason, made.fee_mcr, made.slots, made.piece) == (0, 2 * WASH_FEE, 2, pieces(street, "washers")[0])
    assert street.stands("ana") == RICH_MCR - 2 * WASH_FEE
    assert street.park_stands() == -1_296_000 + 2 * WASH_FEE


def test_what_all_have_booked_nobody_else_gets(street):
    reasons = [book(street, who, "2026-03-02 09:10", "2026-03-02 18:00").reason for who in ("ana", "ben", "cleo")]
    assert reasons == [0, 0, Refusal.ALL_TAKEN]
    assert book(street, "cleo", "2026-03-02 09:10", "2026-03-02 19:00").done


@pytest.mark.parametrize(("reason", "who", "start", "hours", "code"), [
    (Refusal.NOT_A_MEMBER, "far", "2026-03-02 18:00", 1, "washers"),
    (Refusal.NOT_KEPT, "ana", "2026-03-02 18:00", 1, "tents"),
    (Refusal.NO_TIME, "ana", "2026-03-02 18:00", 0, "washers"),
    (Refusal.TOO_LONG, "ana", "2026-03-02 18:00", 73, "washers"),
    (Refusal.NOT_IN_CALENDAR, "ana", "2026-03-02 08:00", 1, "washers"),
    (Refusal.NOT_IN_CALENDAR, "ana", "2026-04-29 18:00", 1, "washers"),
    (Refusal.NOT_ENOUGH_CREDIT, "kim", "2026-03-02 18:00", 1, "washers"),
])
def test_a_booking_that_cannot_be_is_refused_in_words_and_changes_nothing(street, reason, who, start, hours, code):
    before = everything()
    answer = book(street, who, "2026-03-02 09:10", start, hours, code)
    assert (answer.reason, answer.sentence) == (reason, SENTENCES[reason])
    assert everything() == before


def test_more_open_bookings_than_agreed_are_refused(street):
    most = LAW["most_open_bookings"]
    asked = [Book(street.act(), street.park.pk, street.thing("washers"), street.slot("2026-03-03 00:00") + row, 1)
             for row in range(most + 1)]
    reasons = [each.reason for each in parks.book(asked, street.actor("ana", "2026-03-02 09:10"))]
    assert reasons == [*[0] * most, Refusal.TOO_MANY_OPEN]


def test_an_act_that_is_sent_again_is_done_once(street):
    first = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", act="click")
    after = everything()
    assert book(street, "ana", "2026-03-02 09:11", "2026-03-02 18:00", act="click") == first._replace(again=True)
    assert book(street, "ana", "2026-03-02 09:11", "2026-03-02 19:00", act="click").reason == answers.Refusal.NAME_TAKEN
    assert everything() == after


# --- Cancelling, fetching, bringing back ------------------------------------------------------------------------

@pytest.mark.parametrize(("when", "back"), [("2026-03-02 13:59", 2 * WASH_FEE), ("2026-03-02 14:00", 2 * WASH_FEE),
                                            ("2026-03-02 15:00", WASH_FEE)])
def test_the_fee_comes_back_less_a_part_where_there_is_too_little_notice(street, when, back):
    made = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 2).number
    assert parks.cancel([Cancel(street.act(), made)], street.actor("ana", when))[0].done
    assert street.stands("ana") == RICH_MCR - 2 * WASH_FEE + back
    again = parks.cancel([Cancel(street.act(), made)], street.actor("ana", when))[0]
    assert again.reason == Refusal.ALREADY_DONE


def test_each_refusal_at_the_door(street):
    made = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 2).number
    before = everything()

    def said(command, act, who, when):
        return command([act], street.actor(who, when))[0].reason

    assert said(parks.take_out, TakeOut("a", made), "ana", "2026-03-02 17:59") == Refusal.TOO_EARLY
    assert said(parks.give_back, GiveBack("a", made, works=True), "ana", "2026-03-02 17:59") == Refusal.NOT_BEGUN
    assert said(parks.cancel, Cancel("a", made), "ana", "2026-03-02 18:00") == Refusal.HAS_BEGUN
    assert said(parks.take_out, TakeOut("a", made), "ben", "2026-03-02 18:00") == Refusal.NOT_YOURS
    assert said(parks.cancel, Cancel("a", made), "kim", "2026-03-02 09:20") == Refusal.NOT_YOURS
    assert said(parks.take_out, TakeOut("a", made + 9), "ana", "2026-03-02 18:00") == Refusal.NO_SUCH_BOOKING
    assert said(parks.take_out, TakeOut("a", made), "ana", "2026-03-02 20:00") == Refusal.LAPSED
    assert everything() == before
    assert said(parks.take_out, TakeOut("b", made), "ana", "2026-03-02 18:00") == 0
    assert said(parks.take_out, TakeOut("c", made), "ana", "2026-03-02 18:00") == Refusal.OUT_ALREADY
    assert said(parks.give_back, GiveBack("d", made, works=True), "ana", "2026-03-02 18:30") == 0
    assert said(parks.give_back, GiveBack("e", made, works=True), "ana", "2026-03-02 18:30") == Refusal.ALREADY_DONE
    assert said(parks.take_out, TakeOut("f", made), "ana", "2026-03-02 18:30") == Refusal.ALREADY_DONE


def test_what_is_brought_back_early_is_free_for_others(street):
    made = [book(street, who, "2026-03-02 09:10", "2026-03-02 18:00", 3).number for who in ("ana", "ben")]
    assert parks.take_out([TakeOut(street.act(), made[0])], street.actor("ana", "2026-03-02 18:00"))[0].done
    assert book(street, "cleo", "2026-03-02 18:30", "2026-03-02 19:00").reason == Refusal.ALL_TAKEN
    back = GiveBack(street.act(), made[0], works=True)
    assert parks.give_back([back], street.actor("ana", "2026-03-02 18:40"))[0].done
    assert book(street, "cleo", "2026-03-02 18:45", "2026-03-02 19:00").done


def test_late_hours_cost_twice_the_fee_whatever_stands_on_the_account(street):
    stands = street.stands("cleo")
    made = book(street, "cleo", "2026-03-02 09:10", "2026-03-02 18:00", 2).number
    assert parks.take_out([TakeOut(street.act(), made)], street.actor("kim", "2026-03-02 18:00"))[0].done
    assert parks.give_back([GiveBack(street.act(), made, works=True)], street.actor("kim", "2026-03-02 23:59"))[0].done
    assert street.stands("cleo") == stands - 2 * WASH_FEE - 3 * 2 * WASH_FEE  # three full hours late
    assert Booking.objects.get(pk=made).status == 2


def test_a_debt_for_lateness_passes_below_the_floor(street):
    made = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 2).number
    assert parks.take_out([TakeOut(street.act(), made)], street.actor("ana", "2026-03-02 18:00"))[0].done
    late = at("2026-05-02 18:00")
    assert parks.give_back([GiveBack(street.act(), made, works=True)], street.actor("ana", late))[0].done
    assert street.stands("ana") < 0  # two months at 0.8 credits an hour
    assert book(street, "ana", late, "2026-05-03 18:00").reason == Refusal.NOT_ENOUGH_CREDIT


def test_who_comes_for_a_piece_that_is_not_there_gets_the_whole_fee_back(street):
    for who in ("ana", "ben"):
        made = book(street, who, "2026-03-02 09:10", "2026-03-02 18:00").number
        assert parks.take_out([TakeOut(street.act(), made)], street.actor(who, "2026-03-02 18:00"))[0].done
    waits = book(street, "cleo", "2026-03-02 09:10", "2026-03-02 19:00", 2).number
    stands = street.stands("cleo")
    gone = parks.take_out([TakeOut(street.act(), waits)], street.actor("cleo", "2026-03-02 19:10"))[0]
    assert gone.reason == Refusal.NOT_THERE
    assert parks.cancel([Cancel(street.act(), waits)], street.actor("cleo", "2026-03-02 19:11"))[0].done
    assert street.stands("cleo") == stands + 2 * WASH_FEE


def test_what_breaks_is_out_of_use_and_whoever_booked_it_gets_the_fee_back(street):
    now = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", code="drills").number
    later = book(street, "ben", "2026-03-02 09:10", "2026-03-05 18:00", 3, code="drills").number
    stands = street.stands("ben")
    fee = Booking.objects.get(pk=later).fee_mcr
    assert parks.take_out([TakeOut(street.act(), now)], street.actor("ana", "2026-03-02 18:00"))[0].done
    broken = GiveBack("broken", now, works=False, note="it smokes")
    assert parks.give_back([broken], street.actor("ana", "2026-03-02 18:30"))[0].done
    drill = pieces(street, "drills")[0]
    assert (drill.in_use, Booking.objects.get(pk=later).status, street.stands("ben")) == (False, 1, stands + fee)
    assert Event.objects.get(act="broken").note == "it smokes"
    assert Event.objects.get(booking=later, deed=11).household == "h-ben"
    assert book(street, "ben", "2026-03-02 19:10", "2026-03-05 18:00", code="drills").reason == Refusal.NOT_KEPT
    assert parks.put_back([PutBack(street.act(), drill.pk)], street.actor("kim", "2026-03-03 09:00"))[0].done
    assert book(street, "ben", "2026-03-03 19:10", "2026-03-05 18:00", code="drills").done


def test_keepers_take_pieces_out_of_use_and_nobody_else(street):
    drill = pieces(street, "drills")[0].pk
    assert parks.withdraw([Withdraw("a", drill)], street.actor("ana", BEGUN))[0].reason == answers.Refusal.NOT_ALLOWED
    assert parks.withdraw([Withdraw("a", 2**80)], street.actor("kim", BEGUN))[0].reason == answers.Refusal.NO_SUCH_THING
    assert parks.withdraw([Withdraw("a", drill)], street.actor("kim", BEGUN))[0].done
    assert parks.withdraw([Withdraw("b", drill)], street.actor("kim", BEGUN))[0].reason == Refusal.OUT_OF_USE
    assert parks.put_back([PutBack("c", drill)], street.actor("kim", BEGUN))[0].done
    assert parks.put_back([PutBack("d", drill)], street.actor("kim", BEGUN))[0].reason == Refusal.IN_USE
    Piece.objects.filter(pk=drill).update(worn_ppm=1_000_000, in_use=False)
    assert parks.put_back([PutBack("e", drill)], street.actor("kim", BEGUN))[0].reason == Refusal.WORN_OUT


def test_each_refusal_of_a_thing_that_is_brought(street):
    before = everything()
    assert bring(street, "ana", "washers").reason == Refusal.NOT_NEEDED
    assert bring(street, "ana", "tents").reason == Refusal.NOT_NEEDED
    assert bring(street, "ana", "washers", works=False).reason == Refusal.NOT_WORKING
    assert bring(street, "ana", "washers", 1_000_000).reason == Refusal.NOT_WORKING
    assert bring(street, "far", "washers").reason == Refusal.NOT_A_MEMBER
    assert bring(street, "kim", "washers").reason == answers.Refusal.NOT_BY_ONESELF
    assert bring(street, "ana", "washers", by="ben").reason == answers.Refusal.NOT_ALLOWED
    assert bring(street, "ana", "washers", -1).reason == answers.Refusal.BAD_FORM
    assert everything() == before


# --- Who belongs ------------------------------------------------------------------------------------------------

def test_a_household_belongs_to_one_park_and_may_leave_it(street):
    made = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00").number
    ana = street.household("ana").pk
    others = founding.leave([Leave("x", street.park.pk, ana)], street.actor("ben", BEGUN))[0]
    assert others.reason == answers.Refusal.NOT_ALLOWED
    assert founding.leave([Leave("x", street.park.pk, ana)], street.actor("ana", "2026-03-02 10:00"))[0].done
    assert book(street, "ana", "2026-03-02 10:10", "2026-03-02 19:00").reason == Refusal.NOT_A_MEMBER
    assert parks.cancel([Cancel(street.act(), made)], street.actor("ana", "2026-03-02 10:20"))[0].done
    assert founding.join([Join("y", street.park.pk, ana)], street.actor("kim", "2026-03-02 10:30"))[0].done
    twice = founding.join([Join("z", street.park.pk, ana)], street.actor("kim", "2026-03-02 10:30"))[0]
    assert twice.reason == answers.Refusal.NOT_NOW
    assert street.stands("ana") == RICH_MCR


def test_a_park_begins_once_and_with_a_clock_that_there_is(street):
    again = OpenPark("again", street.park.pk, "There", "", "Europe/Berlin")
    assert founding.open_park([again], street.actor("org", BEGUN))[0].reason == answers.Refusal.NOT_NOW
    assert founding.open_park([again], street.actor("ana", BEGUN))[0].reason == answers.Refusal.NOT_ALLOWED
    missing = again._replace(council=street.park.pk + 1)
    assert founding.open_park([missing], street.actor("org", BEGUN))[0].reason == answers.Refusal.NO_SUCH_THING


def test_a_member_cannot_act_for_another_household(street):
    answer = book(street, "ben", "2026-03-02 09:10", "2026-03-02 18:00", for_whom="ana")
    assert answer.reason == answers.Refusal.NOT_ALLOWED
    assert not Booking.objects.exists()


# --- Several at once, and hands on the database -----------------------------------------------------------------

def test_of_two_who_book_the_last_piece_at_the_same_moment_one_gets_it(street):
    ready = Barrier(3)

    def one(who):
        ready.wait()
        try:
            return book(street, who, "2026-03-02 09:10", "2026-03-02 18:00", 3, "drills").reason
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        reasons = sorted(threads.map(one, ("ana", "ben", "cleo")))
    assert reasons == [0, Refusal.ALL_TAKEN, Refusal.ALL_TAKEN]
    assert Booking.objects.count() == 1


def test_the_database_itself_promises_no_piece_twice_and_changes_nothing_that_was(street):
    made = Booking.objects.get(pk=book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 2).number)
    twice = Booking(act="twice", household=street.household("ben"), piece=made.piece, start=made.start + 1, slots=1,
                    fee_mcr=0, booked_us=1)
    for wrong in (twice.save, made.delete, lambda: Event.objects.all().delete(),
                  lambda: Event.objects.update(note="x"), lambda: Booking.objects.update(fee_mcr=0)):
        with pytest.raises((IntegrityError, DatabaseError)):
            wrong()
    assert Booking.objects.count() == 1


# --- The clock on the wall --------------------------------------------------------------------------------------

def test_a_day_has_the_hours_that_pass_in_it(street):
    began = street.park.began_us
    days = {day: [each.label for each in slots.hours_of(date(2026, *day), began, "Europe/Berlin")]
            for day in ((3, 28), (3, 29), (10, 25))}
    assert [len(each) for each in days.values()] == [24, 23, 25]
    assert days[3, 29][:3] == ["00:00", "01:00", "03:00"]
    assert days[10, 25][1:5] == ["01:00", "02:00 CEST", "02:00 CET", "03:00"]


def test_a_night_in_which_clocks_are_set_is_booked_by_the_hours_that_pass(street):
    answer = book(street, "ana", "2026-03-28 12:00", "2026-03-29 01:00", 2)
    made = Booking.objects.get(pk=answer.number)
    end = slots.time_of(made.start + made.slots, street.park.began_us, "Europe/Berlin")
    assert end.isoformat() == "2026-03-29T04:00:00+02:00"
    assert book(street, "ben", "2026-03-28 12:00", "2026-03-29 04:00").done


def test_a_clock_that_was_set_back_breaks_nothing(street):
    made = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 2).number
    assert parks.take_out([TakeOut("a", made)], street.actor("ana", "2026-03-02 18:00"))[0].done
    early = book(street, "ben", "2026-02-20 09:10", "2026-03-02 18:00", 2)
    assert early.done
    back = parks.give_back([GiveBack("b", made, works=True)], street.actor("ana", "2026-02-20 09:10"))[0]
    assert back.reason == Refusal.NOT_BEGUN
    assert book(street, "cleo", "2026-02-20 09:10", "2026-03-02 19:00").reason == Refusal.ALL_TAKEN


# --- Months and years -------------------------------------------------------------------------------------------

MARCH = 26 * 12 + 2


def close(here, month, when, who="kim", act=None):
    return closing.close_month([CloseMonth(act or here.act(), here.park.pk, month)], here.actor(who, when))[0]


def test_a_month_wears_pieces_by_age_and_use_and_pays_for_their_keep(street):
    made = book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 3).number
    book(street, "ben", "2026-03-02 09:10", "2026-03-02 18:00", 5)  # never fetched
    assert parks.take_out([TakeOut(street.act(), made)], street.actor("ana", "2026-03-02 18:00"))[0].done
    assert close(street, MARCH, "2026-03-31 23:59").reason == answers.Refusal.STILL_OPEN
    assert close(street, MARCH + 1, "2026-05-01 00:00").reason == answers.Refusal.STILL_OPEN
    assert close(street, MARCH, "2026-04-01 00:00", "ana").reason == answers.Refusal.NOT_ALLOWED
    stands = street.park_stands()
    first = close(street, MARCH, "2026-04-01 00:00", act="march")
    assert first.done
    assert close(street, MARCH, "2026-04-01 00:01", act="march") == first._replace(again=True)
    assert close(street, MARCH, "2026-04-01 00:01").reason == answers.Refusal.OVER
    # a tenth of the new price a year; a month of 120 rounded up, and 3 of 3,000 hours
    assert street.park_stands() == stands - 2 * 6_250 - 1_000
    assert [each.worn_ppm for each in pieces(street, "washers")] == [200_000 + 8_334 + 1_000, 200_000 + 8_334]
    closed = MonthClosed.objects.get(month=MARCH)
    assert (closed.hours, closed.pieces, closed.keep_mcr) == (3, 3, 13_500)
    assert close(street, MARCH + 1, "2026-05-01 00:00").done
    assert [each.worn_ppm for each in pieces(street, "washers")] == [200_000 + 2 * 8_334 + 1_000, 200_000 + 2 * 8_334]


def test_what_is_worn_out_at_a_months_end_is_out_of_use_and_fees_come_back(street):
    later = book(street, "ana", "2026-03-31 09:10", "2026-04-03 18:00", 2, "drills").number
    Piece.objects.filter(thing__code="drills").update(worn_ppm=999_999)
    assert close(street, MARCH, "2026-04-01 00:00").done
    assert (Booking.objects.get(pk=later).status, street.stands("ana")) == (1, RICH_MCR)
    assert not pieces(street, "drills")[0].in_use


def test_a_years_result_is_shared_to_the_last_milli_credit_whatever_members_have(street):
    book(street, "ana", "2026-03-02 09:10", "2026-03-02 18:00", 3)
    asked = ShareResult("2026", street.park.pk, 26)
    steward = street.actor("stu", "2027-01-01 00:30")
    assert closing.share([asked], steward)[0].reason == answers.Refusal.STILL_OPEN
    for month in range(MARCH, 27 * 12):
        assert close(street, month, "2027-01-01 00:20").done
    names = ("ana", "ben", "cleo", "kim", "stu")
    shown, before = closing.result(street.park, steward.at_us), [street.stands(who) for who in names]
    assert closing.share([asked], street.actor("kim", "2027-01-01 00:30"))[0].reason == answers.Refusal.NOT_ALLOWED
    assert closing.share([asked], steward)[0].done
    assert closing.share([asked], steward)[0].again
    assert closing.share([asked._replace(act="more")], steward)[0].reason == answers.Refusal.OVER
    changes = [street.stands(who) - stood for who, stood in zip(names, before, strict=True)]
    assert sum(changes) == shown.result_mcr < 0  # hardly anybody booked, so keep and age were lost
    assert max(changes) - min(changes) <= 1
    assert street.stands("kim") < 0  # a debt, below the floor
    assert street.park_stands() == -shown.worth_mcr
    assert closing.result(street.park, steward.at_us).result_mcr == 0
    assert Entry.objects.filter(group="2026").count() == len(names)
