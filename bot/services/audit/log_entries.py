"""Log entries that several services write: about proposals, spaces, and members' roles."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.audit.log.entry_kinds import Facts, Kind, Subject, Votes
from bot.domain.proposals.proposal import Proposal
from bot.domain.roles.role_rules import RoleStatus, Step
from bot.domain.shared.types import MemberId, Timestamp
from bot.domain.spaces.space import Space
from bot.ports import Repositories
from bot.services.shared.space_fact import space_fact


async def step(
    repos: Repositories,
    proposal: Proposal,
    kind: Kind,
    at: Timestamp,
    *,
    by: MemberId | None = None,
    about: Mapping[str, MemberId] | None = None,
    facts: Facts | None = None,
    votes: Votes | None = None,
) -> None:
    """Log a step of a proposal that is stored already; the entry vouches for the proposal from then on."""
    space = await repos.spaces.get(proposal.space)
    await repos.log.append(
        proposal.guild,
        kind,
        at=at,
        by=by,
        about=about,
        facts={"proposal": proposal.number, "cid": proposal.cid, **space_fact(space), **(facts or {})},
        subjects=[("proposal", proposal.number)],
        votes=votes,
    )


async def space_step(
    repos: Repositories,
    space: Space,
    kind: Kind,
    at: Timestamp,
    *,
    by: MemberId | None = None,
    facts: Facts | None = None,
) -> None:
    """Log a change of a space that is stored already; the facts name it unless it is the guild's main one."""
    await repos.log.append(
        space.guild,
        kind,
        at=at,
        by=by,
        facts={**space_fact(space), **(facts or {})},
        subjects=[("space",) if space.is_main else ("sub-space", space.number)],
    )


async def role_step(repos: Repositories, status: RoleStatus, step: Step, at: Timestamp) -> None:
    """Log that a member has or no longer has a role, if `step` means that."""
    if status.step.held == step.held:
        return
    await repos.log.append(
        status.guild,
        Kind.ROLE_GRANTED if step.held else Kind.ROLE_REMOVED,
        at=at,
        about={"member": status.member},
        facts={"rule": status.rule},
        subjects=[role_held(status)],
    )


def role_held(status: RoleStatus) -> Subject:
    """Return the log's subject for a member's role."""
    return ("role held", int(status.member), status.rule)
