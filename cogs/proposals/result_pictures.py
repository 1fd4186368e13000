"""The picture of a result, with what it shows in words."""

from __future__ import annotations

import discord

from bot.domain.proposals.proposal import Proposal
from bot.presentation.pictures.drawing_process import DrawingProcess
from bot.presentation.pictures.result_alt import result_alt
from bot.presentation.pictures.result_image import result_image
from bot.presentation.results.drawn_result import result_picture
from cogs._shared.attached_picture import attached_picture


async def drawn_result(drawing: DrawingProcess, proposal: Proposal) -> discord.File | None:
    """Draw a result, with a description; None if it can't be drawn now: the result is then shown without a picture."""
    if proposal.result is None or proposal.terms is None:
        return None
    picture = result_picture(proposal, proposal.result, proposal.terms)
    name = f"proposal-{proposal.number}-result.png"
    return await attached_picture(drawing, name, result_alt(picture), result_image, picture)
