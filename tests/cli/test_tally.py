"""`folkmoot tally` answers as snapshot.js does, ballot by ballot, however loosely they are typed."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.domain.voting import VotingType
from tests.presence import present

Json = dict[str, Any]
Tally = Callable[..., tuple[int, list[Json], str]]
"""The command, given lines; its exit code, answers and complaints."""

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "snapshot-tally.jsonl"
CASES = [json.loads(line) for line in VECTORS.read_text().splitlines()]


@pytest.fixture
def tally(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tally:
    """Answer lines through the command, and return code, answers and complaints."""

    def run(*lines: object) -> tuple[int, list[Json], str]:
        file = tmp_path / "lines.jsonl"
        file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        code = main(["tally", str(file)])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return run


def a_line(
    type: str = "single-choice",  # noqa: A002 - as the format has it
    choices: Sequence[object] = ("a", "b", "c"),
    votes: Sequence[tuple[object, float]] = (),
    **fields: Any,
) -> Json:
    return {
        "type": type,
        "choices": list(choices),
        "strategies": ["x"],
        "votes": [{"choice": choice, "balance": power, "scores": [power]} for choice, power in votes],
    } | fields


def agree(ours: float | str, theirs: float | str, most: float) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12 * most)


@pytest.fixture(scope="module")
def answered() -> dict[str, Json]:
    asked = subprocess.run(
        [sys.executable, "-m", "bot", "tally", str(VECTORS)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stderr == ""
    answers: list[Json] = [json.loads(line) for line in asked.stdout.splitlines()]
    return {answer["id"]: answer for answer in answers}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_vector_of_snapshot_is_answered_alike(answered: dict[str, Json], case: dict[str, Any]) -> None:
    answer = answered[case["id"]]
    most = case["scoresTotal"] if case["scoresTotal"] != "Infinity" else 1e308
    assert answer["valid"] == case["valid"]
    assert all(agree(a, b, most) for a, b in zip(answer["scores"], case["scores"], strict=True))
    for ours, theirs in zip(answer["scores_by_strategy"], case["scoresByStrategy"], strict=True):
        assert all(agree(a, b, most) for a, b in zip(ours, theirs, strict=True))
    assert agree(answer["scores_total"], case["scoresTotal"], most)


def test_the_fields_come_in_the_order_that_is_documented(tally: Tally) -> None:
    _, (plain, ranked), _ = tally(
        a_line(votes=[(1, 2)]), a_line("ranked-choice", votes=[([1, 2, 3], 2)], id="p1", extra=[1])
    )
    assert list(plain) == ["scores", "scores_by_strategy", "scores_total", "valid", "outcome"]
    assert list(ranked) == ["id", *plain, "rounds"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("nonsense", "not JSON"),
        ('{"type": "approval"} {}', "something follows"),
        ("[]", "not JSON"),
        ('{"type": NaN}', "NaN is not JSON"),
        (a_line("dance"), "type is none of basic"),
        (a_line(choices="ab") | {"choices": "ab"}, "choices is not a list"),
        (a_line() | {"strategies": None}, "strategies is not a list"),
        (a_line() | {"votes": {}}, "votes is not a list"),
        (a_line() | {"votes": [1]}, "vote 0 has no choice"),
        (a_line() | {"votes": [{"choice": 1, "scores": [1]}]}, "the balance of vote 0 is not a number"),
        (a_line() | {"votes": [{"choice": 1, "balance": "1", "scores": [1]}]}, "the balance of vote 0 is not a number"),
        (a_line(votes=[(1, 1), (1, -1)]), "the balance of vote 1 is negative"),
        (a_line() | {"votes": [{"choice": 1, "balance": 1}]}, "vote 0 has no list of scores"),
        (a_line() | {"votes": [{"choice": 1, "vp": 1, "scores": [1, 2]}]}, "votes have 2 scores for 1 strategies"),
        ('{"type": "single-choice", "votes": [{"choice": 1, "balance": 1, "scores": [1]}', "not JSON"),
        (a_line(quorum=-1), "quorum is not an amount"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_malformed_line_is_told_by_its_number_and_the_others_are_answered(
    tally: Tally, line: object, complaint: str
) -> None:
    code, answers, complaints = tally(a_line(votes=[(1, 2)], id="before"), line, "", a_line(votes=[(2, 3)], id="after"))
    assert code == 1
    assert [answer["id"] for answer in answers] == ["before", "after"]
    assert complaints.startswith("line 2: ")
    assert complaint in complaints
    assert len(complaints.splitlines()) == 1


def test_a_line_nested_too_deeply_is_malformed_and_breaks_nothing() -> None:
    """In a process of its own, because libraries in this one have raised Python's limit."""
    lines = '{"votes": [' + "[" * 100_000 + "\n" + json.dumps(a_line(id="after")) + "\n"
    command = [sys.executable, "-m", "bot", "tally", "-"]
    asked = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr) == (1, "line 1: it is nested too deeply\n")
    assert json.loads(asked.stdout)["id"] == "after"


@pytest.mark.parametrize("voting", ["approval", "ranked-choice"])
def test_a_ballot_nested_too_deeply_is_malformed_and_breaks_nothing(voting: VotingType) -> None:
    deep = json.dumps(a_line(voting, choices="ab", votes=[(["deep", 2], 1)])).replace('"deep"', "[" * 600 + "]" * 600)
    lines = f"{deep}\n{json.dumps(a_line(id='after'))}\n"
    command = [sys.executable, "-m", "bot", "tally", "-"]
    asked = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr) == (1, "line 1: it is nested too deeply\n")
    assert json.loads(asked.stdout)["id"] == "after"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_what_the_output_cannot_write_is_escaped(encoding: str) -> None:
    line = a_line("basic", ("For", "\ud800"), votes=[(1, 2)], id="é\udfff")
    asked = subprocess.run(
        [sys.executable, "-m", "bot", "tally", "-"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        input=json.dumps(line),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(asked.stdout)["id"] == "é\udfff"


def test_lines_without_fault_end_with_code_0(tally: Tally) -> None:
    assert tally(a_line(votes=[(1, 2)]), "", "  ", a_line())[0] == 0


def test_a_file_that_is_not_there_is_one_clear_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["tally", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl cannot be read" in capsys.readouterr().err


def test_fields_may_stand_in_any_order(tally: Tally) -> None:
    line = a_line("approval", votes=[([1, 2], 3), ([], 4)], id=7, title="an extra field", nested={"votes": [1]})
    _, (forward, backward), _ = tally(line, dict(reversed(line.items())))
    assert forward == backward
    assert (forward["scores"], forward["scores_total"]) == ([3, 3, 0], 7)


def test_pieces_of_any_length_are_read_alike(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    line = a_line("weighted", votes=[({"1": 1.5, "2": 2e0}, 1.25), ({"3": 10}, 100)], title='a "},{" \\ in it é')
    whole = tally(line)
    for length in (1, 2, 3, 7, 64):
        monkeypatch.setattr("bot.cli.tallying.json_lines._PIECE", length)
        assert tally(line) == whole


def test_sums_are_exact_before_they_are_rounded_once(tally: Tally) -> None:
    _, (answer,), _ = tally(a_line(votes=[(1, 0.1)] * 10 + [(2, 1e16), (2, 1.0), (2, 1.0)]))
    assert answer["scores"] == [1, 1e16 + 2, 0]


def test_the_smallest_of_all_doubles_are_added_up_too(tally: Tally) -> None:
    _, (answer,), _ = tally(a_line(votes=[(1, 5e-324), (1, 1e-300), (2, 5e-324)]))
    assert (answer["scores"], answer["scores_total"]) == ([1e-300, 5e-324, 0], 1e-300)


def test_a_number_of_more_digits_than_python_reads_is_beyond_all_choices(tally: Tally) -> None:
    line = json.dumps(a_line(votes=[(1, 2), (7_777, 3)])).replace("7777", "7" * 5_000)
    code, (answer,), _ = tally(line)
    assert (code, answer["valid"], answer["scores_total"]) == (0, [0], 5)


def test_invalid_ballots_count_for_the_total_but_in_copeland(tally: Tally) -> None:
    votes = [([1, 2, 3], 2), ([1, 2], 5)]
    _, (ranked, copeland), _ = tally(a_line("ranked-choice", votes=votes), a_line("copeland", votes=votes))
    assert ranked["valid"] == copeland["valid"] == [0]
    assert (ranked["scores_total"], copeland["scores_total"]) == (7, 2)


def test_rounds_tell_who_went_out_and_by_which_rule(tally: Tally) -> None:
    votes = [([1, 2, 3], 4), ([2, 1, 3], 1), ([3, 2, 1], 1), ([2, 3, 1], 2)]
    _, (answer,), _ = tally(a_line("ranked-choice", votes=[*votes, ([3, 2, 1], 2)]))
    first, last = answer["rounds"]
    assert first == {
        "scores": [4, 3, 3],
        "exhausted": 0,
        "eliminated": 2,
        "tied": [2, 3],
        "rule": "the order of the choices",
    }
    assert (last["scores"], answer["scores"]) == ([5, None, 5], [5, 0, 5])
    assert answer["outcome"]["verdict"] == "tied"


def test_partial_rankings_are_an_option_of_the_line(tally: Tally) -> None:
    votes = [([1], 3), ([2, 3], 2), ([3, 2], 2)]
    _, (as_snapshot, partial), _ = tally(
        a_line("ranked-choice", votes=votes), a_line("ranked-choice", votes=votes, partial=True)
    )
    assert (as_snapshot["valid"], partial["valid"]) == ([], [0, 1, 2])
    assert partial["outcome"]["leaders"] == [3]
    _, (exhausted,), _ = tally(a_line("ranked-choice", votes=[([1], 2), ([2], 3), ([3], 4)], partial=True))
    assert [held["exhausted"] for held in exhausted["rounds"]] == [0, 2]


def test_the_outcome_says_why(tally: Tally) -> None:
    basic = a_line("basic", ("For", "Against"), votes=[(1, 3), (2, 1)])
    passed = "Passed: “For” has 3, 75 % of For and Against, where more than 50 % is needed"
    _, answers, _ = tally(
        basic, basic | {"quorum": 4.5}, basic | {"quorum": 1, "quorum_type": "rejection"}, basic | {"quorum": 4}
    )
    assert [answer["outcome"]["verdict"] for answer in answers] == ["passed", "no quorum", "passed", "passed"]
    assert [answer["outcome"]["reason"] for answer in answers] == [
        f"{passed}.",
        "No quorum: 4 voted, 0.5 fewer than the 4.5 needed.",
        "Passed: 1 voted Against, not more than the 1 that reject.",
        f"{passed}; the quorum of 4 is reached with 4.",
    ]


def test_our_own_systems_are_answered_too(tally: Tally) -> None:
    _, (star, schulze), _ = tally(
        a_line("star", votes=[({"1": 5, "2": 4}, 2), ([0, 3, 5], 3)]), a_line("schulze", votes=[([1], 2), ([2, 1], 3)])
    )
    assert star["scores"] == [2, 3.4, 3]
    assert star["outcome"]["reason"] == "Decided: “c”, preferred to “b” in the run-off by 3 to 2."
    assert schulze["outcome"]["leaders"] == [2]


def test_the_reason_names_the_rule_that_decided(tally: Tally) -> None:
    ring = [([1, 2, 3], 5), ([2, 3, 1], 3), ([3, 1, 2], 3)]
    loose = [(["1", 2, 3], 5), ([2, 3, 1], 3), ([3, 1, 2], 3)]
    _, (copeland, ranked, last), _ = tally(
        a_line("copeland", votes=ring), a_line("ranked-choice", votes=ring), a_line("ranked-choice", votes=loose)
    )
    assert copeland["outcome"]["reason"] == (
        "Decided: “a”, which has the most average support of those that win most often: "
        "it wins 1, loses 1 of 2 head to head."
    )
    assert ranked["outcome"]["reason"] == (
        "Decided: “c”, with 54.5 % of the 11 that counted in round 2; in round 1 “b” and “c” were equal with the "
        "least, and “b” went out because it is listed first."
    )
    assert last["outcome"]["reason"].startswith("Decided: “c”, with ")
    assert last["outcome"]["reason"].endswith(" of 11, more than any other choice in the last round.")


MEASURED = """
import re, sys
from bot.__main__ import main
code = main(["tally", "-"])
with open("/proc/self/status") as status:
    print(re.search("VmHWM:\\s+(\\d+) kB", status.read())[1], file=sys.stderr)
sys.exit(code)
"""
HAS_PROC = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory is read from /proc")


def _most_memory(lines: Iterable[str]) -> int:
    """Return the kibibytes that answering these took at most."""
    command = [sys.executable, "-c", MEASURED]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as told:
        for text in lines:
            present(told.stdin).write(text)
        present(told.stdin).close()
        said = present(told.stderr).read()
    assert told.returncode == 0, said
    return int(said)


def _ranking(number: int, choices: int) -> list[int]:
    """Return the `number`-th of many different rankings."""
    left = list(range(1, choices + 1))
    ranking: list[int] = []
    while left:
        number, place = divmod(number, len(left))
        ranking.append(left.pop(place))
    return ranking


@HAS_PROC
@pytest.mark.timeout(120)
def test_votes_of_a_long_line_take_little_memory_each() -> None:
    """A million in one line stays under 1 GB; here a tenth of it, every ranking another one."""
    votes, choices = 100_000, 20

    def line() -> Iterator[str]:
        labels = json.dumps([str(label) for label in range(choices)])
        yield f'{{"type":"ranked-choice","choices":{labels},"strategies":["x","y","z"],"votes":['
        for number in range(votes):
            ranking = _ranking(number * 7_919_777_777, choices)
            vote = {"choice": ranking, "balance": number + 0.3, "scores": [number + 0.1] * 3}
            yield ("," if number else "") + json.dumps(vote)
        yield "]}\n"

    assert _most_memory(line()) < 40_000 + votes * 0.9


@HAS_PROC
@pytest.mark.timeout(120)
def test_many_lines_are_answered_one_after_the_other() -> None:
    line = json.dumps(a_line("approval", votes=[([1, 3], 0.1 + n) for n in range(100)])) + "\n"
    assert _most_memory(line for _ in range(1_000)) < 40_000


def test_the_first_answer_comes_after_a_fraction_of_a_second_and_without_the_large_libraries() -> None:
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "tally", "-"],
        cwd=ROOT,
        input=json.dumps(a_line(votes=[(1, 2)])) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(asked.stdout)["scores"] == [2, 0, 0]
    loaded = {name.split(".")[0] for name in re.findall(r"\|\s+([\w.]+)$", asked.stderr, re.MULTILINE)}
    assert "json" in loaded
    assert not loaded & {"discord", "sqlalchemy", "alembic", "web3", "eth_abi", "aiohttp", "pydantic", "PIL", "orjson"}
    script = "import time; from bot.__main__ import main; main(['tally', '/dev/null']); print(time.process_time())"
    spent = [
        float(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(spent) < 0.4


def test_a_reader_who_goes_away_is_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text((json.dumps(a_line(votes=[(1, 2)])) + "\n") * 20_000)
    command = f"{sys.executable} -m bot tally {file} | head -n 1"
    asked = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.stderr == ""
    assert json.loads(asked.stdout)["scores"] == [2, 0, 0]
