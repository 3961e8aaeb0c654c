"""A federation with somebody in every role and a thing in every state, and the addresses of all its pages."""

from dataclasses import asdict, dataclass
from io import BytesIO

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import get_resolver
from PIL import Image

from parecon.secondhand.parks.uses import read_uses
from parecon.secondhand.settlement import Result
from parecon.service.clock import DAY_US, FIRST_YEAR, date_of, month_of, now_us
from parecon.service.desk import founding, intake, requests, stock
from parecon.service.desk.columns import accounts, federation
from parecon.service.desk.models import Item, Photo, Quote, Schedule, Store, YearClosed
from parecon.service.desk.offers import Accept, Inspect, accept, inspect
from parecon.service.ledger import commands as ledger
from parecon.service.parks import commands as parks
from parecon.service.parks import founding as opening
from parecon.service.parks.acts import AgreeNeed, Book, Contribute, Join, OpenPark, TakeOut
from parecon.service.parks.models import Booking, Park, Thing
from parecon.service.parks.slots import slot_at
from parecon.service.people.households import NewHousehold, Person, made_households
from parecon.service.people.models import Affiliation, Council, CouncilKind, Mandate, Member, Role
from parecon.service.people.policy import Actor
from parecon.service.people.record import pseudonym
from parecon.service.register import commands as register
from parecon.service.register import offers

from databases import using

BICYCLES, YEARS_ARE_CLOSED, CREDITS_MCR = 4, 2019, 3_000_000
NEXT_CENTURY_US = 4_102_444_800_000_000
NAME = "Zacharias Geheimnisvoll"  # Ana's whole name, which the policy shows to few
BACKEND = "django.contrib.auth.backends.ModelBackend"
WHOLE = "federation"
MANDATES = {  # who, as what, and where: of the federation, the north, the south, the park
    "clerk": ((Role.CLERK, "north"),), "clerk-elsewhere": ((Role.CLERK, "south"),), "steward": ((Role.STEWARD, WHOLE),),
    "treasurer": ((Role.TREASURER, WHOLE),), "registrar": ((Role.REGISTRAR, WHOLE),),
    "organiser": ((Role.ORGANISER, WHOLE),), "organiser-elsewhere": ((Role.ORGANISER, "south"),),
    "auditor": ((Role.AUDITOR, WHOLE),), "keeper": ((Role.KEEPER, "park"),),
    "formerly": tuple((role, WHOLE) for role in Role), "gone": tuple((role, WHOLE) for role in Role)}
SIGNED_IN = ("member", *MANDATES)
ROLES = ("stranger", *SIGNED_IN)
LIVE_IN_THE_SOUTH = ("neighbour", "clerk-elsewhere", "organiser-elsewhere")


@dataclass
class Everybody:
    """Who there is by role, and what stands in the addresses of pages: ids and labels by what they are of."""

    members: dict[str, Member]
    names: dict[str, object]
    sessions: dict[str, str]

    def actor(self, who):
        return Actor(self.members[who], now_us())

    def browser(self, who, *, checks=False):
        """A browser in which somebody is signed in; `checks` whether forms are believed only with their own proof."""
        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=checks, raise_request_exception=True)
        if who in self.sessions:
            client.cookies["session"] = self.sessions[who]
        return client


def pages():
    """The names of all pages, with the addresses as the resolver has them; programs have doors of their own."""
    return {name: route for name, route in _below(get_resolver()) if not name.startswith("api")}


def _below(resolver, space="", route=""):
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from _below(each, each.namespace or space, route + str(each.pattern))
        else:
            yield f"{space}:{each.name}", f"/{route}{each.pattern}"


def begun(file):
    """Everybody, in a database with empty tables."""
    with using(f"sqlite:///{file}"):
        at_us = now_us() - 60 * DAY_US
        founding.found("Everybody", [founding.StoreAt("north", "North", address="Mill Lane 4", hours="always"),
                                     founding.StoreAt("south", "South", 3.0, 4.0)], at_us)
        here = Everybody(_members(at_us), {}, {})
        _mandates(here)
        _things(here)
        _collectables(here)
        _park(here)
        _others(here)
        here.sessions = {who: _session(member) for who, member in here.members.items()}
    return here


def _members(at_us):
    stores = dict(Council.objects.filter(kind=CouncilKind.CONSUMER).values_list("code", "pk"))
    asked = [NewHousehold(f"home-{who}", stores["south" if who in LIVE_IN_THE_SOUTH else "north"],
                          (Person(NAME if who == "member" else who.title(), f"{who}@example.org"),),
                          date_of(at_us)) for who in (*SIGNED_IN, "neighbour")]
    members = {who: Member.objects.select_related("household").get(household_id=answer.number)
               for who, answer in zip((*SIGNED_IN, "neighbour"), made_households(asked, at_us), strict=True)}
    for member in members.values():
        [account] = accounts([member.household.party]).values()
        ledger.post(f"first/{member.pk}", federation().society_account, account, CREDITS_MCR, 1, at_us)
    return members


def _mandates(here):
    for code in ("park", "garden"):  # the garden is not open yet
        park = Council.objects.create(code=code, name=code.title(), kind=CouncilKind.PARK, party=pseudonym("c"))
        Affiliation.objects.create(council=park, parent=Council.objects.get(code=WHOLE), from_on=date_of(0))
    for who, given in MANDATES.items():
        for number, (role, where) in enumerate(given):
            over = {"until_us": 2} if number % 2 else {"until_us": NEXT_CENTURY_US, "recalled_us": 2}
            runs = over if who == "formerly" else {"until_us": NEXT_CENTURY_US}
            Mandate.objects.create(member=here.members[who], council=Council.objects.get(code=where), role=role,
                                   from_us=0, given_by="p-machine", **runs)
    Member.objects.filter(pk=here.members["gone"].pk).update(is_active=False)


def _things(here):
    """Ana's bicycles: announced, handed in, quoted, on the shelf, kept for her, and with her."""
    clerk, north = here.actor("clerk"), Store.objects.get(council__code="north").pk
    made = {}
    for what, who in (("announced", "member"), ("received", "member"), ("offered", "member"), ("shelved", "member"),
                      ("kept", "neighbour"), ("bought", "neighbour")):
        member = here.members[who]
        row = intake.Announce(f"announce-{what}", member.household_id, BICYCLES, month_of(now_us()) - 12, 0, north,
                              f"{what} bicycle", "described")
        made[what] = done(intake.announce([row], here.actor(who)))
        if what != "announced":
            done(intake.hand_in([intake.HandIn(f"hand-in-{what}", made[what], north)], clerk))
        if what not in {"announced", "received"}:
            done(inspect([Inspect(f"inspect-{what}", made[what], 1, row.made_month)], clerk))
        if what in {"shelved", "kept", "bought"}:
            quote = Quote.objects.filter(item=made[what]).latest("number").pk
            done(accept([Accept(f"accept-{what}", quote)], here.actor(who)))
        if what in {"kept", "bought"}:
            ask = requests.Ask(f"ask-{what}", here.members["member"].household_id, BICYCLES, north, made[what])
            made[f"request {what}"] = done(requests.ask([ask], here.actor("member")))
    done(requests.hand_over([requests.HandOver("hand-over", made["request bought"])], clerk))
    done(stock.photograph([stock.Photograph("photograph", made["shelved"], picture())], clerk))
    labels = Item.objects.in_bulk([number for what, number in made.items() if " " not in what])
    here.names |= {what: labels[number].label if " " not in what else number for what, number in made.items()}
    here.names |= {"photo": Photo.objects.get().pk, "quote": Quote.objects.filter(item=made["offered"]).latest(
        "number").pk, "north": north,
                   "south": Store.objects.get(council__code="south").pk, "items": made}


def _collectables(here):
    """A kind that is traded, a piece of it that Ana has, and an offer of hers."""
    keeper, ana = here.actor("registrar"), here.members["member"]
    kind = done(register.classify([register.Classify("kind", "stamps", "", 300_000, 0, 0, 0)], keeper))
    entry = done(register.enter([register.Enter("entry", kind, "a blue stamp", "", 1000)],
                                Actor(keeper.member, keeper.at_us, ana)))
    offer = done(offers.bid([offers.Bid("bid", kind, 5000)], here.actor("member")))
    here.names |= {"entry": entry, "offer": offer, "traded": kind}


def _park(here):
    """A park to which Ana belongs, with washing machines of the neighbour; one is out with her, one is booked."""
    opening.know_things(read_uses())
    park, keeper = Council.objects.get(code="park").pk, here.actor("keeper")
    asked = OpenPark("park", park, "Cellar of 12", "always", "Europe/Berlin")
    done(opening.open_park([asked], here.actor("organiser")))
    for who in ("member", "neighbour", "keeper"):
        done(opening.join([Join(f"join-{who}", park, here.members[who].household_id)], keeper))
    thing = Thing.objects.get(code="washers")
    done(opening.agree_need([AgreeNeed("need", park, thing.pk, 2)], keeper))
    for number in range(2):
        done(parks.contribute([Contribute(f"bring-{number}", park, here.members["neighbour"].household_id, thing.pk,
                                          thing.new_price_mcr, 200_000, works=True)], keeper))
    now = slot_at(keeper.at_us, Park.objects.get().began_us)
    for what, start in (("out", now), ("booked", now + 2)):
        here.names[what] = done(parks.book([Book(f"book-{what}", park, thing.pk, start, 1)], here.actor("member")))
    done(parks.take_out([TakeOut("take-out", here.names["out"])], here.actor("member")))
    here.names["piece"] = Booking.objects.get(pk=here.names["out"]).piece.label


def _others(here):
    """Numbers of people and mandates, and of a year that is closed."""
    result = asdict(Result(0, 0, 0, 0, 0, 0, 0))
    YearClosed.objects.create(year=YEARS_ARE_CLOSED - FIRST_YEAR, act="closed", result=result, wanted=[0], offered=[0],
                              shared_mcr=0, households=1, closed_us=1)
    ana = here.members["member"]
    [account] = accounts([ana.household.party]).values()
    here.names |= {
        "ana": ana.pk, "home": ana.household_id, "account": account, "closed": YEARS_ARE_CLOSED, "good": "bicycles",
        "running": FIRST_YEAR + Schedule.objects.get().year, "society": federation().society_account,
        "mandate": Mandate.objects.get(member=here.members["clerk"]).pk,
        "affiliation": Affiliation.objects.get(council__code="north").pk, "month": month_of(now_us()),
        "nothing": "nothing", "none": 10**6}


def _session(member):
    """The key of a session in which a member is signed in."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(member.pk), BACKEND
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    return session.session_key


def done(answers):
    """The number of what one act made."""
    [answer] = answers
    assert answer.done, answer
    return answer.number


def picture(of="PNG"):
    """A small photograph."""
    made = BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, of)
    return made.getvalue()
