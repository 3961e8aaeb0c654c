"""Clojure text as Python values: enough of the reader to take in data written as literals."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import numpy as np

from parecon.base.errors import BadInput

MOST_BYTES = 4 * 2**30
MOST_RATIO, RATIO_FLOOR_BYTES = 100, 64 * 2**20  # numbers written as text shrink 2 to 3 times, not 100
CHUNK_BYTES = 2**20
PARTNER = {"[": "]", "(": ")", "{": "}", "#{": "}", "#(": ")"}
DISCARD = object()
NUMBERS, NUMBER, OPENING, CLOSING, DISCARDING, PASSED_OVER, TEXT, WORD, OTHER = range(1, 10)  # groups of TOKEN
TOKEN = re.compile(r"""[\s,]*+(?:
    ([\[(][-+\d.eE\s,]*+[\])])             # 1 a flat list of numbers
  | ([-+]?\.?\d[^\s,;()\[\]{}"]*+)         # 2 a number
  | (\#?[\[({])                            # 3 an opening bracket
  | ([\])}])                               # 4 a closing bracket
  | (\#_|\#?\^)                            # 5 the next form does not count: #_ and metadata
  | (;[^\n]*+|['`~@]|\#[A-Za-z][^\s,;()\[\]{}"]*+|\#)   # 6 comments, quotes, tags: passed over
  | ("(?:[^"\\]|\\.)*+")                   # 7 a text
  | ((?:\\.|[^\s,;()\[\]{}"'`~@^\#\\])[^\s,;()\[\]{}"]*+)   # 8 a keyword, symbol or letter
  | (.)                                    # 9 anything else
)""", re.VERBOSE | re.DOTALL)


@dataclass(slots=True)
class Map:
    """A map of the file: its entries by keyword, and where it begins."""

    entries: dict[str, Any]
    offset: int


def read_forms(source: object, text: str) -> list[Any]:
    """The forms of a text: maps, lists, columns (flat lists of numbers), floats, and words as they stand.

    Raises BadInput, with the line, where brackets or quotes do not pair.

    >>> read_forms("example", "(def prices [1 2.5]) #_ [passed over]")
    [['def', 'prices', array([1. , 2.5])]]
    """
    top: list[Any] = []
    frames = [("", 0, top)]
    for token in TOKEN.finditer(text):
        group = token.lastindex
        if group is None or group == PASSED_OVER:
            continue
        if group == OPENING:
            frames.append((token[OPENING], token.start(OPENING), []))
            continue
        form = _form(source, text, frames, token, group)
        items = frames[-1][2]
        if items and items[-1] is DISCARD and form is not DISCARD:
            items.pop()
        else:
            items.append(form)
    if len(frames) > 1:
        opening, offset, _ = frames[-1]
        raise BadInput(source, line(text, offset), f"{opening} that is never closed", f"a matching {PARTNER[opening]}")
    return top


def _form(source: object, text: str, frames: list[tuple[str, int, list[Any]]], token: re.Match[str],
          group: int) -> Any:
    """The form that a token is or ends."""
    if group == WORD:
        return token[WORD]
    if group == NUMBERS:
        return _column(source, text, token)
    if group == NUMBER:
        return _number(source, text, token)
    if group == CLOSING:
        return _closed(source, text, frames, token)
    if group == DISCARDING:
        return DISCARD
    if group == TEXT:
        return token[TEXT]
    raise BadInput(source, line(text, token.start(group)), token[group], "Clojure data; a quote may not be closed")


def line(text: str, offset: int) -> str:
    """The place of an offset, as a person counts lines."""
    return f"line {text.count(chr(10), 0, offset) + 1}"


def _column(source: object, text: str, token: re.Match[str]) -> Any:
    form = token[NUMBERS]
    if PARTNER[form[0]] != form[-1]:
        raise BadInput(source, line(text, token.end() - 1), form[-1], f"{PARTNER[form[0]]}")
    try:
        return np.array([float(number) for number in form[1:-1].replace(",", " ").split()])
    except ValueError as error:
        found = str(error).split(":")[-1].strip()
        raise BadInput(source, line(text, token.start(NUMBERS)), found, "a number") from None


def _number(source: object, text: str, token: re.Match[str]) -> float:
    word = token[NUMBER].rstrip("MN")
    try:
        return float(Fraction(word)) if "/" in word else float(word)
    except (ValueError, ZeroDivisionError):
        raise BadInput(source, line(text, token.start(NUMBER)), token[NUMBER], "a number") from None


def _closed(source: object, text: str, frames: list[tuple[str, int, list[Any]]], token: re.Match[str]) -> Any:
    """The list or map that a closing bracket ends."""
    opening, offset, items = frames[-1]
    if PARTNER.get(opening) != token[CLOSING]:
        expected = f"{PARTNER[opening]} for the {opening} of {line(text, offset)}" if opening else "no closing bracket"
        raise BadInput(source, line(text, token.start(CLOSING)), token[CLOSING], expected)
    frames.pop()
    if opening != "{":
        return items
    if len(items) % 2:
        raise BadInput(source, line(text, offset), f"a map of {len(items)} forms", "keys and values in pairs")
    pairs = zip(items[::2], items[1::2], strict=True)
    return Map({key: value for key, value in pairs if isinstance(key, str)}, offset)


def read_text(path: Path) -> str:
    """The text of a file, unpacked if its name ends in .gz.

    Raises BadInput for a file that breaks off, that is no UTF-8, or that unpacks into far more than
    any economy (a file of some kilobytes could otherwise fill the memory).
    """
    packed = path.name.endswith(".gz")
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            raw = _read_capped(path, stream, path.stat().st_size)  # type: ignore[arg-type]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(path, "the file", str(error), "a whole gzip file") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"line {1 + raw.count(10, 0, error.start)}"
        raise BadInput(path, place, f"byte 0x{raw[error.start]:02x}", "text in UTF-8") from None


def _read_capped(path: Path, stream: IO[bytes], size_bytes: int) -> bytearray:
    raw = bytearray()
    while chunk := stream.read(CHUNK_BYTES):
        raw += chunk
        refuse_bomb(path, "the file", len(raw), size_bytes)
    return raw


def refuse_bomb(source: object, place: str, unpacked_bytes: int, packed_bytes: int) -> None:
    """Raise BadInput when a packed file unpacks into more than it can honestly hold."""
    if unpacked_bytes > MOST_BYTES:
        raise BadInput(source, place, f"over {unpacked_bytes} bytes unpacked", f"at most {MOST_BYTES}")
    if unpacked_bytes > RATIO_FLOOR_BYTES and unpacked_bytes > MOST_RATIO * packed_bytes:
        raise BadInput(source, place, f"{packed_bytes} bytes that unpack into over {unpacked_bytes}",
                       f"at most {MOST_RATIO} times as much, as of text")
