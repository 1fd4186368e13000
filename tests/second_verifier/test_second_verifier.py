"""A verifier that was written from docs/proof.md alone agrees with the bot's on every bundle: the page is enough."""

from __future__ import annotations

import ast
import gzip
import json
import math
import re
import sys
from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.domain.audit.bundle.writing.sections import FIRST_SCHEMA, SCHEMA, outcome_part, sentence_of, tally_part
from bot.domain.audit.proposal_document import proposal_document
from bot.domain.power import KINDS
from bot.domain.proposals.vote_rules import Approval, Settled, Share, Whole, resolve
from bot.domain.shared.types import Units
from bot.domain.voting import SYSTEMS, Base, Mark
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.system_registry import VotingType
from tests.builders import ONE, TOKEN, a_ballot, a_proposal, a_strategy, an_address, some_terms
from tests.bundles import a_bundle, at, counted, failures, forged
from tests.second_verifier.bundle import BY_VOTERS, Verified
from tests.second_verifier.hashes import canonical
from tests.second_verifier.log import hold
from tests.second_verifier.page import PROOF
from tests.second_verifier.polls import a_poll, a_random_bundle, a_signed_bundle
from tests.second_verifier.words import form, sentence

HERE = Path(__file__).parent
POSTED = HERE.parent / "vectors" / "posted"
_POLLS = {"copeland": 600, "ranked-choice": 400}
"""Votes of which each sentence is compared: rare ties come up among so many."""
WRITTEN_FROM_THE_PAGE = ("bundle", "counting", "deciding", "hashes", "log", "page", "words")


@pytest.mark.parametrize("module", WRITTEN_FROM_THE_PAGE)
def test_it_takes_nothing_from_the_bot(module: str) -> None:
    taken = set()
    for node in ast.walk(ast.parse((HERE / f"{module}.py").read_text())):
        if isinstance(node, ast.ImportFrom):
            taken.add((node.module or "").removeprefix("tests.second_verifier."))
        elif isinstance(node, ast.Import):
            taken |= {name.name for name in node.names}
    others = {name for name in taken if name.partition(".")[0] not in sys.stdlib_module_names}
    assert others <= {*WRITTEN_FROM_THE_PAGE, "eth_hash.auto", "eth_keys.datatypes"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_bundles_of_random_votes_hold_by_the_page_alone(system: str) -> None:
    for seed in range(60):
        bundle = a_random_bundle(seed, system)
        assert failures(bundle.content) == []
        assert Verified(bundle.content).false == [], seed


@pytest.mark.parametrize(("name", "fails"), [("erc20-balance-of-delegation", False), ("erc20-balance-of", True)])
def test_linked_power_is_another_where_power_depends_on_who_votes(name: str, fails: bool) -> None:
    assert {kind for kind, said in KINDS.items() if said.by_voters} == BY_VOTERS
    params = {"address": TOKEN, "symbol": "VITA", "decimals": 18, "delegationSpace": ""}
    linked, rules = {an_address(1): Units(7)}, Settled(quorum=Share(share=Fraction(1), of=Whole.LINKED))
    terms = some_terms(
        strategies=(a_strategy(name, params=params),), rules=rules, wholes={Whole.LINKED: Units(7)}, quorum=Units(7)
    )
    content = a_bundle(proposal=a_proposal(terms=terms), votable=linked).content
    assert bool(failures(content)) is fails
    assert bool(Verified(content).false) is fails


@pytest.mark.parametrize(
    ("system", "marks"),
    [
        ("basic", (1, 3)),
        ("single-choice", (2, 2)),
        ("approval", ((), (1, 3))),
        ("weighted", ((0, 5, 10_000), (1, 0, 0))),
        ("quadratic", ((1, 2, 3), (0, 0, 7))),
        ("ranked-choice", ((3, 1, 2), (1, 2, 3))),
        ("copeland", ((3, 1, 2), (1, 2, 3))),
        ("schulze", ((2,), (3, 1))),
        ("star", ((0, 0, 0), (5, 0, 1))),
    ],
)
def test_signed_ballots_hold_by_the_page_alone(system: VotingType, marks: Sequence[Mark]) -> None:
    bundle = a_signed_bundle(system, marks)
    assert failures(bundle.content) == []
    assert Verified(bundle.content).false == []


@pytest.mark.parametrize("seed", range(40))
def test_sums_of_roots_that_rounding_confuses_are_ordered_by_the_page_alone(seed: int) -> None:
    """Of most of these votes two choices are equal, or almost, and their rounded roots say otherwise."""
    random = Random(seed)  # noqa: S311 - the same votes each time
    power, times = random.randint(1, 10**24), random.randint(2, 5)
    votes = [((1, 0, 0), power)] * times + [((0, 7, 0), power * times**2)] + [((0, 1, 3), ONE), ((2, 0, 6), ONE)]
    if random.random() < 1 / 2:
        votes += [((0, 1, 0), power + 1)] * 2 + [((1, 0, 0), power), ((1, 0, 0), power + 2)]
    ballots = [a_ballot(number, mark, held, receipt=f"{number:032x}") for number, (mark, held) in enumerate(votes, 1)]
    bundle = a_bundle(ballots, a_proposal(voting="quadratic", choices=("Mouse", "Fly", "Worm")))
    assert failures(bundle.content) == []
    assert Verified(bundle.content).false == []


@pytest.mark.parametrize("more", [0, 1, 7])
def test_shares_that_rounding_confuses_are_ordered_by_the_page_alone(more: int) -> None:
    """Beside hundreds of sums of weights a third and a sixth of a power are rounded to less than half of it."""
    odd = [number for number in range(5_001, 9_001) if all(number % divisor for divisor in range(2, 95))][:330]
    votes = [((1, 0, 2), ONE + more), ((1, 0, 5), ONE), ((0, 1, 1), ONE), *(((0, 0, number), 1) for number in odd)]
    ballots = [a_ballot(number, mark, held, receipt=f"{number:032x}") for number, (mark, held) in enumerate(votes, 1)]
    bundle = a_bundle(ballots, a_proposal(voting="weighted", choices=("Mouse", "Fly", "Worm")))
    assert failures(bundle.content) == []
    assert Verified(bundle.content).false == []


@pytest.mark.parametrize(
    ("bar", "strict", "more", "verdict"),
    [
        ("1/2", True, 0, "rejected"),
        ("1/2", False, 0, "decided"),
        ("1/2", True, 1, "decided"),
        ("1/2", False, -1, "rejected"),
    ],
)
def test_a_threshold_that_rounding_confuses_is_held_by_the_page_alone(
    bar: str, strict: bool, more: int, verdict: str
) -> None:
    """Of hundreds of sums of weights the first choice has exactly half, a unit more or a unit less."""
    ballots = halved(more)
    rules = Settled(quorum="0", approval=Approval(share=Fraction(bar), strict=strict, of=Base.TURNOUT))
    _, threshold = resolve(rules, {}, 18)
    terms = some_terms(rules=rules, threshold=threshold, quorum=Units(0))
    bundle = a_bundle(ballots, a_proposal(voting="weighted", choices=("Mouse", "Fly", "Worm"), terms=terms))
    assert failures(bundle.content) == []
    assert Verified(bundle.content).false == []
    assert json.loads(bundle.content)["outcome"]["verdict"] == verdict


def halved(more: int) -> list[Ballot]:
    """Ballots that give the first of three choices half of the power, and `more` units."""
    primes = [
        number for number in range(3, 3_334) if all(number % divisor for divisor in range(2, 58) if divisor < number)
    ]
    marks = [*((3 * prime, 2 * prime, prime) for prime in primes), (1, 0, 0), (0, 1, 0)]
    powers = [*(1 for _ in primes), ONE + more, ONE - more]
    return [a_ballot(n, mark, p, receipt=f"{n:032x}") for n, (mark, p) in enumerate(zip(marks, powers, strict=True), 1)]


def test_bundles_that_were_posted_hold_by_the_page_alone_with_logs_and_receipts() -> None:
    posted = json.loads((POSTED / "posted.json").read_text())
    for file in sorted(POSTED.glob("*.json.gz")):
        name = file.name.removesuffix(".json.gz")
        verified = Verified(gzip.decompress(file.read_bytes()))
        if name in posted:
            lines = gzip.decompress((POSTED / f"{name}-log.jsonl.gz").read_bytes()).splitlines()
            hold(verified, [json.loads(line) for line in lines], posted[name]["head"])
        for receipt in POSTED.glob(f"{name}-[rc]*.json"):
            verified.receipt(json.loads(receipt.read_text()))
        assert verified.false == [], name


@pytest.mark.parametrize(
    "place", [("tally", "total"), ("tally", "scores", 0), ("outcome", "sentence"), ("standing", "quorum")]
)
def test_a_result_that_does_not_follow_is_named(place: Sequence[int | str]) -> None:
    def change(bundle: dict[str, Any]) -> None:
        *way, last = place
        at(bundle, way)[last] += "1"

    false = Verified(forged(a_bundle().content, change)).false
    assert [one.split(":")[0] for one in false] == [place[0]]


def test_every_sentence_is_word_for_word_one_of_the_page_and_the_page_has_no_others() -> None:
    form.used.clear()
    for system in SYSTEMS:
        for seed in range(_POLLS.get(system, 150)):
            proposal, ballots, _ = a_poll(seed, system)
            proposal = counted(proposal, ballots)
            result, terms = proposal.result, proposal.terms_after_recusals
            assert result is not None
            assert terms is not None
            tally, outcome = tally_part(result.tally), outcome_part(result.outcome, "")
            document = json.loads(canonical(proposal_document(proposal)))
            for schema in (SCHEMA, FIRST_SCHEMA):
                said = sentence_of(proposal, terms, result.outcome, result.tally, schema)
                assert sentence(document, tally, json.loads(canonical(outcome)), schema) == said, (system, seed)
    assert not form.unused


def test_the_examples_of_the_page_are_true() -> None:
    example = re.search(r"```json\n(\{\"at\".*\})\n```\n\nwhich gives `([0-9a-f]{64})`", PROOF)
    assert example is not None
    assert sha256(example[1].encode()).hexdigest() == example[2]
    worked = re.search(r"2\^40\) = (\d+), R =\s+r \+ .* = (\d+)\.", PROOF)
    assert worked is not None
    near, root = (int(number) for number in worked.groups())
    assert near == math.floor(math.sqrt(3) * 2.0**40)
    assert root == near + 3 * 2**80 // near
    assert math.isqrt(2**202 // 4) == 2**100
