"""What the interface tells: what came of acts, things, requests, accounts, the schedule."""

from __future__ import annotations

from ninja import Schema

from parecon.service.api.values import Rules


class Done(Schema):
    """What came of an act: whether it is done, was done before, why not, a sentence, and what it made or changed."""

    done: bool
    again: bool
    reason: str
    sentence: str
    number: int


class Problem(Schema):
    """Why there is no answer, in a sentence."""

    sentence: str


class Thing(Schema):
    """A thing of the exchange."""

    label: str
    number: int
    good: str
    title: str
    description: str
    made: str
    grade: int | None
    state: str
    store: str | None
    price: str
    shelved_us: int | None


class Offered(Schema):
    """What the exchange offers for a thing, or why nothing."""

    quote: int
    kind: str
    grade: int
    credits: str
    reason: str
    sentence: str
    until: str
    accepted: bool


class OwnThing(Thing):
    """A thing of the household, with what is offered for it."""

    offers: list[Offered]


class Things(Schema):
    """A page of things, and where the next one begins, if there is one."""

    things: list[Thing]
    next: str | None


class Asked(Schema):
    """A request."""

    number: int
    good: str
    label: str | None
    store: str
    state: str
    price: str | None
    fetch_until_us: int | None


class StatementLine(Schema):
    """An entry as it changed an account."""

    entry: int
    at_us: int
    purpose: str
    change: str
    after: str


class Statement(Schema):
    """An account in a month."""

    account: int
    month: str
    before: str
    after: str
    posted: str
    held: str
    lines: list[StatementLine]


class Shelf(Schema):
    """A store and what stands there, by kind."""

    code: str
    name: str
    address: str
    hours: str
    stock: dict[str, int]


class Good(Schema):
    """A kind of good in the schedule: what a new one costs, and by age in months and grade what is given and paid."""

    code: str
    name: str
    new_price: str
    life_months: int
    worth: list[list[str]]
    gets: list[list[str]]
    pays: list[list[str]]
    taken_in: list[list[bool]]


class Goods(Schema):
    """The kinds of goods of a year's schedule."""

    year: int
    mode: str
    goods: list[str]


class RulesToldOf(Schema):
    """The rules that the federation can decide, by their names in the law: this year's, and the next schedule's."""

    year: int
    rules: Rules
    next_year: int
    next_rules: Rules


class Estimated(Schema):
    """What the schedule says of one thing."""

    good: str
    age_months: int
    grade: int
    new_price: str
    worth: str
    gets: str
    pays: str
    taken_in: bool
    sentence: str
    until: str


class Me(Schema):
    """What a token is: for which household or by which mandate, and until when."""

    token: int
    name: str
    household: str | None
    role: str | None
    council: str | None
    until_us: int
