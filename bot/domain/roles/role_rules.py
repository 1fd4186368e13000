"""Roles by holdings: what a rule asks for, who earns its role, and where the role stands on its way to a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.power import Strategy, check_size, parse_strategies, parse_strategy, scale_of
from bot.domain.power.strategy import MAX_STRATEGIES, load_json
from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.amounts import canonical_amount, parse_amount, stored_amount
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.roles import RoleFlaw, TooManyTests, UnknownKey
from bot.domain.shared.errors.fields import Entry, Field, Numbered, Within
from bot.domain.shared.types import GuildId, MemberId, RoleId, SpaceId, Timestamp, Units

MAX_RULES = 25
"""Rules that a space may have."""
MAX_TESTS = 8
"""Tests that a rule may have."""
LONGEST_WAIT = 6 * 3_600
"""Seconds after which a member is tried again at the latest."""


class Match(StrEnum):
    """How many of a rule's tests a member must pass."""

    ALL = "all"
    ANY = "any"


class Step(StrEnum):
    """Where the role stands between the bot and a member.

    What the bot gives is noted before it is given, so that what was found there (by hand) is told from what the bot
    gave, however it is interrupted.
    """

    NONE = "none"
    GIVING = "giving"
    GIVEN = "given"
    TAKING = "taking"
    BY_HAND = "by hand"
    ABSENT = "absent"

    @property
    def ours(self) -> bool:
        """Whether the bot gave the role, or may have."""
        return self in (Step.GIVING, Step.GIVEN, Step.TAKING)

    @property
    def held(self) -> bool:
        """Whether the bot gave the role, and has not taken it since; the log says so of each member."""
        return self in (Step.GIVEN, Step.TAKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One test: the linked wallets of a member score at least `minimum` together.

    `minimum` is decimal text in the unit people read, because its scale follows the strategies. Without strategies
    those of the space count, as they are when it is checked.
    """

    strategies: tuple[Strategy, ...] | None
    minimum: str

    def least(self, strategies: Sequence[Strategy]) -> Units:
        """Return the minimum in units of the strategies' scale. Raises InvalidInput where it does not divide so."""
        return stored_amount(self.minimum, scale_of(strategies), field=Field.MINIMUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """Members who pass the tests have `role`. `name` is what the role was called when the rule was made.

    `checked_at` is the last look at the wallets; `unknown` says why it found out nothing. `trouble` is what keeps the
    bot from giving the role. Once it is removed, the role is taken from those it was given to. Tests without
    strategies are by those of its space. `number` counts from 1 in the guild.
    """

    space: SpaceId
    guild: GuildId
    number: int
    role: RoleId
    name: str
    tests: tuple[Asked, ...]
    match: Match
    added_by: MemberId
    added_at: Timestamp
    checked_at: Timestamp | None = None
    unknown: str | None = None
    trouble: Trouble | None = None
    removed_at: Timestamp | None = None

    @property
    def lasting_trouble(self) -> Trouble | None:
        """What keeps the bot from giving the role, but for what may be over at the next look."""
        return None if self.trouble is Trouble.REFUSED else self.trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStatus:
    """How one member stands to one rule. `found` is what was read for each test, None where it is unknown.

    `tries` counts how often in a row Discord did not do what was asked of it for this member.
    """

    guild: GuildId
    rule: int
    member: MemberId
    earned: bool
    step: Step
    checked_at: Timestamp
    found: tuple[str | None, ...]
    tries: int = 0

    @property
    def to_give(self) -> bool:
        """Whether the member is to be given the role."""
        return self.earned and self.step in (Step.NONE, Step.GIVING, Step.TAKING)

    @property
    def to_take(self) -> bool:
        """Whether the role is to be taken from the member."""
        return not self.earned and self.step.ours


def earns(match: Match, held: Sequence[Units | None], least: Sequence[Units]) -> bool | None:
    """Return whether the tests are passed; None where that hangs on what is unknown."""
    passed = [None if one is None else one >= bar for one, bar in zip(held, least, strict=True)]
    decisive = match is Match.ANY
    if decisive in passed:
        return decisive
    return None if None in passed else not decisive


def parse_tests(text: str, minimum: str | None) -> tuple[Asked, ...]:
    """Read what a moderator gave.

    That is a list of tests, `[{"minimum": "1000", "strategies": […]}, …]`, in which strategies may be left out; or a
    list of strategies in Snapshot's JSON, or a space that holds one, with `minimum` apart; or `minimum` alone.

    Raises:
        InvalidInput: none of these, or a minimum that is no amount.
        UnknownStrategy: a strategy that is not supported.

    """
    raw = load_json(text) if text.strip() else None
    if isinstance(raw, list) and raw and all(isinstance(entry, dict) and "minimum" in entry for entry in raw):
        if minimum is not None:
            raise InvalidInput(Field.MINIMUM, RoleFlaw.MINIMUM_GIVEN_TWICE)
        if len(raw) > MAX_TESTS:
            raise InvalidInput(Field.TESTS, TooManyTests(MAX_TESTS))
        tests = tuple(_test(entry, index) for index, entry in enumerate(raw, start=1))
        check_size([strategy for test in tests for strategy in test.strategies or ()])
        return tests
    if minimum is None:
        raise InvalidInput(Field.MINIMUM, RoleFlaw.MINIMUM_MISSING)
    strategies = None if raw is None else parse_strategies(text)
    return (_checked(Asked(strategies=strategies, minimum=canonical_amount(minimum, field=Field.MINIMUM))),)


def _test(entry: dict[str, object], index: int) -> Asked:
    place, minimum, strategies = Numbered(Entry.TEST, index), entry["minimum"], entry.get("strategies")
    if isinstance(minimum, bool) or not isinstance(minimum, int | str):
        raise InvalidInput(Within(place, Field.MINIMUM), RoleFlaw.MINIMUM_NOT_AN_AMOUNT)
    unknown = sorted(entry.keys() - {"minimum", "strategies"})
    if unknown:
        raise InvalidInput(place, UnknownKey(unknown[0]))
    if strategies is not None and (not isinstance(strategies, list) or not 0 < len(strategies) <= MAX_STRATEGIES):
        raise InvalidInput(Within(place, Field.STRATEGIES), RoleFlaw.STRATEGIES_NOT_A_LIST)
    parsed = None
    if strategies is not None:
        parsed = tuple(parse_strategy(one, number) for number, one in enumerate(strategies, start=1))
    return _checked(
        Asked(strategies=parsed, minimum=canonical_amount(str(minimum), field=Within(place, Field.MINIMUM)))
    )


def _checked(test: Asked) -> Asked:
    if test.strategies is not None:
        test.least(test.strategies)
    else:
        parse_amount(test.minimum, 36, field=Field.MINIMUM)
    return test
