"""The same acts through the law on arrays and through the live commands: equal registers, equal balances."""

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parecon.base.parameters import in_force
from parecon.base.postings import post
from parecon.secondhand.collectables.acts import Acts, Answers, Deed, Requests
from parecon.secondhand.collectables.closing import close, next_schedule
from parecon.secondhand.collectables.decide import Moment, deaths, immediate
from parecon.secondhand.collectables.law import waits_for_relatives
from parecon.secondhand.collectables.register import MUSEUM, NO_ONE, Kinds, Register
from parecon.service.ledger import audit
from parecon.service.register import commands as register
from parecon.service.register import offers
from parecon.service.register.commands import Enter, Give, HandBack
from parecon.service.register.estates import RecordDeath, record_deaths
from parecon.service.register.models import Entry, Kind, Offer
from parecon.service.register.offers import LOTS, Bid, Reply
from service.register_town import MONTH, START_MCR, Town, shelf_mcr

MEMBERS, PEOPLE = 6, 8  # who acts; the registrar and the clerk share windfalls too
EXCHANGE = PEOPLE
NAMES = [*(f"m{row}" for row in range(MEMBERS)), "registrar", "clerk"]
READINGS = st.fixed_dictionaries({
    "museum_pieces": st.sampled_from(["bought at once", "kept until handed back"]),
    "clearing_reading": st.sampled_from(["highest refused", "lowest served"]),
    "first_refusal_price": st.sampled_from(["clearing price", "repurchase price"]),
    "look_back_years": st.sampled_from([0, 7]), "first_refusal_months": st.sampled_from([0, 1])})
WHO, MOST = st.integers(0, MEMBERS - 1), st.sampled_from([1, 900, 1000, 1001, 1300, 2500, 6000])
ITEM = st.integers(0, 7)
ACTS = st.lists(st.one_of(
    st.tuples(st.just("enter"), WHO, st.integers(0, 2), st.sampled_from([0, 999, 1000, 4000])),
    st.tuples(st.just("enter"), WHO, st.just(1), MOST),
    st.tuples(st.just("give"), WHO, ITEM, WHO),
    st.tuples(st.just("back"), WHO, ITEM, st.just(0)),
    st.tuples(st.just("death"), WHO, WHO, ITEM),
    st.tuples(st.just("bid"), WHO, st.integers(0, 2), MOST),
    st.tuples(st.just("reply"), st.just(0), ITEM, st.none() | MOST),
    st.tuples(st.just("close"), st.just(0), st.just(0), st.just(0))), min_size=3, max_size=25)


class OnArrays:
    """The register as the simulation keeps it."""

    def __init__(self, law):
        self.law = in_force("secondhand.collectables", {"least_reverting_mcr": 200} | law, "test")
        self.kinds = Kinds(np.array([0, 1000, 5000]), np.array([0, 1000, 5000]), np.array([0, 1, 2], np.int8))
        self.register, self.balance = Register.of([], [], []), np.array([START_MCR] * MEMBERS + [0, 0, 0])
        self.reverted, self.month = np.zeros(0, int), MONTH
        self.bids, self.replies = [], {}

    def do(self, deed, who, item, to=-1):
        outcome, self.register = immediate(Acts.of(deed, who, item, to), self.register, self.kinds, EXCHANGE,
                                           Moment(self.month), self.law)
        post(self.balance, outcome.postings)
        return outcome.reason[0]

    def enter(self, who, kind, paid):
        old, new = self.register, Register.of([kind], who, paid)
        gifts = old.gifts
        self.register = Register(*(np.concatenate([getattr(old, name), getattr(new, name)]) for name in (
            "kind", "standing", "holder", "paid_mcr", "paid_level_ppm", "cost_mcr", "first_refusal")), gifts)
        self.reverted = np.append(self.reverted, 0)
        return self.do(Deed.REGISTER, who, len(old))

    def death(self, who, heir, missing):
        before = self.register.first_refusal.copy()
        heirs, died = np.arange(PEOPLE + 1, dtype=np.int32), np.zeros(PEOPLE + 1, bool)
        heirs[who], died[who] = heir, True
        found = np.arange(len(self.register)) != missing
        _, self.register = deaths(died, heirs, found, self.register, self.kinds, EXCHANGE, self.month, self.law)
        self.reverted[(before == NO_ONE) & (self.register.first_refusal != NO_ONE)] = self.month
        self.bids = [each for each in self.bids if each[0] != who]
        self.replies = {item: each for item, each in self.replies.items() if each[0] != who}

    def close(self):
        register, answered = self.register, np.isin(np.arange(len(self.register)), list(self.replies))
        waits = (register.first_refusal != NO_ONE) & waits_for_relatives(
            self.reverted, answered, self.month, self.law["first_refusal_months"])
        aside = register.copy()
        aside.holder[waits], aside.first_refusal[waits] = MUSEUM, NO_ONE
        yes = [(who, item, most) for item, (who, most) in self.replies.items() if most is not None]
        columns = np.array(self.bids, np.int64).reshape(-1, 4).T
        requests = Requests(*columns[:2].astype(np.int32), columns[2], columns[3] / LOTS)
        answers = Answers(*(np.array([row[place] for row in yes], np.int64) for place in range(3)))
        closing, after = close(requests, answers, aside, self.kinds, self.balance, np.array([1] * PEOPLE + [0]),
                               EXCHANGE, Moment(self.month), self.law)
        post(self.balance, closing.outcome.postings)
        self.kinds = next_schedule(closing.kinds, after, EXCHANGE, self.month, self.law)
        after.holder[waits], after.first_refusal[waits] = EXCHANGE, register.first_refusal[waits]
        self.register, self.bids, self.replies, self.month = after, [], {}, self.month + 1


class Both:
    """Both at once: each act is done on arrays and at the live desk, and the answers must agree."""

    def __init__(self, law):
        self.arrays, self.town = OnArrays(law), Town(**law)
        self.kind, self.entries, self.alive = self.town.kinds(), [], set(range(MEMBERS))

    def act(self, what, who, one, two):
        if what == "close" or (who in self.alive and (what not in {"give", "death"} or self.other(what, one, two))):
            getattr(self, what)(who, one, two)

    def other(self, what, one, two):
        """Whether there is somebody else, alive, to give to or to inherit."""
        return two in self.alive if what == "give" else one in self.alive

    def enter(self, who, kind, paid):
        [answer] = register.enter([Enter(self.town.act(), self.kind[kind], "it", "", paid)],
                                  self.town.at_desk(who, self.arrays.month))
        assert answer.reason == self.arrays.enter(who, kind, paid)
        self.entries.append(answer.number)

    def give(self, who, item, to):
        if item < len(self.entries):
            [answer] = register.give([Give(self.town.act(), self.entries[item], f"p-m{to}")],
                                     self.town.own(who, self.arrays.month))
            assert answer.reason == self.arrays.do(Deed.GIVE, who, item, to)

    def back(self, who, item, _):
        if item < len(self.entries):
            [answer] = register.hand_back([HandBack(self.town.act(), self.entries[item])],
                                          self.town.at_desk(who, self.arrays.month))
            assert answer.reason == self.arrays.do(Deed.HAND_BACK, who, item)

    def death(self, who, heir, item):
        if who == heir:
            return
        theirs = item < len(self.entries) and self.arrays.register.holder[item] == who
        missing = (self.entries[item],) if theirs else ()
        act = RecordDeath(self.town.act(), f"p-m{who}", f"p-m{heir}", missing)
        assert record_deaths([act], self.town.keeper(self.arrays.month))[0].done
        self.arrays.death(who, heir, item if theirs else -1)
        self.alive.discard(who)

    def bid(self, who, kind, most):
        [answer] = offers.bid([Bid(self.town.act(), self.kind[kind], most)], self.town.own(who, self.arrays.month))
        self.arrays.bids.append((who, kind, most, Offer.objects.get(pk=answer.number).lot))

    def reply(self, _, item, most):
        first = self.arrays.register.first_refusal[item] if item < len(self.entries) else NO_ONE
        if first != NO_ONE and item not in self.arrays.replies:
            [answer] = offers.reply([Reply(self.town.act(), self.entries[item], most)],
                                      self.town.own(first, self.arrays.month))
            assert answer.done
            self.arrays.replies[item] = (first, most)

    def close(self, *_):
        shown, answer = self.town.closed(self.arrays.month)
        assert answer.done
        self.arrays.close()
        shelf = Entry.objects.filter(holder="collectables").values_list("cost_mcr", flat=True)
        assert shown.month + 1 == self.arrays.month
        assert shelf_mcr() == -sum(shelf), "what is left is what the things on the shelf cost"

    def agree(self):
        """Nothing differs, in any column and on any account."""
        of = {-1: "museum", EXCHANGE: "collectables"} | {row: f"p-{name}" for row, name in enumerate(NAMES)}
        columns = self.arrays.register
        live = Entry.objects.order_by("number")
        assert [each.pk for each in live] == self.entries
        assert [each.holder for each in live] == [of[row] for row in columns.holder.tolist()]
        assert [each.first_refusal for each in live] == [
            of[row] if row != NO_ONE else "" for row in columns.first_refusal.tolist()]
        for name in ("standing", "paid_mcr", "paid_level_ppm", "cost_mcr"):
            assert [getattr(each, name) for each in live] == getattr(columns, name).tolist(), name
        kinds = list(Kind.objects.order_by("number").values_list("schedule_mcr", "price_mcr"))
        assert kinds == list(zip(self.arrays.kinds.schedule_mcr.tolist(), self.arrays.kinds.price_mcr.tolist(),
                                 strict=True))
        remembered = sorted((each.pk, gift.giver, gift.month) for each in live
                            for gift in each.gifts.filter(remembered=True))
        gifts = columns.gifts
        assert remembered == sorted((self.entries[item], of[giver], month) for item, giver, month in zip(
            gifts.item.tolist(), gifts.giver.tolist(), gifts.month.tolist(), strict=True))
        assert [self.town.balance(name) for name in NAMES] == self.arrays.balance[:PEOPLE].tolist()
        assert shelf_mcr() == self.arrays.balance[EXCHANGE]


@pytest.mark.usefixtures("books")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(law=READINGS, acts=ACTS)
def test_the_live_register_and_the_law_on_arrays_end_alike(law, acts):
    with transaction.atomic():
        both = Both(law)
        for act in acts:
            both.act(*act)
        both.agree()
        both.close()
        both.agree()
        assert not audit.verify().wrong
        transaction.set_rollback(True)
