"""Small pure formatters: how numbers, times, blocks and members' own words are written on Discord."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from bot.domain.audit.log.entry_kinds import FORMER
from bot.domain.shared.addresses import short
from bot.domain.shared.amounts import exact, humane
from bot.domain.shared.types import Address, Block, ChainId, MemberId
from bot.domain.voting import Mark, VotingType
from bot.presentation.ballots.mark_words import mark_words as mark_words_in
from bot.presentation.catalogue import formats
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext, whole
from bot.presentation.markdown.discord_inlines import escaped
from bot.presentation.markdown.safe_text import cut, isolated, visible

_MARK = 900
"""Room for what is on a ballot, backslashes included."""
_FEW = 3
"""Chains that are named at most."""


def plain(text: str, limit: int | None = None) -> str:
    """Return a member's words on one line, without invisible or text-reversing characters; for buttons and menus."""
    kept = " ".join(visible(text).split())
    kept = kept if limit is None else cut(kept, limit)
    return kept or _("(no visible text)")


def quoted(text: str, limit: int | None = None) -> str:
    """Return a member's words on one line so that they are shown as typed: no markdown, mention or masked link.

    `limit` counts the characters shown, not the backslashes. Right-to-left text does not reorder what is beside it.
    """
    return isolated(escaped(plain(text, limit)))


def cut_quoted(text: str, room: int) -> str:
    """Quote as much of a member's words as fits in `room` characters, backslashes included."""
    limit = room
    shown = quoted(text, limit)
    while len(shown) > room:
        limit = max(1, limit - (len(shown) - room + 1) // 2 - 1)
        shown = quoted(text, limit)
    return shown


def person(member: MemberId) -> str:
    """Mention a member; write `a former member` for one who was forgotten."""
    return _("a former member") if member == FORMER else f"<@{member}>"


def listed(items: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Write `a, b and c`, or the same in the current language."""
    return formats.listed(items, last)


def moment(at: int) -> str:
    """Write a time, absolute and relative, in the reader's own zone."""
    return f"<t:{at}:f> (<t:{at}:R>)"


def amount(units: int, decimals: int, symbol: str) -> str:
    """Write an amount for a sentence, with its unit."""
    return f"{humane(units, decimals)} {quoted(symbol)}"


def amount_exact(units: int, decimals: int, symbol: str) -> str:
    """Write an amount to its last unit, with its symbol."""
    return f"{exact(units, decimals)} {quoted(symbol)}"


def amount_twice(units: int, decimals: int, symbol: str) -> str:
    """Write an amount exactly, and abbreviated before it where that is shorter: `1.24 M VITA (1,240,000.5)`."""
    full, brief = exact(units, decimals), humane(units, decimals)
    return f"{full} {quoted(symbol)}" if full == brief else f"{brief} {quoted(symbol)} ({full})"


def chain_name(chain: ChainId, chains: Mapping[ChainId, str]) -> str:
    """Return what members call a chain."""
    return quoted(chains.get(chain) or _("chain {number}", number=chain))


def block_words(block: Block, chains: Mapping[ChainId, str], explorer: str | None = None) -> str:
    """Write a block: chain, number with thousands separated, linked where an explorer is configured."""
    number = _("block {number}", number=whole(block.number))
    linked = f"[{number}]({explorer}/block/{block.number})" if explorer else number
    return f"{chain_name(block.chain, chains)} {linked}"


def age_words(seconds: int) -> str:
    """Write about how long something is in the largest unit that is there twice: `13 minutes`, `47 hours`."""
    if seconds >= 2 * 86_400:
        return ngettext("{number} day", "{number} days", seconds // 86_400)
    if seconds >= 2 * 3_600:
        return ngettext("{number} hour", "{number} hours", seconds // 3_600)
    if seconds >= 2 * 60:
        return ngettext("{number} minute", "{number} minutes", seconds // 60)
    return ngettext("{number} second", "{number} seconds", seconds)


def lasting(seconds: int) -> str:
    """Write a length of time exactly (`3 days 12 hours`, `0`); `parse_length` reads the English back."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = [ngettext("{number} day", "{number} days", days)] if days else []
    parts += [ngettext("{number} hour", "{number} hours", hours)] if hours else []
    parts += [ngettext("{number} minute", "{number} minutes", minutes)] if minutes else []
    parts += [ngettext("{number} second", "{number} seconds", rest)] if rest else []
    return " ".join(parts) or "0"


def unconfirmed_words(alone: Collection[ChainId], chains: Mapping[ChainId, str]) -> str:
    """Say which chains are read from one provider only; nothing if none is."""
    named = [chain_name(chain, chains) for chain in sorted(alone)]
    if len(named) > _FEW:
        named = [*named[:_FEW], ngettext("{number} more", "{number} more", len(named) - _FEW)]
    if not alone:
        return ""
    return ngettext(
        "{chains} is read from one provider: not confirmed by a second provider.",
        "{chains} are read from one provider: not confirmed by a second provider.",
        len(alone),
        chains=listed(named),
    )


def contract_words(contract: Address | None) -> str:
    """Write a contract in short; the chain's own coin has none."""
    return short(contract) if contract else _("the chain's own coin")


def mark_words(mark: Mark, choices: Sequence[str], voting: VotingType) -> str:
    """Write what is on a ballot, as its voting system reads it; labels are shortened where it would not fit."""
    return mark_words_in(mark, choices, voting, quote=quoted, room=_MARK)
