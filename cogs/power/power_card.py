"""A member's voting power, explained: the total, every part, and in plain words why it is zero."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.shared.types import ChainId
from bot.services.power.voting_power import PowerReport
from cogs._shared.formatting import amount_twice, block_words, plural, quoted, unconfirmed_words
from cogs.delegation.delegation_cards import delegation_lines
from cogs.power.power_parts import add_parts
from cogs.power.zero_power_words import zero_lines
from cogs.proposals.proposal_cards import heading


def power_card(
    report: PowerReport, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str]
) -> tuple[discord.Embed, discord.File | None]:
    """Show a report; a file with every part comes with it where an embed can't hold them."""
    blocks = ", ".join(
        f"{block_words(block, chains, explorers.get(chain))} (<t:{block.timestamp}:f>)"
        for chain, block in list(report.blocks.items())[:5]
    )
    where = f"for proposal #{report.proposal.number}" if report.proposal else "now"
    total = report.total
    if total is None:
        head = f"Your voting power {where} is **unknown** just now: a part could not be read. Unknown is not zero."
    else:
        head = f"You have **{amount_twice(total, report.scale, report.symbol)}** of voting power {where}."
    wallets = plural(len(report.powers), "wallet")
    lines = [head, f"Read from {wallets} at {blocks}." if report.powers else "You have linked no wallet: /wallet link."]
    if report.proposal is None:
        lines.append("A proposal submitted now would count this.")
    if report.alone and report.powers:
        lines.append(unconfirmed_words(report.alone, chains))
    lines += [*reasons(report), *delegation_lines(report)]
    title = heading(report.proposal, "Your power") if report.proposal else "Your power now"
    embed = discord.Embed(title=title, description="\n".join(lines)[:4096])
    file = add_parts(embed, report.powers, report.symbol, chains)
    embed.set_footer(text="Only you see this")
    return embed, file


def reasons(report: PowerReport) -> list[str]:
    """Say, for each strategy by which all wallets have exactly zero, why; and what is unknown."""
    said: dict[str, None] = {}
    for parts in zip(*(power.parts for power in report.powers), strict=True):
        first = parts[0]
        symbol = quoted(first.symbol)
        if any(part.amount is None for part in parts):
            said[f"{symbol} ({first.strategy}) could not be read for every wallet. Try again in a minute."] = None
    return [*said, *zero_lines(report.why)]
