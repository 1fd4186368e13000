"""Writes the template for translators, with every sentence of the code (`make messages`)."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from bot.domain.power import KINDS
from bot.domain.spaces.space import OPTIONAL_COGS
from bot.domain.voting import SYSTEMS
from bot.presentation.catalogue.command_texts import command_texts

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "plural_forms": (1, 2), "N_": None}
"""Functions whose texts are sentences of the catalogue, as Babel's extractor wants them."""


def sentences(root: Path) -> Catalog:
    """Return every sentence of the packages `bot` and `cogs` below a folder, with the files in which it stands.

    The texts of commands are among them, and what voting systems and strategies say of themselves.
    """
    found = Catalog(project="Folkmoot")
    for package in ("bot", "cogs"):
        for name, line, message, comments, context in extract_from_dir(
            root / package, [("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{package}/{name}", line)], auto_comments=comments, context=context)
    for file in sorted((root / "cogs").rglob("*.py")):
        for line, text in command_texts(file):
            found.add(text, None, [(file.relative_to(root).as_posix(), line)])
    for choice in (*SYSTEMS, *(f"{voting}: {system.offer}" for voting, system in SYSTEMS.items()), *OPTIONAL_COGS):
        found.add(choice)
    for system in SYSTEMS.values():
        for told in filter(None, (system.rule, system.ties, system.note, system.brief)):
            found.add(told)
    for kind in KINDS.values():
        found.add(kind.about)
    return found


def main() -> None:
    """Write the template to the named file, or to standard output."""
    template = sentences(Path())
    if len(sys.argv) > 1:
        with Path(sys.argv[1]).open("wb") as file:
            write_po(file, template, sort_by_file=True, width=120)
    else:
        write_po(sys.stdout.buffer, template, sort_by_file=True, width=120)


if __name__ == "__main__":
    main()
