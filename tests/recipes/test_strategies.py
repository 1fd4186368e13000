"""Every strategy that a module declares is known, described, and compared with what Snapshot's own code answers."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest

from bot.domain import power
from bot.domain.power import KINDS
from bot.domain.power.strategy_kind import Kind
from bot.domain.proposals.vote_rules import supply_strategy
from tests.builders import a_strategy
from tests.recipes.reading import ROOT

COMPARED = "\n".join(path.read_text() for path in (ROOT / "tests/vectors").glob("snapshot-strategies*.jsonl"))
DRAWN = (ROOT / "tests/cli/drawing.py").read_text()
OWN = "\n".join(path.read_text() for path in (ROOT / "tests/domain/power").rglob("test_*.py"))


def test_every_family_of_strategies_is_known() -> None:
    declared: dict[str, Kind] = {}
    for module in pkgutil.walk_packages(power.__path__, f"{power.__name__}."):
        kinds = vars(importlib.import_module(module.name)).get("KINDS")
        if isinstance(kinds, tuple):
            assert not {kind.name for kind in kinds} & declared.keys()
            declared |= {kind.name: kind for kind in kinds}
    assert declared == KINDS


@pytest.mark.parametrize("name", KINDS)
def test_it_is_compared_with_recorded_answers_or_with_an_example_of_its_own(name: str) -> None:
    assert f'"{name}"' in COMPARED or f'"{name}"' in OWN or name in DRAWN


@pytest.mark.parametrize("name", KINDS)
def test_it_says_in_a_members_words_what_it_counts(name: str) -> None:
    about = KINDS[name].about
    assert 10 <= len(about) <= 90
    assert not about.endswith(".")
    assert not {"balanceOf", "userInfo", "erc20", "ERC-20", "uint256"} & set(about.split())


@pytest.mark.parametrize("name", KINDS)
def test_a_share_of_a_supply_is_one_of_a_token_alone(name: str) -> None:
    kind = KINDS[name]
    assert not kind.one_for_one or (kind.erc20 and not kind.native)
    found = supply_strategy([replace(a_strategy(), name=name)])
    assert (found == 0) == kind.one_for_one
