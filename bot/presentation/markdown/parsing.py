"""Reads the Markdown that members write: CommonMark without HTML, with tables and strikethrough.

https://spec.commonmark.org says what each sign means. A line break in a paragraph stays one, as in a chat.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from bot.presentation.markdown.safe_text import visible_lines

_DEEPEST = 40
"""Quotes and lists inside others. What is deeper a parser would leave out, so such a text is taken word for word."""

_HOST = re.compile(r"[a-z0-9.\-]+|[0-9a-f:.]+")
_ENCODED = {ord(sign): f"%{ord(sign):02X}" for sign in ' <>"`\\|'}


def parser() -> MarkdownIt:
    """Return a parser of members' Markdown: no HTML, and no code by mere indentation."""
    options = {"html": False, "breaks": True, "linkify": True, "maxNesting": _DEEPEST}
    made = MarkdownIt("commonmark", options)
    if made.linkify is None:
        raise RuntimeError("linkify-it-py is not installed")
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    for scheme in ("ftp:", "//", "mailto:"):
        made.linkify.add(scheme, None)
    return made.enable(["table", "strikethrough", "linkify"]).disable(["code", "html_block", "html_inline"])


def tokens(text: str) -> list[Token]:
    """Return what the parser makes of a member's words, without signs that hide or reverse others."""
    shown = visible_lines(text)
    found = parser().parse(shown)
    if any(token.level >= _DEEPEST - 1 for token in found):
        return MarkdownIt("zero", {"breaks": True}).enable("newline").parse(shown)
    return found


@lru_cache(maxsize=256)
def parse(text: str) -> SyntaxTreeNode:
    """Return the tree of what a member wrote."""
    return SyntaxTreeNode(tokens(text))


def web_address(href: str) -> str | None:
    """Return an address of the web, in signs that end it nowhere; None if it is of another kind."""
    try:
        parts = urlsplit(href)
        named = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "")
    except ValueError:
        return None
    return href.translate(_ENCODED) if named else None


def host(address: str) -> str:
    """Return whose an address is: its host, without a user's name before it."""
    return urlsplit(address).hostname or ""
