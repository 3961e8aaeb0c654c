"""What pages tell whoever reads them: what was found, where a thing is, and in whose words."""

import re

import pytest

from parecon.secondhand.lifecycle import State
from parecon.service.desk import intake, requests, stock
from parecon.service.desk.models import Item, Request
from service.page_town import BICYCLES, announced, browser, graded, send, shelved, town


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
    answer = intake.inspect([intake.Inspect("look", item.pk, 1, item.made_month, findings, "")], clerk)[0]
    assert intake.accept([intake.Accept("yes", answer.number)], at.actor("ana"))[0].done
    return Item.objects.get(pk=item.pk)


@pytest.mark.parametrize("page", ["/find/{}/", "/find/{}/request/"])
def test_whoever_wants_a_thing_reads_what_the_desk_found(at, page):
    item = inspected(at, ("Do both brakes work?", "no"), ("Do the lights work?", "not tried"),
                     ("Do wheels run true and gears change?", "yes"))
    told = text(browser(at, "ben"), page.format(item.label))
    assert "The desk found: Do both brakes work? <strong>no</strong>" in told
    assert "The desk found: Do the lights work? <strong>not tried</strong>" in told
    assert "Do wheels run true" not in told
    clerk = at.actor("cleo")
    assert stock.to_repair([stock.ToRepair("off", item.pk, "brakes")], clerk)[0].done
    assert stock.repaired([stock.Repaired("new", item.pk, 0, "New brake pads.")], clerk)[0].done
    assert "repaired: <strong>New brake pads.</strong>" in text(browser(at, "ben"), page.format(item.label))


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
