"""How numbers are written on a page: three significant digits, thin separators, units."""

from __future__ import annotations

import math
from collections.abc import Iterable

THIN = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"  # what a table shows where there is no number
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MULTIPLES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
TIMES_FROM = 3.0  # from here on "x 3" is easier to read than "+200 %"
LEAST_WRITTEN = 1e-5  # a smaller fraction is written as less than this
NO_CHANGE = 5e-4  # relative; less than this is written as no change


def number(value: float | None, digits: int = 3) -> str:
    """A number as people write it: `digits` significant digits, thousands set apart.

    Whole digits below 1000 are never rounded away; very large and very small numbers are written
    with a power of ten; what is not a number is a dash.

    >>> number(1234567).replace(THIN, " "), number(0.81234, digits=2), number(112.3, digits=2)
    ('1 230 000', '0.81', '112')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if not -4 <= power < 12:
        mantissa = f"{value / 10.0 ** power:.{digits - 1}f}".replace("-", MINUS)
        return f"{mantissa} × 10{str(power).translate(SUPERSCRIPT)}"
    places = digits - 1 - power
    rounded = round(value, max(places, 0) if power < 3 else places)
    return f"{rounded:,.{max(places, 0)}f}".replace(",", THIN).replace("-", MINUS)


def count(value: float | None) -> str:
    """A count, every digit of it: 7 400 000 workplaces.

    >>> count(30000).replace(THIN, " ")
    '30 000'
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value:,.0f}".replace(",", THIN).replace("-", MINUS)


def percent(fraction: float | None, digits: int = 3) -> str:
    """A fraction as per cent.

    >>> percent(0.008, digits=2).replace(THIN, " ")
    '0.80 %'
    """
    if fraction is None or not math.isfinite(fraction):
        return NOTHING
    if 0 < abs(fraction) < LEAST_WRITTEN:
        return f"<{THIN}{level(LEAST_WRITTEN)}"
    return f"{number(100 * fraction, digits)}{THIN}%"


def level(fraction: float) -> str:
    """A level that someone chose, every digit of it and no more: 5 %, not 5.00 %.

    >>> level(0.05).replace(THIN, " ")
    '5 %'
    """
    return f"{100 * fraction:g}{THIN}%"


def change(ratio: float | None, digits: int = 2) -> str:
    """What a ratio of after to before says: a signed percentage, or a multiple from 3 on.

    >>> change(1.25).replace(THIN, " "), change(0.5).replace(THIN, " "), change(12.0).replace(THIN, " ")
    ('+25 %', '−50 %', '× 12')
    """
    if ratio is None or not math.isfinite(ratio) or ratio < 0:
        return NOTHING
    if ratio >= TIMES_FROM:
        return f"×{THIN}{number(ratio, digits)}"
    if abs(ratio - 1) < NO_CHANGE:
        return "0" + THIN + "%"
    return ("+" if ratio > 1 else "") + percent(ratio - 1, digits)


def counted(value: float, singular: str, plural: str | None = None) -> str:
    """A count with its noun.

    >>> counted(1, "round"), counted(3, "round"), counted(2, "country", "countries")
    ('1 round', '3 rounds', '2 countries')
    """
    return f"{count(value)} {singular if value == 1 else plural or singular + 's'}"


def money_unit(currency: str, values: Iterable[float]) -> tuple[float, str]:
    """The factor and the unit in which amounts given in `currency` are easiest to read.

    Amounts in million dollars become dollars for a person and billion dollars for a nation.

    >>> money_unit("million USD", [0.03]), money_unit("million USD", [2.5e6]), money_unit("credits", [5e4])
    ((1000000.0, 'USD'), (0.001, 'billion USD'), (1.0, 'credits'))
    """
    word, _, rest = currency.partition(" ")
    held = MULTIPLES.get(word, 1.0)
    unit = rest if word in MULTIPLES else currency
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0) * held
    fitting = [(size, name) for name, size in MULTIPLES.items() if largest >= 1000 * size and size > 1e3]
    size, name = fitting[-1] if fitting else (1.0, "")
    return held / size, f"{name} {unit}".strip()


def listed(words: list[str], last: str = " and ") -> str:
    """Words as a list in a sentence; `last` stands before the last of them.

    >>> listed(["bread", "milk", "tools"])
    'bread, milk and tools'
    """
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1] if words else ""
