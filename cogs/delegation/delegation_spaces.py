"""Which spaces an answer about delegations covers: those that are meant, and others in which the member delegates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.shared.types import SpaceId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.command_space import named_space, spaces_meant, spaces_seen
from cogs._shared.formatting import quoted
from cogs._shared.replies import Interaction, guild_of, member_of
from cogs._shared.space_choice import several_spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The spaces that an answer covers: `seen`, which are meant, and `own`, others in which the member delegates."""

    seen: Sequence[Space]
    own: Sequence[Space]

    @property
    def all(self) -> list[Space]:
        """Both."""
        return [*self.seen, *self.own]


async def shown_spaces(interaction: Interaction, given: Iterable[MemberDelegation]) -> Shown:
    """Return the spaces that are meant; with all that the member sees, those too in which they gave something.

    These may be archived, or hidden from the member since. Raises NotFound.
    """
    if (own := await own_space(interaction)) is not None:
        return Shown(seen=[], own=[own])
    seen, meant = await spaces_seen(interaction), await spaces_meant(interaction)
    if len(meant) < len(seen):
        return Shown(seen=meant, own=[])
    return Shown(seen=seen, own=await unnamed_spaces(interaction, given))


async def unnamed_spaces(interaction: Interaction, given: Iterable[MemberDelegation]) -> list[Space]:
    """Return the spaces in which the member delegates and which are archived or hidden, so that no command has them."""
    seen = {space.id for space in await spaces_seen(interaction)}
    elsewhere = {one.space for one in given if not one.everywhere} - seen
    return [await interaction.client.app.spaces.get(space) for space in sorted(elsewhere)]


async def own_space(interaction: Interaction) -> Space | None:
    """Return the named space if it is hidden from the member or archived, and the member delegates in it."""
    number = named_space(interaction)
    if number is None or number in [space.number for space in await spaces_seen(interaction)]:
        return None
    app, guild = interaction.client.app, guild_of(interaction)
    given, _ = await app.member_delegations.of(guild, member_of(interaction))
    mine = [await app.spaces.get(space) for space in {one.space for one in given if not one.everywhere}]
    return next((space for space in mine if space.number == number), None)


async def names_of(interaction: Interaction, spaces: Iterable[Space]) -> dict[SpaceId, str]:
    """Return the words that name those spaces; none where the server has one, which is this server."""
    if not await several_spaces(interaction) and all(space.is_main for space in spaces):
        return {}
    return {space.id: _name(space) for space in spaces}


def _name(space: Space) -> str:
    name = quoted(space.name, 60)
    if space.archived_at is not None:
        return _("“{space}”, which is archived", space=name)
    return f"“{name}”"
