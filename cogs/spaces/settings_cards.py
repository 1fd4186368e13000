"""What a space's rules look like on one card: what is missing, what is in force, where the bot lacks a permission."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.shared.types import ChainId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.services.announcements.moderator_notices import Notice
from cogs._shared.cards import ROOM, Card, Row
from cogs._shared.formatting import quoted, unconfirmed_words
from cogs.spaces.settings_words import (
    Place,
    changers,
    notice_line,
    parts_line,
    place_line,
    proposers,
    strategy_lines,
    voters,
    voting_lines,
    web_line,
)
from cogs.spaces.setup_steps import way_on
from cogs.spaces.space_words import of_space

COLOUR = 0x7A6FD0
_NOTICES = 3
_BETWEEN = 8
"""Signs that are kept free for each section."""

Section = tuple[str, Sequence[str]]
"""A heading, and lines below it."""


def config_card(
    space: Space,
    places: Sequence[Place],
    notices: Sequence[Notice],
    chains: Mapping[ChainId, str],
    base_url: str | None = None,
    *,
    alone: Collection[ChainId] = (),
    several: bool = False,
    rows: Iterable[Row] = (),
) -> Card:
    """Show everything in force. `base_url` is where the web pages are, None where there are none.

    `alone` are the chains of which one provider alone tells; `several` tells that the server has other spaces; `rows`
    are the buttons.
    """
    name = quoted(space.name, 100) if several else None
    title = of_space(name, N_("The rules in force here"), N_("The rules in force in “{space}”"))
    head = f"### {title}\n{way_on(space)}"
    foot = f"-# {_('A proposal keeps the rules that were in force when it was submitted.')}"
    sections = list(_sections(space, places, notices, chains, base_url, alone=alone, several=several))
    texts = fitted_sections(sections, ROOM - len(head) - len(foot) - 2 * _BETWEEN)
    return Card([head, *texts, foot], rows, colour=COLOUR)


def _sections(
    space: Space,
    places: Sequence[Place],
    notices: Sequence[Notice],
    chains: Mapping[ChainId, str],
    base_url: str | None,
    *,
    alone: Collection[ChainId],
    several: bool,
) -> Iterable[Section]:
    yield _("Voting power (/config strategies)"), strategy_lines(space, chains)
    if alone:
        told = _("If it lies, nobody notices: the bot's operator gives it a second.")
        yield _("Chains"), [f"{unconfirmed_words(alone, chains)} {told}"]
    yield _("Who may submit (/config proposers)"), [proposers(space)]
    if several or space.moderators or space.voters:
        yield _("Who may vote (/config voters)"), [voters(space)]
        yield _("Who may change the rules (/config moderators)"), [changers(space)]
    yield _("Voting (/config voting)"), voting_lines(space)
    yield _("Channels (/config channels)"), [place_line(place) for place in places]
    yield _("On the web (/config web)"), [web_line(space, base_url)]
    if space.is_main:
        yield _("Parts (/config cogs)"), [parts_line(space)]
    if notices:
        lines = [notice_line(notice) for notice in notices[:_NOTICES]]
        if rest := len(notices) - _NOTICES if len(notices) > _NOTICES else 0:
            lines.append(
                ngettext(
                    "and {number} more in the moderators' channel", "and {number} more in the moderators' channel", rest
                )
            )
        yield _("Notices of the last seven days"), lines


def fitted_sections(sections: Sequence[Section], room: int) -> list[str]:
    """Write sections in so many signs together: the longest ones say how many of their lines are left out."""
    texts = [_section(title, lines) for title, lines in sections]
    share = max(map(len, texts), default=0)
    while sum(len(text) + _BETWEEN for text in texts) > room:
        share = share * 9 // 10
        texts = [_section(title, fitted(lines, max(0, share - len(title)))) for title, lines in sections]
    return texts


def fitted(lines: Sequence[str], room: int) -> list[str]:
    """Return as many lines as take so many signs together, and how many more there are; at least that."""
    shown: list[str] = []
    for number, line in enumerate(lines):
        rest = ngettext("and {number} more", "and {number} more", len(lines) - number)
        last = number == len(lines) - 1
        if len("\n".join([*shown, line])) + (0 if last else len(rest) + 1) > room:
            return [*shown, rest]
        shown.append(line)
    return shown


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"**{title}**", *lines])


def fit(lines: Sequence[str], after: str = "") -> str:
    """Join as many lines as a card takes that has `after` below them."""
    return "\n".join(fitted(lines, ROOM - len(after) - _BETWEEN))
