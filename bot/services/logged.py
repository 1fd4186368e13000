"""Entries of the log on what becomes of a proposal."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.audit.decisions import Facts, Kind, Votes
from bot.domain.proposal import Proposal
from bot.domain.types import MemberId, Timestamp
from bot.ports import Books


async def step(
    books: Books,
    proposal: Proposal,
    kind: Kind,
    at: Timestamp,
    *,
    by: MemberId | None = None,
    about: Mapping[str, MemberId] | None = None,
    facts: Facts | None = None,
    votes: Votes | None = None,
) -> None:
    """Log a step of a proposal that is stored already, with what it says from now on."""
    await books.log.append(
        proposal.guild,
        kind,
        at=at,
        by=by,
        about=about,
        facts={"proposal": proposal.number, "cid": proposal.cid, **(facts or {})},
        subjects=[("proposal", proposal.number)],
        votes=votes,
    )
