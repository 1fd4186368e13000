"""How public pages lead to each other: the way back from a page, and the pages of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from urllib.parse import urlencode

from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.web.shared.html import NOTHING, Html, fragment, join, sentence


def crumbs(steps: Sequence[tuple[str, str]]) -> Html:
    """Lead back from a page: names and addresses from the index on, the last one is the page itself."""
    before = [fragment("shared/public/crumb.html").fill(name=name, address=address) for name, address in steps[:-1]]
    name, address = steps[-1]
    here = fragment("shared/public/crumb_here.html").fill(name=name, address=address)
    return fragment("shared/public/crumbs.html").fill(label=_("The way back"), steps=join([*before, here]))


def pager(address: str, asked: Mapping[str, str], page: int, many: int, size: int) -> Html:
    """Return links to the previous and the next page; nothing if one page holds all `many` entries."""
    last = ceil(many / size)
    links = []
    for other, rel, words in (
        (page - 1, "prev", _("Page before")),
        (page + 1, "next", _("Page after")),
    ):
        if 1 <= other <= last:
            query = urlencode({**asked, "page": str(other)})
            links.append(
                fragment("shared/public/pager_link.html").fill(address=f"{address}?{query}", rel=rel, words=words)
            )
    if not links:
        return NOTHING
    label = _("Pages: {page} of {last}", page=page, last=last)
    return fragment("shared/public/pager.html").fill(label=label, links=join(links), said=label)


def discussion(address: str) -> Html:
    """Lead to where a proposal is discussed; nothing where that is nowhere."""
    if not address:
        return NOTHING
    link = fragment("shared/inline/outside_link.html").fill(address=address)
    return fragment("shared/discussion.html").fill(told=sentence(N_("Discussion: {link}"), link=link))


def said(text: str, kind: str = "") -> Html:
    """Return a sentence as a paragraph."""
    return fragment("shared/public/sentence.html").fill(text=text, kind=kind)
