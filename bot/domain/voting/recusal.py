"""Recusal: a member's wallets take no part in a vote, and their power is left out of totals and turnout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import digest

from bot.domain.power.strategy import MAX_DECIMALS
from bot.domain.proposals.vote_rules import Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, MemberId, Timestamp, Units
from bot.domain.voting import Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusedWallet:
    """One recused wallet, with its power at the snapshot.

    `supply` and `linked` are its part of the two totals of which percentages are taken; 0 if it was in none, or if its
    part depends on who votes and so cannot be told exactly.
    """

    address: Address
    power: Units
    supply: Units
    linked: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerMember:
    """What is left, until the vote ends, of a recused member who was forgotten: enough to know them again.

    `mark` is HMAC-SHA256 of their id by `salt`, both in hexadecimal.
    """

    salt: str
    mark: str

    @classmethod
    def of(cls, salt: str, member: MemberId) -> FormerMember:
        """Return what is left of a member, with a random salt."""
        return cls(salt=salt, mark=digest(bytes.fromhex(salt), str(member).encode(), "sha256").hex())

    def is_of(self, member: MemberId) -> bool:
        """Return whether it is of this member."""
        return self == FormerMember.of(self.salt, member)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """A member's recusal from one proposal; `by` is the member, or the moderator who did it. It can't be undone.

    `moderated` says that it was a moderator where nobody can tell from the ids any more, as both may be erased.
    """

    member: MemberId
    by: MemberId
    at: Timestamp
    wallets: tuple[RecusedWallet, ...]
    former: FormerMember | None = None
    moderated: bool = False

    @property
    def alone(self) -> bool:
        """Whether the member asked for it."""
        return self.by == self.member and not self.moderated

    def is_of(self, member: MemberId) -> bool:
        """Return whether it takes this member out, also one who was forgotten since and came back."""
        return self.member == member or (self.former is not None and self.former.is_of(member))


def taken_out(
    rules: Settled,
    wholes: Mapping[Whole, Units],
    recusals: Sequence[Recusal],
    quorum: Units,
    threshold: Threshold,
) -> tuple[dict[Whole, Units], Units, Threshold]:
    """Return totals, quorum and threshold without the recused wallets. A quorum that is a fixed amount is unchanged."""
    gone = [wallet for recusal in recusals for wallet in recusal.wallets]
    less = {Whole.SUPPLY: sum(wallet.supply for wallet in gone), Whole.LINKED: sum(wallet.linked for wallet in gone)}
    left = {whole: Units(max(0, amount - less[whole])) for whole, amount in wholes.items()}
    if not rules.wholes:
        return left, quorum, threshold
    # Of a quorum that is an amount nothing is taken here, so the scale to read that amount in does not matter.
    share, bar = resolve(rules, left, MAX_DECIMALS)
    return left, share if isinstance(rules.quorum, Share) else quorum, bar
