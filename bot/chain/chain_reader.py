"""All configured chains, as the services see them: every answer from a named block, or `ChainUnavailable`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.chain.batch.batch_query import Place
from bot.chain.batch.read_methods import BALANCE_OF
from bot.chain.blocks.block_confirmation import final_at, newest_reached, newest_witnessed, unlike
from bot.chain.blocks.snapshot_block_checks import stands, vouch
from bot.chain.chain import Chain
from bot.chain.concurrency import gather_all
from bot.chain.ens import MAINNET, names
from bot.chain.rpc.endpoint import Endpoint, Sleep
from bot.chain.rpc.endpoint_agreement import PAIR, Agreed
from bot.chain.rpc.endpoint_pool import PATIENCE
from bot.chain.rpc.http_transport import HttpTransport, Transport
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import NoContract, NodeFault
from bot.chain.signatures.verification_program import DELEGATION
from bot.chain.token_metadata import describe
from bot.domain.power.chain_reads import Answers, NativeBalances, PerWallet, Read
from bot.domain.shared.contract_events import EventRange, Subscription
from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput
from bot.domain.shared.errors.faults.treasury import NotAContract
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Address, Block, ChainId, Timestamp, Token
from bot.domain.treasury.campaigns import Holding
from bot.domain.wallets.safe import Safe
from bot.domain.wallets.signature_claim import Claim, Verdict

if TYPE_CHECKING:
    from web3 import AsyncWeb3

    from bot.chain.rpc.web3_provider import Provider


class ChainReader:
    """Reads the configured chains. It is `bot.ports.ChainReader`, whose promises it keeps.

    `transport` makes the connection to one address; nothing is connected before it is asked. `patience` is how many
    seconds a slow endpoint gets after another has answered, where it can be done without. `elapsed` counts seconds.
    """

    def __init__(
        self,
        networks: Mapping[ChainId, Network],
        transport: Callable[[str], Transport] = HttpTransport,
        *,
        sleep: Sleep = asyncio.sleep,
        patience: float = PATIENCE,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chains = {
            chain: Chain(network, transport, sleep, patience=patience, elapsed=elapsed)
            for chain, network in networks.items()
        }

    async def close(self) -> None:
        """Close all connections."""
        for chain in self._chains.values():
            await chain.pool.close()

    def chains(self) -> Mapping[ChainId, str]:
        """Return the configured chains and their names."""
        return {chain: known.network.name for chain, known in self._chains.items()}

    def web3(self, chain: ChainId) -> AsyncWeb3[Provider]:
        """Return web3 over the same endpoints, with the same failover."""
        from web3 import AsyncWeb3  # noqa: PLC0415 - takes a second to load

        from bot.chain.rpc.web3_provider import Provider  # noqa: PLC0415 - likewise

        return AsyncWeb3(Provider(self._chain(chain).pool))

    async def finalized(
        self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        """Return the newest final block (by the chain's configured finality) that two endpoints know."""
        known = self._chain(chain)
        return _told(await newest_witnessed(known.pool, known.network, confirm), alone)

    async def finalized_at(
        self,
        chain: ChainId,
        moment: Timestamp,
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> Block:
        """Return the newest final block whose timestamp is not later than `moment`."""
        known = self._chain(chain)
        if (found := known.moments.get(moment)) is not None:
            return found
        agreed, head = await final_at(known.pool, known.network, moment, confirm)
        block = _told(agreed, alone)
        # No later block can become final that is not later than the moment.
        if block.number < head.number and (agreed.confirmed or len(known.pool.endpoints) < PAIR):
            known.moments.put(moment, block)
        return block

    async def newest(self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED) -> Block:
        """Return the newest block of a chain, final or not, that two endpoints have reached where several answer."""
        return await newest_reached(self._chain(chain).pool, confirm)

    def oldest(self, chain: ChainId) -> int:
        """Return how old, in seconds, a chain's newest final block may be for a vote to use it as its snapshot."""
        return self._chain(chain).network.max_final_age

    async def vouch(self, block: Block) -> None:
        """Check that two endpoints have `block` with the same hash, parent and state."""
        await vouch(self._chain(block.chain), block)

    async def has(self, block: Block) -> bool:
        """Return whether the chain still has `block` at its height; two endpoints must agree if the chain has two."""
        return await stands(self._chain(block.chain), block)

    async def numbered(
        self, chain: ChainId, number: int, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        """Return the block of that number, final or not."""

        async def header(endpoint: Endpoint) -> Block:
            block = await endpoint.header(hex(number))
            if block is None or block.number != number:
                raise NodeFault(ChainFault.LAGGING, f"it does not have block {number}")
            return block

        return _told(await self._chain(chain).pool.agreed(header, unlike, confirm), alone)

    def endpoints(self, chain: ChainId) -> int:
        """Return how many different endpoints can be asked about a chain."""
        return len(self._chain(chain).pool.endpoints)

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange | None:
        """Return the events behind `after`, and up to which block and by whom they are known."""
        try:
            return await self._chain(upto.chain).events.read(wanted, after, upto, confirm=confirm)
        except NoContract:
            detail = f"no {wanted.source} stands on it at block {upto.number}"
            raise ChainUnavailable(upto.chain, ChainFault.BAD_ANSWER, detail) from None

    async def token(
        self,
        chain: ChainId,
        address: Address | None,
        block: Block,
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> Token:
        """Return a token's metadata from its contract; None is the chain's own coin."""
        known = self._chain(chain)
        if address is None:
            return Token(chain=chain, address=None, symbol=known.network.symbol, decimals=18)

        async def described(endpoint: Endpoint, place: Place) -> Token | InvalidInput:
            try:
                return await describe(endpoint, place, address)
            except InvalidInput as not_a_token:  # an answer, which another endpoint may contradict
                return not_a_token

        try:
            found = await known.at(block, described, differ=_other_token, confirm=confirm, alone=alone)
        except NoContract:
            raise InvalidInput(Field.TOKEN, NotAContract(known.network.name)) from None
        if isinstance(found, InvalidInput):
            raise found
        return found

    async def read(
        self,
        reads: Sequence[Read],
        at: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> list[Answers]:
        """Answer all reads in order, each at the block of its chain in `at`, pinned by hash."""

        async def of_chain(chain: ChainId, places: Sequence[int]) -> None:
            try:
                found = await self._chain(chain).answers(
                    [reads[place] for place in places], at[chain], confirm=confirm, alone=alone
                )
            except NoContract as absent:
                raise ChainUnavailable(chain, absent.kind, absent.detail) from None
            for place, answer in zip(places, found, strict=True):
                answers[place] = answer

        answers: list[Answers] = [()] * len(reads)
        by_chain: dict[ChainId, list[int]] = {}
        for place, read in enumerate(reads):
            by_chain.setdefault(read.chain, []).append(place)
        await gather_all(of_chain(chain, places) for chain, places in by_chain.items())
        return answers

    async def balances(
        self,
        holdings: Sequence[Holding],
        at: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> list[int | None]:
        """Return the balance of each holding at its chain's block; None if the contract gave none."""

        async def of_chain(chain: ChainId, tokens: dict[Address | None, list[int]]) -> None:
            while tokens:
                reads = [
                    _balances(chain, token, tuple(holdings[place].holder for place in places))
                    for token, places in tokens.items()
                ]
                try:
                    found = await self._chain(chain).answers(reads, at[chain], confirm=confirm, alone=alone)
                except NoContract as absent:
                    del tokens[absent.target]
                    continue
                for places, answer in zip(tokens.values(), found, strict=True):
                    for place, amount in zip(places, answer, strict=True):
                        amounts[place] = amount
                return

        amounts: list[int | None] = [None] * len(holdings)
        by_chain: dict[ChainId, dict[Address | None, list[int]]] = {}
        for place, holding in enumerate(holdings):
            by_chain.setdefault(holding.chain, {}).setdefault(holding.token, []).append(place)
        await gather_all(of_chain(chain, tokens) for chain, tokens in by_chain.items())
        return amounts

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        """Say of each claim, in order, whether its address signed: by its key, or else by its contract."""
        from bot.chain.signatures.verification import verify  # noqa: PLC0415 - the command line reads power without it

        return await verify(claims, self._chains, at or {}, before)

    async def safe(self, chain: ChainId, address: Address) -> Safe | None:
        """Return the Safe that stands at an address now; None if none does."""
        from bot.chain.signatures.safe_owners import safe_at  # noqa: PLC0415 - as above

        return await safe_at(self._chain(chain), address)

    async def names(self, wallets: Sequence[Address]) -> Mapping[Address, str]:
        """Return the wallets' ENS names, of those whose name resolves back to them."""
        if MAINNET not in self._chains or not wallets:
            return {}
        at = await self.finalized(MAINNET)
        return await self._chain(MAINNET).at(at, lambda endpoint, place: names(endpoint, place, wallets), differ=unlike)

    async def chains_with_contract(self, address: Address) -> frozenset[ChainId]:
        """Return the chains that have a contract at `address` now; chains that cannot be read are left out.

        An account to which code was delegated (EIP-7702) is none.
        """

        async def contract(endpoint: Endpoint) -> bool:
            code = await endpoint.code(address, "latest")
            return bool(code) and not code.startswith(DELEGATION)

        async def on(chain: ChainId) -> ChainId | None:
            try:
                return chain if (await self._chains[chain].pool.agreed(contract, unlike)).value else None
            except ChainUnavailable:
                return None

        return frozenset(chain for chain in await gather_all(map(on, self._chains)) if chain is not None)

    def _chain(self, chain: ChainId) -> Chain:
        if (known := self._chains.get(chain)) is None:
            raise ChainUnavailable(chain, ChainFault.NOT_CONFIGURED, "it is not in the settings")
        return known


def _told(agreed: Agreed[Block], alone: Alone | None) -> Block:
    if alone is not None and not agreed.confirmed:
        alone.add(agreed.value.chain)
    return agreed.value


def _other_token(one: Token | InvalidInput, other: Token | InvalidInput) -> str:
    if isinstance(one, InvalidInput) and isinstance(other, InvalidInput):
        return ""
    return "" if one == other else "what a token says of itself"


def _balances(chain: ChainId, token: Address | None, holders: tuple[Address, ...]) -> Read:
    if token is None:
        return NativeBalances(chain=chain, wallets=holders)
    return PerWallet(chain=chain, target=token, selector=BALANCE_OF, wallets=holders)
