"""What is wrong with a proposal and its rules, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.addresses import short
from bot.domain.shared.errors.faults.proposals import (
    ChoiceTooLong,
    PartialNotAnOption,
    ProposalFault,
    ProposalFlaw,
    QuorumCountsNeedBasic,
    RuleFlaw,
    SupplyOfSeveralTokens,
    ThresholdWithoutPower,
    TooManyDrafts,
    TooManyRevisions,
    WrongNumberOfChoices,
)
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series, told

_PLAIN = {
    ProposalFlaw.CHOICE_EMPTY: (N_("The {field} hold an empty line."), N_("remove it.")),
    ProposalFlaw.CHOICES_LOOK_THE_SAME: (N_("The {field} hold two that look the same."), N_("make each different.")),
    ProposalFlaw.REMOVAL_WITHOUT_REASON: (N_("The {field} is empty."), N_("say why, for everybody to read.")),
    ProposalFlaw.MESSAGE_OF_UNKNOWN_PROPOSAL: (
        N_("The {field} is of a proposal that I have no record of any more, as after a backup was restored."),
        N_("use the newer card; /proposal list shows what there is."),
    ),
    ProposalFlaw.BALLOTS_CANNOT_BE_SIGNED_HERE: (
        N_("The {field} can't be signed here: there is no page for it."),
        N_("who runs the bot sets up its web pages first."),
    ),
    ProposalFlaw.SUPPLY_OF_NO_TOKEN: (
        N_("The {field} has no token: nothing here counts one unit of a token as one of power."),
        N_("use a share of the linked wallets, or an amount."),
    ),
    ProposalFlaw.LINKED_POWER_TOO_LARGE: (
        N_("The {field} is of more power than 2^256 units, beyond what a result can prove."),
        N_("use an amount, or a share of the token supply."),
    ),
    ProposalFlaw.LINKED_POWER_NOTHING: (
        N_("The {field} is a share of nothing: no wallet linked here has power at this block."),
        N_("have members link wallets and submit again, or ask moderators for an amount in its place."),
    ),
    ProposalFlaw.SUPPLY_NOTHING: (
        N_("The {field} is a share of nothing: the token has no supply at this block."),
        N_("submit again once there is one, or ask moderators for an amount in its place."),
    ),
    RuleFlaw.AMOUNT_OF_A_WHOLE: (
        N_("The {field} is an amount, and an amount is of nothing."),
        N_("write a share like 5 %."),
    ),
    RuleFlaw.BEYOND_ALL_TOKENS: (N_("The {field} is beyond all tokens."), N_("write it like 12,400.5 or 1.2M.")),
    RuleFlaw.QUORUM_WITH_GREATER_THAN: (
        N_("The {field} starts with >."),
        N_("write the share that is enough, like 5 %."),
    ),
    RuleFlaw.COUNTS_DIFFER_BY_SYSTEM: (
        N_("The {field} differs by the type of vote."),
        N_("choose type:basic with it."),
    ),
    RuleFlaw.NOT_A_SHARE: (N_("The {field} is not a share."), N_("write it like 60 %, 3/5 or > 50 %.")),
    RuleFlaw.SHARE_OUT_OF_RANGE: (N_("The {field} is no share of a whole."), N_("use 0 % to 100 %.")),
    RuleFlaw.QUORUM_WHOLE_ALONE: (N_("The {field} was given alone."), N_("choose quorum with it.")),
    RuleFlaw.APPROVAL_WHOLE_ALONE: (N_("The {field} was given alone."), N_("choose approval with it.")),
}


def proposal_refusal(fault: ProposalFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911 - one a kind
    """Return what is wrong with a proposal or its rules, and the next step."""
    match fault:
        case ProposalFlaw() | RuleFlaw():
            return told(_PLAIN, fault, field)
        case WrongNumberOfChoices(given, least, most):
            return Refusal(
                _("The {field} number {given}.", field=field, given=given),
                _("give {least} to {most}, one a line.", least=least, most=most),
            )
        case ChoiceTooLong(given, most):
            return Refusal(
                ngettext(
                    "The {field} hold one of {number} character.",
                    "The {field} hold one of {number} characters.",
                    given,
                    field=field,
                ),
                _("use at most {most}.", most=most),
            )
        case PartialNotAnOption(voting, possible):
            return Refusal(
                _("The {field} is none of {voting}.", field=field, voting=quote(voting)),
                _("leave it; only {systems} have it.", systems=series([quote(one) for one in possible], "and")),
            )
        case QuorumCountsNeedBasic(counts):
            return Refusal(
                _("The {field} counts {counts}, which only basic votes have.", field=field, counts=quote(counts)),
                _("count the turnout."),
            )
        case ThresholdWithoutPower(voting):
            return Refusal(
                _(
                    "The {field} cannot be applied to {voting}, whose scores are no power.",
                    field=field,
                    voting=quote(voting),
                ),
                _("leave it."),
            )
        case SupplyOfSeveralTokens(tokens):
            named = [
                _("{token} ({address} on chain {chain})", token=quote(token), address=short(address), chain=chain)
                for token, address, chain in tokens
            ]
            return Refusal(
                _("The {field} does not say of which token: {tokens}.", field=field, tokens=series(named, "or")),
                _("use an amount, or a share of the linked wallets."),
            )
        case TooManyDrafts(most):
            return Refusal(
                _("The {field} number {most} already.", field=field, most=most),
                _("submit or /proposal withdraw one."),
            )
        case TooManyRevisions(most):
            return Refusal(
                ngettext(
                    "The {field} was changed {number} time already.",
                    "The {field} was changed {number} times already.",
                    most,
                    field=field,
                ),
                _("withdraw the proposal and submit another."),
            )
        case _:
            assert_never(fault)
