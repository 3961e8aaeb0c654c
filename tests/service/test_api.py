"""The interface for programs: the pages' acts by the same law; no token reaches further than its member."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from desk_town import CARS, DAY, NOW, act, graded, shelved
from parecon.service.answers import Refusal
from parecon.service.api import tokens
from parecon.service.api.models import Batch, Token
from parecon.service.api.telling import month_written
from parecon.service.api.tokens import MakeToken, RevokeToken, make_token, revoke_tokens
from parecon.service.clock import date_of, month_of, now_us
from parecon.service.desk.models import Item, Quote, Request
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.people import commands as people
from parecon.service.people.models import Council, Done, Mandate, Member, Role
from parecon.service.people.policy import Actor
from program_town import JSON, Program, lived_in_town, mandate, program, settings_of_tests

A_YEAR_AGO = month_written(month_of(now_us()) - 12)


@pytest.fixture
def at(books):  # noqa: ARG001 - the books that are in use
    """A town of today."""
    with settings_of_tests():
        yield lived_in_town()
        assert not audit.verify().wrong


def test_a_household_brings_finds_and_fetches_through_programs_alone(at):
    ana, ben = program(at.members[0]), program(at.members[1])
    clerk = program(at.clerks[0], Mandate.objects.get(member=at.clerks[0]))
    said = {"good": "bicycles", "made": A_YEAR_AGO, "grade": 2, "store": "north", "title": "Red bicycle"}
    told = ana.post("/things", **said)
    assert told.status_code == 200
    assert (told.json()["done"], told.json()["reason"], told.json()["sentence"]) == (True, "accepted", "done")
    [thing] = ana.get("/things").json()
    label = thing["label"]
    assert (thing["number"], thing["title"], thing["made"], thing["grade"], thing["state"]) == (
        told.json()["number"], "Red bicycle", A_YEAR_AGO, 2, "announced")
    assert clerk.post(f"/desk/items/{label}/hand-in", store="north").status_code == 200
    assert clerk.post(f"/desk/items/{label}/inspect", grade=2, made=A_YEAR_AGO).status_code == 200
    offer = ana.get(f"/things/{label}").json()["offers"][-1]
    assert ana.post(f"/things/{label}/accept", quote=offer["quote"]).json()["done"]
    assert [each["label"] for each in ben.get("/items", good="bicycles").json()["things"]] == [label]
    asked = ben.post("/requests", label=label, store="north").json()
    assert [each["state"] for each in ben.get("/requests").json()] == ["held"]
    assert clerk.post(f"/desk/requests/{asked['number']}/hand-over").status_code == 200
    assert ana.get("/account").json()["posted"] == f"{5000 + float(offer['credits']):.3f}"
    assert Item.objects.get().holder == at.members[1].household.party


def test_an_act_is_done_once_and_every_answer_says_which_it_is(at):
    ana = program(at.members[0])
    said = {"good": "bicycles", "made": A_YEAR_AGO, "grade": 2, "store": "north"}
    first = ana.post("/things", "shopping-0001", **said).json()
    again = ana.post("/things", "shopping-0001", **said)
    other = ana.post("/things", "shopping-0001", **said | {"grade": 3})
    assert (again.status_code, again.json()) == (200, first | {"again": True, "sentence": "already done"})
    assert (other.status_code, other.json()["reason"]) == (409, "name-taken")
    assert Item.objects.count() == 1
    item = Item.objects.get()
    assert ana.post(f"/things/{item.label}/take-back").status_code == 409, "it was not brought yet"
    german = Client().post("/api/things", {"act": "shopping-0001"} | said, content_type=JSON, headers={
        "Authorization": f"Bearer {ana.secret}", "Accept-Language": "de"})
    assert german.json()["sentence"] == "schon geschehen"


@pytest.mark.parametrize(("body", "where"), [
    ({}, "act"), ({"act": "x"}, "act"), ({"act": "shopping-0001", "store": "north", "label": "nothing"}, "label"),
    ({"act": "shopping-0001", "store": "north\0"}, "store"), ({"act": "shopping-0001", "store": 7}, "store"),
    ({"act": "shopping-0001", "store": "north", "household": 1}, "household")])
def test_what_cannot_be_read_is_said_with_its_place(at, body, where):
    ana = program(at.members[0])
    told = Client().post("/api/requests", body, content_type=JSON, headers={"Authorization": f"Bearer {ana.secret}"})
    assert told.status_code == 422
    assert told.json()["sentence"].startswith(where)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"act": "\\ud800"}', b"[]", b"null", b'{"act": NaN}'])
def test_what_is_no_json_is_said_so(at, body):
    ana = program(at.members[0])
    told = Client().post("/api/requests", body, content_type=JSON, headers={"Authorization": f"Bearer {ana.secret}"})
    assert told.status_code == 422
    assert told.json()["sentence"]


PARTS = b"".join(b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n1\r\n' % row for row in range(1_500))


@pytest.mark.parametrize(("content", "kind", "status"), [
    (b'{"act":"' + b"x" * 6_000_000, JSON, 413), (b"x", "multipart/form-data", 422),
    (b"x", "multipart/form-data; boundary=x", 422), (b"[" * 100_000, JSON, 422),
    (PARTS + b"--x--", "multipart/form-data; boundary=x", 422)])
def test_what_is_too_large_or_of_too_many_parts_is_refused_with_a_sentence(at, content, kind, status):
    by = program(at.members[2], mandate(at.members[2], Role.TREASURER))
    for path in ("/api/batches/payments/check", "/api/payments"):
        if (path == "/api/payments") == (kind == JSON):
            told = Client().post(path, content, kind, headers=by.headers())
            assert told.status_code == status
            assert told.json()["sentence"]


class TestWhoComesIn:
    def test_what_everybody_may_read_needs_no_token_and_everything_else_does(self, at):
        assert at
        for path in ("/schedule", "/schedule/bicycles", "/stores", "/rules"):
            assert Program().get(path).status_code == 200
        assert Program().get("/estimate", good="bicycles", made=A_YEAR_AGO, grade=2).json()["taken_in"] is True
        for path in ("/me", "/things", "/account", "/desk/items", "/ledger/head", "/nothing/here"):
            for secret in ("", "parecon_wrong", "x" * 500, "\N{SNOWMAN}".encode().decode("latin-1")):
                told = Program(secret).get(path)
                assert told.status_code == 401, (path, secret)
                assert "token" in told.json()["sentence"]

    def test_whoever_is_signed_in_needs_a_token_all_the_same(self, at):
        browser = Client()
        browser.force_login(at.members[0], "django.contrib.auth.backends.ModelBackend")
        assert browser.get("/api/me").status_code == 401
        assert browser.post("/api/things", {}, content_type=JSON).status_code == 401

    def test_only_a_hash_and_a_day_are_kept(self, at):
        ana = program(at.members[0])
        token = Token.objects.get()
        assert ana.secret not in str(vars(token))
        assert token.used_on is None
        assert ana.get("/me").json() == {
            "token": token.pk, "name": "a program", "household": at.members[0].household.party, "role": None,
            "council": None, "until_us": token.until_us}
        token.refresh_from_db()
        assert token.used_on is not None
        assert "no-store" in ana.get("/me")["Cache-Control"]

    @pytest.mark.parametrize("how", ["revoked", "over", "left"])
    def test_a_token_is_dead_at_once(self, at, how, monkeypatch):
        member = at.members[0]
        ana, token = program(member), Token.objects.get
        assert ana.get("/things").status_code == 200
        if how == "revoked":
            assert revoke_tokens([RevokeToken(act(), token().pk)], Actor(member, now_us()))[0].done
        elif how == "over":
            monkeypatch.setattr("parecon.service.api.door.now_us", lambda: token().until_us)
        else:
            Member.objects.filter(pk=member.pk).update(is_active=False)
        assert ana.get("/things").status_code == 401

    def test_with_its_mandate_recalled_a_token_is_dead_at_once(self, at):
        given = Mandate.objects.get(member=at.clerks[0])
        clerk = program(at.clerks[0], given)
        assert clerk.get("/desk/items").status_code == 200
        Mandate.objects.filter(pk=given.pk).update(recalled_us=now_us())
        assert clerk.get("/desk/items").status_code == 401
        assert clerk.get("/me").status_code == 401

    def test_nobody_makes_a_token_of_anothers_mandate_or_revokes_anothers(self, at):
        given = Mandate.objects.get(member=at.clerks[0])
        asked = MakeToken(act(), "stolen", given.pk, now_us() + DAY)
        assert make_token(asked, Actor(at.members[0], now_us())).answer.reason == Refusal.NO_SUCH_THING
        assert make_token(asked._replace(mandate=2**70), Actor(at.members[0], now_us())).answer.reason == (
            Refusal.NO_SUCH_THING)
        program(at.members[0])
        mine = RevokeToken(act(), Token.objects.get().pk)
        assert revoke_tokens([mine], Actor(at.members[1], now_us()))[0].reason == Refusal.NO_SUCH_THING

    def test_no_token_runs_longer_than_a_year_or_than_its_mandate(self, at):
        given = Mandate.objects.get(member=at.clerks[0])
        Mandate.objects.filter(pk=given.pk).update(until_us=now_us() + 2 * DAY)
        who = Actor(at.clerks[0], now_us())
        for number, days, done in ((given.pk, 1, True), (given.pk, 3, False), (None, 3, True), (None, 400, False),
                                   (None, 0, False)):
            asked = MakeToken(act(), "x", number, who.at_us + days * DAY)
            assert make_token(asked, who).answer.done is done

    def test_a_double_click_makes_one_token_and_shows_its_secret_once(self, at):
        asked, who = MakeToken(act(), "x", None, now_us() + DAY), Actor(at.members[0], now_us())
        first, second = make_token(asked, who), make_token(asked, who)
        assert first.secret.startswith(tokens.PREFIX)
        assert (second.answer.again, second.secret) == (True, "")
        assert Token.objects.count() == 1


class TestNeverFurther:
    def test_a_token_for_the_household_has_none_of_its_members_mandates(self, at):
        clerk = program(at.clerks[0])
        item = graded(at)
        for path in ("/desk/items", "/desk/requests", "/closings", "/ledger/verify", "/files/items.csv"):
            assert clerk.get(path).status_code == 403, path
        assert clerk.post(f"/desk/items/{item.label}/recycle", why="x").status_code == 403
        assert clerk.post("/payments", card=at.members[0].card, credits="1", purpose="allowance",
                          why="x").status_code == 403
        clerk.card = at.members[0].card
        assert clerk.get("/things").status_code == 404, "no clerk without the mandate, whatever card is shown"

    def test_a_token_by_a_mandate_does_nothing_for_its_own_household(self, at):
        clerk = program(at.clerks[0], Mandate.objects.get(member=at.clerks[0]))
        for path in ("/things", "/requests", "/account", "/park/things", "/register", "/files/statement.csv"):
            assert clerk.get(path).status_code == 403, path
        assert clerk.post("/requests", store="north", good="bicycles").status_code == 403
        clerk.card = at.clerks[0].card
        assert clerk.get("/account").status_code == 404, "nobody serves themselves at a desk"

    def test_each_mandate_opens_what_its_role_may_and_nothing_else(self, at):
        member = at.members[2]
        opens = {"/desk/items": {Role.CLERK}, "/closings": {Role.STEWARD}, "/files/households.csv": {Role.ORGANISER},
                 "/ledger/verify": {Role.STEWARD, Role.TREASURER, Role.AUDITOR},
                 "/files/entries.csv": {Role.STEWARD, Role.TREASURER, Role.AUDITOR}}
        for role in Role:
            by = program(member, mandate(member, role))
            for path, roles in opens.items():
                assert by.get(path).status_code == (200 if role in roles else 403), (role, path)

    def test_a_mandate_of_one_council_does_not_reach_another(self, at):
        south = Council.objects.get(pk=at.stores[1])
        clerk = program(at.members[3], mandate(at.members[3], Role.CLERK, south))
        item = shelved(at)
        assert clerk.get("/desk/items").json()["things"] == []
        assert clerk.post(f"/desk/items/{item.label}/recycle", why="x").status_code == 404
        clerk.card = at.members[0].card
        assert clerk.get("/account").status_code == 404, "the member does not live where this desk serves"
        auditor = program(at.members[3], mandate(at.members[3], Role.AUDITOR, south))
        assert auditor.get(f"/ledger/accounts/{at.accounts[0]}").status_code == 404
        assert auditor.get("/ledger/verify").status_code == 403

    def test_a_clerk_acts_for_the_member_whose_card_is_there_with_both_on_the_record(self, at):
        clerk = program(at.clerks[0], Mandate.objects.get(member=at.clerks[0]))
        clerk.card = at.members[1].card
        assert clerk.post("/requests", store="north", good="bicycles").status_code == 200
        assert Request.objects.get().household_id == at.home(1)
        done = Done.objects.get(what="ask")
        assert (done.by, done.on_behalf_of) == (at.clerks[0].party, at.members[1].party)

    def test_what_is_anothers_is_not_there(self, at):
        item = graded(at, row=0)
        quote = Quote.objects.filter(item=item).latest("number")
        kept = Request.objects.create(act="r", household=at.members[0].household, good=CARS, store_id=at.stores[0],
                                      since_us=1)
        ben = program(at.members[1])
        assert ben.get(f"/things/{item.label}").status_code == 404
        assert ben.get(f"/items/{item.label}").status_code == 404, "it is not on a shelf yet"
        for path, said in ((f"/things/{item.label}/accept", {"quote": quote.pk}),
                           (f"/things/{item.label}/take-back", {}), (f"/things/{item.label}/ask-again", {}),
                           (f"/requests/{kept.pk}/cancel", {}), ("/requests/999999/cancel", {}),
                           ("/requests", {"store": "north", "label": item.label})):
            told = ben.post(path, **said)
            assert told.status_code == 404, path
            assert told.json()["sentence"] == "There is no such thing, or it is not yours to see."
        assert ben.post(f"/requests/{2**63}/cancel").status_code == 422


def test_pages_of_things_follow_each_other_without_gap_or_twin(at):
    labels = [shelved(at, row=row % 3, when=NOW + row // 2).label for row in range(27)]
    ana, found, after = program(at.members[0]), [], {}
    while True:
        told = ana.get("/items", good="bicycles", **after).json()
        found += [each["label"] for each in told["things"]]
        if not told["next"]:
            break
        after = {"after": told["next"]}
    assert sorted(found) == sorted(labels)
    assert ana.get("/items", good="boats").status_code == 404


def test_payments_carry_their_reason_and_ledger_and_statement_agree(at):
    treasurer = program(at.members[3], mandate(at.members[3], Role.TREASURER))
    paid = treasurer.post("/payments", card=at.members[0].card, credits="12.345", purpose="allowance", why="March")
    assert paid.status_code == 200
    told = treasurer.get(f"/ledger/accounts/{at.accounts[0]}").json()
    assert told["lines"][-1]["change"] == "12.345"
    assert treasurer.get("/ledger/head").json()["entries"] == paid.json()["number"]
    assert treasurer.get("/ledger/verify").json()["whole"] is True
    asked = treasurer.post("/payments", card=at.members[0].card, credits="-9999999", purpose="fine", why="March")
    assert (asked.status_code, asked.json()["reason"]) == (409, "not-enough-credit")
    text = b"".join(treasurer.get("/ledger/entries").streaming_content).decode()
    assert "12.345 CREDIT" in text
    for wrong in ("1,5", "1e3", "NaN", "1.2345", "", "--1"):
        assert treasurer.post("/payments", card=at.members[0].card, credits=wrong, purpose="allowance",
                              why="x").status_code == 422


def test_a_ledger_too_long_to_wait_for_is_not_read(at, monkeypatch):
    monkeypatch.setattr("parecon.service.api.books.MOST_VERIFIED", 1)
    auditor = program(at.members[3], mandate(at.members[3], Role.AUDITOR))
    told = auditor.get("/ledger/verify")
    assert (told.status_code, "ledger_verify" in told.json()["sentence"]) == (409, True)


def test_a_steward_sees_what_a_closing_would_do_and_closes(at):
    steward = program(at.members[3], mandate(at.members[3], Role.STEWARD))
    following = steward.get("/closings").json()["next_month"]
    year = int(following[:4])
    shown = steward.get(f"/closings/{year}").json()
    assert shown["months_open"] > 0
    assert len(shown["shown"]) == 64
    assert steward.post("/closings/month", month=following).json()["done"] is True
    assert steward.post(f"/closings/{year}", shown=shown["shown"]).status_code == 409
    assert steward.get("/closings/1066").status_code == 404


def test_a_steward_puts_on_record_what_everybody_reads_of_the_next_years_rules(at):
    steward = program(at.members[3], mandate(at.members[3], Role.STEWARD))
    before = steward.get("/rules").json()
    decided = {"spread_permille": 80, "grade_permille": [1000, 900, 700, 300], "adjustment_response": 0.5}
    assert steward.post("/closings/rules", rules=decided, why="voted").json()["number"] == before["next_year"]
    after = Client().get("/api/rules").json()
    assert after == before | {"next_rules": before["rules"] | decided}
    assert after["next_year"] == after["year"] + 1
    for cannot, said in (({"spread_permille": "80"}, "spread_permille: found '80', expected"), ({}, "rules: found 0"),
                         ({"mode": "true-up"}, "mode: found no rule"), ({"spread_permile": 80}, "spread_permile: "),
                         ({"spread_permille": 1001}, "from 0 to 1,000"), ({"grade_permille": [1, 2, 3, 4]}, "grade"),
                         ({"spread_permille": 80}, "expected another value")):
        told = steward.post("/closings/rules", rules=cannot, why="voted")
        assert told.status_code == 422
        assert said in told.json()["sentence"]
    assert program(at.members[2]).post("/closings/rules", rules=decided, why="voted").status_code in {401, 403, 404}


def test_the_document_and_the_page_tell_of_every_address(at):
    document = Client().get("/api/openapi.json").json()
    assert len(document["paths"]) > 45
    for path, methods in document["paths"].items():
        for method, of in methods.items():
            assert of["description"], (path, method)
            assert {"404", "422"} <= set(of["responses"]), (path, method)
            assert method == "get" or "409" in of["responses"] or path.endswith("/check"), (path, method)
    browser = Client()
    browser.force_login(at.members[0], "django.contrib.auth.backends.ModelBackend")
    page = browser.get("/programs/").content.decode()
    assert all(path.split("{")[0] in page for path in document["paths"])


class TestPages:
    def browser(self, member):
        client = Client()
        client.force_login(member, "django.contrib.auth.backends.ModelBackend")
        return client

    def test_a_token_is_made_shown_once_used_and_revoked(self, at):
        browser = self.browser(at.clerks[0])
        given = Mandate.objects.get(member=at.clerks[0])
        page = browser.get("/me/tokens/").content.decode()
        assert f'value="{given.pk}"' in page
        said = {"act": "a" * 32, "name": "<b>list</b>", "may": str(given.pk), "until": str(next_week())}
        shown = browser.post("/me/tokens/", said).content.decode()
        secret = shown.split('class="secret">')[1].split("<")[0]
        assert Program(secret).get("/desk/items").status_code == 200
        again = browser.post("/me/tokens/", said).content.decode()
        assert secret not in again
        assert "already" in again
        listed = browser.get("/me/tokens/").content.decode()
        assert secret not in listed
        assert "<b>list</b>" not in listed
        number = Token.objects.get().pk
        assert self.browser(at.members[0]).post(f"/me/tokens/{number}/revoke/", {"act": "b" * 32}).status_code == 404
        assert browser.post(f"/me/tokens/{number}/revoke/", {"act": "b" * 32}).status_code == 302
        assert Program(secret).get("/desk/items").status_code == 401

    def test_a_token_of_anothers_mandate_cannot_be_chosen(self, at):
        given = Mandate.objects.get(member=at.clerks[0])
        said = {"act": "a" * 32, "name": "x", "may": str(given.pk), "until": str(next_week())}
        assert self.browser(at.members[0]).post("/me/tokens/", said).status_code == 200
        assert not Token.objects.exists()


def next_week():
    return date_of(now_us()) + timedelta(days=7)


def test_whoever_is_forgotten_leaves_no_token_and_no_file(at):
    member = at.members[0]
    ana = program(member)
    Batch.objects.create(member=member, kind="payments", content=b"x", content_hash="x", sent_us=1)
    who = Actor(member, now_us())
    told = people.about(member.pk, who)["tokens"]
    assert [each["name"] for each in told] == ["a program"]
    assert not any("hash" in name for name in told[0])
    ledger.post("gone", at.accounts[0], at.accounts[1], 5_000_000, 2, now_us())
    assert people.erase([people.Erase(act(), member.pk)], who)[0].done
    assert not Token.objects.exists()
    assert not Batch.objects.exists()
    assert ana.get("/me").status_code == 401


def test_the_manual_names_every_address(at):
    assert at
    manual = (Path(__file__).parents[2] / "docs" / "service-api.md").read_text()
    paths = Client().get("/api/openapi.json").json()["paths"]
    assert [path for path in paths if f"`{path}`" not in manual] == []
