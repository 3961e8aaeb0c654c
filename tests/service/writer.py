"""Writes to the ledger until it is killed, and says after each act that it is done."""

import sys
from itertools import count

import django

if __name__ == "__main__":
    django.setup()
    from parecon.service.ledger import commands as ledger

    name, ana, ben, society = sys.argv[1], *map(int, sys.argv[2:])
    for row in count():
        assert not ledger.post(f"{name}:{row}", society, ana, 1000, 1, row).reason
        assert not ledger.hold(f"{name}:hold:{row}", ana, ben, 500, 1, row, row).reason
        assert not ledger.post_hold(f"{name}:paid:{row}", f"{name}:hold:{row}", row).reason
        print(f"{name}:paid:{row}", flush=True)
