"""Pages of a space's lists, of campaigns and of treasuries, and the buttons that turn them."""

from __future__ import annotations

from typing import ClassVar

import discord

from bot.domain.shared.types import SpaceId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Row
from cogs._shared.components import Parsers, StoredItem


class ListPage(StoredItem, template=r"(?!)"):
    """Shows another page of a space's list in place of the one that was pressed; `LIST` begins its custom_id."""

    READ: ClassVar[Parsers] = {"space": int, "page": int}
    LIST: ClassVar[str]

    def __init__(self, space: SpaceId, page: int, label: str = "…") -> None:
        custom_id = f"{self.LIST}:{space}:{page}"
        super().__init__(discord.ui.Button(label=label, style=discord.ButtonStyle.secondary, custom_id=custom_id))
        self.space, self.page = space, page


def on_page(many: int, page: int, per_page: int) -> tuple[int, int]:
    """Return the page that is shown when one is asked for, from 1, and how many there are."""
    pages = max(-(-many // per_page), 1)
    return min(max(page, 1), pages), pages


def page_turners(kind: type[ListPage], space: Space, page: int, many: int, per_page: int) -> tuple[int, Row]:
    """Return the page that is shown when `page` is asked for, and the buttons to those beside it."""
    at, pages = on_page(many, page, per_page)
    row: Row = [kind(space.id, at - 1, _("Back"))] if at > 1 else []
    return at, [*row, kind(space.id, at + 1, _("More"))] if at < pages else row
