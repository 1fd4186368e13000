"""Where every error ends up: shown to the member alone, or logged with a reference."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Mapping

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import MISSING

from bot.client.discord_client import Folkmoot
from bot.client.lost_responses import LOST
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.replies import HandledAlready, Interaction, answer
from cogs.general.error_messages import words

_log = logging.getLogger(__name__)

_TOO_LATE = (10062, 40060, 50027, 10015)
"""Discord's codes for an interaction that has expired, or was answered already."""
_UNANSWERED = (discord.HTTPException, HandledAlready, *LOST)
_FIELDS, _SHOWN = 5, 1_000
"""Fields that a form has at most, and the signs of each that an embed shows."""


async def report(interaction: Interaction, error: BaseException) -> None:
    """Tell the member what went wrong. What nobody foresaw gets an apology, and a reference that the log has too."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, HandledAlready):
        _log.info("interaction %s came twice", interaction.id)
        return
    if _too_late(error):
        _log.info("an interaction could not be answered any more: %s", error)
        return
    text = words(error, interaction.client.app.chain.chains())
    if text is None:
        reference = secrets.token_hex(4)
        _log.error("unforeseen error %s", reference, exc_info=error)
        text = _(
            "Sorry, something went wrong on my side, and I can't say more here. Next: try again; if it happens again, "
            "give a moderator the reference {reference}, which the log explains.",
            reference=reference,
        )
    if interaction.type is discord.InteractionType.autocomplete:
        return
    buttons = interaction.client.next_steps.buttons_for(interaction, error)
    try:
        await answer(interaction, text, view=MISSING if buttons is None else buttons)
    except Exception as failure:
        if not interaction.client.is_closed() and not isinstance(failure, _UNANSWERED):
            raise
        _log.info("an interaction could not be answered: %s", failure)


def _too_late(error: BaseException) -> bool:
    return isinstance(error, discord.HTTPException) and error.code in _TOO_LATE


class Errors(commands.Cog):
    """Reports errors of the slash commands; views, forms and buttons report their own."""

    SWITCH = None

    def __init__(self, bot: Folkmoot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Report what commands raise."""
        self._bot.tree.error(_on_command_error)

    @commands.Cog.listener()
    async def on_closed_form(self, interaction: Interaction) -> None:
        """Answer a form that is not open any more, and give back what was typed into it."""
        typed = _typed(interaction.data or {})
        embed = discord.Embed(title=_("What you typed"))
        for entry in typed[:_FIELDS]:
            shown = entry.replace("`", "'")[:_SHOWN]
            embed.add_field(name="\u200b", value=f"```\n{shown}\n```", inline=False)
        whole = None
        if len(typed) > _FIELDS or any(len(entry) > _SHOWN for entry in typed):
            embed.set_footer(text=_("The attached file holds all of it."))
            data = "\n\n".join(typed).encode("utf-8", "replace")
            whole = discord.File(io.BytesIO(data), filename="typed.txt", description=_("What you typed"))
        text = _(
            "This form is not open any more: it was sent before, or I was restarted meanwhile. Nothing was stored just "
            "now. Next: open it again and paste this."
        )
        try:
            await answer(interaction, text, embed=embed, file=whole)
        except _UNANSWERED as failure:
            _log.info("a form could not be answered: %s", failure)


def _typed(data: Mapping[str, object]) -> list[str]:
    """Return the texts in a form's fields, in order."""
    texts: list[str] = []
    components = data.get("components")
    for component in components if isinstance(components, list) else []:
        texts += _typed(component)
    inner = data.get("component")
    if isinstance(inner, dict):
        texts += _typed(inner)
    if isinstance(data.get("value"), str) and str(data["value"]).strip():
        texts.append(str(data["value"]))
    return texts


async def _on_command_error(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    await report(interaction, error)


async def setup(bot: Folkmoot) -> None:
    """Add the cog."""
    await bot.add_cog(Errors(bot))
