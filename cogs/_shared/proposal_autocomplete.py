"""How a proposal is named in a command: its number, with suggestions while one types."""

from __future__ import annotations

from collections.abc import Callable

from discord import app_commands

from bot.services.shared.proposal_view import ProposalView
from cogs._shared.command_space import space_suffix
from cogs._shared.replies import Interaction, guild_of, member_of
from cogs._shared.seen_proposals import spaces_listed
from cogs.proposals.proposal_cards import choice_line

Number = app_commands.Range[int, 1, 2**31 - 1]
MOST = 25
"""Discord shows no more."""


async def suggest(
    interaction: Interaction, typed: str, wanted: Callable[[ProposalView], bool]
) -> list[app_commands.Choice[int]]:
    """Suggest the proposals that are `wanted` and whose number or title fits what was typed, newest first.

    They are those of the spaces that may be meant, with the space's name where these are several.
    """
    spaces = await spaces_listed(interaction)
    typed = str(typed).casefold().lstrip("#").strip()
    views = await interaction.client.app.proposals.visible(guild_of(interaction), member_of(interaction))
    fitting = [
        app_commands.Choice(
            name=choice_line(
                view.proposal, view.proposal.number, space_suffix(spaces[view.proposal.space], spaces.values())
            ),
            value=view.proposal.number,
        )
        for view in views
        if view.proposal.space in spaces
        and wanted(view)
        and (str(view.proposal.number).startswith(typed) or typed in view.proposal.text.title.casefold())
    ]
    return fitting[:MOST]
