"""The rules of votes as moderators and authors choose them in a command."""

from __future__ import annotations

from typing import Literal

from discord import app_commands

from bot.domain.proposals.vote_rules import (
    Assurance,
    Rules,
    Share,
    VoteVisibility,
    Whole,
    check_supply,
    parse_approval,
    parse_quorum,
)
from bot.domain.shared.errors import ChainUnavailable, InvalidInput, Refused
from bot.domain.shared.errors.faults.proposals import ProposalFlaw, RuleFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.space import Space
from bot.domain.voting import Base, QuorumCounts
from cogs._shared.replies import Interaction
from cogs.spaces.settings_words import supply_line

QuorumOf = Literal["token supply", "linked wallets"]
QuorumCounted = Literal["turnout", "for and against", "for and abstain", "for", "rejection"]
ApprovalOf = Literal["for and against", "turnout", "token supply", "linked wallets"]
Votes = Literal["shown", "hidden, quorum shown", "hidden"]
Ballots = Literal["account", "signed"]
_SHOWN: dict[str, VoteVisibility] = {
    "shown": VoteVisibility.TALLY,
    "hidden, quorum shown": VoteVisibility.QUORUM,
    "hidden": VoteVisibility.NOTHING,
}
_APPROVALS = ("majority", "two-thirds", "3/5", "3/4", "> 60 %")
"""What is suggested; any share is taken."""


def read_rules(
    *,
    quorum: str | None,
    quorum_of: str | None,
    quorum_counts: str | None,
    approval: str | None,
    approval_of: str | None,
    votes: str | None,
    partial: bool | None,
    assurance: Assurance | None,
) -> Rules:
    """Read the options of `/config voting`. Raises InvalidInput."""
    for given, needed, field, flaw in (
        (quorum_of, quorum, Field.QUORUM_OF, RuleFlaw.QUORUM_WHOLE_ALONE),
        (approval_of, approval, Field.APPROVAL_OF, RuleFlaw.APPROVAL_WHOLE_ALONE),
    ):
        if given is not None and needed is None:
            raise InvalidInput(field, flaw)
    of = None if approval_of is None else Base(approval_of) if approval_of in tuple(Base) else Whole(approval_of)
    return Rules(
        quorum=None if quorum is None else parse_quorum(quorum, None if quorum_of is None else Whole(quorum_of)),
        counts=None if quorum_counts is None else QuorumCounts(quorum_counts),
        approval=None if approval is None else parse_approval(approval, of),
        shown=shown_of(votes),
        partial=partial,
        assurance=assurance,
    )


def shown_of(votes: str | None) -> VoteVisibility | None:
    """Return what is shown of the votes."""
    return None if votes is None else _SHOWN[votes]


def assurance_of(interaction: Interaction, ballots: str | None) -> Assurance | None:
    """Return how ballots are to be cast. Raises InvalidInput if they can't be signed because there are no web pages."""
    if ballots == Assurance.SIGNED and not interaction.client.app.tickets.on:
        raise no_page()
    return None if ballots is None else Assurance(ballots)


def no_page() -> InvalidInput:
    """Return what is wrong where ballots can't be signed."""
    return InvalidInput(Field.BALLOTS, ProposalFlaw.BALLOTS_CANNOT_BE_SIGNED_HERE)


async def suggest_approvals(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest usual approvals, and what is typed."""
    fitting = [text for text in _APPROVALS if typed.casefold().strip() in text]
    return [app_commands.Choice(name=text, value=text) for text in fitting or [typed[:60]]]


async def supply_lines(interaction: Interaction, space: Space) -> list[str]:
    """Say how large the supply is now, where rules take shares of it and the chain can be read."""
    if not any(_takes_supply(rules) for rules in space.rules.values()):
        return []
    power = interaction.client.app.power
    try:
        blocks = await power.snapshot(space.strategies)
        supply = await power.supply(space.strategies, blocks)
    except (ChainUnavailable, Refused):
        return []
    return [supply_line(space, supply, blocks[check_supply(space.strategies).network])]


def _takes_supply(rules: Rules) -> bool:
    quorum = rules.quorum.of if isinstance(rules.quorum, Share) else None
    return Whole.SUPPLY in (quorum, rules.approval.of if rules.approval else None)
