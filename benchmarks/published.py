"""The book's figures beside ours: means over twenty economies, with least and most.

python -m benchmarks.published
"""

from __future__ import annotations

import statistics

from tests.test_book_published import PUBLISHED, PUBLISHED_MEANS, SEEDS, two_years

PUBLISHED_MEAN = {
    ("book", "decreasing", "rounds to 5 %"): 11.85, ("book", "decreasing", "rounds to 3 %"): 19.2,
    ("book", "decreasing", "year two, rounds to 5 %"): 6.575, ("book", "decreasing", "growth, %"): 2.446,
    ("book", "increasing", "year two, rounds to 5 %"): 6.275, ("book", "increasing", "growth, %"): 1.860,
    ("small", "decreasing", "rounds to 5 %"): 11.18, ("small", "decreasing", "rounds to 3 %"): 19.26,
    ("small", "decreasing", "year two, rounds to 5 %"): 5.20,
    ("small", "increasing", "rounds to 5 %"): 8.54, ("small", "increasing", "rounds to 3 %"): 11.46,
} | {(size, returns, what): mean for size, returns, what, mean in PUBLISHED_MEANS}


def main() -> None:
    """Prints every published figure of one- and two-year experiments, and ours."""
    ranges = {(size, returns, what): f" [{least:g}, {most:g}]" for size, returns, what, least, most in PUBLISHED}
    print(f"{'economies, returns, what':<46}{'published':<24}ours, {len(SEEDS)} economies")
    for (size, returns, what), mean in PUBLISHED_MEAN.items():
        found = two_years(size, returns)[what]
        ours = f"{statistics.mean(found):.4g} [{min(found):.4g}, {max(found):.4g}]"
        published = f"{mean:g}{ranges.get((size, returns, what), '')}"
        print(f"{f'{size}, {returns}, {what}':<46}{published:<24}{ours}", flush=True)


if __name__ == "__main__":
    main()
