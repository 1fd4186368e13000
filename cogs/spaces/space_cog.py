"""/space: which spaces a server has."""

from __future__ import annotations

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.spaces import SpaceFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.space import MAX_SPACES, Space
from bot.domain.spaces.space_names import MAX_NAME
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.command_space import may_see
from cogs._shared.components import SPACE, StoredItem, of_space, pressed, space_ref
from cogs._shared.formatting import moment, quoted
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, moderates
from cogs._shared.space_choice import in_space, referred_space
from cogs.spaces.settings_cards import COLOUR, fit
from cogs.spaces.setup_answers import answer_set

MODERATORS = {"moderators": True}
_GOES_ON = N_(
    "Votes that run go on to their end and are counted, results are announced, and campaigns and roles go on as they "
    "are. Nothing new can be made in it, nothing configured. Nothing is lost: /space restore makes it active again."
)


async def _suggest_all(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await _suggest(interaction, typed)


async def _suggest_active(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await _suggest(interaction, typed, archived=False)


async def _suggest_archived(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    return await _suggest(interaction, typed, archived=True)


class ArchiveSpace(StoredItem, template=rf"space:archive{SPACE}"):
    """Archives a space, once a moderator has read what that means."""

    def __init__(self, space: str = "") -> None:
        custom_id = f"space:archive{of_space(space)}"
        super().__init__(
            discord.ui.Button(label=_("Archive it"), style=discord.ButtonStyle.danger, custom_id=custom_id)
        )
        self.space = space

    @pressed(None, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Archive the space, after checking again that the member may."""
        _check(interaction)
        client, guild = interaction.client, guild_of(interaction)
        meant = await referred_space(interaction, self.space)
        space = await client.app.space_list.archive(guild, meant.number, by=member_of(interaction))
        await client.sync_guild(guild)
        archived = _("Archived: “{space}”.", space=quoted(space.name))
        card = Card([f"{archived}\n{_(_GOES_ON)}"], [[RestoreSpace(space_ref(space))]], colour=COLOUR)
        await answer(interaction, view=card)


class RestoreSpace(StoredItem, template=rf"space:restore{SPACE}"):
    """Makes an archived space active again."""

    def __init__(self, space: str = "") -> None:
        custom_id = f"space:restore{of_space(space)}"
        super().__init__(
            discord.ui.Button(label=_("Restore it"), style=discord.ButtonStyle.secondary, custom_id=custom_id)
        )
        self.space = space

    @pressed(None)
    async def callback(self, interaction: Interaction) -> None:
        """Restore the space, after checking again that the member may."""
        await acknowledge(interaction)
        _check(interaction)
        await _restore(interaction, (await referred_space(interaction, self.space)).number)


class Spaces(commands.GroupCog, name="space", description="The spaces of this server: its DAO and parts of it."):
    """Which spaces there are."""

    SWITCH: ClassVar[str | None] = None

    @app_commands.command(name="new", extras=MODERATORS)
    @app_commands.describe(name="What members call it, like the name of a sub-DAO or of a working group")
    async def new(self, interaction: Interaction, name: app_commands.Range[str, 1, 2 * MAX_NAME]) -> None:
        """Make another space (moderators)."""
        await acknowledge(interaction)
        _check(interaction)
        client, guild = interaction.client, guild_of(interaction)
        space = await client.app.space_list.new(guild, name, by=member_of(interaction))
        await client.sync_guild(guild)
        made = _(
            "Made: “{space}”, space {number} of this server. Wallets serve in all.",
            space=quoted(space.name),
            number=space.number,
        )
        lines = [
            made,
            _(
                "In its own channels commands are about it; elsewhere it is the option {option}.",
                option=f"`space:{space.name}`",
            ),
            _("/config moderators and /config voters say which roles moderate it and vote in it."),
        ]
        if client.app.settings.web.base_url is not None:
            lines.append(_("Nobody reads its proposals on the web, until /config web says so."))
        await answer_set(interaction, space, lines)

    @app_commands.command(name="list")
    async def listing(self, interaction: Interaction) -> None:
        """Show the spaces of this server."""
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        await app.spaces.main(guild)
        spaces = [space for space in await app.space_list.all(guild) if may_see(interaction, space)]
        active = [space for space in spaces if space.archived_at is None]
        lines = [_line(space) for space in [*active, *(one for one in spaces if one.archived_at is not None)]]
        title = f"### {_('The spaces of this server')}"
        count = ngettext(
            "{number} active space of at most {most}. /config show has the rules.",
            "{number} active spaces of at most {most}. /config show has the rules.",
            len(active),
            most=MAX_SPACES,
        )
        foot = f"-# {count}"
        await answer(interaction, view=Card([title, fit(lines, title + foot), foot], colour=COLOUR))

    @app_commands.command(name="rename", extras=MODERATORS)
    @app_commands.describe(
        name="What members call it from now on",
        space="Which space, also an archived one; leave it out in its own channel, or where there is one",
    )
    @app_commands.autocomplete(space=_suggest_all)
    async def rename(
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, 2 * MAX_NAME],
        space: app_commands.Range[int, 1, 10**6] | None = None,
    ) -> None:
        """Give a space another name (moderators)."""
        await acknowledge(interaction)
        _check(interaction)

        async def change(interaction: Interaction, chosen: Space) -> None:
            _check(interaction)
            before, after = await interaction.client.app.space_list.rename(
                guild_of(interaction), chosen.number, name, by=member_of(interaction)
            )
            await answer(
                interaction,
                _(
                    "“{before}” is “{after}” from now on: in choices, lists and answers. Messages that were posted "
                    "before may keep the old name. Its number, channels, rules and votes stay.",
                    before=quoted(before.name),
                    after=quoted(after.name),
                ),
            )

        if space is None:
            await in_space(interaction, change, moderating=True)
        else:
            await change(interaction, await interaction.client.app.spaces.numbered(guild_of(interaction), space))

    @app_commands.command(name="archive", extras=MODERATORS)
    @app_commands.describe(space="The space, by its name")
    @app_commands.autocomplete(space=_suggest_active)
    async def archive(self, interaction: Interaction, space: app_commands.Range[int, 1, 10**6]) -> None:
        """Let nothing new be made in a space (moderators)."""
        await acknowledge(interaction)
        _check(interaction)
        found = await interaction.client.app.spaces.numbered(guild_of(interaction), space)
        if found.is_main:
            raise InvalidInput(Field.SPACE, SpaceFlaw.MAIN_SPACE_STAYS)
        asked = f"{_('Archive “{space}”?', space=quoted(found.name))}\n{_(_GOES_ON)}"
        await answer(interaction, view=Card([asked], [[ArchiveSpace(space_ref(found))]], colour=COLOUR))

    @app_commands.command(name="restore", extras=MODERATORS)
    @app_commands.describe(space="The archived space, by its name")
    @app_commands.autocomplete(space=_suggest_archived)
    async def restore(self, interaction: Interaction, space: app_commands.Range[int, 1, 10**6]) -> None:
        """Make an archived space active again (moderators)."""
        await acknowledge(interaction)
        await _restore(interaction, space)


async def _restore(interaction: Interaction, number: int) -> None:
    _check(interaction)
    client, guild = interaction.client, guild_of(interaction)
    found = await client.app.space_list.restore(guild, number, by=member_of(interaction))
    await client.sync_guild(guild)
    told = _("“{space}” is active again, with all that was configured in it.", space=quoted(found.name))
    await answer_set(interaction, found, [told])


def _line(space: Space) -> str:
    head = f"**{space.number}. {quoted(space.name)}**"
    if space.archived_at is not None:
        return " · ".join([head, _("archived {time}", time=moment(space.archived_at))])
    parts = [head, *([_("the main one")] if space.is_main else [])]
    parts.append(f"<#{space.proposals_channel}>" if space.proposals_channel else _("nothing can be proposed yet"))
    if space.voters:
        parts.append(_("voters {roles}", roles=", ".join(f"<@&{role}>" for role in space.voters)))
    return " · ".join(parts)


async def _suggest(
    interaction: Interaction, typed: str, *, archived: bool | None = None
) -> list[app_commands.Choice[int]]:
    """Suggest spaces to who manages the server: archived ones, or active ones but the main one; None: all."""
    if not moderates(interaction):
        return []
    typed = str(typed).casefold().strip()
    return [
        app_commands.Choice(name=space.name, value=space.number)
        for space in await interaction.client.app.space_list.all(guild_of(interaction))
        if archived is None or (not space.is_main and (space.archived_at is not None) is archived)
        if typed in space.name.casefold() or typed == str(space.number)
    ][:25]


def _check(interaction: Interaction) -> None:
    if not moderates(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(ArchiveSpace, RestoreSpace)
    await bot.add_cog(Spaces())
