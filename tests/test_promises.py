"""What README and docs promise is there, and what is there is in them; tests/docs has all else that they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.client import permissions
from bot.domain.power import KINDS
from tests.presentation.catalogue.command_names import COMMANDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def test_the_table_of_commands_holds_every_command_and_no_other() -> None:
    assert len(COMMANDS) > 20
    rows = re.findall(r"^\| `(/[a-z ]+)` \|", (DOCS / "commands.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_says_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    assert len(command.description) > 5
    for parameter in command.parameters:
        assert len(str(parameter.description)) > 3, parameter.name
        assert len(str(parameter.description)) <= 100, parameter.name


def test_every_permission_is_told_with_its_reason() -> None:
    page = (DOCS / "operating.md").read_text()
    reasons = {**permissions.REASONS, **permissions.OPTIONAL}
    wanted = {permissions.label(name): reason for name, reason in reasons.items()}
    rows = re.findall(r"^   \| ([A-Z][\w ]+) \| (.+) \|$", page, re.MULTILINE)
    assert dict(rows) == wanted


def test_the_strategies_are_named() -> None:
    page = (DOCS / "strategies.md").read_text()
    described = page[page.index("| strategy | parameters |") : page.index("## Where we differ")]
    rows = re.findall(r"^\| (`[^|]+`) \|", described, re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)) == sorted(KINDS)


def test_nothing_names_the_machine_that_it_was_written_on() -> None:
    locks = [(ROOT / name).read_text() for name in ("requirements.lock", "requirements-verify.lock")]
    pages = [path.read_text() for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"))]
    for text in (*locks, *pages):
        assert not re.search(r"(^|[\s`\"'(])/(home|root|work|tmp)/", text)
    assert not any("://" in lock for lock in locks)
