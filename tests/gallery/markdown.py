"""Discord's markdown as HTML, as far as the bot uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape


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


def markdown(text: str) -> str:
    """Return it as HTML."""
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
