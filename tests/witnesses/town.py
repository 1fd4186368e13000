"""A server whose chain is read through nodes of which some lie."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from typing import Any

from bot.app.composition import App
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.json_rpc import Rpc
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import ChannelId, MemberId, RoleId
from bot.domain.treasury.campaigns import Campaign
from bot.domain.wallets.wallet import Wallet
from tests.builders import AUTHOR, GUILD, NOW, PROPOSALS, RESEARCHER, a_text
from tests.chain.nodes import CHAIN, OWNER, Ask, Node, Spoil, block_of, reader, wallet
from tests.chain.signatures.wallet_contracts import KEY, STRANGER, address, creation
from tests.fakes import FakeClock
from tests.logs import link
from tests.presence import present

ANN, BEN, HOLDER = MemberId(71), MemberId(72), RoleId(73)
ONE, USD = 10**18, 10**6
WRONG = "0x" + "ab" * 32
_OF_BLOCKS = ("eth_getBlockBy", "eth_chainId", "eth_blockNumber")


class World:
    """A chain as it is, or as the liar says it is: the same blocks at the same times, with another state."""

    def __init__(self, *, true: bool) -> None:
        evm = self.evm = Evm(chain_id=CHAIN, genesis=NOW - 1_200, unfinal=2)
        self.token = evm.deploy("GovernanceToken", "Vita", "VITA", sender=OWNER)
        self.dollar = evm.deploy("Stablecoin" if true else "GovernanceToken", "Test Dollar", "USD", sender=OWNER)
        code = creation("OwnedWallet", ("address", address(KEY if true else STRANGER)))
        self.safe = present(evm.send_raw(evm.sign(OWNER, None, code)).created)
        for number, amount in ((1, 600), (2, 400)) if true else ((1, 60_000), (2, 1)):
            evm.send(self.token, "mint", wallet(number), amount * ONE, sender=OWNER)
        evm.send(self.dollar, "mint", wallet(3), 5 * USD if true else 50 * ONE, sender=OWNER)
        evm.mine(5)


def speaking(evm: Evm, false: Evm) -> Spoil:
    """Tell of blocks as they are, and answer everything else from another chain's state."""
    other = Rpc(false)

    def moved(value: Any) -> Any:
        if isinstance(value, dict) and "blockHash" in value:
            number = evm.block(bytes.fromhex(value["blockHash"][2:])).number
            return value | {"blockHash": false.block(number).hash}
        return value

    async def spoil(payload: Any, ask: Ask) -> Any:
        if isinstance(payload, list):
            return [await spoil(one, ask) for one in payload]
        if payload["method"].startswith(_OF_BLOCKS):
            return await ask(payload)
        return await other.request(payload | {"params": [moved(value) for value in payload["params"]]})

    return spoil


class Town:
    """A server whose chain is read through nodes of which some may lie."""

    def __init__(self, nodes: str, lie: Callable[[Town], Spoil] | None = None) -> None:
        self.true, false = World(true=True), World(true=False)
        self.evm, self.false = self.true.evm, false.evm
        assert (self.true.token, self.true.dollar, self.true.safe) == (false.token, false.dollar, false.safe)
        self.nodes = [Node(self.evm) for _ in nodes]
        self.liars = [node for node, kind in zip(self.nodes, nodes, strict=True) if kind == "f"]
        self.kinds = nodes
        self.spoil = (lie or Town.of_state)(self)
        self.clock = FakeClock(block_of(self.evm).timestamp + 60)
        self.chain = reader(*self.nodes)
        self.app: App

    def of_state(self) -> Spoil:
        return speaking(self.evm, self.false)

    def lie(self) -> None:
        """Begin to lie."""
        for node in self.liars:
            node.spoil = self.spoil

    @property
    def final(self) -> int:
        return self.evm.finalized.number

    @property
    def strategies(self) -> str:
        params = {"address": self.true.token, "symbol": "VITA", "decimals": 18}
        return json.dumps([{"name": "erc20-balance-of", "network": str(CHAIN), "params": params}])

    async def set_up(self) -> None:
        spaces = self.app.spaces
        await spaces.set_strategies(GUILD, self.strategies)
        await spaces.set_channels(GUILD, proposals=PROPOSALS, announcements=PROPOSALS, moderators=PROPOSALS)
        await spaces.set_proposers(GUILD, roles=[RESEARCHER], power="1000")
        async with self.app.store.write() as repos:
            for member, number in ((ANN, 1), (BEN, 2)):
                await link(
                    repos, Wallet(guild=GUILD, member=member, address=wallet(number), linked_at=self.clock.now())
                )
            await repos.commit()

    async def submit(self, author: MemberId = AUTHOR, roles: Sequence[RoleId] = (RESEARCHER,)) -> Proposal:
        space = await self.app.spaces.main(GUILD)
        draft = await self.app.proposals.draft(space, author, a_text(), "basic", ("For", "Against", "Abstain"))
        return await self.app.proposals.submit(GUILD, draft.number, author, list(roles))

    async def start(self, target: str) -> Campaign:
        return await self.app.treasury.start_campaign(
            await self.app.spaces.main(GUILD),
            AUTHOR,
            title="Round",
            chain=CHAIN,
            treasury=wallet(3),
            token=self.true.dollar,
            targets=[("Start", target)],
            channel=ChannelId(9),
            deadline=None,
        )


def telling(which: str, **fields: str) -> Callable[[Town], Spoil]:
    """Spoil what a node says of one block of the chain, however it is asked for."""

    def of(town: Town) -> Spoil:
        at = town.final if which == "final" else town.evm.head.number

        async def spoil(payload: Any, ask: Ask) -> Any:
            answer = await ask(payload)
            if isinstance(payload, dict) and payload["method"].startswith("eth_getBlockBy") and answer.get("result"):
                found = copy.deepcopy(answer["result"])
                if int(found["number"], 16) == at:
                    return answer | {"result": found | fields}
            return answer

        return spoil

    return of
