"""What happened in the demonstration, month by month, up to today: all of it by the desk's own commands."""

from __future__ import annotations

import numpy as np

from parecon.base.clock import MONTHS_A_YEAR
from parecon.secondhand.acts import Purpose
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.clock import begin_us, month_of
from parecon.service.demo import in_common
from parecon.service.demo.federation import People, all_done
from parecon.service.demo.month import Month
from parecon.service.demo.names import THINGS
from parecon.service.desk import closing, intake, known, offers, paying, requests, rules, transfers
from parecon.service.desk.checklists import BARRED, questions
from parecon.service.desk.columns import InForce, accounts, in_force
from parecon.service.desk.models import Item, Request, Store, Transfer
from parecon.service.desk.year import preview_year
from parecon.service.ledger.store import writing
from parecon.service.people.models import Household
from parecon.service.people.policy import Actor

ALLOWANCE_MCR = 45_000  # a month, for durables, for each household
FIRST_CREDIT_MCR = 600_000
BROUGHT, WANTED = 9, 9  # things a month in each council
LAST = 31  # day of a month
TODAY = 100  # things of this morning are numbered from here
DECIDED = (("spread_permille", 80), ("return_days", 21))  # for the year after this one
WHY = "Assembly of both councils: carrying cost less than was thought, and two weeks are short in the holidays."
GRADES = (0.25, 0.7, 0.93)  # up to which lot things are as new, good, worn; the rest is well worn


def lived_through(people: People, at_us: int) -> None:
    """Every month from the first to this one; all but this one are closed, and years that are over are settled."""
    for number in range(month_of(people.began_us), month_of(at_us) + 1):
        with writing():  # a month is on the disk at once: nobody waits for any of it
            month = Month(people, number, at_us)
            if number == month_of(at_us):
                in_common.used(month)
            _lived_through(month, is_over=number < month_of(at_us))
            if number == month_of(at_us) - 1:
                in_common.opened(month)
    _leave_open(Month(people, month_of(at_us), at_us, lots_drawn=500))


def _lived_through(month: Month, *, is_over: bool) -> None:
    _pay(month)
    announced = {code: _announce(month, code) for code in month.people.stores}
    for code, items in announced.items():
        _hand_in(month, code, items)
    for code, items in announced.items():
        _inspect(month, code, items)
    for code, items in announced.items():
        _answer(month, code, items)
    for code in month.people.stores:
        _ask(month, code)
    _carry(month)
    if is_over:
        _fetch(month)
        _close(month)


def _everybody(people: People) -> list[Household]:
    return [home for homes in people.households.values() for home in homes]


def _customers(people: People, code: str) -> list[Household]:
    """The households of a council but its clerks': nobody inspects what is their own."""
    serve = {clerk.household_id for clerk in people.clerks[code]}
    return [home for home in people.households[code] if home.pk not in serve]


def _pay(month: Month) -> None:
    """Allowances from society; in the first month also what households begin with."""
    amount = ALLOWANCE_MCR + (FIRST_CREDIT_MCR if month.number == month_of(month.people.began_us) else 0)
    society, group = month.people.federation.society_account, month.name("allowances", "all")
    rows = [paying.Pay(month.name("allowance", number), society, number, amount, Purpose.ALLOWANCE.value, group)
            for number in accounts([home.party for home in _everybody(month.people)]).values()]
    all_done(paying.pay(rows, month.on(0, month.people.treasurer)))


# --- Brought ----------------------------------------------------------------------------------------------------

def _announce(month: Month, code: str) -> list[int]:
    """Things that households of a council are to bring; the items' numbers."""
    now = in_force(month.on(1, month.people.steward).at_us)
    rows = [_announcement(month, now, code, row) for row in range(BROUGHT)]
    clerk = month.people.clerks[code][0]
    return [answer.number for answer in all_done(intake.announce(rows, month.on(1, clerk)))]


def _hand_in(month: Month, code: str, items: list[int]) -> None:
    clerk, store = month.people.clerks[code][0], month.people.stores[code]
    all_done(intake.hand_in([intake.HandIn(month.name(f"{code}/hand-in", item), item, store.pk) for item in items],
                            month.on(3, clerk)))


def _announcement(month: Month, now: InForce, code: str, row: int) -> intake.Announce:
    """A thing by lot: what it is, how old, in what condition, from which household."""
    which, what, age, keep, who = month.lots(5).tolist()
    kind = sorted(THINGS)[int(which * len(THINGS))]
    good = now.durables.code.index(kind)
    titles, homes = THINGS[kind], _customers(month.people, code)
    months = int(age * age * 0.8 * int(now.durables.life_months[good]))
    return intake.Announce(month.name(f"{code}/announce", row), homes[int(who * len(homes))].pk, good,
                           month.number - months, int(np.searchsorted(GRADES, keep)), month.people.stores[code].pk,
                           titles[int(what * len(titles))])


def _inspect(month: Month, code: str, items: list[int]) -> None:
    """Inspections, now and then with another finding than the household's."""
    clerk, now = month.people.clerks[code][0], in_force(month.on(4, month.people.steward).at_us)
    rows = [_finding(month, now, code, item) for item in Item.objects.filter(pk__in=items).order_by("pk")]
    all_done(offers.inspect(rows, month.on(4, clerk)))


def _answer(month: Month, code: str, items: list[int]) -> None:
    """What is offered is accepted; what is not taken in goes home again."""
    clerk = month.people.clerks[code][0]
    quoted = known.latest_quotes(items)
    taken = [quote for quote in quoted.values() if not quote.reason]
    all_done(offers.accept([offers.Accept(month.name(f"{code}/accept", quote.pk), quote.pk) for quote in taken],
                           month.on(5, clerk)))
    refused = sorted(set(items) - {quote.item_id for quote in taken})
    all_done(intake.take_back([intake.TakeBack(month.name(f"{code}/back", item), item) for item in refused],
                              month.on(5, clerk)))


def _finding(month: Month, now: InForce, code: str, item: Item) -> offers.Inspect:
    stated, lot = int(item.quotes.order_by("-pk")[0].grade), float(month.lots(1)[0])
    worse = lot < 0.2 and stated < len(GRADES)
    answers = [(asked, "yes") for asked in questions(now.durables.code[item.good])]
    if worse:
        place = next(place for place, (asked, _) in enumerate(answers) if asked not in BARRED)
        answers[place] = (answers[place][0], "no")
    return offers.Inspect(month.name(f"{code}/inspect", item.pk), item.pk, stated + worse, item.made_month,
                          tuple(answers), "worn more than was said" if worse else "")


# --- Asked for --------------------------------------------------------------------------------------------------

def _ask(month: Month, code: str) -> None:
    """Households ask for certain things that they can pay, most of them from their own store."""
    homes, store = _customers(month.people, code), month.people.stores[code]
    shelf = list(Item.objects.filter(state=State.SHELF).order_by("pk"))
    for row in range(min(WANTED, len(shelf))):
        which, who = month.lots(2).tolist()
        item, home = shelf[int(which * len(shelf))], homes[int(who * len(homes))]
        if item.state != State.SHELF or item.holder == home.party:
            continue
        requests.ask([requests.Ask(month.name(f"{code}/ask", row), home.pk, item.good, store.pk, item.pk)],
                     month.on(10, month.people.clerks[code][0]))


def _carry(month: Month) -> None:
    """What is on its way arrives at the other store."""
    for code, store in month.people.stores.items():
        coming = Transfer.objects.filter(destination=store, arrived_us=None).values_list("item_id", flat=True)
        all_done(transfers.arrive([transfers.Arrive(month.name(f"{code}/arrive", item), item) for item in coming],
                                  month.on(12, month.people.clerks[code][0])))


def _fetch(month: Month) -> None:
    """What is kept for somebody is fetched."""
    for code, store in month.people.stores.items():
        kept = Request.objects.filter(store=store, state=RequestState.HELD, item__state=State.HELD)
        requests.hand_over([requests.HandOver(month.name(f"{code}/fetch", number), number)
                            for number in kept.values_list("pk", flat=True)],
                           month.on(14, month.people.clerks[code][0]))


# --- Closed -----------------------------------------------------------------------------------------------------

def _close(month: Month) -> None:
    """The month, as the next begins; and with December the year, as it was previewed."""
    by = Actor(month.people.steward, begin_us(month.number + 1))
    all_done(closing.close_month([closing.CloseMonth(month.name("close", "month"), month.number)], by))
    year, rest = divmod(month.number, MONTHS_A_YEAR)
    if rest == MONTHS_A_YEAR - 1:
        shown = preview_year(year).mark
        all_done(closing.close_year([closing.CloseYear(month.name("close", "year"), year, shown)], by))


# --- Today ------------------------------------------------------------------------------------------------------

def _leave_open(month: Month) -> None:
    """What a desk finds in the morning: things announced, waiting for an inspection, quoted, kept, wanted."""
    for code, store in month.people.stores.items():
        by = month.on(LAST, month.people.clerks[code][0])
        now = in_force(by.at_us)
        rows = [_announcement(month, now, code, TODAY + row) for row in range(6)]
        items = [answer.number for answer in all_done(intake.announce(rows, by))]
        all_done(intake.hand_in([intake.HandIn(month.name("today/hand-in", item), item, store.pk)
                                 for item in items[:4]], by))
        all_done(offers.inspect([_finding(month, now, "today", item)
                                 for item in Item.objects.filter(pk__in=items[:2]).order_by("pk")], by))
        _wait(month, code, store, by)
    all_done(rules.decide([rules.Decide(month.name("today", "rules"), DECIDED, WHY)],
                          month.on(LAST, month.people.steward)))


def _wait(month: Month, code: str, store: Store, by: Actor) -> None:
    """Requests for goods of which there is none in the store."""
    there = set(Item.objects.filter(store=store, state=State.SHELF).values_list("good", flat=True))
    kinds = [good for good, kind in enumerate(in_force(by.at_us).durables.code) if kind in THINGS and good not in there]
    homes = _customers(month.people, code)
    rows = [requests.Ask(month.name("today/wait", f"{code}/{good}"), homes[10 + good].pk, good, store.pk)
            for good in kinds[:3]]
    all_done(requests.ask(rows, by))
