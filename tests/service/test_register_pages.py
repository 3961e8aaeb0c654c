"""The register's pages: what members see and do, what others' ids lead to, and that nobody is named."""

import re

import pytest
from django.db import transaction
from django.test import Client

from parecon.service.clock import begin_us
from parecon.service.people.law import card_with_check
from parecon.service.people.models import Member
from parecon.service.register import commands as register
from parecon.service.register import offers, pages, pages_registrar
from parecon.service.register.commands import HandBack
from parecon.service.register.estates import RecordDeath, record_deaths
from parecon.service.register.models import Closing, Death, Entry, Kind, Offer
from parecon.service.register.offers import Bid
from service.register_town import MONTH, PERSONAL, PIECE, TRADED, Town

MEMBERS_PAGES = ["", "offers/", "museum/", "paper/registration/", "paper/gift/", "paper/first-refusal/"]
REGISTRARS_PAGES = ["classify/", "enter/", "find/", "death/", "closing/"]


@pytest.fixture
def town(books):  # noqa: ARG001 - the books that are in use
    with transaction.atomic():
        made = Town()
        made.kinds()
        for row, member in enumerate([*made.members, made.registrar, made.clerk]):
            Member.objects.filter(pk=member.pk).update(card=card_with_check(f"4F7K2M{row}"))
            member.refresh_from_db()
    return made


def browser(member):
    client = Client(SERVER_NAME="localhost")
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return client


def minted(page):
    """The name of the first act on a page."""
    return re.search(r'name="act" value="([0-9a-f]{32})"', page.content.decode())[1]


def test_members_read_the_register_and_only_registrars_keep_it(town):
    stamp = town.entered(0, TRADED)
    member, registrar = browser(town.members[0]), browser(town.registrar)
    for path in [*MEMBERS_PAGES, f"{stamp}/"]:
        assert member.get(f"/register/{path}").status_code == 200, path
    for path in REGISTRARS_PAGES:
        for method in ("get", "post"):
            assert getattr(member, method)(f"/register/{path}").status_code == 404, path
        assert registrar.get(f"/register/{path}").status_code == 200, path
    for path in ("999/", f"{2**70}/", "paper/other/", "offers/999/withdraw/"):
        assert member.get(f"/register/{path}").status_code in {404, 405}, path
    assert Client(SERVER_NAME="localhost").get("/register/").status_code == 302


def test_nobody_is_named_and_each_reads_what_is_theirs(town):
    stamp = town.entered(0, TRADED)
    own, other = (browser(town.members[row]).get(f"/register/{stamp}/").content.decode() for row in (0, 1))
    assert "held by you" in own
    assert "What was paid for it" in own
    assert "held by a member" in other
    for secret in ("p-m0", "h-m0", "What was paid for it", "Give it away"):
        assert secret not in other


def test_a_search_finds_by_number_and_word_and_shows_script_as_text(town):
    town.entered(0, PERSONAL)
    [answer] = register.enter([register.Enter("evil", TRADED, "<script>alert(1)</script>", "", 5)], town.at_desk(0))
    member = browser(town.members[1])
    page = member.get("/register/", {"q": "SCRIPT"}).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert f"/register/{answer.number}/" in page
    assert f"/register/{answer.number}/" in member.get("/register/", {"q": str(answer.number)}).content.decode()
    assert "Nothing is found" in member.get("/register/", {"q": "9" * 50, "kind": "x"}).content.decode()


def test_a_gift_on_the_page_is_made_once_and_only_by_who_holds_it(town):
    stamp = town.entered(0, TRADED)
    member = browser(town.members[0])
    sent = {"act": minted(member.get(f"/register/{stamp}/")), "card": town.members[2].card.lower()}
    hostile = browser(town.members[1]).post(f"/register/{stamp}/", sent | {"act": "9" * 32}).content.decode()
    assert "not held by the member who brings it" in hostile
    assert Entry.objects.get().holder == "p-m0"
    for said in ("It is given", "already done"):
        assert said in member.post(f"/register/{stamp}/", sent, follow=True).content.decode()
    assert Entry.objects.get().holder == "p-m2"
    wrong = member.post(f"/register/{stamp}/", sent | {"card": "nobody"}).content.decode()
    assert "not held by the member" not in wrong
    assert "No member has this card" in wrong


def test_the_registrar_enters_and_takes_back_by_the_members_card(town):
    registrar = browser(town.registrar)
    act = minted(registrar.get("/register/enter/"))
    sent = {"act": act, "card": town.members[0].card, "kind": TRADED, "title": "a stamp", "description": "red",
            "paid_mcr": "0.7", "label": "", "holder": "p-m5", "standing": "2", "cost_mcr": "9"}
    assert registrar.post("/register/enter/", sent).status_code == 302
    entry = Entry.objects.get()
    assert (entry.holder, entry.paid_mcr, entry.standing, entry.cost_mcr) == ("p-m0", 700, 1, 0)
    own = registrar.post("/register/enter/", sent | {"act": "0" * 32, "card": town.registrar.card})
    assert "somebody else must do this" in own.content.decode()
    bring = {"act": minted(registrar.get(f"/register/{entry.pk}/")), "card": town.members[0].card}
    assert browser(town.members[0]).post(f"/register/{entry.pk}/bring/", bring).status_code == 404
    assert registrar.post(f"/register/{entry.pk}/bring/", bring).status_code == 302
    assert town.balance("m0") == 8000 + 700


def test_offers_are_made_seen_and_withdrawn_by_their_own_member_alone(town):
    member, other = browser(town.members[0]), browser(town.members[1])
    act = minted(member.get("/register/offers/"))
    assert member.post("/register/offers/", {"act": act, "kind": TRADED, "most_mcr": "1.5"}).status_code == 302
    offer = Offer.objects.get()
    assert (offer.most_mcr, offer.member) == (1500, "p-m0")
    assert "1.50 credits" in member.get("/register/offers/").content.decode()
    assert "1.50 credits" not in other.get("/register/offers/").content.decode()
    assert other.post(f"/register/offers/{offer.pk}/withdraw/", {"act": "1" * 32}).status_code == 404
    assert member.post(f"/register/offers/{offer.pk}/withdraw/", {"act": "1" * 32}).status_code == 302
    assert Offer.objects.get().state == 3


def test_a_relative_is_asked_and_answers(town):
    stamp = town.entered(0, TRADED)
    registrar = browser(town.registrar)
    sent = {"act": minted(registrar.get("/register/death/")), "card": town.members[0].card,
            "heir": town.members[1].card, "not_found": ""}
    assert registrar.post("/register/death/", sent).status_code == 302
    assert Death.objects.count() == 1
    relative, other = browser(town.members[1]), browser(town.members[2])
    assert "You may take these first" in relative.get("/register/").content.decode()
    assert "You may take this first" not in other.get(f"/register/{stamp}/").content.decode()
    answer = {"act": "2" * 32, "takes": "yes", "most_mcr": ""}
    assert "Please say the most" in relative.post(f"/register/{stamp}/reply/", answer).content.decode()
    assert "only the relatives" in other.post(f"/register/{stamp}/reply/", answer | {"most_mcr": "9"}).content.decode()
    assert relative.post(f"/register/{stamp}/reply/", answer | {"most_mcr": "9"}).status_code == 302
    assert Offer.objects.get().most_mcr == 9000


def test_a_closing_is_shown_confirmed_and_posted_once(town, monkeypatch):
    for place in ("parecon.service.people.session.now_us",):
        monkeypatch.setattr(place, lambda: begin_us(MONTH + 1))
    stamp = town.entered(0, TRADED)
    register.hand_back([HandBack("back", stamp)], town.at_desk(0))
    registrar = browser(town.registrar)
    stale = _fields(registrar.get("/register/closing/"))
    offers.bid([Bid("bid", TRADED, 1500)], town.own(4))
    assert "something has happened since" in registrar.post("/register/closing/", stale).content.decode()
    fresh = _fields(registrar.get("/register/closing/"))
    for said in ("The month is closed", "already done"):
        assert said in registrar.post("/register/closing/", fresh, follow=True).content.decode()
    assert Closing.objects.count() == 1
    assert Entry.objects.get().holder == "p-m4"


def _fields(page):
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    return {name: found[name] for name in ("act", "seen", "month")}


def test_every_view_is_in_the_pages_above():
    """What a page may do is asked of every view: a new one without a row here is found."""
    from parecon.service.register.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {
        "all", "entry", "reply", "bring", "offers", "withdraw", "museum", "paper", "classify", "enter", "find", "death",
        "closing"}
    assert {pattern.callback.__module__ for pattern in urlpatterns} == {pages.__name__, pages_registrar.__name__}


def test_museum_pieces_are_for_all_to_see(town):
    town.entered(0, PIECE)
    assert "a thing" in browser(town.members[3]).get("/register/museum/").content.decode()
    assert Kind.objects.count() == 3
    record_deaths([RecordDeath("d", "p-m0", "p-m1")], town.keeper())
    told = browser(town.members[3]).get(f"/register/{Entry.objects.get().pk}/").content.decode()
    assert "bought for a museum from a member, for 1.00 credit" in told
    assert "went to a museum" not in told, "the death of who had it once changes nothing"
