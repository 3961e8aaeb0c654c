"""What can be done about people and councils. Nothing else writes to their tables.

Each command takes acts and who asks, is one short transaction, and answers each act with data: see answers.py.
Every act that is done is on the record with both pseudonyms, and is done once: see record.py.
"""

from parecon.service.people.councils import (
    EndOfAffiliation,
    NewAffiliation,
    NewCouncil,
    add_councils,
    affiliate,
    end_affiliations,
)
from parecon.service.people.export import about
from parecon.service.people.founding import FirstOrganiser, add_first_organiser, appoint
from parecon.service.people.households import NewHousehold, NewMember, Person, add_households, add_members
from parecon.service.people.invitations import Invite, Invited, change_password, invite, redeem
from parecon.service.people.mandates import NewMandate, Recall, end_mandates, give_mandates
from parecon.service.people.members import Describe, Erase, describe, erase
from parecon.service.people.moving import Join, Leave, Move, join_households, leave_households, move_house

__all__ = [
    "Describe", "EndOfAffiliation", "Erase", "FirstOrganiser", "Invite", "Invited", "Join", "Leave", "Move",
    "NewAffiliation", "NewCouncil", "NewHousehold", "NewMandate", "NewMember", "Person", "Recall", "about",
    "add_councils", "add_first_organiser", "add_households", "add_members", "affiliate", "appoint",
    "change_password", "describe", "end_affiliations", "end_mandates", "erase", "give_mandates", "invite",
    "join_households", "leave_households", "move_house", "redeem",
]
