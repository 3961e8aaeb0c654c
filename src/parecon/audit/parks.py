"""What was done in parks, decided again by the law of parks: fees, refunds, keep, shared results, and what stands."""

from __future__ import annotations

from collections import Counter

import numpy as np

from parecon.audit.difference import Different, held_to, readable
from parecon.audit.entries import Entries
from parecon.audit.park_deeds import HANDLED
from parecon.audit.places import Columns, Households, Place, Stands
from parecon.audit.postings import Parties, Posting
from parecon.base.postings import Postings
from parecon.secondhand.parks.acts import (
    Purpose,
    Refusal,
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
        self.parks, self.needs = Park.objects.in_bulk(), Need.objects.in_bulk()
        self.months, self.results = MonthClosed.objects.in_bulk(), ResultShared.objects.in_bulk()
        self.party = dict(Household.objects.values_list("party", "pk"))
        of_bookings = {each.household_id for each in self.booking.values()}
        told = set(Event.objects.exclude(household="").values_list("household", flat=True))
        known = {self.party[each] for each in told if each in self.party}
        self.homes = Households(of_bookings | known, law_in_force(), self.things)
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
            self.places[event.park_id] = self.homes.opened(self.parks[event.park_id])
            return
        with readable(f"event {event.number} of parks"):
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
        for _, need in sorted(self.needs.items()):
            held_to(f"need {need.pk}, pieces", need.pieces,
                    int(self.places[need.park_id].needed[self.thing_row[need.thing_id]]))
