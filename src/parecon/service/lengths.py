"""How long what people and programs write may be, in letters: the same on every page, in every list and table."""

ACT = 64
"""the name of an act"""
PARTY = 64
"""a pseudonym"""
NAME = 120
TITLE = 120
DESCRIPTION = 2000
WHY = 400
"""a reason, a note"""
