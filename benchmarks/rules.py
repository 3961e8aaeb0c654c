"""How many rounds each price rule takes on economies of the book's kind: a table of means.

python -m benchmarks.rules [--small SEEDS] [--book SEEDS] [--pollutant SEEDS]
"""

from __future__ import annotations

import argparse

import parecon
from parecon.planning.rules import RULES

SMALL = {"worker_councils": 3_000, "consumer_councils": 3_000, "kinds": 10}
SIZES: dict[str, dict[str, int]] = {
    "small": SMALL, "book": {"worker_councils": 30_000, "consumer_councils": 30_000, "kinds": 100},
    "pollutant": SMALL | {"pollutants": 1}}
LEVELS = ("0.10", "0.05", "0.03", "0.01")
MOST_ROUNDS = 100


def main() -> None:
    """Every rule on the same economies, each planned until 1 %, or for a hundred rounds at most."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=main.__doc__)
    asked.add_argument("--small", type=int, default=20, metavar="SEEDS", help="economies of 3,000 + 3,000 councils")
    asked.add_argument("--book", type=int, default=5, metavar="SEEDS", help="economies of 30,000 + 30,000 councils")
    asked.add_argument("--pollutant", type=int, default=5, metavar="SEEDS", help="small economies with one pollutant")
    options = vars(asked.parse_args())
    print("rounds to 10 / 5 / 3 / 1 %, means; in brackets least and most")
    for size, seeds in options.items():
        if seeds:
            print(f"\n{size}: {seeds} economies")
            economies = [parecon.book(**SIZES[size], seed=seed) for seed in range(1, seeds + 1)]
            for rule in RULES:
                print(f"  {rule:<14}{''.join(f'{each:<15}' for each in rounds(economies, rule))}".rstrip(), flush=True)


def rounds(economies: list[parecon.Economy], rule: str) -> list[str]:
    """Rounds to each level: mean with least and most, or in how many economies it was reached."""
    reached = [parecon.plan(economy, rule, threshold=0.01, max_rounds=MOST_ROUNDS).rounds_to() for economy in economies]
    return [_in_words([each[level] for each in reached]) for level in LEVELS]


def _in_words(counts: list[int | None]) -> str:
    some = [count for count in counts if count is not None]
    if len(some) < len(counts):
        return f"{len(some)} of {len(counts)}" if some else "none"
    return f"{sum(some) / len(some):.1f} [{min(some)}, {max(some)}]"


if __name__ == "__main__":
    main()
