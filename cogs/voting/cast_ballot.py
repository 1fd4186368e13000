"""Finding the proposal that a ballot is for, and casting it."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.proposals.proposal import Proposal, State
from bot.domain.shared.errors import NotFound, NotVoting, NoVoter, SignatureNeeded
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId, RoleId
from bot.domain.voting import SYSTEMS, Mark
from bot.services.voting.vote_request import PressedElsewhere
from cogs._shared.command_space import knows_roles
from cogs._shared.replies import (
    MEANT,
    Interaction,
    answer,
    guild_of,
    member_of,
    message_pressed,
    roles_of,
    said_at,
)
from cogs._shared.seen_proposals import pressed_proposal
from cogs.voting.cards.receipt import receipt_card
from cogs.voting.signing_links import lead_to_signing


async def cast(
    interaction: Interaction,
    proposal: ProposalId,
    mark: object,
    *,
    seen: bool = False,
    roles: Collection[RoleId] | None = None,
) -> None:
    """Cast it and answer with the receipt, which takes the place of a panel; or lead to where it is signed.

    Who presses the proposal's own card sees it. Pressed elsewhere, whether the member does is looked up, unless the
    caller has (`seen`). Which roles the member has, Discord is asked where the server's are not known. Raises as
    `open_vote`, as `Voting.cast`, and RolesUnknown.
    """
    app = interaction.client.app
    interaction.extras[MEANT] = proposal, mark
    try:
        receipt, found = await app.voting.cast(
            guild_of(interaction),
            proposal,
            member_of(interaction),
            mark,
            said=said_at(interaction),
            order=interaction.id,
            card=message_pressed(interaction),
            seen=seen,
            roles=roles_of(interaction) if roles is None else roles,
        )
    except PressedElsewhere:
        await pressed_proposal(interaction, proposal, casts=True)
        await cast(interaction, proposal, mark, seen=True, roles=roles)
        return
    except NoVoter as error:
        if knows_roles(interaction) or roles is not None:
            raise
        held = await app.voter_roles.held(guild_of(interaction), member_of(interaction), error.number)
        await cast(interaction, proposal, mark, seen=seen, roles=held)
        return
    except SignatureNeeded:
        found = await open_vote(interaction, proposal)
        checked = SYSTEMS[found.voting].check_mark(mark, len(found.choices), found.options)
        await lead_to_signing(interaction, found, checked)
        return
    now = app.clock.now()
    card = receipt_card(receipt, found, now, app.chain.chains())
    await answer(interaction, content=None, embed=None, view=card)


async def open_vote(interaction: Interaction, proposal: ProposalId) -> Proposal:
    """Return a proposal of this guild that is being voted on.

    Raises:
        NotFound: no such proposal here.
        InvalidInput: what was pressed is another proposal's.
        NotVoting: the window is not open.
        ClocksDiffer: it can't be told whether it is.

    """
    app = interaction.client.app
    found = await pressed_proposal(interaction, proposal, casts=True)
    if found.terms is None:
        raise NotFound(Thing.PROPOSAL, "")
    state = found.state(await app.clocks.asked(proposal, said_at(interaction)))
    if state is not State.VOTING:
        raise NotVoting(number=found.number, state=state, start=found.terms.start, end=found.terms.end)
    return found


async def cast_before(interaction: Interaction, proposal: Proposal) -> Mark | None:
    """Return what is on the member's ballot that counts, None if there is none."""
    receipt = await interaction.client.app.voting.own_receipt(proposal.guild, proposal.number, member_of(interaction))
    return receipt.mark if receipt else None
