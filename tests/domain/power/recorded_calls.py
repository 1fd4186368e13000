"""Answers what strategies ask from calls that were recorded: a chain that knows these calls and no others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.power import VotingPower, evaluate, networks_of
from bot.domain.power.chain_reads import Calls, Delegations, Earlier, Events, NativeBalances, PerWallet, Read, View
from bot.domain.power.strategy import Strategy
from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.types import Address, Block, ChainId, Timestamp

_GET_ETH_BALANCE = "0x4d2301cc"


class Recorded:
    """Sub-calls by target and calldata, delegations by id, and what was told. What was not recorded fails."""

    def __init__(
        self,
        calls: Sequence[Mapping[str, Any]] = (),
        delegations: Sequence[Mapping[str, Any]] = (),
        events: Sequence[Event] = (),
    ) -> None:
        self.events = events
        self.returned = self._at(calls, None)
        self.recorded = calls
        self.coins = {
            call["data"][-40:]: int(call["ret"], 16) for call in calls if call["data"].startswith(_GET_ETH_BALANCE)
        }
        self.delegations = [
            Delegation(
                delegator=entry["delegator"].lower(),
                id="0x" + entry["space"].encode().ljust(32, b"\0").hex() if entry["space"] else EVERYWHERE,
                delegate=entry["delegate"].lower(),
                block=entry["timestamp"],
                index=index,
            )
            for index, entry in enumerate(delegations)
        ]
        self.asked: list[Read] = []

    def answer(self, read: Read) -> list[bytes | int | Delegation | Event | None]:  # noqa: PLR0911 - one a kind
        self.asked.append(read)
        match read:
            case PerWallet():
                head = "0x" + read.selector.hex() + read.head.hex()
                return [
                    self._word(read.target, head + wallet[2:].rjust(64, "0") + read.tail.hex())
                    for wallet in read.wallets
                ]
            case Earlier():
                newest = max(call["block"] for call in self.recorded if call["to"].lower() == read.read.target)
                before = Recorded()
                before.returned = self._at(self.recorded, newest - read.blocks)
                return before.answer(read.read)
            case View():
                return [self._word(read.target, "0x" + read.data.hex())]
            case Calls():
                return [self.returned.get((read.target, "0x" + data.hex())) for data in read.data]
            case NativeBalances():
                return [self.coins[wallet[2:]] for wallet in read.wallets]
            case Events(wanted=wanted):
                return [event for event in self.events if _asked_for(event, wanted)]
            case Delegations():
                return [entry for entry in self.delegations if entry.id in read.ids]

    @staticmethod
    def _at(calls: Sequence[Mapping[str, Any]], block: int | None) -> dict[tuple[str, str], bytes]:
        """What was answered at a block; None for the newest of each call."""
        told = sorted(
            (call for call in calls if block in (None, call.get("block"))), key=lambda call: str(call.get("block"))
        )
        return {(call["to"].lower(), call["data"].lower()): bytes.fromhex(call["ret"][2:]) for call in told}

    def _word(self, target: str, data: str) -> int | None:
        raw = self.returned.get((target, data))
        return None if raw is None else int.from_bytes(raw[:32], "big")


def _asked_for(event: Event, wanted: Subscription) -> bool:
    return event.address in wanted.addresses and all(
        not choice or topic in choice for topic, choice in zip(event.topics, wanted.topics, strict=True)
    )


def scored(
    strategies: Sequence[Strategy],
    wallets: Sequence[Address],
    chain: Recorded,
    *,
    number: int = 19_000_000,
    timestamp: int = 1_700_000_000,
    voters: Collection[Address] = (),
    heights: Mapping[str, int] | None = None,
) -> tuple[VotingPower, ...]:
    """Return the powers that the strategies give there; `heights` are block numbers of networks where they differ."""
    networks = {1, *networks_of(strategies)}
    at = {network: (heights or {}).get(str(network), number) for network in networks}
    blocks = {
        ChainId(network): Block(
            chain=ChainId(network), number=at[network], hash="0x" + "ab" * 32, timestamp=Timestamp(timestamp)
        )
        for network in networks
    }
    evaluation = evaluate(strategies, [Address(wallet.lower()) for wallet in wallets], blocks, voters=voters)
    try:
        reads = next(evaluation)
        while True:
            reads = evaluation.send([chain.answer(read) for read in reads])
    except StopIteration as done:
        powers: tuple[VotingPower, ...] = done.value
        return powers
