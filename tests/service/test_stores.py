"""Stores that open after the founding: who opens them, what stands then, and that carrying knows the distance."""

from types import SimpleNamespace

import pytest
from django.test import override_settings

from parecon.secondhand.parks.uses import read_uses
from parecon.service.answers import Refusal
from parecon.service.clock import DAY_US, date_of, now_us
from parecon.service.desk import transfers
from parecon.service.desk.columns import federation, in_force
from parecon.service.desk.models import Store
from parecon.service.desk.stores import MOST_KM, DescribeStore, OpenStore, describe_store, open_store
from parecon.service.ledger.models import Account
from parecon.service.parks.models import Park, Thing
from parecon.service.people import commands as people
from parecon.service.people.models import Council, Done, Mandate, Role
from service.page_town import browser, form_of, send, town

OPEN = "/councils/of/east/store/open/"
CHANGE = "/councils/of/north/store/"
SAID = {"address": "School Lane 2", "hours": "Saturday, 10 to 13", "east_km": "3", "north_km": "-4"}


@pytest.fixture
def of(books):  # noqa: ARG001 - the books that are in use
    """The town, where Stu organises all and Tess the south alone; the east and a park have no store."""
    with override_settings(ALLOWED_HOSTS=["localhost"], SECOND_PROOF_REQUIRED=False,
                           STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage."
                                                                "StaticFilesStorage"}}):
        at = town()
        whole = federation().council
        for who, council in (("stu", whole), ("tess", at.stores["south"].council)):
            Mandate.objects.create(member=at.members[who], council=council, role=Role.ORGANISER, from_us=0,
                                   until_us=2**62, given_by="machine")
        Mandate.objects.update(until_us=now_us() + 365 * DAY_US)  # a day that a page can show
        rows = [people.NewCouncil(f"add-{code}", code, code.title(), kind, whole.code, date_of(now_us()))
                for code, kind in (("east", "consumer"), ("garden", "park"))]
        east, garden = (answer.number for answer in people.add_councils(rows, at.actor("stu")))
        yield SimpleNamespace(at=at, east=east, garden=garden, stu=at.actor("stu"), tess=at.actor("tess"),
                              ana=at.actor("ana"))


def opening(of, act="open-1", **other):
    return OpenStore(**{"act": act, "council": of.east, "address": "School Lane 2", "hours": "Saturday",
                        "east_km": 3.0, "north_km": -4.0} | other)


def test_a_council_opens_a_store_once_and_carrying_there_costs_by_the_distance(of):
    first, again = open_store([opening(of)], of.stu)[0], open_store([opening(of)], of.stu)[0]
    assert (first.done, first.number, first.again) == (True, of.east, False)
    assert again == first._replace(again=True)
    store = Store.objects.get(pk=of.east)
    assert (store.area, store.address, store.hours) == (2, "School Lane 2", "Saturday")
    costs = transfers.costs_mcr(in_force(now_us()))
    assert costs.shape[:2] == (3, 3)
    # the south is 3 km east and 4 north of the north: as far as the east is, on the other side
    assert (costs[0, 2] == costs[0, 1]).all()
    assert (costs[1, 2] > costs[0, 2]).any()


@pytest.mark.parametrize(("who", "other", "reason"), [
    ("ana", {}, Refusal.NOT_ALLOWED),
    ("tess", {}, Refusal.NOT_ALLOWED),
    ("stu", {"council": 2**70}, Refusal.NO_SUCH_THING),
    ("stu", {"address": " "}, Refusal.BAD_FORM),
    ("stu", {"hours": "x" * 201}, Refusal.BAD_FORM),
    ("stu", {"address": "a\0b"}, Refusal.BAD_FORM),
    ("stu", {"east_km": float("nan")}, Refusal.BAD_FORM),
    ("stu", {"north_km": -MOST_KM - 1.0}, Refusal.BAD_FORM),
])
def test_what_cannot_be_opened_leaves_no_trace(of, who, other, reason):
    stores, done = Store.objects.count(), Done.objects.count()
    assert open_store([opening(of, **other)], getattr(of, who))[0].reason == reason
    assert (Store.objects.count(), Done.objects.count()) == (stores, done)


def test_parks_closed_councils_and_whoever_has_a_store_open_none(of):
    assert open_store([opening(of, council=of.garden)], of.stu)[0].reason == Refusal.NO_SUCH_THING
    north = of.at.stores["north"].pk
    assert open_store([opening(of, council=north)], of.stu)[0].reason == Refusal.NOT_AS_SHOWN
    Council.objects.filter(pk=of.east).update(closed_on=date_of(now_us()))
    assert open_store([opening(of)], of.stu)[0].reason == Refusal.NO_SUCH_THING
    assert Store.objects.count() == 2


def test_of_two_that_open_the_same_store_in_one_go_one_does(of):
    reasons = [answer.reason for answer in open_store([opening(of), opening(of, "open-2")], of.stu)]
    assert reasons == [Refusal.ACCEPTED, Refusal.NOT_AS_SHOWN]


def test_address_and_hours_are_changed_by_whoever_organises_there_and_the_place_stays(of):
    south = of.at.stores["south"]
    row = DescribeStore("describe-1", south.pk, " Quay 1 ", "never on Sundays")
    assert describe_store([row], of.ana)[0].reason == Refusal.NOT_ALLOWED
    assert describe_store([row._replace(store=of.at.stores["north"].pk)], of.tess)[0].reason == Refusal.NOT_ALLOWED
    assert describe_store([row._replace(store=of.east)], of.stu)[0].reason == Refusal.NO_SUCH_THING
    assert describe_store([row._replace(address="")], of.tess)[0].reason == Refusal.BAD_FORM
    assert describe_store([row], of.tess)[0].done
    south.refresh_from_db()
    assert (south.address, south.hours) == ("Quay 1", "never on Sundays")
    assert (south.area, south.east_km, south.north_km) == (1, 3.0, 4.0)


def test_the_page_of_the_council_leads_to_its_store_is_open(of):
    stu, ana = browser(of.at, "stu"), browser(of.at, "ana")
    council = "/councils/of/east/"
    assert OPEN in stu.get(council).content.decode()
    assert OPEN not in ana.get(council).content.decode()
    assert "/store/open/" not in stu.get("/councils/of/garden/").content.decode()
    Store.objects.filter(area=0).update(east_km=10.0, north_km=20.0)
    where, fields = form_of(stu, OPEN)
    assert stu.post(where, fields | SAID).url == council
    store = Store.objects.get(pk=of.east)
    assert (store.east_km, store.north_km) == (13.0, 16.0), "as far from the first store as was said"
    page = stu.post(where, fields | SAID, follow=True).content.decode()
    assert "already" in page
    assert Store.objects.count() == 3
    assert "School Lane 2" in page
    assert OPEN not in page
    assert f"{council}store/" in page
    shown = ana.get(council).content.decode()
    assert "Saturday, 10 to 13" in shown
    assert f"{council}store/" not in shown
    assert stu.get(OPEN).url == f"{council}store/"


def test_the_page_changes_what_everybody_reads(of):
    stu = browser(of.at, "stu")
    Store.objects.filter(council__code="north").update(address="Mill Lane 4", hours="Friday")
    assert form_of(stu, CHANGE)[1]["address"] == "Mill Lane 4"
    assert send(stu, CHANGE, address="Mill Lane 5").status_code == 302
    assert "Mill Lane 5" in browser(of.at).get("/stores/").content.decode()
    assert browser(of.at, "tess").get(CHANGE).status_code == 404


@pytest.mark.parametrize("wrong", [{"east_km": "far"}, {"east_km": "nan"}, {"north_km": "20001"}, {"address": ""}])
def test_what_cannot_be_is_said_beside_the_form(of, wrong):
    answer = send(browser(of.at, "stu"), OPEN, **(SAID | wrong))
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Store.objects.count() == 2


def test_it_is_said_in_german(of):
    stu = browser(of.at, "stu")
    stu.cookies["django_language"] = "de"
    page = stu.get(OPEN).content.decode()
    assert "Einen Laden für East eröffnen" in page
    assert "Wie viele Kilometer östlich des ersten Ladens?" in page


def test_a_sole_council_is_chosen_already_where_a_household_is_added(of):
    assert form_of(browser(of.at, "tess"), "/households/add/")[1]["council"] == str(of.at.stores["south"].pk)
    assert not form_of(browser(of.at, "stu"), "/households/add/")[1].get("council")


# --- Parks ----------------------------------------------------------------------------------------------------------

def test_an_organiser_opens_a_park_on_a_page_once_and_keepers_find_what_it_can_have(of):
    stu, ana = browser(of.at, "stu"), browser(of.at, "ana")
    council, page = "/councils/of/garden/", "/councils/of/garden/park/open/"
    assert page in stu.get(council).content.decode()
    assert page not in ana.get(council).content.decode()
    assert ana.get(page).status_code == browser(of.at, "tess").get(page).status_code == 404
    said = {"place": "Mill Street 3", "hours": "Saturday, 9 to 12", "zone": "Europe/Berlin"}
    where, fields = form_of(stu, page)
    assert "Choose" in stu.post(where, fields | said | {"zone": "Europe/Nowhere"}).content.decode()
    for _ in range(2):
        assert stu.post(where, fields | said).url == council
    park = Park.objects.get()
    assert (park.council_id, park.place, park.hours, park.zone) == (of.garden, *said.values())
    assert Account.objects.get(number=park.account).balance.posted_mcr == 0
    assert Thing.objects.count() == len(read_uses())
    assert stu.get(page).url == council
    assert page not in stu.get(council).content.decode()


def test_whoever_may_read_a_parks_account_is_led_there_from_its_council(of):
    stu, ana = browser(of.at, "stu"), browser(of.at, "ana")
    where, fields = form_of(stu, "/councils/of/garden/park/open/")
    assert stu.post(where, fields | {"place": "here", "hours": "", "zone": "Europe/Berlin"}).status_code == 200
    assert stu.post(where, fields | {"place": "here", "hours": "always", "zone": "Europe/Berlin"}).status_code == 302
    account = "/park/accounts/garden/"
    assert account in stu.get("/councils/of/garden/").content.decode()  # a steward
    assert stu.get(account).status_code == 200
    assert account not in ana.get("/councils/of/garden/").content.decode()
    assert ana.get(account).status_code == 404
