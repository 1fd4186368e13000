"""Making a bundle from a count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bot.domain.audit.bundle.linked_power_section import votable_part
from bot.domain.audit.bundle.writing.sections import (
    SCHEMA,
    Part,
    Registered,
    ballot_line,
    delegations_part,
    outcome_part,
    recusals_part,
    sentence_of,
    standing_part,
    tally_part,
)
from bot.domain.audit.hashing.canonical_json import Canonical, canonical
from bot.domain.audit.hashing.content_id import cid, cid_of
from bot.domain.audit.hashing.merkle_tree import root
from bot.domain.audit.linked_power import LinkedPower
from bot.domain.audit.proposal_document import proposal_document
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId, Timestamp
from bot.domain.voting.ballot import Ballot

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
CHECK = 16
"""Hexadecimal digits of a line's hash that stand with it, so that a changed ballot is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a bundle is made from. `proposal` holds its result; `ballots` are those that count, each wallet once.

    `superseded` counts the earlier ballots that were replaced or taken back. `votable` commits to what linked wallets
    are of the power that could vote, where something is a percentage of it. `references` name the delegates who cast.
    """

    proposal: Proposal
    ballots: Sequence[Ballot]
    software: str
    superseded: int = 0
    votable: LinkedPower | None = None
    registered: Sequence[Registered] = ()
    references: Mapping[MemberId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle as it is stored: canonical JSON, its content identifier, and the Merkle root over its ballots."""

    content: bytes
    cid: str
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBundle:
    """What is told of a stored bundle. `size` is that of its gzip file, in bytes."""

    cid: str
    root: str
    size: int
    made_at: Timestamp


def make_bundle(count: Count) -> Bundle:
    """Return the bundle of a count. Raises ValueError for a proposal without a result."""
    proposal, result, terms = count.proposal, count.proposal.result, count.proposal.standing
    if result is None or terms is None:
        raise ValueError(f"proposal {proposal.number} has no result")
    ballots = sorted(count.ballots, key=lambda ballot: ballot.wallet)
    lines = [line_form(ballot_line(ballot, count.references)) for ballot in ballots]
    voters = [ballot.wallet for ballot in ballots]
    document = proposal_document(proposal)
    sections: Part = {
        "schema": SCHEMA,
        "software": count.software,
        "proposal": {"cid": cid_of(document), "document": document},
        "counted_at": result.counted_at,
        "superseded": count.superseded,
        "recusals": recusals_part(proposal.recusals),
        "votable": votable_part(count.votable),
        "standing": standing_part(terms),
        "delegations": delegations_part(one.among(voters) for one in count.registered),
        "tally": tally_part(result.tally),
        "outcome": outcome_part(result.outcome, sentence_of(proposal, terms, result.outcome, result.tally, SCHEMA)),
    }
    top = root(lines)
    content = assembled(lines, {**sections, "digests": digests(sections), "root": top})
    return Bundle(content=content, cid=cid(content), root=top)


def digests(sections: Mapping[str, Canonical]) -> Part:
    """Return sha256 of each section's canonical form, in hexadecimal."""
    return {name: sha256(canonical(value)).hexdigest() for name, value in sections.items()}


def line_form(line: Mapping[str, Canonical]) -> bytes:
    """Return the canonical form of a ballot's line.

    It is `canonical`, many times as fast: the keys are ASCII, so that their order is that of their code points, and
    there are no fractions and no large numbers. Raises ValueError where a text holds half a surrogate pair.
    """
    return _encode(line).encode()


def check_of(line: bytes) -> str:
    """Return the digits that stand with a ballot's line: the first of its leaf's hash."""
    return sha256(b"\x00" + line).hexdigest()[:CHECK]


def assembled(lines: Sequence[bytes], sections: Mapping[str, Canonical], checks: Sequence[str] | None = None) -> bytes:
    """Return the canonical form of a bundle, from the lines of its ballots, their checks, and all the rest.

    It is put together line by line, so that a thread that does it lets others run in between. `ballots` comes before
    every other key, and in a line `at` and then `check`.
    """
    checked = map(_checked, lines, map(check_of, lines) if checks is None else checks)
    return b'{"ballots":[' + b",".join(checked) + b"]," + canonical(sections)[1:]


def _checked(line: bytes, check: str) -> bytes:
    at, comma, others = line.partition(b",")
    return at + b',"check":"' + check.encode() + b'"' + comma + others
