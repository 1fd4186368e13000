"""Why a strategy gives a wallet exactly nothing: what is true of it at the block, so that nobody is told a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.shared.types import Address, Units


class ScoredPart(Protocol):
    """What one strategy gave a wallet: an amount in its own units, None where it is unknown."""

    @property
    def amount(self) -> Units | None:
        """The amount."""
        ...


class ScoredWallet(Protocol):
    """A wallet, and what each strategy gave it, in their order: `VotingPower` is one."""

    @property
    def address(self) -> Address:
        """The wallet."""
        ...

    @property
    def parts(self) -> Sequence[ScoredPart]:
        """What each strategy gave it."""
        ...

    @property
    def confirmed(self) -> bool:
        """Whether more than one endpoint told it."""
        ...


class Zero(StrEnum):
    """What holds for a wallet to which a strategy gives zero.

    `NOT_HELD`: it holds none of what counts. `NOT_DELEGATED`: it holds some, and has delegated it to nobody, where
    only what is delegated counts. `DELEGATED_AWAY`: it holds some, and somebody else votes with it. `DELEGATED`: it
    has delegated what it holds, where only what is not delegated counts. `NOT_RECEIVED`: nobody whose delegation
    counts delegates to it. `NOT_LISTED`: it is on no list. `OUTSIDE`: the strategy counts only at other blocks.
    `BY_RULE`: the strategy's own formula gives zero; nothing more is known.
    """

    NOT_HELD = "not held"
    NOT_DELEGATED = "not delegated"
    DELEGATED_AWAY = "delegated away"
    DELEGATED = "delegated"
    NOT_RECEIVED = "not received"
    NOT_LISTED = "not listed"
    OUTSIDE = "outside"
    BY_RULE = "by rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one wallet has zero by one strategy. `held` is in the strategy's base units, `to` who has it delegated."""

    why: Zero
    held: Units | None = None
    to: Address | None = None


NOT_HELD, NOT_RECEIVED = Reason(why=Zero.NOT_HELD), Reason(why=Zero.NOT_RECEIVED)
NOT_LISTED, OUTSIDE, BY_RULE = Reason(why=Zero.NOT_LISTED), Reason(why=Zero.OUTSIDE), Reason(why=Zero.BY_RULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoScore:
    """That one strategy gives every wallet of a member zero, with a reason for each wallet, in their order."""

    strategy: str
    symbol: str
    decimals: int
    reasons: tuple[Reason, ...]
