"""What moderators and the operator are told about a count: why it waits, and whose power it corrected."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.announcements.moderator_notice import Cause, CountWaits, PowerCorrected
from bot.domain.audit.hashing.canonical_json import Canonical
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import GRACE, Proposal
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


def cause_of(error: Exception) -> Cause:
    """Return the kind of an error that delays a count."""
    match error:
        case ChainUnavailable(fault=ChainFault.DISAGREEMENT):
            return Cause.ENDPOINTS_DIFFER
        case PowerUndefined():
            return Cause.NO_RESULT
        case _:
            return Cause.OTHER


class Holding:
    """Reports why counts wait, once for each reason."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._waiting: dict[ProposalId, str] = {}
        """Why counts wait, as the program's log has it already."""
        self._told: dict[ProposalId, dict[str, Timestamp]] = {}
        """What moderators were told, and when last."""

    async def hold(self, proposal: Proposal, reason: str, cause: Cause = Cause.OTHER) -> None:
        """Log why a count waits; after `PATIENCE`, mark it as held and tell moderators.

        Reasons that differ only in numbers are the same. If reasons alternate, one that was already told on the same
        day is not told again within an hour of any other.
        """
        reason = str(reason)
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
                fact=CountWaits(number=proposal.number, reason=str(reason), cause=cause),
                at=now,
                since=proposal.submitted_at or proposal.created_at,
                said=gist if current.held_reason is None else f"{gist} {now // DAY}",
                of=f"held/{proposal.id}",
            )
            await step(repos, current, Kind.HELD, now, facts={"reason": reason})
            await repos.commit()
        told[gist] = now

    def done(self, proposal: ProposalId) -> None:
        """Forget why a vote waited, once it is counted."""
        self._waiting.pop(proposal, None)
        self._told.pop(proposal, None)


def _gist(reason: str) -> str:
    """Return a reason without its numbers, which change while the reason stays the same."""
    return _NUMBERS.sub("#", reason)


def facts_of(corrected: Sequence[PowerChange]) -> dict[str, Canonical]:
    """Return corrected powers as the log has them: by wallet, the scores before and after."""
    if not corrected:
        return {}
    changes: dict[str, Canonical] = {
        change.wallet: {"before": [str(score) for score in change.before], "after": [str(s) for s in change.after]}
        for change in corrected
    }
    return {"corrected": changes}


async def tell_of_corrections(repos: Repositories, proposal: Proposal, corrected: Sequence[PowerChange]) -> None:
    """Tell moderators and operator whose power the count corrected, in the transaction that stores it."""
    if not corrected or proposal.terms is None or proposal.result is None:
        return
    scale, symbol = proposal.terms.scale, proposal.terms.symbol
    named = "\n".join(
        f"{change.wallet} {exact(sum(change.after), scale)} {exact(sum(change.before), scale)}"
        for change in corrected[:_NAMED]
    )
    _log.warning("the count of proposal %s corrected the power of %s wallets", proposal.id, len(corrected))
    await notice(
        repos,
        proposal.guild,
        space=proposal.space,
        key=f"corrected/{proposal.id}",
        fact=PowerCorrected(number=proposal.number, votes=len(corrected), symbol=symbol, wallets=named),
        at=proposal.result.counted_at,
        since=proposal.submitted_at or proposal.created_at,
        said=named,
    )
