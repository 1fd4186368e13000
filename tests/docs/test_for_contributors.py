"""What helps whoever takes part: decisions, hosted CI, hooks, and how much of it is the same everywhere."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import ROOT, named

DECISIONS = ROOT / "docs" / "decisions"


def test_every_decision_is_dated_and_listed() -> None:
    rows = named("docs/decisions/README.md").table("| number | date | state | decision |")
    records = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    assert [path.name[:4] for path in records] == [f"{number:04d}" for number in range(1, len(records) + 1)]
    for row, path in zip(rows, records, strict=True):
        number, date, state, link = row
        text = path.read_text(encoding="utf-8")
        title, dated, *parts = re.findall(r"^(?:# .+|Date: .+|## .+)$", text, re.MULTILINE)
        assert link == f"[{title.removeprefix(f'# {number}. ')}]({path.name})"
        assert title.startswith(f"# {number}. ")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", date)
        assert dated == f"Date: {date}. State: {state}."
        assert state == "in force" or re.fullmatch(r"replaced by \[\d+\]\(\d{4}-[a-z-]+\.md\)", state)
        assert parts[:2] == ["## Decision", "## Why"]


def test_hosted_ci_runs_what_a_change_must_pass_and_nothing_else() -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.+)", text) == [".ci/run"]
    assert re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE)
    assert "secrets" not in text
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert f'python-version: "{asked.removeprefix(">=")}"' in text


def test_hooks_are_those_of_make_check_and_fetch_nothing() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (.+)", text) == ["local"]
    assert set(re.findall(r"language: (.+)", text)) == {"system"}
    assert "://" not in text
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    check = make[make.index("check: ") :].split("\n\n")[0]
    wanted = [line.strip().removesuffix(" .") for line in check.replace("$(BIN)", ".venv/bin").splitlines()[1:]]
    assert re.findall(r"entry: (.+)", text) == wanted


def test_every_version_that_is_mended_is_told() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    rows = dict(named("SECURITY.md").table("| version | mended |"))
    assert rows[".".join(version.split(".")[:2])] == "yes"
