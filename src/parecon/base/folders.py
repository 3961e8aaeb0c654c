"""Folders that appear whole or not at all, whatever stops the program while it writes.

What is to become `OUT` is made in `OUT.partial`, which is locked while a program works in it, and
gets its name in one step at the end. A program that is stopped leaves `OUT.partial` behind, with
whatever it keeps there to go on from; the lock goes with the program, even if that is killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from parecon.base.errors import BadInput

LOCK, MAKING = "lock", "making"
IN_USE = "another program that is writing it now"


class Taken(BadInput):
    """A name that something else has, so that another one is needed."""


def partial_of(out: Path) -> Path:
    """Where a folder is made before it gets its name.

    >>> partial_of(Path("runs/village")).as_posix()
    'runs/village.partial'
    """
    return out.with_name(out.name + ".partial")


@contextmanager
def claimed(out: Path) -> Iterator[Path]:
    """The folder `OUT.partial`, made if need be, and for no other program while the block runs.

    When the block leaves nothing in it but the lock, it goes away again. Raises Taken where `out` is
    already something, or another program works on it; BadInput where no folder can be made.
    """
    refuse_taken(out)
    partial = partial_of(out)
    try:
        partial.mkdir(parents=True, exist_ok=True)
        _refuse_strangers(partial)
        lock = os.open(partial / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BadInput(out, "folder", error.strerror, "a place where this program may write") from None
    try:
        _lock(lock, out)
        try:
            yield partial
        finally:
            if partial.is_dir() and [file.name for file in partial.iterdir()] == [LOCK]:
                shutil.rmtree(partial)
    finally:
        os.close(lock)


def _refuse_strangers(partial: Path) -> None:
    if any(partial.iterdir()) and not (partial / LOCK).exists():
        raise Taken(partial, "folder", "files that this program did not leave", "a name that is free")


def _lock(lock: int, out: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Taken(out, "folder", IN_USE, "a folder of its own") from None
    file = partial_of(out) / LOCK
    if not file.exists() or not os.path.samestat(os.fstat(lock), file.stat()):
        raise Taken(out, "folder", IN_USE, "a folder of its own")  # it went away with the other program's folder
    refuse_taken(out)  # the other program may have finished in between


def refuse_taken(out: Path) -> None:
    """Raises BadInput unless `out` is free: nothing there, or an empty folder."""
    if out.name in ("", ".."):
        raise BadInput(out, "folder", "no name of its own", "the name of a folder to make")
    if out.is_dir() and not out.is_symlink() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        raise Taken(out, "folder", "something of this name already there", "a name that is free")


@contextmanager
def whole(out: str | Path) -> Iterator[Path]:
    """An empty folder to write in, which becomes `out` when the block ends, and vanishes if it fails.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "hall"
    >>> with whole(place) as folder:
    ...     _ = (folder / "key.txt").write_text("under the mat")
    >>> sorted(file.name for file in place.iterdir())
    ['key.txt']
    """
    out = Path(out)
    with claimed(out) as partial:
        folder = emptied(partial / MAKING)
        try:
            yield folder
            publish(folder, out)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def emptied(folder: Path) -> Path:
    """The folder, made or made empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def publish(folder: Path, out: Path) -> None:
    """Gives a finished folder its name in one step, once all that is in it is on the disk."""
    for file in folder.rglob("*"):
        _to_disk(file)
    _to_disk(folder)
    folder.replace(out)
    _to_disk(out.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its name in one step: whoever reads finds the old content or the new, never a part.

    >>> import tempfile
    >>> note = Path(tempfile.mkdtemp()) / "note.txt"
    >>> with replacing(note) as new:
    ...     _ = new.write(b"bread")
    >>> note.read_text()
    'bread'
    """
    fresh = file.with_name(file.name + ".new")
    try:
        with fresh.open("wb") as new:
            yield new
        fresh.replace(file)
    except BaseException:  # a stop, too, leaves no part of it behind
        fresh.unlink(missing_ok=True)
        raise
