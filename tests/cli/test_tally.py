"""`folkmoot tally` answers as snapshot.js does, ballot by ballot, however loosely they are typed."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "snapshot-tally.jsonl"
CASES = [json.loads(line) for line in VECTORS.read_text().splitlines()]


@pytest.fixture
def tally(tmp_path, capsys):
    """Answer lines through the command, and return code, answers and complaints."""

    def run(*lines):
        file = tmp_path / "lines.jsonl"
        file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        code = main(["tally", str(file)])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return run


def a_line(type="single-choice", choices=("a", "b", "c"), votes=(), **fields):  # noqa: A002 - as the format has it
    return {
        "type": type,
        "choices": list(choices),
        "strategies": ["x"],
        "votes": [{"choice": choice, "balance": power, "scores": [power]} for choice, power in votes],
    } | fields


def agree(ours, theirs, most):
    if "Infinity" in (ours, theirs):
        return ours == theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12 * most)


@pytest.fixture(scope="module")
def answered():
    asked = subprocess.run(
        [sys.executable, "-m", "bot", "tally", str(VECTORS)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stderr == ""
    return {answer["id"]: answer for answer in map(json.loads, asked.stdout.splitlines())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_vector_of_snapshot_is_answered_alike(answered, case):
    answer = answered[case["id"]]
    most = case["scoresTotal"] if case["scoresTotal"] != "Infinity" else 1e308
    assert answer["valid"] == case["valid"]
    assert all(agree(a, b, most) for a, b in zip(answer["scores"], case["scores"], strict=True))
    for ours, theirs in zip(answer["scores_by_strategy"], case["scoresByStrategy"], strict=True):
        assert all(agree(a, b, most) for a, b in zip(ours, theirs, strict=True))
    assert agree(answer["scores_total"], case["scoresTotal"], most)


def test_the_fields_come_in_the_order_that_is_documented(tally):
    _, (plain, ranked), _ = tally(
        a_line(votes=[(1, 2)]), a_line("ranked-choice", votes=[([1, 2, 3], 2)], id="p1", extra=[1])
    )
    assert list(plain) == ["scores", "scores_by_strategy", "scores_total", "valid", "outcome"]
    assert list(ranked) == ["id", *plain, "rounds"]
