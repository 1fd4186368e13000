"""How a proposal is stored as a row and read back exactly."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from bot.domain.audit.proposal_document import as_named
from bot.domain.proposals.proposal import Proposal, Remover, Result, Terms, Text, Tombstone
from bot.domain.proposals.vote_rules import OPEN, Whole
from bot.domain.shared.types import (
    ChainId,
    ChannelId,
    GuildId,
    MemberId,
    MessageId,
    ProposalId,
    RoleId,
    SpaceId,
    Timestamp,
    Units,
)
from bot.domain.voting import SIMPLE, Outcome, QuorumCounts, Round, Tally, TieRule, Verdict, VotingType
from bot.storage.driver.statements import Stored
from bot.storage.repositories.proposals.vote_rules_rows import (
    from_recusals,
    from_rules,
    from_threshold,
    to_recusals,
    to_rules,
    to_settled,
    to_threshold,
)
from bot.storage.repositories.shared.json_columns import (
    from_block,
    from_json,
    from_scores,
    from_strategies,
    to_block,
    to_json,
    to_score,
    to_scores,
    to_strategies,
)

EXPONENT = "e+"
"""Marks stored terms of earlier versions with a number in exponent form, which documents wrote in two ways."""


def from_proposal(proposal: Proposal) -> dict[str, object]:
    """Write every field but the id."""
    terms, result, tombstone = proposal.terms, proposal.result, proposal.tombstone
    return {
        "space": proposal.space,
        "guild": proposal.guild,
        "number": proposal.number,
        "author": proposal.author,
        "title": proposal.text.title,
        "summary": proposal.text.summary,
        "body": proposal.text.body,
        "discussion": proposal.text.discussion,
        "voting": proposal.voting,
        "choices": to_json(proposal.choices),
        "created_at": proposal.created_at,
        "submitted_at": proposal.submitted_at,
        "starts_at": None if terms is None else terms.start,
        "ends_at": None if terms is None else terms.end,
        "terms": None if terms is None else _from_terms(terms),
        "cid": proposal.cid,
        "withdrawn_at": None if tombstone is None else tombstone.at,
        "withdrawn_by": None if tombstone is None else tombstone.by,
        "withdrawn_reason": None if tombstone is None else tombstone.reason,
        "opened_at": proposal.opened_at,
        "held_reason": proposal.held_reason,
        "counted_at": None if result is None else result.counted_at,
        "result": None if result is None else from_result(result),
        "channel": proposal.channel,
        "card": proposal.card,
        "thread": proposal.thread,
        "chosen": to_json(from_rules(proposal.chosen)) if proposal.chosen != OPEN else None,
        "recusals": from_recusals(proposal.recusals),
    }


def to_proposal(row: Stored) -> Proposal:
    """Read what `from_proposal` wrote, now or in an earlier version."""
    found = _to_proposal(row)
    return as_named(found) if row.terms is not None and EXPONENT in row.terms else found


def _to_proposal(row: Stored) -> Proposal:
    return Proposal(
        id=ProposalId(row.id),
        space=SpaceId(row.space),
        guild=GuildId(row.guild),
        number=row.number,
        author=MemberId(row.author),
        text=Text(title=row.title, summary=row.summary, body=row.body, discussion=row.discussion),
        voting=cast("VotingType", row.voting),
        choices=tuple(from_json(row.choices)),
        created_at=Timestamp(row.created_at),
        chosen=OPEN if row.chosen is None else to_rules(from_json(row.chosen)),
        submitted_at=None if row.submitted_at is None else Timestamp(row.submitted_at),
        terms=None if row.terms is None else _to_terms(row.starts_at, row.ends_at, row.terms),
        cid=row.cid,
        tombstone=_tombstone(row),
        opened_at=None if row.opened_at is None else Timestamp(row.opened_at),
        held_reason=row.held_reason,
        recusals=() if row.recusals is None else to_recusals(row.recusals),
        result=None if row.result is None else _to_result(row.counted_at, from_json(row.result)),
        channel=None if row.channel is None else ChannelId(row.channel),
        card=None if row.card is None else MessageId(row.card),
        thread=None if row.thread is None else ChannelId(row.thread),
    )


def _tombstone(row: Stored) -> Tombstone | None:
    if row.withdrawn_at is None:
        return None
    # Older ones say neither by whom nor why.
    return Tombstone(
        at=Timestamp(row.withdrawn_at),
        by=Remover(row.withdrawn_by or Remover.AUTHOR),
        reason=row.withdrawn_reason or "",
    )


def from_result(result: Result) -> str:
    """Write a result but for the time of the count, which has its own column."""
    tally, outcome = result.tally, result.outcome
    return to_json(
        {
            "scores": from_scores(tally.scores),
            "by_strategy": [from_scores(scores) for scores in tally.by_strategy],
            "total": str(tally.total),
            "ballots": tally.ballots,
            "winners": tally.winners,
            "rounds": [_from_round(counted) for counted in tally.rounds],
            "pairs": [from_scores(row) for row in tally.pairs],
            "verdict": outcome.verdict,
            "leaders": outcome.leaders,
            "turnout": str(outcome.turnout),
            "quorum": str(outcome.quorum),
            "counts": outcome.counts,
            "reached": str(outcome.reached),
            "threshold": from_threshold(outcome.threshold),
            "approval": str(outcome.approval),
            "whole": str(outcome.whole),
        }
    )


def _to_result(counted_at: int, entry: dict[str, Any]) -> Result:
    return Result(
        tally=Tally(
            scores=to_scores(entry["scores"]),
            by_strategy=tuple(to_scores(scores) for scores in entry["by_strategy"]),
            total=int(entry["total"]),
            ballots=entry["ballots"],
            winners=tuple(entry["winners"]),
            rounds=tuple(_to_round(counted) for counted in entry["rounds"]),
            pairs=tuple(tuple(int(text) for text in row) for row in entry["pairs"]),
        ),
        outcome=Outcome(
            verdict=Verdict(entry["verdict"]),
            leaders=tuple(entry["leaders"]),
            turnout=Units(int(entry["turnout"])),
            quorum=Units(int(entry["quorum"])),
            counts=QuorumCounts(entry["counts"]),
            reached=to_score(entry["reached"]),
            threshold=to_threshold(entry["threshold"]),
            approval=to_score(entry["approval"]),
            whole=to_score(entry["whole"]),
        ),
        counted_at=Timestamp(counted_at),
    )


def _from_round(counted: Round) -> dict[str, object]:
    return {
        "scores": [None if score is None else str(score) for score in counted.scores],
        "exhausted": str(counted.exhausted),
        "eliminated": counted.eliminated,
        "tied": counted.tied,
        "rule": counted.rule,
    }


def _to_round(entry: dict[str, Any]) -> Round:
    return Round(
        scores=tuple(None if text is None else to_score(text) for text in entry["scores"]),
        exhausted=int(entry["exhausted"]),
        eliminated=entry["eliminated"],
        tied=tuple(entry["tied"]),
        rule=None if entry["rule"] is None else TieRule(entry["rule"]),
    )


def _from_terms(terms: Terms) -> str:
    return to_json(
        {
            "snapshot": {str(chain): from_block(block) for chain, block in terms.snapshot.items()},
            "strategies": from_strategies(terms.strategies),
            "scale": terms.scale,
            "symbol": terms.symbol,
            "quorum": str(terms.quorum),
            "delegation": terms.delegation,
            "threshold": from_threshold(terms.threshold),
            "rules": from_rules(terms.rules),
            "wholes": {whole: str(amount) for whole, amount in terms.wholes.items()},
            **({"voters": terms.voters} if terms.voters else {}),
        }
    )


@lru_cache(maxsize=256)
def _to_terms(starts_at: int, ends_at: int, stored: str) -> Terms:
    """Read the terms; cached, since they never change and every press needs them."""
    entry = from_json(stored)
    return Terms(
        start=Timestamp(starts_at),
        end=Timestamp(ends_at),
        snapshot={ChainId(int(chain)): to_block(block) for chain, block in entry["snapshot"].items()},
        strategies=to_strategies(entry["strategies"]),
        scale=entry["scale"],
        symbol=entry["symbol"],
        quorum=Units(int(entry["quorum"])),
        delegation=entry.get("delegation", True),  # older ones don't say
        threshold=to_threshold(entry["threshold"]) if "threshold" in entry else SIMPLE,
        rules=to_settled(entry.get("rules", {})),
        wholes={Whole(whole): Units(int(amount)) for whole, amount in entry.get("wholes", {}).items()},
        voters=tuple(RoleId(role) for role in entry.get("voters", ())),
    )
