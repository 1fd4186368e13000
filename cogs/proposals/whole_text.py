"""All that a proposal says, for who asks for it."""

from __future__ import annotations

import io

import discord

from bot.domain.proposals.proposal import Proposal
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.discord_text import quoted_block
from cogs._shared.cards import ROOM, Card
from cogs._shared.formatting import cut_quoted

_TITLE, _SUMMARY, _URL = 300, 620, 300
"""Room for each, backslashes included, of the signs that a message holds; the text has what is left."""


def whole_text(proposal: Proposal) -> Card:
    """Show all that a proposal says; what a message can't hold comes as a file too."""
    text = proposal.text
    head = f"### {cut_quoted(text.title, _TITLE)}"
    summary = quoted_block(text.summary, _SUMMARY).text if text.summary else ""
    address = cut_quoted(text.discussion, _URL) if text.discussion else ""
    more = [_("**Discussion**\n{address}", address=address)] if address else []
    small = _("-# The attached file holds the text in full.")
    room = ROOM - sum(len(part) + 2 for part in (head, summary, *more, small))
    body = quoted_block(text.body, room)
    texts = [head, *([summary] if summary else []), body.text, *more]
    if body.whole:
        return Card(texts)
    whole = "\n\n".join(part for part in (text.title, text.summary, text.body, text.discussion) if part)
    file = discord.File(
        io.BytesIO(whole.encode()),
        filename=f"proposal-{proposal.number}.txt",
        description=_("The full text of proposal {number}", number=proposal.number),
    )
    return Card([*texts, small], attached=file)
