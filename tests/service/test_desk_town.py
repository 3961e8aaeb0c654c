"""Any sequence of acts leaves a small town as a model of dictionaries says: credits, items and holds are all there."""

from contextlib import suppress

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from desk_town import BICYCLES, DAY, MONTH, NOW, act, town
from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.answers import Refusal
from parecon.service.desk import columns, due, intake, known, offers, requests, stock, transfers
from parecon.service.desk.models import Item, Quote, Request
from parecon.service.ledger import audit, store

HOMES, STORES, RICH = 3, 2, 100_000
AT_HOME = "at home"


class Rollback(Exception):
    pass


class Town(RuleBasedStateMachine):
    """Three households and two stores, and where everything should be."""

    @initialize()
    def begin(self):
        self.writing = store.writing()
        self.writing.__enter__()
        self.town, self.time = town(HOMES, RICH), NOW
        self.credits = [RICH * 1000] * HOMES
        self.items, self.requests, self.line = {}, {}, 0

    def teardown(self):
        if hasattr(self, "town"):
            assert not audit.verify().wrong
            with suppress(Rollback):
                self.writing.__exit__(Rollback, Rollback(), None)

    # --- the model ---

    def send(self, command, row, actor, times):
        [answer] = command([row], actor)
        for _ in range(times - 1):
            [again] = command([row], actor)
            assert (again == answer._replace(again=True)) if answer.done else not again.done
        return answer

    def clerk(self):
        return self.town.clerk(self.time)

    def price(self, number):
        now = columns.in_force(self.time)
        return int(columns.of(now, now.announced.price_mcr, [Item.objects.get(pk=number)])[0])

    def shelf(self, at):
        found = [(item["line"], number) for number, item in self.items.items()
                 if item["state"] == State.SHELF and item["store"] == at]
        return [number for _, number in sorted(found)]

    def serve(self, at):
        """Whoever waited longest gets what stood there longest."""
        waiting = [number for number, each in sorted(self.requests.items())
                   if each["state"] == RequestState.WAITS and each["store"] == at]
        for number, item in zip(waiting, self.shelf(at), strict=False):
            self.keep(number, item)

    def keep(self, number, item):
        self.items[item]["state"] = State.HELD
        self.requests[number] |= {"state": RequestState.HELD, "item": item, "price": self.price(item),
                                  "until": self.time + 14 * DAY}

    def free(self, number, state):
        request = self.requests[number]
        if request["state"] == RequestState.HELD and self.items[request["item"]]["state"] == State.HELD:
            self.items[request["item"]]["state"] = State.SHELF
            request["state"] = state
            self.serve(self.items[request["item"]]["store"])
        request["state"] = state

    def of_state(self, *states):
        return sorted(number for number, item in self.items.items() if item["state"] in states)

    # --- what can happen ---

    @rule(home=st.integers(0, HOMES - 1), at=st.integers(0, STORES - 1), months=st.integers(0, 30),
          grade=st.integers(0, 1), takes=st.booleans(), times=st.integers(1, 3))
    def bring(self, home, at, months, grade, takes, times):
        actor = self.town.of(home, self.time)
        row = intake.Announce(act(), self.town.home(home), BICYCLES, MONTH - months, grade, self.town.stores[at])
        number = self.send(intake.announce, row, actor, times).number
        self.send(intake.hand_in, intake.HandIn(act(), number, self.town.stores[at]), self.clerk(), times)
        quoted = self.send(offers.inspect, offers.Inspect(act(), number, grade, MONTH - months), self.clerk(), times)
        quote = Quote.objects.get(pk=quoted.number)
        if takes:
            answer = self.send(offers.accept, offers.Accept(act(), quote.pk), actor, times)
            assert answer.done == (quote.reason == 0)
            if answer.done:
                self.line += 1
                self.credits[home] += quote.credit_mcr
                self.items[number] = {"state": State.SHELF, "holder": at, "store": at, "line": self.line}
                return
        assert self.send(intake.take_back, intake.TakeBack(act(), number), actor, times).done
        self.items[number] = {"state": State.RETURNED, "holder": (AT_HOME, home), "store": None, "line": None}

    @rule(home=st.integers(0, HOMES - 1), at=st.integers(0, STORES - 1), times=st.integers(1, 3))
    def ask(self, home, at, times):
        row = requests.Ask(act(), self.town.home(home), BICYCLES, self.town.stores[at])
        answer = self.send(requests.ask, row, self.town.of(home, self.time), times)
        self.requests[answer.number] = {"state": RequestState.WAITS, "home": home, "store": at, "item": None}
        self.serve(at)

    @precondition(lambda self: self.of_state(State.SHELF, State.HELD, State.OUT))
    @rule(data=st.data(), home=st.integers(0, HOMES - 1), at=st.integers(0, STORES - 1), times=st.integers(1, 3))
    def ask_for_one(self, data, home, at, times):
        number = data.draw(st.sampled_from(self.of_state(State.SHELF, State.HELD, State.OUT)))
        item = self.items[number]
        row = requests.Ask(act(), self.town.home(home), BICYCLES, self.town.stores[at], number)
        answer = self.send(requests.ask, row, self.town.of(home, self.time), times)
        if item["state"] == State.SHELF:
            self.serve(item["store"])
            expected = Refusal.ACCEPTED if item["state"] == State.SHELF else Refusal.OTHERS_WAIT
        else:
            expected = Refusal.NOT_NOW
        assert answer.reason == expected
        if answer.done:
            self.requests[answer.number] = {"home": home, "store": at}
            self.keep(answer.number, number)
            if at != item["store"]:
                item |= {"state": State.IN_TRANSFER, "store": at, "holder": at}
                self.requests[answer.number]["until"] = None

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), times=st.integers(1, 3))
    def cancel(self, data, times):
        number = data.draw(st.sampled_from(sorted(self.requests)))
        request = self.requests[number]
        row = requests.Cancel(act(), number)
        answer = self.send(requests.cancel, row, self.town.of(request["home"], self.time), times)
        assert answer.done == (request["state"] in {RequestState.WAITS, RequestState.HELD})
        if answer.done:
            self.free(number, RequestState.CANCELLED)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), times=st.integers(1, 3))
    def hand_over(self, data, times):
        number = data.draw(st.sampled_from(sorted(self.requests)))
        request = self.requests[number]
        answer = self.send(requests.hand_over, requests.HandOver(act(), number), self.clerk(), times)
        there = (request["state"] == RequestState.HELD and self.items[request["item"]]["state"] == State.HELD
                 and self.time <= request["until"])
        assert answer.done == there
        if answer.done:
            self.credits[request["home"]] -= request["price"]
            request |= {"state": RequestState.SERVED, "since": self.time}
            self.items[request["item"]] |= {"state": State.OUT, "holder": (AT_HOME, request["home"]), "store": None}

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), times=st.integers(1, 3))
    def bring_back(self, data, times):
        number = data.draw(st.sampled_from(sorted(self.requests)))
        request = self.requests[number]
        answer = self.send(requests.bring_back, requests.BringBack(act(), number, "bent"), self.clerk(), times)
        may = request["state"] == RequestState.SERVED and self.time <= request["since"] + 14 * DAY
        assert answer.done == may
        if answer.done:
            self.line += 1
            self.credits[request["home"]] += request["price"]
            request["state"] = RequestState.BROUGHT_BACK
            self.items[request["item"]] |= {"state": State.SHELF, "holder": request["store"],
                                            "store": request["store"], "line": self.line}

    @precondition(lambda self: self.of_state(State.SHELF))
    @rule(data=st.data(), times=st.integers(1, 3))
    def send_away(self, data, times):
        number = data.draw(st.sampled_from(self.of_state(State.SHELF)))
        to = 1 - self.items[number]["store"]
        row = transfers.Send(act(), number, self.town.stores[to])
        assert self.send(transfers.send, row, self.clerk(), times).done
        self.items[number] |= {"state": State.IN_TRANSFER, "store": to, "holder": to}

    @precondition(lambda self: self.of_state(State.IN_TRANSFER))
    @rule(data=st.data(), times=st.integers(1, 3))
    def arrive(self, data, times):
        number = data.draw(st.sampled_from(self.of_state(State.IN_TRANSFER)))
        assert self.send(transfers.arrive, transfers.Arrive(act(), number), self.clerk(), times).done
        promised = [each for each in self.requests.values()
                    if each["state"] == RequestState.HELD and each["item"] == number]
        for request in promised:
            self.items[number]["state"], request["until"] = State.HELD, self.time + 14 * DAY
        if not promised:
            self.items[number]["state"] = State.SHELF
            self.serve(self.items[number]["store"])

    @precondition(lambda self: self.of_state(State.SHELF))
    @rule(data=st.data(), times=st.integers(1, 3))
    def recycle(self, data, times):
        number = data.draw(st.sampled_from(self.of_state(State.SHELF)))
        assert self.send(stock.recycle, stock.Recycle(act(), number, "broken"), self.clerk(), times).done
        self.items[number]["state"] = State.RECYCLED

    @rule(days=st.integers(-3, 12), times=st.integers(1, 2))
    def time_goes_by(self, days, times):
        self.time += days * DAY
        for _ in range(times):
            due.run_due(self.time)
        over = [number for number, each in sorted(self.requests.items()) if each["state"] == RequestState.HELD
                and each["until"] is not None and each["until"] < self.time]
        stores = {self.items[self.requests[number]["item"]]["store"] for number in over}
        for number in over:
            self.items[self.requests[number]["item"]]["state"] = State.SHELF
            self.requests[number]["state"] = RequestState.EXPIRED
        for at in sorted(stores | set(range(STORES))):
            self.serve(at)

    # --- what must be true ---

    @invariant()
    def everything_is_where_it_should_be(self):
        if not hasattr(self, "town"):
            return
        holder = {home.household.party: (AT_HOME, row) for row, home in enumerate(self.town.members)}
        area = {number: row for row, number in enumerate(self.town.stores)}
        stores = {each.council.party: each.area for each in known.known_stores().values()}
        kept = {number: (state, (holder | stores)[held_by], area.get(at)) for number, state, held_by, at in
                Item.objects.values_list("number", "state", "holder", "store")}
        assert kept == {number: (item["state"], item["holder"], item["store"]) for number, item in self.items.items()}
        asked = {number: (state, item, area[at]) for number, state, item, at in
                 Request.objects.values_list("number", "state", "item", "store")}
        assert asked == {number: (each["state"], each["item"], each["store"])
                         for number, each in self.requests.items()}
        for home in range(HOMES):
            held = sum(each["price"] for each in self.requests.values()
                       if each["home"] == home and each["state"] == RequestState.HELD)
            assert self.town.balance(home) == (self.credits[home], held)


def test_any_sequence_of_acts_leaves_what_a_model_says(books):
    examples = 12 if books.startswith("sqlite") else 5
    run_state_machine_as_test(Town, settings=settings(
        max_examples=examples, stateful_step_count=20, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck)))
