"""What strategies ask, as steps to `yield from`: each says what it asks for, and returns answers of one type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from bot.domain.delegation.onchain_registry import in_force, space_ids
from bot.domain.power.chain_reads import (
    Answers,
    Calls,
    Delegations,
    Earlier,
    Events,
    NativeBalances,
    PerWallet,
    Read,
    View,
)
from bot.domain.power.strategy import Evaluation, ReadSteps
from bot.domain.shared.contract_events import Event, Subscription
from bot.domain.shared.types import Address, ChainId, Units

T = TypeVar("T")
U = TypeVar("U")
BALANCE_OF = bytes.fromhex("70a08231")  # balanceOf(address)


def each(
    chain: ChainId,
    target: Address,
    selector: bytes,
    wallets: tuple[Address, ...],
    tail: bytes = b"",
    *,
    head: bytes = b"",
    earlier: int = 0,
) -> Evaluation:
    """Return `selector(*head, wallet, *tail)` of each wallet, as it was `earlier` blocks before the pinned one."""
    if not wallets:
        return ()
    read = PerWallet(chain=chain, target=target, selector=selector, wallets=wallets, tail=tail, head=head)
    (answers,) = yield [Earlier(read=read, blocks=earlier) if earlier else read]
    return tuple(None if answer is None else Units(answer) for answer in answers)


def coins(chain: ChainId, wallets: tuple[Address, ...]) -> Evaluation:
    """Return what each wallet holds of the chain's own coin."""
    (answers,) = yield [NativeBalances(chain=chain, wallets=wallets)]
    return tuple(None if answer is None else Units(answer) for answer in answers)


def view(chain: ChainId, target: Address, selector: bytes) -> ReadSteps[int | None]:
    """Return the one word that a view without arguments gives."""
    ((answer,),) = yield [View(chain=chain, target=target, data=selector)]
    return None if answer is None else int(answer)


def calls(chain: ChainId, target: Address, data: Sequence[bytes]) -> ReadSteps[tuple[bytes | None, ...]]:
    """Return what each call gives."""
    if not data:
        return ()
    (answers,) = yield [Calls(chain=chain, target=target, data=tuple(data))]
    return tuple(answers)


def numbers(chain: ChainId, target: Address, data: Sequence[bytes]) -> ReadSteps[tuple[int | None, ...]]:
    """Return the first word that each call gives."""
    return tuple(word(answer) for answer in (yield from calls(chain, target, data)))


def delegates(chain: ChainId, space: str) -> ReadSteps[dict[Address, Address]]:
    """Return to whom each delegator of a space delegates in the registry."""
    (records,) = yield [Delegations(chain=chain, ids=space_ids(space))]
    return in_force(records)


def events(chain: ChainId, wanted: Subscription) -> ReadSteps[tuple[Event, ...]]:
    """Return what contracts told up to the block, oldest first."""
    (found,) = yield [Events(chain=chain, wanted=wanted)]
    return tuple(found)


def side_by_side(steps: Sequence[ReadSteps[T]]) -> ReadSteps[list[T]]:
    """Run several at once: each step yields the reads of all that still run. Return what each returns, in order."""
    returned: dict[int, T] = {}
    running = [
        (index, one, reads)
        for index, one in enumerate(steps)
        if (reads := _step(index, one, None, returned)) is not None
    ]
    while running:
        answers = iter((yield [read for _, _, reads in running for read in reads]))
        running = [
            (index, one, further)
            for index, one, reads in running
            if (further := _step(index, one, [next(answers) for _ in reads], returned)) is not None
        ]
    return [returned[index] for index in range(len(steps))]


def both(one: ReadSteps[T], other: ReadSteps[U]) -> ReadSteps[tuple[T, U]]:
    """Run two at once, as `side_by_side` does, which return things of different types."""
    running: list[ReadSteps[Any]] = [one, other]
    first, second = yield from side_by_side(running)
    return first, second


def word(raw: bytes | None, at: int = 0) -> int | None:
    """Return the word number `at` of what a call gave, None where it gave less."""
    return None if raw is None or len(raw) < 32 * at + 32 else int.from_bytes(raw[32 * at : 32 * at + 32], "big")


def argument(value: int | Address) -> bytes:
    """Write a whole number or an address as one word of calldata."""
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big")


def _step(
    index: int, one: ReadSteps[T], answers: Sequence[Answers] | None, returned: dict[int, T]
) -> Sequence[Read] | None:
    try:
        return next(one) if answers is None else one.send(answers)
    except StopIteration as done:
        returned[index] = done.value
        return None
