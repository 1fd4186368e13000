"""All that a proposal says, for who asks for it."""

from __future__ import annotations

import io

import discord

from bot.domain.proposals.proposal import Proposal
from bot.presentation.markdown.discord_text import quoted_block
from cogs._shared.formatting import cut_quoted

_BODY, _SUMMARY = 3_900, 620
"""Room for text and summary, backslashes included: an embed's description holds 4,096 signs, a field 1,024."""


def whole_text(proposal: Proposal) -> tuple[discord.Embed, discord.File | None]:
    """Show all that a proposal says; what an embed can't hold comes as a file too."""
    text = proposal.text
    body = quoted_block(text.body, _BODY)
    embed = discord.Embed(title=f"#{proposal.number} · {cut_quoted(text.title, 240)}", description=body.text)
    if text.summary:
        embed.add_field(name="Summary", value=quoted_block(text.summary, _SUMMARY).text, inline=False)
    if text.discussion:
        embed.add_field(name="Discussion", value=cut_quoted(text.discussion, 600), inline=False)
    if body.whole:
        return embed, None
    whole = "\n\n".join(part for part in (text.title, text.summary, text.body, text.discussion) if part)
    embed.set_footer(text="The attached file holds the text in full.")
    return embed, discord.File(
        io.BytesIO(whole.encode()),
        filename=f"proposal-{proposal.number}.txt",
        description=f"The full text of proposal {proposal.number}",
    )
