"""What a run of benchmarks printed is read back, so that two commits can be compared row by row."""

from __future__ import annotations

import pytest

from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.against import compared, figures, parts_of
from tests.benchmarks.frame import Report, Row, faster
from tests.benchmarks.peers import ROOT


def test_a_row_is_read_as_it_was_printed(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.title("Something")
    report.row(faster("balances", [0.0123], "web3", [1.5]))
    report.row(Row(name="ballots", ours="1,023 a second (p50 15.1 ms)", peer="raw 9 a second", ratio="", target=""))
    report.row(Row(name="ballots", ours="7.5 ms", peer="", ratio="", target=""))
    report.row(Row(name="lost", ours="none", peer="", ratio="", target=""))
    assert figures(capsys.readouterr().out) == {
        "balances": pytest.approx(0.0123),
        "ballots": 1_023,
        "ballots #2": pytest.approx(0.0075),
    }


def test_only_what_both_have_is_compared_by_its_median() -> None:
    here = [{"a": 1.0, "new": 1.0}, {"a": 5.0, "new": 1.0}, {"a": 2.0, "new": 1.0}]
    there = [{"a": 4.0, "old": 1.0}] * 3
    assert list(compared(here, there)) == [("a", 2.0, 4.0)]


def test_the_parts_of_an_earlier_commit_are_read_without_running_it() -> None:
    assert parts_of(ROOT) == list(PARTS)
