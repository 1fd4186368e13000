"""What is wrong with an input, in words, chosen by the capability of its kind."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.amounts import AmountFault
from bot.domain.shared.errors.faults.ballots import BallotFault
from bot.domain.shared.errors.faults.general import GeneralFault
from bot.domain.shared.errors.faults.proposals import ProposalFault
from bot.domain.shared.errors.faults.roles import RoleFault
from bot.domain.shared.errors.faults.spaces import SpaceFault
from bot.domain.shared.errors.faults.strategies import ParamFault, StrategyFault
from bot.domain.shared.errors.faults.treasury import TreasuryFault
from bot.domain.shared.errors.faults.wallets import WalletFault
from bot.presentation.refusals.faults.amounts import amount_refusal
from bot.presentation.refusals.faults.ballots import ballot_refusal
from bot.presentation.refusals.faults.general import general_refusal
from bot.presentation.refusals.faults.parameters import parameter_refusal
from bot.presentation.refusals.faults.proposals import proposal_refusal
from bot.presentation.refusals.faults.roles import role_refusal
from bot.presentation.refusals.faults.spaces import space_refusal
from bot.presentation.refusals.faults.strategies import strategy_refusal
from bot.presentation.refusals.faults.treasury import treasury_refusal
from bot.presentation.refusals.faults.wallets import wallet_refusal
from bot.presentation.refusals.fields import field_name
from bot.presentation.refusals.refusal import Quote, Refusal


def input_refusal(error: InvalidInput, quote: Quote) -> Refusal:  # noqa: PLR0911, C901 - one a capability
    """Return what is wrong with an input, and the next step; `quote` escapes words that are not ours."""
    fault, field = error.fault, field_name(error.field, quote)
    if isinstance(fault, AmountFault):
        return amount_refusal(fault, field, quote)
    if isinstance(fault, BallotFault):
        return ballot_refusal(fault, field, quote)
    if isinstance(fault, GeneralFault):
        return general_refusal(fault, field, quote)
    if isinstance(fault, ProposalFault):
        return proposal_refusal(fault, field, quote)
    if isinstance(fault, StrategyFault):
        return strategy_refusal(fault, field, quote)
    if isinstance(fault, ParamFault):
        return parameter_refusal(fault, field, quote)
    if isinstance(fault, RoleFault):
        return role_refusal(fault, field, quote)
    if isinstance(fault, TreasuryFault):
        return treasury_refusal(fault, field, quote)
    if isinstance(fault, SpaceFault):
        return space_refusal(fault, field, quote)
    if isinstance(fault, WalletFault):
        return wallet_refusal(fault, field)
    assert_never(fault)
