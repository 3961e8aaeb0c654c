"""What is found on the shelves, and that finding it stays quick: few questions to the database, each by an index."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from parecon.secondhand.lifecycle import State
from parecon.service.clock import now_us
from parecon.service.desk import columns, search
from parecon.service.desk.models import Item
from parecon.service.desk.search import A_PAGE, Place, Wanted, ages_between
from service.page_town import BICYCLES, announced, bring_address, browser, graded, shelved, town

FEW, MANY = 30, 400


@pytest.fixture
def at(books):
    assert books
    return town()


def fill(at, count, good=BICYCLES):
    """Things on the shelves of both stores, of every grade and many ages; some came at the same moment."""
    month = columns.in_force(now_us()).month
    stores = list(at.stores.values())
    before = Item.objects.count()
    Item.objects.bulk_create([
        Item(label=f"T{before + row:09}", good=good, made_month=month - row % 70, grade=row % 4, state=State.SHELF,
             holder="c-store", store=stores[row % 2], title=f"thing {row}", shelved_us=1_000 + row // 3)
        for row in range(count)])


def walked(wanted):
    """All that is found, page after page."""
    now, after, found = columns.in_force(now_us()), None, []
    while True:
        items = search.found(wanted, now.announced, now.month, after)
        page = items[:A_PAGE]
        found += page
        if len(items) <= A_PAGE:
            return found
        after = Place(page[-1].shelved_us, page[-1].pk)


def test_page_after_page_shows_each_thing_once_the_newest_first(at):
    fill(at, MANY)
    found = walked(Wanted(BICYCLES))
    assert len({item.pk for item in found}) == len(found) == MANY
    came = [(item.shelved_us, item.pk) for item in found]
    assert came == sorted(came, reverse=True)


SEARCHES = (
    Wanted(BICYCLES, least_mcr=100_000, most_mcr=300_000), Wanted(BICYCLES, most_mcr=200_000),
    Wanted(BICYCLES, least_mcr=250_000, worst_grade=1), Wanted(BICYCLES, least_mcr=500, most_mcr=400),
    Wanted(BICYCLES, least_mcr=0, most_mcr=0), Wanted(BICYCLES, word="THING 1"))


def test_what_is_found_is_what_was_asked_for_and_all_of_it(at):
    fill(at, MANY)
    now = columns.in_force(now_us())
    items = list(Item.objects.all())
    prices = columns.of(now, now.announced.price_mcr, items).tolist()
    for wanted in SEARCHES:
        due = {item.pk for item, price in zip(items, prices, strict=True)
               if (wanted.least_mcr or 0) <= price <= (2**62 if wanted.most_mcr is None else wanted.most_mcr)
               and (wanted.worst_grade is None or item.grade <= wanted.worst_grade)
               and wanted.word.lower() in item.title}
        assert {item.pk for item in walked(wanted)} == due, wanted


@given(st.lists(st.integers(0, 90), min_size=1, max_size=12), st.integers(0, 99), st.integers(0, 99))
def test_between_two_prices_is_between_two_ages(amounts, least, most):
    price = np.sort(np.array(amounts))[::-1][:, None]
    [(first, last)] = ages_between(price, least, most)
    assert [age for age in range(len(price)) if least <= price[age, 0] <= most] == list(range(first, last + 1))


def test_a_page_of_things_is_found_by_an_index_without_sorting(at):
    fill(at, MANY)
    now = columns.in_force(now_us())
    for wanted in (Wanted(BICYCLES), Wanted(BICYCLES, store=at.stores["south"].pk), Wanted(BICYCLES, most_mcr=200_000)):
        with CaptureQueriesContext(connection) as asked:
            search.found(wanted, now.announced, now.month, Place(1_050, 9))
        [told] = asked.captured_queries
        if connection.vendor == "sqlite":
            plan = planned(told["sql"])
            assert "USING INDEX on_the_shelf" in plan or "USING INDEX on_any_shelf" in plan
            assert "SCAN desk_item" not in plan
            assert "TEMP B-TREE" not in plan


def planned(statement):
    """How SQLite would carry a statement out."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        return " ".join(row[-1] for row in cursor.fetchall())


def questions(client, page):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200, page
    return len(asked)


def test_a_page_asks_the_database_as_often_for_many_things_as_for_few(at):
    item = graded(at)
    ana, cleo = browser(at, "ana"), browser(at, "cleo")
    pages = {(ana, "/"): 14, (ana, "/find/"): 12, (ana, f"/find/?good={BICYCLES}"): 12, (ana, "/stores/"): 10,
             (ana, "/schedule/"): 10, (ana, bring_address()): 14, (ana, "/things/"): 14, (ana, "/requests/"): 16,
             (ana, "/account/"): 16, (ana, f"/things/{item.label}/"): 18, (cleo, "/desk/"): 28,
             (cleo, f"/desk/things/{item.label}/"): 28, (cleo, "/desk/labels/"): 14, (cleo, "/desk/carrying/"): 26}
    fill(at, FEW)
    few = {page: questions(client, page) for client, page in pages}
    fill(at, MANY)
    for _ in range(4):
        announced(at)
    many = {page: questions(client, page) for client, page in pages}
    assert many == few
    for (_client, page), most in pages.items():
        assert many[page] <= most, page


def test_a_thing_that_left_the_shelf_is_not_found(at):
    item = shelved(at)
    assert [each.pk for each in walked(Wanted(BICYCLES))] == [item.pk]
    Item.objects.filter(pk=item.pk).update(state=State.HELD)
    assert walked(Wanted(BICYCLES)) == []


def test_what_stands_on_shelves_is_counted_in_an_index_alone(at):
    fill(at, MANY)
    assert search.counts() == {BICYCLES: MANY}
    assert sum(search.stock().values()) == MANY
    if connection.vendor == "sqlite":
        for counted in (search.counts, search.stock):
            with CaptureQueriesContext(connection) as asked:
                counted()
            assert "USING COVERING INDEX" in planned(asked.captured_queries[0]["sql"])
