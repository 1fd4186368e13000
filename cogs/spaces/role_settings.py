"""The roles of a space: that propose, that vote, that moderate it."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.roles import RoleFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import RoleId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.formatting import listed
from cogs._shared.replies import Interaction, acknowledge, guild_of, member_of, moderates
from cogs._shared.space_choice import in_space
from cogs.spaces.settings_words import proposers, voters
from cogs.spaces.setup_answers import answer_set
from cogs.spaces.space_words import name_told, of_space


async def set_proposers(
    interaction: Interaction, given: Sequence[discord.Role | None], minimum: str | None, *, no_roles: bool
) -> None:
    """Set who may submit proposals."""
    await acknowledge(interaction)
    roles = [RoleId(role.id) for role in given if role is not None]
    if not roles and minimum is None and not no_roles:
        raise InvalidInput(Field.PROPOSERS, RoleFlaw.PROPOSERS_NOT_GIVEN)
    if roles and no_roles:
        raise InvalidInput(Field.ROLES, RoleFlaw.ROLES_AND_NO_ROLES)

    async def change(interaction: Interaction, space: Space) -> None:
        await put_proposers(interaction, space, roles if roles or no_roles else None, minimum)

    await in_space(interaction, change, moderating=True)


async def put_proposers(
    interaction: Interaction, space: Space, roles: Sequence[RoleId] | None, minimum: str | None
) -> None:
    """Set who may submit proposals in a space that the member may change; None leaves what is set."""
    changed = await interaction.client.app.spaces.set_proposers(
        guild_of(interaction), roles=roles, power=minimum, space=space.number, by=member_of(interaction)
    )
    told = of_space(
        await name_told(interaction, changed),
        N_("Who may submit proposals from now on: {who}"),
        N_("Who may submit proposals from now on in “{space}”: {who}"),
        who=proposers(changed),
    )
    await answer_set(interaction, changed, [told])


async def set_moderators(interaction: Interaction, roles: Sequence[discord.Role | None]) -> None:
    """Let members with these roles moderate a space; only members who manage the server may set this."""
    if not moderates(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])
    chosen = _chosen(interaction, roles, RoleFlaw.EVERYONE_WOULD_MODERATE)

    async def change(interaction: Interaction, space: Space) -> None:
        if not moderates(interaction):
            raise app_commands.MissingPermissions(["manage_guild"])
        changed = await interaction.client.app.spaces.set_moderators(
            guild_of(interaction), chosen, space=space.number, by=member_of(interaction)
        )
        name, who = await name_told(interaction, changed), listed([f"<@&{role}>" for role in changed.moderators], "or")
        told = of_space(
            name,
            N_("Who may change the rules besides those who manage the server: {who}."),
            N_("Who may change the rules in “{space}” besides those who manage the server: {who}."),
            who=who or _("nobody"),
        )
        await answer_set(interaction, changed, [told, *(_let_in() if who else [])])

    await in_space(interaction, change, moderating=True)


async def set_voters(interaction: Interaction, roles: Sequence[discord.Role | None]) -> None:
    """Have only members with these roles vote in a space."""
    chosen = _chosen(interaction, roles, RoleFlaw.EVERYONE_WOULD_VOTE)

    async def change(interaction: Interaction, space: Space) -> None:
        changed = await interaction.client.app.spaces.set_voters(
            guild_of(interaction), chosen, space=space.number, by=member_of(interaction)
        )
        told = of_space(
            await name_told(interaction, changed),
            N_("Who may vote, in proposals submitted from now on: {who}"),
            N_("Who may vote in “{space}”, in proposals submitted from now on: {who}"),
            who=voters(changed),
        )
        await answer_set(interaction, changed, [told])

    await in_space(interaction, change, moderating=True)


def _let_in() -> list[str]:
    return [
        _(
            "Discord shows /config only to members who manage the server. Let these roles in under Server Settings, "
            "Integrations, this bot, /config."
        ),
        _("I look at their roles at each command all the same. They change the rules of their space, nothing else."),
    ]


def _chosen(interaction: Interaction, roles: Sequence[discord.Role | None], everybody: RoleFlaw) -> list[RoleId]:
    chosen = [RoleId(role.id) for role in roles if role is not None]
    if interaction.guild_id in chosen:
        raise InvalidInput(Field.ROLE, everybody)
    return chosen
