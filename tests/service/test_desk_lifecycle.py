"""Every act on an item in every state: what may be done is done, what may not changes nothing."""

import pytest

from desk_town import BICYCLES, CARS, NOW, act, announced, graded, handed_in, shelved, town
from parecon.secondhand.lifecycle import AFTER, Deed, State
from parecon.service.answers import Refusal
from parecon.service.desk import intake, offers, requests, stock, transfers
from parecon.service.desk.labels import checked
from parecon.service.desk.models import Event, Item, Photo, Quote, Request, Transfer
from parecon.service.ledger import audit
from parecon.service.ledger.models import Balance, Entry, Hold
from parecon.service.people.models import Done, Mandate, Member, Role
from parecon.service.people.policy import Actor

KEPT = (Item, Event, Quote, Request, Transfer, Photo, Done, Entry, Hold, Balance)


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in KEPT]


# --- How an item comes into each state ------------------------------------------------------------------------------

def out(at):
    item = held(at)
    kept = Request.objects.get(item=item)
    assert requests.hand_over([requests.HandOver(act(), kept.pk)], at.clerk())[0].done
    return Item.objects.get(pk=item.pk)


def held(at):
    item = shelved(at)
    asked = requests.Ask(act(), at.home(1), item.good, at.stores[0], item.pk)
    assert requests.ask([asked], at.of(1))[0].done
    return Item.objects.get(pk=item.pk)


def done(made, command, row, actor):
    assert command([row], actor)[0].done
    return Item.objects.get(pk=made.pk)


def sent(at):
    item = shelved(at)
    return done(item, transfers.send, transfers.Send(act(), item.pk, at.stores[1]), at.clerk())


def in_repair(at):
    item = shelved(at)
    return done(item, stock.to_repair, stock.ToRepair(act(), item.pk, "flat tyre"), at.clerk())


def recycled(at):
    item = shelved(at)
    return done(item, stock.recycle, stock.Recycle(act(), item.pk, "broken"), at.clerk())


def registered(at):
    item = shelved(at)
    return done(item, stock.to_register, stock.ToRegister(act(), item.pk, "by a famous hand"), at.clerk())


def returned(at):
    item = graded(at)
    return done(item, intake.take_back, intake.TakeBack(act(), item.pk), at.of(0))


COME_INTO = {State.ANNOUNCED: announced, State.HANDED_IN: handed_in, State.GRADED: graded, State.SHELF: shelved,
             State.HELD: held, State.IN_TRANSFER: sent, State.OUT: out, State.REPAIR: in_repair,
             State.RECYCLED: recycled, State.REGISTER: registered, State.RETURNED: returned}


# --- How each deed is asked for -------------------------------------------------------------------------------------

def latest_quote(item):
    return Quote.objects.filter(item=item).latest("number").pk


def request_for(item):
    found = Request.objects.filter(item=item).first()
    return found.pk if found else 10**6


def with_card(at, item):
    """The clerk, with the card on the desk of a member of the household whose thing it is, if it is one's."""
    clerk = at.clerk()
    return Actor(clerk.member, clerk.at_us, Member.objects.filter(household__party=item.holder).first())


DEEDS = {
    Deed.WITHDRAW: lambda at, item: intake.withdraw([intake.Withdraw(act(), item.pk)], at.clerk()),
    Deed.HAND_IN: lambda at, item: intake.hand_in([intake.HandIn(act(), item.pk, at.stores[0])], at.clerk()),
    Deed.INSPECT: lambda at, item: offers.inspect([offers.Inspect(act(), item.pk, 2, item.made_month)], at.clerk()),
    Deed.ACCEPT: lambda at, item: offers.accept([offers.Accept(act(), latest_quote(item))], at.clerk()),
    Deed.TAKE_BACK: lambda at, item: intake.take_back([intake.TakeBack(act(), item.pk)], at.clerk()),
    Deed.RESERVE: lambda at, item: requests.ask(
        [requests.Ask(act(), at.home(2), item.good, at.stores[0], item.pk)], at.of(2)),
    Deed.RELEASE: lambda at, item: requests.cancel([requests.Cancel(act(), request_for(item))], at.clerk()),
    Deed.SEND: lambda at, item: transfers.send([transfers.Send(act(), item.pk, at.stores[1])], at.clerk()),
    Deed.ARRIVE: lambda at, item: transfers.arrive([transfers.Arrive(act(), item.pk)], at.clerk()),
    Deed.HAND_OVER: lambda at, item: requests.hand_over([requests.HandOver(act(), request_for(item))], at.clerk()),
    Deed.BRING_BACK: lambda at, item: requests.bring_back(
        [requests.BringBack(act(), request_for(item), "bent")], at.clerk()),
    Deed.TO_REPAIR: lambda at, item: stock.to_repair([stock.ToRepair(act(), item.pk, "flat")], at.clerk()),
    Deed.REPAIRED: lambda at, item: stock.repaired([stock.Repaired(act(), item.pk, 1)], at.clerk()),
    Deed.RECYCLE: lambda at, item: stock.recycle([stock.Recycle(act(), item.pk, "broken")], with_card(at, item)),
    Deed.TO_REGISTER: lambda at, item: stock.to_register(
        [stock.ToRegister(act(), item.pk, "rare")], with_card(at, item)),
}
ELSEWHERE = {(State.HELD, Deed.SEND)}  # what is kept here is fetched here: sent only with a request from elsewhere


@pytest.fixture
def at(books):
    assert books
    made = town(credits_each=50_000)
    Mandate.objects.create(member=made.clerks[0], council=Mandate.objects.first().council, role=Role.REGISTRAR,
                           from_us=0, until_us=2**62, given_by="p-organiser")
    yield made
    assert not audit.verify().wrong


@pytest.mark.parametrize("state", COME_INTO, ids=lambda state: state.name.lower())
def test_what_the_life_of_an_item_allows_is_done_and_nothing_else(at, state):
    for deed, ask in DEEDS.items():
        item = COME_INTO[state](at)
        assert item.state == state
        before, follows = everything(), AFTER.get((state, deed))
        [answer] = ask(at, item)
        now = Item.objects.get(pk=item.pk)
        if follows is None or (state, deed) in ELSEWHERE:
            assert answer.reason in {Refusal.NOT_NOW, Refusal.NO_SUCH_THING}, (deed, answer)
            assert everything() == before, deed
        else:
            assert answer.done, (deed, answer)
            assert now.state == follows, deed
            last = Event.objects.filter(item=item).latest("number")
            assert (last.deed, last.before, last.after) == (deed, state, follows)


def test_every_deed_is_asked_for_here():
    assert set(DEEDS) | {Deed.ANNOUNCE} == set(Deed)
    assert set(COME_INTO) == set(State)


# --- Mistakes that others made --------------------------------------------------------------------------------------

def test_what_was_taken_out_of_circulation_is_not_lent(at):
    item = recycled(at)
    asked = requests.Ask(act(), at.home(2), item.good, at.stores[0])
    [answer] = requests.ask([asked], at.of(2))
    assert Request.objects.get(pk=answer.number).item is None, "it waits for another"


def test_what_is_kept_for_one_is_not_handed_to_another(at):
    item = held(at)
    [waits] = requests.ask([requests.Ask(act(), at.home(2), item.good, at.stores[0])], at.of(2))
    assert requests.hand_over([requests.HandOver(act(), waits.number)], at.clerk())[0].reason == Refusal.NOT_NOW
    assert Item.objects.get(pk=item.pk).state == State.HELD


def test_every_item_has_a_label_of_its_own(at):
    items = [make(at) for make in (announced, handed_in, shelved, returned)]
    assert len({checked(item.label) for item in items}) == len(items)


# --- Who may ----------------------------------------------------------------------------------------------------------

def test_members_do_nothing_to_what_is_not_theirs(at):
    item = graded(at)
    before, stranger = everything(), at.of(3)
    asked = [offers.accept([offers.Accept(act(), latest_quote(item))], stranger),
             intake.take_back([intake.TakeBack(act(), item.pk)], stranger),
             intake.announce([intake.Announce(act(), at.home(0), BICYCLES, 300, 1, at.stores[0])], stranger),
             offers.inspect([offers.Inspect(act(), item.pk, 0, item.made_month)], at.of(0)),
             stock.recycle([stock.Recycle(act(), item.pk, "mine")], at.of(0)),
             requests.ask([requests.Ask(act(), at.home(0), CARS, at.stores[0])], stranger)]
    assert [answers[0].reason for answers in asked] == [Refusal.NOT_ALLOWED] * len(asked)
    assert everything() == before


def test_nobody_inspects_their_own_thing_or_their_own_finding(at):
    item = handed_in(at)
    Item.objects.filter(pk=item.pk).update(holder=at.clerks[0].household.party)
    found = offers.Inspect(act(), item.pk, 1, item.made_month)
    assert offers.inspect([found], at.clerk())[0].reason == Refusal.NOT_BY_ONESELF
    assert offers.inspect([found], at.clerk(which=1))[0].done
    again = offers.Inspect(act(), item.pk, 0, item.made_month)
    assert offers.appeal([again], at.clerk(which=1))[0].reason == Refusal.NOT_BY_ONESELF


def test_an_appeal_is_decided_by_the_law(at):
    item = graded(at, grade=2)
    [answer] = offers.appeal([offers.Inspect(act(), item.pk, 1, item.made_month)], at.clerk(which=1))
    quote = Quote.objects.get(pk=answer.number)
    assert (quote.grade, quote.revises.grade) == (1, 2)
    assert quote.credit_mcr > quote.revises.credit_mcr
    assert Entry.objects.filter(act__endswith="/inspect").count() == 2
    stale = offers.Accept(act(), quote.revises_id)
    assert not offers.accept([stale], at.of(0, NOW))[0].done


def test_what_is_still_a_members_is_taken_apart_only_with_their_card_on_the_desk(at):
    item = graded(at)
    recycle = [stock.Recycle(act(), item.pk, "left here")]
    other = Actor(at.clerk().member, at.clerk().at_us, at.members[3])
    assert [stock.recycle(recycle, who)[0].reason for who in (at.clerk(), other)] == [Refusal.NO_CARD] * 2
    assert stock.recycle(recycle, with_card(at, item))[0].done
    assert Done.objects.get(act=recycle[0].act).on_behalf_of == Member.objects.get(household__party=item.holder).party
