"""What a guild's watched treasuries look like, as a table in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.domain.shared.addresses import checksummed
from bot.domain.shared.types import ChainId, Timestamp
from bot.domain.spaces.space import HOUR
from bot.domain.treasury.campaigns import Watch
from cogs._shared.formatting import amount_twice, block_words, chain_name, contract_words, cut_quoted, moment

PER_PAGE = 5
STALE = HOUR
"""Seconds after which a reading is called old: final blocks come within a quarter of an hour on every busy chain."""
_COLOUR = discord.Colour(0x4A7FD0)


def watch_lines(
    watch: Watch, now: Timestamp, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str | None]
) -> str:
    """Show one watched treasury: what it holds, whose it is, at which block."""
    chain = watch.holding.chain
    token = "" if watch.holding.token is None else f" · token {contract_words(watch.holding.token)}"
    head = f"**{watch.number}\\. {cut_quoted(watch.label, 80)}**"
    where = f"`{checksummed(watch.holding.holder)}` on {chain_name(chain, chains)}{token}"
    if watch.reading is None:
        return f"{head}: not read yet\n{where}"
    block = watch.reading.block
    held = amount_twice(watch.reading.amount, watch.decimals, watch.symbol)
    read = f"At {block_words(block, chains, explorers.get(chain))}, of {moment(block.timestamp)}"
    if now - block.timestamp > STALE:
        read += ". **This is old**: no newer final block could be read"
    return f"{head}: {held}\n{where}\n{read}"


def treasury_embed(
    watches: Sequence[Watch],
    now: Timestamp,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str | None],
    page: int = 1,
) -> discord.Embed:
    """List what is watched, `PER_PAGE` on a page."""
    pages = -(-len(watches) // PER_PAGE)
    page = min(max(page, 1), max(pages, 1))
    shown = watches[(page - 1) * PER_PAGE : page * PER_PAGE]
    embed = discord.Embed(
        title="Treasuries",
        description="\n\n".join(watch_lines(watch, now, chains, explorers) for watch in shown),
        colour=_COLOUR,
    )
    said = "Read at final blocks only."
    if pages > 1:
        said += f" Page {page} of {pages} · /treasury view page:{page % pages + 1} shows another"
    embed.set_footer(text=said)
    return embed
