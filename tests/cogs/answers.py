"""What the bot answered, as tests read it: each fails where there is nothing to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import aiohttp
import discord
import simcord

T = TypeVar("T")


def present(value: T | None) -> T:
    """The value; fails if there is none."""
    assert value is not None, "there is none"
    return value


def refusal(status: int, reason: str) -> aiohttp.ClientResponse:
    """What discord.py's errors are told of an answer of Discord's that refuses."""
    return cast("aiohttp.ClientResponse", SimpleNamespace(status=status, reason=reason))


def answer(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """The message that answers; fails if none does."""
    assert result.response is not None, "no answer"
    return result.response


def form_rows(result: simcord.InteractionResult) -> list[dict[str, Any]]:
    """The rows of the form that answers, as Discord gets them; fails if none does."""
    assert result.modal is not None, "no form"
    rows: list[dict[str, Any]] = result.modal["components"]
    return rows


def filled_in(result: simcord.InteractionResult) -> dict[str, str | None]:
    """What stands in the fields of the form that answers, by their ids."""
    fields = (row["component"] for row in form_rows(result))
    return {field["custom_id"]: field.get("value") for field in fields}


def walk(components: Iterable[Any]) -> Iterator[Any]:
    """Every component of a message, at all depths, in order."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))


def text_of(message: discord.Message) -> str:
    """All that a message says: its content, its embeds, the texts of its layout."""
    layout = [part.content for part in walk(message.components) if isinstance(part, discord.TextDisplay)]
    return "\n".join([message.content, *map(embed_text, message.embeds), *layout])


def embed_text(embed: discord.Embed) -> str:
    """All that an embed says, in order."""
    fields = [f"{entry.name}\n{entry.value}" for entry in embed.fields]
    return "\n".join(filter(None, [embed.title, embed.description, *fields, embed.footer.text]))


def is_told(message: discord.Message) -> bool:
    """Whether a message says more than a line of content: it has an embed or a layout."""
    return bool(message.embeds) or message.flags.components_v2


def buttons(message: discord.Message) -> list[discord.Button]:
    """The buttons below a message, in order."""
    return [item for item in walk(message.components) if isinstance(item, discord.Button)]


def menus(message: discord.Message) -> list[discord.SelectMenu]:
    """The menus below a message, in order."""
    return [item for item in walk(message.components) if isinstance(item, discord.SelectMenu)]
