"""Collects what pages say into the translator's file, and compiles it: `python scripts/translations.py`.

New sentences stand in django.po with nothing under them; write the German there and run this again. With --check it
writes nothing and says what is missing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import block_re, constant_re, endblock_re, inline_re, plural_re

SERVICE = Path(__file__).parent.parent / "src" / "parecon" / "service"
LANGUAGE = SERVICE / "face" / "locale" / "de" / "LC_MESSAGES"
PO, MO = LANGUAGE / "django.po", LANGUAGE / "django.mo"
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy")) | dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
Message = str | tuple[str, str]


def in_python(source: str) -> Iterator[Message]:
    """What a module says."""
    for _, name, message, _ in extract_python(BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"}):
        parts = message if isinstance(message, tuple) else (message,)
        yield (parts[0], parts[1]) if name.startswith("ngettext") else parts[0]


def in_template(source: str) -> Iterator[Message]:
    """What a template says: `translate`, `blocktranslate` with and without a plural, and `_("...")` in tags."""
    inside: list[str] | None = None
    before: str | None = None
    trimmed = False
    for token in Lexer(source).tokenize():
        if inside is not None:
            if token.token_type == TokenType.BLOCK and endblock_re.match(token.contents):
                text = joined(inside, trimmed=trimmed)
                yield (before, text) if before is not None else text
                inside = before = None
            elif token.token_type == TokenType.BLOCK and plural_re.match(token.contents):
                before, inside = joined(inside, trimmed=trimmed), []
            else:
                inside.append(f"%({token.contents})s" if token.token_type == TokenType.VAR else
                              token.contents.replace("%", "%%"))
            continue
        if token.token_type == TokenType.BLOCK:
            if block_re.match(token.contents):
                inside, trimmed = [], " trimmed" in token.contents
            elif found := inline_re.match(token.contents):
                yield found[1][1:-1].replace("%", "%%")
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            yield from (each[1:-1] for each in constant_re.findall(token.contents))


def joined(parts: list[str], *, trimmed: bool) -> str:
    """The text of a block, its placeholders in Python's form."""
    text = "".join(parts)
    return trim_whitespace(text) if trimmed else text


def of_laws() -> Iterator[Message]:
    """What laws and tables say: sentences of refusals, roles, kinds of councils and of quotes."""
    from parecon.service.answers import OF_LAWS
    from parecon.service.desk.models import QuoteKind
    from parecon.service.people.models import CouncilKind, Role

    yield "already done"
    for sentences in OF_LAWS.values():
        yield from sentences.values()
    for labels in (Role.labels, CouncilKind.labels, QuoteKind.labels):
        yield from labels


def said() -> set[Message]:
    """Everything that can be shown to somebody."""
    modules = (path for path in SERVICE.rglob("*.py") if "migrations" not in path.parts)
    found = {message for path in modules for message in in_python(path.read_text())}
    for path in SERVICE.glob("*/templates/**/*.html"):
        found |= set(in_template(path.read_text()))
    return {message for message in found | set(of_laws()) if message}


def collected() -> Catalog:
    """The catalogue with everything that is said now, and the translations that there are."""
    known = read_po(BytesIO(PO.read_bytes()), locale="de") if PO.is_file() else Catalog(locale="de")
    catalog = Catalog(locale="de", project="parecon", header_comment="# What the pages say, in German.")
    for message in sorted(said(), key=lambda each: each if isinstance(each, str) else each[0]):
        key = message if isinstance(message, str) else message[0]
        old = known.get(key)
        same = old is not None and isinstance(old.id, str) == isinstance(message, str)
        catalog.add(message, old.string if same else "", flags=["python-format"] if PLACEHOLDER.search(key) else [])
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """The translator's file, without dates and places, so that it changes only when words do."""
    out = BytesIO()
    write_po(out, catalog, omit_header=True, width=120)
    header = ('msgid ""\nmsgstr ""\n"Language: de\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; '
              'charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
              '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"')
    return f"# What the pages say, in German.\n{header}\n\n".encode() + out.getvalue()


def compiled(po: bytes) -> bytes:
    """What programs read, of a translator's file."""
    out = BytesIO()
    catalog = read_po(BytesIO(po), locale="de")
    catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)  # the same file at any time
    write_mo(out, catalog)
    return out.getvalue()


def wrong() -> list[str]:
    """What is not translated, or not with the same placeholders, or not compiled."""
    catalog = collected()
    complaints = []
    for message in catalog:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(strings):
            complaints.append(f"no German for: {ids[0]}")
        elif any(set(PLACEHOLDER.findall(string)) != set(PLACEHOLDER.findall(ids[-1])) for string in strings[-1:]):
            complaints.append(f"other placeholders in the German for: {ids[0]}")
    if not PO.is_file() or as_po(catalog) != PO.read_bytes():
        complaints.append(f"{PO.name} does not have what pages say; run python scripts/translations.py")
    elif compiled(PO.read_bytes()) != MO.read_bytes():
        complaints.append(f"{MO.name} is not compiled from {PO.name}; run python scripts/translations.py")
    return complaints


def main() -> int:
    """Writes both files unless asked to check; says what is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parecon.service.settings")
    django.setup()
    if "--check" not in sys.argv:
        PO.write_bytes(as_po(collected()))
        MO.write_bytes(compiled(PO.read_bytes()))
    complaints = wrong()
    print("\n".join(complaints or ["everything is translated"]))
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
