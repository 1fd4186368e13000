"""What is wrong with a list of strategies or the file that holds it, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.strategies import (
    ContractSilent,
    DecimalsDiffer,
    FileTooLarge,
    NestsTooDeep,
    NetworkNotConfigured,
    NotJson,
    StrategyFault,
    StrategyFlaw,
    TooManyStrategies,
    TooManyStrategiesInside,
)
from bot.presentation.catalogue.messages import N_, ngettext, whole
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series, told

_EXAMPLE = '[{"name": "erc20-balance-of", "network": "1", "params": {…}}]'
_NETWORK = '"network": "1"'
_PASTE_LIST = N_("paste a JSON list with [ and ].")
_PLAIN = {
    StrategyFlaw.LIST_EMPTY: (N_("The {field} is empty."), _PASTE_LIST),
    StrategyFlaw.NOT_A_LIST: (N_("The {field} is not a list."), _PASTE_LIST),
    StrategyFlaw.LIST_NESTS_TOO_DEEP: (N_("The {field} nests too deep."), N_("use fewer levels.")),
    StrategyFlaw.NUMBER_TOO_LONG: (N_("The {field} holds a number that is too long."), N_("write it shorter.")),
    StrategyFlaw.NOT_A_JSON_FILE: (
        N_("The {field} is not JSON."),
        N_("attach a .json file of your Snapshot space."),
    ),
    StrategyFlaw.FILE_NOT_FETCHED: (
        N_("The {field} could not be fetched from Discord just now."),
        N_("attach it again."),
    ),
    StrategyFlaw.FILE_NOT_TEXT: (N_("The {field} is not text."), N_("save it as JSON in UTF-8.")),
}


def strategy_refusal(fault: StrategyFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911, PLR0912, C901 - one a kind
    """Return what is wrong with a list or a strategy in it, and the next step."""
    match fault:
        case StrategyFlaw.NO_NAME:
            return Refusal(_("The {field} has no name.", field=field), _("give it a {key}.", key='"name"'))
        case StrategyFlaw.NOT_AN_OBJECT:
            return Refusal(_("The {field} is not an object.", field=field), _("use {brackets}.", brackets="{ }"))
        case StrategyFlaw.NETWORK_MISSING:
            return Refusal(
                _("The {field} is missing, and nothing else says which chain it reads.", field=field),
                _("write it like {network}, or paste the whole space, which names its own.", network=quote(_NETWORK)),
            )
        case StrategyFlaw.NOT_A_CHAIN_ID:
            return Refusal(
                _("The {field} is not a chain id.", field=field), _("write it like {network}.", network=quote(_NETWORK))
            )
        case StrategyFlaw():
            return told(_PLAIN, fault, field)
        case NotJson(line, column):
            return Refusal(
                _("The {field} is not JSON (line {line}, column {column}).", field=field, line=line, column=column),
                _("paste the list from Snapshot, like {example}.", example=quote(_EXAMPLE)),
            )
        case TooManyStrategies(most):
            return Refusal(
                _("The {field} holds too many.", field=field),
                ngettext("use at most {number} strategy.", "use at most {number} strategies.", most),
            )
        case TooManyStrategiesInside(given, most):
            return Refusal(
                ngettext(
                    "The {field} holds {number} strategy, with those inside others.",
                    "The {field} holds {number} strategies, with those inside others.",
                    given,
                    field=field,
                ),
                _("use at most {most} in all.", most=most),
            )
        case NestsTooDeep(most):
            return Refusal(
                _("The {field} nests too deep.", field=field),
                ngettext("use at most {number} level.", "use at most {number} levels.", most),
            )
        case NetworkNotConfigured(network, known):
            return Refusal(
                _("The {field} {network} is not configured here.", field=field, network=network),
                _(
                    "use one of {chains}, or ask the bot's operator to add it.",
                    chains=series([quote(name) for name in known], "or"),
                ),
            )
        case DecimalsDiffer(stated, said):
            return Refusal(
                _(
                    "The {field} says {stated}, but the contract says {told}.",
                    field=field,
                    stated=quote(stated),
                    told=said,
                ),
                _("write {told}.", told=said),
            )
        case ContractSilent(strategy):
            return Refusal(
                _(
                    "The {field} is {strategy}, which that contract does not answer.",
                    field=field,
                    strategy=quote(strategy),
                ),
                _("check the address and the network, or choose another strategy."),
            )
        case FileTooLarge(given, most):
            return Refusal(
                ngettext("The {field} has {number} byte.", "The {field} has {number} bytes.", given, field=field),
                _("attach at most {most}; the strategies of the space are enough.", most=whole(most)),
            )
        case _:
            assert_never(fault)
