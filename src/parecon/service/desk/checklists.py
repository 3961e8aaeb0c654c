"""What an inspection looks at, for each kind of good: a few questions that anybody at a desk can answer.

The answers are kept with the quote, so that whoever brought the thing reads what was found. They do not make
the grade: the person who inspects does, and the law makes the offer of it. But what is dangerous, or not theirs who
bring it, is not taken in.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

ANSWERS = (_("yes"), _("no"), _("not tried"))

COMPLETE = _("Is everything there that belongs to it?")
CLEAN = _("Is it clean?")
WORKS = _("Does it do what it is for?")
ELECTRICAL = _("Are plug, cable and housing whole?")
SAFE = _("Can it be used without danger?")
ERASED = _("Are all personal data erased and accounts signed out?")
PAPERS = _("Are its papers there?")

BRAKES, FRAME = _("Do both brakes work?"), _("Are frame and fork straight and free of cracks?")
THEIRS = _("Does the frame number belong to whoever brings it?")
DRIVES, TOWS = _("Do brakes, lights and steering work?"), _("Do brakes, lights and coupling work?")
GAS = _("Is the gas tight?")
GUARDS = _("Are blades, guards and cables whole?")

GENERAL = (COMPLETE, CLEAN, WORKS, SAFE)
VEHICLE = (PAPERS, _("Does it start and drive?"), DRIVES,
           _("Is it free of rust that weakens it?"), _("Is its inspection by the authorities still valid?"))
ELECTRIC = (ELECTRICAL, WORKS, COMPLETE, CLEAN)
WITH_DATA = (ERASED, _("Does it start and charge?"), _("Are screen and housing whole?"), _("Does the battery last?"))

QUESTIONS = {
    "cars": VEHICLE,
    "vans": VEHICLE,
    "motorcycles": VEHICLE,
    "campers": (PAPERS, _("Is it dry inside?"), TOWS, GAS, CLEAN),
    "bicycles": (BRAKES, FRAME, _("Do wheels run true and gears change?"), _("Do the lights work?"), THEIRS),
    "furniture": (_("Does it stand firm?"), _("Is it free of woodworm, mould and bedbugs?"),
                  _("Are covers and surfaces whole?"), COMPLETE),
    "major-appliances": (ELECTRICAL, _("Does a whole programme or an hour's run work?"),
                         _("Are doors and seals tight?"), CLEAN),
    "small-appliances": ELECTRIC,
    "tools": (WORKS, SAFE, GUARDS, COMPLETE),
    "televisions": (ELECTRICAL, _("Is the picture whole?"), _("Is there sound?"), COMPLETE),
    "stereos": (ELECTRICAL, _("Is there sound on all channels?"), COMPLETE, CLEAN),
    "computers": WITH_DATA,
    "telephones": WITH_DATA,
    "cameras": (_("Does it take a picture?"), _("Are lenses free of scratches and fungus?"), ERASED, COMPLETE),
    "sports": (COMPLETE, SAFE, CLEAN),
    "instruments": (_("Do all notes sound?"), _("Are body and moving parts whole?"), COMPLETE),
}
BARRED = frozenset({SAFE, ELECTRICAL, BRAKES, FRAME, THEIRS, DRIVES, TOWS, GAS, GUARDS})
"""What is answered with no here is not taken in, however good it looks."""


def barred(findings: Iterable[tuple[str, str]]) -> bool:
    """Whether an inspection found something for which a thing is not taken in.

    >>> barred([(CLEAN, "no"), (BRAKES, "yes")]), barred([(BRAKES, "no")])
    (False, True)
    """
    return any(question in BARRED and answer == "no" for question, answer in findings)


def questions(code: str) -> tuple[str, ...]:
    """What is asked of a good, as it is kept with the findings: in English; pages show it in the reader's language.

    >>> questions("boats")[:2]
    ('Is everything there that belongs to it?', 'Is it clean?')
    """
    return QUESTIONS.get(code, GENERAL)
