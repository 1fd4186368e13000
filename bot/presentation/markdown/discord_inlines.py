"""Words, marks and links within a line of members' Markdown, as Discord shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from bot.presentation.markdown.parsing import host, web_address
from bot.presentation.markdown.safe_text import cut, visible

_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'+,;=%]+")
_ACTIVE = re.compile(r"([\\*_~`|\[\]<])")
_LINE_START = re.compile(r"^(\s*\d{0,9})(?=#|>|-|\+|(?<=\d)[.)](?:\s|$))", re.MULTILINE)
_SCHEME = re.compile(r"(?<!http:)(?<!https:)(?<=:)(?=//)")
_EVERYBODY = re.compile(r"@(?=everyone|here)")
_PARENTHESES = {ord("("): "%28", ord(")"): "%29"}
_BETWEEN = re.compile(r"(?<=`)(?=`)|(?<=\])(?=\()")
"""Places at which Discord would end code or a link that was begun long before."""
_STRUCK = "~~"
_MARKS = {"strong": "**", "em": "*", "s": _STRUCK}
SMALLEST = 8
"""Signs for which beginning another part is worth it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Markdown for Discord, and whether it is all of what was written."""

    text: str
    whole: bool


NONE_OF_IT = Shown("", whole=False)


def escaped(text: str) -> str:
    """Return words so that Discord shows them as typed: nothing formats, mentions or links to another place."""
    parts, end = [], 0
    for address in _ADDRESS.finditer(text):
        ends = text[address.end() : address.end() + 1].isspace()
        # what follows would be taken for a part of the address, a backslash too
        parts += [_inert(text[end : address.start()]), address[0] if ends else f"<{address[0]}>"]
        end = address.end()
    parts.append(_inert(text[end:]))
    return _LINE_START.sub(r"\1\\", "".join(parts))


def apart(code: str) -> str:
    """Return words or code in which no signs stand together that would end code or a link."""
    return _BETWEEN.sub("\u200b", code)


def inlines(nodes: Sequence[SyntaxTreeNode], room: int, within: tuple[str, ...] = ()) -> Shown:
    """Show what is in a line in at most `room` signs; of marks that it is `within` none is opened again."""
    parts: list[str] = []
    left = room
    for node in nodes:
        shown = _inline(node, left, within)
        if parts and shown.text and parts[-1][-1] in "*~`" and shown.text[0] in "*~`":
            shown = Shown("\u200b" + shown.text, shown.whole) if len(shown.text) < left else NONE_OF_IT
        parts.append(shown.text)
        left -= len(shown.text)
        if not shown.whole:
            text = "".join(parts)
            return Shown(text if text.endswith(("…", "…**", "…*", "…~~")) or left < 1 else text + "…", whole=False)
        parts = [part for part in parts if part]
    return Shown("".join(parts), whole=True)


def _inline(node: SyntaxTreeNode, room: int, within: tuple[str, ...]) -> Shown:
    if node.type in _MARKS and node.type not in within:
        return _marked(node, room, within)
    if node.type == "code_inline" and within and _ACTIVE.search(node.content):
        return _words(node.content, room)  # Discord looks for the end of marks in code, too
    if (show := _ENDS.get(node.type)) is not None:
        return show(node, room)
    return inlines(node.children, room, within)


def _marked(node: SyntaxTreeNode, room: int, within: tuple[str, ...]) -> Shown:
    mark = _MARKS[node.type]
    if room < 2 * len(mark) + SMALLEST:
        return NONE_OF_IT
    shown = inlines(node.children, room - 2 * len(mark), (*within, node.type))
    if shown.text != shown.text.strip() or not shown.text or (mark == _STRUCK and "~" in shown.text):
        # Discord would show the marks, or end them too early
        return shown
    return Shown(f"{mark}{shown.text}{mark}", shown.whole)


def _line_break(_node: SyntaxTreeNode, room: int) -> Shown:
    return Shown("\n", whole=True) if room > 1 else NONE_OF_IT


def _words(text: str, room: int) -> Shown:
    if room < 1:
        return Shown("", whole=not text)
    made = escaped(text)
    if len(made) <= room:
        return Shown(made, whole=True)
    limit = room
    while len(made) > room and limit > 1:
        limit = max(1, limit - (len(made) - room + 1) // 2 - 1)
        made = escaped(cut(text, limit))
    return Shown(made if len(made) <= room else "…", whole=False)


def _inline_code(node: SyntaxTreeNode, room: int) -> Shown:
    content = node.content
    fence = "``" if "`" in content else "`"
    text = apart(content)
    made = f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"
    return Shown(made, whole=True) if len(made) <= room else NONE_OF_IT


def _link(node: SyntaxTreeNode, room: int) -> Shown:
    """Show a link with the host that it leads to; what is no address of the web, or names another, as words."""
    href = str(node.attrs.get("src" if node.type == "image" else "href", ""))
    label = visible(plain_words(node)).strip()
    address = web_address(href)
    if address is None:
        return _words(f"{label} ({href})" if label and label != href else label or href, room)
    if not label or node.info == "auto":
        return Shown(f"<{address}>", whole=True) if len(address) + 2 <= room else NONE_OF_IT
    what = f"{label} (image)" if node.type == "image" else label
    if "://" in label or "<" in label:
        return _words(f"{what} ({address})", room)
    tail = f"]({address.translate(_PARENTHESES)}) ({host(address)})"
    text = escaped(what)
    return Shown(f"[{text}{tail}", whole=True) if len(text) + len(tail) < room else NONE_OF_IT


def plain_words(node: SyntaxTreeNode) -> str:
    """Return the words in a part, without its formatting."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(map(plain_words, node.children))


def _inert(text: str) -> str:
    return _SCHEME.sub(r"\\", _EVERYBODY.sub("@\u200b", _ACTIVE.sub(r"\\\1", apart(text))))


_ENDS: dict[str, Callable[[SyntaxTreeNode, int], Shown]] = {
    "text": lambda node, room: _words(node.content, room),
    "softbreak": _line_break,
    "hardbreak": _line_break,
    "code_inline": _inline_code,
    "link": _link,
    "image": _link,
}
