"""What a server's watched treasuries hold, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.shared.addresses import checksummed
from bot.domain.shared.types import ChainId, Timestamp
from bot.domain.spaces.space import HOUR
from bot.domain.treasury.campaigns import Watch
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card, Row
from cogs._shared.formatting import amount_twice, block_words, chain_name, contract_words, cut_quoted, moment
from cogs.treasury.list_pages import on_page

PER_PAGE = 5
STALE = HOUR
"""Seconds after which a reading is called old: final blocks come within a quarter of an hour on every busy chain."""
_COLOUR = 0x4A7FD0


def watch_lines(
    watch: Watch, now: Timestamp, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str | None]
) -> str:
    """Show one watched treasury: what it holds, whose it is, at which block."""
    chain = watch.holding.chain
    head = f"**{watch.number}\\. {cut_quoted(watch.label, 80)}**"
    where = _("`{holder}` on {chain}", holder=checksummed(watch.holding.holder), chain=chain_name(chain, chains))
    if watch.holding.token is not None:
        where = f"{where} · {_('token {contract}', contract=contract_words(watch.holding.token))}"
    if watch.reading is None:
        return f"{_('{treasury}: not read yet', treasury=head)}\n-# {where}"
    block = watch.reading.block
    held = amount_twice(watch.reading.amount, watch.decimals, watch.symbol)
    read = _("At {block}, {time}", block=block_words(block, chains, explorers.get(chain)), time=moment(block.timestamp))
    if now - block.timestamp > STALE:
        read = f"{read}. {_('**This is old**: no newer final block could be read')}"
    return f"{head}: {held}\n-# {where}\n-# {read}"


def treasury_card(
    watches: Sequence[Watch],
    now: Timestamp,
    chains: Mapping[ChainId, str],
    explorers: Mapping[ChainId, str | None],
    page: int = 1,
    rows: Iterable[Row] = (),
) -> Card:
    """List what is watched, `PER_PAGE` on a page."""
    page, pages = on_page(len(watches), page, PER_PAGE)
    shown = watches[(page - 1) * PER_PAGE : page * PER_PAGE]
    small = [_("Read at final blocks only.")]
    if pages > 1:
        small.append(_("Page {page} of {last}.", page=page, last=pages))
    lines = [watch_lines(watch, now, chains, explorers) for watch in shown]
    return Card(["\n\n".join([_("### Treasuries"), *lines]), f"-# {' '.join(small)}"], rows, colour=_COLOUR)


def watched_card(lines: str) -> Card:
    """Say that a treasury is watched from now on."""
    then = _("/treasury view shows all; /treasury unwatch takes it back.")
    return Card([f"{_('### Watched from now on')}\n{lines}", f"-# {then}"], colour=_COLOUR)
