"""Collectables: old things that collectors value, which the federation lets pass on without letting anyone gain.

Each thing on the register is personal (no price, it stays in the family), traded, or a museum piece (worth
more to the many who would see it than to any one collector). The federation buys back at no more than the
holder paid. If more want a thing than there are, its price rises until as many want it as there are, and the
difference goes to all alike. At a collector's death whatever commands a substantial price reverts to society;
relatives may take it first, at the price anyone else would pay. Gifts shortly before death revert as well,
if the law looks back that far.

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022, last paragraphs of the article and the
third paragraph of the second reply. What the text leaves open is a choice in law.toml.
"""
