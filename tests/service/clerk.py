"""Serves at a desk until it is killed, and says after each act that it is done: its name and what it was."""

import json
import sys
from itertools import count

import django


def commands():
    """Each kind of act: how it is done, what it is made of, and who does it."""
    from parecon.service.desk import intake, offers, requests

    return {"announce": (intake.announce, intake.Announce, "Ana"), "hand-in": (intake.hand_in, intake.HandIn, "Cleo"),
            "inspect": (offers.inspect, offers.Inspect, "Cleo"), "accept": (offers.accept, offers.Accept, "Ana"),
            "ask": (requests.ask, requests.Ask, "Ben"), "hand-over": (requests.hand_over, requests.HandOver, "Cleo")}


def act(kind, row):
    """Does an act, by who does such acts in the town of `page_town`; its answer."""
    from parecon.service.clock import now_us
    from parecon.service.people.models import Member
    from parecon.service.people.policy import Actor

    command, made, who = commands()[kind]
    member = Member.objects.select_related("household").get(name=who)
    row = [tuple(each) if isinstance(each, list) else each for each in row]
    return command([made(*row)], Actor(member, now_us()))[0]


def told(kind, *row):
    """Does an act and says so; the number of what it made."""
    answer = act(kind, row)
    assert answer.done, answer
    print(json.dumps([kind, row]), flush=True)
    return answer.number


def main(name):
    """Bicycles brought, taken in and passed on, one after the other."""
    from parecon.service.clock import month_of, now_us
    from parecon.service.desk.models import Quote, Store
    from parecon.service.people.models import Member

    north = Store.objects.get(council__code="north").pk
    ana, ben = (Member.objects.get(name=who).household_id for who in ("Ana", "Ben"))
    for turn in count():
        made, act_of = month_of(now_us()) - 12, f"{name}-{turn}"
        item = told("announce", f"{act_of}-announce", ana, 4, made, 1, north, "red bicycle")
        told("hand-in", f"{act_of}-hand-in", item, north)
        told("inspect", f"{act_of}-inspect", item, 1, made)
        told("accept", f"{act_of}-accept", Quote.objects.filter(item=item).latest("number").pk)
        asked = told("ask", f"{act_of}-ask", ben, 4, north, item)
        told("hand-over", f"{act_of}-hand-over", asked)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
