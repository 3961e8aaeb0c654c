"""`python -m parecon.service COMMAND`: Django's commands for this service, such as `migrate` and `ledger_verify`."""

import os
import sys

from django.core.management import execute_from_command_line

from parecon.base.errors import BadInput

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parecon.service.settings")
try:
    execute_from_command_line(["parecon.service", *sys.argv[1:]])
except BadInput as error:
    sys.exit(str(error))
