"""Random tests have one profile, in which no clock fails a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
ELSEWHERE = {"model/test_life_of_votes.py": {"suppress_health_check"}}
"""What a test sets of this by itself: stories are long, and the same each time, so that no check of them is due."""


_OWN = ("max_examples", "stateful_step_count", "derandomize", "database", "phases", "print_blob")
"""What a test may say for itself: how much it tries, and which."""


def _set_of_the_profile(source: str) -> Iterator[str]:
    """What of the profile a file sets by itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("register_profile", "load_profile"):
                yield called
            if called == "settings":
                yield from (one.arg or "**" for one in node.keywords if one.arg not in _OWN)


def test_no_deadline_is_in_force() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
    assert settings.get_current_profile_name() == "folkmoot"


def test_no_test_sets_what_the_profile_says() -> None:
    found = {
        path.relative_to(TESTS).as_posix(): names
        for path in TESTS.rglob("*.py")
        if "node_modules" not in path.parts and (names := set(_set_of_the_profile(path.read_text(encoding="utf-8"))))
    }
    assert found == {"conftest.py": {"register_profile", "load_profile"}} | ELSEWHERE


def test_a_deadline_would_be_found() -> None:
    assert list(_set_of_the_profile("@settings(max_examples=5, deadline=200)\ndef f(): ...")) == ["deadline"]
    assert list(_set_of_the_profile("hypothesis.settings(deadline=None)")) == ["deadline"]
