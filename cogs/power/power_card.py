"""A member's voting power, explained: the total, why it is zero, and every part."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from bot.services.power.voting_power import PowerReport
from cogs._shared.cards import ROOM, Card, Row
from cogs._shared.formatting import amount_twice, block_words, quoted, unconfirmed_words
from cogs.delegation.delegation_lines import delegation_lines
from cogs.power.power_parts import part_texts
from cogs.power.zero_power_words import zero_lines
from cogs.proposals.proposal_cards import title_line
from cogs.wallets.link_button import LinkMyWallet

_ENOUGH, _NOTHING = 0x4F7CFF, 0x8B95A8
_BLOCKS = 5


def power_card(
    report: PowerReport,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str],
    *,
    space: str | None = None,
    told: str = "",
    back: str = "",
) -> Card:
    """Show a report; a file with every part comes with it where a card can't hold them.

    `told` goes before it; `space` is the name of its space, where a server has several; `back` is the custom_id of the
    button that shows it again once another wallet is linked.
    """
    title = _("### Your power now") if space is None else _("### Your power now in “{space}”", space=quoted(space, 60))
    if report.proposal is not None:
        title = title_line(report.proposal)
    first = "\n".join([title, *([told] if told else []), _total(report), *reasons(report), *delegation_lines(report)])
    small = _small(report, chains, explorers)
    last = "\n".join(f"-# {line}" for line in small)
    first = first[: ROOM - len(last) - 1]
    parts, file = part_texts(report.powers, report.symbol, chains, ROOM - len(first) - len(last))
    return Card([first, *parts, last], _rows(report, back), colour=_ENOUGH if report.total else _NOTHING, attached=file)


def reasons(report: PowerReport) -> list[str]:
    """Say, for each strategy by which all wallets have exactly zero, why; and what is unknown."""
    said: dict[str, None] = {}
    for parts in zip(*(power.parts for power in report.powers), strict=True):
        if any(part.amount is None for part in parts):
            symbol = quoted(parts[0].symbol)
            said[_("{symbol} could not be read for every wallet. Try again in a minute.", symbol=symbol)] = None
    return [*said, *zero_lines(report.why)]


def _total(report: PowerReport) -> str:
    if report.total is None:
        if report.proposal is None:
            return _("Your power is **unknown** just now: a part could not be read. Unknown is not zero.")
        return _("Your power here is **unknown** just now: a part could not be read. Unknown is not zero.")
    total = amount_twice(report.total, report.scale, report.symbol)
    if report.proposal is None:
        return _("You have **{power}** of voting power now.", power=total)
    return _("You have **{power}** of voting power here.", power=total)


def _small(report: PowerReport, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str]) -> list[str]:
    lines = []
    if report.powers:
        blocks = ", ".join(
            f"{block_words(block, chains, explorers.get(chain))} (<t:{block.timestamp}:f>)"
            for chain, block in list(report.blocks.items())[:_BLOCKS]
        )
        lines.append(
            ngettext(
                "Read from {number} wallet at {blocks}.",
                "Read from {number} wallets at {blocks}.",
                len(report.powers),
                blocks=blocks,
            )
        )
    if report.proposal is None:
        lines.append(_("A proposal submitted now would count this."))
    if report.alone and report.powers:
        lines.append(unconfirmed_words(report.alone, chains))
    return [*lines, _("Only you see this.")]


def _rows(report: PowerReport, back: str) -> list[Row]:
    """Offer to link a wallet to whoever has none, and another one to whoever has no power by those linked."""
    if not report.powers:
        return [[LinkMyWallet(back)]]
    if report.total == 0:
        return [[LinkMyWallet(back, more=True)]]
    return []
