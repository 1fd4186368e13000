"""The document of a proposal: everything its voters vote on, as one canonical value, and what names it.

The schema is `folkmoot/proposal/1`, or `folkmoot/proposal/2` where only members with certain roles vote. It holds no
person, nothing that may change after the start, and nothing that can't be told without the database. Amounts are texts
in units of `scale`, shares are texts like `1/2`, times are seconds. What moderators change later, and who is recused,
is not in it: it says what was put to the vote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from bot.domain.audit.hashing.canonical_json import MAX_INTEGER, Canonical, canonical
from bot.domain.audit.hashing.content_id import cid_of
from bot.domain.power import Strategy, parse_strategy
from bot.domain.power.exact_numbers import fraction
from bot.domain.proposals.proposal import Proposal, Terms, Text
from bot.domain.proposals.vote_rules import Settled, Share
from bot.domain.shared.types import Block

SCHEMA, WITH_VOTERS = "folkmoot/proposal/1", "folkmoot/proposal/2"
"""The second has `voters` besides, and is that of votes in which only some roles vote."""

Document = Mapping[str, Canonical]

_Whole = Callable[[float], int]
"""What a number with an exponent, or a point, is as a whole one."""


def proposal_document(proposal: Proposal) -> Document:
    """Return the document of a proposal as it was put to the vote. Raises ValueError for a draft."""
    terms, submitted = proposal.terms, proposal.submitted_at
    if terms is None or submitted is None:
        raise ValueError(f"proposal {proposal.number} is a draft: it has no terms")
    return {
        "schema": WITH_VOTERS if terms.voters else SCHEMA,
        "guild": str(proposal.guild),
        "number": proposal.number,
        "submitted_at": submitted,
        "text": text_document(proposal.text, proposal.choices),
        "voting": proposal.voting,
        **_terms(terms),
    }


def proposal_cid(proposal: Proposal) -> str:
    """Return the content identifier of a proposal's document. Raises ValueError for a draft."""
    return cid_of(proposal_document(proposal))


def in_documents_form(strategies: Sequence[Strategy]) -> tuple[Strategy, ...]:
    """Return strategies with each parameter as a document has it, which is all that anybody ever scores by."""
    return _read_back(strategies, _shortest)


def as_named(proposal: Proposal) -> Proposal:
    """Return a stored proposal with its strategies as the document has them that its content identifier names.

    Earlier versions kept numbers as they were pasted, and the first ones wrote the double near a number with an
    exponent (`1e23` as `99999999999999991611392`). Unchanged where neither way gives the identifier.
    """
    if proposal.terms is None or proposal.cid is None:
        return proposal
    for whole in (_shortest, int):
        terms = replace(proposal.terms, strategies=_read_back(proposal.terms.strategies, whole))
        named = replace(proposal, terms=terms)
        if proposal_cid(named) == proposal.cid:
            return named
    return proposal


def _read_back(strategies: Sequence[Strategy], whole: _Whole) -> tuple[Strategy, ...]:
    entries = (_strategy(strategy, whole) for strategy in strategies)
    return tuple(parse_strategy(entry, index) for index, entry in enumerate(entries, start=1))


def text_document(text: Text, choices: Sequence[str]) -> Document:
    """Return what a proposal says, with the choices as the ballot lists them."""
    return {
        "title": text.title,
        "summary": text.summary,
        "body": text.body,
        "discussion": text.discussion,
        "choices": tuple(choices),
    }


def text_hash(text: Text, choices: Sequence[str]) -> str:
    """Return sha256 of the canonical form of what a proposal says, in hexadecimal."""
    return sha256(canonical(text_document(text, choices))).hexdigest()


def _terms(terms: Terms) -> Document:
    return {
        "window": {"start": terms.start, "end": terms.end},
        "snapshot": {str(chain): _block(block) for chain, block in terms.snapshot.items()},
        "strategies": [_strategy(strategy) for strategy in terms.strategies],
        "scale": terms.scale,
        "symbol": terms.symbol,
        "quorum": {"amount": str(terms.quorum), "counts": terms.rules.counts.value},
        "threshold": {
            "share": str(terms.threshold.share),
            "base": terms.threshold.base.value,
            "strict": terms.threshold.strict,
            "votable": str(terms.threshold.votable),
        },
        "rules": _rules(terms.rules),
        "wholes": {whole.value: str(amount) for whole, amount in terms.wholes.items()},
        "delegation": terms.delegation,
        **({"voters": tuple(str(role) for role in terms.voters)} if terms.voters else {}),
    }


def _rules(rules: Settled) -> Document:
    quorum, approval = rules.quorum, rules.approval
    return {
        "quorum": {"share": str(quorum.share), "of": quorum.of.value} if isinstance(quorum, Share) else quorum,
        "counts": rules.counts.value,
        "approval": {"share": str(approval.share), "strict": approval.strict, "of": approval.of.value},
        "shown": rules.shown.value,
        "partial": rules.partial,
        "assurance": rules.assurance.value,
    }


def _block(block: Block) -> Document:
    return {"number": block.number, "hash": block.hash, "timestamp": block.timestamp}


def _shortest(number: float) -> int:
    """Return what the shortest text of a number says, not the double near it."""
    return int(fraction(number))


def _strategy(strategy: Strategy, whole: _Whole = _shortest) -> dict[str, Canonical]:
    return {
        "name": strategy.name,
        "network": str(strategy.network),
        "params": {name: _param(value, whole) for name, value in strategy.params.items()},
    }


def _param(value: object, whole: _Whole) -> Canonical:
    """Return a parameter as strategies read it back to the same meaning.

    JSON's readers differ on fractions and on large numbers, so those are written as decimal texts, which every
    strategy takes for numbers. A number with an exponent is the `whole` one that it is taken for.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= MAX_INTEGER else str(value)
        case float():
            return _param(whole(value), whole) if value.is_integer() else str(value)
        case Mapping():
            return {str(name): _param(inner, whole) for name, inner in value.items()}
        case Sequence():
            return [_param(inner, whole) for inner in value]
        case _:
            raise ValueError(f"{type(value).__name__} is no parameter of a strategy")
