"""Why a formula has no result, and why a strategy of Snapshot is not supported, in words."""

from __future__ import annotations

from typing import assert_never

from bot.domain.shared.errors import PowerUndefined, UnknownStrategy
from bot.domain.shared.errors.faults.power import PowerFault, PowerFlaw, TooManyDigits, Unreadable
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.refusal import Quote, Refusal, series

UNREADABLE = {
    Unreadable.ASKS_A_SUBGRAPH: N_("it asks a subgraph, whose answers no block proves"),
    Unreadable.ASKS_THE_WEB: N_("it asks a service on the web, whose answers may change during a vote"),
    Unreadable.READS_A_LIST_FROM_THE_WEB: N_("it reads a list from the web, which may change during a vote"),
    Unreadable.ASKS_FOR_PRICES: N_("it asks for prices on the web, which no block proves"),
    Unreadable.NOT_SNAPSHOTS: N_("it is none of Snapshot's strategies, so that nothing tells what it counts"),
    Unreadable.AVERAGES_MANY_BLOCKS: N_("it averages over many weeks of blocks"),
    Unreadable.READS_STARKNET: N_("it reads Starknet, which is no chain of the EVM"),
    Unreadable.READS_ZILLIQA: N_("it reads Zilliqa's own contracts, which are none of the EVM"),
}
"""Why a strategy of Snapshot is not supported."""


def no_result(fault: PowerFault) -> str:
    """Return why a formula has no result, as it follows the strategy's name: `divides by zero`."""
    match fault:
        case PowerFlaw.DIVIDES_BY_ZERO:
            return _("divides by zero")
        case TooManyDigits(most):
            return ngettext("gives more than {number} digit", "gives more than {number} digits", most)
        case _:
            assert_never(fault)


def unknown_strategy(error: UnknownStrategy, quote: Quote) -> Refusal:
    """Return why a strategy is not supported, and which to use instead."""
    because = (
        _(UNREADABLE[error.why])
        if error.why
        else ngettext(
            "it is not the one that docs/strategies.md lists",
            "it is none of the {number} that docs/strategies.md lists",
            len(error.supported),
        )
    )
    return Refusal(
        _("The strategy “{name}” is not supported: {because}.", name=quote(error.name[:60]), because=because),
        _("use {strategies} instead.", strategies=series([quote(name) for name in error.instead], "or"))
        if error.instead
        else _("leave it out, for no other counts the same."),
    )


def undefined_power(error: PowerUndefined, wallet: str, quote: Quote) -> str:
    """Return that a formula has no result for the wallet that is called `wallet`: not even a power of zero."""
    return _(
        "The voting power of {wallet} has no value: the strategy “{strategy}” {why}.",
        wallet=wallet,
        strategy=quote(error.strategy[:60]),
        why=no_result(error.why),
    )
