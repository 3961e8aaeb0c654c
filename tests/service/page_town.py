"""A federation whose pages are walked through: two towns, a store in each, households, and who holds mandates."""

from dataclasses import dataclass
from html.parser import HTMLParser

from django.test import Client

from parecon.service.clock import DAY_US, date_of, month_of, now_us
from parecon.service.desk import intake, offers
from parecon.service.desk.columns import federation
from parecon.service.desk.founding import StoreAt, found
from parecon.service.desk.models import Event, Item, Photo, Quote, Request, Store
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account, Entry, Hold
from parecon.service.people.households import NewHousehold, Person, made_households
from parecon.service.people.models import Done, Mandate, Member, Role
from parecon.service.people.policy import Actor

BICYCLES = 4
NAMES = ("ana", "ben", "cleo", "dora", "stu", "tess", "ari")
LIVES = {"ben": "south", "dora": "south"}  # all others live in the north
MANDATES = (("cleo", Role.CLERK, None), ("dora", Role.CLERK, "south"), ("stu", Role.STEWARD, None),
            ("tess", Role.TREASURER, None), ("ari", Role.AUDITOR, None))
CREDITS_MCR = 3_000_000
FAR_US = 2**62


@dataclass
class Town:
    """Who lives there, by name; the stores, by code."""

    members: dict[str, Member]
    stores: dict[str, Store]

    def actor(self, who):
        return Actor(self.members[who], now_us())

    def home(self, who):
        return self.members[who].household_id

    def balance(self, who):
        party = self.members[who].household.party
        return Account.objects.get(party=party).balance.posted_mcr


def town(changes=None):
    """The federation, founded two months ago."""
    at_us = now_us() - 60 * DAY_US
    found("Town", [StoreAt("north", "North"), StoreAt("south", "South", 3.0, 4.0)], at_us, changes=changes)
    stores = {store.council.code: store for store in Store.objects.select_related("council")}
    asked = [NewHousehold(f"home-{name}", stores[LIVES.get(name, "north")].pk, (Person(name.title()),), date_of(at_us))
             for name in NAMES]
    members = {name: Member.objects.select_related("household").get(household_id=answer.number)
               for name, answer in zip(NAMES, made_households(asked, at_us), strict=True)}
    of = federation()
    for name, member in members.items():
        account = Account.objects.get(party=member.household.party).number
        ledger.post(f"first/{name}", of.society_account, account, CREDITS_MCR, 1, at_us)
    for name, role, where in MANDATES:
        Mandate.objects.create(member=members[name], council=stores[where].council if where else of.council, role=role,
                               from_us=0, until_us=FAR_US, given_by="machine")
    return Town(members, stores)


def browser(at, who=None):
    """A browser without JavaScript, in which somebody is signed in."""
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    if who:
        client.force_login(at.members[who], "django.contrib.auth.backends.ModelBackend")
    return client


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and what it would send if its button were pressed now."""

    def __init__(self, page):
        super().__init__()
        self.found, self._named = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag == "form":
            self.found.append({"action": about.get("action"), "fields": {}})
        elif self.found and about.get("name") and tag in {"input", "textarea", "select"}:
            kind = about.get("type")
            self._named = about["name"]
            if kind not in {"radio", "checkbox", "submit"} or "checked" in about:
                self.found[-1]["fields"][self._named] = about.get("value") or ""
        elif tag == "option" and self.found and "selected" in about:
            self.found[-1]["fields"][self._named] = about["value"]


def form_of(client, page, action=None):
    """What a form on a page would send, and to where."""
    text = client.get(page).content.decode()
    forms = [each for each in Forms(text).found if "act" in each["fields"] or each["action"] == action]
    found = next(each for each in forms if action is None or each["action"] == action)
    return found["action"] or page, found["fields"]


def send(client, page, action=None, **values):
    """Fills a form of a page in and sends it; what comes back."""
    where, fields = form_of(client, page, action)
    return client.post(where, fields | values)


def bring_address(made_months_ago=12, grade=1):
    """The page that estimates a bicycle."""
    made = month_of(now_us()) - made_months_ago
    return f"/bring/?good={BICYCLES}&year={2000 + made // 12}&month={made % 12 + 1}&grade={grade}"


def announced(at, who="ana", store="north", title="red bicycle", months=12, grade=1):
    """A bicycle that somebody announced."""
    made = month_of(now_us()) - months
    row = intake.Announce(f"announce-{Item.objects.count()}", at.home(who), BICYCLES, made, grade, at.stores[store].pk,
                          title)
    answer = intake.announce([row], at.actor(who))[0]
    assert answer.done, answer
    return Item.objects.get(pk=answer.number)


def graded(at, **about):
    """A bicycle for which an offer waits."""
    item = announced(at, **about)
    assert intake.hand_in([intake.HandIn(f"hand-in-{item.pk}", item.pk, item.store_id)], at.actor("cleo"))[0].done
    found = offers.Inspect(f"inspect-{item.pk}", item.pk, item.grade, item.made_month)
    assert offers.inspect([found], at.actor("cleo"))[0].done
    return Item.objects.get(pk=item.pk)


def shelved(at, who="ana", **about):
    """A bicycle on a shelf."""
    item = graded(at, who=who, **about)
    quote = Quote.objects.filter(item=item).latest("number")
    assert offers.accept([offers.Accept(f"accept-{item.pk}", quote.pk)], at.actor(who))[0].done
    return Item.objects.get(pk=item.pk)


def everything():
    """All that acts can change, to be compared."""
    kept = [Event, Quote, Photo, Done, Entry, Hold]
    return ([model.objects.count() for model in kept], list(Item.objects.order_by("pk").values_list()),
            list(Request.objects.order_by("pk").values_list()))
