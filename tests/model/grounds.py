"""The chain that the bot reads: the embedded one through our reader, or one in memory where many votes are to be had.

Both are told what happens, note it in the test's own ledger, and can be spoiled: `down` (no endpoint answers), `alone`
(only one does), `silent` wallets whose contracts do not answer.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.genesis import account, address_of
from bot.domain.delegation.onchain_registry import EVERYWHERE, Delegation
from bot.domain.power.chain_reads import Answers, PerWallet, Read, View
from bot.domain.shared.contract_events import EventRange, Subscription
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, Block, ChainId, Timestamp
from bot.domain.wallets.signature_claim import Claim, Verdict
from bot.ports import ChainReader
from tests.builders import CHAIN, NOW, TOKEN, a_stretch, a_token, an_address
from tests.chain.nodes import OWNER, Node, failing, reader
from tests.fakes import FakeChain, FakeClock
from tests.model.ledger import COIN, GATE, SUPPLY, USD, VITA, VOTES, DaoContracts

WALLETS = tuple(address_of(number) for number in range(1, 9))
UNFINAL = 2
"""Blocks at the head that are not final."""
LONG = 80_000
"""Seconds before the stories in which the chain begins: no block of theirs is of a time to come."""
DOLLAR = an_address(0xD011A2)


def key_of(wallet: Address) -> LocalAccount:
    return account(WALLETS.index(wallet) + 1)


def signature(wallet: Address, text: str) -> str:
    return "0x" + key_of(wallet).sign_message(encode_defunct(text=text)).signature.hex()


class Ground(ABC):
    """What both have in common."""

    def __init__(self) -> None:
        self.ledger = DaoContracts(listed=frozenset(WALLETS[::3]))
        self.silent: set[Address] = set()
        self.registered: list[Delegation] = []
        self.down: ChainFault | None = None
        self.alone = False
        self.clock = FakeClock()
        """The town's, which the chain's newest blocks keep to."""

    vita = dollar = TOKEN

    @abstractmethod
    def __getattr__(self, name: str) -> Any:
        """Whatever a reader of chains can do and this does not do itself."""

    @property
    def chain(self) -> ChainReader:
        """The same, as the bot takes it."""
        return cast("ChainReader", self)

    @abstractmethod
    def head(self) -> int:
        """Return the number of the newest block."""

    @abstractmethod
    def mine(self, blocks: int = 1) -> int:
        """Add blocks; return the number of the newest."""

    @abstractmethod
    def mint(self, what: str, wallet: Address, amount: int) -> None:
        """Make tokens."""

    @abstractmethod
    def transfer(self, giver: Address, taker: Address, amount: int) -> None:
        """Move what votes."""

    @abstractmethod
    def delegate(self, wallet: Address, to: Address) -> None:
        """Delegate within the token."""

    def strategies(self, names: Sequence[str]) -> str:
        """Return Snapshot's JSON of strategies by their short names."""
        vita = {"address": self.vita, "symbol": "VITA", "decimals": 18}
        forms: dict[str, tuple[str, dict[str, object]]] = {
            "balance": ("erc20-balance-of", vita),
            "dollars": ("erc20-balance-of", {"address": self.dollar, "symbol": "USD", "decimals": 6}),
            "coins": ("eth-balance", {}),
            "votes": ("erc20-votes", vita),
            "ticket": ("ticket", {}),
            "list": ("whitelist", {"addresses": sorted(self.ledger.listed)}),
            "gate": ("erc20-with-balance", {**vita, "minBalance": GATE // 10**18}),
            "lent": ("erc20-balance-of-delegation", {**vita, "delegationSpace": ""}),
        }
        return json.dumps([{"name": forms[n][0], "network": str(CHAIN), "params": forms[n][1]} for n in names])

    async def newest(self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED) -> Block:
        block: Block = await self.__getattr__("newest")(chain, confirm=confirm)
        return replace(block, timestamp=self.clock.now())

    def heal(self) -> None:
        self.silent.clear()
        self.down, self.alone = None, False

    @property
    def spoiled(self) -> bool:
        return bool(self.silent or self.down or self.alone)

    def held(self, what: str, who: str) -> int:
        return self.ledger.at(self.head(), what, who)

    def _silenced(self, reads: Sequence[Read], answers: Sequence[Answers]) -> list[Answers]:
        return [
            [None if wallet in self.silent else given for wallet, given in zip(read.wallets, answer, strict=True)]
            if isinstance(read, PerWallet)
            else answer
            for read, answer in zip(reads, answers, strict=True)
        ]

    def register(self, wallet: Address, to: Address | None) -> None:
        """Set or clear a delegation in the registry."""
        block = self.mine()
        self.registered.append(Delegation(delegator=wallet, id=EVERYWHERE, delegate=to, block=block, index=0))
        self.ledger.note_delegate(block, wallet, to)


class Embedded(Ground):
    """py-evm behind two endpoints and our own reader. Only the registry's events are the test's own."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm(chain_id=CHAIN, genesis=NOW - LONG, unfinal=UNFINAL)
        self.vita = self.evm.deploy("GovernanceToken", "Vita", "VITA", sender=OWNER)
        self.dollar = self.evm.deploy("Stablecoin", "Test Dollar", "USD", sender=OWNER)
        self.nodes = [Node(self.evm), Node(self.evm)]
        self.reader = reader(*self.nodes, max_final_age=10**9)  # its blocks come when the story says so
        self.to: dict[Address, Address] = {}
        for wallet in WALLETS:
            self.ledger.note(0, COIN, wallet, self.evm.balance(wallet))
        self.mine(UNFINAL)

    def head(self) -> int:
        return self.evm.head.number

    def mine(self, blocks: int = 1) -> int:
        return self.evm.mine(blocks).number

    def mint(self, what: str, wallet: Address, amount: int) -> None:
        token = {VITA: self.vita, USD: self.dollar}[what]
        block = self.evm.send(token, "mint", wallet, amount, sender=OWNER).number
        self.ledger.note(block, what, wallet, self.ledger.at(block, what, wallet) + amount)
        self.ledger.note(block, SUPPLY, what, self.ledger.at(block, SUPPLY, what) + amount)
        if what == VITA and wallet in self.to:
            self._votes(block, self.to[wallet], amount)

    def transfer(self, giver: Address, taker: Address, amount: int) -> None:
        sealed = self.evm.send(self.vita, "transfer", taker, amount, sender=key_of(giver))
        block = sealed.number
        self.ledger.note(block, VITA, giver, self.ledger.at(block, VITA, giver) - amount)
        self.ledger.note(block, VITA, taker, self.ledger.at(block, VITA, taker) + amount)
        self.ledger.note(block, COIN, giver, self.evm.balance(giver, block))
        for wallet, change in ((giver, -amount), (taker, amount)):
            if wallet in self.to:
                self._votes(block, self.to[wallet], change)

    def delegate(self, wallet: Address, to: Address) -> None:
        block = self.evm.send(self.vita, "delegate", to, sender=key_of(wallet)).number
        held = self.ledger.at(block, VITA, wallet)
        if wallet in self.to:
            self._votes(block, self.to[wallet], -held)
        self.to[wallet] = to
        self._votes(block, to, held)
        self.ledger.note(block, COIN, wallet, self.evm.balance(wallet, block))

    def _votes(self, block: int, to: Address, change: int) -> None:
        self.ledger.note(block, VOTES, to, self.ledger.at(block, VOTES, to) + change)

    def chains(self) -> Mapping[ChainId, str]:
        return self.reader.chains()

    def __getattr__(self, name: str) -> Any:
        """Let our reader answer, over endpoints that are as spoiled as the test says."""
        for number, node in enumerate(self.nodes):
            node.spoil = failing(503) if self.down or (self.alone and number) else None
        return getattr(self.reader, name)

    async def read(self, reads: Sequence[Read], at: Mapping[ChainId, Block], **how: Any) -> list[Answers]:
        return self._silenced(reads, await self.__getattr__("read")(reads, at, **how))

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange:
        if self.down:
            raise ChainUnavailable(upto.chain, ChainFault.UNREACHABLE)
        return a_stretch(self.registered, after, upto, "one", "other")


class InMemory(Ground):
    """The chain of the other tests, whose newest blocks are not final; a library of others says who signed."""

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeChain()
        self.fake.blocks = [replace(block, timestamp=Timestamp(NOW - LONG)) for block in self.fake.blocks]
        self.dollar = DOLLAR
        self.fake.tokens[DOLLAR] = a_token(address=DOLLAR, symbol="USD", decimals=6)
        self.supplies: list[tuple[int, str, int]] = []
        self.mine(UNFINAL)
        for wallet in WALLETS:
            self._set(COIN, wallet, 10_000 * 10**18)

    def head(self) -> int:
        return self.fake.head.number

    def mine(self, blocks: int = 1) -> int:
        return self.fake.mine(blocks).number

    def mint(self, what: str, wallet: Address, amount: int) -> None:
        self._set(what, wallet, self.held(what, wallet) + amount)
        supply = self.held(SUPPLY, what) + amount
        self.supplies.append((self.head(), self._token(what), supply))
        self.ledger.note(self.head(), SUPPLY, what, supply)

    def transfer(self, giver: Address, taker: Address, amount: int) -> None:
        self._set(VITA, giver, self.held(VITA, giver) - amount)
        self._set(VITA, taker, self.held(VITA, taker) + amount)

    def delegate(self, wallet: Address, to: Address) -> None:
        """Add what the wallet has to the other's votes, where it stays."""
        votes = self.held(VOTES, to) + self.held(VITA, wallet)
        self.fake.delegate(to, votes)
        self.ledger.note(self.head(), VOTES, to, votes)

    def chains(self) -> Mapping[ChainId, str]:
        return self.fake.chains()

    def __getattr__(self, name: str) -> Any:
        self.fake.down, self.fake.silent = self.down, self.silent
        return getattr(self.fake, name)

    async def finalized(self, chain: ChainId, **how: Any) -> Block:
        await self.__getattr__("finalized")(chain, **how)
        return self.fake.blocks[-1 - UNFINAL]

    async def read(self, reads: Sequence[Read], at: Mapping[ChainId, Block], **how: Any) -> list[Answers]:
        answers = await self.__getattr__("read")(reads, at, **how)
        return [
            [self._supply(read.target, at[read.chain].number)] if isinstance(read, View) else answer
            for read, answer in zip(reads, answers, strict=True)
        ]

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        for claim in claims:
            signer = Account._recover_hash(claim.digest, signature=claim.signature)
            self.fake.signers["0x" + claim.signature.hex()] = Address(signer.lower())
        verdicts: list[Verdict] = await self.__getattr__("signed")(claims, at, before=before)
        return verdicts

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange:
        await self.__getattr__("finalized")(upto.chain)
        return a_stretch(self.registered, after, upto, "one", "other")

    def _supply(self, token: str, block: int) -> int | None:
        known = [supply for number, of, supply in self.supplies if of == token and number <= block]
        return known[-1] if known else 0

    def _token(self, what: str) -> Address:
        return {VITA: self.vita, USD: self.dollar}[what]

    def _set(self, what: str, wallet: Address, amount: int) -> None:
        self.fake.give(wallet, amount, None if what == COIN else self._token(what))
        self.ledger.note(self.head(), what, wallet, amount)
