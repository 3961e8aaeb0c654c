"""The bicycle's whole way through the pages, with forms and links alone."""

import pytest

from parecon.secondhand.lifecycle import RequestState, State
from parecon.service.desk.models import Item, MonthClosed, Quote, Remark, Request
from parecon.service.desk.year import month_to_close
from parecon.service.ledger import audit
from parecon.service.ledger.models import Entry
from service.page_town import BICYCLES, CREDITS_MCR, bring_address, browser, form_of, graded, send, shelved, town


@pytest.fixture
def at(books):
    assert books
    yield town()
    assert not audit.verify().wrong


def text(client, page):
    answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.content.decode()


def test_a_bicycle_is_brought_differs_is_accepted_and_fetched_in_another_town(at):
    ana, ben, cleo = (browser(at, who) for who in ("ana", "ben", "cleo"))
    page = bring_address(12, 0)
    assert "You would get about" in text(ana, page)
    assert send(ana, page, title="green bicycle", description="with a basket").status_code == 302
    item = Item.objects.get()
    assert (item.state, item.title) == (State.ANNOUNCED, "green bicycle")
    assert item.holder == at.members["ana"].household.party
    assert "<svg" in text(ana, f"/things/{item.label}/slip/")

    desk = f"/desk/things/{item.label}/"
    scanned = send(cleo, "/desk/", "/desk/scan/", typed=f"http://localhost/l/{item.label}/")
    assert scanned.url == desk
    assert send(cleo, desk, f"{desk}receive/").status_code == 302
    answers = {f"question_{place}": answer for place, answer in enumerate(["yes", "yes", "no", "not tried", "yes"])}
    assert send(cleo, f"{desk}inspect/", grade="2", why="The gears slip.", **answers).url == desk

    offer = text(ana, f"/things/{item.label}/")
    estimate, quote = Quote.objects.order_by("number")
    assert quote.revises == estimate
    assert quote.credit_mcr < estimate.credit_mcr
    for told in ("The gears slip.", "Do wheels run true and gears change?", "like new", "worn",
                 "Ask for a second inspection"):
        assert told in offer
    assert send(ana, f"/things/{item.label}/", f"/things/{item.label}/accept/").url == f"/things/{item.label}/receipt/"
    assert "Receipt" in text(ana, f"/things/{item.label}/receipt/")
    assert at.balance("ana") == CREDITS_MCR + quote.credit_mcr

    assert item.label in text(ben, f"/find/?good={BICYCLES}")
    assert "green bicycle" in text(ben, f"/find/{item.label}/").lower()
    assert send(ben, f"/find/{item.label}/request/", store=at.stores["south"].pk).url == "/requests/"
    asked = Request.objects.get()
    assert "on its way" in text(ben, "/requests/")
    assert asked.state == RequestState.HELD
    assert send(cleo, desk, f"{desk}arrive/").status_code == 302
    assert at.members["ben"].card in text(cleo, desk)
    assert send(cleo, desk, f"/desk/requests/{asked.pk}/hand-over/").url == f"/desk/requests/{asked.pk}/receipt/"
    assert "Receipt" in text(cleo, f"/desk/requests/{asked.pk}/receipt/")
    assert "form to bring it back" in text(ben, "/requests/")
    assert at.balance("ben") == CREDITS_MCR - asked.price_mcr
    item.refresh_from_db()
    assert (item.state, item.holder) == (State.OUT, at.members["ben"].household.party)


def test_a_member_without_a_telephone_does_all_of_it_at_the_desk(at):
    cleo = browser(at, "cleo")
    assert send(cleo, "/desk/", "/desk/scan/", typed=at.members["ana"].card.lower()).url == "/desk/member/"
    assert "Ana is at the desk" in text(cleo, "/desk/member/")
    send(cleo, bring_address(), title="blue bicycle")
    item = Item.objects.get()
    assert item.holder == at.members["ana"].household.party
    desk = f"/desk/things/{item.label}/"
    send(cleo, desk, f"{desk}receive/")
    answers = {f"question_{place}": "yes" for place in range(5)}
    send(cleo, f"{desk}inspect/", grade="1", **answers)
    send(cleo, f"/things/{item.label}/", f"/things/{item.label}/accept/")
    item.refresh_from_db()
    assert item.state == State.SHELF
    assert at.balance("ana") > CREDITS_MCR == at.balance("cleo")


def test_a_second_inspection_is_asked_for_and_made_by_somebody_else(at):
    item = graded(at, who="ben", store="south")  # inspected by Cleo
    page = f"/things/{item.label}/"
    assert send(browser(at, "ben"), page, f"{page}ask-again/").url == page
    dora = browser(at, "dora")
    assert "A second inspection is asked for" in text(dora, "/desk/")
    answers = {f"question_{place}": "yes" for place in range(5)}
    refused = send(browser(at, "cleo"), f"/desk/things/{item.label}/inspect/", grade="0", **answers)
    assert "somebody else must do this" in refused.content.decode()
    assert send(dora, f"/desk/things/{item.label}/inspect/", grade="0", **answers).status_code == 302
    assert Quote.objects.filter(item=item).latest("number").grade == 0
    assert "A second inspection is asked for" not in text(dora, "/desk/")


def test_what_is_not_as_described_comes_back_and_the_price_with_it(at):
    item, ben, dora = shelved(at, store="south"), browser(at, "ben"), browser(at, "dora")
    desk = f"/desk/things/{item.label}/"
    send(ben, f"/find/{item.label}/request/")
    asked = Request.objects.get()
    send(dora, desk, f"/desk/requests/{asked.pk}/hand-over/")
    assert dora.get(desk).status_code == 404  # it is at home now: nobody sees it without the card
    send(browser(at, "dora"), "/desk/", "/desk/scan/", typed=at.members["ben"].card)
    send(dora, "/desk/", "/desk/scan/", typed=at.members["ben"].card)
    assert send(dora, f"{desk}bring-back/", why="The frame is bent.", grade="3").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.grade) == (State.SHELF, 3)
    assert at.balance("ben") == CREDITS_MCR


def test_months_are_closed_and_years_looked_at_by_stewards_alone(at):
    stu = browser(at, "stu")
    page = text(stu, "/closings/")
    assert "Next to close" in page
    month = month_to_close()
    assert send(stu, "/closings/", "/closings/month/").status_code == 302
    assert MonthClosed.objects.get().month == month
    year = 2000 + month // 12
    assert "What becomes of each household" in text(stu, f"/closings/{year}/")
    assert browser(at, "tess").get(f"/closings/{year}/").status_code == 404


def test_allowances_are_looked_at_then_paid_once_and_taken_back_with_a_reason(at):
    tess = browser(at, "tess")
    page, north = "/payments/allowances/", at.stores["north"].pk
    told = {"council": north, "each": "12.5", "why": "March"}
    shown = send(tess, page, **told).content.decode()
    assert "5 households get 12.50 credits each: 62.50 credits in all" in shown
    assert Entry.objects.filter(amount_mcr=12_500).count() == 0
    _where, fields = form_of(tess, page)
    for _ in range(2):
        assert tess.post(page, fields | told | {"confirmed": "1"}).status_code == 302
    assert Entry.objects.filter(amount_mcr=12_500).count() == 5
    assert at.balance("ana") == CREDITS_MCR + 12_500
    assert at.balance("ben") == CREDITS_MCR
    wrong = Entry.objects.filter(amount_mcr=12_500).first()
    send(tess, "/payments/correct/", entry=wrong.number, why="Twice in one month", confirmed="1")
    assert Entry.objects.latest("number").corrects_id == wrong.number
    assert {each.why for each in Remark.objects.all()} == {"March", "Twice in one month"}
    assert "Twice in one month" in text(tess, "/payments/")


def test_one_allowance_that_cannot_be_paid_lets_none_be_paid(at):
    before = at.balance("ana")
    answer = send(browser(at, "tess"), "/payments/single/", card=at.members["ana"].card, amount="-99999", purpose="13",
                  why="A charge beyond all means")
    assert "do not cover the amount" in answer.content.decode()
    assert at.balance("ana") == before
