"""The nodes that a command line names: `--rpc CHAIN=URL`, several for a chain where there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.domain.types import ChainId

if TYPE_CHECKING:
    from bot.chain.reader import ChainReader

_BETWEEN = re.compile(r"[\s,;]+(?=(?:[1-9][0-9]{0,15}=)?https?://)")
_RPC = re.compile(r"([1-9][0-9]{0,15})=(https?://[^\s/?#].*)")


class Unusable(Exception):
    """The command line, a file, or what the chain says cannot be used. Says what and why in one line."""


def one_line(error: Exception) -> str:
    """Write what an error says on one line, whatever was repeated in it."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in str(error))


def urls(given: Sequence[str]) -> dict[ChainId, list[str]]:
    """Return the addresses by chain; several may stand in one text. Raises Unusable."""
    found: dict[ChainId, list[str]] = {}
    for number, text in enumerate(given, start=1):
        chain = ""
        for part in _BETWEEN.split(text):
            match = _RPC.fullmatch(chain + part) or _RPC.fullmatch(part)
            if match is None:  # it is not repeated: a key may stand in it
                raise Unusable(f"--rpc number {number} is not CHAIN=URL, like 1=https://node.example")
            chain = f"{match[1]}="
            found.setdefault(ChainId(int(match[1])), []).append(match[2])
    return found


def reader(nodes: Mapping[ChainId, Sequence[str]]) -> ChainReader:
    """Return a reader of these chains; whoever asks for it closes it."""
    from bot.chain.network import Network  # noqa: PLC0415 - only where a node is named
    from bot.chain.plain_transport import PlainTransport  # noqa: PLC0415 - likewise
    from bot.chain.reader import ChainReader  # noqa: PLC0415 - likewise

    networks = {chain: Network(id=chain, name=f"Chain {chain}", rpc_urls=tuple(nodes[chain])) for chain in nodes}
    return ChainReader(networks, PlainTransport)
