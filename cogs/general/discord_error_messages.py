"""What Discord refused or did not answer, in words."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client.discord_client import SwitchedOff
from cogs._shared.formatting import listed, plural, quoted

NO_ANSWER = "Discord did not answer just now. Next: try again in a minute; doing it twice does no harm."


def of_discord(error: BaseException) -> str | None:  # noqa: PLR0911, C901 - one a class
    """Return the words; None for what is not Discord's."""
    match error:
        case SwitchedOff(part=part):
            return (
                f"The part “{part}” is turned off in this server, so nothing was done. "
                "Next: /help shows what is on; a moderator turns parts on with /config cogs."
            )
        case app_commands.MissingPermissions():
            return "Only members who may manage this server can do that. Nothing was changed. Next: ask a moderator."
        case app_commands.NoPrivateMessage():
            return "This works inside a server only. Next: use it in a channel of your DAO's server."
        case app_commands.BotMissingPermissions(missing_permissions=missing):
            lacking = plural(len(missing), "permission")
            named = listed([name.replace("_", " ") for name in missing])
            return f"I lack {lacking} here: {named}. Nothing was changed. Next: ask a moderator to give it to me."
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return "This command has changed since Discord loaded it. Next: restart Discord (Ctrl+R) and try again."
        case app_commands.TransformerError(value=value):
            return f"“{quoted(str(value), 60)}” doesn't fit that option. Next: choose from the list while you type."
        case app_commands.CheckFailure():
            return "You may not use that here. Nothing was changed. Next: /help shows what you can use."
        case discord.Forbidden():
            return "Discord doesn't let me do that here: I lack a permission. Next: a moderator checks /config show."
        case discord.RateLimited():
            return "Discord asks me to slow down. Next: try again in a few minutes; doing it twice does no harm."
        case discord.HTTPException(status=status) if status >= 500:  # noqa: PLR2004 - HTTP
            return NO_ANSWER
        case _:
            return None
