"""`parecon list`: what can be planned, and by which rules."""

from __future__ import annotations

from parecon.cli import DONE


def catalogue() -> int:
    """List the bundled economies with their counts of councils and goods, price rules, and behaviours of councils."""
    from parecon.economy.bundled import BUNDLED
    from parecon.planning.round import BEHAVIOURS
    from parecon.planning.rules import RULES

    print("Economies (worker councils, consumer councils, goods):")
    for each in BUNDLED:
        counts = f"{each.worker_councils:,}, {each.consumer_councils:,}, {each.goods:,}"
        print(f"  {each.name} ({counts})\n    {each.sentence}")
    print("\nPrice rules (--rule, --beside):")
    for name, sentence in RULES.items():
        print(f"  {name:<14}{sentence}")
    print("\nBehaviours of worker councils (--behaviour):")
    for name, sentence in BEHAVIOURS.items():
        print(f"  {name:<14}{sentence}")
    return DONE
