"""The economies that come with the program: what each is, and how large, known without loading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Bundled:
    """A bundled economy in one sentence, with its counts of councils and goods, and where its data are."""

    name: str
    sentence: str
    worker_councils: int
    consumer_councils: int
    goods: int
    folder: Path


BUNDLED = (
    Bundled("village", "A village of twelve workplaces and three wards, small enough to check by hand.",
            12, 3, 14, DATA / "village"),
    Bundled("us-2017-71", "The United States in 2017: 70 sectors and public works, and five fifths of households.",
            71, 5, 81, DATA / "us"),
    Bundled("us-2017-402", "The United States in 2017 in more detail: 400 sectors and public works.",
            401, 5, 411, DATA / "us"),
    Bundled("us-2017-402-establishments", "The United States in 2017 with a council for every workplace, drawn by lot.",
            9_587_395, 5000, 411, DATA / "us"),
    Bundled("us-2017-fair",
            "The United States in 2017 with equal household incomes and a fifth fewer permits for greenhouse gas.",
            71, 5, 81, DATA / "us-2017-fair"),
)
BY_NAME = {entry.name: entry for entry in BUNDLED}
