"""Why a member has no voting power by a strategy, in a sentence for each, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.power import KINDS, NoScore
from bot.domain.power.zero_power_reasons import Reason, Zero
from bot.domain.shared.addresses import short
from cogs._shared.formatting import amount, quoted

_LATER = "It counts for proposals submitted after that."
_PLAIN = {
    Zero.NOT_HELD: (
        "no wallet that you linked here held any at that block. What came to it later counts for later proposals only; "
        "another wallet of yours needs /wallet link."
    ),
    Zero.NOT_RECEIVED: (
        "it counts what others delegate to your wallets, and at that block nobody did whose tokens it counts."
    ),
    Zero.NOT_LISTED: "it counts a list of wallets, and none of yours is on it. Moderators keep that list.",
    Zero.OUTSIDE: "it counts only in a range of blocks, and that block is outside of it.",
}


def zero_lines(why: Sequence[NoScore]) -> list[str]:
    """Say of each strategy why it gives the member's wallets nothing; each thing once."""
    said: dict[str, None] = {}
    for none in why:
        for reason in _telling(none.reasons):
            said[f"{quoted(none.symbol)} ({none.strategy}) gives you 0: {_words(none, reason)}"] = None
    return list(said)


def _telling(reasons: Sequence[Reason]) -> list[Reason]:
    """Leave out that one wallet holds nothing where another holds what does not count."""
    return [reason for reason in reasons if reason.held or reason.to] or list(reasons)


def _words(none: NoScore, reason: Reason) -> str:
    held = "your tokens" if reason.held is None else f"the {amount(reason.held, none.decimals, none.symbol)} you hold"
    to = "" if reason.to is None else short(reason.to)
    match reason.why:
        case Zero.NOT_DELEGATED:
            return (
                f"{held} count once you delegate them, also to yourself, and at that block they were delegated to "
                f"nobody. Delegate in your wallet or on the token's site. {_LATER}"
            )
        case Zero.DELEGATED_AWAY:
            return (
                f"{held} are delegated to {to}, who votes with them. To vote yourself, delegate them to yourself. "
                f"{_LATER}"
            )
        case Zero.DELEGATED:
            return f"it counts only what is delegated to nobody, and {held} are delegated to {to}."
        case Zero.BY_RULE:
            return (
                f"it counts {KINDS[none.strategy].about}. Of what your wallets had at that block it makes 0; what "
                "changes later counts for later proposals only."
            )
        case _:
            return _PLAIN[reason.why]
