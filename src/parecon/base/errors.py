"""Bad input, said in one line: which file, where in it, what was found, what was expected; and books that broke."""

from __future__ import annotations

MOST_LETTERS = 200  # of what was found, that a complaint repeats


class BrokenIdentity(AssertionError):
    """Money, items or people that appeared or vanished: whatever runs stops, writes nothing more and names them."""


class BadInput(ValueError):
    """A file or a setting that cannot be used, with the four facts that let a person mend it.

    `source` is the file (or the name of the setting), `place` where in it (a line, a column, a
    council), `found` what stands there and `expected` what should. Commands print it as one line
    and exit with code 2.

    >>> print(BadInput("economy.toml", "goods.csv row 3", "price -1", "a number above 0"))
    economy.toml: goods.csv row 3: found price -1, expected a number above 0
    """

    def __init__(self, source: object, place: str, found: object, expected: str) -> None:
        self.source, self.place, self.found, self.expected = str(source), place, str(found), expected
        where = f"{source}: " if self.source != "." else ""  # the file itself is named in the place
        said = f"{where}{place}: found {self.found[:MOST_LETTERS]}, expected {expected}"
        super().__init__(" ".join(said.splitlines()))  # whatever stands in the file, the complaint is one line

    def __reduce__(self) -> tuple[type[BadInput], tuple[str, str, str, str]]:
        return type(self), (self.source, self.place, self.found, self.expected)  # so that it can cross processes

    def within(self, source: object) -> BadInput:
        """The same complaint, with the file it came from in front."""
        return BadInput(source, self.place, self.found, self.expected)
