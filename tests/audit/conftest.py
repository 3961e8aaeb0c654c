"""Books on both engines, as for the tests of the service; and in a file, where the engine does not matter."""

import shutil

import pytest

from service.conftest import books, embedded, postgresql, using

__all__ = ["books", "embedded", "postgresql"]


@pytest.fixture
def books_in_a_file(embedded, tmp_path):
    """Empty books on SQLite; their file."""
    file = shutil.copy(embedded, tmp_path / "books.sqlite3")
    with using(f"sqlite:///{file}"):
        yield file
