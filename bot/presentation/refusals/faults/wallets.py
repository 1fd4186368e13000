"""What is wrong with linked wallets and what their owners sign, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.wallets import TooManyWallets, WalletFault, WalletFlaw
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Refusal, told

_PLAIN = {
    WalletFlaw.LINKED_ALREADY: (N_("The {field} is linked already."), N_("/wallet list shows your wallets.")),
    WalletFlaw.NOT_A_SAFE: (
        N_("The {field} is not a Safe, so its owners cannot sign one by one."),
        N_("paste its finished signature."),
    ),
    WalletFlaw.NOT_AN_OWNER: (
        N_("The {field} is not among the owners of this Safe."),
        N_("choose the account of an owner."),
    ),
    WalletFlaw.LABEL_WITH_HIDDEN_SIGNS: (
        N_("The {field} has signs that are not seen."),
        N_("type it anew, in plain signs."),
    ),
    WalletFlaw.ADDRESS_NOT_GIVEN: (
        N_("The wallet's {field} is missing."),
        N_("/wallet link again, with the address option."),
    ),
}


def wallet_refusal(fault: WalletFault, field: str) -> Refusal:
    """Return what is wrong with a wallet, and the next step."""
    match fault:
        case WalletFlaw():
            return told(_PLAIN, fault, field)
        case TooManyWallets(most):
            return Refusal(
                _("The {field} would be number {number}.", field=field, number=most + 1),
                _("/wallet unlink one that you don't use."),
            )
        case _:
            assert_never(fault)
