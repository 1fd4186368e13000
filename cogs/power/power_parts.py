"""The parts of voting power, a wallet at a time: strategy, chain, contract, amount; in full as a table in a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import discord

from bot.domain.power import KINDS, PowerPart, VotingPower
from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.amounts import exact
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.catalogue.messages import ngettext
from cogs._shared.formatting import amount_exact, chain_name, contract_words, quoted

_FIELD = 1_024
"""Room for the lines of one wallet."""
_REST, _MOST = 60, 8
"""Room for the line that says what is left out, and wallets that a card names."""


def part_texts(
    powers: Sequence[VotingPower], symbol: str, chains: Mapping[ChainId, str], room: int
) -> tuple[list[str], discord.File | None]:
    """Return a text for each wallet, in so much room together; a file with every part where they don't all fit."""
    texts: list[str] = []
    cut = False
    for power in powers:
        total = _("unknown") if power.total is None else amount_exact(power.total, power.scale, symbol)
        head = _("**{wallet}: {amount}**", wallet=short(power.address), amount=total)
        lines, left = [head], 0
        for part in power.parts:
            line = f"-# {_line(part, chains)}"
            if sum(map(len, lines)) + len(lines) + len(line) > min(_FIELD, room) - _REST:
                left += 1
            else:
                lines.append(line)
        if left:
            lines.append(ngettext("-# … and {number} more in the file", "-# … and {number} more in the file", left))
        room -= sum(map(len, lines)) + len(lines)
        cut = cut or bool(left) or room < 0 or len(texts) == _MOST
        if room < 0 or len(texts) == _MOST:
            break
        texts.append("\n".join(lines))
    return texts, parts_file(powers, chains) if cut else None


def parts_file(
    powers: Sequence[VotingPower], chains: Mapping[ChainId, str], more: Sequence[Sequence[str]] = ()
) -> discord.File:
    """Write every part as CSV, to the last digit, and then `more` lines."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("wallet", "strategy", "chain", "contract", "symbol", "amount"))
    for power in powers:
        for part in power.parts:
            table.writerow(
                (
                    checksummed(power.address),
                    part.strategy,
                    f"{chains.get(part.network, '')} ({part.network})".strip(),
                    checksummed(part.contract) if part.contract else "",
                    part.symbol,
                    "unknown" if part.amount is None else exact(part.amount, part.decimals).replace(",", ""),
                )
            )
    table.writerows(more)
    return discord.File(
        io.BytesIO(text.getvalue().encode()),
        filename="voting-power.csv",
        description=_("Every part of the voting power"),
    )


def _line(part: PowerPart, chains: Mapping[ChainId, str]) -> str:
    told = _("unknown {symbol}", symbol=quoted(part.symbol))
    if part.amount is not None:
        told = amount_exact(part.amount, part.decimals, part.symbol)
    kind = KINDS[part.strategy]
    what = f" · {contract_words(part.contract)}" if part.contract or kind.native else ""
    return f"{told} · {_(kind.about)} · {chain_name(part.network, chains)}{what}"
