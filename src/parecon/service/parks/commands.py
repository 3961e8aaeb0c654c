"""What members and keepers do in parks; nothing else writes their bookings, pieces and events.

Each command takes acts, decides them as one batch by the law of parks on the state as it is, and writes what comes
of it with the credits in one transaction, each act once. Refusals leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parecon.secondhand.parks import decide, keeping
from parecon.secondhand.parks.acts import Cancellations, Contributions, Fetchings, Refusal, Returns, Wishes
from parecon.secondhand.parks.decide import Decided
from parecon.service import answers
from parecon.service.answers import Answer
from parecon.service.desk.labels import label
from parecon.service.parks.acts import Book, Cancel, Contribute, GiveBack, PutBack, TakeOut, Withdraw
from parecon.service.parks.columns import NONE, Loaded, column, load, rows
from parecon.service.parks.models import Booking, Deed, Need, Park, Piece
from parecon.service.parks.store import Told, tell, tell_of_orphans, write
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor, Power, acting_for, may
from parecon.service.people.record import once

MOST_SLOT, MOST_MCR = 2**30, 2**53
Reasons = list[IntEnum]


class Given(NamedTuple):
    """Acts on bookings as the law takes them: who acts and on which booking, by rows of the columns, [act]."""

    acts: Sequence[Any]
    member: npt.NDArray[np.int32]
    booking: npt.NDArray[np.int32]
    found: Loaded


def book(acts: Sequence[Book], actor: Actor) -> list[Answer]:
    """Members book pieces of their park, first come, first served; the fee is paid at once."""
    return once("park booking", acts, actor, lambda fresh: _book(fresh, actor))


def cancel(acts: Sequence[Cancel], actor: Actor) -> list[Answer]:
    """Members give a booking up; the fee comes back, less a part where there is too little notice."""
    return once("park cancellation", acts, actor, lambda fresh: _end(Deed.CANCEL, fresh, actor, _cancelled))


def take_out(acts: Sequence[TakeOut], actor: Actor) -> list[Answer]:
    """Members fetch what they booked, or a keeper hands it out to them."""
    return once("park fetching", acts, actor, lambda fresh: _end(Deed.TAKE_OUT, fresh, actor, _taken_out))


def give_back(acts: Sequence[GiveBack], actor: Actor) -> list[Answer]:
    """Members bring pieces back, or a keeper takes them; broken ones go out of use."""
    return once("park return", acts, actor, lambda fresh: _end(Deed.GIVE_BACK, fresh, actor, _given_back))


def contribute(acts: Sequence[Contribute], actor: Actor) -> list[Answer]:
    """Keepers take things that households leave to their park, and credit what they are worth."""
    return once("park contribution", acts, actor, lambda fresh: _contribute(fresh, actor))


def withdraw(acts: Sequence[Withdraw], actor: Actor) -> list[Answer]:
    """Keepers take pieces out of use; who has booked one for later gets the fee back."""
    return once("park withdrawal", acts, actor, lambda fresh: _keep(
        Deed.WITHDRAW, fresh, actor, lambda found, piece: keeping.withdraw(piece, found.parks, found.now)))


def put_back(acts: Sequence[PutBack], actor: Actor) -> list[Answer]:
    """Keepers put mended pieces back into use."""
    return once("park mending", acts, actor, lambda fresh: _keep(
        Deed.PUT_BACK, fresh, actor, lambda found, piece: keeping.put_back(piece, found.parks)))


# --- Booking ----------------------------------------------------------------------------------------------------

def _book(acts: Sequence[Book], actor: Actor) -> list[Answer]:
    places = {each.pk: each for each in Park.objects.filter(pk__in=_numbers(acts, "park")).select_related("council")}
    refused = [_not_for(actor, places.get(act.park)) or _unreadable(act.start, act.slots) for act in acts]
    allowed = [act for act, reason in zip(acts, refused, strict=True) if not reason]
    if not allowed:
        return [Answer(reason) for reason in refused]
    found = load(list(places), [actor.household.pk], [], actor.at_us)
    decided = decide.book(_wishes(allowed, actor, found), found.parks, found.balance_mcr, found.now, found.law)
    done = [act for act, reason in zip(allowed, decided.reason.tolist(), strict=True) if not reason]
    write(found, decided, [act.act for act in done], actor)
    made = _made(found, decided, done, actor)
    tell(Deed.BOOK, [Told(each.act, each.piece.park_id, each.piece_id, each.pk, actor.household.party)
                     for each in made.values()], actor)
    return _answers(acts, refused, decided.reason.tolist(), {act: each.pk for act, each in made.items()})


def _wishes(acts: Sequence[Book], actor: Actor, found: Loaded) -> Wishes:
    park, thing = rows(found.places), rows(found.things)
    member = rows(found.households).get(actor.household.pk, NONE)
    place = [park[act.park] for act in acts]
    return Wishes(column([member] * len(acts)), column(place), column(thing.get(act.thing, NONE) for act in acts),
                  column(act.start + found.shift[row] for act, row in zip(acts, place, strict=True)),
                  column(act.slots for act in acts))


def _made(found: Loaded, decided: Decided, acts: Sequence[Book], actor: Actor) -> dict[str, Booking]:
    """The bookings that are new, by act: the last rows of the columns."""
    new = decided.parks.bookings
    first = len(found.bookings)
    made = []
    for row, act in enumerate(acts, first):
        piece = found.pieces[int(new.piece[row])]
        made.append(Booking(act=act.act, household=actor.household, piece=piece, start=act.start, slots=act.slots,
                            fee_mcr=int(new.fee_mcr[row]), booked_us=actor.at_us))
    Booking.objects.bulk_create(made)
    return {each.act: each for each in Booking.objects.filter(
        act__in=[act.act for act in acts]).select_related("piece").order_by("pk")}


# --- What becomes of a booking ----------------------------------------------------------------------------------

def _cancelled(given: Given) -> Decided:
    return decide.cancel(Cancellations(given.member, given.booking), given.found.parks, given.found.now,
                         given.found.law)


def _taken_out(given: Given) -> Decided:
    return keeping.take_out(Fetchings(given.member, given.booking), given.found.parks, given.found.now)


def _given_back(given: Given) -> Decided:
    works = np.array([act.works for act in given.acts], bool)
    return decide.give_back(Returns(given.member, given.booking, works), given.found.parks, given.found.now,
                            given.found.law)


def _end(deed: Deed, acts: Sequence[Any], actor: Actor, decided_by: Callable[[Given], Decided]) -> list[Answer]:
    """Decides what is done with bookings; a keeper acts for whoever's booking it is, all others for themselves."""
    wanted = list(Booking.objects.filter(pk__in=_numbers(acts, "booking")).select_related(
        "piece__park__council", "household"))
    found = load({each.piece.park_id for each in wanted}, [actor.household.pk], [each.pk for each in wanted],
                 actor.at_us)
    keeps = {each.pk: deed != Deed.CANCEL and may(actor, Power.KEEP_PARK, each.piece.park.council) for each in wanted}
    by_number = {each.pk: each for each in wanted}
    refused: Reasons = [Refusal.ACCEPTED if act.booking not in by_number or keeps[act.booking]
                        else _not_for(actor, by_number[act.booking].piece.park) for act in acts]
    allowed = [act for act, reason in zip(acts, refused, strict=True) if not reason]
    people, row = rows(found.households), rows(found.bookings)
    member = column(people[by_number[act.booking].household_id] if keeps.get(act.booking) else
                    people.get(actor.household.pk, NONE) for act in allowed)
    decided = decided_by(Given(allowed, member, column(row.get(act.booking, NONE) for act in allowed), found))
    done = list(compress(allowed, decided.reason == 0))
    write(found, decided, [act.act for act in done], actor)
    tell(deed, [_told(act, by_number[act.booking]) for act in done], actor)
    tell_of_orphans(found, decided, [act.act for act in done], {act.booking for act in done}, actor)
    return _answers(acts, refused, decided.reason.tolist(), {act.act: act.booking for act in done})


def _told(act: Any, booking: Booking) -> Told:
    told = Told(act.act, booking.piece.park_id, booking.piece_id, booking.pk, booking.household.party)
    return told._replace(note=act.note, works=act.works) if isinstance(act, GiveBack) else told


# --- Pieces -----------------------------------------------------------------------------------------------------

def _contribute(acts: Sequence[Contribute], actor: Actor) -> list[Answer]:
    places = {each.pk: each for each in Park.objects.filter(pk__in=_numbers(acts, "park")).select_related("council")}
    givers = {each.pk: each for each in Household.objects.filter(pk__in=_numbers(acts, "household"))}
    refused = [_not_kept_by(actor, places.get(act.park)) or _cannot_be_valued(act, givers, actor) for act in acts]
    allowed = [act for act, reason in zip(acts, refused, strict=True) if not reason]
    if not allowed:
        return [Answer(reason) for reason in refused]
    found = load(list(places), list(givers), [], actor.at_us)
    decided = keeping.contribute(_contributions(allowed, found), found.parks, _needed(found), found.law)
    done = list(compress(allowed, decided.reason == 0))
    write(found, decided, [act.act for act in done], actor)
    made = [Piece(label=label(), park_id=act.park, thing_id=act.thing, title=act.title,
                  new_price_mcr=act.new_price_mcr, worn_ppm=act.worn_ppm, since_us=actor.at_us) for act in done]
    Piece.objects.bulk_create(made)
    number = dict(Piece.objects.filter(label__in=[each.label for each in made]).values_list("label", "pk"))
    by_act = {act.act: number[piece.label] for act, piece in zip(done, made, strict=True)}
    tell(Deed.CONTRIBUTE, [Told(act.act, act.park, by_act[act.act], None, givers[act.household].party,
                                worn_ppm=act.worn_ppm) for act in done], actor)
    return _answers(acts, refused, decided.reason.tolist(), by_act)


def _contributions(acts: Sequence[Contribute], found: Loaded) -> Contributions:
    people, park, thing = rows(found.households), rows(found.places), rows(found.things)
    return Contributions(
        column(people[act.household] for act in acts), column(park[act.park] for act in acts),
        column(thing.get(act.thing, NONE) for act in acts), np.array([act.new_price_mcr for act in acts], np.int64),
        np.array([act.worn_ppm for act in acts], np.int64), np.array([act.works for act in acts], bool))


def _needed(found: Loaded) -> npt.NDArray[np.int64]:
    """How many pieces of each kind each park has agreed to keep: [pool]."""
    park, thing = rows(found.places), rows(found.things)
    needed = np.zeros(found.parks.pools, np.int64)
    for each in Need.objects.filter(park__in=found.places):
        needed[park[each.park_id] * found.parks.goods + thing[each.thing_id]] = each.pieces
    return needed


def _cannot_be_valued(act: Contribute, givers: dict[int, Household], actor: Actor) -> IntEnum:
    """Why a keeper cannot say what a thing is worth: nobody values what is their own."""
    if act.household not in givers:
        return answers.Refusal.NO_SUCH_THING
    if act.household == actor.member.household_id:
        return answers.Refusal.NOT_BY_ONESELF
    sensible = 0 < act.new_price_mcr <= MOST_MCR and 0 <= act.worn_ppm <= MOST_SLOT
    return Refusal.ACCEPTED if sensible else answers.Refusal.BAD_FORM


def _keep(deed: Deed, acts: Sequence[Any], actor: Actor, decided_by: Callable[[Loaded, Any], Decided]) -> list[Answer]:
    """Decides what a keeper does with pieces; a piece of another's park is to them no piece at all."""
    pieces = {each.pk: each for each in Piece.objects.filter(
        pk__in=_numbers(acts, "piece")).select_related("park__council")}
    refused = [_not_kept_by(actor, pieces[act.piece].park if act.piece in pieces else None) for act in acts]
    allowed = [act for act, reason in zip(acts, refused, strict=True) if not reason]
    if not allowed:
        return [Answer(reason) for reason in refused]
    found = load({pieces[act.piece].park_id for act in allowed}, [], [], actor.at_us)
    row = rows(found.pieces)
    decided = decided_by(found, column(row[act.piece] for act in allowed))
    done = list(compress(allowed, decided.reason == 0))
    write(found, decided, [act.act for act in done], actor)
    tell(deed, [Told(act.act, pieces[act.piece].park_id, act.piece, None, "", act.note) for act in done], actor)
    tell_of_orphans(found, decided, [act.act for act in done], set(), actor)
    return _answers(acts, refused, decided.reason.tolist(), {act.act: act.piece for act in done})


# --- Who may, and what is answered ------------------------------------------------------------------------------

def _not_for(actor: Actor, park: Park | None) -> IntEnum:
    """Why somebody cannot act for a household in a park."""
    if park is None:
        return answers.Refusal.NO_SUCH_THING
    return acting_for(actor, actor.household, park.council)


def _not_kept_by(actor: Actor, park: Park | None) -> IntEnum:
    """Why somebody cannot do what keepers of a park do."""
    if park is None:
        return answers.Refusal.NO_SUCH_THING
    return Refusal.ACCEPTED if may(actor, Power.KEEP_PARK, park.council) else answers.Refusal.NOT_ALLOWED


def _unreadable(*slots: int) -> IntEnum:
    """Hours farther away than any calendar goes."""
    return Refusal.ACCEPTED if all(abs(each) < MOST_SLOT for each in slots) else answers.Refusal.BAD_FORM


def _numbers(acts: Sequence[Any], name: str) -> list[int]:
    """What acts name, as far as the database can have it."""
    return [number for act in acts if 0 < (number := getattr(act, name)) < 2**63]


def _answers(acts: Sequence[Any], refused: Sequence[IntEnum], decided: Sequence[int],
             number: dict[str, int]) -> list[Answer]:
    """An answer an act: why it was not even decided, or what the law says."""
    said = iter(decided)
    return [Answer(reason) if reason else Answer(Refusal(next(said)), number.get(act.act, 0))
            for act, reason in zip(acts, refused, strict=True)]
