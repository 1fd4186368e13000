"""What moderators are told: what is wrong, since when, and the remedy."""

from __future__ import annotations

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.announcements.moderator_notice import read
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.notices.notice_words import notice_words
from cogs._shared.formatting import moment


def notice_card(announcement: Announcement) -> discord.Embed:
    """Show a moderators' notice. Its sentences are our own, so that channels in them stay links."""
    words = notice_words(read(announcement.facts))
    embed = discord.Embed(title=_("For moderators"), description=cut(words.problem, 2_000))
    embed.add_field(name=_("Since"), value=moment(announcement.created_at), inline=False)
    embed.add_field(name=_("Remedy"), value=cut(words.remedy, 1_024), inline=False)
    embed.set_footer(text=_("Said once · ref {ref}", ref=announcement.ref))
    return embed
