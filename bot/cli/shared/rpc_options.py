"""Reads the nodes that a command line names (`--rpc CHAIN=URL`, also several for a chain) and opens their chains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from bot.cli.shared.refusal_words import said
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Address, ChainId

if TYPE_CHECKING:
    from bot.chain.chain_reader import ChainReader

_BETWEEN = re.compile(r"[\s,;]+(?=(?:[1-9][0-9]{0,15}=)?https?://)")
_RPC = re.compile(r"([1-9][0-9]{0,15})=(https?://[^\s/?#].*)")
_SAID = re.compile(r"([1-9][0-9]{0,15})=(\S+)")
_CONFIRMATIONS = re.compile(r"[0-9]{1,9}")


class Unusable(Exception):
    """The command line, a file, or a chain's answer cannot be used. Its text says what and why, in one line."""


def one_line(error: Exception) -> str:
    """Return an error's text on one line: unprintable characters, also those repeated from input, are escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in said(error))


def urls(given: Sequence[str]) -> dict[ChainId, list[str]]:
    """Return the addresses by chain. Raises Unusable.

    One text may hold several, divided by blanks, commas or semicolons.
    """
    found: dict[ChainId, list[str]] = {}
    for number, text in enumerate(given, start=1):
        chain = ""
        for part in _BETWEEN.split(text):
            match = _RPC.fullmatch(chain + part) or _RPC.fullmatch(part)
            if match is None:  # the text is not repeated: it may contain a key
                raise Unusable(f"--rpc number {number} is not CHAIN=URL, like 1=https://node.example")
            chain = f"{match[1]}="
            found.setdefault(ChainId(int(match[1])), []).append(match[2])
    return found


def reader(
    nodes: Mapping[ChainId, Sequence[str]], finality: Sequence[str] = (), multicall: Sequence[str] = ()
) -> ChainReader:
    """Return a reader of these chains, which the caller has to close.

    `finality` and `multicall` are the settings of `Network` by chain, each as CHAIN=VALUE. Raises Unusable.
    """
    final = {chain: _finality(text) for chain, text in _by_chain("--finality", finality, nodes).items()}
    where = {chain: _contract(text) for chain, text in _by_chain("--multicall", multicall, nodes).items()}
    from bot.chain.chain_reader import ChainReader  # noqa: PLC0415 - likewise
    from bot.chain.rpc.network import MULTICALL3, Network  # noqa: PLC0415 - only where a node is named
    from bot.chain.rpc.stdlib_transport import PlainTransport  # noqa: PLC0415 - likewise

    networks = {
        chain: Network(
            id=chain,
            name=f"Chain {chain}",
            rpc_urls=tuple(nodes[chain]),
            finality=final.get(chain, "finalized"),
            multicall=where.get(chain, MULTICALL3),
        )
        for chain in nodes
    }
    return ChainReader(networks, PlainTransport)


def _by_chain(option: str, given: Sequence[str], nodes: Mapping[ChainId, object]) -> dict[ChainId, str]:
    """Return the value given for each chain. Raises Unusable, also if no node of it is named, or it is given twice."""
    found: dict[ChainId, str] = {}
    for text in given:
        match = _SAID.fullmatch(text)
        if match is None:
            raise Unusable(f"{option} {text[:60]} is not CHAIN=VALUE")
        chain = ChainId(int(match[1]))
        if chain not in nodes:
            raise Unusable(f"{option} {text[:60]}: no node of chain {chain} is named; add --rpc {chain}=URL")
        if found.setdefault(chain, match[2]) != match[2]:
            raise Unusable(f"{option} says two things of chain {chain}")
    return found


def _finality(text: str) -> Literal["finalized", "safe"] | int:
    match text.lower():
        case "finalized" | "safe" as tag:
            return tag
        case digits if _CONFIRMATIONS.fullmatch(digits):
            return int(digits)
    raise Unusable(f'--finality …={text[:60]} is neither "finalized", "safe", nor a number of confirmations such as 12')


def _contract(text: str) -> Address:
    try:
        return parse_address(text)
    except FolkmootError as error:
        raise Unusable(f"--multicall …={text[:60]}: {said(error)}") from None
