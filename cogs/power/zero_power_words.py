"""Why a member has no voting power by a strategy, in a sentence for each, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.power import KINDS, NoScore
from bot.domain.power.zero_power_reasons import Reason, Zero
from bot.domain.shared.addresses import short
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.formatting import amount, quoted

_PLAIN = {
    Zero.NOT_HELD: N_(
        "no wallet that you linked here held any at that block. What came to it later counts for later proposals only. "
        "Another wallet of yours has to be linked."
    ),
    Zero.NOT_RECEIVED: N_(
        "it counts what others delegate to your wallets, and at that block nobody did whose tokens it counts."
    ),
    Zero.NOT_LISTED: N_("it counts a list of wallets, and none of yours is on it. Moderators keep that list."),
    Zero.OUTSIDE: N_("it counts only in a range of blocks, and that block is outside of it."),
}


def zero_lines(why: Sequence[NoScore]) -> list[str]:
    """Say of each strategy why it gives the member's wallets nothing; each thing once."""
    said: dict[str, None] = {}
    for none in why:
        for reason in _telling(none.reasons):
            line = _(
                "{symbol} gives you 0: {why}",
                symbol=quoted(none.symbol),
                why=_words(none, reason),
            )
            said[line] = None
    return list(said)


def _telling(reasons: Sequence[Reason]) -> list[Reason]:
    """Leave out that one wallet holds nothing where another holds what does not count."""
    return [reason for reason in reasons if reason.held or reason.to] or list(reasons)


def _words(none: NoScore, reason: Reason) -> str:
    held = (
        _("your tokens")
        if reason.held is None
        else _("the {amount} you hold", amount=amount(reason.held, none.decimals, none.symbol))
    )
    to = "" if reason.to is None else short(reason.to)
    match reason.why:
        case Zero.NOT_DELEGATED:
            return _(
                "{held} count once you delegate them, also to yourself, and at that block they were delegated to "
                "nobody. Delegate in your wallet or on the token's site. It counts for proposals submitted after that.",
                held=held,
            )
        case Zero.DELEGATED_AWAY:
            return _(
                "{held} are delegated to {delegate}, who votes with them. To vote yourself, delegate them to yourself. "
                "It counts for proposals submitted after that.",
                held=held,
                delegate=to,
            )
        case Zero.DELEGATED:
            return _(
                "it counts only what is delegated to nobody, and {held} are delegated to {delegate}.",
                held=held,
                delegate=to,
            )
        case Zero.BY_RULE:
            return _(
                "it counts {about}. Of what your wallets had at that block it makes 0; what changes later counts for "
                "later proposals only.",
                about=KINDS[none.strategy].about,
            )
        case _:
            return _(_PLAIN[reason.why])
