"""A figure of a number by good and year: a field for each, the stronger coloured the further from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from parecon.report.bars import LETTERS, NARROW_LETTERS
from parecon.report.figures import shortened
from parecon.report.style import BLUE, ORANGE, TEXT, Build, Space, inline

FIELD_HEIGHT = 22  # pixels
FAINTEST, STRONGEST = 0.06, 0.62  # of a colour, that text on it can be read on a white page and on a dark one
LETTER_WIDTH, LETTER_SIZE = 0.62, (11, 10)  # of a digit, beside its height; its height on a desk and on a phone


@dataclass(frozen=True)
class Field:
    """One field: its column, how strong its colour is (from -1, orange, to 1, blue; None: none), what it says."""

    column: str
    strength: float | None
    said: str


def grid(rows: Sequence[tuple[str, Sequence[Field]]], title: str) -> Build:
    """Fields by row and column, each with what it says where there is room; `title` is that of the columns."""
    def build(space: Space) -> alt.TopLevelMixin:
        names = shortened([name for name, _ in rows], NARROW_LETTERS if space.narrow else LETTERS)
        columns = list(dict.fromkeys(field.column for _, fields in rows for field in fields))
        fields = [_drawn(name, field) for name, (_, some) in zip(names, rows, strict=True) for field in some]
        x = alt.X("column:N", sort=columns, scale=alt.Scale(paddingInner=0.06, paddingOuter=0), axis=alt.Axis(
            title=title, orient="top", labelAngle=0, labelOverlap=True, grid=False))
        y = alt.Y("row:N", sort=names, scale=alt.Scale(paddingInner=0.12, paddingOuter=0), axis=alt.Axis(
            title=None, grid=False, labelLimit=0))
        chart = alt.Chart(inline(fields)).encode(x, y)
        coloured = chart.mark_rect().encode(
            color=alt.Color("colour:N", scale=None), opacity=alt.Opacity("opacity:Q", scale=None))
        said = chart.mark_text(color=TEXT, fontSize=LETTER_SIZE[space.narrow]).encode(text="said:N")
        shown = [coloured, said] if _have_room(fields, space.width / len(columns), space) else [coloured]
        return alt.layer(*shown).properties(width=space.width, height=FIELD_HEIGHT * len(rows))
    return build


def _drawn(row: str, field: Field) -> dict[str, str | float]:
    strength = max(-1.0, min(1.0, field.strength or 0.0))
    opacity = 0.0 if field.strength is None else FAINTEST + (STRONGEST - FAINTEST) * abs(strength)
    return {"row": row, "column": field.column, "said": field.said, "colour": ORANGE if strength < 0 else BLUE,
            "opacity": round(opacity, 3)}


def _have_room(fields: Sequence[dict[str, str | float]], width: float, space: Space) -> bool:
    """Whether what fields say fits into them."""
    most = max(len(str(field["said"])) for field in fields)
    return most * LETTER_WIDTH * LETTER_SIZE[space.narrow] <= width
