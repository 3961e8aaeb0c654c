"""Whatever programs send, with a token of each role: no error of ours, only answers that the document names.

The document itself draws what is sent, half of it with labels, numbers and codes that are really there.
"""

import random
from collections import defaultdict

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from parecon.service.desk.models import Item, Quote, Request
from parecon.service.ledger import audit
from parecon.service.ledger.models import Balance
from parecon.service.parks.models import Booking
from parecon.service.people.models import Council, Member
from parecon.service.register.models import Entry, Kind, Offer
from parecon.service.wsgi import application
from program_town import Program, busy_town, program, settings_of_tests

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
          response_headers_conformance)
EXAMPLES, MANY = 5, 4


@pytest.fixture
def asked(books):  # noqa: ARG001 - the books that are in use
    """A busy town, and programs of a household and of each role."""
    with settings_of_tests():
        at, shown, given_ = busy_town()
        programs = [Program(), program(at.members[0]), *(program(shown[role], given_[role]) for role in shown)]
        yield at, programs


def known():
    """Values that are there, by the names under which they can stand in a path, a query or a body."""
    numbers = [model.objects.values_list("pk", flat=True)[:8]
               for model in (Request, Quote, Booking, Entry, Kind, Offer)]
    codes = ["bicycles", "cars", "drills", "north", "south", "payments", "households", "announcements"]
    return {"label": list(Item.objects.values_list("label", flat=True)), "good": ["bicycles", "cars"],
            "store": list(Council.objects.filter(kind="consumer").values_list("code", flat=True)),
            "number": [number for some in numbers for number in some] or [1], "quote": list(
                Quote.objects.values_list("pk", flat=True)), "kind": [*codes, 1], "code": ["drills"],
            "thing": ["drills"], "card": list(Member.objects.values_list("card", flat=True)[:3]),
            "purpose": ["allowance", "fine"], "made": ["2025-03"], "start": list(range(1, 48, 7)), "hours": [1, 2]}


def with_what_is_there(values, there, draw):
    """The same values, some of them replaced by such as are there."""
    if not isinstance(values, dict):
        return values
    return {name: draw.choice(there[name]) if name in there and draw.random() < .85 else value
            for name, value in values.items()}


def every_role_asks(operation, programs, there, statuses):
    """One address, asked for with a few drawn values by every program; notes what was answered."""
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), chance=st.integers(0, 2**32))
    def asked_for(case, chance):
        draw = random.Random(f"{operation.label} {chance}")  # noqa: S311 - what is tried, not what is kept secret
        if draw.random() < .85:
            case.path_parameters = with_what_is_there(case.path_parameters, there, draw)
            case.query = with_what_is_there(case.query, there, draw)
            case.body = with_what_is_there(case.body, there, draw)
        for each in programs:
            case.headers = each.headers()
            answer = case.call()
            case.validate_response(answer, checks=CHECKS)
            statuses[answer.status_code].add(operation.label)

    asked_for()


def test_whatever_is_sent_is_answered_as_the_document_says(asked):
    _at, programs = asked
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    statuses, there = defaultdict(set), known()
    for found in schema.get_all_operations():
        every_role_asks(found.ok(), programs, there, statuses)
    assert {200, 401, 403, 404, 409, 422} <= set(statuses), "all kinds of answers were met"
    assert sum(label.startswith("POST") for label in statuses[200]) > MANY, "many kinds of acts were done"
    assert not audit.verify().wrong
    held = list(Request.objects.filter(state=2).values_list("item", flat=True))
    assert len(held) == len(set(held)), "nothing is kept for two"
    assert all(each.posted_mcr - each.held_mcr >= each.account.floor_mcr
               for each in Balance.objects.exclude(account__floor_mcr=None).select_related("account"))
