"""A member's input, kept in the message that says what to fix, so that a button can bring it back."""

from __future__ import annotations

import discord

_OPEN, _CLOSE = "```\n", "\n```"


def keep(text: str) -> str:
    """Frame a text as it was typed; backticks, which would end the frame, become characters that look like them."""
    return _OPEN + text.replace("`", "\u02cb") + _CLOSE


def holds_input(message: discord.Message | None) -> bool:
    """Return whether a message is one of ours that holds what was typed, which an answer may replace."""
    return message is not None and not message.flags.components_v2


def kept(message: discord.Message | None) -> dict[str, str]:
    """Return what `keep` framed in a message of ours: by the name of its field, and "" for the description."""
    embed = message.embeds[0] if message and message.embeds else discord.Embed()
    framed = {"": embed.description or ""} | {field.name or "": field.value or "" for field in embed.fields}
    return {name: text.removeprefix(_OPEN).removesuffix(_CLOSE) for name, text in framed.items()}
