"""What pages tell whoever reads them: what was found, where a thing is, and in whose words."""

import re

import pytest

from parecon.secondhand.lifecycle import State
from parecon.service.clock import date_of, now_us
from parecon.service.desk import intake, offers, requests, stock, transfers
from parecon.service.desk.models import Item, Request, Store, YearClosed
from parecon.service.face import at_work
from parecon.service.parks import founding as opening
from parecon.service.parks.acts import OpenPark
from parecon.service.people.models import Council, Mandate, Role
from service.page_town import BICYCLES, announced, browser, form_of, graded, send, shelved, town


@pytest.fixture
def at(books):
    assert books
    return town()


def text(client, page):
    answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    return re.sub(r"\s+", " ", answer.content.decode())


def inspected(at, *findings):
    """A bicycle on the shelf whose inspection answered so."""
    item = announced(at)
    clerk = at.actor("cleo")
    assert intake.hand_in([intake.HandIn("in", item.pk, at.stores["north"].pk)], clerk)[0].done
    answer = offers.inspect([offers.Inspect("look", item.pk, 1, item.made_month, findings, "")], clerk)[0]
    assert offers.accept([offers.Accept("yes", answer.number)], at.actor("ana"))[0].done
    return Item.objects.get(pk=item.pk)


@pytest.mark.parametrize("page", ["/find/{}/", "/find/{}/request/"])
def test_whoever_wants_a_thing_reads_what_the_desk_found(at, page):
    item = inspected(at, ("Do wheels run true and gears change?", "no"), ("Do the lights work?", "not tried"),
                     ("Do both brakes work?", "yes"))
    told = text(browser(at, "ben"), page.format(item.label))
    assert "The desk found: Do wheels run true and gears change? <strong>no</strong>" in told
    assert "The desk found: Do the lights work? <strong>not tried</strong>" in told
    assert "Do both brakes work" not in told
    clerk = at.actor("cleo")
    assert stock.to_repair([stock.ToRepair("off", item.pk, "gears")], clerk)[0].done
    assert stock.repaired([stock.Repaired("new", item.pk, 0, "New gears.")], clerk)[0].done
    assert "repaired: <strong>New gears.</strong>" in text(browser(at, "ben"), page.format(item.label))


def test_a_thing_in_which_nothing_was_wrong_says_so(at):
    item = inspected(at, ("Do both brakes work?", "yes"))
    told = text(browser(at, "ben"), f"/find/{item.label}/")
    assert "Every question of the inspection was answered with yes." in told
    assert "The desk found:" not in told


def test_what_is_on_its_way_is_not_to_be_fetched_yet(at):
    item = shelved(at)
    ben, row = at.actor("ben"), requests.Ask("ask", at.home("ben"), BICYCLES, at.stores["south"].pk, item.pk)
    assert requests.ask([row], ben)[0].done
    asked = Request.objects.get()
    assert Item.objects.get().state == State.IN_TRANSFER
    for page in ("/", f"/requests/{asked.pk}/"):
        told = text(browser(at, "ben"), page)
        assert "on its way to South: you get word here when it has arrived" in told
        assert "come and fetch it" not in told
    send(browser(at, "dora"), f"/desk/things/{item.label}/", f"/desk/things/{item.label}/arrive/")
    for page in ("/", f"/requests/{asked.pk}/"):
        assert "kept for you: come and fetch it" in text(browser(at, "ben"), page)


def test_ones_own_things_are_told_of_in_words_to_oneself(at):
    item = graded(at)
    for page in ("/", f"/things/{item.label}/"):
        assert "waits for your answer" in text(browser(at, "ana"), page)
    Item.objects.filter(pk=item.pk).update(state=State.OUT)
    for page in ("/", f"/things/{item.label}/"):
        assert "with you" in text(browser(at, "ana"), page)
        assert "with a household" not in text(browser(at, "ana"), page)


def test_what_was_withdrawn_is_not_brought_after_all(at):
    item = announced(at)
    assert intake.withdraw([intake.Withdraw("no", item.pk)], at.actor("ana"))[0].done
    for page in ("/", f"/things/{item.label}/"):
        told = text(browser(at, "ana"), page)
        assert "not brought after all" in told
        assert "back with" not in told


def test_a_scanned_thing_that_was_sent_leads_to_where_it_goes(at):
    item = shelved(at)
    dora_there = Mandate.objects.create(member=at.members["ana"], council=at.stores["north"].council, role=Role.CLERK,
                                        from_us=0, until_us=2**62, given_by="machine")
    clerk = browser(at, "ana")  # serves in the north alone
    assert transfers.send([transfers.Send("go", item.pk, at.stores["south"].pk)], at.actor("ana"))[0].done
    page = f"/desk/things/{item.label}/"
    assert send(clerk, "/desk/", "/desk/scan/", typed=item.label).url == page
    assert clerk.get(f"/l/{item.label}/").url == page
    for who in ("ana", "dora"):
        assert "On its way from North to South, sent on" in text(browser(at, who), page)
    assert "arrive/" not in text(clerk, page)
    assert clerk.get(f"{page}send/").status_code == 404
    assert browser(at, "ben").get(page).status_code == 404
    dora_there.delete()
    assert clerk.get(page).status_code == 404


def test_all_that_is_here_counts_neither_what_is_announced_nor_what_is_under_way(at):
    announced(at)
    assert "Nothing yet." in text(browser(at, "cleo"), "/desk/")
    shelved(at, "ben")
    assert "<dt>On the shelf: to be had</dt><dd>1</dd>" in text(browser(at, "cleo"), "/desk/")
    assert "Announced: not brought yet</dt>" not in text(browser(at, "cleo"), "/desk/")


def test_allowances_begin_with_a_choice_and_go_to_all_households_too(at):
    tess, page = browser(at, "tess"), "/payments/allowances/"
    assert send(tess, page, each="5", why="Spring").status_code == 200
    told = text(tess, page)
    assert '<option value="" selected>Choose …</option>' in told
    _where, fields = form_of(tess, page)
    looked = tess.post(page, fields | {"council": "0", "each": "5", "why": "Spring"}).content.decode()
    assert "7 households get 5.00 credits each" in looked
    before = at.balance("ana"), at.balance("ben")
    assert tess.post(page, fields | {"council": "0", "each": "5", "why": "Spring", "confirmed": "1"}).status_code == 302
    assert (at.balance("ana"), at.balance("ben")) == (before[0] + 5000, before[1] + 5000)


def test_the_end_of_a_year_says_what_each_household_owes_of_a_loss(at):
    inspected(at, ("Do both brakes work?", "yes"))  # inspecting costs, and nothing is bought
    told = text(browser(at, "stu"), f"/closings/{date_of(now_us()).year}/")
    assert re.search(r"A loss of [\d.,]+ credits? is borne alike by \d+ households: each owes [\d.,]+ credit", told)


@pytest.mark.parametrize(("left_mcr", "said"), [
    (-63_088, "a loss: 63.088 credits, shared alike by 7 households. Each owed 9.012 credits or 9.013 credits"),
    (63_088, "a gain: 63.088 credits, shared alike by 7 households. Each got 9.012 credits or 9.013 credits")])
def test_the_account_of_a_year_says_what_each_got_of_a_gain_and_owed_of_a_loss(at, left_mcr, said):
    parts = dict.fromkeys(("paid_mcr", "credited_mcr", "inspection_mcr", "holding_mcr", "transport_mcr",
                           "shelves_before_mcr", "shelves_after_mcr"), 0)
    YearClosed.objects.create(year=1, act="closed", result=parts, wanted=[], offered=[], shared_mcr=left_mcr,
                              households=7, closed_us=1)
    assert said in text(browser(at), "/years/2001/")


@pytest.mark.parametrize(("about", "said"), [
    ({}, "North"), ({"address": "Main Street 1"}, "North, Main Street 1"), ({"hours": "Tuesdays"}, "North (Tuesdays)"),
    ({"address": "Main Street 1", "hours": "Tuesdays"}, "North, Main Street 1 (Tuesdays)")])
def test_a_store_is_told_with_its_address_and_hours_as_far_as_there_are_any(at, about, said):
    Store.objects.update(**{"address": "", "hours": ""} | about)
    coming, item = announced(at), shelved(at, "stu")
    assert f"bring it to {said}. Show" in text(browser(at, "ana"), f"/things/{coming.label}/")
    row = requests.Ask("ask", at.home("ben"), BICYCLES, at.stores["north"].pk, item.pk)
    assert requests.ask([row], at.actor("ben"))[0].done
    assert f"Fetch it at {said}, until" in text(browser(at, "ben"), "/requests/")


@pytest.mark.parametrize(("reading", "said"), [
    ("the second stands", "What it finds stands then"), ("the better stands", "the better one for you stands then")])
def test_who_asked_for_a_second_inspection_is_not_told_to_answer(books, reading, said):
    assert books
    at = town({"secondhand": {"appeal_reading": reading}})
    item = graded(at)
    ana, page = browser(at, "ana"), f"/things/{item.label}/"
    assert "the offer does not change in that time" in text(ana, page)
    assert "Waits for your answer" in text(ana, "/things/")
    assert send(ana, page, f"{page}ask-again/").status_code == 302
    for told in (text(ana, place) for place in ("/", "/things/", page)):
        assert "you asked for a second inspection" in told
        assert "aits for your answer" not in told
    told = text(ana, page)
    assert said in told
    assert "Nothing is decided until then" in told
    assert "the offer does not change" not in told
    assert "Accept: " in told


def test_a_price_on_the_shelf_is_told_of_what_was_taken_in_and_is_not_gone(at):
    on_shelf = "Price on the shelf"
    clerk, waits, item = browser(at, "cleo"), graded(at), shelved(at, "stu")
    page = f"/desk/things/{item.label}/"
    assert on_shelf not in text(clerk, f"/desk/things/{waits.label}/")
    assert on_shelf in text(clerk, page)
    assert stock.to_repair([stock.ToRepair("off", item.pk, "brakes")], at.actor("cleo"))[0].done
    assert on_shelf in text(clerk, page)
    assert stock.recycle([stock.Recycle("gone", item.pk, "bent")], at.actor("cleo"))[0].done
    assert on_shelf not in text(clerk, page)


def park_without_things(at):
    """A park that Stu opened and Tess keeps."""
    council = Council.objects.create(code="cellar", name="Cellar", kind="park", party="c-cellar")
    for who, role in (("stu", Role.ORGANISER), ("tess", Role.KEEPER)):
        Mandate.objects.create(member=at.members[who], council=council, role=role, from_us=0, until_us=2**62,
                               given_by="machine")
    opened = OpenPark("park", council.pk, "Cellar of 12", "always", "Europe/Berlin")
    assert opening.open_park([opened], at.actor("stu"))[0].done


def test_a_park_that_has_nothing_yet_says_so(at):
    park_without_things(at)
    told = text(browser(at, "tess"), "/park/keep/cellar/")
    assert "Nothing yet: what members bring stands here." in told
    assert "How it stands" not in told


def test_whoever_holds_a_mandate_finds_its_work_on_the_first_page(at, monkeypatch):
    park_without_things(at)
    for who, places in (("stu", ["/closings/", "/accounts/"]), ("ari", ["/accounts/"]),
                        ("tess", ["/payments/", "/park/keep/cellar/", "/accounts/"])):
        work = text(browser(at, who), "/").partition('id="work"')[2].partition("</section>")[0]
        assert re.findall(r'<li><a href="([^"]+)"', work)[:len(places)] == places, who
    assert 'id="work"' not in text(browser(at, "ben"), "/")
    monkeypatch.setattr(at_work, "next_to_close", lambda _: {"month": 324, "is_over": True, "year_first": True})
    assert '<a href="/closings/2026/">Look at the end of 2026</a>' in text(browser(at, "stu"), "/")
    monkeypatch.setattr(at_work, "next_to_close", lambda _: {"month": 324, "is_over": False, "year_first": False})
    assert "/closings/" not in text(browser(at, "stu"), "/").partition('id="work"')[2].partition("</section>")[0]
