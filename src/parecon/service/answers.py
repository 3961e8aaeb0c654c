"""What comes of a command, and the sentence for the person who gave it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from parecon.secondhand import acts as exchange
from parecon.secondhand.collectables import acts as collectables
from parecon.secondhand.parks import acts as parks
from parecon.service.ledger import law as ledger


class Refusal(IntEnum):
    """Why a command of people and desks is not carried out, beside what the institutions' own laws say."""

    ACCEPTED = 0
    NOT_ALLOWED = 1
    NO_SUCH_THING = 2
    NOT_NOW = 3
    NAME_TAKEN = 4
    OTHERS_WAIT = 5
    TOO_FAR = 6
    OVER = 7
    BAD_FORM = 8
    NOT_BY_ONESELF = 9
    STILL_OPEN = 10
    NOT_AS_SHOWN = 11
    A_CIRCLE = 12
    THINGS_LEFT = 13
    CREDITS_LEFT = 14
    LAST_ORGANISER = 15
    NO_PICTURE = 16
    NOT_SAFE = 17
    NO_CARD = 18
    ELSEWHERE = 19


SENTENCES = {
    Refusal.ACCEPTED: "done",
    Refusal.NOT_ALLOWED: "this needs a mandate that you do not have here",
    Refusal.NO_SUCH_THING: "there is no such thing, or it is not yours to see",
    Refusal.NOT_NOW: "this cannot be done as things stand now",
    Refusal.NAME_TAKEN: "this form was sent before with other content; please begin with a new one",
    Refusal.OTHERS_WAIT: "others have waited longer for this one; you can ask for one of its kind and wait with them",
    Refusal.TOO_FAR: "carrying it here would cost more than the exchange pays for a thing of this worth",
    Refusal.OVER: "the time for this is over",
    Refusal.BAD_FORM: "something in the form cannot be",
    Refusal.NOT_BY_ONESELF: "somebody else must do this: nobody decides over what is their own or what they found",
    Refusal.STILL_OPEN: "what comes before this is not closed yet, or its time is not over",
    Refusal.NOT_AS_SHOWN: "something has happened since this was shown; please look at it again",
    Refusal.A_CIRCLE: "a council would belong to itself",
    Refusal.THINGS_LEFT: "first take back what lies at a desk, pass collectables on, withdraw requests and leave parks",
    Refusal.CREDITS_LEFT: "first bring the household's account to 0: spend what is there, or pay what is owed",
    Refusal.LAST_ORGANISER: "nobody could organise here any more; first give somebody else a mandate as organiser",
    Refusal.NOT_SAFE: "what is not safe, or not theirs who bring it, is of the last condition",
    Refusal.NO_CARD: "it is a member's own: put their card on the desk, so that both names stand on the record",
    Refusal.ELSEWHERE: "the household belongs to another park; it leaves that one first",
    Refusal.NO_PICTURE: "this file is not a picture that can be read; please choose a JPEG, PNG or WebP",
}
OF_LAWS: dict[type[IntEnum], Mapping[Any, str]] = {
    Refusal: SENTENCES, ledger.Refusal: ledger.SENTENCES, exchange.Refusal: exchange.SENTENCES,
    collectables.Refusal: collectables.SENTENCES, parks.Refusal: parks.SENTENCES,
}


class Answer(NamedTuple):
    """What came of a command: 0 or why not; the number of what it made or changed; whether it was done before."""

    reason: IntEnum
    number: int = 0
    again: bool = False

    @property
    def done(self) -> bool:
        """Whether it is done, now or before."""
        return self.reason == 0

    @property
    def sentence(self) -> str:
        """For the person who asked.

        >>> Answer(Refusal.ACCEPTED, 7, again=True).sentence, Answer(Refusal.NOT_NOW).sentence[:17]
        ('already done', 'this cannot be do')
        """
        return "already done" if self.again else OF_LAWS[type(self.reason)][self.reason]
