"""How results are written in a bundle: amounts are decimal texts in units of the proposal's scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from bot.domain.audit.bundle.checking.schema_1_sentence import first_sentence
from bot.domain.audit.hashing.canonical_json import Canonical
from bot.domain.proposals.proposal import Proposal, Terms
from bot.domain.shared.amounts import exact
from bot.domain.shared.types import Address, ChainId, MemberId
from bot.domain.voting import Outcome, Round, Score, Tally, Words, sentence
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.recusal import Recusal

SCHEMA, FIRST_SCHEMA = "folkmoot/bundle/2", "folkmoot/bundle/1"
"""The schema that is written now, and the one that was written before."""
Part = dict[str, Canonical]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Delegations in the Delegate Registry of `chain` at the snapshot under any of `ids`: the delegate by delegator."""

    chain: ChainId
    ids: tuple[str, ...]
    given: Mapping[Address, Address]

    def among(self, voters: Iterable[Address]) -> Registered:
        """Return the delegations in which one of `voters` is delegator or delegate."""
        known = frozenset(voters)
        given = {one: other for one, other in self.given.items() if one in known or other in known}
        return Registered(chain=self.chain, ids=self.ids, given=given)


def ballot_line(ballot: Ballot, references: Mapping[MemberId, str]) -> Part:
    """Write a ballot as the Merkle tree holds it. The delegate who cast it is named by a reference, if there is one."""
    line: Part = {
        "at": ballot.cast_at,
        "mark": ballot.mark,
        "power": str(ballot.power),
        "receipt": ballot.receipt,
        "scores": [str(score) for score in ballot.scores],
        "wallet": ballot.wallet,
    }
    if ballot.via is not None:
        line["via"] = references.get(ballot.via, "")
    if ballot.signed is not None:
        block = ballot.signed.block
        line["signed"] = {
            "chain": str(ballot.signed.chain),
            "block": None
            if block is None
            else {"number": block.number, "hash": block.hash, "timestamp": block.timestamp},
            "message": ballot.signed.message.typed_data()["message"],
            "signature": "0x" + ballot.signed.signature.hex(),
        }
    return line


def tally_part(tally: Tally) -> Part:
    """Write a tally. A score that is no whole number is a fraction: `37/3`."""
    return {
        "scores": _scores(tally.scores),
        "by_strategy": [_scores(row) for row in tally.by_strategy],
        "total": str(tally.total),
        "ballots": tally.ballots,
        "winners": tally.winners,
        "rounds": [_round(held) for held in tally.rounds],
        "pairs": [_scores(row) for row in tally.pairs],
    }


def outcome_part(outcome: Outcome, words: str) -> Part:
    """Write an outcome with its numbers and its sentence."""
    return {
        "verdict": outcome.verdict.value,
        "leaders": outcome.leaders,
        "turnout": str(outcome.turnout),
        "quorum": str(outcome.quorum),
        "counts": outcome.counts.value,
        "reached": str(outcome.reached),
        "threshold": {
            "share": str(outcome.threshold.share),
            "base": outcome.threshold.base.value,
            "strict": outcome.threshold.strict,
            "votable": str(outcome.threshold.votable),
        },
        "approval": str(outcome.approval),
        "whole": str(outcome.whole),
        "sentence": words,
    }


def sentence_of(
    proposal: Proposal, terms: Terms, outcome: Outcome, tally: Tally, schema: str, *, rounded: bool = False
) -> str:
    """Return the outcome sentence, with exact amounts cut to whole units.

    With `rounded`, in the words that this schema used at first, with rounded shares.
    """

    def write(score: Score) -> str:
        return f"{exact(floor(score), terms.scale)} {terms.symbol}"

    if schema == FIRST_SCHEMA:
        return first_sentence(outcome, proposal.voting, proposal.choices, write)
    return sentence(outcome, tally, proposal.voting, proposal.choices, Words(amount=write), rounded=rounded)


def recusals_part(recusals: Sequence[Recusal]) -> list[Part]:
    """Write the recusals: the wallets, and whether the member or a moderator asked for it."""
    return [
        {
            "at": recusal.at,
            "by": "member" if recusal.alone else "moderator",
            "wallets": [
                {
                    "wallet": wallet.address,
                    "power": str(wallet.power),
                    "supply": str(wallet.supply),
                    "linked": str(wallet.linked),
                }
                for wallet in recusal.wallets
            ],
        }
        for recusal in recusals
    ]


def standing_part(terms: Terms) -> Part:
    """Write the quorum and the totals of which shares are taken, after recusals."""
    return {
        "quorum": str(terms.quorum),
        "votable": str(terms.threshold.votable),
        "wholes": {whole.value: str(amount) for whole, amount in terms.wholes.items()},
    }


def delegations_part(registered: Iterable[Registered]) -> list[Part]:
    """Write the registry's delegations, in the order of chains and ids."""
    return [
        {
            "chain": str(one.chain),
            "ids": one.ids,
            "given": {str(delegator): delegate for delegator, delegate in one.given.items()},
        }
        for one in sorted(registered, key=lambda one: (one.chain, one.ids))
    ]


def _scores(scores: Iterable[Score]) -> list[str]:
    return [str(score) for score in scores]


def _round(held: Round) -> Part:
    return {
        "scores": [None if score is None else str(score) for score in held.scores],
        "exhausted": str(held.exhausted),
        "eliminated": held.eliminated,
        "tied": held.tied,
        "rule": None if held.rule is None else held.rule.value,
    }
