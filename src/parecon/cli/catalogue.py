"""`parecon list`: what can be planned, and by which rules."""

from __future__ import annotations

from parecon.cli import DONE


def catalogue() -> int:
    """List the bundled economies, with their counts of councils and goods, and the board's price rules."""
    from parecon.economy.bundled import BUNDLED
    from parecon.planning.rules import RULES

    print("Economies (worker councils, consumer councils, goods):")
    for each in BUNDLED:
        counts = f"{each.worker_councils:,}, {each.consumer_councils:,}, {each.goods:,}"
        print(f"  {each.name} ({counts})\n    {each.sentence}")
    print("\nPrice rules (--rule, --beside):")
    for name, sentence in RULES.items():
        print(f"  {name:<14}{sentence}")
    return DONE
