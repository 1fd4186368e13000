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
"""Hexadecimal digits of each ballot line's hash that are written with it, so that a changed ballot can be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSource:
    """What a bundle is made from.

    `proposal` has its result; `ballots` are those that count, one a wallet. `superseded` is the number of ballots that
    were replaced or dropped before. `votable` is the commitment to the power of all linked wallets, where the rules use
    a share of it. `references` are the pseudonyms of delegates who cast ballots.
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
    """What is known of a stored bundle without reading it. `size` is that of its gzip file, in bytes."""

    cid: str
    root: str
    size: int
    made_at: Timestamp


def make_bundle(count: BundleSource) -> Bundle:
    """Return the bundle of a count. Raises ValueError for a proposal without a result."""
    proposal, result, terms = count.proposal, count.proposal.result, count.proposal.terms_after_recusals
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
    """Return the canonical form of a ballot's line: the same as `canonical`, but many times as fast.

    That works because keys are ASCII (code point order is code unit order) and there are no fractions or large numbers.
    Raises ValueError if a text holds half a surrogate pair.
    """
    return _encode(line).encode()


def check_of(line: bytes) -> str:
    """Return the check digits of a ballot's line: the first digits of its Merkle leaf's hash."""
    return sha256(b"\x00" + line).hexdigest()[:CHECK]


def assembled(lines: Sequence[bytes], sections: Mapping[str, Canonical], checks: Sequence[str] | None = None) -> bytes:
    """Return the canonical form of a bundle from its ballot lines, their check digits, and the other sections.

    It is built line by line, so that a thread that does it lets other threads run. The key `ballots` sorts before all
    others, and within a line `at` sorts before `check`.
    """
    checked = map(_checked, lines, map(check_of, lines) if checks is None else checks)
    return b'{"ballots":[' + b",".join(checked) + b"]," + canonical(sections)[1:]


def _checked(line: bytes, check: str) -> bytes:
    at, comma, others = line.partition(b",")
    return at + b',"check":"' + check.encode() + b'"' + comma + others
