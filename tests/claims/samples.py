"""What an experiment measures from several seeds, as it is and as it might have been."""

from __future__ import annotations

import numpy as np

from parecon.claims.claim import Claim, Samples


def samples(claim: Claim, seeds: int = 3) -> dict[str, np.ndarray]:
    runs = [claim.measured(seed) for seed in range(1, 1 + seeds)]
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


def but(found: Samples, **other: float) -> dict[str, np.ndarray]:
    return dict(found) | {name: np.full_like(found[name], value) for name, value in other.items()}
