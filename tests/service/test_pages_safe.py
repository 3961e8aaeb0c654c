"""What nobody can do with the desk's pages: act twice, see or touch what is others', slip anything in."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from parecon.secondhand.lifecycle import State
from parecon.service.clock import now_us
from parecon.service.desk import requests
from parecon.service.desk.models import Event, Item, MonthClosed, Photo, Quote, Request
from parecon.service.ledger import audit
from parecon.service.ledger.models import Entry
from service.page_town import (
    BICYCLES,
    announced,
    bring_address,
    browser,
    everything,
    form_of,
    graded,
    send,
    shelved,
    town,
)

pytestmark = pytest.mark.parametrize("books", ["sqlite"], indirect=True)
ACT = "0123456789abcdef0123456789abcdef"
SCRIPT = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


@pytest.fixture
def at(books):
    assert books
    yield town()
    assert not audit.verify().wrong


def kept_for(at, who, item, store):
    """A request of somebody for which a thing is kept."""
    row = requests.Ask(f"ask-{item.pk}", at.home(who), item.good, at.stores[store].pk, item.pk)
    answer = requests.ask([row], at.actor(who))[0]
    assert answer.done, answer
    return Request.objects.get(pk=answer.number)


def picture():
    made = BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    return made.getvalue()


# --- Twice ----------------------------------------------------------------------------------------------------------

def twice(client, page, action, **values):
    """Presses a button twice without waiting."""
    where, fields = form_of(client, page, action)
    answers = [client.post(where, fields | values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302], (page, action)
    return answers[0].url


def test_every_button_that_is_pressed_twice_does_its_act_once(at):
    ana, ben, cleo = (browser(at, who) for who in ("ana", "ben", "cleo"))
    twice(ana, bring_address(), None, title="twice")
    item = Item.objects.get()
    thing, desk = f"/things/{item.label}/", f"/desk/things/{item.label}/"
    twice(cleo, desk, f"{desk}receive/")
    twice(cleo, f"{desk}inspect/", None, grade="1", **{f"question_{place}": "yes" for place in range(5)})
    twice(ana, thing, f"{thing}ask-again/")
    twice(ana, thing, f"{thing}accept/")
    twice(cleo, f"{desk}to-repair/", None, why="a tyre")
    twice(cleo, f"{desk}repaired/", None, grade="0")
    twice(ben, f"/find/{item.label}/request/", None, store=at.stores["north"].pk)
    asked = Request.objects.get()
    twice(cleo, desk, f"/desk/requests/{asked.pk}/hand-over/")
    deeds = list(Event.objects.order_by("number").values_list("deed", flat=True))
    assert deeds == [1, 3, 4, 5, 13, 14, 7, 11]
    assert Entry.objects.filter(debit__party=at.members["ben"].household.party).count() == 1
    send(cleo, "/desk/", "/desk/scan/", typed=at.members["ben"].card)
    twice(cleo, f"{desk}bring-back/", None, why="not as described")
    assert Entry.objects.exclude(corrects=None).count() == 1
    twice(browser(at, "stu"), "/closings/", "/closings/month/")
    assert MonthClosed.objects.count() == 1


def test_what_is_given_up_twice_is_given_up_once(at):
    ana, item = browser(at, "ana"), announced(at)
    asked = kept_for(at, "ana", shelved(at, who="ben"), "north")
    twice(ana, f"/things/{item.label}/", f"/things/{item.label}/withdraw/")
    twice(ana, "/requests/", f"/requests/{asked.pk}/cancel/")
    assert Event.objects.filter(item=item).count() == 2


def test_a_form_sent_again_with_other_content_is_told_to_begin_anew(at):
    ana, page = browser(at, "ana"), bring_address()
    where, fields = form_of(ana, page)
    assert ana.post(where, fields | {"title": "one"}).status_code == 302
    again = ana.post(where, fields | {"title": "another"})
    assert "please begin with a new one" in again.content.decode()
    assert Item.objects.get().title == "one"


def test_a_form_of_one_member_is_nothing_in_the_hands_of_another(at):
    ana, ben = browser(at, "ana"), browser(at, "ben")
    where, fields = form_of(ana, bring_address())
    assert ana.post(where, fields).status_code == 302
    _where, own = form_of(ben, bring_address())
    answer = ben.post(where, own | {"act": fields["act"]})
    assert "please begin with a new one" in answer.content.decode()
    assert Item.objects.count() == 1


def test_a_name_of_an_act_that_is_none_of_ours_does_nothing(at):
    item, ana = announced(at), browser(at, "ana")
    where, fields = form_of(ana, f"/things/{item.label}/", f"/things/{item.label}/withdraw/")
    before = everything()
    for name in ("", "x", "../../etc", "a" * 200, "0" * 31 + "G", SCRIPT):
        ana.post(where, fields | {"act": name})
    assert everything() == before


# --- Others' --------------------------------------------------------------------------------------------------------

def of_ana(at):
    """Things of Ana in every state, a request of hers, and the pages that are about them."""
    things = [announced(at), graded(at), shelved(at)]
    asked = kept_for(at, "ana", things[2], "north")
    pages = [f"/requests/{asked.pk}/", f"/requests/{asked.pk}/cancel/"]
    for item in things:
        pages += [f"/things/{item.label}/{rest}" for rest in (
            "", "slip/", "photograph/", "withdraw/", "take-back/", "accept/", "ask-again/", "receipt/")]
    return things, asked, pages


def test_others_things_and_requests_are_not_there(at):
    things, asked, pages = of_ana(at)
    ben, before = browser(at, "ben"), everything()
    _where, fields = form_of(ben, bring_address())
    quotes = [each.pk for each in Quote.objects.all()]
    for page in pages:
        assert ben.get(page).status_code in {404, 405}, page
        for quote in quotes:
            answer = ben.post(page, {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "act": ACT, "quote": quote})
            assert answer.status_code in {404, 405}, page
    assert ben.get(f"/find/{things[0].label}/").status_code == 404
    assert ben.get(f"/find/{things[0].label}/request/").status_code == 404
    assert send(ben, bring_address(), household=at.home("ana")).status_code == 302
    assert Item.objects.latest("number").holder == at.members["ben"].household.party
    assert everything()[2] == before[2]
    assert asked.household_id == at.home("ana")


def test_the_answer_to_what_is_others_is_the_answer_to_what_is_not(at):
    item, ben = announced(at), browser(at, "ben")
    told = [re.sub(r'"csrfmiddlewaretoken" value="\w+"', "", ben.get(f"/things/{label}/").content.decode())
            for label in (item.label, "23456789AB")]
    assert told[0].replace(item.label, "23456789AB") == told[1]


def test_who_does_not_serve_at_a_desk_has_none(at):
    things, asked, _pages = of_ana(at)
    before = everything()
    desk = [f"/desk/things/{item.label}/{rest}" for item in things for rest in (
        "", "receive/", "arrive/", "inspect/", "send/", "to-repair/", "repaired/", "recycle/", "to-register/",
        "bring-back/", "photograph/", "photographs/1/hide/")]
    desk += ["/desk/", "/desk/labels/", "/desk/carrying/", "/desk/carrying/send/", "/desk/choose/", "/desk/scan/",
             "/desk/member/", f"/desk/requests/{asked.pk}/hand-over/", f"/desk/requests/{asked.pk}/receipt/"]
    others = ["/closings/", "/closings/month/", "/closings/2026/", "/payments/", "/payments/allowances/",
              "/payments/single/", "/payments/correct/", "/accounts/", "/accounts/1/", "/books/verified/"]
    ana = browser(at, "ana")
    _where, fields = form_of(ana, bring_address())
    sent = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "act": ACT, "store": at.stores["north"].pk,
            "label": things[2].label, "typed": things[2].label, "why": "mine", "grade": "0", "month": "1"}
    for page in desk + others:
        assert ana.get(page).status_code in {404, 405}, page
        assert ana.post(page, sent).status_code in {404, 405}, page
    assert everything() == before


def test_a_clerk_of_one_store_touches_nothing_in_another(at):
    things, asked, _pages = of_ana(at)  # all of it in the north; Dora serves in the south
    dora, before = browser(at, "dora"), everything()
    _where, fields = form_of(dora, bring_address())
    sent = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "act": ACT, "store": at.stores["south"].pk,
            "label": things[2].label, "why": "mine now", "grade": "0"}
    for item in things:
        for rest in ("", "receive/", "inspect/", "send/", "recycle/", "photograph/", "arrive/"):
            assert dora.post(f"/desk/things/{item.label}/{rest}", sent).status_code in {404, 405}
    assert dora.post(f"/desk/requests/{asked.pk}/hand-over/", sent).status_code == 404
    assert dora.post("/desk/carrying/send/", sent).status_code == 404
    assert dora.post("/desk/choose/", sent | {"store": at.stores["north"].pk}).status_code == 404
    assert everything() == before


def test_nobody_answers_for_a_member_without_the_card_on_the_desk(at):
    item, cleo = graded(at), browser(at, "cleo")
    assert cleo.get(f"/things/{item.label}/").status_code == 404
    assert "scan the member's card first" in cleo.get(f"/desk/things/{item.label}/").content.decode()


def test_pages_for_everybody_need_no_sign_in_and_all_others_do(at):
    stranger, item = browser(at), shelved(at)
    for page in ("/schedule/", "/schedule/bicycles/", "/schedule.csv", "/stores/", "/years/", "/paper/"):
        assert stranger.get(page).status_code == 200, page
    for page in ("/bring/", "/things/", "/find/", f"/find/{item.label}/", "/requests/", "/wait/", "/account/",
                 "/books/end/", "/desk/", "/closings/", "/payments/", f"/l/{item.label}/", "/photos/1.jpg"):
        answer = stranger.get(page)
        assert answer.status_code == 302, page
        assert answer.url.startswith("/sign-in/")


# --- Slipped in -----------------------------------------------------------------------------------------------------

def test_fields_that_no_form_has_change_nothing(at):
    ana, cleo = browser(at, "ana"), browser(at, "cleo")
    party = at.members["ana"].household.party
    send(ana, bring_address(), label="AAAAAAAAAA", state="4", holder="society", credit_mcr="9" * 12, number="77",
         household=at.home("ben"))
    item = Item.objects.get()
    assert (item.state, item.holder) == (State.ANNOUNCED, party)
    assert item.label != "AAAAAAAAAA"
    desk = f"/desk/things/{item.label}/"
    send(cleo, desk, f"{desk}receive/", store=at.stores["south"].pk)
    send(cleo, f"{desk}inspect/", grade="1", credit_mcr="9" * 12, worth_mcr="1", household=at.home("cleo"),
         **{f"question_{place}": "yes" for place in range(5)})
    quote = Quote.objects.latest("number")
    assert quote.household_id == at.home("ana")
    assert quote.credit_mcr < 500_000
    item.refresh_from_db()
    assert (item.holder, item.store_id) == (party, at.stores["north"].pk)


def test_a_description_that_cannot_be_is_refused_in_words(at):
    ana = browser(at, "ana")
    for wrong in ({"good": "99"}, {"good": "-1"}, {"grade": "9"}, {"made_month": "99999"}, {"store": "12345"},
                  {"good": "x"}, {"grade": "1e3"}, {"made_month": str(2**70)}, {"made_month": "-9999999"}):
        answer = send(ana, bring_address(), **wrong)
        assert answer.status_code == 200, wrong
        assert "This is not done yet" in answer.content.decode(), wrong
    assert not Item.objects.exists()


def test_script_in_every_text_is_shown_as_text(at):
    ana, cleo = browser(at, "ana"), browser(at, "cleo")
    send(ana, bring_address(), title=SCRIPT, description=SCRIPT)
    item = Item.objects.get()
    thing, desk = f"/things/{item.label}/", f"/desk/things/{item.label}/"
    pages = {(ana, thing), (ana, "/things/"), (ana, f"{thing}slip/"), (ana, "/"), (cleo, "/desk/"), (cleo, desk)}
    send(cleo, desk, f"{desk}receive/")
    send(cleo, f"{desk}inspect/", grade="2", why=SCRIPT, **{f"question_{place}": "yes" for place in range(5)})
    pages |= {(cleo, "/desk/labels/"), (ana, f"{thing}receipt/")}
    shown = [client.get(page).content.decode() for client, page in pages if not page.endswith("receipt/")]
    send(ana, thing, f"{thing}accept/")
    shown += [ana.get(page).content.decode() for page in (
        f"/find/{item.label}/", f"/find/?good={BICYCLES}&word=<script>", f"{thing}receipt/",
        f"/find/{item.label}/request/")]
    send(browser(at, "tess"), "/payments/single/", card=at.members["ana"].card, amount="1", purpose="1", why=SCRIPT)
    shown.append(browser(at, "tess").get("/payments/").content.decode())
    for page in shown:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert all("&lt;script&gt;alert" in page for page in shown)


def test_addresses_that_nobody_would_write_are_answered_without_a_fault(at):
    ana, cleo = browser(at, "ana"), browser(at, "cleo")
    for page in ("/find/?good=4&after=x", "/find/?good=4&after=99999999999999999999999999-1", "/find/?good=4&after=-",
                 "/find/?good=999", "/find/?good=4&most=nan", "/find/?good=4&least=1e400", "/find/?good=4&word=%00",
                 "/find/?store=99", "/bring/?good=4&year=1&month=99&grade=-1", "/schedule/?of=99999", "/wait/?good=x",
                 "/account/?month=9999-99", "/account/?month=0000-00", "/account/?month=x", "/schedule/nothing/",
                 f"/requests/{2**63}/", f"/photos/{2**63}.jpg", "/things/%00/", "/years/999999999/", "/l/%00/",
                 "/find/%3Cscript%3E/"):
        assert ana.get(page).status_code in {200, 404}, page
    for page in (f"/desk/requests/{2**63}/receipt/", "/desk/labels/?label=%00", "/desk/things/x/nothing/"):
        assert cleo.get(page).status_code == 404, page
    for typed in ("", "\0", "x" * 299, SCRIPT, "http://elsewhere/l/", "/////"):
        assert send(cleo, "/desk/", "/desk/scan/", typed=typed).url == "/desk/"
    assert browser(at, "ari").get("/accounts/?typed=%00").status_code == 200
    assert browser(at, "ari").get(f"/accounts/{2**63}/").status_code == 404


# --- Photographs ----------------------------------------------------------------------------------------------------

def test_a_photograph_that_is_none_is_refused(at):
    item, cleo = shelved(at), browser(at, "cleo")
    page = f"/desk/things/{item.label}/photograph/"
    for sent in (b"<svg onload=alert(1)>", b"\xff\xd8\xff not a picture", b"GIF89a<script>", b"x"):
        answer = send(cleo, page, picture=SimpleUploadedFile("bicycle.jpg", sent, "image/jpeg"))
        assert "not a picture that can be read" in answer.content.decode(), sent
    assert not Photo.objects.exists()


def test_a_household_adds_a_photograph_of_its_own_thing(at):
    item, ana = announced(at), browser(at, "ana")
    page = f"/things/{item.label}/photograph/"
    assert send(ana, page, picture=SimpleUploadedFile("a.png", picture(), "image/png")).status_code == 302
    assert f"/photos/{Photo.objects.get().pk}.jpg" in ana.get(f"/things/{item.label}/").content.decode()


def test_a_photograph_is_shown_to_all_once_the_thing_is_on_the_shelf_and_never_when_hidden(at):
    item, cleo, ben, ana = graded(at), browser(at, "cleo"), browser(at, "ben"), browser(at, "ana")
    page = f"/desk/things/{item.label}/photograph/"
    assert send(cleo, page, picture=SimpleUploadedFile("a.png", picture(), "image/png")).status_code == 302
    photo = f"/photos/{Photo.objects.get().pk}.jpg"
    assert (ben.get(photo).status_code, ana.get(photo).status_code, cleo.get(photo).status_code) == (404, 200, 200)
    send(ana, f"/things/{item.label}/", f"/things/{item.label}/accept/")
    shown = ben.get(photo)
    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
    assert shown.content[:3] == b"\xff\xd8\xff"
    assert photo in ben.get(f"/find/{item.label}/").content.decode()
    desk = f"/desk/things/{item.label}/"
    send(cleo, desk, f"{desk}photographs/{Photo.objects.get().pk}/hide/")
    assert ben.get(photo).status_code == 404
    assert photo not in ben.get(f"/find/{item.label}/").content.decode()


def test_no_page_has_script_or_style_of_its_own(at):
    item, ana, cleo = shelved(at), browser(at, "ana"), browser(at, "cleo")
    pages = [(ana, page) for page in ("/", "/schedule/", "/schedule/bicycles/", bring_address(), "/things/", "/find/",
                                      f"/find/?good={BICYCLES}", f"/find/{item.label}/", "/stores/", "/account/")]
    pages += [(cleo, page) for page in ("/desk/", f"/desk/things/{item.label}/", "/desk/labels/", "/desk/carrying/")]
    for client, page in pages:
        text = client.get(page).content.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", text), page


def test_the_time_at_which_pages_are_made_is_the_wall_clock(at):
    item = announced(at)
    assert abs(Event.objects.get(item=item).at_us - now_us()) < 60_000_000
