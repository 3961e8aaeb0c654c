"""What the documentation tells whoever looks after the computer to enter there does what it says."""

import re
from pathlib import Path

import pytest

from parecon.service.clock import date_of, now_us
from parecon.service.desk.models import Federation
from parecon.service.face import beginning
from parecon.service.ledger import audit
from parecon.service.parks.models import Park
from parecon.service.people.models import Affiliation, Council, Member

DOCS = Path(__file__).parents[2] / "docs"


def recipes(page):
    """What stands between the quotes of `shell -c`, one after the other."""
    return re.findall(r"shell -v 0 -c '\n(.*?)'\n", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def ana(books):  # noqa: ARG001 - the books that are in use
    """A federation as `parecon serve` founds it; its organiser has the card that the pages show."""
    beginning.founded(beginning.Named("Two Rivers", "Old Town", "Ana Berg"), now_us(), "http://localhost:8000")
    Member.objects.update(card="4F7K-2M9W")
    yield Member.objects.get()
    assert not audit.verify().wrong


@pytest.mark.usefixtures("ana")
def test_a_park_is_opened(capsys):
    park = Council.objects.create(code="mill-street-park", name="Mill Street park", kind="park", party="c-park")
    Affiliation.objects.create(council=park, parent=Federation.objects.get().council, from_on=date_of(now_us()))
    [opening] = recipes("federation-year.md")
    exec(opening, {})  # noqa: S102 - what the page says
    assert "ACCEPTED" in capsys.readouterr().out
    assert Park.objects.get().place == "Mill Street 3"
