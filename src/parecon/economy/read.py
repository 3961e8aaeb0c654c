"""Reading an economy: by its bundled name, or from a path."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import replace
from pathlib import Path

from parecon.base.errors import BadInput
from parecon.economy.bundled import BY_NAME, DATA
from parecon.economy.header import FILE, read_header
from parecon.economy.model import Economy

CLOJURE = (".clj", ".cljs", ".clj.gz", ".cljs.gz")
FORMS = f"a folder with {FILE}, or a file that ends in {', '.join(CLOJURE)} or .npz"


def read(name_or_path: str | Path, seed: int = 1) -> Economy:
    """The economy of this name, or the one written at this path.

    A path is a folder (`economy.toml` with its tables, or with `based_on` and changes), a Clojure
    file of the published experiments, or a NumPy archive. `seed` matters only to bundled economies
    whose workplaces are drawn by lot. Raises BadInput for whatever cannot be read.

    >>> read("village").name
    'village'
    """
    return _read(str(name_or_path), seed, ())


def fingerprint(source: str | Path) -> str:
    """What was read, in 64 letters: the SHA-256 of the content of a bundled economy, a folder or a file.

    >>> len(fingerprint("village"))
    64
    """
    return _fingerprint(str(source), ())


def _fingerprint(source: str, variants: tuple[Path, ...]) -> str:
    """As `fingerprint`; `variants` are the folders on the way here, none of which may come again."""
    digest = hashlib.sha256(source.encode() if source in BY_NAME else b"")
    path = _find(source)
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(f"{file.relative_to(path)}\0".encode())
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    if (path / FILE).is_file() and (base := read_header(path).based_on):
        digest.update(_fingerprint(*_base(path, base, variants)).encode())
    return digest.hexdigest()


def _read(source: str, seed: int, variants: tuple[Path, ...]) -> Economy:
    """As `read`; `variants` are the folders on the way here, none of which may come again."""
    path = _find(source)
    if path == DATA / "us":
        from parecon.economy.us import us
        table, _, workplaces = source.removeprefix("us-2017-").partition("-")
        return replace(us(table, workplaces or "sectors", seed), name=source)  # type: ignore[arg-type]
    if path.is_dir():
        return _read_folder(path, seed, variants)
    if path.name.endswith(CLOJURE):
        from parecon.economy.clojure import read_clojure
        return read_clojure(path)
    if path.suffix == ".npz":
        from parecon.economy.archive import read_archive
        return read_archive(path)
    raise BadInput(path, "the name", path.suffix or "no ending", FORMS)


def _find(source: str) -> Path:
    """Where a bundled economy or a path is; economy.toml stands for its folder."""
    if source in BY_NAME:
        return BY_NAME[source].folder
    path = Path(source)
    if not path.exists():
        close = difflib.get_close_matches(source, BY_NAME, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise BadInput(source, "economy", f"neither a path nor a bundled economy{hint}",
                       f"{FORMS}, or one of {', '.join(BY_NAME)}")
    return path.parent if path.name == FILE else path


def _read_folder(path: Path, seed: int, variants: tuple[Path, ...]) -> Economy:
    header = read_header(path)
    if not header.based_on:
        if header.change:
            raise BadInput(path, f"{FILE}, change", "changes of nothing", "based_on, the economy that is changed")
        from parecon.economy.folder import read_folder
        return read_folder(path)
    for file in path.iterdir():
        if file.suffix in (".csv", ".parquet"):
            raise BadInput(path, file.name, "a table beside based_on", f"only {FILE} with a change")
    from parecon.economy.variant import vary
    base, passed = _base(path, header.based_on, variants)
    return vary(_read(base, seed, passed), header, path)


def _base(path: Path, based_on: str, variants: tuple[Path, ...]) -> tuple[str, tuple[Path, ...]]:
    """The economy that a folder is based on, and the folders on the way there."""
    base, passed = based_on if based_on in BY_NAME else str(path / based_on), (*variants, path.resolve())
    if _find(base).resolve() in passed:
        raise BadInput(path, f"{FILE}, based_on", f"{based_on} again", "one that is not based on this one")
    return base, passed
