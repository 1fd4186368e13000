"""Why a strategy can't be used, or its formula has no result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.shared.errors.bases import Fault


class PowerFlaw(Fault, Enum):
    """Kinds without further facts."""

    DIVIDES_BY_ZERO = auto()


@dataclass(frozen=True, slots=True)
class TooManyDigits(Fault):
    """A result may have `most` digits."""

    most: int


PowerFault = PowerFlaw | TooManyDigits


class Unreadable(Fault, Enum):
    """Why a strategy of Snapshot can't be read from a chain at a block."""

    ASKS_A_SUBGRAPH = auto()
    ASKS_THE_WEB = auto()
    READS_A_LIST_FROM_THE_WEB = auto()
    ASKS_FOR_PRICES = auto()
    NOT_SNAPSHOTS = auto()
    AVERAGES_MANY_BLOCKS = auto()
    READS_STARKNET = auto()
    READS_ZILLIQA = auto()


class PowerGap(Fault, Enum):
    """Why power is unknown."""

    CONTRACT_SILENT = auto()
    WALLETS_CHANGED_MEANWHILE = auto()
