"""What is wrong with a rule of roles by holdings and with chosen roles, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.roles.role_trouble import Trouble, Unlooked
from bot.domain.shared.errors.faults.roles import (
    NothingForEmptyWallet,
    RoleBeingTaken,
    RoleCannotBeGiven,
    RoleFault,
    RoleFlaw,
    RoleHasRule,
    TooManyRules,
    TooManyTests,
    UnknownKey,
)
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.power import no_result
from bot.presentation.refusals.refusal import Quote, Refusal, told

TROUBLES = {
    Trouble.GONE: N_("it was deleted"),
    Trouble.EVERYBODY: N_("everybody has it"),
    Trouble.MANAGED: N_("another service, or Discord itself, gives and takes it"),
    Trouble.POWERFUL: N_("it gives power over the server, and holdings must not"),
    Trouble.ABOVE_ME: N_("it is not below my own role, in the server's settings under Roles"),
    Trouble.NOT_ALLOWED: N_("I lack the permission Manage Roles"),
    Trouble.REFUSED: N_("Discord refuses it; I try again at the next look"),
}
"""Why a role can't be given."""
UNLOOKED = {
    Unlooked.MINIMUM_TOO_FINE: N_("its minimum is finer than the voting power divides: make the rule anew"),
    Unlooked.NO_VOTING_POWER: N_("this server has not set what gives voting power: /config strategies"),
}
"""Why a rule cannot be checked."""
_PLAIN = {
    RoleFlaw.MINIMUM_GIVEN_TWICE: (
        N_("The {field} is in the tests already."),
        N_("leave the option out, or the tests' own."),
    ),
    RoleFlaw.MINIMUM_MISSING: (N_("The {field} is missing."), N_("say how much the wallets must hold.")),
    RoleFlaw.STRATEGIES_NOT_A_LIST: (N_("The {field} is not a list of strategies."), N_("paste it with [ and ].")),
    RoleFlaw.RULE_OF_ANOTHER_SPACE: (
        N_("The {field} has a rule of another space already."),
        N_("choose another role."),
    ),
    RoleFlaw.NO_RULE_YET: (N_("The {field} is missing: there is none yet."), N_("/roles add makes one.")),
    RoleFlaw.ROLES_AND_NO_ROLES: (N_("The {field} were given together with no_roles."), N_("choose one of both.")),
    RoleFlaw.PROPOSERS_NOT_GIVEN: (N_("The {field} were not given."), N_("choose a role, or a minimum.")),
    RoleFlaw.EVERYONE_WOULD_MODERATE: (
        N_("The {field} @everyone would let everybody moderate."),
        N_("choose a role that somebody gives."),
    ),
    RoleFlaw.EVERYONE_WOULD_VOTE: (
        N_("The {field} @everyone would let everybody vote."),
        N_("leave the roles out for everybody."),
    ),
}


def role_refusal(fault: RoleFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911 - one a kind
    """Return what is wrong with a rule or a role, and the next step."""
    match fault:
        case RoleFlaw.MINIMUM_NOT_AN_AMOUNT:
            what = _("The {field} is not an amount.", field=field)
            return Refusal(what, _("write it like {example}.", example='"1,000.5"'))
        case RoleFlaw():
            return told(_PLAIN, fault, field)
        case TooManyTests(most):
            return Refusal(
                _("The {field} is too long.", field=field),
                ngettext("use at most {number} test.", "use at most {number} tests.", most),
            )
        case UnknownKey(key):
            return Refusal(
                _("The {field} has {key}, which means nothing.", field=field, key=quote(key)),
                _("use {minimum} and {strategies}.", minimum="minimum", strategies="strategies"),
            )
        case RoleHasRule(number):
            return Refusal(
                _("The {field} has rule #{number} already.", field=field, number=number),
                _("one rule may hold several tests; /roles remove takes a rule away."),
            )
        case RoleBeingTaken(number):
            return Refusal(
                _(
                    "The {field} is being taken from those whom rule #{number} gave it to.",
                    field=field,
                    number=number,
                ),
                _("try again in a few minutes."),
            )
        case TooManyRules(most):
            return Refusal(
                _("The {field} would be number {number}.", field=field, number=most + 1),
                _("/roles remove one that is not needed."),
            )
        case RoleCannotBeGiven(trouble):
            return Refusal(
                _("The {field} can't be given: {trouble}.", field=field, trouble=_(TROUBLES[trouble])),
                _("mend that, or choose another role."),
            )
        case NothingForEmptyWallet(strategy, why):
            return Refusal(
                _(
                    "The {field} has no result for a wallet that holds nothing ({strategy} {why}).",
                    field=field,
                    strategy=quote(strategy),
                    why=no_result(why),
                ),
                _("use a formula that has one."),
            )
        case _:
            assert_never(fault)


def unlooked(stored: str) -> str:
    """Return why a rule could not be checked; a text stored by an error or an earlier version stays as it is."""
    known = next((one for one in Unlooked if one == stored), None)
    return _(UNLOOKED[known]) if known else stored
