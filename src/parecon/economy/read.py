"""Reading an economy: by its bundled name, or from a path."""

from __future__ import annotations

import hashlib
from pathlib import Path

from parecon.base.errors import BadInput
from parecon.economy.bundled import DATA, NAMES, load
from parecon.economy.model import Economy


def read(name_or_path: str | Path, seed: int = 1) -> Economy:
    """The economy of this name, or the one written at this path.

    A path is a folder (`economy.toml` with its tables). `seed` matters only to bundled economies
    whose workplaces are drawn by lot. Raises BadInput for whatever cannot be read.

    >>> read("village").name
    'village'
    """
    if str(name_or_path) in NAMES:
        return load(str(name_or_path), seed)
    path = Path(name_or_path)
    if path.is_dir():
        from parecon.economy.folder import read_folder
        return read_folder(path)
    raise BadInput(name_or_path, "economy", "no bundled economy and no path of this name",
                   f"a path, or one of {', '.join(NAMES)}")


def fingerprint(source: str | Path) -> str:
    """What was read, in 64 letters: the SHA-256 of the content of a bundled economy, a folder or a file.

    >>> len(fingerprint("village"))
    64
    """
    path = DATA / str(source) if str(source) in NAMES else Path(source)
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(f"{file.relative_to(path)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
