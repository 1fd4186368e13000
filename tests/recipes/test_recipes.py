"""Every recipe names what is there."""

from __future__ import annotations

import pytest

from tests.recipes.reading import RECIPES, ROOT, paths


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_path_that_a_recipe_names_is_there(recipe: str) -> None:
    assert len(paths(recipe)) >= 3
    assert [path for path in paths(recipe) if not (ROOT / path).exists()] == []
