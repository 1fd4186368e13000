"""Discord's messages as HTML: layouts and embeds look as they do there, in both of its themes and on a phone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

import discord

from cogs._shared.cards import Card
from tests.gallery import PHONE, Entry
from tests.gallery.limits import faults_of_embed, faults_of_layout

WIDE = 600
_CONTAINER, _ROW, _GALLERY = 17, 1, 12
_BUTTONS = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}


def _date(found: re.Match[str]) -> str:
    return f"<time>{datetime.fromtimestamp(int(found[1]), UTC):%-d %B %Y %H:%M}</time>"


_MARKS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(?<!\\)&lt;t:(\d+):R&gt;", r"<time>in 3 days</time>"),
    (r"(?<!\\)&lt;t:(\d+)(?::\w)?&gt;", _date),
    (r"(?<!\\)&lt;@(?:&amp;)?\d+&gt;", r"<span class=mention>@Ada Okafor</span>"),
    (r"(?<!\\)&lt;#\d+&gt;", r"<span class=mention>#governance</span>"),
    (r"```(?:json|diff|\w*\n)?(.*?)```", r"<pre>\1</pre>"),
    (r"(?<!\\)`([^`\n]+)`", r"<code>\1</code>"),
    (r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"<b>\1</b>"),
    (r"(?<![\\*])\*([^*\n]+?)(?<!\\)\*(?!\*)", r"<i>\1</i>"),
    (r"(?<!\\)\[([^\]\n]+)\]\(&lt;?(https?://[^)\s]+?)(?:&gt;)?\)", r"<u title='\2'>\1</u>"),
)
_LINES = (("### ", "h3"), ("## ", "h2"), ("# ", "h1"), ("-# ", "small"), ("&gt; ", "blockquote"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message in one state. `says` is what its text alone must tell, at least."""

    section: str
    name: str
    message: Card | discord.Embed
    says: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def text(self) -> str:
        """Return the message as somebody reads it who sees neither pictures nor colours."""
        if isinstance(self.message, Card):
            return self.message.text()
        parts = [self.message.title, self.message.description, self.message.footer.text]
        parts += [text for one in self.message.fields for text in (one.name, one.value)]
        return "\n".join(filter(None, parts))

    def faults(self) -> list[str]:
        """Return what Discord would refuse."""
        if isinstance(self.message, Card):
            return faults_of_layout(self.message.payload(), [file.filename for file in self.message.files])
        return faults_of_embed(self.message.to_dict())

    def entry(self) -> Entry:
        """Return it for the gallery: dark, light, and as wide as a phone."""
        if isinstance(self.message, Card):
            inner = "".join(self._component(part) for part in self.message.payload())
        else:
            inner = _embed(self.message)
        grounds = (("dark", WIDE), ("light", WIDE), ("dark", PHONE))
        shown = [f'<div class="{ground} message" style="width: {width}px">{inner}</div>' for ground, width in grounds]
        return Entry(section=self.section, name=self.name, shown="".join(shown))

    def _component(self, part: Mapping[str, Any]) -> str:
        if part["type"] in (_CONTAINER, _ROW):
            inner = "".join(map(self._component, part["components"]))
            return _container(inner, part.get("accent_color")) if part["type"] == _CONTAINER else _row(inner)
        if part["type"] == _GALLERY:
            return "".join(map(self._picture, part["items"]))
        return _PARTS[part["type"]](part)

    def _picture(self, item: Mapping[str, Any]) -> str:
        data = base64.b64encode(self.pictures[item["media"]["url"].removeprefix("attachment://")]).decode()
        return f'<img src="data:image/png;base64,{data}" alt="{escape(item["description"])}">'


def _container(inner: str, colour: int | None) -> str:
    style = f' style="border-left-color: #{colour:06x}"' if colour else ""
    return f'<div class="container"{style}>{inner}</div>'


def _row(inner: str) -> str:
    return f'<div class="row">{inner}</div>'


def _embed(embed: discord.Embed) -> str:
    parts = [f"<b>{markdown(embed.title)}</b>"] if embed.title else []
    parts += [f"<div>{markdown(embed.description)}</div>"] if embed.description else []
    parts += [f"<div><b>{markdown(one.name or '')}</b>\n{markdown(one.value or '')}</div>" for one in embed.fields]
    parts += [f"<small>{escape(embed.footer.text)}</small>"] if embed.footer.text else []
    return _container("".join(parts), embed.colour.value if embed.colour else None)


def markdown(text: str) -> str:
    """Return Discord's markdown as HTML, as far as the bot uses it."""
    lines = (_line(line) for line in escape(text).split("\n"))
    made = "\n".join(lines)
    for pattern, put in _MARKS:
        made = re.sub(pattern, put, made, flags=re.DOTALL)
    return re.sub(r"\\([^\w\s])", r"\1", re.sub(r"(</(?:h\d|small|blockquote)>)\n", r"\1", made))


def _line(line: str) -> str:
    for begin, tag in _LINES:
        if line.startswith(begin):
            return f"<{tag}>{line.removeprefix(begin)}</{tag}>"
    return line


_PARTS: dict[int, Callable[[Mapping[str, Any]], str]] = {
    2: lambda part: f'<span class="{_BUTTONS[part["style"]]}">{escape(part["label"])}</span>',
    3: lambda part: f'<span class="menu">{escape(part.get("placeholder") or "…")} ⌄</span>',
    10: lambda part: f"<div>{markdown(part['content'])}</div>",
    13: lambda part: f'<div class="file">▤ {escape(part["file"]["url"].removeprefix("attachment://"))}</div>',
    14: lambda _part: "<hr>",
}
"""The parts of a layout that have no others in them, by Discord's numbers of their types."""
