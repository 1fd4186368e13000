"""`folkmoot tally` beside snapshot.js itself, on random polls that neither has seen, odd ballots included."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.presence import present

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "tests" / "node"
NODE = shutil.which("node")
POLLS = int(os.environ.get("FOLKMOOT_ROUNDS", "400"))
"""Of each system."""
SEED = os.environ.get("FOLKMOOT_SEED", "3")

pytestmark = [
    pytest.mark.node,
    pytest.mark.timeout(180),
    pytest.mark.skipif(
        NODE is None or not (PACKAGES / "node_modules" / "@snapshot-labs").exists(),
        reason="wants node and snapshot.js in tests/node",
    ),
]

ODD: list[Any] = [
    *(
        None,
        True,
        False,
        "",
        "1",
        "abc",
        0,
        -1,
        1.5,
        1.0,
        2.0000000000000004,
        1e9,
        -0.0,
        2**60,
        [],
        {},
        [[]],
        [1],
        [[1]],
    ),
    *([True], ["1"], ["01", 2], [1, "1"], [1, 1], [1, 1.0], ["1", "1"], [None], [0], ["2", 1], [[1], [1]], [1, 2, 9]),
    *({"1": 1}, {"01": 1}, {"1": 1, "01": 3}, {"1.0": 1, "2": 2}, {" 2 ": 1, "1": 1}, {"0x1": 2, "1": 1}, {"": 1}),
    *({"1": 0}, {"1": -1}, {"1": "1"}, {"1": True}, {"1": None}, {"1": 1e308, "2": 1e308}, {"1": 1e-308, "2": 5e-324}),
    *({"2": 0.1, "1": 0.2}, {"1": 1e300, "2": 1}, {"9": 1}, {"1e0": 1, "2": 1}, {"+1": 1}, {"1_0": 1}, {"Infinity": 1}),
    *({"1": 2**53 + 1, "2": 1}, {"1": 10**400}, {"\ufeff1\u3000": 1, "1": 1}, {"0b10": 1, "1": 1}, {"1": [1]}),
]


def junk(rng: random.Random, depth: int = 2) -> Any:
    """Anything that JSON can say, close to a ballot or far from it."""
    kind = rng.randrange(9 if depth else 6)
    if kind <= 2:
        return rng.choice([0, 1, 2, 3, 4, 26, -1, 1.5, 1e21, 10**30, 2**53 + 1, 1e-7, -0.0])
    if kind <= 4:
        texts = [
            "",
            " ",
            "1",
            "01",
            " 2",
            "3\n",
            "0x3",
            "0b1",
            "1e0",
            "+1",
            "-1",
            "1,2",
            "true",
            "null",
            "\u0661",
            "\uff11",
        ]
        return rng.choice(texts)
    if kind == 5:
        return rng.choice([None, True, False])
    if kind == 6:
        return rng.choice(ODD)
    many = range(rng.randrange(4))
    if kind == 7:
        return [junk(rng, depth - 1) for _ in many]
    return {str(junk(rng, 0)): junk(rng, depth - 1) for _ in many}


def spoilt(rng: random.Random, choice: Any) -> Any:
    """A ballot that was sound, with one thing about it changed."""
    if isinstance(choice, list) and choice:
        at, written = rng.randrange(len(choice)), list(choice)
        change = rng.randrange(6)
        if change == 0:
            written[at] = junk(rng)
        elif change == 1:
            ways: list[Callable[[Any], Any]] = [str, float, lambda c: [c], lambda c: c + 0.5, lambda c: -c]
            written[at] = rng.choice(ways)(written[at])
        elif change == 2:
            written.append(rng.choice(written))
        elif change == 3:
            written[at] = rng.choice(written)
        elif change == 4:
            written.pop(at)
        else:
            return {str(place): entry for place, entry in enumerate(written, start=1)}
        return written
    if isinstance(choice, dict) and choice:
        key = rng.choice(list(choice))
        other = rng.choice(["0", "26", "", "a", f"0{key}", f" {key}", f"{key}.0", f"-{key}", key])
        weight = rng.choice([0, -1, None, "1", 10**6, 5e-324, [1], True, 2**60, choice[key]])
        return choice | {other: weight} if rng.random() < 0.7 else [*choice.values()]
    return rng.choice([[choice], str(choice), {"1": choice}, junk(rng)])


def a_choice(rng: random.Random, type: str, choices: int) -> Any:  # noqa: A002 - as the format has it
    every = list(range(1, choices + 1))
    match type:
        case "basic" | "single-choice":
            return rng.choice(every)
        case "approval":
            return rng.sample(every, rng.randint(0, choices))
        case "weighted" | "quadratic":
            named = rng.sample(every, rng.randint(1, choices))
            weighing: list[Callable[[], float]] = [lambda: rng.randint(0, 100), lambda: rng.random() * 10, lambda: 1]
            weigh = rng.choice(weighing)
            return {str(choice): weigh() for choice in named}
        case _:
            return rng.sample(every, choices)


AMOUNTS: list[Callable[[random.Random], float]] = [
    lambda rng: rng.randint(0, 3),  # ties at every turn
    lambda rng: rng.randint(0, 1_000),
    lambda rng: rng.lognormvariate(6, 3),
    lambda rng: rng.randint(0, 10**21) / 10**18,
    lambda rng: rng.choice([0, 0, 1]),
    lambda rng: rng.randint(0, 9) * 2.0**-960,  # near the ends of what doubles hold
    lambda rng: rng.randint(0, 9) * 2.0**960,
]
LABELS: list[Callable[[int], object]] = [
    lambda number: f"c{number}",
    lambda _: "",
    lambda _: None,
    lambda number: number,
    lambda _: "the same",
]


def a_poll(rng: random.Random, type: str) -> Json:  # noqa: A002
    choices = rng.choice([2, 3]) if type == "basic" else rng.choice([1, 2, 3, 4, 5, rng.randint(6, 25)])
    strategies = rng.choice([0, 1, 1, 2, 3, 5])
    an_amount, odd = rng.choice(AMOUNTS), rng.choice([0, 0.02, 0.06, 0.3, 1])
    power = rng.choice(["balance", "balance", "vp"])
    votes = []
    for _ in range(rng.choice([0, 1, 2, 5, 12, 40])):
        scores = [an_amount(rng) for _ in range(strategies)]
        apart = rng.random() < 0.05
        balance = an_amount(rng) if apart or not strategies else sum(scores)
        choice = a_choice(rng, type, choices)
        if rng.random() < odd:
            choice = [junk(rng), rng.choice(ODD), spoilt(rng, choice)][rng.randrange(3)]
        votes.append({"choice": choice, power: balance, "scores": scores})
    label = rng.choice(LABELS)
    return {
        "type": type,
        "choices": [label(number) for number in range(choices)],
        "strategies": [{"name": "ticket"}] * strategies,
        "votes": votes,
    }


def broken(rng: random.Random, poll: Json) -> Json:
    """The poll without something that it needs, or with something that nobody can add up."""
    if not poll["votes"] or rng.random() < 0.3:
        missing = rng.choice(list(poll))
        return {name: value for name, value in poll.items() if name != missing}
    votes = [dict(vote) for vote in poll["votes"]]
    vote = rng.choice(votes)
    power = "vp" if "vp" in vote else "balance"
    name, value = rng.choice(
        [(power, None), (power, "1"), (power, -1), (power, True), ("scores", None), ("scores", [1] * 9)]
    )
    vote[name] = value
    if rng.random() < 0.3:
        del vote[rng.choice([power, "choice", "scores"])]
        vote.setdefault("scores", "none")
    return poll | {"votes": votes}


def as_snapshot_has_it(poll: Json) -> Json:
    """snapshot.js knows one name for the power of a vote."""
    votes = [{"balance": vote.get("vp", vote.get("balance"))} | vote for vote in poll["votes"]]
    return poll | {"votes": votes}


def told_by(command: Sequence[str], folder: Path, polls: Iterable[Json]) -> tuple[list[str], str]:
    sent = "".join(json.dumps(poll).replace("\ufeff", "\\ufeff") + "\n" for poll in polls)
    told = subprocess.run(command, cwd=folder, input=sent, capture_output=True, text=True, check=False)
    return told.stdout.splitlines(), told.stderr


def flat(answer: Json) -> list[float | str]:
    return [*answer["scores"], *(cell for row in answer["scores_by_strategy"] for cell in row), answer["scores_total"]]


def agree(ours: float | str, theirs: float | str, most: float) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-11 * most)


@pytest.mark.parametrize(
    "type", ["basic", "single-choice", "approval", "weighted", "quadratic", "ranked-choice", "copeland"]
)
def test_random_polls_are_counted_alike(type: str) -> None:  # noqa: A002
    rng = random.Random(f"{type} {SEED}")  # noqa: S311 - polls, no secrets
    polls = [a_poll(rng, type) for _ in range(POLLS)]
    theirs, _ = told_by(
        [present(NODE), str(Path(__file__).with_name("tally_in_node.mjs"))], PACKAGES, map(as_snapshot_has_it, polls)
    )
    lines: dict[int, tuple[Json, Json]] = {}
    for number, (poll, line) in enumerate(zip(polls, theirs, strict=True)):
        lines[3 * number] = (poll, json.loads(line))
        if rng.random() < 0.1:
            lines[3 * number + 1] = (broken(rng, poll), {"thrown": "ours"})
    sent = [poll for _, (poll, _) in sorted(lines.items())]
    wanted = [answer for _, (_, answer) in sorted(lines.items())]
    ours, complaints = told_by([sys.executable, "-m", "bot", "tally", "-"], ROOT, sent)
    thrown = [number for number, answer in enumerate(wanted, start=1) if "thrown" in answer]
    assert [int(line.split(":")[0].removeprefix("line ")) for line in complaints.splitlines()] == thrown
    assert sum("RangeError" in answer.values() for answer in wanted if "thrown" in answer) < POLLS / 20
    answered = [(poll, answer) for poll, answer in zip(sent, wanted, strict=True) if "thrown" not in answer]
    for (poll, snapshot), line in zip(answered, ours, strict=True):
        folkmoot = json.loads(line)
        assert folkmoot["valid"] == snapshot["valid"], poll
        most = max((value for value in flat(snapshot) if not isinstance(value, str)), default=0)
        assert all(agree(a, b, most) for a, b in zip(flat(folkmoot), flat(snapshot), strict=True)), poll
    assert sum(len(snapshot["valid"]) < len(poll["votes"]) for poll, snapshot in answered) > POLLS / 4
