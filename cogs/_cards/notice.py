"""What moderators are told: what is wrong, since when, and the remedy."""

from __future__ import annotations

import discord

from bot.domain.announcement import Announcement
from cogs._words import cut_quoted, moment


def notice_card(announcement: Announcement) -> discord.Embed:
    """Show a moderators' notice, whose facts it holds itself."""
    facts = announcement.facts
    embed = discord.Embed(
        title="For moderators", description=cut_quoted(str(facts.get("problem") or ""), 2_000, lines=True)
    )
    embed.add_field(name="Since", value=moment(announcement.created_at), inline=False)
    embed.add_field(name="Remedy", value=cut_quoted(str(facts.get("remedy") or ""), 1_024), inline=False)
    embed.set_footer(text=f"Said once · ref {announcement.ref}")
    return embed
