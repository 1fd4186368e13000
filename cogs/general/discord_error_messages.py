"""What Discord refused or did not answer, in words."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client.discord_client import SwitchedOff
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.presentation.refusals.refusal import series
from cogs._shared.formatting import quoted


def no_answer() -> str:
    """Say that Discord did not answer."""
    return _("Discord did not answer just now. Next: try again in a minute; doing it twice does no harm.")


def of_discord(error: BaseException) -> str | None:  # noqa: PLR0911, C901 - one a class
    """Return the words; None for what is not Discord's."""
    match error:
        case SwitchedOff(part=part):
            return _(
                "The part “{part}” is turned off in this server, so nothing was done. Next: /help shows what is on; a "
                "moderator turns parts on with /config cogs.",
                part=part,
            )
        case app_commands.MissingPermissions():
            return _("Only members who may manage this server can do that. Nothing was changed. Next: ask a moderator.")
        case app_commands.NoPrivateMessage():
            return _("This works inside a server only. Next: use it in a channel of your DAO's server.")
        case app_commands.BotMissingPermissions(missing_permissions=missing):
            return ngettext(
                "I lack {number} permission here: {named}. Nothing was changed. Next: ask a moderator to give it to "
                "me.",
                "I lack {number} permissions here: {named}. Nothing was changed. Next: ask a moderator to give them to "
                "me.",
                len(missing),
                named=series([name.replace("_", " ") for name in missing], "and"),
            )
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return _("This command has changed since Discord loaded it. Next: restart Discord (Ctrl+R) and try again.")
        case app_commands.TransformerError(value=value):
            return _(
                "“{value}” doesn't fit that option. Next: choose from the list while you type.",
                value=quoted(str(value), 60),
            )
        case app_commands.CheckFailure():
            return _("You may not use that here. Nothing was changed. Next: /help shows what you can use.")
        case discord.Forbidden():
            return _("Discord doesn't let me do that here: I lack a permission. Next: a moderator checks /config show.")
        case discord.RateLimited():
            return _("Discord asks me to slow down. Next: try again in a few minutes; doing it twice does no harm.")
        case discord.HTTPException(status=status) if status >= 500:  # noqa: PLR2004 - HTTP
            return no_answer()
        case _:
            return None
