"""The values that go in and out of the interface, each with its bounds.

Credits go as text with three places after the point, exactly: "12.500". Times are microseconds since 1970 in UTC,
months are written as 2027-03, grades count from 1 (like new), as in the published schedule.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from parecon.service import lengths
from parecon.service.ledger.store import LARGEST_NUMBER

Act = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{7,47}$"), Field(
    description="A name for this act, made by the program that asks, never used for another. Sent again with the same "
                "content it does nothing and says so.", examples=["b0c1d2e3f4a5968778695a4b3c2d1e0f"])]
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
Label = Annotated[str, StringConstraints(pattern=r"^[2-9A-HJ-NP-TV-Z]{10}$"), Field(
    description="The ten letters on a thing's label.", examples=["23456789AR"])]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Month = Annotated[str, StringConstraints(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"), Field(examples=["2024-07"])]
Day = Annotated[str, StringConstraints(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Credits = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,3})?$"), Field(
    description="Credits with a point before at most three decimals.", examples=["12.500"])]
Grade = Annotated[int, Field(ge=1, le=5)]
Rules = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")],
                       int | float | Annotated[str, StringConstraints(max_length=40)] | list[int]], Field(
    description="Rules by their names in the law, in its units.", examples=[{"spread_permille": 80}])]
Hours = Annotated[int, Field(ge=1, le=10_000)]
Card = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,12}$"), Field(examples=["4F7K-2M9W"])]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}-[0-9]{1,19}$")]


def _text(most: int, least: int = 0) -> Any:
    """A text that a database can keep: without the letter of number 0."""
    return Annotated[str, StringConstraints(min_length=least, max_length=most, pattern=r"^[^\x00]*$")]


Title, Description, Why, Word = _text(120), _text(2000), _text(400), _text(60)
Reason = Annotated[str, StringConstraints(min_length=1, max_length=lengths.WHY, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
