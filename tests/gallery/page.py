"""The page of the gallery, from what every room shows."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from types import ModuleType

from tests.gallery import Entry
from tests.gallery.styles import STYLE

ROOT = Path(__file__).parents[2]
_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Folkmoot: gallery</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; background: #e9ebee; color: #1c1f26 }
  article { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; margin: 0 0 2rem }
  article > * { flex: none; padding: 1rem; border-radius: 8px }
  article > h3, article > p { flex: 1 0 100%; margin: 0; padding: 0 }
  .dark { background: #313338; color: #dbdee1 } .light { background: #fff }
  img { display: block; height: auto }
"""


def rooms(names: Sequence[str] = ()) -> Iterator[ModuleType]:
    """Return the modules of the tests that are named `gallery`, or those of the rooms that are named."""
    for path in sorted((ROOT / "tests").rglob("gallery.py")):
        if not names or path.parent.name in names:
            yield importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def entries(names: Sequence[str] = ()) -> Iterator[Entry]:
    """Return what every room shows, or those that are named: its messages and forms, or what it draws."""
    for room in rooms(names):
        yield from (one.entry() for one in room.shown()) if hasattr(room, "shown") else room.entries()


def page(shown: Iterable[Entry]) -> str:
    """Return the page; sections stand in the order of their first entry."""
    sections: dict[str, list[Entry]] = {}
    for entry in shown:
        sections.setdefault(entry.section, []).append(entry)
    links = [f'<a href="#{escape(name)}">{escape(name)}</a>' for name in sections]
    body = [f"<nav>{' · '.join(links)}</nav>"]
    for name, members in sections.items():
        body.append(f'<h2 id="{escape(name)}">{escape(name)}</h2>')
        body += [f"<article><h3>{escape(one.name)}</h3>{one.shown}</article>" for one in members]
    return _HEAD + STYLE + "</style>\n" + "\n".join(body) + "\n</html>\n"
