"""The table that says where things are decided: each path and name is there, and nothing that it lists is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, code_in, named

ROWS = {row[0]: " | ".join(row[1:]) for row in named("docs/architecture.md").table("| what | decided in | used by |")}
_TIED = re.compile(r"(?P<names>(?:`[\w.]+`(?:, | and )?)+) in `(?P<path>[\w/]+\.py)`")
_PATH = re.compile(r"[\w./]+(?:\.py|\.md)|bot/[\w/]+")


def paths_in(row: str) -> set[str]:
    return {span for span in code_in(row) if _PATH.fullmatch(span)}


def names_of(module: ast.Module) -> Iterator[str]:
    """What a module defines, methods as `Class.method`."""
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
            yield from (f"{node.name}.{part.name}" for part in ast.walk(node) if isinstance(part, _FUNCTIONS))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def calls(source: str, name: str) -> bool:
    """Whether a module calls something that ends with this name."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(ast.unparse(node.func).endswith(name) for node in found)


def modules(under: str) -> dict[str, str]:
    """The text of each module, by its path."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / under).rglob("*.py")
        if "versions" not in path.parts
    }


@pytest.mark.parametrize("what", ROWS)
def test_each_path_and_each_name_is_there(what: str) -> None:
    row = ROWS[what]
    assert paths_in(row)
    assert [path for path in paths_in(row) if not (ROOT / path).exists()] == []
    for match in _TIED.finditer(row):
        there = set(names_of(ast.parse(Path(ROOT / match["path"]).read_text(encoding="utf-8"))))
        assert set(code_in(match["names"])) <= there, match["path"]


def test_every_question_is_answered_with_a_name_in_a_module() -> None:
    assert len(ROWS) >= 6
    assert sum(1 for row in ROWS.values() for _ in _TIED.finditer(row)) >= 8


SENDERS = {
    "bot/app/scheduled_jobs.py",
    "bot/services/announcements/outbox_sender.py",
    "cogs/announcements/cog.py",
}
"""They post what others wrote."""


def test_whoever_writes_the_outbox_is_listed() -> None:
    writers = {path for path, text in modules("bot/services").items() if calls(text, "outbox.add")}
    assert len(writers) > 3
    assert writers == paths_in(ROWS["who writes the outbox"]) - SENDERS


def test_whatever_asks_for_postgresql_is_listed() -> None:
    asking = {
        path
        for path, text in modules("bot/storage").items()
        if re.search(r"(name|backend_name\(\)) [!=]= \"postgresql\"", text) or "asyncpg" in text.split("class ", 1)[0]
    }
    assert len(asking) > 3
    assert asking <= paths_in(ROWS["what runs on PostgreSQL only"])


def test_what_finds_the_strategies_is_named() -> None:
    found = {path for path, text in modules("bot/domain/power").items() if "KINDS.update(" in text}
    assert found
    assert found <= paths_in(ROWS["a new strategy"])
