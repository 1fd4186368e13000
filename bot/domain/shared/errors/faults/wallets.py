"""What can be wrong with linked wallets and the signatures of their owners."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.shared.errors.bases import Fault


class WalletFlaw(Fault, Enum):
    """Kinds without further facts."""

    LINKED_ALREADY = auto()
    NOT_A_SAFE = auto()
    NOT_AN_OWNER = auto()
    LABEL_WITH_HIDDEN_SIGNS = auto()
    ADDRESS_NOT_GIVEN = auto()


@dataclass(frozen=True, slots=True)
class TooManyWallets(Fault):
    """A member may link `most` wallets."""

    most: int


WalletFault = WalletFlaw | TooManyWallets
