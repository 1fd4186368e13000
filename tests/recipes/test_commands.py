"""Every command can be switched off with its part or is always on, stands in the docs, and has a test that types it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.client.discord_client import extensions
from bot.domain.spaces.space import OPTIONAL_COGS
from tests.presentation.catalogue.command_names import COMMANDS
from tests.recipes.reading import ROOT, text

TESTS = "\n".join(path.read_text() for path in (ROOT / "tests/cogs").rglob("*.py"))

every = pytest.mark.parametrize("name", COMMANDS)


def _cogs() -> Iterator[type]:
    for name in extensions():
        module = __import__(name, fromlist=["setup"])
        yield from (
            cog
            for cog in vars(module).values()
            if isinstance(cog, type) and hasattr(cog, "__cog_app_commands__") and cog.__module__ == name
        )


def test_every_cog_says_with_which_part_it_is_switched_off() -> None:
    switches = [vars(cog)["SWITCH"] for cog in _cogs()]
    assert {switch for switch in switches if switch is not None} == set(OPTIONAL_COGS)


@every
def test_it_is_typed_by_a_test(name: str) -> None:
    group, _, leaf = name.removeprefix("/").rpartition(" ")
    whole = re.search(rf"\"{name.removeprefix('/')}[\" ]", TESTS)
    assert whole or (f'f"{group} {{command}}"' in TESTS and f'"{leaf}"' in TESTS)


@every
def test_the_docs_say_whether_it_is_for_moderators(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", text("docs/commands.md"), re.MULTILINE)
    command = COMMANDS[name]
    top = command.root_parent or command
    grouped = [cog for cog in _cogs() if f"/{getattr(cog, '__cog_group_name__', None)} " in name]
    hidden = [getattr(cog, "__discord_app_commands_default_permissions__", None) for cog in grouped]
    theirs = command.extras.get("moderators") or top.default_permissions is not None or any(hidden)
    assert ("(moderators)" in row) == bool(theirs)
