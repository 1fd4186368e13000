"""What is wrong with treasuries, campaigns and targets, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.treasury import (
    NotAContract,
    NotAToken,
    TargetNameOfWrongLength,
    TooManyCampaigns,
    TooManyTreasuries,
    TreasuryFault,
    TreasuryFlaw,
    WrongNumberOfTargets,
)
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, told

_PLAIN = {
    TreasuryFlaw.TARGET_OF_ZERO: (N_("The {field} hold an amount of nought."), N_("use amounts above 0.")),
    TreasuryFlaw.SAME_TARGET_TWICE: (N_("The {field} hold the same amount twice."), N_("make each different.")),
    TreasuryFlaw.TARGET_NOT_A_PAIR: (
        N_("The {field} is not a name, a colon and an amount."),
        N_("write it like Ethics approval: 50,000."),
    ),
    TreasuryFlaw.WATCHED_ALREADY: (N_("The {field} is watched already."), N_("/treasury view shows it.")),
    TreasuryFlaw.NOT_WATCHED: (
        N_("The {field} is not watched here."),
        N_("choose one from the list while you type."),
    ),
    TreasuryFlaw.TELLS_NO_BALANCE: (
        N_("The {field} does not tell its balance."),
        N_("check the address and the chain."),
    ),
    TreasuryFlaw.NOT_A_CAMPAIGN_HERE: (
        N_("The {field} is not one of this server's."),
        N_("choose one from the list."),
    ),
    TreasuryFlaw.CHANNEL_NEEDED: (
        N_("The {field} is needed."),
        N_("choose one here, or set one with /config channels."),
    ),
}


def treasury_refusal(fault: TreasuryFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911 - one a kind
    """Return what is wrong with a treasury or a campaign, and the next step."""
    match fault:
        case TreasuryFlaw():
            return told(_PLAIN, fault, field)
        case WrongNumberOfTargets(given, most):
            return Refusal(
                _("The {field} number {given}.", field=field, given=given),
                _("give 1 to {most}, one a line.", most=most),
            )
        case TargetNameOfWrongLength(0, most):
            return Refusal(_("The {field} hold an empty name.", field=field), _range(most))
        case TargetNameOfWrongLength(given, most):
            return Refusal(
                ngettext(
                    "The {field} hold a name of {number} character.",
                    "The {field} hold a name of {number} characters.",
                    given,
                    field=field,
                ),
                _range(most),
            )
        case TooManyTreasuries(most):
            return Refusal(
                _("The {field} would be number {number}.", field=field, number=most + 1),
                _("/treasury unwatch one first."),
            )
        case TooManyCampaigns(most):
            return Refusal(_("The {field} number {most} already.", field=field, most=most), _("continue one of them."))
        case NotAContract(chain):
            return Refusal(
                _("The {field} is not a contract on {chain}.", field=field, chain=quote(chain)),
                _("check the address, and the chain it is on."),
            )
        case NotAToken(missing):
            return Refusal(
                _(
                    "The {field} is a contract that gives no {missing}, so it is not a token.",
                    field=field,
                    missing=quote(missing),
                ),
                _("give the address of the token's own contract."),
            )
        case _:
            assert_never(fault)


def _range(most: int) -> str:
    return _("use 1 to {most} characters.", most=most)
