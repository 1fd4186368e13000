"""What Discord takes: its documented limits on messages, on the payload as it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_ROW, _BUTTON, _MENU, _TEXT, _GALLERY, _FILE = 1, 2, 3, 10, 12, 13
_LINK, _PREMIUM = 5, 6
_MOST = {"title": 256, "description": 4_096, "footer": 2_048, "author": 256, "name": 256, "value": 1_024}
_EMBED = 6_000


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Return every component, at all depths, in order."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if "accessory" in component:
            yield from walk([component["accessory"]])


def faults_of_layout(payload: Sequence[Mapping[str, Any]], files: Sequence[str]) -> list[str]:
    """Return what Discord would refuse in a layout that is sent with files of these names."""
    every = list(walk(payload))
    texts = [str(part["content"]) for part in every if part["type"] == _TEXT]
    ids = [str(part["custom_id"]) for part in every if "custom_id" in part]
    found = [f"{len(every)} components"] * (len(every) > 40)
    found += ["texts too long"] * (sum(map(len, texts)) > 4_000) + ["an empty text"] * (not all(map(str.strip, texts)))
    found += [f"an id of {len(one)} signs" for one in ids if not 1 <= len(one) <= 100]
    found += ["an id twice"] * (len(ids) != len(set(ids)))
    sent = [*(item["media"] for part in every if part["type"] == _GALLERY for item in part["items"])]
    sent += [part["file"] for part in every if part["type"] == _FILE]
    named = {one["url"].removeprefix("attachment://") for one in sent if one["url"].startswith("attachment://")}
    found += [f"files {sorted(named)} for {sorted(files)}"] * (named != set(files))
    for part in every:
        found += list(_CHECKS.get(part["type"], _nothing)(part))
    return found


def faults_of_embed(embed: Mapping[str, Any]) -> list[str]:
    """Return what Discord would refuse in an embed."""
    fields = embed.get("fields", [])
    parts = [(name, embed[name]) for name in ("title", "description") if name in embed]
    parts += [("footer", embed["footer"]["text"])] if "footer" in embed else []
    parts += [("author", embed["author"]["name"])] if "author" in embed else []
    parts += [(name, field[name]) for field in fields for name in ("name", "value")]
    found = [f"{name} of {len(text)} signs" for name, text in parts if len(text) > _MOST[name]]
    found += [f"an empty {name}" for name, text in parts if name in ("name", "value") and not text.strip()]
    found += [f"{len(fields)} fields"] * (len(fields) > 25)
    return found + ["an embed too long"] * (sum(len(text) for _, text in parts) > _EMBED)


def _nothing(_part: Mapping[str, Any]) -> Iterator[str]:
    return iter(())


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    most = 1 if any(item["type"] == _MENU for item in row["components"]) else 5
    if not 1 <= len(row["components"]) <= most:
        yield f"{len(row['components'])} in a row"


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(button.get("label", "").strip()) <= 80:
        yield f"a button's label {button.get('label')!r}"
    if ("url" in button) != (button["style"] == _LINK) or ("custom_id" in button) == (button["style"] == _LINK):
        yield "a button with the wrong target"
    if len(button.get("url", "")) > 512:
        yield "a button's address too long"


def _menu(menu: Mapping[str, Any]) -> Iterator[str]:
    options = menu["options"]
    if not 1 <= len(options) <= 25 or len({option["value"] for option in options}) != len(options):
        yield "options of a menu"
    if not 0 <= menu.get("min_values", 1) <= menu.get("max_values", 1) <= len(options):
        yield "how many options of a menu"
    if len(menu.get("placeholder") or "") > 150:
        yield "a menu's placeholder too long"
    for option in options:
        lengths = [len(option["label"]), len(option["value"]), len(option.get("description") or "x")]
        if not all(1 <= length <= 100 for length in lengths):
            yield f"an option {option!r}"


def _gallery(gallery: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(gallery["items"]) <= 10:
        yield "pictures of a gallery"
    for item in gallery["items"]:
        if not 1 <= len(item.get("description") or "") <= 1_024:
            yield "a picture without words, or with too many"


_CHECKS = {_ROW: _row, _BUTTON: _button, _MENU: _menu, _GALLERY: _gallery}
