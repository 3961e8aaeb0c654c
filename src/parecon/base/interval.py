"""How sure a mean over seeds is: its interval, made from the runs alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parecon.base.lots import lots

CONFIDENCE = 0.95
RESAMPLES = 10_000
ENOUGH = 15  # runs: with fewer, resampling says too little of what was not seen
HOW = ("95 % interval of the mean over seeds: expanded percentile bootstrap, 10,000 resamples drawn with a fixed seed "
       "(Hesterberg 2015); Student's t below 15 seeds")


def interval(values: Sequence[float] | npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """The mean of one number over all runs, and the ends of its 95 % interval: value, low, high.

    Runs are drawn again and again, with replacement, from those there are; the means of these draws say
    how far the mean may be off (percentile bootstrap). Unlike Student's t the interval never leaves the
    range of the runs (a share stays a share, what is exactly 0 in every run stays exactly 0) and leans to
    the side to which the runs lean. With few runs the plain percentiles are too narrow, so wider ones are
    taken: those that would give Student's interval if the runs were normal ("expanded percentile").
    The draws have a fixed seed: the same runs, the same interval. Below 15 runs the resampled means say too
    little of what was not seen, and Student's t is taken. Values must be finite, one or more.

    Source: Hesterberg (2015), What teachers should know about the bootstrap, The American Statistician 69:371-386.

    >>> value, low, high = interval([1.0, 2.0, 3.0, 4.0])
    >>> value, round(low, 2), round(high, 2)
    (2.5, 0.45, 4.55)
    >>> interval([0.0] * 20)
    (0.0, 0.0, 0.0)
    """
    runs = np.asarray(values, np.float64)
    assert runs.size, "an interval needs a run"
    assert np.isfinite(runs).all(), "an interval needs finite numbers"
    value = float(runs.mean())
    if runs.min() == runs.max():
        return float(runs[0]), float(runs[0]), float(runs[0])
    if runs.size < ENOUGH:
        return _students(runs)
    drawn = lots(1, "claims interval").integers(0, runs.size, size=(RESAMPLES, runs.size))
    low, high = np.quantile(runs[drawn].mean(axis=1), _levels(runs.size))
    return value, float(low), float(high)


def _students(runs: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """The mean and its interval if runs are about normal."""
    from scipy.special import stdtrit

    value = float(runs.mean())
    half = float(-stdtrit(runs.size - 1, (1 - CONFIDENCE) / 2) * runs.std(ddof=1) / np.sqrt(runs.size))
    return value, value - half, value + half


def _levels(runs: int) -> tuple[float, float]:
    """Which percentiles of the resampled means to take."""
    from scipy.special import ndtr, stdtrit

    tail = (1 - CONFIDENCE) / 2
    wider = float(ndtr(stdtrit(runs - 1, tail) * np.sqrt(runs / (runs - 1))))
    return wider, 1 - wider
