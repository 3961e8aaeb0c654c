"""Pages of parks: booked in two taps, nothing of others to be seen, the keeper's desk, and what goes on the wall."""

import re
from html import unescape

import pytest
from django.test import Client

from parecon.service.clock import now_us
from parecon.service.face.forms import minted
from parecon.service.ledger import audit
from parecon.service.parks import closing, slots
from parecon.service.parks import commands as parks
from parecon.service.parks.acts import Book, CloseMonth, GiveBack
from parecon.service.parks.models import Booking, MonthClosed, Need, Park, Piece, ResultShared, Thing
from parecon.service.parks.slots import HOUR_US, slot_at
from parecon.service.people.law import card_with_check
from parecon.service.people.models import Affiliation, Council, Mandate, Member
from parecon.service.people.policy import Actor
from service.park_town import BEGUN, bring, pieces, town

CARD = card_with_check("4F7K2M9")
ACT = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def street(books):  # noqa: ARG001 - the books that are in use
    yield town()
    assert not audit.verify().wrong


def of(here, who):
    client = Client(SERVER_NAME="localhost")
    client.force_login(here.members[who], "django.contrib.auth.backends.ModelBackend")
    return client


def booked(here, who, hours_ahead=3, slots=2, code="washers"):
    """A booking that begins so many hours from now."""
    at = now_us()
    start = slot_at(at, here.park.began_us) + hours_ahead
    answer = parks.book([Book(here.act(), here.park.pk, here.thing(code), start, slots)],
                        here.actor(who, min(at, at + hours_ahead * HOUR_US)))[0]
    assert answer.done, answer.sentence
    return answer.number


def test_a_thing_is_booked_in_two_taps_and_a_double_click_books_once(street):
    client = of(street, "ana")
    calendar = client.get("/park/things/washers/").content.decode()
    first = unescape(re.findall(r'href="(/park/things/washers/book/[^"]+)"', calendar)[-1])
    page = client.get(first).content.decode()
    fields = dict(re.findall(r'name="(act|start|hours)" value="([^"]+)"', page))
    for _ in range(2):
        assert client.post(first, fields).status_code == 302
    made = Booking.objects.get()
    assert (made.household, made.start, made.fee_mcr) == (street.household("ana"), int(fields["start"]), 400)
    mine = client.get("/park/bookings/").content.decode()
    assert pieces(street, "washers")[0].label in mine
    assert "already done" in mine


def test_what_is_taken_is_told_in_words_and_cannot_be_tapped(street):
    booked(street, "ben", 2, 3, "drills")
    page = of(street, "ana").get("/park/things/drills/?hours=1").content.decode()
    start = Booking.objects.get().start
    assert f"start={start}&" not in unescape(page)
    form = {"act": ACT, "start": start, "hours": 1}
    refused = of(street, "ana").post("/park/things/drills/book/", form).content.decode()
    assert "another time may be free" in refused
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("address", ["/park/", "/park/things/washers/", "/park/things/washers/?day=x&hours=x",
                                     "/park/things/drills/?day=2199-01-01&hours=9999",
                                     "/park/things/washers/book/?start=x&hours=",
                                     "/park/things/washers/book/?start=999999999999&hours=-5", "/park/bookings/",
                                     "/park/account/", "/park/paper/", "/park/week/"])
def test_each_page_is_there_for_members_in_both_languages(street, address):
    booked(street, "ana")
    for language in ("en", "de"):
        answer = of(street, "ana").get(address, headers={"accept-language": language})
        assert answer.status_code == 200
        assert "<h1>" in answer.content.decode()


def test_whoever_belongs_to_no_park_is_told_how_to_join_and_sees_nothing_else(street):
    client = of(street, "far")
    assert "show the keeper of one your card" in client.get("/park/").content.decode()
    for address in ("things/washers/", "bookings/", "account/", "paper/", "week/", "keep/street/", "accounts/street/"):
        assert client.get(f"/park/{address}").status_code == 404, address


def test_nobody_sees_or_touches_the_booking_of_another(street):
    number = booked(street, "ana")
    before = list(Booking.objects.values())
    for who in ("ben", "far", "kim"):
        client = of(street, who)
        for what in ("cancel", "fetch", "back"):
            assert client.post(f"/park/bookings/{number}/{what}/", {"act": ACT, "works": "no"}).status_code == 404
        assert client.get(f"/park/bookings/{number}/back/").status_code == 404
    for address in (f"bookings/{number}/out/", f"bookings/{number}/back/", "bring/", "join/", "month/",
                    f"pieces/{pieces(street, 'drills')[0].label}/"):
        assert of(street, "ana").post(f"/park/keep/street/{address}", {"act": ACT}).status_code == 404, address
    assert Client(SERVER_NAME="localhost").get("/park/").status_code == 302
    assert list(Booking.objects.values()) == before
    assert of(street, "ana").post(f"/park/bookings/{2**70}/cancel/", {"act": ACT}).status_code == 404


def test_fields_that_no_form_has_change_nothing(street):
    client = of(street, "ana")
    form = {"act": ACT, "start": slot_at(now_us(), street.park.began_us) + 5, "hours": 2, "fee_mcr": 0,
            "household": street.household("ben").pk, "park": 99, "status": 2, "member": "ben"}
    assert client.post("/park/things/washers/book/", form).status_code == 302
    made = Booking.objects.get()
    assert (made.household, made.fee_mcr, made.status) == (street.household("ana"), 800, 0)


def test_a_member_fetches_brings_back_and_cancels(street):
    client = of(street, "ana")
    number, other = booked(street, "ana", 0, 2), booked(street, "ana", 30)
    assert client.post(f"/park/bookings/{number}/fetch/", {"act": ACT}).status_code == 302
    assert Booking.objects.get(pk=number).fetched_us is not None
    assert "Does it still work?" in client.get(f"/park/bookings/{number}/back/").content.decode()
    said = {"act": ACT[::-1], "works": "yes", "note": "<script>alert(1)</script>"}
    assert client.post(f"/park/bookings/{number}/back/", said).status_code == 302
    assert client.post(f"/park/bookings/{other}/cancel/", {"act": ACT[1:] + "a"}).status_code == 302
    assert sorted(Booking.objects.values_list("status", flat=True)) == [1, 2]


def test_the_keeper_hands_out_takes_back_and_sends_what_is_broken_away(street):
    keeper, number = of(street, "kim"), booked(street, "ana", 0, 2, "drills")
    assert "Hand out" in keeper.get("/park/keep/street/").content.decode()
    assert keeper.post(f"/park/keep/street/bookings/{number}/out/", {"act": ACT}).status_code == 302
    assert "Take back" in keeper.get("/park/keep/street/").content.decode()
    said = {"act": ACT[::-1], "works": "no", "note": "smokes"}
    assert keeper.get(f"/park/keep/street/bookings/{number}/back/").status_code == 200
    assert keeper.post(f"/park/keep/street/bookings/{number}/back/", said).status_code == 302
    drill = pieces(street, "drills")[0]
    assert not drill.in_use
    assert keeper.post(f"/park/keep/street/pieces/{drill.label}/", {"act": ACT[1:] + "b"}).status_code == 302
    assert pieces(street, "drills")[0].in_use
    month = re.search(r'name="month" value="(\d+)"', keeper.get("/park/keep/street/").content.decode()).group(1)
    for _ in range(2):  # a double click closes one month
        assert keeper.post("/park/keep/street/month/", {"act": ACT[1:] + "c", "month": month}).status_code == 302
    assert MonthClosed.objects.count() == 1
    assert "already done" in keeper.get("/park/keep/street/").content.decode()


def test_scripts_in_what_people_write_are_text_on_the_page(street):
    Piece.objects.filter(thing__code="drills").update(title="<script>alert(1)</script>")
    street.members["ana"].household.name = "<b>Ana</b>"
    street.members["ana"].household.save()
    booked(street, "ana", 0, 2, "drills")
    page = of(street, "kim").get("/park/keep/street/").content.decode()
    assert "<script>alert" not in page
    assert "<b>Ana" not in page
    assert "&lt;b&gt;Ana" in page


def test_a_thing_is_brought_to_the_keeper_with_the_card_of_whose_it_is(street):
    keeper = of(street, "kim")
    assert keeper.get("/park/keep/street/bring/").status_code == 200
    form = {"act": ACT, "card": "NOCARD", "thing": street.thing("drills"), "new_price": "120", "worn": "20",
            "works": "on"}
    assert "No member has a card" in keeper.post("/park/keep/street/bring/", form).content.decode()
    assert bring(street, "ana", "drills").reason  # no more are needed: the law says so at the page too


def test_stewards_see_the_account_by_its_name_and_the_table_says_what_the_picture_says(street):
    number = booked(street, "ana", 0, 2)
    parks.give_back([GiveBack(street.act(), number, works=True)], street.actor("ana", now_us()))
    page = of(street, "stu").get("/park/accounts/street/").content.decode()
    assert "Fees for bookings" in page
    assert "0.80 credits" in page
    assert "<svg" in page
    assert "Share the result of" not in page  # no year is over


def test_a_steward_shares_a_year_once_and_nobody_else_does(street):
    began = slots.month_at(BEGUN, street.park.zone)
    keeper, over = street.members["kim"], slots.first_slot_of_month(27 * 12, street.park.began_us, street.park.zone)
    after = street.park.began_us + over * HOUR_US
    for month in range(began, 27 * 12):
        assert closing.close_month([CloseMonth(street.act(), street.park.pk, month)], Actor(keeper, after))[0].done
    steward, member = of(street, "stu"), of(street, "ana")
    assert "Share the result of 2026" in steward.get("/park/account/").content.decode()
    assert "Share the result of" not in member.get("/park/account/").content.decode()
    assert member.post("/park/account/", {"act": ACT, "year": 26}).status_code == 404
    assert not ResultShared.objects.exists()
    for _ in range(2):
        assert steward.post("/park/account/", {"act": ACT, "year": 26}).status_code == 302
    assert ResultShared.objects.count() == 1
    assert "Share the result of" not in steward.get("/park/account/").content.decode()


# --- A park of one's own --------------------------------------------------------------------------------------------

@pytest.fixture
def card(street):
    """Ana's, as it would be printed."""
    Member.objects.filter(pk=street.members["ana"].pk).update(card=CARD)
    return CARD


def test_a_park_takes_in_what_its_members_have_agreed_to_keep_and_no_more(street, card):
    keeper, page = of(street, "kim"), f"/park/keep/{street.park.council.code}/needs/"
    tents, code = Thing.objects.get(code="tents"), street.park.council.code
    assert page in keeper.get(f"/park/keep/{code}/").content.decode()
    assert of(street, "ana").get(page).status_code == 404

    def brings():
        told = {"card": card, "thing": tents.pk, "new_price": "200", "worn": "10", "works": "on"}
        return keeper.post(f"/park/keep/{code}/bring/", {"act": minted()} | told)

    assert "as many of these as its members need" in brings().content.decode()
    assert keeper.post(page, {"act": minted(), "thing": tents.pk, "pieces": "1"}).url == page
    assert brings().status_code == 302
    assert brings().status_code == 200
    assert (Need.objects.get(thing=tents).pieces, Piece.objects.filter(thing=tents).count()) == (1, 1)
    assert re.search(r"Tents</th><td[^>]*>1</td><td[^>]*>1</td>", keeper.get(page).content.decode())


def test_a_household_leaves_its_park_itself_or_at_the_keepers_desk_and_no_other_takes_it_over(street, card):
    ana, code = of(street, "ana"), street.park.council.code
    council = Council.objects.create(code="yard", name="Yard", kind="park", party="c-yard")
    Affiliation.objects.create(council=council, parent=Council.objects.get(kind="federation"), from_on="2020-01-01")
    Mandate.objects.create(member=street.members["kim"], council=council, role="keeper", from_us=0, until_us=2**62,
                           given_by="machine")
    Park.objects.create(council=council, place="there", zone="Europe/Berlin", account=10**6, began_us=BEGUN)
    keeper = of(street, "kim")

    def said(page, **told):
        return keeper.post(page, {"act": minted()} | told, follow=True).content.decode()

    assert "belongs to another park" in said("/park/keep/yard/join/", card=card)
    assert "There is no such card" in said("/park/keep/yard/join/", card="4F7K-2M9X")
    assert ana.post("/park/leave/", {"act": minted()}).url == "/park/"
    assert "belongs to none yet" in ana.get("/park/").content.decode()
    assert ana.post("/park/leave/", {"act": minted()}).status_code == 404
    assert "belongs to the park now" in said("/park/keep/yard/join/", card=card)
    assert "has left the park" in said("/park/keep/yard/leave/", card=card)
    assert "belongs to the park now" in said(f"/park/keep/{code}/join/", card=card)
