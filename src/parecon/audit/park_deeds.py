"""Each deed of a park, decided again by the law of parks on what earlier ones left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from parecon.audit.difference import Different, held_to
from parecon.audit.places import Columns, Place, Stands, with_open_elsewhere
from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand.parks import decide, keeping
from parecon.secondhand.parks.acts import Cancellations, Contributions, Fetchings, Refusal, Returns, Wishes
from parecon.secondhand.parks.decide import Decided
from parecon.service.parks.models import Booking, Deed, Event
from parecon.service.parks.slots import first_slot_of_month, month_at, slot_at

if TYPE_CHECKING:
    from parecon.audit.parks import Replay

def _joined(replay: Replay, event: Event, place: Place) -> None:
    replay.homes.belongs[replay.homes.row[replay.party[event.household]]] = place.park.pk


def _left(replay: Replay, event: Event, place: Place) -> None:
    row = replay.homes.row[replay.party[event.household]]
    held_to(f"event {event.number} of parks, park that is left", place.park.pk, int(replay.homes.belongs[row]))
    replay.homes.belongs[row] = -1


def _agreed(replay: Replay, event: Event, place: Place) -> None:
    need = replay.needs[replay.number[event.act]]
    held_to(f"event {event.number} of parks, park of the need", event.park_id, need.park_id)
    place.needed[replay.thing_row[need.thing_id]] = int(event.note)


def _booked(replay: Replay, event: Event, place: Place) -> None:
    """The law gives the booking the piece that it has, at the fee that it has."""
    booking, homes = replay.booking[event.booking_id], replay.homes
    held_to(f"booking {booking.pk}, act, household, time and piece", (
        booking.act, booking.household_id, booking.booked_us, booking.piece_id),
        (event.act, replay.party[event.household], event.at_us, event.piece_id))
    columns, member = homes.columns(place, replay.stands, event.at_us), homes.row[booking.household_id]
    thing = replay.thing_row[replay.piece[booking.piece_id].thing_id]
    balance = homes.nothing_mcr()
    balance[member] = replay.has_mcr(replay.account[member])
    wish = Wishes(*(np.array([each], np.int32) for each in (
        member, 0, thing, booking.start + columns.shift, booking.slots)))
    parks = with_open_elsewhere(columns.parks, member, _open_elsewhere(replay, place, booking, event.at_us))
    decided = decide.book(wish, parks, balance, columns.now, homes.law)
    if decided.reason[0]:
        raise Different(f"booking {booking.pk}", "booked", f"a refusal: {Refusal(decided.reason[0]).name}")
    made = decided.parks.bookings
    held_to(f"booking {booking.pk}, piece", booking.piece_id, place.number[int(made.piece[-1])])
    held_to(f"booking {booking.pk}, fee_mcr", booking.fee_mcr, int(made.fee_mcr[-1]))
    replay.stands[booking.pk] = Stands()
    place.running[booking.pk] = booking
    replay.pay(place, decided.postings)


def _open_elsewhere(replay: Replay, place: Place, booking: Booking, at_us: int) -> int:
    """How many bookings of the household run in other parks."""
    return sum(each.household_id == booking.household_id and (
        replay.stands[each.pk].fetched_us is not None
        or each.start + each.slots > slot_at(at_us, other.park.began_us))
        for other in replay.places.values() if other is not place for each in other.running.values())


def _ended(rule: Callable[[Event, Any, Any, Columns, Any], Decided]) -> Callable[[Replay, Event, Place], None]:
    """What is done with a booking, by whoever's it is."""
    def handled(replay: Replay, event: Event, place: Place) -> None:
        booking = replay.booking[event.booking_id]
        held_to(f"booking {booking.pk}, household and piece", (booking.household_id, booking.piece_id),
                (replay.party[event.household], event.piece_id))
        columns = replay.homes.columns(place, replay.stands, event.at_us)
        member = np.array([replay.homes.row[booking.household_id]], np.int32)
        replay.take(event, place, columns, rule(event, member, columns.row(booking.pk), columns, replay.homes.law))
    return handled


def _kept(rule: Callable[[Any, Columns], Decided]) -> Callable[[Replay, Event, Place], None]:
    """What keepers do with a piece."""
    def handled(replay: Replay, event: Event, place: Place) -> None:
        columns = replay.homes.columns(place, replay.stands, event.at_us)
        piece = np.array([place.number.index(event.piece_id)], np.int32)
        replay.take(event, place, columns, rule(piece, columns))
    return handled


def _contributed(replay: Replay, event: Event, place: Place) -> None:
    piece, homes = replay.piece[event.piece_id], replay.homes
    held_to(f"piece {piece.pk}, park and time", (piece.park_id, piece.since_us), (event.park_id, event.at_us))
    columns = homes.columns(place, replay.stands, event.at_us)
    member, park, good = (np.array([each], np.int32) for each in (
        homes.row[replay.party[event.household]], 0, replay.thing_row[piece.thing_id]))
    brought = Contributions(member, park, good, np.array([piece.new_price_mcr], np.int64),
                            np.array([event.worn_ppm], np.int64), np.ones(1, bool))
    replay.take(event, place, columns, keeping.contribute(brought, columns.parks, place.needed, homes.law))
    place.number.append(piece.pk)
    place.since_us.append(piece.since_us)


def _month_closed(replay: Replay, event: Event, place: Place) -> None:
    closed, homes = replay.months[replay.number[event.act]], replay.homes
    over = month_at(event.at_us, place.park.zone) > closed.month
    held_to(f"month {closed.month} of park {event.park_id}, number and time", (
        closed.park_id, closed.month, closed.closed_us, over), (event.park_id, place.month, event.at_us, True))
    columns, end = homes.columns(place, replay.stands, event.at_us), first_slot_of_month(
        closed.month + 1, place.park.began_us, place.park.zone)
    hours = np.zeros(len(place.number), np.int64)
    for number, booking in [each for each in place.used.items() if each[1].start < end]:
        hours[place.number.index(booking.piece_id)] += booking.slots
        replay.stands[number].worn_month = closed.month
        del place.used[number]
    months = np.array([int(slot_at(each, place.park.began_us) < end) for each in place.since_us], np.int64)
    society = len(homes.row) + 1
    after, postings = keeping.close_month(columns.parks, months, hours, homes.life_months, homes.life_hours, society,
                                          columns.now, homes.law)
    pieces, keep = columns.parks.pieces.in_use & (months > 0), postings.amount_mcr[postings.credit == society].sum()
    held_to(f"month {closed.month} of park {event.park_id}, pieces, hours and keep_mcr",
            (closed.pieces, closed.hours, closed.keep_mcr), (int(pieces.sum()), int(hours.sum()), int(keep)))
    replay.take(event, place, columns, Decided(np.zeros(0, np.int8), postings, after))
    place.month += 1


def _shared(replay: Replay, event: Event, place: Place) -> None:
    shared, homes = replay.results[replay.number[event.act]], replay.homes
    columns, balance = homes.columns(place, replay.stands, event.at_us), homes.nothing_mcr()
    entries = replay.entries.before(event.act, event.at_us)
    balance[columns.parks.account[0]] = held = replay.entries.balance_mcr(place.park.account, entries)
    worth, whose = int(decide.stock_mcr(columns.parks)[0]), f"year {shared.year} of park {event.park_id}"
    in_turn = place.year < shared.year and place.month >= (shared.year + 1) * MONTHS_A_YEAR
    held_to(f"{whose}, park, time and turn", (shared.park_id, shared.shared_us, in_turn),
            (event.park_id, event.at_us, True))
    held_to(f"{whose}, worth_mcr, result_mcr and households", (shared.worth_mcr, shared.result_mcr, shared.households),
            (worth, held + worth, int((columns.parks.park_of == 0).sum())))
    replay.pay(place, decide.share_result(columns.parks, balance))
    place.year = shared.year


HANDLED: dict[Deed, Callable[[Replay, Event, Place], None]] = {
    Deed.JOIN: _joined, Deed.LEAVE: _left, Deed.AGREE_NEED: _agreed, Deed.BOOK: _booked,
    Deed.CANCEL: _ended(lambda _, member, row, columns, law: decide.cancel(
        Cancellations(member, row), columns.parks, columns.now, law)),
    Deed.TAKE_OUT: _ended(lambda _, member, row, columns, __: keeping.take_out(
        Fetchings(member, row), columns.parks, columns.now)),
    Deed.GIVE_BACK: _ended(lambda event, member, row, columns, law: decide.give_back(
        Returns(member, row, np.array([event.works], bool)), columns.parks, columns.now, law)),
    Deed.CONTRIBUTE: _contributed,
    Deed.WITHDRAW: _kept(lambda piece, columns: keeping.withdraw(piece, columns.parks, columns.now)),
    Deed.PUT_BACK: _kept(lambda piece, columns: keeping.put_back(piece, columns.parks)),
    Deed.CLOSE_MONTH: _month_closed, Deed.SHARE_RESULT: _shared,
}
