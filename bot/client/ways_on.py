"""The ways on that cogs know: buttons that get a member over a refusal, and what leads back to what they were doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.domain.shared.types import GuildId

Mend = Callable[[discord.Interaction[Any], BaseException], discord.ui.View | None]
"""Returns the buttons for a refusal; None if it has none."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a member is shown of what they were doing: a text, and rows of buttons that go on with it."""

    text: str
    rows: Sequence[Sequence[discord.ui.Item[Any]]] = ()


Back = Callable[[GuildId, str], Awaitable[Again | None]]
"""Returns what a member was doing in a guild, by the custom_id of its button; None if that is another cog's."""


@dataclass(frozen=True, slots=True)
class WaysOn:
    """What the cogs know: each adds its own, and they are asked in turn."""

    mends: list[Mend] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)

    def over(self, interaction: discord.Interaction[Any], error: BaseException) -> discord.ui.View | None:
        """Return the buttons by which a member gets over a refusal; None if no cog has any."""
        return next((view for mend in self.mends if (view := mend(interaction, error)) is not None), None)

    async def again(self, guild: GuildId, back: str) -> Again | None:
        """Return what a member was doing; None if they were doing nothing that is known."""
        for way in self.backs if back else ():
            if (found := await way(guild, back)) is not None:
                return found
        return None
