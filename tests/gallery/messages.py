"""Discord's messages and forms as HTML: they look as they do there, in both of its themes and on a phone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import discord

from tests.gallery import PHONE, Entry
from tests.gallery.limits import (
    faults_of_content,
    faults_of_embed,
    faults_of_form,
    faults_of_layout,
    faults_of_rows,
)
from tests.gallery.markdown import markdown

WIDE = 600
_BUTTONS = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message of text: words, what is in an embed, the buttons below, the names of files."""

    text: str = ""
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    files: Sequence[str] = ()


Message = discord.ui.LayoutView | discord.ui.Modal | Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message or a form in one state. `says` is what its text alone must tell, at least."""

    section: str
    name: str
    message: Message
    says: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def text(self) -> str:
        """Return it as somebody reads it who sees neither pictures nor colours."""
        match self.message:
            case Reply(text=text, embed=embed):
                return "\n".join(filter(None, [text, *(_texts_of(embed) if embed else ())]))
            case discord.ui.Modal() as form:
                labels = [item for item in form.walk_children() if isinstance(item, discord.ui.Label)]
                told = [text for one in labels for text in (one.text, one.description) if text]
                return "\n".join([form.title, *_texts(form), *told])
            case layout:
                return "\n".join(_texts(layout))

    def faults(self) -> list[str]:
        """Return what Discord would refuse."""
        match self.message:
            case Reply(text=text, embed=embed, view=view):
                found = faults_of_content(text) + (faults_of_rows(view.to_components()) if view else [])
                return found + (faults_of_embed(embed.to_dict()) if embed else ["nothing"] * (not text.strip()))
            case discord.ui.Modal() as form:
                return faults_of_form(form.to_dict())
            case layout:
                return faults_of_layout(_payload(layout), [file.filename for file in getattr(layout, "files", ())])

    def entry(self) -> Entry:
        """Return it for the gallery: dark, light, and as wide as a phone."""
        match self.message:
            case Reply(text=text, embed=embed, view=view, files=files):
                inner = f"<div>{markdown(text)}</div>" if text else ""
                inner += (_embed(embed) if embed else "") + "".join(map(_file, files))
                inner += "".join(map(self._component, view.to_components() if view else ()))
            case discord.ui.Modal() as form:
                payload = form.to_dict()
                parts = "".join(map(self._component, payload["components"]))
                inner = f'<div class="form"><h3>{escape(payload["title"])}</h3>{parts}</div>'
            case layout:
                inner = "".join(map(self._component, _payload(layout)))
        grounds = (("dark", WIDE), ("light", WIDE), ("dark", PHONE))
        shown = [f'<div class="{ground} message" style="width: {width}px">{inner}</div>' for ground, width in grounds]
        return Entry(section=self.section, name=self.name, shown="".join(shown))

    def _component(self, part: Mapping[str, Any]) -> str:
        inner = "".join(map(self._component, part.get("components", ())))
        match part["type"]:
            case 9:
                inner = f'<div class="section"><div>{inner}</div>{self._component(part["accessory"])}</div>'
            case 11:
                inner = self._picture(part)
            case 12:
                inner = "".join(map(self._picture, part["items"]))
            case 18:
                hint = f"<small>{escape(part['description'])}</small>" if part.get("description") else ""
                inner = f"<label><b>{escape(part['label'])}</b>{hint}{self._component(part['component'])}</label>"
            case kind if kind in _PARTS:
                inner = _PARTS[kind](part)
        around = _AROUND.get(part["type"])
        return around(part, inner) if around else inner

    def _picture(self, item: Mapping[str, Any]) -> str:
        data = base64.b64encode(self.pictures[item["media"]["url"].removeprefix("attachment://")]).decode()
        return f'<img src="data:image/png;base64,{data}" alt="{escape(item["description"])}">'


def _payload(layout: discord.ui.LayoutView) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = layout.to_components()  # type: ignore[no-untyped-call]
    return components


def _texts(layout: discord.ui.LayoutView | discord.ui.Modal) -> list[str]:
    return [item.content for item in layout.walk_children() if isinstance(item, discord.ui.TextDisplay)]


def _texts_of(embed: discord.Embed) -> list[str | None]:
    parts = [embed.title, embed.description, embed.footer.text]
    return parts + [text for one in embed.fields for text in (one.name, one.value)]


def _container(inner: str, colour: int | None) -> str:
    style = f' style="border-left-color: #{colour:06x}"' if colour else ""
    return f'<div class="container"{style}>{inner}</div>'


def _embed(embed: discord.Embed) -> str:
    parts = [f"<b>{markdown(embed.title)}</b>"] if embed.title else []
    parts += [f"<div>{markdown(embed.description)}</div>"] if embed.description else []
    parts += [f"<div><b>{markdown(one.name or '')}</b>\n{markdown(one.value or '')}</div>" for one in embed.fields]
    parts += [f"<small>{escape(embed.footer.text)}</small>"] if embed.footer.text else []
    return _container("".join(parts), embed.colour.value if embed.colour else None)


def _menu(part: Mapping[str, Any]) -> str:
    options = part.get("options", ())
    chosen = ", ".join(option["label"] for option in options if option.get("default"))
    names = "\n".join(option["label"] for option in options)
    return f'<span class="menu" title="{escape(names)}">{escape(chosen or part.get("placeholder") or "…")} ⌄</span>'


def _file(name: str) -> str:
    return f'<div class="file">▤ {escape(name)}</div>'


def _input(part: Mapping[str, Any]) -> str:
    text = part.get("value") or part.get("placeholder") or ""
    kind = "input" if part.get("value") else "input hint"
    return f'<div class="{kind}" style="min-height: {4.5 if part["style"] == 2 else 1.5}em">{escape(text)}</div>'


def _button(part: Mapping[str, Any]) -> str:
    off = " off" if part.get("disabled") else ""
    return f'<span class="{_BUTTONS[part["style"]]}{off}">{escape(part["label"])}</span>'


_AROUND: dict[int, Callable[[Mapping[str, Any], str], str]] = {
    1: lambda _part, inner: f'<div class="row">{inner}</div>',
    17: lambda part, inner: _container(inner, part.get("accent_color")),
}
_PARTS: dict[int, Callable[[Mapping[str, Any]], str]] = {
    2: _button,
    **dict.fromkeys((3, 5, 6, 7, 8), _menu),
    4: _input,
    10: lambda part: f"<div>{markdown(part['content'])}</div>",
    13: lambda part: _file(part["file"]["url"].removeprefix("attachment://")),
    14: lambda _part: "<hr>",
}
"""The parts that have no others in them, by Discord's numbers of their types."""
