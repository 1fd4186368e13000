"""Base classes of views, forms and buttons: each reports its errors to the member, and survives a restart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, ClassVar, Self, TypeVar

import discord

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.general import GeneralFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import ProposalId
from bot.domain.spaces.space import MAIN, Space
from cogs._shared.replies import Interaction, acknowledge
from cogs.general.errors_cog import report

Item = TypeVar("Item")
Callback = Callable[[Item, Interaction], Awaitable[None]]
Wrapped = Callable[[Item, discord.Interaction[Any]], Coroutine[Any, Any, None]]
Parsers = Mapping[str, Callable[[str], Any]]
"""By the name of a group of a template, what makes a value of its text."""


def pressed(part: str | None, *, first: str = "answer") -> Callable[[Callback[Item]], Wrapped[Item]]:
    """Wrap the callback of a dynamic item, whose errors discord.py would swallow.

    A press is refused where `part` is turned off. Before anything else, the press is acknowledged as `first` says:
    "answer" (a new message for the member), "update" (of the message pressed), or "form" (the callback opens one,
    so it must be quick).
    """

    def decorate(callback: Callback[Item]) -> Wrapped[Item]:
        @wraps(callback)
        async def wrapped(self: Item, interaction: discord.Interaction[Any]) -> None:
            try:
                if first != "form":
                    await acknowledge(interaction, update=first == "update")
                await interaction.client.check_on(interaction.guild_id, part)
                await callback(self, interaction)
            except Exception as error:  # noqa: BLE001 - this is the door: everything is reported
                await report(interaction, error)

        return wrapped

    return decorate


class StoredItem(discord.ui.DynamicItem[Any], template=r"(?!)"):
    """A button or menu whose custom_id holds all that it is made of, so it survives a restart.

    Each named group of its template is an argument of its constructor, parsed by `READ` unless it is text; one that is
    not there is left out. With `TAKES_ITEM` what was pressed itself, which holds what was chosen, is its `item`.
    """

    READ: ClassVar[Parsers] = {}
    TAKES_ITEM: ClassVar[bool] = False

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        told = {name: cls.READ.get(name, str)(text) for name, text in match.groupdict().items() if text is not None}
        return cls(**told, item=item) if cls.TAKES_ITEM else cls(**told)


class ProposalItem(discord.ui.DynamicItem[Any], template=r"(?!)"):
    """A button or menu on a proposal, whose id is in its custom_id, so it survives a restart.

    Whatever else its template has a named group for is an argument of its constructor, parsed by `READ` unless it is
    text. With `TAKES_ITEM` it is made of what was pressed itself, which holds what was chosen. `BASE` is that in which
    the proposal's id is written.
    """

    READ: ClassVar[Parsers] = {}
    TAKES_ITEM: ClassVar[bool] = False
    BASE: ClassVar[int] = 10

    def __init__(self, proposal: ProposalId, item: discord.ui.Item[Any]) -> None:
        super().__init__(item)
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        proposal = ProposalId(int(match["proposal"], cls.BASE))
        if cls.TAKES_ITEM:
            return cls(proposal, item)
        told = {name: cls.READ.get(name, str)(text) for name, text in match.groupdict().items() if text is not None}
        return cls(**told | {"proposal": proposal})


MARK = r"(?:\.(?P<mark>[0-9a-f]{8}))?"
"""The part of a template for what `mark` made; a button that is without one has an empty mark."""


def mark(*told: object) -> str:
    """Return a short mark of what tells a thing from another that gets its number after a backup was restored."""
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()[:8]


def check_mark(found: str | None, *told: object) -> None:
    """Raise InvalidInput unless a button bears the `mark` of that thing: then it is of another one."""
    if found != mark(*told):
        raise InvalidInput(Field.MESSAGE, GeneralFlaw.OF_SOMETHING_UNKNOWN)


SPACE = r"(?::(?P<space>\d{1,9}(?:\.[0-9a-f]{8})?))?"
"""The part of a template for what `of_space` writes."""


def space_ref(space: Space) -> str:
    """Return what names a space in a custom_id: empty for the main one, else its number and a `mark` of its name."""
    return "" if space.number == MAIN else f"{space.number}.{mark(space.name)}"


def of_space(ref: str) -> str:
    """Return the end of a custom_id that names a space by its `space_ref`."""
    return f":{ref}" if ref else ""


class Form(discord.ui.Modal):
    """A modal that reports its errors. Its custom_id names the process, so forms of earlier ones are told from it."""

    def __init__(self, interaction: Interaction, *, title: str) -> None:
        super().__init__(title=title, custom_id=f"{interaction.client.born}:{interaction.id}")

    async def show(self, interaction: Interaction) -> None:
        """Show it to whoever asked: the one response to that interaction.

        It is registered before that, because the member may submit it before Discord's answer arrives, or without one.
        """
        interaction.client.add_view(self)
        interaction.client.opened(self)
        await interaction.response.send_modal(self)

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        """Report it."""
        await report(interaction, error)


class Buttons(discord.ui.View):
    """Holds buttons and menus whose state is in their custom_id; it never times out and reports its errors."""

    def __init__(self, *items: discord.ui.Item[Any]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)

    async def on_error(  # type: ignore[override]
        self,
        interaction: Interaction,
        error: Exception,
        item: discord.ui.Item[discord.ui.View],  # noqa: ARG002 - discord.py passes it
        /,
    ) -> None:
        """Report it."""
        await report(interaction, error)
