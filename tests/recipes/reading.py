"""The recipes of CONTRIBUTING.md, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RECIPES = (ROOT / "CONTRIBUTING.md").read_text().partition("\n## Recipes\n")[2].partition("\n## ")[0]
RECIPES = dict(part.split("\n", 1) for part in _RECIPES.split("\n### ")[1:])


def paths(recipe: str) -> list[str]:
    """The paths that a recipe names."""
    return re.findall(r"`([\w.-]+(?:/[\w.-]*)+|[A-Z]+\.md)`", RECIPES[recipe])


def text(path: str) -> str:
    return (ROOT / path).read_text()
