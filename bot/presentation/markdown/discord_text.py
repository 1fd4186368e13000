"""Members' Markdown as Discord shows it, in the safe part of what Discord formats.

Bold, italic, struck out, code, quotes, lists and links stay. Headings are demoted, images are links, tables are text,
and links name their host. Nothing that only Discord knows works: no mention, timestamp, command, emoji of a server,
small print, spoiler or underline. https://support.discord.com/hc/articles/210298617 lists what Discord formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from markdown_it.tree import SyntaxTreeNode

from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.discord_inlines import NONE_OF_IT, SMALLEST, Shown, apart, escaped, inlines, plain_words
from bot.presentation.markdown.parsing import parse

_CUT = re.compile(r"…[*~`\s>]*$")
"""How a text ends that was cut."""
_DEMOTED = 2
"""Levels of headings that stay headings, of the smallest kind; deeper ones are bold lines."""
_WIDEST = 44
"""Columns of a table that a phone shows without breaking its lines."""


@lru_cache(maxsize=512)
def for_discord(text: str, room: int, lines: int | None = None) -> Shown:
    """Return what a member wrote in at most `room` signs and about `lines` lines, cut between words.

    What is cut ends in an ellipsis, and every mark that is opened is closed.
    """
    return _ended(lambda left: _blocks(parse(text).children, left, lines or room, 0), room, "")


@lru_cache(maxsize=512)
def quoted_block(text: str, room: int, lines: int | None = None) -> Shown:
    """Return the same as a quote, so that it never looks as if the bot said it."""
    return _ended(lambda left: _prefixed(parse(text).children, left, lines or room, 0, "> ", "> "), room, "> ")


def _ended(show: Callable[[int], Shown], room: int, sign: str) -> Shown:
    """Have it shown so that what is cut ends in an ellipsis."""
    shown = show(room)
    if not shown.text:
        return Shown(sign + _("(no visible text)"), shown.whole)
    if shown.whole or _CUT.search(shown.text):
        return shown
    more = f"\n{sign}…"
    return Shown(show(room - len(more)).text.rstrip() + more, whole=False)


def _blocks(nodes: Sequence[SyntaxTreeNode], room: int, lines: int, depth: int, between: str = "\n\n") -> Shown:
    parts: list[str] = []
    left, whole = room, True
    for node in nodes:
        gap = between if parts else ""
        used = sum(part.count("\n") + 1 for part in parts)
        shown = _block(node, left - len(gap), lines - used, depth) if used < lines else NONE_OF_IT
        if shown.text:
            parts.append(gap + shown.text)
            left -= len(parts[-1])
        if not shown.whole:
            whole = False
            break
    return Shown("".join(parts), whole)


def _block(node: SyntaxTreeNode, room: int, lines: int, depth: int) -> Shown:
    if room < SMALLEST or lines < 1:
        return NONE_OF_IT
    show = _BLOCKS.get(node.type)
    return Shown("", whole=True) if show is None else show(node, room, lines, depth)


def _heading(node: SyntaxTreeNode, room: int, _lines: int, depth: int) -> Shown:
    if int(node.tag[1:]) <= _DEMOTED and not depth:
        shown = _line(node, room - 4)
        return Shown(f"### {_on_one_line(shown.text)}", shown.whole)
    shown = _line(node, room - 4, within=("strong",))
    return Shown(f"**{_on_one_line(shown.text)}**", shown.whole)


def _quote(node: SyntaxTreeNode, room: int, lines: int, depth: int) -> Shown:
    """Show a quote; Discord knows none inside others."""
    sign = "" if depth else "> "
    return _prefixed(node.children, room, lines, depth, sign, sign)


def _prefixed(
    nodes: Sequence[SyntaxTreeNode], room: int, lines: int, depth: int, first: str, others: str, between: str = "\n\n"
) -> Shown:
    """Show blocks with something before each of their lines, in `room` with that."""
    inner = room - len(first)
    while inner >= SMALLEST:
        shown = _blocks(nodes, inner, lines, depth + 1, between)
        text = first + shown.text.replace("\n", f"\n{others}") if shown.text else ""
        if len(text) <= room:
            return Shown(text, shown.whole)
        inner -= len(text) - room
    return NONE_OF_IT


def _list(node: SyntaxTreeNode, room: int, lines: int, depth: int) -> Shown:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    parts: list[str] = []
    left, used = room, 0
    for at, item in enumerate(node.children):
        bullet = "- " if number is None else f"{number + at}. "
        gap = 1 if parts else 0
        shown = (
            _prefixed(item.children, left - gap, lines - used, depth, bullet, " " * len(bullet), "\n")
            if used < lines
            else NONE_OF_IT
        )
        if not shown.text and shown.whole:
            shown = Shown(bullet + "\u200b", whole=True)
        if shown.text:
            parts.append(shown.text)
            left -= len(shown.text) + gap
            used += shown.text.count("\n") + 1
        if not shown.whole:
            return Shown("\n".join(parts), whole=False)
    return Shown("\n".join(parts), whole=True)


def _code(content: str, room: int, lines: int) -> Shown:
    head, foot = "```\n", "\n```"
    text = apart(content.rstrip("\n"))
    kept = text.split("\n")[: max(1, lines - 2)]
    body = "\n".join(kept)
    fits = room - len(head) - len(foot)
    whole = len(kept) == text.count("\n") + 1 and len(body) <= fits
    if not whole:
        body = body[: max(0, fits - 2)].rstrip("`\n") + "\n…"
    return Shown(f"{head}{body or ' '}{foot}", whole)


def _table(node: SyntaxTreeNode, room: int, lines: int) -> Shown:
    """Show a table as text in columns; one that is too wide for that as a list of its rows."""
    rows = [[plain_words(cell).strip() for cell in row.children] for part in node.children for row in part.children]
    if not rows:
        return Shown("", whole=True)
    widths = [max(_columns(row[at]) for row in rows) for at in range(len(rows[0]))]
    if sum(widths) + 2 * (len(widths) - 1) <= _WIDEST:
        padded = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        ruled = [padded[0], "  ".join("─" * width for width in widths), *padded[1:]]
        return _code("\n".join(line.rstrip() for line in ruled), room, lines)
    head, *body = rows
    entries = [
        "- "
        + " · ".join(
            f"**{escaped(name)}:** {escaped(cell)}" if name else escaped(cell)
            for name, cell in zip(head, row, strict=True)
            if cell
        )
        for row in body
    ]
    kept: list[str] = []
    for entry in entries[:lines]:
        if sum(map(len, kept)) + len(kept) + len(entry) > room - 2:
            break
        kept.append(entry)
    whole = len(kept) == len(entries)
    return Shown("\n".join(kept if whole else [*kept, "…"]), whole)


def _columns(text: str) -> int:
    """Return how many columns a text takes where every sign takes one or two."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _columns(text))


def _line(node: SyntaxTreeNode, room: int, within: tuple[str, ...] = ()) -> Shown:
    return inlines(node.children[0].children, room, within) if node.children else Shown("", whole=True)


def _on_one_line(text: str) -> str:
    return " ".join(text.split("\n")) or "\u200b"


_BLOCKS: dict[str, Callable[[SyntaxTreeNode, int, int, int], Shown]] = {
    "paragraph": lambda node, room, _lines, _depth: _line(node, room),
    "heading": _heading,
    "blockquote": _quote,
    "bullet_list": _list,
    "ordered_list": _list,
    "fence": lambda node, room, lines, _depth: _code(node.content, room, lines),
    "table": lambda node, room, lines, _depth: _table(node, room, lines),
    "hr": lambda _node, _room, _lines, _depth: Shown("⎯" * SMALLEST, whole=True),
}
