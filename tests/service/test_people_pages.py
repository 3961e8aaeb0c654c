"""The pages of people and councils: what each shows, and that nobody sees or changes what is not theirs."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from federation import act, begun, household, mandate
from parecon.service.clock import DAY_US, now_us
from parecon.service.people import commands as people
from parecon.service.people import session
from parecon.service.people.models import (
    Affiliation,
    Council,
    Done,
    Household,
    Invitation,
    Mandate,
    Member,
    Message,
    Residence,
)

SCRIPT = "<script>alert('x')</script>"


@pytest.fixture
def of(books):  # noqa: ARG001 - the books that are in use
    """The federation as it is today, with a member of the east, a clerk there, and an organiser of the west."""
    with override_settings(ALLOWED_HOSTS=["testserver"], SECOND_PROOF_REQUIRED=False,
                           STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage."
                                                                "StaticFilesStorage"}}):
        town = begun(now_us())
        ana, anton = household(town, town.east, "Ana", "Anton")
        carl, = household(town, town.west, "Carl Clerk")
        wim, = household(town, town.west, "Wim West")
        mandate(town, carl, town.east, "clerk")
        mandate(town, wim, town.west, "organiser")
        yield SimpleNamespace(**vars(town), ana=ana, anton=anton, carl=carl, wim=wim)


def browser(member):
    client = Client()
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return client


def text(response):
    return unescape(response.content.decode())


def sent(client, url, **said):
    """A form as a browser sends it: its page is asked for, and its act's name comes with it."""
    shown = client.get(url)
    found = re.search(r'name="act" value="([0-9a-f]{32})"', shown.content.decode())
    return client.post(url, {"act": found.group(1) if found else "0" * 32} | said)


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in (
        Affiliation, Council, Done, Household, Invitation, Mandate, Member, Message, Residence)]


class TestOrganising:
    def test_a_household_joins_and_is_found(self, of):
        client = browser(of.olga)
        answer = sent(client, "/households/add/", council=of.east.pk, from_on="2026-01-01", language="de",
                      name_1="Zoe", email_1="", name_2="Zack", email_2="z@example.org")
        assert answer.status_code == 302
        found = text(client.get("/members/?q=z"))
        assert "Zoe" in found
        assert "Zack" in found
        assert "Ana" not in found

    def test_a_double_click_says_that_it_is_done_already(self, of):
        client = browser(of.olga)
        page = client.get("/households/add/").content.decode()
        said = {"act": re.search(r'name="act" value="([0-9a-f]{32})"', page).group(1), "council": of.east.pk,
                "from_on": "2026-01-01", "language": "en", "name_1": "Zoe"}
        before = Member.objects.count()
        client.post("/households/add/", said)
        assert "already done" in text(client.post("/households/add/", said, follow=True))
        assert Member.objects.count() == before + 1

    def test_invited_on_a_slip_that_is_shown_once(self, of):
        client = browser(of.olga)
        answer = sent(client, f"/members/{of.ana.pk}/invite/", by_mail="slip")
        secret = re.search(r'class="secret">([A-Z2-7-]+)<', answer.content.decode()).group(1)
        assert secret not in text(client.get(f"/members/{of.ana.pk}/"))
        assert people.redeem(act(), secret, "a heron stands in the reeds", now_us()).done

    def test_moved_joined_left_and_forgotten(self, of):
        client = browser(of.olga)
        tomorrow = (of.today + timedelta(days=1)).isoformat()
        move = f"/households/{of.ana.household_id}/move/"
        assert sent(client, move, council=of.west.pk, on=tomorrow).status_code == 302
        assert sent(client, f"/members/{of.anton.pk}/leave/", sure="on").status_code == 302
        assert sent(client, f"/members/{of.anton.pk}/join/", card=of.wim.card).status_code == 302
        of.anton.refresh_from_db()
        assert of.anton.household_id == of.wim.household_id
        assert sent(client, f"/members/{of.anton.pk}/forget/", sure="on").status_code == 302
        assert client.get(f"/members/{of.anton.pk}/").status_code == 404

    def test_mandates_are_given_recalled_and_printed(self, of):
        client = browser(of.olga)
        assert sent(client, "/councils/of/east/mandate/", card=of.ana.card.lower(), role="keeper",
                    until_on=(of.today + timedelta(days=30)).isoformat()).status_code == 302
        given = Mandate.objects.get(member=of.ana)
        assert "Ana" in text(browser(of.anton).get(f"/mandates/{given.pk}/"))
        assert sent(client, f"/mandates/{given.pk}/end/", sure="on").status_code == 302
        assert browser(of.anton).get(f"/mandates/{given.pk}/").status_code == 404

    def test_councils_are_added_and_drawn_under_what_they_belong_to(self, of):
        client = browser(of.olga)
        assert sent(client, "/councils/add/", name="Hill Village", kind="consumer", parent=of.region.pk,
                    from_on="2026-01-01").status_code == 302
        drawn = text(browser(of.ana).get("/councils/"))
        assert drawn.index("Federation") < drawn.index("Region") < drawn.index("Hill Village")
        assert client.get("/councils/of/hill-village/").status_code == 200

    def test_what_belongs_to_a_council_under_several_is_drawn_once(self, of):
        before = "region"
        for depth in range(12):  # two ways up at each step: 4,096 ways from the lowest to the top
            rows = [people.NewCouncil(act(), f"{side}{depth}", f"{side}{depth}", "other", before, of.today)
                    for side in ("left", "right")]
            assert all(answer.done for answer in people.add_councils(rows, of.organiser))
            left, right = (Council.objects.get(code=row.code) for row in rows)
            lower = people.add_councils([people.NewCouncil(act(), f"d{depth}", f"d{depth}", "other", left.code,
                                                           of.today)], of.organiser)[0].number
            people.affiliate([people.NewAffiliation(act(), lower, right.pk, of.today)], of.organiser)
            before = f"d{depth}"
        drawn = text(browser(of.ana).get("/councils/"))
        assert drawn.count("/councils/of/left11/") == 1
        assert drawn.count("/councils/of/d11/") == 2

    def test_a_circle_is_refused_in_words(self, of):
        answer = sent(browser(of.olga), "/councils/of/region/affiliate/", parent=of.east.pk, from_on="2026-01-01")
        assert "belong to itself" in text(answer)


class TestOneself:
    def test_own_page_e_mail_export_and_forgetting(self, of):
        client = browser(of.ana)
        assert sent(client, "/me/reached/", email="new@example.org", language="de").status_code == 302
        assert client.get("/me/export/").json()["member"]["email"] == "new@example.org"
        sent(client, "/me/forget/", sure="on")
        of.ana.refresh_from_db()
        assert of.ana.name == ""
        assert client.get("/me/").status_code == 302  # to the door

    def test_mass_assignment_does_nothing(self, of):
        client = browser(of.ana)
        sent(client, "/me/reached/", email="", language="en", name="Olga", card="0000", household=1,
             household_id=of.olga.household_id, is_active="", party="p-x", member=of.olga.pk, number=of.olga.pk)
        of.ana.refresh_from_db()
        of.olga.refresh_from_db()
        assert (of.ana.name, of.ana.is_active) == ("Ana", True)
        assert of.ana.household_id != of.olga.household_id
        assert of.olga.email == ""


class TestAtTheDesk:
    def test_for_whom_stands_on_every_page_until_finished(self, of):
        client = browser(of.carl)
        assert sent(client, "/at-the-desk/", card=of.ana.card.lower().replace("-", " ")).status_code == 302
        for page in ("/me/", "/councils/", "/mandates/"):
            assert "At the desk for" in text(client.get(page))
        assert "ana@example.org" not in text(client.get("/me/"))
        client.post("/at-the-desk/finish/")
        assert "At the desk for" not in text(client.get("/me/"))

    def test_it_ends_after_fifteen_minutes_and_when_a_clock_is_set_back(self, of, monkeypatch):
        client = browser(of.carl)
        sent(client, "/at-the-desk/", card=of.ana.card)
        laid = now_us()
        for minutes, there in ((14, True), (16, False), (0, False)):
            monkeypatch.setattr(session, "now_us", lambda minutes=minutes: laid + minutes * 60_000_000)
            assert ("At the desk for" in text(client.get("/me/"))) == there
        monkeypatch.setattr(session, "now_us", lambda: laid)
        sent(client, "/at-the-desk/", card=of.ana.card)
        monkeypatch.setattr(session, "now_us", lambda: laid - DAY_US)
        assert "At the desk for" not in text(client.get("/me/"))

    def test_it_ends_when_the_mandate_is_recalled(self, of):
        client = browser(of.carl)
        sent(client, "/at-the-desk/", card=of.ana.card)
        people.end_mandates([people.Recall(act(), Mandate.objects.get(member=of.carl).pk)], of.organiser)
        assert "At the desk for" not in text(client.get("/me/"))

    def test_what_is_done_is_on_the_record_with_both_names(self, of):
        client = browser(of.carl)
        sent(client, "/at-the-desk/", card=of.ana.card)
        day = (of.today + timedelta(days=1)).isoformat()
        assert sent(client, f"/households/{of.ana.household_id}/move/", council=of.west.pk, on=day).status_code == 302
        done = Done.objects.get(what="move house")
        assert (done.by, done.on_behalf_of) == (of.carl.party, of.ana.party)

    @pytest.mark.parametrize("whose", ["carl", "wim"])
    def test_no_card_of_the_own_household_or_of_another_place(self, of, whose):
        client = browser(of.carl)
        sent(client, "/at-the-desk/", card=getattr(of, whose).card)
        assert "At the desk for" not in text(client.get("/me/"))

    def test_what_is_personal_stays_the_clerks_own(self, of):
        client = browser(of.carl)
        sent(client, "/at-the-desk/", card=of.ana.card)
        sent(client, "/me/reached/", email="carl@new.example.org", language="en")
        assert client.get("/me/export/").status_code == 404
        of.ana.refresh_from_db()
        assert of.ana.email == "ana@example.org"


def of_others(of):
    """Every address of these pages that names something, with things that are not the member's to see or change."""
    link, given = of.east.affiliations.get(), Mandate.objects.get(member=of.carl)
    return [*(f"/members/{number}/{page}" for number in (of.olga.pk, of.carl.pk, 10**30, 0)
              for page in ("", "describe/", "invite/", "leave/", "join/", "forget/", "card/")),
            *(f"/households/{number}/{page}/" for number in (of.olga.household_id, of.carl.household_id, 10**30)
              for page in ("add", "move")),
            *(f"/affiliations/{number}/end/" for number in (link.pk, 10**30)),
            *(f"/mandates/{number}/end/" for number in (given.pk, 10**30)),
            "/mandates/999999/", "/councils/of/east/affiliate/", "/councils/of/east/mandate/", "/councils/of/none/",
            "/members/", "/members/cards/", "/households/add/", "/councils/add/", "/at-the-desk/"]


SAID = {"act": "f" * 32, "sure": "on", "name": "Eve", "email": "eve@example.org", "language": "en", "by_mail": "slip",
        "from_on": "2026-01-01", "on": "2030-01-01", "until_on": "2030-01-01", "role": "organiser", "name_1": "Eve",
        "kind": "consumer"}


class TestAHostileMember:
    def test_what_is_others_is_not_there_and_nothing_changes(self, of):
        client, before = browser(of.ana), everything()
        said = SAID | {"card": of.ana.card, "council": of.east.pk, "parent": of.east.pk}
        for url in of_others(of):
            assert client.get(url).status_code == 404, url
            assert client.post(url, said).status_code in {404, 405}, url
        assert everything() == before

    def test_nor_for_an_organiser_of_another_place(self, of):
        client, before = browser(of.wim), everything()
        said = SAID | {"card": of.wim.card, "council": of.east.pk, "parent": of.east.pk}
        urls = [url for url in of_others(of) if url.startswith(("/affil", "/councils/of"))]
        urls += [f"/members/{of.ana.pk}/{page}" for page in ("", "describe/", "invite/", "leave/", "join/", "forget/")]
        urls += [f"/households/{of.ana.household_id}/{page}/" for page in ("add", "move")]
        for url in urls:
            assert client.get(url).status_code == 404, url
            assert client.post(url, said).status_code in {404, 405}, url
        assert client.post("/households/add/", said).status_code == 404  # in a council that was not offered
        assert client.post("/councils/add/", said).status_code == 404
        assert everything() == before

    def test_a_stranger_is_shown_the_door(self, of):
        for url in [*of_others(of), "/me/", "/me/export/", "/councils/", "/mandates/"]:
            assert Client().get(url).status_code == 302, url

    def test_script_in_names_is_shown_as_text(self, of):
        client = browser(of.olga)
        sent(client, "/households/add/", council=of.east.pk, from_on="2026-01-01", language="en", name_1=SCRIPT)
        sent(client, "/councils/add/", name=SCRIPT, kind="consumer", parent=of.region.pk, from_on="2026-01-01")
        who = Member.objects.get(name=SCRIPT)
        mandate(of, who, Council.objects.get(name=SCRIPT), "keeper")
        code = Council.objects.get(name=SCRIPT).code
        for url in ("/members/", f"/members/{who.pk}/", f"/members/{who.pk}/card/", "/councils/", "/mandates/",
                    f"/members/{who.pk}/describe/", f"/members/{who.pk}/invite/", f"/councils/of/{code}/",
                    f"/mandates/{Mandate.objects.get(member=who).pk}/"):
            answer = client.get(url)
            assert answer.status_code == 200
            assert SCRIPT not in answer.content.decode(), url
        for url in ("/me/", "/"):
            assert SCRIPT not in browser(who).get(url).content.decode()


def test_every_address_of_these_pages_answers_an_organiser(of):
    client = browser(of.olga)
    link, given = of.east.affiliations.get(), Mandate.objects.get(member=of.carl)
    values = {"members": of.ana.pk, "households": of.ana.household_id, "affiliations": link.pk, "mandates": given.pk}
    asked = 0
    for pattern in get_resolver("parecon.service.people.urls").url_patterns:
        url = "/" + str(pattern.pattern).replace("<slug:code>", "east")
        url = url.replace("<int:number>", str(values.get(url.split("/")[1], 0)))
        expected = {"/at-the-desk/": 404, "/at-the-desk/finish/": 405}.get(url, 200)
        assert client.get(url).status_code == expected, url
        asked += 1
    assert asked > 25


def test_a_list_of_members_takes_few_questions(of):
    client = browser(of.olga)
    client.get("/members/")
    with CaptureQueriesContext(connection) as few:
        client.get("/members/")
    rows = [people.NewHousehold(act(), of.east.pk, (people.Person(f"P{row}"),), of.today) for row in range(60)]
    people.add_households(rows, of.organiser)
    with CaptureQueriesContext(connection) as many:
        client.get("/members/")
    assert len(many) == len(few) <= 15
