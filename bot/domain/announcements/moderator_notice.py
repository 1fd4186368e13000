"""What moderators are told is wrong, as facts that are stored; `bot/presentation/notices` has the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from types import MappingProxyType


class WaitingReason(StrEnum):
    """Why a count waits; the value is what the log says, and stays as it is."""

    NOT_PAST = "the newest block of its chain is not later than the end of voting"
    GONE = "its chain does not have the block (any more) at which the power is read"
    UNREAD = "the power of a voter could not be read"
    DIFFERS = "the power read now differs from the power the ballots were cast with, and one provider alone says so"
    SUPPLY_DIFFERS = "the token supply read now is another than the one that its rules took a share of"
    LINKED_DIFFERS = "the power of a linked wallet read now is another than in the total that its rules took a share of"
    RECUSED_DIFFERS = "the power of a recused wallet read now is another than the one that was taken out of the vote"
    FAILED = "it failed for a reason that the bot's log explains"


class Cause(StrEnum):
    """What kind of error keeps a count, where its reason is none of those that are known."""

    ENDPOINTS_DIFFER = "endpoints_differ"
    NO_RESULT = "no_result"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWaits:
    """The count of proposal `number` waits; `reason` is what the log says."""

    number: int
    reason: str
    cause: str = Cause.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWouldWait:
    """The count of proposal `number`, which ends at `end`, would wait, because of `error`."""

    number: int
    end: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCorrected:
    """The count of proposal `number` corrected `votes` votes.

    `wallets` are some, one a line: address, power after, power before.
    """

    number: int
    votes: int
    symbol: str
    wallets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDiffers:
    """The newest block of `chain` (its name) is `seconds` older than the machine's clock, or ahead where negative."""

    chain: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotGone:
    """Proposal `number` reads power at a block that its chain does not have (any more)."""

    number: int
    block: int
    chain: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotOld:
    """Proposal `number` reads power at a block that was `hours` hours old when it was submitted."""

    number: int
    block: int
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRefused:
    """Rule `rule` can't give or take `role`; `trouble` is the name of a `Trouble`."""

    rule: int
    role: int
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRefused:
    """Discord does not let the bot give (`given`) or take `role`, for rule `rule`, with one `member`."""

    rule: int
    role: int
    member: int
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TreasuriesUnread:
    """Treasuries on `chain` cannot be read; `fault` is the name of a `ChainFault`."""

    chain: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementWaits:
    """An announcement of `topic` waits; `reason` is a sentence, as an earlier version stored it."""

    topic: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementRefused:
    """An announcement of `topic` waits: `fault` is a `DeliveryFault`, `channel` and `detail` are as there."""

    topic: str
    fault: str
    channel: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoThread:
    """Discord lets the bot start no thread in `channel`."""

    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an earlier version stored: sentences instead of facts."""

    problem: str
    remedy: str


NoticeFact = (
    CountWaits
    | CountWouldWait
    | PowerCorrected
    | ClockDiffers
    | SnapshotGone
    | SnapshotOld
    | RuleRefused
    | MemberRefused
    | TreasuriesUnread
    | AnnouncementWaits
    | AnnouncementRefused
    | NoThread
    | Told
)
KINDS: Mapping[str, type[NoticeFact]] = MappingProxyType(
    {
        "count waits": CountWaits,
        "count would wait": CountWouldWait,
        "power corrected": PowerCorrected,
        "clock differs": ClockDiffers,
        "snapshot gone": SnapshotGone,
        "snapshot old": SnapshotOld,
        "rule refused": RuleRefused,
        "member refused": MemberRefused,
        "treasuries unread": TreasuriesUnread,
        "announcement waits": AnnouncementWaits,
        "announcement refused": AnnouncementRefused,
        "no thread": NoThread,
    }
)
"""The names by which they are stored, which never change."""
_NAMES = {kind: name for name, kind in KINDS.items()}


def stored(fact: NoticeFact) -> dict[str, str | int | None]:
    """Return a fact as it is stored."""
    return asdict(fact) if isinstance(fact, Told) else {"kind": _NAMES[type(fact)], **asdict(fact)}


def read(facts: Mapping[str, object]) -> NoticeFact | None:
    """Read what was stored, also by an earlier version; None for what a later one stored and nobody here knows."""
    if "problem" in facts:
        return Told(problem=str(facts["problem"]), remedy=str(facts.get("remedy", "")))
    kind = KINDS.get(str(facts.get("kind")))
    if kind is None or not {fact.name for fact in fields(kind)} <= facts.keys():
        return None
    made: NoticeFact = kind(**{fact.name: facts[fact.name] for fact in fields(kind)})  # type: ignore[arg-type]
    return made
