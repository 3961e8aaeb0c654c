"""Files of rows: cells that come back as they went, hostile files, and lists that are shown first and posted once."""

import csv
import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from desk_town import shelved
from parecon.base.errors import BadInput
from parecon.service.answers import Refusal
from parecon.service.api import batches
from parecon.service.api.cells import as_meant, harmless, written
from parecon.service.api.models import Batch
from parecon.service.api.out import THING
from parecon.service.api.reading import Line, lines, money_mcr
from parecon.service.clock import DAY_US, now_us
from parecon.service.desk.columns import federation
from parecon.service.desk.models import Item, Remark
from parecon.service.ledger import audit
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Account, Balance, Entry
from parecon.service.people.law import card_with_check
from parecon.service.people.models import Done, Household, Member, Role
from parecon.service.people.policy import Actor
from program_town import lived_in_town, mandate, program, settings_of_tests

COLUMNS = ("a", "b")
HEAD = "card,credits,purpose,why\n"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1",
            '=HYPERLINK("http://x","y")', "-2+3+cmd|' /C calc'!A0")
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)


# --- Cells ----------------------------------------------------------------------------------------------------------

@given(TEXT | st.sampled_from(FORMULAS) | st.from_regex(r"\A'*[=+@-].*\Z"))
def test_every_cell_comes_back_as_it_was(cell):
    assert as_meant(harmless(cell)) == cell


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_every_file_of_ours_comes_back_as_it_was(rows):
    sent = "".join(written(COLUMNS, rows))
    read = list(csv.reader(io.StringIO(sent, newline=""), strict=True))
    assert [[as_meant(cell) for cell in row] for row in read[1:]] == rows


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_begins_as_a_formula_does(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.500", "0", "'t Hart", "a=b", "", " =1", "Müller", "'"])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == as_meant(cell) == cell


# --- What is read ---------------------------------------------------------------------------------------------------

def read(content):
    return list(lines(io.BytesIO(content if isinstance(content, bytes) else content.encode()), COLUMNS, ("c",)))


@pytest.mark.parametrize("content", [
    "a,b\n1,2\n", "a;b\n1;2\n", "\ufeffa,b\r\n1,2\r\n", "B , a\n2,1", 'a,b\n"1","2"\n\n', "a,b,c\n1,2,3\n"])
def test_usual_files_are_read_alike(content):
    [line] = read(content)
    assert (line.cells["a"], line.cells["b"]) == ("1", "2")


@pytest.mark.parametrize(("content", "said"), [
    (b"", "line 1: found the columns –, expected the columns a, b and, if you like, c"),
    (b"a\n", "line 1: found the columns a, expected the columns a, b"),
    (b"a,b,x\n", "line 1: found the columns a, b, x"),
    (b"a,a\n", "line 1: found the columns a, a"),
    (b"a,b\n1\n", "line 2: found 1 cells, expected 2, as in the first line"),
    (b"a,b\n1,2,3\n", "line 2: found 3 cells"),
    (b"a,b\nM\xfcller,2\n", "line 2: found the byte 0xfc after “M”, which is no UTF-8"),
    ("a,b\n1,2\n".encode("utf-16"), "line 1: found a file of the kind UTF-16"),
    (b"PK\x03\x04" + b"x" * 50, "line 1: found a file of the kind xlsx"),
    (b"a,b\n1,\x00\n", "line 2: found a letter of number 0, expected text"),
    (b'a,b\n1,"2\n', "line 2: found a quotation mark that is not closed"),
    (b'a,b\n1,"2"x\n', "line 2: found a quotation mark that is not closed"),
    (b"a,b\r1,2\r", "line 1: found"),
    (b"a,b\n" + b"x" * 30_000, "line 2: found a line without an end, expected lines of 20000 bytes at most"),
    (b"a,b\n1," + b"x" * 2_600, "line 2: found a cell of more than 2500 letters"),
    (b"a,b\n" + b"1,2\n" * 20_001, "more rows, expected 20000 rows at most"),
    (b"a,b\n" + (b"1," + b"x" * 2_000 + b"\n") * 2_600, "found more than 5000000 bytes"),
    (b'a,b\n"' + b"x\n" * 4_000_000, "found a quotation mark that is not closed"),
])
def test_what_cannot_be_read_is_said_with_its_line_in_one_sentence(content, said):
    with pytest.raises(BadInput) as bad:
        read(content)
    assert said in str(bad.value)
    assert "\n" not in str(bad.value)


class Endless(io.RawIOBase):
    """A file of two billion bytes, of which only what is read is ever made."""

    def __init__(self):
        self.given = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.given += len(buffer)
        assert self.given < 20_000_000, "it is not read on"
        buffer[:] = b"1,2\n" * (len(buffer) // 4) + b"1,2\n"[:len(buffer) % 4]
        return len(buffer)


def test_a_file_of_two_gigabytes_is_left_long_before_its_end():
    with pytest.raises(BadInput):
        list(lines(io.BufferedReader(Endless()), COLUMNS))


def test_what_says_that_it_is_two_gigabytes_is_refused_before_a_byte_is_read(at):
    assert at
    for path in ("/api/batches/payments", "/files/send/payments/"):
        told = Client().post(path, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 10**9))
        assert told.status_code == 413


@pytest.mark.parametrize(("said", "mcr"), [("12", 12_000), ("12.5", 12_500), ("-0.007", -7), ("0.1", 100),
                                           ("999999999999.999", 999_999_999_999_999),
                                           ("90071992547.409", 90_071_992_547_409)])
def test_money_is_read_to_the_last_digit(said, mcr):
    assert money_mcr(Line(2, {"credits": said}), "credits") == mcr


@pytest.mark.parametrize("said", ["1,50", "1.234,50", "1,234.50", "1 234.50", "1'234.50", "1.2345", "+1", "−1", "1e3",
                                  "", "NaN", "٣", "0x10", "1_000", "1234567890123", "=1"])
def test_money_that_could_mean_something_else_is_explained(said):
    with pytest.raises(BadInput, match=r"line 2, column credits: found .*, expected a number .*such as 1234\.50"):
        money_mcr(Line(2, {"credits": said}), "credits")


def test_what_is_wrong_is_said_in_the_readers_language():
    with override("de"), pytest.raises(BadInput, match="Zeile 2"):
        read("a,b\n1\n")


# --- Lists that are posted ------------------------------------------------------------------------------------------

@pytest.fixture
def at(books):  # noqa: ARG001 - the books that are in use
    """A town with a treasurer, an organiser and a clerk."""
    with settings_of_tests():
        made = lived_in_town()
        made.treasurer, made.organiser = (made.members[row] for row in (2, 3))
        made.mandates = {role: mandate(made.members[row], role) for role, row in (
            (Role.TREASURER, 2), (Role.ORGANISER, 3))}
        yield made
        assert not audit.verify().wrong


def browser(member):
    client = Client()
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return client


def sent(client, kind, content):
    file = SimpleUploadedFile("list.csv", content if isinstance(content, bytes) else content.encode())
    return client.post(f"/files/send/{kind}/", {"file": file})


def payment(at, row, amount, why="March 2027"):
    return f"{at.members[row].card},{amount},allowance,{why}\n"


def shown(page):
    return page.split('name="shown" value="')[1].split('"')[0]


def test_a_list_is_shown_first_and_posted_once_however_often_it_is_sent(at):
    client, entries = browser(at.treasurer), Entry.objects.count()
    content = HEAD + payment(at, 0, "12.345") + payment(at, 1, "-1", "Fine") + payment(at, 1, "-999999", "Fine")
    for again in range(2):
        to = sent(client, "payments", content).url
        page = client.get(to).content.decode()
        assert Entry.objects.count() == entries + (2 if again else 0)
        if again:
            assert "nothing to post" in page
            continue
        assert "do not cover the amount" in page
        for _double in range(2):
            assert client.post(to, {"shown": shown(page)}).status_code == 302
        assert "2 rows were posted" in client.get(to).content.decode()
    assert Entry.objects.count() == entries + 2
    assert at.balance(0)[0] == 5_012_345
    assert list(Remark.objects.order_by("first").values_list("why", "entries")) == [("March 2027", 1), ("Fine", 1)]
    assert {done.by for done in Done.objects.filter(what="pay many")} == {at.treasurer.party}
    assert not Batch.objects.exclude(posted_us=None).exclude(content=b"").exists(), "of what is posted no file is kept"


def test_the_same_list_from_another_treasurer_pays_nothing_twice(at):
    content = HEAD + payment(at, 0, "5")
    mandate(at.members[1], Role.TREASURER)
    for member in (at.treasurer, at.members[1]):
        batch = batches.kept("payments", io.BytesIO(content.encode()), Actor(member, now_us()))
        found = batches.checked(batch, Actor(member, now_us()))
        assert batches.posted(batch, found.mark, Actor(member, now_us()))[0].done
    assert at.balance(0)[0] == 5_005_000


def test_a_list_of_which_a_row_cannot_be_read_posts_nothing_and_says_each_row(at):
    content = HEAD + payment(at, 0, "5") + payment(at, 0, '"5,00"') + "XXXX-XXXX,1,allowance,x\n" + (
        f"{at.members[0].card},1,gift,x\n")
    client = browser(at.treasurer)
    to = sent(client, "payments", content).url
    page = client.get(to).content.decode()
    assert "line 3, column credits: found 5,00" in page
    assert "line 4, column card" in page
    assert "line 5, column purpose: found gift" in page
    assert 'name="shown"' not in page
    client.post(to, {"shown": "0" * 64})
    assert at.balance(0)[0] == 5_000_000


def test_what_is_answered_otherwise_than_it_was_shown_is_not_posted(at):
    who = Actor(at.treasurer, now_us())
    batch = batches.kept("payments", io.BytesIO((HEAD + payment(at, 0, "-4000", "Fine")).encode()), who)
    mark = batches.checked(batch, who).mark
    ledger.post("spent", at.accounts[0], at.accounts[1], 2_000_000, 2, now_us())
    assert batches.posted(batch, mark, who)[0].reason == Refusal.NOT_AS_SHOWN
    assert at.balance(0)[0] == 3_000_000


def test_looking_at_a_list_leaves_no_trace(at):
    who = Actor(at.organiser, now_us())
    before = [list(model.objects.order_by("pk").values_list()) for model in (Household, Member, Account, Done, Balance)]
    batch = batches.kept("households", io.BytesIO(
        b'council,from,members,emails\nnorth,2026-03-01,"Zoe; Zack","z@example.org; "\n'), who)
    assert batches.checked(batch, who).to_post == 1
    assert before == [list(model.objects.order_by("pk").values_list())
                      for model in (Household, Member, Account, Done, Balance)]


def test_households_join_by_a_list(at):
    client = browser(at.organiser)
    content = ('council;from;members;emails;name\nnorth;2026-03-01;"Zoe; Zack";"z@example.org; ";Zs\n'
               "far;2026-03-01;=Formula;;\n")
    to = sent(client, "households", content).url
    client.post(to, {"shown": shown(client.get(to).content.decode())})
    zoe, zack = Member.objects.filter(name__startswith="Z").order_by("pk")
    assert (zoe.household_id, zoe.email, zack.email, zoe.household.name) == (
        zack.household_id, "z@example.org", "", "Zs")
    text = b"".join(client.get("/files/households.csv").streaming_content).decode()
    assert "'=Formula" in text
    found = {row["member"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (found["Zoe"]["council"], found["Zoe"]["card"]) == ("north", zoe.card)
    wrong = sent(client, "households", "council,from,members\nnorth,1.3.2026,Zoe\nmars,2026-03-01,Zoe\n").url
    page = client.get(wrong).content.decode()
    assert "a day such as 2027-01-31" in page
    assert "line 3, column council: found mars" in page


def test_a_clerk_announces_for_members_by_a_list(at):
    client = browser(at.clerks[0])
    content = ("card,good,made,grade,store,title\n"
               f"{at.members[0].card},bicycles,2025-03,2,north,=Red\n{at.members[0].card},cars,2025-13,9,north,x\n")
    page = client.get(sent(client, "announcements", content).url).content.decode()
    assert "a month such as 2024-07" in page
    to = sent(client, "announcements", content.rpartition(at.members[0].card)[0]).url
    client.post(to, {"shown": shown(client.get(to).content.decode())})
    assert Item.objects.get().title == "=Red"
    text = b"".join(client.get("/files/items.csv").streaming_content).decode()
    assert ",'=Red," in text
    assert next(lines(io.BytesIO(text.encode()), THING)).cells["title"] == "=Red"


def test_what_goes_out_is_ones_own_and_of_ones_mandate(at):
    item = shelved(at, row=0)
    for path in ("items", "households", "entries"):
        assert browser(at.members[0]).get(f"/files/{path}.csv").status_code == 404, path
    told = {name: b"".join(browser(at.members[0]).get(f"/files/{name}.csv").streaming_content).decode()
            for name in ("statement", "things")}
    assert item.label not in told["things"], "it is the exchange's by now"
    assert "entry,at,purpose,change,after" in told["statement"]
    everything = b"".join(browser(at.treasurer).get("/files/entries.csv").streaming_content).decode()
    assert everything.count("\n") == Entry.objects.count() + 1


def test_nobody_sees_anothers_list_or_sends_one_without_the_mandate(at):
    to = sent(browser(at.treasurer), "payments", HEAD + payment(at, 0, "5")).url
    mandate(at.members[1], Role.TREASURER)
    for client in (browser(at.members[1]), browser(at.members[0])):
        assert client.get(to).status_code == client.post(to, {"shown": "0" * 64}).status_code == 404
    for kind in ("payments", "households", "announcements", "nothing"):
        assert sent(browser(at.members[0]), kind, HEAD).status_code == 404
    assert Batch.objects.count() == 1


def test_lists_that_nobody_confirms_go_after_a_day_and_twenty_are_kept_at_most(at):
    for day in (0, 0, 2):
        batches.kept("payments", io.BytesIO((HEAD + payment(at, 0, "5")).encode()),
                     Actor(at.treasurer, now_us() + day * DAY_US))
    assert Batch.objects.count() == 1
    for row in range(25):
        batches.kept("payments", io.BytesIO((HEAD + payment(at, 0, row + 1)).encode()), Actor(at.treasurer, now_us()))
    assert Batch.objects.count() <= batches.MOST_WAITING


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"", b"card\n", b"card,credits,purpose,why\n", b"\x00" * 50,
                                     b'card,credits,purpose,why\n"x'])
def test_a_hostile_file_gives_a_page_with_a_sentence_and_keeps_nothing(at, content):
    told = sent(browser(at.treasurer), "payments", content)
    page = told.content.decode()
    assert told.status_code == 200
    assert "cannot be read. Line" in page or "empty" in page
    assert not Batch.objects.exists()


def test_programs_send_lists_too(at):
    by = program(at.treasurer, at.mandates[Role.TREASURER])
    def post(path, content, **said):
        return Client().post(f"/api/batches/{path}", {"file": SimpleUploadedFile("x.csv", content.encode())} | said,
                             headers=by.headers())
    content = HEAD + payment(at, 0, "5") + payment(at, 1, "-1000000")
    told = post("payments/check", content).json()
    assert [(row["line"], row["done"], row["reason"]) for row in told["rows"]] == [
        (2, True, "accepted"), (3, False, "not-enough-credit")]
    done = post("payments", content, shown=told["shown"]).json()
    assert (done["done"], done["number"], at.balance(0)[0]) == (True, 1, 5_005_000)
    assert post("payments", content, shown=told["shown"]).json()["number"] == 0
    assert at.balance(0)[0] == 5_005_000
    assert post("payments", content, shown="0" * 64).status_code == 409
    assert post("payments/check", "a,b\n").status_code == 422
    assert post("households/check", content).status_code == 403
    assert post("nothing/check", content).status_code == 404


# --- Many -----------------------------------------------------------------------------------------------------------

def test_ten_thousand_payments_are_one_short_transaction(at):
    Household.objects.bulk_create([Household(party=f"h-many-{row}") for row in range(500)])
    homes = list(Household.objects.filter(party__startswith="h-many-").order_by("pk"))
    members = [Member(party=f"p-many-{row}", card=card_with_check(f"{row + 100:07}"), name=f"M {row}", household=home,
                      joined_on="2026-01-01") for row, home in enumerate(homes)]
    Member.objects.bulk_create(members)
    for row, home in enumerate(homes):
        ledger.open_account(f"many/{row}", home.party, ledger.Kind.MEMBER, 0, 1)
    content = (HEAD + "".join(f"{members[row % 500].card},{row % 90 + 1}.125,allowance,March 2027\n"
                              for row in range(10_000))).encode()
    who = Actor(at.treasurer, now_us())
    batch = batches.kept("payments", io.BytesIO(content), who)
    mark = batches.checked(batch, who).mark
    begun = time.perf_counter()
    answer, _found = batches.posted(batch, mark, who)
    seconds = time.perf_counter() - begun
    print(f"10,000 payments read, decided and written in {seconds:.2f} s: {10_000 / seconds:,.0f} a second")
    assert (answer.done, answer.number) == (True, 10_000)
    assert seconds < 10
    assert Remark.objects.get().entries == 10_000
    society = Balance.objects.get(account=federation().society_account).posted_mcr
    assert sum(Balance.objects.values_list("posted_mcr", flat=True)) == 0 > society

