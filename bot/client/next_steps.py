"""Next steps that cogs offer: buttons beside a refusal that mend it, and the way back to what a member was doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.domain.shared.types import GuildId

RefusalButtons = Callable[[discord.Interaction[Any], BaseException], discord.ui.View | None]
"""Returns the buttons for a refusal; None if it has none."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a member is shown of what they were doing: a text, and rows of buttons that go on with it."""

    text: str
    rows: Sequence[Sequence[discord.ui.Item[Any]]] = ()


Resumption = Callable[[GuildId, str], Awaitable[Resumed | None]]
"""Returns what a member was doing in a guild, by the custom_id of its button; None if that is another cog's."""


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What the cogs offer: each adds its functions, which are called in turn."""

    refusal_buttons: list[RefusalButtons] = field(default_factory=list)
    resumptions: list[Resumption] = field(default_factory=list)

    def buttons_for(self, interaction: discord.Interaction[Any], error: BaseException) -> discord.ui.View | None:
        """Return the buttons that mend what a refusal says; None if no cog has any."""
        return next(
            (view for buttons in self.refusal_buttons if (view := buttons(interaction, error)) is not None), None
        )

    async def resumed(self, guild: GuildId, back: str) -> Resumed | None:
        """Return what a member was doing; None if they were doing nothing that is known."""
        for resume in self.resumptions if back else ():
            if (found := await resume(guild, back)) is not None:
                return found
        return None
