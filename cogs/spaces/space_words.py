"""Words that say which space an answer is about, in servers that have several."""

from __future__ import annotations

from bot.domain.spaces.space import Space
from cogs._shared.formatting import quoted
from cogs._shared.replies import Interaction
from cogs._shared.space_choice import several_spaces


async def here(interaction: Interaction, space: Space) -> str:
    """Return " in “name”", or nothing where the server has one space."""
    return f" in “{quoted(space.name)}”" if await several_spaces(interaction) else ""


async def in_force(interaction: Interaction, space: Space) -> str:
    """Say that what follows is in force."""
    return f"In force from now on{await here(interaction, space)}:"
