"""A federation with a register: six members, each a household; a registrar and a clerk of other households."""

from parecon.service.clock import begin_us, date_of
from parecon.service.desk.models import Federation
from parecon.service.ledger import commands as ledger
from parecon.service.ledger.models import Balance
from parecon.service.people.models import (
    Affiliation,
    Council,
    CouncilKind,
    Household,
    Mandate,
    Member,
    Residence,
    Role,
)
from parecon.service.people.policy import Actor
from parecon.service.register import closing
from parecon.service.register.commands import Classify, Enter, classify, enter

MONTH = 300  # January 2025
DAY_ONE = begin_us(MONTH)
LATER = begin_us(MONTH + 1200)
START_MCR = 8000
PERSONAL, TRADED, PIECE = 1, 2, 3  # kinds, one of each class


class Town:
    """Who there is, and short ways to act."""

    def __init__(self, members=6, start_mcr=START_MCR, **law):
        federation = Council.objects.create(code="all", name="All", kind=CouncilKind.FEDERATION, party="c-all")
        society, exchange = (ledger.open_account(f"found/{kind.name}", "c-all", kind, None, 1).number
                             for kind in (ledger.Kind.SOCIETY, ledger.Kind.EXCHANGE))
        self.federation = Federation.objects.create(
            pk=1, name="All", council=federation, society_account=society, exchange_account=exchange,
            changes={"secondhand.collectables": {"least_reverting_mcr": 200} | law})
        self.council = Council.objects.create(code="elm", name="Elm", party="c-elm")
        Affiliation.objects.create(council=self.council, parent=federation, from_on=date_of(0))
        self.account, self.acts = {}, 0
        self.members = [self.member(f"m{row}", start_mcr) for row in range(members)]
        self.registrar, self.clerk = self.member("registrar", 0), self.member("clerk", 0)
        for member, role in ((self.registrar, Role.REGISTRAR), (self.clerk, Role.CLERK)):
            Mandate.objects.create(member=member, council=federation, role=role, from_us=0, until_us=LATER,
                                   given_by="p-x")

    def member(self, name, start_mcr):
        household = Household.objects.create(party=f"h-{name}", name=name)
        Residence.objects.create(household=household, council=self.council, from_on=date_of(0))
        number = ledger.open_account(f"open/{name}", household.party, ledger.Kind.MEMBER, 0, 1).number
        self.account[name] = number
        if start_mcr:
            ledger.post(f"start/{name}", self.federation.society_account, number, start_mcr, 1, 1)
        return Member.objects.create(party=f"p-{name}", card=name.upper(), name=name, household=household,
                                     joined_on=date_of(0))

    def act(self):
        """A new name for an act."""
        self.acts += 1
        return f"act-{self.acts}"

    def own(self, row, month=MONTH):
        """A member who acts alone."""
        return Actor(self.members[row], begin_us(month))

    def at_desk(self, row, month=MONTH):
        """The registrar, with the card of a member on the desk."""
        return Actor(self.registrar, begin_us(month), self.members[row])

    def keeper(self, month=MONTH):
        """The registrar alone."""
        return Actor(self.registrar, begin_us(month))

    def kinds(self, schedule=(0, 1000, 5000), museum=(0, 0, 9000)):
        """A kind of each class: personal, traded, museum piece."""
        answers = classify([Classify(self.act(), name, "", *amounts, 0, 0) for name, *amounts in
                            zip(("letters", "stamps", "paintings"), schedule, museum, strict=True)], self.keeper())
        return [answer.number for answer in answers]

    def entered(self, row, kind, paid=1000, month=MONTH):
        """A thing of a member on the register, by its number."""
        [answer] = enter([Enter(self.act(), kind, "a thing", "", paid)], self.at_desk(row, month))
        assert answer.done, answer
        return answer.number

    def closed(self, month):
        """A month closed as it is shown."""
        shown = closing.preview(month)
        act = closing.CloseMonth(self.act(), month, shown.mark)
        return shown, closing.close_month([act], self.keeper(month + 1))[0]

    def balance(self, name):
        """What a member has."""
        return Balance.objects.get(account_id=self.account[name]).posted_mcr


def shelf_mcr():
    """What stands on the account of the federation's shelf."""
    return Balance.objects.filter(account__party="collectables").values_list("posted_mcr", flat=True).first() or 0
