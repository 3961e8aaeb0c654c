"""What can be done to the ledger. Nothing else writes to it.

Each command is one short transaction, carries the name that whoever asks gave the act, and answers with
data. Asked again under the same name - a retry, a double click - it does nothing and says what came of it
the first time. A refusal leaves no trace: the same act may be asked again and is then decided anew.
Commands can be joined with other writing in one transaction, around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from parecon.base.postings import Postings
from parecon.base.postings import post as carried_out
from parecon.service.answers import Answer
from parecon.service.ledger import law, store
from parecon.service.ledger.chain import Row
from parecon.service.ledger.law import HoldState, Kind, Refusal, Standing
from parecon.service.ledger.models import Account, Balance, Entry, FloorSet, Hold


class Line(NamedTuple):
    """A payment that is asked for, accounts by number; `group` joins payments that belong together.

    What is `owed` is the debt of a settlement: no floor stops it, and no ordinary payment follows it below.
    """

    act: str
    debit: int
    credit: int
    amount_mcr: int
    purpose: int
    group: str = ""
    corrects: int | None = None
    hold: int | None = None
    owed: bool = False


def open_account(act: str, party: str, kind: Kind, floor_mcr: int | None, at_us: int) -> Answer:
    """Opens an account for a party known by a pseudonym; it cannot be spent below the floor (None: without limit)."""
    if not law.well_named(act, party):
        return Answer(Refusal.BAD_NAME)
    if floor_mcr is not None and abs(floor_mcr) > law.MOST_MCR:
        return Answer(Refusal.TOO_LARGE)
    with store.writing():
        before = Account.objects.filter(act=act).first()
        if before is not None:
            opened = FloorSet.objects.filter(account=before).order_by("number").first()
            floor = before.floor_mcr if opened is None else opened.before_mcr
            return _again(before.number, same=(before.party, before.kind, floor) == (party, kind, floor_mcr))
        if Account.objects.filter(party=party, kind=kind).exists():
            return Answer(Refusal.ACCOUNT_EXISTS)
        account = Account.objects.create(act=act, party=party, kind=kind, floor_mcr=floor_mcr, made_at_us=at_us)
        Balance.objects.create(account=account)
        return Answer(Refusal.ACCEPTED, account.number)


def set_floor(act: str, account: int, floor_mcr: int | None, at_us: int) -> Answer:
    """Lets an account be spent down to another floor from now on (None: without limit); what stands there stays.

    The change is kept as a row of its own, so that every floor can be followed back to the one at opening.
    """
    if not law.well_named(act):
        return Answer(Refusal.BAD_NAME)
    if floor_mcr is not None and abs(floor_mcr) > law.MOST_MCR:
        return Answer(Refusal.TOO_LARGE)
    with store.writing():
        done = FloorSet.objects.filter(act=act).first()
        if done is not None:
            return _again(account, same=(done.account_id, done.floor_mcr) == (account, floor_mcr))
        standing = store.accounts([account]).standing.get(account)
        if standing is None:
            return Answer(Refusal.NO_SUCH_ACCOUNT)
        FloorSet.objects.create(act=act, account_id=account, before_mcr=standing.floor_mcr, floor_mcr=floor_mcr,
                                made_at_us=at_us)
        Account.objects.filter(pk=account).update(floor_mcr=floor_mcr)
        return Answer(Refusal.ACCEPTED, account)


def post(act: str, debit: int, credit: int, amount_mcr: int, purpose: int, at_us: int, group: str = "") -> Answer:
    """Moves an amount from one account to another."""
    return post_batch([Line(act, debit, credit, amount_mcr, purpose, group)], at_us)[0]


def post_batch(lines: Sequence[Line], at_us: int) -> list[Answer]:
    """Payments decided one after the other and written together: [line]; what one cannot pay does not stop the rest.

    A name that stands in two lines of the batch is decided once, for the first of them.
    """
    with store.writing():
        named = [line for line in lines if law.well_named(line.act)]
        done, found = store.known([line.act for line in named], _touched(named))
        first: dict[str, Line] = {}
        for line in lines:
            first.setdefault(line.act, line)
        made = _made([line for line in first.values() if line.act not in done], found, at_us)
    return [_again(done[line.act].number, same=_content(done[line.act]) == line[1:]) if line.act in done
            else _answer(line, first[line.act], made[line.act]) for line in lines]


def _answer(line: Line, first: Line, answer: Answer) -> Answer:
    """What a line of a batch is answered, given what the first line of its name was."""
    if line is first or answer.reason != Refusal.ACCEPTED:
        return answer
    return _again(answer.number, same=first == line)


def _touched(lines: Iterable[Line]) -> Iterator[int]:
    return (account for line in lines for account in (line.debit, line.credit))


def _made(lines: Sequence[Line], found: store.Accounts, at_us: int) -> dict[str, Answer]:
    """Decides payments that were not made before, and makes those that can be."""
    named = [line for line in lines if law.well_named(line.act, *filter(None, [line.group]))]
    reasons = law.decided(*_columns(named), [line.owed for line in named], found.standing)
    accepted = [line for line, reason in zip(named, reasons, strict=True) if reason == Refusal.ACCEPTED]
    answers = {line.act: Answer(Refusal.BAD_NAME) for line in lines}
    answers |= {line.act: Answer(reason) for line, reason in zip(named, reasons, strict=True)}
    return answers | _entered(accepted, found, at_us)


def _entered(lines: Sequence[Line], found: store.Accounts, at_us: int,
             freed: Sequence[tuple[int, int]] = ()) -> dict[str, Answer]:
    """Writes payments that are decided: entries, then balances; `freed` was held for them, by account, below 0."""
    if not lines:
        return {}
    rows = [Row(number, *line, at_us) for number, line in enumerate(lines, found.last.number + 1)]
    after = _after(lines, found.standing)
    store.append(rows, found, after | _held(after, freed))
    return {row.act: Answer(Refusal.ACCEPTED, row.number) for row in rows}


def _after(lines: Sequence[Line], standing: dict[int, Standing]) -> dict[int, Standing]:
    """What stands on the accounts that payments touch, after them."""
    debit, credit, amount = _columns(lines)
    touched = sorted({*debit, *credit})
    place = {account: row for row, account in enumerate(touched)}
    posted = np.array([standing[account].posted_mcr for account in touched], np.int64)
    carried_out(posted, Postings.of([place[each] for each in debit], [place[each] for each in credit], amount, 0))
    return {account: standing[account]._replace(posted_mcr=int(value))
            for account, value in zip(touched, posted, strict=True)}


def hold(act: str, debit: int, credit: int, amount_mcr: int, purpose: int, until_us: int, at_us: int,
         group: str = "") -> Answer:
    """Sets credits aside for a payment that will be made, or not, up to a time."""
    return hold_batch([Line(act, debit, credit, amount_mcr, purpose, group)], until_us, at_us)[0]


def hold_batch(lines: Sequence[Line], until_us: int, at_us: int) -> list[Answer]:
    """Sets credits aside for payments up to one time, decided one after the other and written together: [line]."""
    with store.writing():
        before = {held.act: held for held in store.holds("act", [line.act for line in lines])}
        first: dict[str, Line] = {}
        for line in lines:
            first.setdefault(line.act, line)
        made = _held_for([line for line in first.values() if line.act not in before], until_us, at_us)
    return [_again(before[line.act].number,
                   same=(_line(before[line.act]), before[line.act].until_us) == (line, until_us))
            if line.act in before else _answer(line, first[line.act], made[line.act]) for line in lines]


def _held_for(lines: Sequence[Line], until_us: int, at_us: int) -> dict[str, Answer]:
    """Decides holds that were not made before, and makes those that can be."""
    named = [line for line in lines if law.well_named(line.act, *filter(None, [line.group]))]
    found = store.accounts(_touched(named))
    answers = {line.act: Answer(Refusal.BAD_NAME) for line in lines}
    answers |= {line.act: Answer(reason) for line, reason in zip(
        named, law.held_for(*_columns(named), found.standing), strict=True)}
    good = [line for line in named if not answers[line.act].reason]
    made = Hold.objects.bulk_create([
        Hold(act=line.act, debit_id=line.debit, credit_id=line.credit, amount_mcr=line.amount_mcr,
             purpose=line.purpose, group=line.group, until_us=until_us, made_at_us=at_us) for line in good])
    if good:
        store.set_balances(_held(found.standing, [(line.debit, line.amount_mcr) for line in good]))
    return answers | {held.act: Answer(Refusal.ACCEPTED, held.number) for held in made}


def post_hold(act: str, hold_act: str, at_us: int) -> Answer:
    """Makes the payment for which credits are held, if its time is not over."""
    return _resolve(act, hold_act, HoldState.POSTED, at_us)


def void(act: str, hold_act: str, at_us: int) -> Answer:
    """Gives held credits free: the payment will not be made."""
    return _resolve(act, hold_act, HoldState.VOIDED, at_us)


def expire(act: str, hold_act: str, at_us: int) -> Answer:
    """Gives held credits free because the time of the hold is over."""
    return _resolve(act, hold_act, HoldState.EXPIRED, at_us)


def _resolve(act: str, hold_act: str, wanted: HoldState, at_us: int) -> Answer:
    return resolve_batch([(act, hold_act)], wanted, at_us)[0]


def resolve_batch(acts: Sequence[tuple[str, str]], wanted: HoldState, at_us: int) -> list[Answer]:
    """Posts, voids or expires holds, one after the other, written together: [act], each with the act of its hold."""
    with store.writing():
        resolved = {str(held.resolved_by): held for held in store.holds("resolved_by", [act for act, _ in acts])}
        holds = {held.act: held for held in store.holds("act", [hold_act for _, hold_act in acts])}
        entered, found = store.known([act for act, _ in acts] if wanted == HoldState.POSTED else [],
                                     _touched(_line(held) for held in holds.values()))
        answers, now = [], []
        for act, hold_act in acts:
            answer = _resolved(act, holds.get(hold_act), hold_act, wanted, at_us, resolved, entered, found)
            if answer.done and not answer.again:
                held = holds[hold_act]
                held.state, held.resolved_by = wanted.value, act
                resolved[act] = held
                now.append(held)
            answers.append(answer)
        _write_resolved(now, wanted, found, at_us)
    return answers


def _resolved(act: str, held: Hold | None, hold_act: str, wanted: HoldState, at_us: int, resolved: dict[str, Hold],
              entered: dict[str, Row], found: store.Accounts) -> Answer:
    """What a hold becomes by an act; the floor was asked when it was made, and what is left over it stays as it is."""
    if not law.well_named(act, hold_act):
        return Answer(Refusal.BAD_NAME)
    if act in resolved:
        return _again(resolved[act].number, same=(resolved[act].act, resolved[act].state) == (hold_act, wanted))
    if held is None:
        return Answer(Refusal.NO_SUCH_HOLD)
    reason = law.resolved(held.state, wanted, held.until_us, at_us)
    if reason == Refusal.ACCEPTED and act in entered:
        reason = Refusal.NAME_TAKEN
    if reason == Refusal.ACCEPTED and wanted == HoldState.POSTED:
        reason = law.too_large(found.standing[held.credit_id], held.amount_mcr)
    return Answer(reason, 0 if reason else held.number)


def _write_resolved(holds: Sequence[Hold], wanted: HoldState, found: store.Accounts, at_us: int) -> None:
    """Holds as they were resolved, with the entries of those that are posted, and what is not held any more."""
    if not holds:
        return
    freed = [(held.debit_id, -held.amount_mcr) for held in holds]
    if wanted == HoldState.POSTED:
        lines = [_line(held)._replace(act=str(held.resolved_by), hold=held.number) for held in holds]
        _entered(lines, found, at_us, freed)
    else:
        store.set_balances(_held(found.standing, freed))
    store.resolve(holds, at_us)


def correct(act: str, entry_act: str, at_us: int, group: str = "") -> Answer:
    """Takes an entry back by a new one that names it: the same amount, the other way; once for each entry.

    Floors hold here too: what was spent meanwhile cannot be taken back.
    """
    if not law.well_named(act, entry_act):
        return Answer(Refusal.BAD_NAME)
    with store.writing():
        wrong = store.entries([entry_act]).get(entry_act)
        if wrong is None:
            return Answer(Refusal.NO_SUCH_ENTRY)
        if Entry.objects.filter(corrects_id=wrong.number).exclude(act=act).exists():
            return Answer(Refusal.CORRECTED_BEFORE)
        line = Line(act, wrong.credit, wrong.debit, wrong.amount_mcr, wrong.purpose, group, wrong.number)
        return post_batch([line], at_us)[0]


def _again(number: int, *, same: bool) -> Answer:
    return Answer(Refusal.ACCEPTED, number, again=True) if same else Answer(Refusal.NAME_TAKEN)


def _content(row: Row) -> tuple[object, ...]:
    return row[2:-1]


def _line(held: Hold) -> Line:
    return Line(held.act, held.debit_id, held.credit_id, held.amount_mcr, held.purpose, held.group)


def _columns(lines: Iterable[Line]) -> tuple[list[int], list[int], list[int]]:
    lines = list(lines)
    return [line.debit for line in lines], [line.credit for line in lines], [line.amount_mcr for line in lines]


def _held(standing: dict[int, Standing], more: Sequence[tuple[int, int]]) -> dict[int, Standing]:
    """The accounts on which more (below 0: less) is held, as they then stand: by account and amount in mcr."""
    after: dict[int, Standing] = {}
    for account, amount in more:
        before = after.get(account, standing[account])
        after[account] = before._replace(held_mcr=before.held_mcr + amount)
    return after
