"""Discord's markdown as HTML, as far as the bot uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from tests.builders import NOW


def _date(found: re.Match[str]) -> str:
    return f"<time>{datetime.fromtimestamp(int(found[1]), UTC):%-d %B %Y %H:%M}</time>"


def _distance(found: re.Match[str]) -> str:
    """Write how far a time is from that at which the stories begin, as Discord does."""
    seconds = int(found[1]) - NOW
    unit, size = next((one for one in _SIZES if abs(seconds) >= one[1]), _SIZES[-1])
    many = round(abs(seconds) / size)
    told = f"{many} {unit}{'' if many == 1 else 's'}"
    return f"<time>in {told}</time>" if seconds > 0 else f"<time>{told} ago</time>"


_BREAK = "\n"
_SIZES = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_MARKS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(?<!\\)&lt;t:(\d+):R&gt;", _distance),
    (r"(?<!\\)&lt;t:(\d+)(?::\w)?&gt;", _date),
    (r"(?<!\\)&lt;@&amp;\d+&gt;", r"<span class=mention>@Researcher</span>"),
    (r"(?<!\\)&lt;@\d+&gt;", r"<span class=mention>@Ada Okafor</span>"),
    (r"(?<!\\)&lt;#\d+&gt;", r"<span class=mention>#governance</span>"),
    (r"(?<!\\)~~(.+?)(?<!\\)~~", r"<s>\1</s>"),
    (r"(?<!\\)`([^`\n]+)`", r"<code>\1</code>"),
    (r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"<b>\1</b>"),
    (r"(?<![\\*])\*([^*\n]+?)(?<!\\)\*(?!\*)", r"<i>\1</i>"),
    (r"(?<!\\)\[([^\]\n]+)\]\((?:&lt;)?(https?://[^)\s]+?)(?:&gt;)?\)", r"<u title='\2'>\1</u>"),
)
_LINES = (("### ", "h3"), ("## ", "h2"), ("# ", "h1"), ("-# ", "small"), ("&gt; ", "blockquote"))


def markdown(text: str) -> str:
    """Return it as HTML; blocks of code stay as they are."""
    shown = []
    for place, part in enumerate(re.split(r"```(?:json|diff|\w*\n)?(.*?)```", escape(text), flags=re.DOTALL)):
        shown.append(f"<pre>{part.strip(_BREAK)}</pre>" if place % 2 else _marked(part))
    return "".join(shown)


def _marked(text: str) -> str:
    made = "\n".join(_line(line) for line in text.split("\n"))
    for pattern, put in _MARKS:
        made = re.sub(pattern, put, made, flags=re.DOTALL)
    return re.sub(r"\\([^\w\s])", r"\1", re.sub(r"(</(?:h\d|small|blockquote)>)\n", r"\1", made))


def _line(line: str) -> str:
    for begin, tag in _LINES:
        if line.startswith(begin):
            return f"<{tag}>{line.removeprefix(begin)}</{tag}>"
    if line.startswith("- "):
        return f"• {line.removeprefix('- ')}"
    return line
