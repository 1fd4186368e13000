"""Every voting system has all that the recipe names, and says of itself what goes together."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType
from typing import get_args

import pytest

from bot.cli.tallying.choice_validity import RULES as RULES_OF_SNAPSHOT
from bot.domain import voting as room
from bot.domain.voting import OFFERED, PARTIAL, SYSTEMS, Rounds, Scores, System, VotingType, system_registry
from bot.domain.voting.ballot_forms import Ranking, Set, Single, Stars, Weights
from tests.model import rules as model
from tests.recipes.reading import ROOT, text

every = pytest.mark.parametrize("voting", SYSTEMS)


def _modules() -> dict[str, ModuleType]:
    walked = (
        importlib.import_module(found.name) for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
    )
    named = {module.__name__.rsplit(".", 1)[1].replace("_", "-"): module for module in walked}
    return {name: module for name, module in named.items() if isinstance(vars(module).get("SYSTEM"), System)}


def test_every_module_of_a_system_is_in_the_registry_under_its_own_name_and_no_other() -> None:
    assert {name: module.SYSTEM for name, module in _modules().items()} == SYSTEMS
    assert get_args(VotingType) == tuple(SYSTEMS) == OFFERED
    assert room.system_registry is system_registry


@every
def test_its_module_opens_with_its_definition(voting: VotingType) -> None:
    assert (_modules()[voting].__doc__ or "").startswith(f"`{voting}`: ")


@every
def test_what_it_says_of_its_scores_goes_together(voting: VotingType) -> None:
    system = SYSTEMS[voting]
    assert bool(system.note) == (system.scores is not Scores.POWER)
    if system.scores is Scores.SHARES:
        assert not system.thresholds
        assert system.brief.startswith("Scores are shares")
        assert "not the power cast" in system.note
    for words in (system.ties, system.note, system.brief):
        assert not words or words.endswith(".")
    assert system.rule
    assert not system.rule.endswith(".")
    assert 0 < len(f"{voting}: {system.offer}") <= 100


@every
def test_it_has_its_row_in_the_table_of_systems(voting: VotingType) -> None:
    (row,) = re.findall(rf"^\| `{voting}` \|(.*)\|$", text("docs/voting.md"), re.MULTILINE)
    cells = [cell.strip() for cell in row.split("|")]
    assert len(cells) == 4
    assert all(cells)


def test_the_page_of_systems_knows_no_other_system_and_says_of_each_what_it_says_of_itself() -> None:
    page = text("docs/voting.md")
    table = page.partition("| system |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(SYSTEMS)
    (shares,) = re.findall(r"The scores of (.*?) are\s+shares of the power cast", page)
    assert re.findall(r"`([\w-]+)`", shares) == [v for v, system in SYSTEMS.items() if system.scores is Scores.SHARES]
    (option,) = re.findall(r"^\| partial \| .*? \((.*?)\) \|$", page, re.MULTILINE)
    assert tuple(re.findall(r"`([\w-]+)`", option)) == PARTIAL


@every
def test_the_page_for_verifiers_says_how_its_marks_and_its_sentence_are_written(voting: VotingType) -> None:
    page = text("docs/proof.md")
    (marks,) = re.findall(r"\*\*Marks\.\*\*(.*?)\n\n", page, re.DOTALL)
    assert f"`{voting}`" in marks
    (message,) = re.findall(r"T is (.*?)A key's", page, re.DOTALL)
    assert f"`{voting}`" in message
    if not SYSTEMS[voting].for_against:
        whys = re.findall(r"^\| why: ([^|]*?) \|", page, re.MULTILINE)
        assert any(voting in re.split(r", ", why) for why in whys)


@every
def test_it_is_counted_once_more_and_has_an_example_and_a_posted_bundle(voting: VotingType) -> None:
    assert (ROOT / "tests/vectors/posted" / f"{voting}.json.gz").exists()
    if SYSTEMS[voting].form not in (Single(), Set(), Weights()):
        assert f'"{voting}"' in text("tests/domain/voting/test_published_examples.py")
    assert f'"{voting}"' in text("tests/second_verifier/counting.py") or SYSTEMS[voting].form == Single()
    assert voting in model.SYSTEMS


def test_the_model_knows_of_each_system_what_it_says_of_itself() -> None:
    assert tuple(SYSTEMS) == model.SYSTEMS
    assert PARTIAL == model.PARTIAL
    assert tuple(v for v, system in SYSTEMS.items() if not system.thresholds) == model.OF_SHARES


def test_systems_of_snapshot_are_judged_like_snapshot() -> None:
    assert set(RULES_OF_SNAPSHOT) <= set(SYSTEMS)


def test_every_form_is_known() -> None:
    assert {type(system.form) for system in SYSTEMS.values()} == {Single, Set, Ranking, Weights, Stars}
    assert {system.rounds for system in SYSTEMS.values()} == set(Rounds)
