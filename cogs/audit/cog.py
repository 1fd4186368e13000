"""/audit: the log of every decision, for moderators to take away and to check."""

from __future__ import annotations

import io
import re
from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.audit.log.log_file import SUFFIX
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.general import GeneralFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, moderates
from cogs.audit.log_cards import export_words, verdict_card

_HASH = re.compile(r"[0-9a-f]{64}")


@app_commands.default_permissions(manage_guild=True)
class Audit(commands.GroupCog, name="audit", description="The log of every decision (for those who may manage it)."):
    """Moderators' view of the log."""

    SWITCH: ClassVar[str | None] = None

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]
        """Check the permissions here, too, because a server can open commands to members who lack them."""
        if not moderates(interaction):
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(name="export")
    @app_commands.describe(after="Only the entries behind this number, where one file did not hold all")
    async def export(self, interaction: Interaction, after: app_commands.Range[int, 0] = 0) -> None:
        """Take the log as a file, to keep it elsewhere or to check it."""
        await acknowledge(interaction)
        app, guild = interaction.client.app, guild_of(interaction)
        export = await app.audit.export(guild, after)
        if export.head is None or not export.last:
            raise NotFound(Thing.LOG_ENTRY, str(after + 1))
        file = discord.File(
            io.BytesIO(export.content),
            filename=f"audit-log-{export.first}-{export.last}{SUFFIX}",
            description=_("The audit log, one entry a line"),
        )
        await answer(interaction, export_words(export, export.head, app.clock.now()), file=file)

    @app_commands.command(name="verify")
    @app_commands.describe(head="A hash that was posted here earlier; it must be that of an entry")
    async def verify(self, interaction: Interaction, head: app_commands.Range[str, 1, 80] | None = None) -> None:
        """Check the log from its first entry on, and hold it against all that is stored."""
        await acknowledge(interaction)
        wanted = None if head is None else head.strip().strip("`").lower()
        if wanted is not None and not _HASH.fullmatch(wanted):
            raise InvalidInput(Field.HEAD, GeneralFlaw.NOT_A_HASH)
        verdict = await interaction.client.app.audit.verify(guild_of(interaction), wanted)
        await answer(interaction, view=verdict_card(verdict, wanted))


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Audit())
