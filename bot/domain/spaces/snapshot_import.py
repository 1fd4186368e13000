"""What the settings of a Snapshot space say besides its strategies: quorum, period, delay, who proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.power import unwrapped
from bot.domain.power.exact_numbers import fraction
from bot.domain.power.strategy import load_json
from bot.domain.shared.amounts import canonical_amount
from bot.domain.shared.errors import FolkmootError

_LEFT = {
    "admins": "admins",
    "moderators": "moderators",
    "members": "members who may propose",
    "voteValidation": "who may vote",
    "treasuries": "treasuries",
    "plugins": "plugins",
    "delegationPortal": "the delegation portal",
    "parent": "its parent space",
    "children": "its sub-spaces",
}
"""Settings with a meaning that are not imported, in words. All others concern looks."""
_VOTING_LEFT = {"type": "the type of vote", "privacy": "privacy", "hideAbstain": "hiding of abstentions"}
_QUORUM_TYPES = ("", "default")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSettings:
    """The settings of a pasted space: `delay` and `period` in seconds, amounts as text in full; None where not set.

    `left` are settings that are not imported, in words.
    """

    delay: int | None = None
    period: int | None = None
    quorum: str | None = None
    minimum: str | None = None
    left: tuple[str, ...] = ()

    @property
    def offered(self) -> bool:
        """Whether there is anything to import."""
        return any(one is not None for one in (self.delay, self.period, self.quorum, self.minimum))


def space_settings(text: str) -> SpaceSettings | None:
    """Return the settings of a pasted space; None for a list of strategies, or a space with nothing more."""
    try:
        raw = unwrapped(load_json(text))
    except FolkmootError:
        return None
    if not isinstance(raw, dict):
        return None
    voting, filters, validation = (_object(raw, name) for name in ("voting", "filters", "validation"))
    left = [words for name, words in _LEFT.items() if raw.get(name)]
    left += [words for name, words in _VOTING_LEFT.items() if voting.get(name)]
    quorum = _amount(voting.get("quorum"))
    if voting.get("quorumType") not in (None, *_QUORUM_TYPES):
        left.append(f"the quorum, which is of another kind ({str(voting['quorumType'])[:40]})")
        quorum = None
    minimum = _amount(_object(validation, "params").get("minScore")) or _amount(filters.get("minScore"))
    if (kind := validation.get("name")) not in (None, "basic", "any"):
        left.append(f"who may propose ({str(kind)[:40]})")
    if filters.get("onlyMembers"):
        left.append("that only its members propose")
    settings = SpaceSettings(
        delay=_seconds(voting.get("delay")),
        period=_seconds(voting.get("period")),
        quorum=quorum,
        minimum=minimum,
        left=tuple(left),
    )
    return settings if settings.offered or left else None


def _object(raw: Mapping[str, object], name: str) -> Mapping[str, object]:
    held = raw.get(name)
    return held if isinstance(held, dict) else {}


def _seconds(value: object) -> int | None:
    """Read a length of time; Snapshot writes 0 and null where authors choose."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _amount(value: object) -> str | None:
    """Read an amount of voting power; Snapshot writes 0 and null where none is asked for."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = fraction(value)
    except (ValueError, ZeroDivisionError):
        return None
    if not 0 < number < 2**256 or (number * 10**36).denominator != 1:
        return None
    whole, rest = divmod(number.numerator * 10**36 // number.denominator, 10**36)
    return canonical_amount(f"{whole}.{rest:036d}")
