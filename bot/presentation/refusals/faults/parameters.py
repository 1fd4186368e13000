"""What is wrong with a parameter of a strategy, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors.faults.strategies import (
    FactoryMissing,
    NameTooLong,
    NotAFunctionName,
    NotAListOf,
    NotAUsableNumber,
    NotAWholeNumber,
    NotOneOf,
    ParamFault,
    ParamFlaw,
    VeBioMissing,
    WholeNumberMissing,
    WholeNumberOutOfRange,
    WrongNumberOfOperands,
    WrongNumberOfStrategies,
)
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series

_MISSING, _NO_OBJECT = N_("The {field} is missing."), N_("The {field} is not an object.")
_NETWORK = '"network": "1"'
_WRITE = N_("write {example}.")
_PLAIN: dict[ParamFlaw, tuple[str, str, str]] = {
    # What is wrong, the next step, and the example in it.
    ParamFlaw.METHOD_MISSING: (_MISSING, N_("paste the function's entry of the contract's ABI."), ""),
    ParamFlaw.ARGUMENTS_DO_NOT_FIT: (
        N_("The {field} do not fit the function's inputs."),
        N_("give one for each input, as in {example}."),
        "methodABI",
    ),
    ParamFlaw.OUTPUTS_OF_UNKNOWN_TYPE: (
        N_("The {field} has outputs of no known type."),
        N_("paste the contract's ABI entry as it is."),
        "",
    ),
    ParamFlaw.METHOD_WITHOUT_OUTPUTS: (
        N_("The {field} has no outputs."),
        N_("paste the whole entry of the contract's ABI."),
        "",
    ),
    ParamFlaw.OUTPUT_NOT_NAMED: (_MISSING, N_("name which of the function's outputs counts."), ""),
    ParamFlaw.OUTPUT_UNKNOWN: (N_("The {field} is not among the function's outputs."), N_("name one of them."), ""),
    ParamFlaw.OUTPUT_NOT_A_NUMBER: (
        N_("The {field} is not a number."),
        N_("choose an output of a type such as {example}."),
        "uint256",
    ),
    ParamFlaw.NOT_MAKERS_NETWORK: (
        N_("The {field} is not that of Maker's chief, which stands on chain 1."),
        _WRITE,
        _NETWORK,
    ),
    ParamFlaw.NOT_UNIS_NETWORK: (N_("The {field} is not that of UNI, which stands on chain 1."), _WRITE, _NETWORK),
    ParamFlaw.NAMES_NO_TOKEN: (N_("The {field} names no token."), N_("give at least one id."), ""),
    ParamFlaw.ESTATES_MISSING: (_MISSING, N_("give the contract of estates, or read chain 1."), ""),
    ParamFlaw.TOKEN_WITHOUT_NETWORK: (
        N_("The {field} names no network."),
        _WRITE,
        '{"address": "0x…", "network": "1", "decimals": 18}',
    ),
    ParamFlaw.LIST_ON_THE_WEB: (
        N_("The {field} may change during a vote, so it is not read."),
        N_("write the addresses into the parameters."),
        "",
    ),
    ParamFlaw.WEIGHTS_NOT_AN_OBJECT: (_NO_OBJECT, _WRITE, '{"0x…": 1}'),
    ParamFlaw.NOT_A_HAT: (
        N_("The {field} is not a hat's id."),
        N_("write its place in the tree, like {example}, or its 32 bytes as 0x…"),
        '"1.2.3"',
    ),
    ParamFlaw.IMPOSSIBLE_HAT: (
        N_("The {field} names no hat that there can be."),
        N_("use a top below 2^32, and 14 levels below 65,536 at most."),
        "",
    ),
    ParamFlaw.DELEGATION_SPACE_MISSING: (
        _MISSING,
        N_("give the space's name on Snapshot, or {example} to count only delegations that hold for every space."),
        '""',
    ),
    ParamFlaw.NOT_A_SPACE_NAME: (N_("The {field} is not a name."), N_("write it like {example}."), "vote.example.eth"),
    ParamFlaw.SPACE_MISSING: (_MISSING, N_("give the space's name on Snapshot, as in {example}."), "--space"),
    ParamFlaw.NOT_A_THRESHOLD: (
        N_("The {field} holds something else."),
        N_("use {example}."),
        '{"threshold": 100, "votes": 1}',
    ),
    ParamFlaw.INNER_NETWORK_MISSING: (_MISSING, N_("write it like {example}."), _NETWORK),
    ParamFlaw.START_BLOCKS_NOT_AN_OBJECT: (_NO_OBJECT, _WRITE, '{"1": 19000000}'),
    ParamFlaw.OVERRIDES_NOT_AN_OBJECT: (
        _NO_OBJECT,
        N_("write {example}: from whom to whom."),
        '{"0x…": "0x…"}',
    ),
    ParamFlaw.NOT_AN_OPERAND: (
        N_("The {field} is neither a strategy nor a constant."),
        N_("give it a {example} and what goes with it."),
        '"type"',
    ),
    ParamFlaw.PRICE_ON_THE_WEB: (
        N_("The {field} asks a price on the web, which nothing ties to the block."),
        N_("leave it out to count tokens, or use {example}."),
        "masterchef-pool-balance",
    ),
    ParamFlaw.NOT_A_CHEF: (
        N_("The {field} holds something else."),
        N_("use {example}."),
        '{"address": "0x…", "decimals": 18}',
    ),
    ParamFlaw.NO_SIDE_OF_A_PAIR: (N_("The {field} names no side of a pair."), N_("use 0 or 1."), ""),
    ParamFlaw.DAMPING_NOT_AN_OBJECT: (_NO_OBJECT, _WRITE, '{"threshold": 1625, "inflectionPoint": 6500}'),
    ParamFlaw.SYMBOL_NOT_TEXT: (N_("The {field} is not text."), N_("write it like {example}."), '"symbol": "VITA"'),
}


def parameter_refusal(fault: ParamFault, field: str, quote: Quote) -> Refusal:  # noqa: PLR0911, C901, PLR0912 - one a kind
    """Return what is wrong with a parameter, and the next step."""
    match fault:
        case ParamFlaw():
            what, step, example = _PLAIN[fault]
            return Refusal(_(what, field=field), _(step, example=quote(example)))
        case NotAListOf(most):
            return Refusal(
                _("The {field} is not a list.", field=field),
                ngettext(
                    "use [ and ], and at most {number} entry.", "use [ and ], and at most {number} entries.", most
                ),
            )
        case WholeNumberMissing(low, high):
            return Refusal(
                _(_MISSING, field=field),
                _("give a whole number from {low} to {high}.", low=low, high=_most(high)),
            )
        case NotAWholeNumber(low, high):
            return Refusal(
                _("The {field} is not a whole number.", field=field),
                _("use one from {low} to {high}, in digits or as 0x…", low=low, high=_most(high)),
            )
        case WholeNumberOutOfRange(low, high):
            return Refusal(
                _("The {field} is out of range.", field=field),
                _("use a whole number from {low} to {high}.", low=low, high=_most(high)),
            )
        case NotOneOf(allowed):
            return Refusal(
                _("The {field} is not known.", field=field),
                _("use {words}.", words=series([quote(word) for word in allowed], "or")),
            )
        case WrongNumberOfStrategies(given, least, most):
            return Refusal(
                ngettext(
                    "The {field} holds {number} strategy.", "The {field} holds {number} strategies.", given, field=field
                ),
                _("use {least} to {most}.", least=least, most=most),
            )
        case NotAUsableNumber(signed, places):
            step = (
                _("use a number, with at most {places} places.", places=places)
                if signed
                else _("use a number that is not negative, with at most {places} places.", places=places)
            )
            return Refusal(_("The {field} is not a number that can be used.", field=field), step)
        case WrongNumberOfOperands(given, needed, operation):
            return Refusal(
                _("The {field} are {given}.", field=field, given=given),
                _("give {needed} for {operation}.", needed=needed, operation=quote(operation)),
            )
        case NotAFunctionName(example):
            return Refusal(
                _("The {field} is not the name of a function.", field=field),
                _("use one like {example}, which takes an address.", example=quote(example)),
            )
        case FactoryMissing(known):
            return Refusal(
                _(_MISSING, field=field),
                _(
                    "give the address of the factory of the pairs; chains {chains} have a known one.",
                    chains=series([str(chain) for chain in known], "and"),
                ),
            )
        case VeBioMissing(known):
            return Refusal(
                _("The {field} is missing, and no veBIO is known on this network.", field=field),
                _("give it, or read chain {chains}.", chains=series([str(chain) for chain in known], "or")),
            )
        case NameTooLong(most):
            return Refusal(
                _("The {field} is too long.", field=field),
                ngettext("use at most {number} byte.", "use at most {number} bytes.", most),
            )
        case _:
            assert_never(fault)


def _most(high: int | None) -> str:
    return "2^256 - 1" if high is None else str(high)
