"""What a claim of the claims book is: a quotation, an experiment, and a threshold fixed before it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Verdict = Literal["holds", "fails", "holds only if"]
Measured = Mapping[str, float]
Samples = Mapping[str, npt.NDArray[np.float64]]
"""Each measured number of all runs: [run]."""


@dataclass(frozen=True)
class Judgement:
    """What an experiment says of a claim, and the sentence that a member of an assembly would be told."""

    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Claim:
    """A testable claim: who said it, what would follow from it, how it is tried, and when it would be false.

    `measured` runs the experiment with one seed and returns named numbers, of which `value` is the
    headline; `judge` sees the numbers of all runs and applies the threshold, which stands here in
    words (`falsified_if`) and as a number (`threshold`, in `unit`).
    """

    id: str
    quote: str
    source: str
    hypothesis: str
    experiment: str
    measure: str
    unit: str
    threshold: float
    falsified_if: str
    runs: int
    measured: Callable[[int], Measured]
    judge: Callable[[Samples], Judgement]
    remarks: str = ""
