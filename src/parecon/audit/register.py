"""What was done on the register of collectables, decided again by its law: what was paid, and who has what now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

import numpy as np

from parecon.audit.difference import Different, held_to
from parecon.audit.postings import Parties, Posting
from parecon.secondhand.collectables import law as rules
from parecon.secondhand.collectables.acts import Acts, Fate, Refusal
from parecon.secondhand.collectables.decide import Moment, deaths, found_in_store, immediate
from parecon.secondhand.collectables.law import PPM, Standing
from parecon.secondhand.collectables.register import Register
from parecon.service.clock import month_of
from parecon.service.desk.columns import federation
from parecon.service.ledger.law import Kind as AccountKind
from parecon.service.ledger.models import Account
from parecon.service.register.columns import CHANGED_BY_THE_LAW, EXCHANGE, Table, law_in_force
from parecon.service.register.columns import Parties as Persons
from parecon.service.register.commands import WHAT
from parecon.service.register.estates import WHAT as WHAT_AT_DEATH
from parecon.service.register.models import SHELF, Closing, Death, Entry, Event, Gift, Kind, What

DEEDS = {int(what): deed for deed, what in WHAT.items()}
ABOUT = attrgetter("act", "entry_id", "what", "giver", "taker", "amount_mcr")


class Things:
    """Kinds, entries and gifts as events have left them so far; `was` are the rows as they stand in the books."""

    def __init__(self, parties: Parties) -> None:
        self.parties, self.law = parties, law_in_force(federation())
        self.shelf = Account.objects.filter(party=SHELF, kind=AccountKind.EXCHANGE).values_list(
            "number", flat=True).first() or 0
        self.rows = {each.pk: each for each in Entry.objects.order_by("number")}
        self.kind_rows = list(Kind.objects.order_by("number"))
        self.kinds = {each.pk: _first(each) for each in Kind.objects.order_by("number")}
        self.entries: dict[int, Entry] = {}
        self.gifts: dict[int, list[Gift]] = {}
        self.answered: dict[str, Posting] = {}

    def table(self, entries: Sequence[Entry], others: Iterable[str] = ()) -> Table:
        """Entries with their kinds, and with the gifts of them that are remembered, as the law takes them."""
        gifts = [gift for each in entries for gift in self.gifts.get(each.pk, ())]
        kinds = sorted({each.kind_id for each in entries})
        known = [name for each in entries for name in (each.holder, each.first_refusal)]
        return Table(list(entries), gifts, [self.kinds[number] for number in kinds],
                     Persons([*known, *(each.giver for each in gifts), *others]))

    def take_over(self, table: Table, after: Register, month: int) -> None:
        """Notes what the law has made of entries and of the gifts of them."""
        for row, entry in enumerate(table.entries):
            table.take_over(entry, after, row, month)
        for entry in table.entries:
            self.gifts.pop(entry.pk, None)
        of = after.gifts
        for item, giver, at in zip(of.item.tolist(), of.giver.tolist(), of.month.tolist(), strict=True):
            entry = table.entries[item]
            told = Gift(entry_id=entry.pk, giver=table.parties.name(giver), month=at)
            self.gifts.setdefault(entry.pk, []).append(told)

    # --- One thing ---------------------------------------------------------------------------------------------------

    def one(self, event: Event) -> None:
        """A thing entered, handed back or given, or found in a store."""
        if event.entry_id not in self.entries:
            self._enter(event)
        entry = self.entries[event.entry_id]
        if event.what == What.FROM_DESK:
            self._from_desk(event, entry)
            return
        gives = event.what == What.GIVEN
        table, moment = self.table([entry], [event.giver, event.taker if gives else ""]), Moment(month_of(event.at_us))
        to = table.parties.row(event.taker) if gives else -1
        acts = Acts.of(DEEDS[event.what], table.parties.row(event.giver), [0], to)
        outcome, after = immediate(acts, table.register(), table.columns_of_kinds(), EXCHANGE, moment, self.law)
        _possible(event, outcome.reason)
        self.take_over(table, after, moment.month)
        paid = outcome.postings.total_mcr
        held_to(f"event {event.number} of the register, taker and amount_mcr", (event.taker, event.amount_mcr),
                (entry.holder, paid))
        if paid:
            self.answered[f"{event.act}/credit"] = Posting(
                self.shelf, self.parties.household.get(event.household, -1), paid, int(outcome.postings.purpose[0]))

    def _enter(self, event: Event) -> None:
        """An entry as it was when it was new; its row says what was paid for it before."""
        row = self.rows[event.entry_id]
        kind = self.kinds[row.kind_id]
        held_to(f"entry {row.pk} of the register, act, time and schedule",
                (row.act, row.entered_us, row.schedule_at_entry_mcr), (event.act, event.at_us, kind.schedule_mcr))
        self.entries[row.pk] = Entry(
            number=row.pk, kind_id=row.kind_id, holder=event.giver, paid_mcr=row.paid_at_entry_mcr, paid_level_ppm=PPM,
            standing=Standing.UNREGISTERED)

    def _from_desk(self, event: Event, entry: Entry) -> None:
        held_to(f"entry {entry.pk} of the register, paid_at_entry_mcr", entry.paid_mcr, event.amount_mcr)
        table = self.table([entry])
        store = np.array([table.parties.row(event.giver)], np.int32)
        outcome, after = found_in_store(np.zeros(1, np.int64), np.array([event.amount_mcr], np.int64), store,
                                        table.register(), table.columns_of_kinds(), EXCHANGE)
        _possible(event, outcome.reason)
        self.take_over(table, after, month_of(event.at_us))
        held_to(f"event {event.number} of the register, taker", event.taker, entry.holder)

    # --- Deaths ------------------------------------------------------------------------------------------------------

    def died(self, rows: Sequence[Death], events: dict[str, list[Event]]) -> None:
        """Those who died at once, and what became of what they had and had given away."""
        act = {each.member: each.act for each in rows}
        given = {each.entry_id for some in self.gifts.values() for each in some if each.giver in act}
        concerned = [each for number, each in sorted(self.entries.items())
                     if each.holder in act or each.first_refusal in act or number in given]
        table = self.table(concerned, [name for each in rows for name in (each.member, each.heir)])
        dead, heir = np.zeros(len(table.parties), bool), np.arange(len(table.parties), dtype=np.int32)
        for each in rows:
            held_to(f"death {each.pk}, month", each.month, month_of(each.at_us))
            dead[table.parties.row(each.member)] = True
            heir[table.parties.row(each.member)] = table.parties.row(each.heir)
        told = sorted((event for each in rows for event in events.pop(each.act, [])), key=attrgetter("number"))
        missing = {event.entry_id for event in told if event.what == What.NOT_FOUND}
        found = np.array([each.pk not in missing for each in concerned], bool)
        estates, after = deaths(dead, heir, found, table.register(), table.columns_of_kinds(), EXCHANGE, rows[0].month,
                                self.law)
        giver = {each.entry_id: each.giver for each in table.gifts if each.giver in act}
        same_events(told, [
            (act.get(entry.holder) or act[giver[entry.pk]], entry.pk, int(WHAT_AT_DEATH[Fate(fate)]), entry.holder,
             table.parties.name(holder), 0)
            for entry, fate, holder in zip(concerned, estates.fate.tolist(), after.holder.tolist(), strict=True)
            if fate != Fate.NOT_CONCERNED])
        self.take_over(table, after, rows[0].month)

    # --- The end -----------------------------------------------------------------------------------------------------

    def as_they_stand(self) -> None:
        """Kinds, entries and gifts as they must be after all events."""
        for row in self.kind_rows:
            kind = self.kinds[row.pk]
            for name in ("standing", "schedule_mcr", "price_mcr"):
                held_to(f"kind {row.pk}, {name}", getattr(row, name), getattr(kind, name))
        for number, entry in self.rows.items():
            if number not in self.entries:
                raise Different(f"entry {number} of the register", "no event", "that it was entered")
            for name in CHANGED_BY_THE_LAW:
                held_to(f"entry {number} of the register, {name}", getattr(entry, name),
                        getattr(self.entries[number], name))
        remembered = Gift.objects.filter(remembered=True).values_list("entry_id", "giver", "month")
        held_to("gifts that are remembered", sorted(remembered),
                sorted((each.entry_id, each.giver, each.month) for some in self.gifts.values() for each in some))


def _first(row: Kind) -> Kind:
    """A kind as it was when it was new, classified by the law."""
    visitors, collector, in_favour = (np.array([getattr(row, name)]) for name in (
        "visitors_worth_mcr", "collector_worth_mcr", "in_favour_permille"))
    museum = rules.museum_piece(visitors, collector, in_favour, law_in_force(federation())["museum_rule"])
    row.standing = int(rules.classified(np.array([row.first_schedule_mcr]), museum)[0])
    row.schedule_mcr = row.price_mcr = row.first_schedule_mcr
    return row


def _possible(event: Event, reason: Iterable[int]) -> None:
    for each in reason:
        if each:
            raise Different(f"event {event.number} of the register, {What(event.what).name.lower()}", "done",
                            f"a refusal: {Refusal(each).name}")


def same_events(found: Sequence[Event], expected: Sequence[tuple[str, int, int, str, str, int]]) -> None:
    """Raises Different at the first event that is not what the law makes of a death or a closing, or is missing."""
    told = {ABOUT(event): event for event in found}
    for each in expected:
        if told.pop(each, None) is None:
            like = [event for event in found if event.entry_id == each[1]]
            place = f"event {like[0].number} of the register" if like else f"act {each[0]} of the register"
            raise Different(place, ABOUT(like[0]) if like else "no event", each)
    for event in told.values():
        raise Different(f"event {event.number} of the register", ABOUT(event), "no such event")


def in_turn() -> list[Death | Closing | Event]:
    """All that was done, in the order in which it was written."""
    rows: list[tuple[tuple[int, ...], Death | Closing | Event]] = [
        ((event.number, 0), event) for event in Event.objects.order_by("number")]
    rows += [((row.after, 1, row.at_us, 0, row.pk), row) for row in Death.objects.all()]
    rows += [((row.after, 1, row.closed_us, 1, row.pk), row) for row in Closing.objects.all()]
    return [row for _, row in sorted(rows, key=lambda each: each[0])]


def at_once(rows: Sequence[Death | Closing | Event]) -> Iterable[list[Death] | Closing | Event]:
    """The same, deaths that were recorded together in one: nobody among them comes after another."""
    some: list[Death] = []
    for row in [*rows, None]:
        if some and not (isinstance(row, Death) and (row.after, row.by, row.at_us) == (
                some[0].after, some[0].by, some[0].at_us) and _apart(some, row)):
            yield some
            some = []
        if isinstance(row, Death):
            some.append(row)
        elif row is not None:
            yield row


def _apart(some: Sequence[Death], row: Death) -> bool:
    return row.heir not in {each.member for each in some} and row.member not in {each.heir for each in some}
