"""The examples in README.md and docs/ are run as tests (see tests/documents.py); those in the source as doctests."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from documents import back_again, consoles, files, in_an_empty_folder

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), files, consoles], patterns=["README.md", "docs/*.md"],
    setup=in_an_empty_folder, teardown=back_again).pytest()
