"""What moderators are told: what is wrong, since when, and the remedy."""

from __future__ import annotations

import discord

from bot.domain.announcements.announcement import Announcement
from bot.presentation.markdown.safe_text import cut
from cogs._shared.formatting import moment


def notice_card(announcement: Announcement) -> discord.Embed:
    """Show a moderators' notice. Its sentences are our own, so that channels in them stay links."""
    facts = announcement.facts
    embed = discord.Embed(
        title="For moderators", description=cut(str(facts.get("problem") or "Something is wrong."), 2_000)
    )
    embed.add_field(name="Since", value=moment(announcement.created_at), inline=False)
    embed.add_field(name="Remedy", value=cut(str(facts.get("remedy") or "None is known."), 1_024), inline=False)
    embed.set_footer(text=f"Said once · ref {announcement.ref}")
    return embed
