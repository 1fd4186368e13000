"""A picture attached to a message; the message is sent without it if it cannot be drawn."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import TypeVarTuple

import discord

from bot.presentation.pictures.drawing_process import DrawingProcess, NotDrawn

_log = logging.getLogger(__name__)
Ts = TypeVarTuple("Ts")


async def attached_picture(
    drawing: DrawingProcess, filename: str, description: str, function: Callable[[*Ts], bytes], *arguments: *Ts
) -> discord.File | None:
    """Return what a function of a module draws as a file with its description; None if it cannot be drawn now."""
    try:
        png = await drawing.draw(function, *arguments)
    except NotDrawn as error:
        _log.warning("%s goes without its picture: %s", filename, error)
        return None
    return discord.File(io.BytesIO(png), filename=filename, description=description)
