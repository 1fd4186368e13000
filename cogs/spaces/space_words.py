"""Words that say which space an answer is about, in servers that have several."""

from __future__ import annotations

from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.formatting import quoted
from cogs._shared.replies import Interaction
from cogs._shared.space_choice import several_spaces


async def name_told(interaction: Interaction, space: Space) -> str | None:
    """Return a space's name as it is told, None where the server has one space, which is not named."""
    return quoted(space.name) if await several_spaces(interaction) else None


def of_space(name: str | None, alone: str, named: str, **facts: object) -> str:
    """Return one of two sentences of the catalogue: `alone` where spaces are not named, else `named`, with {space}."""
    return _(alone, **facts) if name is None else _(named, space=name, **facts)


async def in_force(interaction: Interaction, space: Space) -> str:
    """Say that what follows is in force."""
    name = await name_told(interaction, space)
    return of_space(name, N_("In force from now on:"), N_("In force from now on in “{space}”:"))


async def in_force_later(interaction: Interaction, space: Space) -> str:
    """Say that what follows is in force for later proposals."""
    return of_space(
        await name_told(interaction, space),
        N_("In force for proposals submitted from now on:"),
        N_("In force for proposals submitted from now on in “{space}”:"),
    )
