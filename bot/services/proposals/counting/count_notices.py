"""What moderators and the operator are told of a count: why it waits, and whose power it corrected."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.audit.hashing.canonical_json import Canonical
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.addresses import short
from bot.domain.shared.amounts import exact
from bot.domain.shared.errors import ChainFault, ChainUnavailable, PowerUndefined
from bot.domain.shared.types import ProposalId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting.ballot import PowerChange
from bot.ports import Clock, Repositories, Store
from bot.services.announcements.moderator_notices import notice
from bot.services.audit.log_entries import step
from bot.services.shared.lookup import known

_log = logging.getLogger(__name__)

PATIENCE = 300
"""Seconds that a count may be late before moderators are told why."""
_HOUR = 3_600
_NUMBERS = re.compile(r"0x[0-9a-f]+|[0-9][0-9,.]*")
_NAMED = 5
"""Wallets with corrected power that a notice lists; the log has all."""

NOT_PAST = "the newest block of its chain is not later than the end of voting"
GONE = "its chain does not have the block (any more) at which the power is read"
UNREAD = "the power of a voter could not be read"
DIFFERS = "the power read now differs from the power the ballots were cast with, and one provider alone says so"
SUPPLY_DIFFERS = "the token supply read now is another than the one that its rules took a share of"
LINKED_DIFFERS = "the power of a linked wallet read now is another than in the total that its rules took a share of"
RECUSED_DIFFERS = "the power of a recused wallet read now is another than the one that was taken out of the vote"
FAILED = "it failed for a reason that the bot's log explains"
_AGAIN = "Nothing is lost; it is tried again by itself."
_DELETE = "If it can't be helped, a moderator may take the proposal back with /proposal delete."
_STANDING = (
    f"{_AGAIN} Until the chain is past the end, votes are taken by Discord's clock. Check the clock of the machine on "
    "which the bot runs. If that is right, the chain stands still, or its endpoints lag: an hour after the end a "
    "moderator may use /proposal count, or /proposal delete."
)
_WHOLE = (
    "It is counted once the chain's endpoints say again what they said then (see folkmoot check). If that was "
    "false, remove the proposal with /proposal delete, and submit it anew."
)
_REMEDIES = {
    NOT_PAST: _STANDING,
    GONE: "It is never counted on that block: remove it with /proposal delete, and submit it anew.",
    UNREAD: f"{_AGAIN} A token's contract gave no answer for a wallet that voted. {_DELETE}",
    DIFFERS: f"{_AGAIN} If it says the same for {PATIENCE // 60} minutes, that counts, and you are told whose power it "
    "was. A second RPC endpoint for the chain settles it at once.",
    SUPPLY_DIFFERS: f"{_AGAIN} {_WHOLE}",
    LINKED_DIFFERS: f"{_AGAIN} {_WHOLE}",
    RECUSED_DIFFERS: f"{_AGAIN} {_WHOLE}",
    FAILED: f"{_AGAIN} Whoever runs the bot finds the reason in its log. {_DELETE}",
}


def reason_of(error: Exception) -> tuple[str, str]:
    """Return why a count waits, and the remedy."""
    match error:
        case ChainUnavailable(fault=ChainFault.DISAGREEMENT):
            return str(error), f"{_AGAIN} Of two endpoints that differ none decides; a third one settles it. {_DELETE}"
        case PowerUndefined():
            return str(error), f"Trying again won't help: a formula has no result for a wallet that voted. {_DELETE}"
        case _:
            return str(error), f"{_AGAIN} If it lasts, check the chain's RPC endpoints. {_DELETE}"


class Holding:
    """Reports why counts wait, once for each reason."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._waiting: dict[ProposalId, str] = {}
        """Why counts wait, as the program's log has it already."""
        self._told: dict[ProposalId, dict[str, Timestamp]] = {}
        """What moderators were told, and when last."""

    async def hold(self, proposal: Proposal, reason: str, remedy: str | None = None) -> None:
        """Log why a count waits; after a while, mark it as held and tell moderators.

        Reasons that differ only in numbers are the same. If reasons alternate, one that was told on the same day is not
        told again within an hour of any other.
        """
        if (gist := _gist(reason)) != self._waiting.get(proposal.id):
            self._waiting[proposal.id] = gist
            _log.warning("the count of proposal %s waits: %s", proposal.id, reason)
        now = self._clock.now()
        if proposal.terms is None or now < proposal.terms.end + GRACE + PATIENCE:
            return
        told = self._told.setdefault(proposal.id, {})
        lately = now - max(told.values(), default=-_HOUR) < _HOUR and now - told.get(gist, -DAY) < DAY
        if lately or (proposal.held_reason is not None and gist == _gist(proposal.held_reason)):
            return
        async with self._store.write() as repos:
            current = await known(repos, proposal.id)
            if not current.due_to_close(now):
                return
            await repos.proposals.save(replace(current, held_reason=reason))
            await repos.proposals.mark_card_stale(proposal.id, now)
            await notice(
                repos,
                proposal.guild,
                space=proposal.space,
                key=f"held/{proposal.id}" + ("" if current.held_reason is None else f"/{now}"),
                problem=f"The count of proposal #{proposal.number} waits: {reason}.",
                remedy=_REMEDIES[reason] if remedy is None else remedy,
                at=now,
            )
            await step(repos, current, Kind.HELD, now, facts={"reason": reason})
            await repos.commit()
        told[gist] = now

    def done(self, proposal: ProposalId) -> None:
        """Forget why a vote waited that is counted."""
        self._waiting.pop(proposal, None)
        self._told.pop(proposal, None)


def _gist(reason: str) -> str:
    """Return a reason without its numbers, which change while the reason stays the same."""
    return _NUMBERS.sub("#", reason)


def facts_of(corrected: Sequence[PowerChange]) -> dict[str, Canonical]:
    """Return corrected power in the form for the log: by wallet the scores before and after."""
    if not corrected:
        return {}
    changes: dict[str, Canonical] = {
        change.wallet: {"before": [str(score) for score in change.before], "after": [str(s) for s in change.after]}
        for change in corrected
    }
    return {"corrected": changes}


async def tell_of_corrections(repos: Repositories, proposal: Proposal, corrected: Sequence[PowerChange]) -> None:
    """Tell moderators and operator whose power the count corrected, within the transaction that stores it."""
    if not corrected or proposal.terms is None or proposal.result is None:
        return
    scale, symbol = proposal.terms.scale, proposal.terms.symbol
    named = [
        f"{short(change.wallet)} {exact(sum(change.after), scale)} instead of {exact(sum(change.before), scale)}"
        for change in corrected[:_NAMED]
    ]
    more = f", and {len(corrected) - _NAMED:,} more" if len(corrected) > _NAMED else ""
    _log.warning("the count of proposal %s corrected the power of %s wallets", proposal.id, len(corrected))
    await notice(
        repos,
        proposal.guild,
        space=proposal.space,
        key=f"corrected/{proposal.id}",
        problem=(
            f"At the count of proposal #{proposal.number}, {len(corrected):,} of its votes had another power than they "
            f"were cast with ({symbol}): {', '.join(named)}{more}."
        ),
        remedy=(
            "The result counts what was read at the count; nothing is left to do for it. One of the chain's RPC "
            "endpoints told something else when these members voted: check them with folkmoot check."
        ),
        at=proposal.result.counted_at,
    )
