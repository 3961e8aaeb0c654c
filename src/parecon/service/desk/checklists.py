"""What an inspection looks at, for each kind of good: a few questions that anybody at a desk can answer.

The answers are kept with the quote, so that whoever brought the thing reads what was found. They do not make
the grade: the person who inspects does, and the law makes the offer of it.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

ANSWERS = (_("yes"), _("no"), _("not tried"))

COMPLETE = _("Is everything there that belongs to it?")
CLEAN = _("Is it clean?")
WORKS = _("Does it do what it is for?")
ELECTRICAL = _("Are plug, cable and housing whole?")
SAFE = _("Can it be used without danger?")
ERASED = _("Are all personal data erased and accounts signed out?")
PAPERS = _("Are its papers there?")

GENERAL = (COMPLETE, CLEAN, WORKS, SAFE)
VEHICLE = (PAPERS, _("Does it start and drive?"), _("Do brakes, lights and steering work?"),
           _("Is it free of rust that weakens it?"), _("Is its inspection by the authorities still valid?"))
ELECTRIC = (ELECTRICAL, WORKS, COMPLETE, CLEAN)
WITH_DATA = (ERASED, _("Does it start and charge?"), _("Are screen and housing whole?"), _("Does the battery last?"))

QUESTIONS = {
    "cars": VEHICLE,
    "vans": VEHICLE,
    "motorcycles": VEHICLE,
    "campers": (PAPERS, _("Is it dry inside?"), _("Do brakes, lights and coupling work?"), _("Is the gas tight?"),
                CLEAN),
    "bicycles": (_("Do both brakes work?"), _("Are frame and fork straight and free of cracks?"),
                 _("Do wheels run true and gears change?"), _("Do the lights work?"),
                 _("Does the frame number belong to whoever brings it?")),
    "furniture": (_("Does it stand firm?"), _("Is it free of woodworm, mould and bedbugs?"),
                  _("Are covers and surfaces whole?"), COMPLETE),
    "major-appliances": (ELECTRICAL, _("Does a whole programme or an hour's run work?"),
                         _("Are doors and seals tight?"), CLEAN),
    "small-appliances": ELECTRIC,
    "tools": (WORKS, SAFE, _("Are blades, guards and cables whole?"), COMPLETE),
    "televisions": (ELECTRICAL, _("Is the picture whole?"), _("Is there sound?"), COMPLETE),
    "stereos": (ELECTRICAL, _("Is there sound on all channels?"), COMPLETE, CLEAN),
    "computers": WITH_DATA,
    "telephones": WITH_DATA,
    "cameras": (_("Does it take a picture?"), _("Are lenses free of scratches and fungus?"), ERASED, COMPLETE),
    "sports": (COMPLETE, SAFE, CLEAN),
    "instruments": (_("Do all notes sound?"), _("Are body and moving parts whole?"), COMPLETE),
}


def questions(code: str) -> tuple[str, ...]:
    """What is asked of a good, as it is kept with the findings: in English; pages show it in the reader's language.

    >>> questions("boats")[:2]
    ('Is everything there that belongs to it?', 'Is it clean?')
    """
    return QUESTIONS.get(code, GENERAL)
