"""What can be wrong with an input, as facts by capability; `bot/presentation/refusals` has the words."""

from __future__ import annotations

from bot.domain.shared.errors.faults.amounts import AmountFault
from bot.domain.shared.errors.faults.ballots import BallotFault
from bot.domain.shared.errors.faults.general import GeneralFault
from bot.domain.shared.errors.faults.proposals import ProposalFault
from bot.domain.shared.errors.faults.roles import RoleFault
from bot.domain.shared.errors.faults.spaces import SpaceFault
from bot.domain.shared.errors.faults.strategies import ParamFault, StrategyFault
from bot.domain.shared.errors.faults.treasury import TreasuryFault
from bot.domain.shared.errors.faults.wallets import WalletFault

InputFault = (
    AmountFault
    | BallotFault
    | GeneralFault
    | ProposalFault
    | RoleFault
    | SpaceFault
    | ParamFault
    | StrategyFault
    | TreasuryFault
    | WalletFault
)

__all__ = ["InputFault"]
