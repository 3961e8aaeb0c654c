"""Any sequence of commands leaves the books as a model of dictionaries says."""

from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Balance

FLOORS = (0, -500, 200, None)
ACCOUNTS = st.integers(0, len(FLOORS) - 1)
AMOUNTS = st.integers(0, 1000)
FRESH = count()


class Federation(RuleBasedStateMachine):
    """Four accounts, and what should stand on them."""

    @initialize()
    def begin(self):
        self.time, self.sent, self.entries, self.holds = 0, [], {}, {}
        self.posted, self.held = [0] * len(FLOORS), [0] * len(FLOORS)
        self.numbers = [ledger.open_account(self.act(), self.act(), ledger.Kind.MEMBER, floor, 0).number
                        for floor in FLOORS]

    def act(self):
        return f"act:{next(FRESH)}"

    def ask(self, command, *values):
        self.time += 1
        answer = command(*values)
        if not answer.reason:
            self.sent.append((command, values, answer.number))
        return not answer.reason

    def covered(self, giver, taker, amount):
        left = self.posted[giver] - self.held[giver] - amount
        return amount > 0 and giver != taker and (FLOORS[giver] is None or left >= FLOORS[giver])

    def moved(self, giver, taker, amount):
        self.posted[giver] -= amount
        self.posted[taker] += amount

    @rule(giver=ACCOUNTS, taker=ACCOUNTS, amount=AMOUNTS)
    def pay(self, giver, taker, amount):
        expected, act = self.covered(giver, taker, amount), self.act()
        assert self.ask(ledger.post, act, self.numbers[giver], self.numbers[taker], amount, 1, self.time) == expected
        if expected:
            self.moved(giver, taker, amount)
            self.entries[act] = giver, taker, amount

    @rule(lines=st.lists(st.tuples(ACCOUNTS, ACCOUNTS, AMOUNTS, st.booleans()), min_size=1, max_size=6))
    def pay_many(self, lines):
        asked = [ledger.Line(self.act(), self.numbers[giver], self.numbers[taker], amount, 1, owed=owed)
                 for giver, taker, amount, owed in lines]
        answers = ledger.post_batch(asked, self.time)
        for answer, line, (giver, taker, amount, owed) in zip(answers, asked, lines, strict=True):
            owes = owed and amount > 0 and giver != taker
            assert (not answer.reason) == (owes or self.covered(giver, taker, amount))
            if not answer.reason:
                self.moved(giver, taker, amount)
                self.entries[line.act] = giver, taker, amount

    @rule(giver=ACCOUNTS, taker=ACCOUNTS, amount=AMOUNTS, length=st.integers(0, 9))
    def hold(self, giver, taker, amount, length):
        expected, act, until = self.covered(giver, taker, amount), self.act(), self.time + length
        assert self.ask(ledger.hold, act, self.numbers[giver], self.numbers[taker], amount, 1, until,
                        self.time) == expected
        if expected:
            self.held[giver] += amount
            self.holds[act] = giver, taker, amount, until, True

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), how=st.sampled_from([ledger.post_hold, ledger.void, ledger.expire]))
    def resolve(self, data, how):
        name = data.draw(st.sampled_from(sorted(self.holds)))
        giver, taker, amount, until, is_open = self.holds[name]
        in_time = {ledger.post_hold: self.time <= until, ledger.void: True, ledger.expire: self.time > until}[how]
        act = self.act()
        assert self.ask(how, act, name, self.time) == (is_open and in_time)
        if is_open and in_time:
            self.held[giver] -= amount
            self.holds[name] = giver, taker, amount, until, False
            if how is ledger.post_hold:
                self.moved(giver, taker, amount)
                self.entries[act] = giver, taker, amount

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def correct(self, data):
        name = data.draw(st.sampled_from(sorted(self.entries)))
        taker, giver, amount = self.entries[name]
        expected, act = self.covered(giver, taker, amount), self.act()
        assert self.ask(ledger.correct, act, name, self.time) == expected
        if expected:
            self.moved(giver, taker, amount)
            del self.entries[name]

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        command, values, number = data.draw(st.sampled_from(self.sent))
        assert command(*values) == (0, number, True)

    @invariant()
    def as_it_should_be(self):
        if hasattr(self, "numbers"):
            kept = {number: rest for number, *rest in Balance.objects.filter(
                pk__in=self.numbers).values_list("account_id", "posted_mcr", "held_mcr")}
            assert [kept[number] for number in self.numbers] == [list(pair) for pair in
                                                                 zip(self.posted, self.held, strict=True)]

    def teardown(self):
        assert not audit.verify().wrong


def test_any_sequence_of_commands_leaves_what_a_model_says(books):
    assert books
    run_state_machine_as_test(Federation, settings=settings(
        max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)))
