"""Bundles made from the values of tests, and what is found in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import State
from bot.domain.audit.bundle.linked_power_section import votable_part
from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.writing.bundle_builder import Bundle, BundleSource, assembled, digests, make_bundle
from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.hashing.merkle_sum_tree import SALT_BYTES
from bot.domain.audit.hashing.merkle_tree import root
from bot.domain.audit.linked_power import commit_to
from bot.domain.proposals.proposal import Proposal, Result
from bot.domain.shared.types import Address, Timestamp, Units
from bot.domain.voting import decide, tally
from bot.domain.voting.ballot import Ballot, columns
from tests.builders import ONE, a_ballot, a_proposal, an_address

BALLOTS = (
    a_ballot(1, 1, 60 * ONE, receipt="1" * 32),
    a_ballot(2, 2, 40 * ONE, receipt="2" * 32),
    a_ballot(3, 3, 7, receipt="3" * 32),
)


def counted(proposal: Proposal, ballots: Sequence[Ballot]) -> Proposal:
    """The proposal with the result that the rules give it."""
    terms = proposal.terms_after_recusals
    assert terms is not None
    scores = tally(proposal.voting, len(proposal.choices), columns(ballots, len(terms.strategies)), terms.rules.options)
    outcome = decide(proposal.voting, scores, terms.quorum_rule, terms.threshold)
    return replace(proposal, result=Result(tally=scores, outcome=outcome, counted_at=Timestamp(terms.end + 60)))


def a_bundle(ballots: Sequence[Ballot] = BALLOTS, proposal: Proposal | None = None, **fields: Any) -> Bundle:
    """The bundle of a count of ballots; `votable` is what linked wallets are of their power."""
    proposal = counted(proposal or a_proposal(), ballots)
    if fields.get("votable") is not None:
        named = {*(ballot.wallet for ballot in ballots), *proposal.recused}
        numbers = count()
        fields["votable"] = commit_to(fields["votable"], named, lambda: next(numbers).to_bytes(SALT_BYTES, "big"))
    return make_bundle(replace(BundleSource(proposal=proposal, ballots=ballots, software="folkmoot 0.1.0"), **fields))


def a_commitment(powers: Mapping[Address, int] | None = None, named: Collection[Address] = ()) -> Any:
    """What a bundle says of linked wallets' power, from salts that count up."""
    numbers = count()
    held = {wallet: Units(power) for wallet, power in (powers or {an_address(1): 1}).items()}
    return votable_part(commit_to(held, named, lambda: next(numbers).to_bytes(SALT_BYTES, "big")))


def failures(content: bytes, **expected: str) -> list[str]:
    """All that fails, each with its check; a file that is no bundle fails as one."""
    try:
        contents = read(content)
    except Malformed as error:
        return [f"file: {error}"]
    return [
        f"{finding.check}: {finding.detail}"
        for finding in check(content, contents, **{f"expected_{name}": value for name, value in expected.items()})
        if finding.state is State.FAILS
    ]


def broken(content: bytes) -> bool:
    """Whether anything fails."""
    try:
        return any(finding.state is State.FAILS for finding in check(content, read(content)))
    except Malformed:
        return True


def forged(content: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A bundle that was changed, and all its hashes computed anew."""
    value = json.loads(content)
    change(value)
    lines = [canonical({k: v for k, v in entry.items() if k != "check"}) for entry in value.pop("ballots")]
    sections = {name: entry for name, entry in value.items() if name not in ("digests", "root")}
    return assembled(lines, {**sections, "digests": digests(sections), "root": root(lines)})


def paths(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in JSON that is no list and no object."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from paths(inner, (*place, name))
        case list():
            for index, inner in enumerate(value):
                yield from paths(inner, (*place, index))
        case _:
            yield place


def at(value: Any, place: Sequence[Any]) -> Any:
    """What stands at a place."""
    for step in place:
        value = value[step]
    return value
