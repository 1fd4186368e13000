"""What the README promises is there, and what is there is in the README."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from discord import app_commands

from bot import permissions
from bot.__main__ import _parser
from bot.client import extensions
from bot.domain.power import KINDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SKIP_LOCAL = re.compile(r"^(https?:|#)")


def _commands() -> dict[str, app_commands.Command]:
    """Every slash command of every cog, by the name that members type."""
    found: dict[str, app_commands.Command] = {}
    for name in extensions():
        module = __import__(name, fromlist=["setup"])
        for cog in vars(module).values():
            if inspect.isclass(cog) and hasattr(cog, "__cog_app_commands__") and cog.__module__ == name:
                group = cog.__cog_group_name__ if getattr(cog, "__cog_is_app_commands_group__", False) else None
                for entry in cog.__cog_app_commands__:
                    inner = entry.walk_commands() if isinstance(entry, app_commands.Group) else [entry]
                    for command in inner:
                        if isinstance(command, app_commands.Command):
                            title = command.qualified_name
                            found[f"/{group} {title}" if group else f"/{title}"] = command
    return found


COMMANDS = _commands()


def test_the_table_of_the_readme_holds_every_command_and_no_other():
    assert len(COMMANDS) > 20
    assert set(re.findall(r"^\| `(/[a-z ]+)` \|", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_says_what_it_does(name):
    command = COMMANDS[name]
    assert len(command.description) > 5
    for parameter in command.parameters:
        assert len(str(parameter.description)) > 3, parameter.name
        assert len(str(parameter.description)) <= 100, parameter.name


def test_every_permission_is_in_the_readme_with_its_reason():
    for name, reason in {**permissions.REASONS, **permissions.OPTIONAL}.items():
        assert re.search(rf"\| {permissions.label(name)} \| {re.escape(reason)} \|", README), name


def test_every_command_of_the_command_line_is_in_the_readme():
    parser = _parser()
    (commands,) = [action for action in parser._actions if getattr(action, "choices", None)]
    for command in commands.choices:
        assert f"folkmoot {command}" in README or f"make {command}" in README, command


def test_the_strategies_are_named():
    for name in KINDS:
        assert f"`{name}`" in README


def test_pictures_and_pages_that_the_readme_shows_are_there():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if not SKIP_LOCAL.match(target):
            assert (ROOT / target).is_file(), target


def test_nothing_names_the_machine_that_it_was_written_on():
    for path in (README, (ROOT / "requirements.lock").read_text(), (ROOT / "docs" / "architecture.md").read_text()):
        assert not re.search(r"(^|\W)/(home|root|work|tmp)/", path)
    assert "://" not in (ROOT / "requirements.lock").read_text()
