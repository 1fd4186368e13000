"""A clock that tests move, a chain whose balances they set block by block, a voice and a hand that only remember."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.announcements.announcement import Announcement
from bot.domain.delegation.onchain_registry import EVERYWHERE, REGISTRY_EVENTS, Delegation
from bot.domain.power.chain_reads import Answers, Calls, NativeBalances, PerWallet, Read, View
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.contract_events import Event, EventRange, Extent, Subscription
from bot.domain.shared.endpoint_confirmation import Alone
from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput
from bot.domain.shared.errors.faults.treasury import NotAToken
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import (
    Address,
    Block,
    ChainId,
    GuildId,
    MemberId,
    MessageId,
    ProposalId,
    RoleId,
    Timestamp,
    Token,
)
from bot.domain.treasury.campaigns import Holding
from bot.domain.wallets.safe import Safe
from bot.domain.wallets.signature_claim import Claim, Invalid, Kind, Unknown, Valid, Verdict
from bot.domain.wallets.signature_flaw import Flaw
from bot.ports import Confirmation, MemberGone, RoleRefused, Undelivered
from tests.builders import CHAIN, NOW, TOKEN, a_block, a_stretch, a_token

GET_VOTES = bytes.fromhex("9ab24eb0")
DELEGATES = bytes.fromhex("587cde1e")
TOTAL_SUPPLY = bytes.fromhex("18160ddd")


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, time: int = NOW) -> None:
        self.time = time

    def now(self) -> Timestamp:
        return Timestamp(self.time)


class FakeChain:
    """One chain in memory. What is set holds from the next block on; every read names its block.

    `down` makes it unreadable, `silent` wallets get no answer, `told` are events of contracts, `answers` what single
    calls give, `signers` says who made which signature, `contracts` which wallets are contracts, so that they have no
    key but say what `signers` does, some only since a block (`said_since`). Its newest `unfinal` blocks are not final.
    Its newest block is of the time that `clock` shows, where there is one, and as much later as blocks were mined too
    fast; or of that at which it `stands`. With `lies` one of its two endpoints answers alone, and says so of those
    wallets.
    """

    def __init__(self, chain: ChainId = CHAIN, name: str = "Ethereum", clock: FakeClock | None = None) -> None:
        self.chain, self.name, self.clock = chain, name, clock
        self.stands: int | None = None
        self.fast = 0
        self.lies: dict[Address, int] | None = None
        self.blocks = [a_block(number, chain=chain) for number in (99, 100)]
        self.tokens: dict[Address, Token] = {TOKEN: a_token(chain=chain)}
        self.down: ChainFault | None = None
        self.silent: set[Address] = set()
        self.signers: dict[str, Address] = {}
        self.contracts: set[Address] = set()
        self.said_since: dict[Address, int] = {}
        self.unfinal = 0
        self.safes: dict[Address, Safe] = {}
        self.ens: dict[Address, str] = {}
        self.asked_names: list[tuple[Address, ...]] = []
        self.reads = 0
        self.supplies: dict[Address, int] = {}
        self._minted: dict[Address, list[tuple[int, int]]] = {}
        self.oldest_allowed = 10 * 365 * 86_400
        self.registered: list[Delegation] = []
        self.told: list[Event] = []
        self.answers: dict[tuple[Address, bytes], bytes] = {}
        self.ranges: list[tuple[int, int]] = []
        self.witnesses: tuple[str, ...] = ("one", "other")
        self._balances: dict[tuple[Address | None, Address], list[tuple[int, int]]] = {}
        self._votes: dict[tuple[Address | None, Address], list[tuple[int, int]]] = {}
        self._delegates: dict[tuple[Address | None, Address], list[tuple[int, int]]] = {}

    @property
    def head(self) -> Block:
        return self.blocks[-1]

    def mine(self, blocks: int = 1) -> Block:
        """Add empty blocks."""
        for _ in range(blocks):
            time = Timestamp(self.head.timestamp + 12)
            self.blocks.append(a_block(self.head.number + 1, chain=self.chain, timestamp=time))
            self.fast = max(self.fast, time - self.clock.time) if self.clock else 0
        return self.head

    def reorganise(self, number: int) -> None:
        """Have other blocks from this one on, as high as before, in which nothing happened; the old ones are gone."""
        for at, block in enumerate(self.blocks):
            if block.number >= number:
                self.blocks[at] = replace(block, hash=f"0x{int(block.hash, 16) ^ (1 << 255):064x}")
        for book in (self._balances, self._votes, self._delegates):
            for key, entries in book.items():
                book[key] = [entry for entry in entries if entry[0] < number]

    def give(self, holder: Address, amount: int, token: Address | None = TOKEN) -> None:
        """Set a balance, in a block of its own."""
        self._balances.setdefault((token, holder), []).append((self.mine().number, amount))

    def mint(self, supply: int, token: Address = TOKEN) -> None:
        """Set a supply, in a block of its own; one in `supplies` is that of every block."""
        self._minted.setdefault(token, []).append((self.mine().number, supply))

    def delegate(self, holder: Address, votes: int, token: Address = TOKEN) -> None:
        """Set the votes delegated to a wallet, in a block of its own."""
        self._votes.setdefault((token, holder), []).append((self.mine().number, votes))

    def delegate_to(self, holder: Address, delegate: Address, token: Address = TOKEN) -> None:
        """Set who has a wallet's votes, in a block of its own."""
        self._delegates.setdefault((token, holder), []).append((self.mine().number, int(delegate, 16)))

    def register(self, delegator: Address, delegate: Address | None, space: str = EVERYWHERE) -> None:
        """Set (or clear) a delegation in the registry, in a block of its own."""
        block = self.mine()
        self.registered.append(
            Delegation(delegator=delegator, id=space, delegate=delegate, block=block.number, index=0)
        )

    async def newest(self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED) -> Block:
        self._answer(chain)
        if self.lies is not None and confirm is Confirmation.REQUIRED:
            raise ChainUnavailable(self.chain, ChainFault.UNREACHABLE, "endpoint 2: it does not answer")
        at = self.stands if self.stands is not None or self.clock is None else self.clock.time + self.fast
        return self.head if at is None else replace(self.head, timestamp=Timestamp(at))

    def oldest(self, chain: ChainId) -> int:
        return self.oldest_allowed

    async def vouch(self, block: Block) -> None:
        self._answer(block.chain)
        if block not in self.blocks:
            raise ChainUnavailable(block.chain, ChainFault.LAGGING)

    async def has(self, block: Block) -> bool:
        self._answer(block.chain)
        return block in self.blocks

    async def numbered(
        self, chain: ChainId, number: int, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        self._answer(chain)
        return next(block for block in self.blocks if block.number == number)

    def endpoints(self, chain: ChainId) -> int:
        return len(self.witnesses)

    async def events(
        self, wanted: Subscription, after: Block | None, upto: Block, *, confirm: bool = False
    ) -> EventRange | None:
        self._answer(upto.chain)
        if after is not None and after not in self.blocks:
            return None
        made = a_stretch(self.registered, after, upto, *self.witnesses)
        if wanted != REGISTRY_EVENTS:
            made = self._told(wanted, made.extent)
        self.ranges.append((made.extent.first, upto.number))
        return made

    def _told(self, wanted: Subscription, extent: Extent) -> EventRange:
        def asked_for(event: Event) -> bool:
            pairs = zip(event.topics, wanted.topics, strict=True)
            return event.address in wanted.addresses and all(not some or topic in some for topic, some in pairs)

        within = [event for event in self.told if extent.first <= event.block <= extent.last.number]
        return EventRange(extent=extent, events=tuple(filter(asked_for, within)))

    def chains(self) -> Mapping[ChainId, str]:
        return {self.chain: self.name}

    async def finalized(
        self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED, alone: Alone | None = None
    ) -> Block:
        self._answer(chain)
        return self.blocks[-1 - self.unfinal]

    async def finalized_at(
        self,
        chain: ChainId,
        moment: Timestamp,
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> Block:
        self._answer(chain)
        return [block for block in self.blocks if block.timestamp <= moment][-1]

    async def token(
        self,
        chain: ChainId,
        address: Address | None,
        block: Block,
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> Token:
        self._answer(chain)
        if address is None:
            return Token(chain=chain, address=None, symbol="ETH", decimals=18)
        if address not in self.tokens:
            raise InvalidInput(Field.TOKEN, NotAToken("symbol"))
        return self.tokens[address]

    async def read(
        self,
        reads: Sequence[Read],
        at: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> list[Answers]:
        self.reads += 1
        if self.lies is not None and confirm is Confirmation.REQUIRED:
            raise ChainUnavailable(self.chain, ChainFault.UNREACHABLE, "endpoint 2: it does not answer")
        if alone is not None and (self.lies is not None or len(self.witnesses) < 2):
            alone.add(self.chain)
        return [self._read(read, at[read.chain]) for read in reads]

    async def balances(
        self,
        holdings: Sequence[Holding],
        at: Mapping[ChainId, Block],
        *,
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> list[int | None]:
        self._answer(self.chain)
        if any(block not in self.blocks for block in at.values()):
            raise ChainUnavailable(self.chain, ChainFault.LAGGING)
        return [self._at(self._balances, (h.token, h.holder), at[h.chain]) for h in holdings]

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        older = [block for block in self.blocks if before is not None and block.timestamp <= before]
        newest = self.head if before is None else [*self.blocks[:1], *older][-1]
        return [self._signed(claim, (at or {}).get(self.chain, newest)) for claim in claims]

    async def names(self, wallets: Sequence[Address]) -> Mapping[Address, str]:
        self._answer(self.chain)
        self.asked_names.append(tuple(wallets))
        return {wallet: self.ens[wallet] for wallet in wallets if wallet in self.ens}

    async def safe(self, chain: ChainId, address: Address) -> Safe | None:
        self._answer(chain)
        return self.safes.get(address)

    async def chains_with_contract(self, address: Address) -> frozenset[ChainId]:
        return frozenset({self.chain} if address in self.contracts and not self.down else ())

    def _signed(self, claim: Claim, block: Block) -> Verdict:
        signer = self.signers.get("0x" + claim.signature.hex())
        if signer == claim.address and signer not in self.contracts:
            return Valid(kind=Kind.ACCOUNT)
        if self.down or claim.chain != self.chain:
            return Unknown(chain=claim.chain, fault=self.down or ChainFault.NOT_CONFIGURED, detail="")
        if claim.address in self.contracts:
            said = signer == claim.address and block.number >= self.said_since.get(claim.address, 0)
            return Valid(kind=Kind.CONTRACT, block=block) if said else Invalid(flaw=Flaw.REFUSED, block=block)
        return Invalid(flaw=Flaw.OTHER_SIGNER if signer else Flaw.MALFORMED, signer=signer, block=block)

    def _answer(self, chain: ChainId) -> None:
        if chain != self.chain:
            raise ChainUnavailable(chain, ChainFault.NOT_CONFIGURED)
        if self.down:
            raise ChainUnavailable(chain, self.down)

    def _read(self, read: Read, block: Block) -> Answers:  # noqa: PLR0911 - one a kind
        self._answer(read.chain)
        match read:
            case NativeBalances():
                return [self._at(self._balances, (None, wallet), block) for wallet in read.wallets]
            case PerWallet(selector=selector, target=target) if selector == GET_VOTES:
                return [self._at(self._votes, (target, wallet), block) for wallet in read.wallets]
            case PerWallet(selector=selector, target=target) if selector == DELEGATES:
                return [self._at(self._delegates, (target, wallet), block) for wallet in read.wallets]
            case PerWallet(target=target):
                return [self._at(self._balances, (target, wallet), block) for wallet in read.wallets]
            case Calls(target=target, data=data):
                return [self.answers.get((target, one)) for one in data]
            case View(target=target, data=data) if data == TOTAL_SUPPLY:
                minted = [supply for number, supply in self._minted.get(target, ()) if number <= block.number]
                return [minted[-1] if minted else self.supplies.get(target)]
            case View():
                return [None]
            case _:
                raise AssertionError(read)

    def _at(
        self,
        book: Mapping[tuple[Address | None, Address], Sequence[tuple[int, int]]],
        key: tuple[Address | None, Address],
        block: Block,
    ) -> int | None:
        if key[1] in self.silent:
            return None
        if self.lies is not None and key[1] in self.lies:
            return self.lies[key[1]]
        return next((amount for number, amount in reversed(book.get(key, ())) if number <= block.number), 0)


class Killed(BaseException):
    """The process ends here."""


class FakeKeeper:
    """A guild's roles in memory; `fail` is raised instead of the next requests, `die` after them.

    With `refuse` nothing can be given or taken, but looked at. What happens `meanwhile` does while it gives.
    """

    def __init__(self) -> None:
        self.has: set[tuple[MemberId, RoleId]] = set()
        self.gone: set[MemberId] = set()
        self.bad: Trouble | None = None
        self.refuse = False
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.fail: list[Exception] = []
        self.die = 0
        self.asked: list[tuple[str, MemberId]] = []
        self.reasons: list[str] = []

    def ready(self) -> bool:
        return True

    def trouble(self, guild: GuildId, role: RoleId) -> Trouble | None:
        return self.bad

    async def roles_of(self, guild: GuildId, member: MemberId) -> frozenset[RoleId]:
        await self._ask("roles", member)
        return frozenset(role for one, role in self.has if one == member)

    async def holds(self, guild: GuildId, member: MemberId, role: RoleId) -> bool:
        await self._ask("holds", member)
        return (member, role) in self.has

    async def give(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None:
        await self._ask("give", member, reason)
        self.has.add((member, role))
        if self.meanwhile is not None:
            await self.meanwhile()
        self._end()

    async def take(self, guild: GuildId, member: MemberId, role: RoleId, reason: str) -> None:
        await self._ask("take", member, reason)
        self.has.discard((member, role))
        self._end()

    async def _ask(self, what: str, member: MemberId, reason: str = "") -> None:
        await asyncio.sleep(0)
        self.asked.append((what, member))
        self.reasons += [reason] if reason else []
        if self.fail:
            raise self.fail.pop(0)
        if self.refuse and what != "holds":
            raise RoleRefused(Trouble.REFUSED)
        if member in self.gone:
            raise MemberGone

    def _end(self) -> None:
        if self.die:
            self.die -= 1
            raise Killed


class FakeAnnouncer:
    """Remembers what it was asked to say; `fail` is raised instead, once each; the answers of `lost` get lost."""

    def __init__(self) -> None:
        self.said: list[Announcement] = []
        self.shown: list[ProposalId] = []
        self.fail: list[Exception] = []
        self.lost = 0
        self.stands: dict[tuple[str, int], MessageId] = {}

    def ready(self) -> bool:
        return True

    async def find(self, announcement: Announcement) -> MessageId | None:
        return self.stands.get((announcement.key, announcement.channel))

    async def say(self, announcement: Announcement) -> MessageId:
        if self.fail:
            raise self.fail.pop(0)
        self.said.append(announcement)
        message = MessageId(len(self.said))
        self.stands[announcement.key, announcement.channel] = message
        if self.lost:
            self.lost -= 1
            raise Undelivered("the answer was lost")
        return message

    async def show(self, proposal: ProposalId) -> None:
        self.shown.append(proposal)
