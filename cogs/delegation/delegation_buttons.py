"""The button that takes delegations back in a space that no command names any more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Self

import discord

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.shared.types import SpaceId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Row
from cogs._shared.components import pressed
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction, answer, guild_of, member_of, said_at
from cogs.delegation.delegation_cards import ended_card
from cogs.delegation.delegation_spaces import names_of, unnamed_spaces

_MOST = 5
"""Buttons in a row."""


class TakeBackButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"delegate:back:(?P<number>\d{1,9})")
):
    """Takes back all that whoever presses gave in one space, by its number."""

    def __init__(self, number: int, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=f"delegate:back:{number}")
        )
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(int(match["number"]))

    @pressed("delegation")
    async def callback(self, interaction: Interaction) -> None:
        """Take it back; a member who gave nothing there is told so without the space's name."""
        delegations, guild, me = (
            interaction.client.app.member_delegations,
            guild_of(interaction),
            member_of(interaction),
        )
        given, _received = await delegations.of(guild, me)
        spaces = [await interaction.client.app.spaces.get(one) for one in given_in(given)]
        space = next((one for one in spaces if one.number == self.number), None)
        if space is None:
            await answer(interaction, view=ended_card([], [], None, everywhere=False, names={}))
            return
        ended = await delegations.take_back(
            guild, me, None, everywhere=False, said=said_at(interaction), space=space.number
        )
        names = await names_of(interaction, [space])
        await answer(interaction, view=ended_card(ended, [], None, everywhere=False, names=names))


def given_in(given: Iterable[MemberDelegation]) -> list[SpaceId]:
    """Return the spaces in which a member gave something, those for every server apart."""
    return sorted({one.space for one in given if not one.everywhere})


async def take_back_row(interaction: Interaction, given: Iterable[MemberDelegation]) -> Row:
    """Return a button for each space in which the member delegates and which no command names for them any more."""
    return [TakeBackButton(space.number, _label(space)) for space in await unnamed_spaces(interaction, given)][:_MOST]


def _label(space: Space) -> str:
    return _("Take back in “{space}”", space=plain(space.name, 50))
