"""Asking a member for which space of several a command is, with all that was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord import app_commands

from bot.client.discord_client import Pending
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.spaces import SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.spaces.space import MAIN, Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.command_space import check_may_change, may_change, spaces_meant, spaces_seen
from cogs._shared.components import Buttons, check_mark, pressed
from cogs._shared.replies import CHOSEN, Interaction, acknowledge, answer, guild_of


async def spaces_here(interaction: Interaction, *, moderating: bool = False) -> Sequence[Space]:
    """Return the active spaces that may be meant; if there is only one, it is the one.

    With `moderating` only those that the member may change. Raises NotFound where none that the member sees has the
    number that was given, and MissingPermissions where the member may change none.
    """
    found = await spaces_meant(interaction)
    if moderating:
        found = [space for space in found if may_change(interaction, space)]
    if not found:
        raise app_commands.MissingPermissions(["manage_guild"])
    return found


async def shown_space(interaction: Interaction, *, moderating: bool = False) -> Space:
    """Return the space of a command that only shows: the one that is meant, the first of several (the main one)."""
    return (await spaces_here(interaction, moderating=moderating))[0]


async def several_spaces(interaction: Interaction) -> bool:
    """Return whether the server has more than one active space, so that what is shown says of which it is."""
    return len(await interaction.client.app.spaces.active(guild_of(interaction))) > 1


async def in_space(interaction: Interaction, then: Pending, *, moderating: bool = False, form: bool = False) -> None:
    """Go on in the space that is meant; where several may be, ask which, and go on with all that was typed.

    With `moderating` only spaces count that the member may configure. Unless `then` shows a `form`, the interaction
    that it gets is acknowledged already. After a choice the member's rights are checked again, because they may have
    changed. Raises NotFound if the member sees no space of the given number, MissingPermissions if no space counts.
    """
    found = await spaces_here(interaction, moderating=moderating)
    if len(found) == 1:
        if not form:
            await acknowledge(interaction)
        await then(interaction, found[0])
        return

    part = getattr(getattr(interaction.command, "binding", None), "SWITCH", None)

    async def chosen(press: Interaction, space: Space) -> None:
        if not form:
            await acknowledge(press)
        await press.client.check_on(press.guild_id, part)
        if space.id not in [seen.id for seen in await spaces_seen(press)]:
            raise NotFound(Thing.SPACE, str(space.number))
        if moderating:
            check_may_change(press, space)
        await then(press, space)

    key = f"{interaction.client.born}:{interaction.id}"
    interaction.client.ask(key, chosen)
    await answer(
        interaction,
        _("This server has several spaces. Which one is it for? What you typed is kept until you choose."),
        view=Buttons(ChooseSpace(key, found)),
    )


async def referred_space(interaction: Interaction, ref: str) -> Space:
    """Return the space of a `space_ref`. Raises NotFound, and InvalidInput if another has its number now."""
    number, _dot, born = ref.partition(".")
    space = await interaction.client.app.spaces.numbered(guild_of(interaction), int(number or MAIN))
    if space.number != MAIN:
        check_mark(born, space.name)
    return space


async def moderated_space(interaction: Interaction, ref: str) -> Space:
    """Return `referred_space`. Raises MissingPermissions, besides, if the member may not configure it."""
    space = await referred_space(interaction, ref)
    check_may_change(interaction, space)
    return space


class ChooseSpace(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]],
    template=re.compile(r"space:choose:(?P<key>[0-9a-f]+:\d+)"),
):
    """A menu of spaces; the process that asked keeps what to do once one is chosen."""

    def __init__(self, key: str, spaces: Sequence[Space] = ()) -> None:
        options = [discord.SelectOption(label=space.name, value=str(space.number)) for space in spaces]
        super().__init__(
            discord.ui.Select(
                custom_id=f"space:choose:{key}",
                placeholder=_("Choose a space"),
                options=options or [discord.SelectOption(label="?")],
            )
        )
        self.key = key

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(match["key"])

    @pressed(None, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Go on in the space that was chosen, with what the command was given."""
        client = interaction.client
        then = client.asked(self.key)
        if then is None:
            raise InvalidInput(Field.SPACE, SpaceFlaw.COMMAND_FORGOTTEN)
        space = await client.app.spaces.numbered(guild_of(interaction), int(self.item.values[0]))
        interaction.extras[CHOSEN] = True
        try:
            await then(interaction, space)
        except Exception:
            del interaction.extras[CHOSEN]
            client.ask(self.key, then)  # the menu stays, for another space may do
            raise
