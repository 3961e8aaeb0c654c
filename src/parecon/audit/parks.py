"""What was done in parks, decided again by the law of parks: fees, refunds, keep, shared results, and what stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from parecon.audit.difference import Different, held_to
from parecon.audit.entries import Entries
from parecon.audit.places import Columns, Households, Place, Stands, with_open_elsewhere
from parecon.audit.postings import Parties, Posting
from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.postings import Postings
from parecon.secondhand.parks import decide, keeping
from parecon.secondhand.parks.acts import (
    Cancellations,
    Contributions,
    Fetchings,
    Purpose,
    Refusal,
    Returns,
    Wishes,
)
from parecon.secondhand.parks.decide import Decided
from parecon.secondhand.parks.stock import Parks
from parecon.service.parks.columns import law_in_force
from parecon.service.parks.models import (
    Booking,
    Deed,
    Event,
    Membership,
    MonthClosed,
    Need,
    Park,
    Piece,
    ResultShared,
    Thing,
)
from parecon.service.parks.slots import first_slot_of_month, month_at, slot_at
from parecon.service.people.models import Done, Household

PLENTY_MCR = 2**62  # where what a household had at the time cannot be found out
RECORDED = {Deed.AGREE_NEED: "park need", Deed.CLOSE_MONTH: "park month", Deed.SHARE_RESULT: "park result"}
STANDING = ("status", "fetched_us", "ended_us", "worn_month")


class Replay:
    """All parks, event by event; `answered` are the entries that follow, by name."""

    def __init__(self, entries: Entries, parties: Parties) -> None:
        self.entries, self.parties, self.answered = entries, parties, dict[str, Posting]()
        self.things = list(Thing.objects.order_by("pk"))
        self.thing_row = {each.pk: row for row, each in enumerate(self.things)}
        self.booking = {each.pk: each for each in Booking.objects.order_by("pk")}
        self.piece = {each.pk: each for each in Piece.objects.order_by("pk")}
        self.party = dict(Household.objects.values_list("party", "pk"))
        of_bookings = {each.household_id for each in self.booking.values()}
        told = set(Event.objects.exclude(household="").values_list("household", flat=True))
        self.homes = Households({*of_bookings, *(self.party[each] for each in told)}, law_in_force(), self.things)
        self.account = self._accounts()
        self.places: dict[int, Place] = {}
        self.stands: dict[int, Stands] = {}
        self.number = dict(Done.objects.filter(what__in=RECORDED.values()).values_list("act", "number"))
        self.orphans: set[int] = set()
        self.owed: dict[str, list[Posting]] = {}
        self.head, self.run, self.acts = "", (0, "", 0), set[str]()
        self.found = self._by_group()

    def _accounts(self) -> list[int]:
        party = {number: party for party, number in self.party.items()}
        return [self.parties.household.get(party[number], -1) for number in self.homes.row]

    def _by_group(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place in self.entries.of(Purpose):
            found.setdefault(self.entries.group[place], []).append(place)
        return found

    def all(self) -> int:
        """How many events there are, all as the law has them. Raises Different at the first that is not."""
        count = 0
        for event in Event.objects.order_by("number").iterator(chunk_size=10_000):
            self._next(event)
            count += 1
        self._no_orphans(f"events of parks after {count}")
        self._name(self.head)
        self._as_they_stand()
        return count

    def _next(self, event: Event) -> None:
        """One event: acts of one kind by one person at one time were one batch, or as good as one."""
        deed = Deed(event.deed)
        if deed == Deed.LOSE_PIECE:
            self._lost(event)
            return
        run = (event.deed, event.by, event.at_us)
        if run != self.run:
            self._no_orphans(f"event {event.number} of parks")
            self.acts = set()
        if run != self.run or event.act in self.found:
            self._name(self.head)
            self.head, self.run = event.act, run
        self.acts.add(event.act)
        if deed == Deed.OPEN_PARK:
            self.places[event.park_id] = self.homes.opened(Park.objects.get(pk=event.park_id))
            return
        HANDLED[deed](self, event, self.places[event.park_id])

    # --- Payments ----------------------------------------------------------------------------------------------------

    def pay(self, place: Place, postings: Postings) -> None:
        """Notes what the batch brings with it."""
        account = [*self.account, place.park.account, self.parties.society]
        self.owed.setdefault(self.head, []).extend(
            Posting(account[debit], account[credit], amount, purpose) for debit, credit, amount, purpose in zip(
                postings.debit.tolist(), postings.credit.tolist(), postings.amount_mcr.tolist(),
                postings.purpose.tolist(), strict=True))

    def _name(self, head: str) -> None:
        """Gives the postings of a batch the names that its entries have; what is in both keeps its place."""
        owed, names = self.owed.pop(head, []), [self.entries.act[place] for place in self.found.get(head, [])]
        left, unlike = Counter(owed), []
        for name, place in zip(names, self.found.get(head, []), strict=True):
            posting = self._entry(place)
            if left[posting]:
                left[posting] -= 1
                self.answered[name] = posting
            else:
                unlike.append(name)
        more = (f"{head}/{row}" for row in range(len(names) + 1, len(names) + len(owed) + 1))
        for posting in left.elements():
            self.answered[unlike.pop(0) if unlike else next(more)] = posting

    def _entry(self, place: int) -> Posting:
        of = self.entries
        return Posting(int(of.debit[place]), int(of.credit[place]), int(of.amount_mcr[place]), int(of.purpose[place]))

    def has_mcr(self, account: int) -> int:
        """What stood on an account when the act was done, as far as its batch has entries."""
        place = self.entries.first.get(self.head)
        if place is None:
            return PLENTY_MCR
        paid = self.owed.get(self.head, [])
        return self.entries.balance_mcr(account, place) + sum(
            each.amount_mcr * ((each.credit == account) - (each.debit == account)) for each in paid)

    # --- What becomes of bookings and pieces -------------------------------------------------------------------------

    def take(self, event: Event, place: Place, columns: Columns, decided: Decided) -> None:
        """Takes over what the law has decided of an event; it must have been possible."""
        if len(decided.reason) and decided.reason[0]:
            raise Different(f"event {event.number} of parks, {Deed(event.deed).name.lower()}", "done",
                            f"a refusal: {Refusal(decided.reason[0]).name}")
        self.change(event, place, columns.parks, decided.parks, columns.bookings)
        self.pay(place, decided.postings)

    def change(self, event: Event, place: Place, before: Parks, after: Parks, numbers: list[int]) -> None:
        """Notes which bookings were fetched or have ended, and how the pieces are now."""
        place.pieces = after.pieces
        of, now = before.bookings, after.bookings
        for row in np.flatnonzero(of.fetched != now.fetched[:len(numbers)]).tolist():
            self.stands[numbers[row]].fetched_us = event.at_us
            place.used[numbers[row]] = place.running[numbers[row]]
        for row in np.flatnonzero(of.status != now.status[:len(numbers)]).tolist():
            stands = self.stands[numbers[row]]
            stands.status, stands.ended_us = int(now.status[row]), event.at_us
            del place.running[numbers[row]]
            if numbers[row] != event.booking_id:
                self.orphans.add(numbers[row])

    def _lost(self, event: Event) -> None:
        act, _, said = event.act.rpartition("/")
        if event.booking_id not in self.orphans or said != f"booking-{event.booking_id}" or act not in self.acts:
            raise Different(f"event {event.number} of parks", f"booking {event.booking_id} without its piece",
                            "no such event: its piece is in use")
        self.orphans.discard(event.booking_id)

    def _no_orphans(self, place: str) -> None:
        if self.orphans:
            raise Different(place, "another event", f"that booking {min(self.orphans)} has lost its piece")

    def _as_they_stand(self) -> None:
        """Bookings, pieces, members and needs, as they must be after all events."""
        for number, booking in self.booking.items():
            if number not in self.stands:
                raise Different(f"booking {number}", "no event", "that it was booked")
            for name in STANDING:
                held_to(f"booking {number}, {name}", getattr(booking, name), getattr(self.stands[number], name))
        there: dict[int, tuple[int, bool]] = {}
        for place in self.places.values():
            columns = zip(place.pieces.worn_ppm.tolist(), place.pieces.in_use.tolist(), strict=True)
            there |= dict(zip(place.number, columns, strict=True))
        for number, piece in self.piece.items():
            held_to(f"piece {number}, worn_ppm and in_use", (piece.worn_ppm, piece.in_use), there.get(number))
        member = dict(Membership.objects.filter(until_us=None).values_list("household_id", "park_id"))
        for number, row in self.homes.row.items():
            held_to(f"household {number}, park", member.pop(number, -1), int(self.homes.belongs[row]))
        held_to("members of parks who never joined", sorted(member), [])
        for need in Need.objects.order_by("pk"):
            held_to(f"need {need.pk}, pieces", need.pieces,
                    int(self.places[need.park_id].needed[self.thing_row[need.thing_id]]))


# --- The deeds ------------------------------------------------------------------------------------------------------

def _joined(replay: Replay, event: Event, place: Place) -> None:
    replay.homes.belongs[replay.homes.row[replay.party[event.household]]] = place.park.pk


def _left(replay: Replay, event: Event, place: Place) -> None:
    row = replay.homes.row[replay.party[event.household]]
    held_to(f"event {event.number} of parks, park that is left", place.park.pk, int(replay.homes.belongs[row]))
    replay.homes.belongs[row] = -1


def _agreed(replay: Replay, event: Event, place: Place) -> None:
    need = Need.objects.get(pk=replay.number[event.act])
    held_to(f"event {event.number} of parks, park of the need", event.park_id, need.park_id)
    place.needed[replay.thing_row[need.thing_id]] = int(event.note)


def _booked(replay: Replay, event: Event, place: Place) -> None:
    """The law gives the booking the piece that it has, at the fee that it has."""
    booking, homes = replay.booking[event.booking_id], replay.homes
    said = booking.act, replay.party[event.household], booking.booked_us, booking.piece_id
    held_to(f"booking {booking.pk}, act, household, time and piece", (
        booking.act, booking.household_id, booking.booked_us, booking.piece_id),
        (event.act, said[1], event.at_us, event.piece_id))
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
    brought = Contributions(
        *(np.array([each], np.int32) for each in (homes.row[replay.party[event.household]], 0,
                                                  replay.thing_row[piece.thing_id])),
        np.array([piece.new_price_mcr], np.int64), np.array([event.worn_ppm], np.int64), np.ones(1, bool))
    replay.take(event, place, columns, keeping.contribute(brought, columns.parks, place.needed, homes.law))
    place.number.append(piece.pk)
    place.since_us.append(piece.since_us)


def _month_closed(replay: Replay, event: Event, place: Place) -> None:
    closed, homes = MonthClosed.objects.get(pk=replay.number[event.act]), replay.homes
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
    shared, homes = ResultShared.objects.get(pk=replay.number[event.act]), replay.homes
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
