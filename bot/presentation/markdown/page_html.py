"""Members' Markdown as HTML for the pages, with few kinds of elements, cleaned by an allow list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from bot.presentation.markdown.parsing import host, parser, tokens, web_address

_TAGS = frozenset(
    {"p", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "br", "hr"}
    | {"table", "thead", "tbody", "tr", "th", "td", "span"}
)
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_HIGHEST, _LOWEST = 3, 6
"""Levels of members' headings; the page's own are above them."""


@lru_cache(maxsize=128)
def for_page(text: str) -> str:
    """Return a member's Markdown as safe HTML: paragraphs, headings, lists, quotes, code, tables, links.

    Its headings are below the page's own. Links name their host, and images become links. No other element is ever in
    it.
    """
    made = _parser()
    return nh3.clean(
        made.renderer.render(tokens(text), made.options, {}),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        allowed_classes={"span": {"host"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener noreferrer ugc",
    )


@cache
def _parser() -> MarkdownIt:
    made = parser()
    for rule, function in _RULES.items():
        made.add_render_rule(rule, function)
    return made


def _heading(_renderer: RendererHTML, found: Sequence[Token], at: int, _options: OptionsDict, env: EnvType) -> str:
    above = env.setdefault("above", [])
    if found[at].nesting < 0:
        return f"</h{_level(len(above))}>\n"
    while above and above[-1] >= found[at].tag:
        above.pop()
    above.append(found[at].tag)
    return f"<h{_level(len(above))}>"


def _level(depth: int) -> int:
    """Return the level of a heading that is nested in so many others; no level is skipped."""
    return min(_LOWEST, _HIGHEST + depth - 1)


def _link_open(_renderer: RendererHTML, found: Sequence[Token], at: int, _options: OptionsDict, env: EnvType) -> str:
    href = str(found[at].attrs.get("href", ""))
    env["href"], env["label"] = href, found[at + 1].content
    address = web_address(href)
    return f'<a href="{escape(address)}">' if address else ""


def _link_close(_renderer: RendererHTML, _found: Sequence[Token], _at: int, _options: OptionsDict, env: EnvType) -> str:
    href, label = env.pop("href"), env.pop("label")
    address = web_address(href)
    if address is None:
        return f" ({escape(href)})"
    return "</a>" if label == address else f"</a>{_host(address)}"


def _image(renderer: RendererHTML, found: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    label = renderer.renderInlineAsText(found[at].children or [], options, env) or "image"
    address = web_address(str(found[at].attrs.get("src", "")))
    if address is None or "href" in env:
        return escape(f"{label} (image)")
    return f'<a href="{escape(address)}">{escape(label)} (image)</a>{_host(address)}'


def _host(address: str) -> str:
    return f' <span class="host">({escape(host(address))})</span>'


_RULES = {
    "heading_open": _heading,
    "heading_close": _heading,
    "link_open": _link_open,
    "link_close": _link_close,
    "image": _image,
}
