"""How a federation begins: its council, accounts, stores, catalogue and first schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.base.errors import BadInput
from parecon.base.parameters import in_force
from parecon.secondhand.durables import Durables, read_durables, schedule
from parecon.service import lengths
from parecon.service.clock import date_of, month_of
from parecon.service.desk import columns
from parecon.service.desk.models import Catalogue, Federation, Schedule, Store
from parecon.service.ledger import commands as ledger
from parecon.service.ledger import store as books
from parecon.service.ledger.law import Kind
from parecon.service.people.models import Affiliation, Council, CouncilKind
from parecon.service.people.record import pseudonym

SOURCE = "founding"
FOR_DESKS = ("guaranteed", "true-up")


class StoreAt(NamedTuple):
    """A consumer council that keeps a store, and where it is: kilometres east and north of any point."""

    code: str
    name: str
    east_km: float = 0.0
    north_km: float = 0.0
    address: str = ""
    hours: str = ""


def found(name: str, stores: Sequence[StoreAt], at_us: int, *, catalogue: str | Path | Durables = "us-2017",
          changes: Mapping[str, Mapping[str, Any]] | None = None, index: Sequence[float] | None = None) -> Federation:
    """Founds the federation that this service serves, once; its year is the one that runs at that time.

    `changes` is what it decided otherwise than the law's own parameters, by institution; `index` [good] the first
    schedule's, 1 where it is not given. Raises BadInput for what cannot be, and where there is a federation.
    """
    decided = {institution: dict(values) for institution, values in (changes or {}).items()}
    laws = {institution: in_force(institution, values, SOURCE) for institution, values in decided.items()}
    law = laws.get("secondhand", in_force("secondhand", {}, SOURCE))
    if law["mode"] not in FOR_DESKS:
        raise BadInput(SOURCE, "[secondhand] mode", law["mode"], f"one of {', '.join(FOR_DESKS)}")
    if not stores:
        raise BadInput(SOURCE, "stores", "none", "a store at least")
    goods = catalogue if isinstance(catalogue, Durables) else read_durables(catalogue, SOURCE)
    called = "its own" if isinstance(catalogue, Durables) else Path(catalogue).name[:lengths.NAME]
    first = _index(goods, index)
    schedule(goods, first, law, SOURCE)  # what cannot be announced is said before anything is written
    with books.writing():
        if Federation.objects.exists():
            raise BadInput(SOURCE, "federation", Federation.objects.get().name, "none yet: a service serves one")
        of = _federation(name, decided, at_us)
        open_stores(of, stores, at_us)
        announce(month_of(at_us) // MONTHS_A_YEAR, keep(called, goods), first.tolist(), dict(law), at_us)
    return of


def _index(goods: Durables, index: Sequence[float] | None) -> Any:
    first = np.ones(len(goods)) if index is None else np.asarray(index, np.float64)
    if first.shape != (len(goods),) or not ((first > 0) & np.isfinite(first)).all():
        raise BadInput(SOURCE, "index", list(index or ()), f"{len(goods)} numbers above 0")
    return first


def _federation(name: str, decided: dict[str, Any], at_us: int) -> Federation:
    party = pseudonym("c")
    council = Council.objects.create(code="federation", name=name, kind=CouncilKind.FEDERATION, party=party)
    society, exchange = (ledger.open_account(f"found/{kind.name}", party, kind, None, at_us).number
                         for kind in (Kind.SOCIETY, Kind.EXCHANGE))
    return Federation.objects.create(pk=1, name=name, council=council, society_account=society,
                                     exchange_account=exchange, changes=decided)


def open_stores(of: Federation, stores: Sequence[StoreAt], at_us: int) -> list[Store]:
    """Consumer councils with a store each, which belong to the federation; their areas are numbered on."""
    area = Store.objects.count()
    opened = []
    for row, (code, name, east, north, address, hours) in enumerate(stores, area):
        council = Council.objects.create(code=code, name=name, kind=CouncilKind.CONSUMER, party=pseudonym("c"))
        Affiliation.objects.create(council=council, parent=of.council, from_on=date_of(at_us))
        opened.append(Store.objects.create(council=council, area=row, address=address, hours=hours, east_km=east,
                                           north_km=north))
    return opened


def keep(name: str, goods: Durables) -> Catalogue:
    """Keeps a catalogue; one that was kept before is that one."""
    kept = columns.as_columns(goods)
    content_hash = sha256(dumps(kept).encode()).hexdigest()
    return Catalogue.objects.get_or_create(content_hash=content_hash, defaults={"name": name, "columns": kept})[0]


def announce(year: int, catalogue: Catalogue, index: Sequence[float], law: Mapping[str, Any], at_us: int,
             shelves_mcr: Sequence[int] | None = None) -> Schedule:
    """The schedule of a year, as it will stay; `shelves_mcr` [good] is what stands on all shelves, by it."""
    goods = len(columns.durables(catalogue))
    return Schedule.objects.create(year=year, catalogue=catalogue, index=list(index), law=dict(law), announced_us=at_us,
                                   shelves_mcr=list(shelves_mcr) if shelves_mcr is not None else [0] * goods)
