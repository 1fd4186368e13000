"""What Discord takes: its documented limits on messages and forms, on the payload as it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_ROW, _BUTTON, _MENU, _INPUT, _SECTION, _TEXT, _THUMBNAIL, _GALLERY, _FILE = 1, 2, 3, 4, 9, 10, 11, 12, 13
_SEPARATOR, _CONTAINER, _LABEL = 14, 17, 18
_MENUS = frozenset({_MENU, 5, 6, 7, 8})
"""Menus of options, and of users, roles, both, channels."""
_IN_MESSAGE = frozenset({_ROW, _SECTION, _TEXT, _GALLERY, _FILE, _SEPARATOR})
_INPUTS = _MENUS | {_INPUT, 19, 21, 22, 23}
"""What a label of a form names: a menu, a field, a file, boxes."""
_LINK = 5
_CONTENT = 2_000
_MOST = {"title": 256, "description": 4_096, "footer": 2_048, "author": 256, "name": 256, "value": 1_024}
_EMBED = 6_000


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Return every component, at all depths, in order."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        yield from walk(component[key] for key in ("accessory", "component") if key in component)


def faults_of_layout(payload: Sequence[Mapping[str, Any]], files: Sequence[str]) -> list[str]:
    """Return what Discord would refuse in a layout that is sent with files of these names."""
    every = list(walk(payload))
    texts = [str(part["content"]) for part in every if part["type"] == _TEXT]
    found = [f"{len(every)} components"] * (len(every) > 40)
    found += [f"texts of {sum(map(len, texts))} signs"] * (sum(map(len, texts)) > 4_000)
    found += [f"a part of type {part['type']}" for part in payload if part["type"] not in _IN_MESSAGE | {_CONTAINER}]
    sent = [*(item["media"] for part in every if part["type"] == _GALLERY for item in part["items"])]
    sent += [part["file"] for part in every if part["type"] == _FILE]
    sent += [part["media"] for part in every if part["type"] == _THUMBNAIL]
    named = {one["url"].removeprefix("attachment://") for one in sent if one["url"].startswith("attachment://")}
    found += [f"files {sorted(named)} for {sorted(files)}"] * (named != set(files))
    return found + _faults_of_parts(every)


def faults_of_rows(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what Discord would refuse in the buttons and menus below a message of text."""
    found = [f"{len(rows)} rows"] * (len(rows) > 5)
    return found + _faults_of_parts(list(walk(rows))) + ["no row"] * any(row["type"] != _ROW for row in rows)


def faults_of_content(content: str) -> list[str]:
    """Return what Discord would refuse in a text outside a layout."""
    return [f"a text of {len(content)} signs"] * (len(content) > _CONTENT)


def faults_of_form(form: Mapping[str, Any]) -> list[str]:
    """Return what Discord would refuse in a form (a modal)."""
    parts = form["components"]
    found = [f"a title of {len(form['title'])} signs"] * (not 1 <= len(form["title"].strip()) <= 45)
    found += [f"{len(parts)} parts of a form"] * (not 1 <= len(parts) <= 5)
    found += [f"a form's id of {len(form['custom_id'])} signs"] * (not 1 <= len(form["custom_id"]) <= 100)
    found += ["a form with nothing to fill in"] * (not any(part["type"] == _LABEL for part in parts))
    found += [f"a part of type {part['type']} in a form" for part in parts if part["type"] not in (_LABEL, _TEXT)]
    every = list(walk(parts))
    found += ["a menu in a form that is off" for part in every if part["type"] in _MENUS and part.get("disabled")]
    return found + _faults_of_parts(every)


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


def _faults_of_parts(every: Sequence[Mapping[str, Any]]) -> list[str]:
    ids = [str(part["custom_id"]) for part in every if "custom_id" in part]
    numbers = [part["id"] for part in every if part.get("id")]
    found = [f"an id of {len(one)} signs" for one in ids if not 1 <= len(one) <= 100]
    found += ["an id twice"] * (len(ids) != len(set(ids)) or len(numbers) != len(set(numbers)))
    for part in every:
        found += list(_CHECKS.get(part["type"], _nothing)(part))
    return found


def _nothing(_part: Mapping[str, Any]) -> Iterator[str]:
    return iter(())


def _text(text: Mapping[str, Any]) -> Iterator[str]:
    if not text["content"].strip():
        yield "an empty text"


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    kinds = [item["type"] for item in row["components"]]
    if not 1 <= len(kinds) <= (1 if _MENUS & set(kinds) else 5) or not set(kinds) <= _MENUS | {_BUTTON}:
        yield f"{kinds} in a row"


def _section(section: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(section["components"]) <= 3 or any(part["type"] != _TEXT for part in section["components"]):
        yield "texts of a section"
    if section["accessory"]["type"] not in (_BUTTON, _THUMBNAIL):
        yield "a section's accessory"


def _thumbnail(thumbnail: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(thumbnail.get("description") or "") <= 1_024:
        yield "a thumbnail without words, or with too many"


def _container(container: Mapping[str, Any]) -> Iterator[str]:
    if not container["components"] or any(part["type"] not in _IN_MESSAGE for part in container["components"]):
        yield "parts of a container"


def _label(label: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(label["label"].strip()) <= 45:
        yield f"a label {label['label']!r}"
    if len(label.get("description") or "") > 100:
        yield f"what a label says, of {len(label['description'])} signs"
    if label["component"]["type"] not in _INPUTS:
        yield "what a label names"


def _input(field: Mapping[str, Any]) -> Iterator[str]:
    most = field.get("max_length") or 4_000
    if not 0 <= (field.get("min_length") or 0) <= most <= 4_000:
        yield "the length of a field"
    if len(field.get("value") or "") > most:
        yield f"{len(field['value'])} signs in a field of {most}"
    if len(field.get("placeholder") or "") > 100:
        yield "a field's placeholder too long"


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(button.get("label", "").strip()) <= 80:
        yield f"a button's label {button.get('label')!r}"
    if ("url" in button) != (button["style"] == _LINK) or ("custom_id" in button) == (button["style"] == _LINK):
        yield "a button with the wrong target"
    if len(button.get("url", "")) > 512:
        yield "a button's address too long"


def _menu(menu: Mapping[str, Any]) -> Iterator[str]:
    options = menu.get("options", [])
    most = len(options) if menu["type"] == _MENU else 25
    if menu["type"] == _MENU and not 1 <= len({option["value"] for option in options}) == len(options) <= 25:
        yield "options of a menu"
    if not 0 <= menu.get("min_values", 1) <= menu.get("max_values", 1) <= most:
        yield "how many options of a menu"
    chosen = sum(bool(option.get("default")) for option in options) + len(menu.get("default_values", ()))
    if chosen > menu.get("max_values", 1):
        yield f"{chosen} chosen in a menu"
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


_CHECKS = {
    **dict.fromkeys(_MENUS, _menu),
    _ROW: _row,
    _BUTTON: _button,
    _INPUT: _input,
    _SECTION: _section,
    _TEXT: _text,
    _THUMBNAIL: _thumbnail,
    _GALLERY: _gallery,
    _CONTAINER: _container,
    _LABEL: _label,
}
