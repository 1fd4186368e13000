"""Why a member can't propose or vote, or sees no result yet, in words: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.shared import errors as e
from bot.domain.shared.types import ChainId
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.refusals.kinds import STATES
from bot.presentation.refusals.refusal import series
from cogs._shared.formatting import amount, block_words, moment, quoted
from cogs.power.zero_power_words import zero_lines


def cannot_propose(error: e.CannotPropose, chains: Mapping[ChainId, str]) -> str:
    """Say what submitting takes, and what the member has of it."""
    ways = [_("the role {role}", role=f"<@&{role}>") for role in error.roles]
    if error.needed is not None:
        needed = amount(error.needed, error.decimals, error.symbol)
        ways.append(_("at least {amount} of voting power", amount=needed))
    kept = [_("Your draft is kept.")] if error.drafted else []
    if not ways:
        told = [_("Nobody may submit proposals here yet."), *kept, _("Next: a moderator uses /config proposers.")]
        return " ".join(told)
    told = [_("Submitting a proposal takes {ways}.", ways=series(ways, "or"))]
    if error.needed is not None and error.block is not None:
        held, block = amount(error.held, error.decimals, error.symbol), block_words(error.block, chains)
        told.append(_("Your voting power is {held} at {block}.", held=held, block=block))
    return " ".join([*told, *kept, _("Next: /power shows your power, /wallet link adds a wallet.")])


def no_power(error: e.NoPower, chains: Mapping[ChainId, str]) -> str:
    """Say that the member has no power, why, and what to do."""
    head = _(
        "You have no voting power in {symbol} at {block} ({day}). Nothing was recorded.",
        symbol=quoted(error.symbol),
        block=block_words(error.block, chains),
        day=f"<t:{error.block.timestamp}:D>",
    )
    unsure = (
        [
            _(
                "One provider alone says so, and no second one confirmed it, so it is read again whenever you vote. If "
                "it should be otherwise, vote again in a few minutes."
            )
        ]
        if any(not power.confirmed for power in error.powers)
        else []
    )
    way_on = _(
        "What changed later doesn't count for this vote. Next: /power shows every part; /wallet link adds another "
        "wallet."
    )
    return "\n".join([head, *unsure, *zero_lines(error.why), way_on])


def not_voting(error: e.NotVoting) -> str:
    """Say why a vote is not open now."""
    if error.state == "pending" and error.start is not None:
        return _(
            "Proposal #{number} can't be voted on yet: voting opens {moment}. Nothing was recorded. Next: /proposal "
            "view {number} shows it.",
            number=error.number,
            moment=moment(error.start),
        )
    if error.state == "withdrawn":
        return _(
            "Proposal #{number} was taken back, so it takes no more votes. Nothing was recorded. Next: /proposal view "
            "{number} says by whom and why.",
            number=error.number,
        )
    if error.end is not None:
        return _(
            "Voting on proposal #{number} ended {moment}, so this press was not recorded; an earlier vote of yours "
            "still counts. Next: /proposal view {number} shows the outcome.",
            number=error.number,
            moment=moment(error.end),
        )
    return _(
        "Proposal #{number} is {state}, so it takes no votes. Nothing was recorded. Next: /proposal view {number} "
        "shows it.",
        number=error.number,
        state=_(STATES[error.state]),
    )


def no_result_yet(error: e.NotCounted) -> str:
    """Say why there is no result."""
    if error.state == "withdrawn" or error.end is None:
        return _(
            "Proposal #{number} was withdrawn, so it has no result. Next: /results without a number.",
            number=error.number,
        )
    return _(
        "Proposal #{number} is not counted yet, and nothing of how members vote is handed out before. Voting ends "
        "{moment}; it is counted a minute later. Next: come back then.",
        number=error.number,
        moment=moment(error.end),
    )
