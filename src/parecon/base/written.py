"""How results are written: tables in Parquet, and JSON that any program can read."""

from __future__ import annotations

import json
import math
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def write_table(table: pl.DataFrame, file: Path) -> None:
    """Writes a table through memory, so that a full disk is the error of the disk and not of the format."""
    held = BytesIO()
    table.write_parquet(held)
    file.write_bytes(held.getbuffer())


def as_json(value: Any, indent: int | None = None) -> str:
    """Valid JSON: a number that is none (not a number, infinite) is written null.

    >>> as_json({"worst_imbalance": [2.0, float("nan")]})
    '{"worst_imbalance": [2.0, null]}'
    """
    return json.dumps(_finite(value), indent=indent, allow_nan=False, ensure_ascii=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
