"""`folkmoot power`: reads the power of any wallets by Snapshot's strategies, from the caller's own nodes."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bot.chain.chain_reader import ChainReader
from bot.cli.shared.refusal_words import said
from bot.cli.shared.rpc_options import Unusable, one_line, reader, urls
from bot.domain.power import (
    PowerPart,
    Strategy,
    VotingPower,
    depends_on_voters,
    evaluate,
    networks_of,
    parse_strategies,
    scale_of,
    symbol_of,
)
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors import FolkmootError
from bot.domain.shared.types import Address, Block, ChainId
from bot.services.delegation.registry_index import Delegations, InMemoryIndex
from bot.services.outages import gather_in_order
from bot.services.power.strategy_reads import answered
from bot.services.shared.contract_events import ContractEvents

_AT_ONCE = 10_000
"""Wallets that are read together; their rows are written before the next are read."""
_NUMBER = re.compile(r"[0-9]{1,18}|0x[0-9a-fA-F]{1,16}")


def main(given: argparse.Namespace) -> int:
    """Print one JSON object. Return 0, or 1 after one line on standard error."""
    try:
        asyncio.run(_print(given))
    except (Unusable, FolkmootError) as error:
        print(f"problem: {one_line(error)}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader closed the pipe: it needs no more
        with suppress(OSError):
            sys.stdout.close()
        return 1
    return 0


async def _print(given: argparse.Namespace) -> None:
    if str(given.strategies) == str(given.addresses) == "-":
        raise Unusable("only one of --strategies and --addresses can be standard input")
    nodes = urls([text for text in given.rpc if "=" in text])
    told = [text for option in (given.rpc, given.finality, given.multicall) for text in option]
    asked = [*given.address, *(text for text in told if "=" not in text)]
    texts = [*asked, *(_lines(given.addresses) if given.addresses else ())]
    if not texts:
        raise Unusable("no address is given: name some, or a file with --addresses")
    wallets = [_address(text) for text in texts]
    strategies = parse_strategies(_text(given.strategies), space=given.space)
    missing = [chain for chain in networks_of(strategies) if chain not in nodes]
    if missing:
        raise Unusable(f"the strategies read chain {missing[0]}: add --rpc {missing[0]}=URL")
    chains = reader(
        nodes,
        finality=[text for text in given.finality if "=" in text],
        multicall=[text for text in given.multicall if "=" in text],
    )
    try:
        blocks = await _blocks(chains, strategies, given.block)
        delegations, events = Delegations(index=InMemoryIndex(), chain=chains), ContractEvents(chain=chains)
        voters = wallets if any(depends_on_voters(strategy) for strategy in strategies) else []
        separator = ""
        for start in range(0, len(wallets), _AT_ONCE):
            some = wallets[start : start + _AT_ONCE]
            asking = evaluate(strategies, some, blocks, voters=voters)
            powers = await answered(asking, chains, delegations, events, blocks)
            _check(powers)
            if not start:
                sys.stdout.write(_head(strategies, blocks))
            for text, power in zip(texts[start:], powers, strict=False):
                sys.stdout.write(f"{separator}\n{json.dumps(_entry(text, power))}")
                separator = ","
            sys.stdout.flush()
        sys.stdout.write("\n]}\n")
    finally:
        await chains.close()


async def _blocks(chains: ChainReader, strategies: Sequence[Strategy], which: str) -> dict[ChainId, Block]:
    """Pin the requested block on the first strategy's chain; on each other, its newest final one not later than it."""
    home, *others = networks_of(strategies)
    if which == "finalized":
        pinned = await chains.finalized(home)
    elif _NUMBER.fullmatch(which):
        pinned = await chains.numbered(home, int(which, 0 if which.startswith("0x") else 10))
    else:
        raise Unusable(f"--block {which} is neither a number nor finalized")
    final = await gather_in_order(chains.finalized_at(chain, pinned.timestamp) for chain in others)
    return {home: pinned} | dict(zip(others, final, strict=True))


def _check(powers: Sequence[VotingPower]) -> None:
    for power in powers:
        for part in power.parts:
            if part.amount is None:
                raise Unusable(
                    f"the power of {power.address} is unknown: {part.strategy} on chain {part.network} got no answer"
                )


def _head(strategies: Sequence[Strategy], blocks: dict[ChainId, Block]) -> str:
    head = {
        "blocks": {
            str(chain): {"number": block.number, "hash": block.hash, "timestamp": block.timestamp}
            for chain, block in blocks.items()
        },
        "symbol": symbol_of(strategies),
        "decimals": scale_of(strategies),
    }
    return json.dumps(head)[:-1] + ', "powers": ['


def _entry(address: str, power: VotingPower) -> dict[str, object]:
    return {
        "address": address,
        **_amount(power.total or 0, power.scale),
        "parts": [_part(part) for part in power.parts],
    }


def _part(part: PowerPart) -> dict[str, object]:
    return {
        "strategy": part.strategy,
        "network": str(part.network),
        **_amount(part.amount or 0, part.decimals),
        "symbol": part.symbol,
    }


def _amount(units: int, decimals: int) -> dict[str, object]:
    """Return an amount twice: `power` as exact decimal text, `number` as the nearest double."""
    whole, rest = divmod(units, 10**decimals)
    places = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    return {"power": f"{whole}.{places}" if places else str(whole), "number": units / 10**decimals}


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except FolkmootError as error:
        raise Unusable(f"{text[:60]}: {said(error)}") from None


def _lines(path: Path) -> Iterator[str]:
    """Yield the text of each line without surrounding blanks and what follows a #; lines left empty are skipped."""
    return (address for line in _text(path).splitlines() if (address := line.partition("#")[0].strip()))


def _bytes(path: Path) -> bytes:
    if str(path) != "-":
        return path.read_bytes()
    if sys.stdin is None:
        raise Unusable("standard input is closed")
    return sys.stdin.buffer.read()


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unusable(f"{path} is not text in UTF-8") from None
