"""Where rows of the register become the law's columns, and what the law answers becomes rows again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from parecon.base.parameters import Law, in_force
from parecon.secondhand.collectables.register import MUSEUM, NO_ONE, Gifts, Kinds, Register
from parecon.service.desk.models import Federation
from parecon.service.register.models import MUSEUMS, SHELF, Entry, Gift, Kind
from parecon.service.rows import update

ROOM = "secondhand.collectables"
EXCHANGE = 0  # the row of the federation's shelf among the parties
CHANGED_BY_THE_LAW = ("standing", "holder", "paid_mcr", "paid_level_ppm", "cost_mcr", "first_refusal", "reverted_month")


class Parties:
    """Who stands in which row of the law's columns: the federation's shelf first, the museum in none.

    >>> parties = Parties(["p-ana", "p-ben", "p-ana"])
    >>> parties.row("p-ben"), parties.row(MUSEUMS), parties.name(1), len(parties)
    (2, -1, 'p-ana', 3)
    """

    def __init__(self, others: Iterable[str]) -> None:
        self.names = list(dict.fromkeys([SHELF, *(name for name in others if name not in {SHELF, MUSEUMS, ""})]))
        self._row = {name: row for row, name in enumerate(self.names)} | {MUSEUMS: MUSEUM, "": NO_ONE}

    def __len__(self) -> int:
        return len(self.names)

    def row(self, name: str) -> int:
        """The row of a pseudonym."""
        return self._row[name]

    def name(self, row: int) -> str:
        """The pseudonym of the holder in a row."""
        return MUSEUMS if row == MUSEUM else self.names[row]


@dataclass(frozen=True)
class Table:
    """Entries and the gifts that are remembered of them, as rows and as the law's columns.

    `stands_for` names the party that stands in the columns for another: at closings a household for its members.
    """

    entries: list[Entry]
    gifts: list[Gift]
    kinds: list[Kind]
    parties: Parties
    stands_for: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Sequence[Entry], others: Iterable[str] = ()) -> Table:
        """These entries with all that the law needs to know of them; `others` are parties that act."""
        gifts = list(Gift.objects.filter(entry__in=[each.pk for each in entries if each.pk], remembered=True)
                     .order_by("pk"))
        kinds = list(Kind.objects.filter(pk__in={each.kind_id for each in entries}).order_by("number"))
        known = [name for each in entries for name in (each.holder, each.first_refusal)]
        return cls(list(entries), gifts, kinds, Parties([*known, *(gift.giver for gift in gifts), *others]))

    def register(self) -> Register:
        """The entries as the law's register, one row an entry, in their order."""
        kind = {each.pk: place for place, each in enumerate(self.kinds)}

        def row(name: str) -> int:
            return self.parties.row(self.stands_for.get(name, name))

        made = Register.of([kind[each.kind_id] for each in self.entries], [row(each.holder) for each in self.entries],
                           [each.paid_mcr for each in self.entries], [each.standing for each in self.entries],
                           [each.paid_level_ppm for each in self.entries])
        made.cost_mcr[:] = [each.cost_mcr for each in self.entries]
        made.first_refusal[:] = [row(each.first_refusal) for each in self.entries]
        place = {each.pk: place for place, each in enumerate(self.entries)}
        columns = zip(*((place[gift.entry_id], row(gift.giver), gift.month) for gift in self.gifts), strict=True)
        made.gifts = Gifts(*(np.array(column, np.int32) for column in columns)) if self.gifts else made.gifts
        return made

    def columns_of_kinds(self) -> Kinds:
        """Their kinds as the law's columns, in the order of their numbers."""
        return as_columns(self.kinds)

    def write(self, after: Register, month: int) -> None:
        """Writes what the law changed, and nothing else; things that now wait for relatives do so from this month."""
        changed = [entry for row, entry in enumerate(self.entries) if self.take_over(entry, after, row, month)]
        update([entry for entry in changed if entry.pk], *CHANGED_BY_THE_LAW)
        Entry.objects.bulk_create([entry for entry in changed if not entry.pk])
        self._write_gifts(after.gifts)

    def take_over(self, entry: Entry, after: Register, row: int, month: int) -> bool:
        """Puts into an entry what the law says of it; whether that is something else than before."""
        before = [getattr(entry, name) for name in CHANGED_BY_THE_LAW]
        entry.standing = int(after.standing[row])
        entry.holder = self.parties.name(int(after.holder[row]))
        for name in ("paid_mcr", "paid_level_ppm", "cost_mcr"):
            setattr(entry, name, int(getattr(after, name)[row]))
        first = int(after.first_refusal[row])
        entry.reverted_month = None if first == NO_ONE else month if not entry.first_refusal else entry.reverted_month
        entry.first_refusal = "" if first == NO_ONE else self.parties.name(first)
        return before != [getattr(entry, name) for name in CHANGED_BY_THE_LAW]

    def _write_gifts(self, after: Gifts) -> None:
        left = Counter(zip(after.item.tolist(), after.giver.tolist(), after.month.tolist(), strict=True))
        place = {each.pk: row for row, each in enumerate(self.entries)}
        forgotten = []
        for gift in self.gifts:
            told = (place[gift.entry_id], self.parties.row(gift.giver), gift.month)
            if left[told]:
                left[told] -= 1
            else:
                forgotten.append(gift.pk)
        Gift.objects.filter(pk__in=forgotten).update(remembered=False)
        Gift.objects.bulk_create([Gift(entry=self.entries[item], giver=self.parties.name(giver), month=month)
                                  for item, giver, month in left.elements()])


def as_columns(kinds: Sequence[Kind]) -> Kinds:
    """Kinds as the law's columns."""
    return Kinds(np.array([each.schedule_mcr for each in kinds], np.int64),
                 np.array([each.price_mcr for each in kinds], np.int64),
                 np.array([each.standing for each in kinds], np.int8))


def law_in_force(federation: Federation) -> Law:
    """The law of collectables as the federation has it."""
    return in_force(ROOM, federation.changes.get(ROOM, {}), federation.name)
