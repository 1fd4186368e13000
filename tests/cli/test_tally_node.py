"""`folkmoot tally` beside snapshot.js itself, on random polls that neither has seen, odd ballots included."""

import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "tests" / "node"
NODE = shutil.which("node")
POLLS = 400
"""Of each system."""

pytestmark = [
    pytest.mark.node,
    pytest.mark.timeout(180),
    pytest.mark.skipif(
        NODE is None or not (PACKAGES / "node_modules" / "@snapshot-labs").exists(),
        reason="wants node and snapshot.js in tests/node",
    ),
]

ODD = [
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


def a_choice(rng, type, choices):  # noqa: A002 - as the format has it
    if rng.random() < 0.06:
        return rng.choice(ODD)
    every = list(range(1, choices + 1))
    match type:
        case "basic" | "single-choice":
            return rng.choice(every)
        case "approval":
            return rng.sample(every, rng.randint(0, choices))
        case "weighted" | "quadratic":
            named = rng.sample(every, rng.randint(1, choices))
            weigh = rng.choice([lambda: rng.randint(0, 100), lambda: rng.random() * 10, lambda: 1])
            weights = {str(choice): weigh() for choice in named}
            if rng.random() < 0.05:
                weights[f"0{rng.choice(every)}"] = rng.randint(1, 50)
            return weights
        case _:
            ranking = rng.sample(every, choices)
            if rng.random() < 0.08:
                written = [str, float, lambda c: [c], lambda c: f"0{c}", lambda c: f" {c}", lambda c: c == 1 or c]
                return [rng.choice(written)(choice) if rng.random() < 0.4 else choice for choice in ranking]
            return ranking if rng.random() < 0.97 else ranking[1:]


AMOUNTS = [
    lambda rng: rng.randint(0, 3),  # ties at every turn
    lambda rng: rng.randint(0, 1_000),
    lambda rng: rng.lognormvariate(6, 3),
    lambda rng: rng.randint(0, 10**21) / 10**18,
]


def a_poll(rng, type):  # noqa: A002
    choices = rng.choice([2, 3]) if type == "basic" else rng.choice([1, 2, 3, 4, 5, 12])
    strategies = rng.choice([0, 1, 1, 2, 3])
    an_amount = rng.choice(AMOUNTS)
    votes = []
    for _ in range(rng.choice([0, 1, 2, 5, 12, 40])):
        scores = [an_amount(rng) for _ in range(strategies)]
        apart = rng.random() < 0.05
        balance = an_amount(rng) if apart or not strategies else sum(scores)
        votes.append({"choice": a_choice(rng, type, choices), "balance": balance, "scores": scores})
    return {
        "type": type,
        "choices": [f"c{number}" for number in range(choices)],
        "strategies": [{"name": "ticket"}] * strategies,
        "votes": votes,
    }


def told_by(command, folder, polls):
    sent = "".join(json.dumps(poll).replace("\ufeff", "\\ufeff") + "\n" for poll in polls)
    told = subprocess.run(command, cwd=folder, input=sent, capture_output=True, text=True, check=False)
    return told.stdout.splitlines(), told.stderr


def flat(answer):
    return [*answer["scores"], *(cell for row in answer["scores_by_strategy"] for cell in row), answer["scores_total"]]


def agree(ours, theirs, most):
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-11 * most)


@pytest.mark.parametrize(
    "type", ["basic", "single-choice", "approval", "weighted", "quadratic", "ranked-choice", "copeland"]
)
def test_random_polls_are_counted_alike(type):  # noqa: A002
    rng = random.Random(f"{type} 2")  # noqa: S311 - polls, no secrets
    polls = [a_poll(rng, type) for _ in range(POLLS)]
    theirs, _ = told_by([NODE, str(Path(__file__).with_name("tally_in_node.mjs"))], PACKAGES, polls)
    ours, complaints = told_by([sys.executable, "-m", "bot", "tally", "-"], ROOT, polls)
    thrown = [number for number, line in enumerate(theirs, start=1) if "thrown" in json.loads(line)]
    assert [int(line.split(":")[0].removeprefix("line ")) for line in complaints.splitlines()] == thrown
    assert len(thrown) < POLLS / 20
    answered = [(poll, json.loads(line)) for poll, line in zip(polls, theirs, strict=True) if "thrown" not in line]
    for (poll, snapshot), line in zip(answered, ours, strict=True):
        folkmoot = json.loads(line)
        assert folkmoot["valid"] == snapshot["valid"], poll
        most = max((value for value in flat(snapshot) if not isinstance(value, str)), default=0)
        assert all(agree(a, b, most) for a, b in zip(flat(folkmoot), flat(snapshot), strict=True)), poll
