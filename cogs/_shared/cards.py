"""Messages in Discord's layout: text, pictures and buttons in one container, whose colour repeats what a word says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import discord

from cogs._shared.replies import Interaction
from cogs.general.errors_cog import report

ROOM = 4_000
"""Signs of all texts of a message together that Discord takes."""
Row = Sequence[discord.ui.Item[Any]]


class Card(discord.ui.LayoutView):
    """One container with texts, a picture and rows of buttons, and files below it.

    It never times out, holds its state in the ids of its buttons, and reports errors. Each of `texts` stands apart from
    the one before it by a line. `files` are what its picture and its attachments are made of; they are to be sent with
    it.
    """

    def __init__(
        self,
        texts: Sequence[str],
        rows: Iterable[Row] = (),
        *,
        colour: int | None = None,
        picture: discord.File | None = None,
        below: Sequence[str] = (),
        attached: discord.File | None = None,
    ) -> None:
        super().__init__(timeout=None)
        container: discord.ui.Container[Any] = discord.ui.Container(accent_colour=colour)
        first, *others = texts
        container.add_item(discord.ui.TextDisplay(first))
        for text in others:
            container.add_item(discord.ui.Separator(spacing=discord.SeparatorSpacing.small))
            container.add_item(discord.ui.TextDisplay(text))
        self.files: list[discord.File] = []
        if picture is not None:
            gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
            gallery.add_item(media=picture, description=picture.description)
            container.add_item(gallery)
            self.files.append(picture)
        for text in below:
            container.add_item(discord.ui.TextDisplay(text))
        for row in rows:
            if row:
                container.add_item(discord.ui.ActionRow(*row))
        self.add_item(container)
        if attached is not None:
            self.add_item(discord.ui.File(attached))
            self.files.append(attached)

    def text(self) -> str:
        """Return all that it says, a line each."""
        return "\n".join(item.content for item in self.walk_children() if isinstance(item, discord.ui.TextDisplay))

    def payload(self) -> list[dict[str, Any]]:
        """Return it in Discord's form."""
        components: list[dict[str, Any]] = self.to_components()  # type: ignore[no-untyped-call]
        return components

    async def on_error(  # type: ignore[override]
        self,
        interaction: Interaction,
        error: Exception,
        item: discord.ui.Item[discord.ui.LayoutView],  # noqa: ARG002 - discord.py passes it
        /,
    ) -> None:
        """Report it."""
        await report(interaction, error)


def shows(message: discord.Message, ref: str) -> bool:
    """Return whether a message has this announcement's reference, in a button's id or in its small print.

    Earlier versions wrote the reference into the footer of an embed, which messages of theirs still have.
    """
    if any(re.search(rf"\b{ref}\b", embed.footer.text or "") for embed in message.embeds):
        return True
    if any(text.startswith("-# ") and re.search(rf"\b{ref}\b", text) for text in _texts(message.components)):
        return True
    return any(custom_id.endswith(f":{ref}") for custom_id in _custom_ids(message.components))


def _texts(components: Iterable[Any]) -> Iterable[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))


def _custom_ids(components: Iterable[Any]) -> Iterable[str]:
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))
