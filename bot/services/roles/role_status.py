"""Where a member stands under a rule, by what the linked wallets score."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.power import scale_of
from bot.domain.roles.role_rules import RoleRule, RoleStatus, Step, earns
from bot.domain.shared.amounts import exact
from bot.domain.shared.types import MemberId, Timestamp, Units
from bot.domain.spaces.space import DAY, Space


def role_status(
    rule: RoleRule,
    member: MemberId,
    wallets: Sequence[Sequence[Units | None]],
    space: Space,
    old: RoleStatus | None,
    now: Timestamp,
) -> RoleStatus:
    """Return the new status after a look at `now`; where a score is unknown, what was earned before stays."""
    lists = [test.strategies or space.strategies for test in rule.tests]
    held = [_total([scores[at] for scores in wallets]) for at in range(len(lists))]
    least = [test.least(strategies) for test, strategies in zip(rule.tests, lists, strict=True)]
    verdict = earns(rule.match, held, least) if wallets else False
    earned = (old.earned if old else False) if verdict is None else verdict
    return RoleStatus(
        guild=rule.guild,
        rule=rule.number,
        member=member,
        earned=earned,
        step=_step(old, now, earned=earned),
        checked_at=now,
        found=tuple(
            None if one is None else exact(one, scale_of(strategies))
            for one, strategies in zip(held, lists, strict=True)
        ),
    )


def _step(old: RoleStatus | None, now: Timestamp, *, earned: bool) -> Step:
    """Return where the role stands after a look: by hand only while it is earned, and nobody is absent for good.

    Discord tells nobody that a member came back, so who is absent is asked for again at the first look of each day.
    """
    if old is None or (old.step is Step.BY_HAND and not earned):
        return Step.NONE
    if old.step is Step.ABSENT and now // DAY != old.checked_at // DAY:
        return Step.NONE
    return old.step


def _total(scores: Sequence[Units | None]) -> Units | None:
    return None if None in scores else Units(sum(score or 0 for score in scores))
