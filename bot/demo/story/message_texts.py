"""Reads the text of messages, of embeds as well as of layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def said(message: Any) -> str:  # noqa: ANN401 - a message, or an answer
    """Return all text of a message."""
    message = getattr(message, "response", message)
    if message is None:
        return ""
    parts = [message.content or ""]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    return "\n".join([*parts, *texts(message.components)])


def texts(components: Iterable[Any]) -> Iterator[str]:
    """Return the texts of a message's layout, at all depths."""
    for component in components:
        part = component if isinstance(component, Mapping) else component.to_dict()
        if part.get("content"):
            yield str(part["content"])
        yield from texts(part.get("components", ()))
