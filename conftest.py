"""The examples in README.md and docs/ are run as tests (see tests/documents.py); those in the source as doctests."""

import os

import django
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from documents import back_again, consoles, files, in_an_empty_folder

os.environ["DJANGO_SETTINGS_MODULE"] = "parecon.service.settings"
os.environ["SECRET_KEY"] = "of tests alone, so that none is kept in a file"  # noqa: S105
django.setup()  # models can be looked at only after it; no database is opened

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), files, consoles], patterns=["README.md", "docs/*.md"],
    setup=in_an_empty_folder, teardown=back_again).pytest()
