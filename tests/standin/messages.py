"""Messages that stand on the stand-in, with every version they had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.standin.world import Channel, Member

EPHEMERAL, HAS_THREAD = 1 << 6, 1 << 5
TEXT_DISPLAY = 10


@dataclass(eq=False, kw_only=True)
class Message:
    """One message with every version it had; `payload` is the newest. `only_for` sees it, if it is ephemeral."""

    channel: Channel
    payload: dict[str, Any]
    only_for: Member | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    versions: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False

    @property
    def id(self) -> int:
        return int(self.payload["id"])

    @property
    def ephemeral(self) -> bool:
        return bool(self.payload["flags"] & EPHEMERAL)

    @property
    def text(self) -> str:
        """Everything it says: content, embeds and text components, a line each."""
        return spoken(self.payload)

    @property
    def first_text(self) -> str:
        """What it said at first."""
        return spoken(self.versions[0])

    @property
    def first_marks(self) -> str:
        """What it said at first, and the ids of the buttons and selects that it had."""
        ids = (part.get("custom_id", "") for part in parts(self.versions[0]["components"]))
        return "\n".join((self.first_text, *ids))

    @property
    def controls(self) -> dict[str, dict[str, Any]]:
        """Its buttons and selects by custom id."""
        return {part["custom_id"]: part for part in parts(self.payload["components"]) if "custom_id" in part}


def parts(components: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Walk components of all depths."""
    for component in components:
        yield component
        yield from parts(component.get("components") or ())
        yield from parts(each for each in (component.get("accessory"), component.get("component")) if each)


def spoken(payload: dict[str, Any]) -> str:
    """Return every word of a message's payload."""
    lines = [payload["content"]]
    for embed in payload["embeds"]:
        lines += [embed.get("author", {}).get("name"), embed.get("title"), embed.get("description")]
        lines += [f"{each['name']}: {each['value']}" for each in embed.get("fields", [])]
        lines += [embed.get("footer", {}).get("text")]
    lines += [part["content"] for part in parts(payload["components"]) if part["type"] == TEXT_DISPLAY]
    return "\n".join(line for line in lines if line)
