"""Errors of domain and services carry facts; sentences are made where they are shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.domain.shared import errors

ROOT = Path(__file__).parents[3]
FACTS_ALONE = {name for name in errors.__all__ if issubclass(getattr(errors, name), errors.FolkmootError)} - {
    "ChainUnavailable"  # what an endpoint did, as a line of a log; members are told its fault
}
"""Errors that hold no word of ours."""


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for floor in ("bot/domain", "bot/services"):
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", name, node


def prose(call: ast.Call) -> bool:
    """Whether an argument is a text with a space in it, or is put together from texts."""
    return any(
        isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and " " in str(part.value))
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for part in ast.walk(argument)
    )


def test_errors_of_domain_and_services_hold_no_sentence() -> None:
    found = [place for place, name, call in calls() if name in FACTS_ALONE and prose(call)]
    assert found == []
    assert sum(name in FACTS_ALONE for _, name, _ in calls()) > 100


def test_no_remedy_is_written_in_domain_or_services() -> None:
    """`bot/presentation` alone tells them; what bundles and logs say of themselves stays."""
    told = [
        place
        for place, name, call in calls()
        for keyword in call.keywords
        if keyword.arg in ("problem", "remedy") and name != "Told"
    ]
    assert told == []
