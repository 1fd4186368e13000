"""A chain whose contracts answer all with drawn numbers, and drawn parameters in any of their forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from eth_hash.auto import keccak

from bot.domain.delegation.onchain_registry import Delegation
from bot.domain.power.chain_reads import Calls, Earlier, Events, NativeBalances, PerWallet, Read, View
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.contract_events import Event
from bot.domain.shared.types import Address
from tests.domain.power.recorded_calls import Recorded
from tests.domain.power.strategy_builders import word

SPACE = "vote.example.eth"
Score = Callable[[Address], float]
"""What a wallet has. Raises ZeroDivisionError where all fails."""


def unit(amount: int, decimals: Any = 18) -> float:
    """A number of units as ethers writes it, and JavaScript reads it."""
    return float(Fraction(amount, 10 ** int(18 if decimals is None else decimals)))


def unless_falsy(value: Any, default: Any) -> Any:
    """JavaScript's `value || default`: the text of a zero is not false."""
    return value or default


class World:
    """Draws all of one question from one generator of random numbers."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.wallets = [self.address() for _ in range(rng.choice([1, 2, 4]))]
        self.coins = {wallet: self.amount() for wallet in self.wallets}
        self.collections: set[str] = set()
        self.registered: list[dict[str, Any]] = []
        self._told: dict[tuple[str, str, int], str] = {}

    def address(self) -> Address:
        return Address(f"0x{self.rng.getrandbits(160):040x}")

    def form(self, address: str) -> str:
        """An address in one of the ways in which it is written."""
        return self.rng.choice([address, checksummed(Address(address)), "0x" + address[2:].upper()])

    def text(self, value: float) -> Any:
        """A number, or its text."""
        return str(value) if self.rng.random() < 0.3 else value

    def some(self, values: Sequence[float], *, empty: bool = False) -> Any:
        """One of some numbers, its text, or nothing (None), which may be an empty text."""
        chance = self.rng.random()
        if chance < 0.3:
            return "" if empty and chance < 0.05 else None
        return self.text(self.rng.choice(values))

    def given(self, *, empty: bool = False, **values: Sequence[float]) -> dict[str, Any]:
        """Parameters of which some are left out, or stand there as nothing."""
        drawn = {name: self.some(some, empty=empty) for name, some in values.items()}
        return {name: value for name, value in drawn.items() if value is not None or self.rng.random() < 0.3}

    def decimals(self) -> dict[str, Any]:
        return self.given(decimals=[0, 6, 8, 18])

    def amount(self) -> int:
        whole = 10**18
        return self.rng.choice(
            [
                0,
                0,
                1,
                10**6,
                whole,
                5 * whole,
                whole + 10**6,
                *(self.rng.randint(0, 10**places) for places in (9, 20, 24)),
            ]
        )

    def contract(self, to: str, signature: str, *arguments: int | str, at: int = 0, before: int = 0) -> int:
        """The word number `at` of what a contract answers, so many blocks before."""
        data = keccak(signature.encode())[:4].hex() + "".join(map(word, arguments))
        return int(self.answer(to, data, before)[64 * at : 64 * at + 64], 16)

    def tell(self, to: str, signature: str, value: int | str) -> None:
        """Let a contract answer so."""
        self._told[to, keccak(signature.encode())[:4].hex(), 0] = word(value)

    def pair(self, of: str, first: str, second: str) -> None:
        self.tell(of, "token0()", first)
        self.tell(of, "token1()", second)

    def answer(self, to: str, data: str, before: int = 0) -> str:
        """What a contract answers, drawn at the first time, in words."""
        place = to.lower(), data.lower(), before
        if place not in self._told:
            draw = _DRAWN.get(data[:8], _anything)
            if to in self.collections and data[:8] == _BALANCE_OF:
                self._told[place] = word(self.rng.randint(0, 3))
            else:
                self._told[place] = "".join(word(value) for value in draw(self))
        return self._told[place]

    def delegate(self) -> dict[str, str]:
        """Let some delegate, each once and to another one; return who to whom."""
        people, to = [*self.wallets, *(self.address() for _ in range(5))], {}
        for moment in range(self.rng.randint(0, 8)):
            giver, taker = self.rng.choice(people), self.rng.choice([*self.wallets, *people])
            if giver != taker and giver not in to:
                to[str(giver)] = str(taker)
                space = self.rng.choice([SPACE, SPACE.removesuffix(".eth"), ""])
                self.registered.append({"delegator": giver, "delegate": taker, "space": space, "timestamp": moment})
        return to


def _anything(world: World) -> list[int]:
    return [world.amount()]


_BALANCE_OF = keccak(b"balanceOf(address)")[:4].hex()
_DRAWN: dict[str, Callable[[World], list[int]]] = {
    keccak(signature.encode())[:4].hex(): draw
    for signature, draw in {
        "decimals()": lambda world: [world.rng.choice([0, 6, 8, 18])],
        "getReserves()": lambda world: [world.rng.randint(0, 2**100), world.rng.randint(0, 10**22), 17],
        "totalSupply()": lambda world: [world.rng.choice([world.rng.randint(1, 10**24), 10**18, 1])],
        "memberAddressByDelegateKey(address)": lambda world: [world.rng.choice([0, world.rng.randint(1, 5)])],
        "members(address)": lambda world: [1, world.amount(), world.amount(), 1, 0, 0],
        "delegates(address)": lambda world: [world.rng.choice([0, 1, 2])],
        "isWearerOfHat(address,uint256)": lambda world: [world.rng.choice([0, 1])],
        "tokenOfOwnerByIndex(address,uint256)": lambda world: [world.rng.randint(1, 10**6)],
        "borrowBalanceStored(address)": lambda world: [world.rng.choice([0, 0, 5])],
        "userInfo(uint256,address)": lambda world: [world.amount(), 3],
    }.items()
}


class Drawn(Recorded):
    """Answers what strategies ask from a world."""

    def __init__(self, world: World) -> None:
        super().__init__((), world.registered)
        self.world = world

    def answer(self, read: Read) -> list[bytes | int | Delegation | Event | None]:
        match read:
            case PerWallet() | Earlier():
                asked, before = (read.read, read.blocks) if isinstance(read, Earlier) else (read, 0)
                start = (asked.selector + asked.head).hex()
                return [
                    int(self.world.answer(asked.target, start + word(wallet) + asked.tail.hex(), before)[:64], 16)
                    for wallet in asked.wallets
                ]
            case View():
                return [int(self.world.answer(read.target, read.data.hex())[:64], 16)]
            case Calls():
                return [bytes.fromhex(self.world.answer(read.target, data.hex())) for data in read.data]
            case NativeBalances():
                return [self.world.coins[wallet] for wallet in read.wallets]
            case Events():
                raise AssertionError
        return super().answer(read)
