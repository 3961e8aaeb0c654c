"""What the desk's commands promise: once an act, all or nothing, one after the other, rows that never change."""

import random
from functools import partial
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from PIL import Image

from desk_town import BICYCLES, CARS, DAY, MONTH, NOW, act, announced, graded, handed_in, shelved, town
from parecon.base.errors import BadInput
from parecon.secondhand.acts import Refusal as Unserved
from parecon.secondhand.durables import Durables, read_durables
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Refusal
from parecon.service.desk import clearing, columns, deeds, due, intake, offers, payments, pictures, requests, stock
from parecon.service.desk.founding import StoreAt, found
from parecon.service.desk.labels import LETTERS, checked, label
from parecon.service.desk.models import Catalogue, Event, Federation, Item, Photo, Quote, Request, Schedule
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Balance, Entry, Hold
from parecon.service.people.models import Done, Message
from service.test_races import at_once

KEPT = (Item, Event, Quote, Request, Photo, Done, Entry, Hold, Balance, Message)


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in KEPT]


@pytest.fixture
def at(books):
    assert books
    yield town()
    assert not audit.verify().wrong


# --- Founding -------------------------------------------------------------------------------------------------------

def test_a_catalogue_is_kept_to_the_bit(at):
    assert at
    read, kept = read_durables(), columns.from_columns(Catalogue.objects.get().columns)
    for name in Durables.__dataclass_fields__:
        one, other = getattr(read, name), getattr(kept, name)
        if isinstance(one, tuple):
            assert one == other
        else:
            assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes()), name


def test_a_service_serves_one_federation_that_is_founded_by_laws_that_can_be(at):
    assert at
    with pytest.raises(BadInput, match="a service serves one"):
        found("Second", [StoreAt("x", "X")], NOW)
    for changes in ({"secondhand": {"mode": "spot"}}, {"secondhand": {"fetch_days": 0}}):
        with pytest.raises(BadInput):
            found("Second", [StoreAt("x", "X")], NOW, changes=changes)
    assert Federation.objects.count() == Schedule.objects.count() == 1


def test_what_the_federation_decided_is_the_law(books):
    assert books
    town(2, changes={"secondhand": {"mode": "true-up", "fetch_days": 3}})
    assert columns.law()["fetch_days"] == 3
    assert columns.in_force(NOW).law["mode"] == "true-up"


# --- Once, all or nothing -------------------------------------------------------------------------------------------

def acts_of(at):
    """Each kind of act, ready to be asked for, with who asks."""
    bike, young = shelved(at), shelved(at)
    [kept] = requests.ask([requests.Ask(act(), at.home(1), BICYCLES, at.stores[0])], at.of(1))
    offered, brought, to_come = graded(at), handed_in(at), announced(at)
    quote = Quote.objects.filter(item=offered).latest("number")
    clerk, member = at.clerk(), at.of(0)
    del bike
    return {
        "announce": (intake.announce, intake.Announce(act(), at.home(0), 4, 300, 0, at.stores[0], "Bike"), member),
        "withdraw": (intake.withdraw, intake.Withdraw(act(), to_come.pk), member),
        "hand in": (intake.hand_in, intake.HandIn(act(), to_come.pk, at.stores[0]), clerk),
        "inspect": (offers.inspect, offers.Inspect(act(), brought.pk, 2, brought.made_month), clerk),
        "accept": (offers.accept, offers.Accept(act(), quote.pk), member),
        "take back": (intake.take_back, intake.TakeBack(act(), offered.pk), member),
        "ask": (requests.ask, requests.Ask(act(), at.home(2), BICYCLES, at.stores[0]), at.of(2)),
        "ask from afar": (requests.ask, requests.Ask(act(), at.home(2), BICYCLES, at.stores[1], young.pk), at.of(2)),
        "cancel": (requests.cancel, requests.Cancel(act(), kept.number), at.of(1)),
        "hand over": (requests.hand_over, requests.HandOver(act(), kept.number), clerk),
        "recycle": (stock.recycle, stock.Recycle(act(), young.pk, "broken"), clerk),
        "buy new": (payments.buy_new, payments.BuyNew(act(), at.home(0), BICYCLES, at.stores[0]), member),
    }


@pytest.mark.parametrize("name", ["announce", "withdraw", "hand in", "inspect", "accept", "take back", "ask",
                                  "ask from afar", "cancel", "hand over", "recycle", "buy new"])
def test_an_act_is_done_once_and_what_crashes_was_never_begun(at, name, monkeypatch):
    command, row, actor = acts_of(at)[name]
    before = everything()
    monkeypatch.setattr(Done.objects, "bulk_create", crash)
    with pytest.raises(ZeroDivisionError):
        command([row], actor)
    monkeypatch.undo()
    assert everything() == before
    [first] = command([row], actor)
    after = everything()
    assert first.done
    for _ in range(2):
        assert command([row, row], actor) == [first._replace(again=True)] * 2
    assert command([row], at.of(3))[0].reason == Refusal.NAME_TAKEN, "another member learns nothing from it"
    assert everything() == after


def crash(*_, **__):
    return 1 / 0


def test_two_rows_of_one_name_are_one_act(at):
    row = intake.Announce(act(), at.home(0), 4, 300, 0, at.stores[0])
    first, again, other = intake.announce([row, row, row._replace(grade=1)], at.of(0))
    assert first.done
    assert again == first._replace(again=True)
    assert other.reason == Refusal.NAME_TAKEN
    assert Item.objects.count() == 1


@pytest.mark.parametrize("bad", [{"act": "=1+1"}, {"act": "a" * 60}, {"good": 99}, {"good": -1}, {"grade": 9},
                                 {"made_month": MONTH + 1}, {"good": 2**80}, {"title": "x" * 121}, {"good": "4"},
                                 {"household": 2**80}, {"store": -1}], ids=str)
def test_a_hostile_row_is_refused_and_does_not_stop_the_others(at, bad):
    good = intake.Announce(act(), at.home(0), 4, 300, 0, at.stores[0])
    answers = intake.announce([good._replace(**({"act": act()} | bad)), good], at.of(0))
    assert [answer.done for answer in answers] == [False, True]


def test_a_batch_is_decided_row_after_row(at):
    draw = random.Random(7)  # noqa: S311 - a case, not a secret
    rows = [(draw.randrange(4), draw.choice([BICYCLES, CARS, 5, 11]), draw.randrange(80), draw.randrange(5))
            for _ in range(16)]
    told = []
    for store, cut in enumerate((len(rows), 1)):  # the same into one store as a batch, into the other row by row
        items = []
        for some in (rows[first:first + cut] for first in range(0, len(rows), cut)):
            made = intake.announce([intake.Announce(act(), at.home(who), good, MONTH - age, 0, at.stores[store])
                                    for who, good, age, _ in some], at.clerk())
            numbers = [answer.number for answer in made]
            intake.hand_in([intake.HandIn(act(), number, at.stores[store]) for number in numbers], at.clerk())
            quoted = offers.inspect([offers.Inspect(act(), number, grade, MONTH - age) for number, (_, _, age, grade)
                                     in zip(numbers, some, strict=True)], at.clerk())
            offers.accept([offers.Accept(act(), answer.number) for answer in quoted], at.clerk())
            items += numbers
        told.append([(Item.objects.get(pk=number).state, Quote.objects.filter(item=number).latest("number").credit_mcr)
                     for number in items])
        shelf = Item.objects.filter(state=State.SHELF, store=at.stores[store]).order_by("shelved_us")
        assert [item.pk for item in shelf] == [number for number, (state, _) in zip(items, told[-1], strict=True)
                                               if state == State.SHELF]
    assert told[0] == told[1]
    assert {state for state, _ in told[0]} == {State.SHELF, State.GRADED}


def test_an_item_in_two_rows_is_taken_in_once(at):
    item = graded(at)
    quote = Quote.objects.filter(item=item).latest("number")
    answers = offers.accept([offers.Accept(act(), quote.pk) for _ in range(2)], at.of(0))
    assert [answer.reason for answer in answers] == [0, Refusal.NOT_NOW]
    assert at.balance(0) == (5_000_000 + quote.credit_mcr, 0)


# --- Several at once ------------------------------------------------------------------------------------------------

def test_two_clerks_at_one_item_and_a_double_click(books):
    made = town()
    item = handed_in(made)
    row = offers.Inspect(act(), item.pk, 1, item.made_month)
    answers = at_once(*[lambda: offers.inspect([row], made.clerk())[0]] * 3)
    assert sorted(answer.again for answer in answers) == [False, True, True], books
    quote = Quote.objects.filter(item=item).latest("number")
    answers = at_once(lambda: offers.accept([offers.Accept("one", quote.pk)], made.of(0))[0],
                      lambda: intake.take_back([intake.TakeBack("two", item.pk)], made.clerk())[0])
    assert sorted(answer.done for answer in answers) == [False, True]
    bike = shelved(made)
    answers = at_once(*(partial(lambda who: requests.ask([requests.Ask(f"want-{who}", made.home(who), BICYCLES,
                                                                       made.stores[0], bike.pk)], made.of(who))[0], who)
                        for who in (1, 2, 3)))
    assert sum(answer.done for answer in answers) == 1
    late = NOW + 15 * DAY
    assert sum(done.expired for done in at_once(*[lambda: due.run_due(late)] * 3)) == 1
    assert Item.objects.get(pk=bike.pk).state == State.SHELF
    assert not audit.verify().wrong


# --- Clearing is the law's ------------------------------------------------------------------------------------------

def test_a_closing_decides_whole_columns_as_the_law_does(at):
    """The same columns given to the law by hand; credits run out, several ask for several goods."""
    draw = random.Random(3)  # noqa: S311 - a case, not a secret
    for _ in range(25):
        shelved(at, row=0, good=draw.choice([2, BICYCLES, 5]), months=draw.randrange(20), grade=draw.randrange(2),
                store=draw.randrange(2))
    rows = [requests.Ask(act(), at.home(1 + draw.randrange(3)), draw.choice([2, BICYCLES, 5]),
                         at.stores[draw.randrange(2)], waits=True) for _ in range(30)]
    requests.ask(rows, at.clerk())
    expected = by_the_law(at)
    clearing.serve_waiting(at.stores, NOW)
    found = [(request.state, request.item_id, request.price_mcr) for request in Request.objects.order_by("number")]
    assert found == expected
    assert {state for state, *_ in found} == {RequestState.HELD, RequestState.WAITS, RequestState.UNPAID}


def by_the_law(at):
    """What the law answers to the same columns, made here by hand."""
    import numpy as np

    from parecon.secondhand.decide import Houses, Requests, Shelf, serve

    now, area = columns.in_force(NOW), {number: row for row, number in enumerate(at.stores)}
    asked = list(Request.objects.order_by("number"))
    items = list(Item.objects.filter(state=State.SHELF).order_by("shelved_us"))
    home = {at.home(row): row for row in range(4)}
    price = [int(now.announced.price_mcr[item.good, now.month - item.made_month, item.grade]) for item in items]
    outcome, by = serve(
        Requests(np.array([home[each.household_id] for each in asked], np.int32),
                 np.array([each.good for each in asked], np.int8),
                 np.array([area[each.store_id] for each in asked], np.int16), np.zeros(len(asked), np.int16)),
        Shelf(np.arange(len(items), dtype=np.int32), np.zeros(len(items), np.int32),
              np.array([area[item.store_id] for item in items], np.int16),
              np.array([item.good for item in items], np.int8), np.array(price, np.int64)),
        3, 16, np.array([at.balance(row)[0] for row in range(4)] + [0, 0], np.int64), Houses(4, 5), now.law)
    state = {0: RequestState.HELD, Unserved.OUT_OF_STOCK: RequestState.WAITS,
             Unserved.NOT_ENOUGH_CREDIT: RequestState.UNPAID}
    return [(state[reason], items[row].pk if row >= 0 else None, price[row] if row >= 0 else None)
            for reason, row in zip(outcome.reason.tolist(), by.tolist(), strict=True)]


# --- Rows that never change -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("statement", [
    "UPDATE desk_event SET note = 'x'", "DELETE FROM desk_event", "DELETE FROM desk_quote", "DELETE FROM desk_item",
    "UPDATE desk_quote SET credit_mcr = credit_mcr + 1", "UPDATE desk_quote SET accepted_us = 5",
    "UPDATE desk_schedule SET year = year + 1", "DELETE FROM desk_catalogue", "DELETE FROM desk_request"])
def test_the_database_itself_keeps_what_was_recorded(at, statement):
    shelved(at)
    requests.ask([requests.Ask(act(), at.home(1), BICYCLES, at.stores[0])], at.of(1))
    before = everything()
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert everything() == before


# --- Labels, pictures, new goods, mail ------------------------------------------------------------------------------

def test_a_label_shows_every_wrong_letter_and_every_swap():
    made = label()
    for place in range(len(made)):
        for letter in LETTERS:
            typed = made[:place] + letter + made[place + 1:]
            assert (checked(typed) is None) == (typed != made)
    for place in range(len(made) - 1):
        typed = made[:place] + made[place + 1] + made[place] + made[place + 2:]
        assert (checked(typed) is None) == (typed != made)


def picture(kind="JPEG", size=(2000, 900), **more):
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, kind, **more)
    return made.getvalue()


def test_a_picture_is_made_anew_and_nothing_else_is_kept():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Camera of Ana", {1: "N", 2: (50.0, 1.0, 2.0)}
    made = pictures.jpeg(picture(exif=exif.tobytes(), comment=b"secret"))
    assert b"Ana" not in made
    assert b"secret" not in made
    with Image.open(BytesIO(made)) as again:
        assert (again.format, again.size, dict(again.getexif())) == ("JPEG", (720, 1600), {})


@pytest.mark.parametrize("sent", [b"", b"<script>alert(1)</script>", picture()[:200], b"\x89PNG\r\n\x1a\n" + b"x" * 99,
                                  picture("PNG", (9000, 9000)), picture() + b"0" * 10_000_001,
                                  b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"])
def test_what_is_no_picture_or_too_large_is_refused(sent):
    assert pictures.jpeg(sent) is None


def test_a_picture_belongs_to_whoever_has_the_thing(at):
    item, sent = announced(at), picture(size=(50, 50))
    row = stock.Photograph(act(), item.pk, sent)
    assert stock.photograph([row], at.of(1))[0].reason == Refusal.NOT_ALLOWED
    [made] = stock.photograph([row], at.of(0))
    assert stock.photograph([row], at.of(0)) == [made._replace(again=True)]
    assert stock.photograph([row._replace(act=act(), sent=b"no")], at.of(0))[0].reason == Refusal.NO_PICTURE
    assert stock.hide([stock.Hide(act(), made.number)], at.of(0))[0].reason == Refusal.NO_SUCH_THING
    assert stock.hide([stock.Hide(act(), made.number)], at.clerk())[0].done
    assert Photo.objects.get().hidden


def test_new_goods_are_paid_row_after_row_while_credits_last(at):
    rows = [payments.BuyNew(act(), at.home(0), good, at.stores[0]) for good in (CARS, BICYCLES, 5, 2, BICYCLES)]
    answers = payments.buy_new(rows, at.of(0))
    assert [answer.reason for answer in answers] == [Unserved.NOT_ENOUGH_CREDIT, 0, 0, Unserved.NOT_ENOUGH_CREDIT, 0]
    assert at.balance(0) == (5_000_000 - 500_000 - 800_000 - 500_000, 0)


def test_held_credits_buy_nothing_new(at):
    shelved(at)
    requests.ask([requests.Ask(act(), at.home(1), BICYCLES, at.stores[0])], at.of(1))
    posted, held = at.balance(1)
    ledger.post("spend", at.accounts[1], columns.federation().society_account, posted - held - 499_999, 2, NOW)
    [answer] = payments.buy_new([payments.BuyNew(act(), at.home(1), BICYCLES, at.stores[0])], at.of(1))
    assert answer.reason == Unserved.NOT_ENOUGH_CREDIT


def test_mail_is_written_in_the_transaction_of_what_it_tells(at, monkeypatch):
    [waits] = requests.ask([requests.Ask(act(), at.home(1), BICYCLES, at.stores[0])], at.of(1))
    shelved(at)
    monkeypatch.setattr(clearing.notices, "of_requests", crash)
    with pytest.raises(ZeroDivisionError):
        due.run_due(NOW)
    assert Request.objects.get(pk=waits.number).state == RequestState.WAITS
    monkeypatch.undo()
    with translation.override("en"):
        due.run_due(NOW)
    [told] = Message.objects.all()
    assert (told.to, told.subject) == ("m1@example.org", "What you asked for is there")
    assert "North" in told.body


def test_nothing_impossible_is_recorded(at):
    item = announced(at)
    with pytest.raises(AssertionError, match="ACCEPT cannot be done"):
        deeds.record([deeds.Step(act(), item, deeds.Deed.ACCEPT)], "p-x", NOW)
