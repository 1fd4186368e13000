"""Recusal: a member's wallets take no part in a vote, and their power leaves both sides of what decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.proposals.vote_rules import Settled, Share, Whole, resolve
from bot.domain.shared.types import Address, MemberId, Timestamp, Units
from bot.domain.voting import Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusedWallet:
    """One wallet that takes no part, with its power at the snapshot.

    `supply` and `linked` are what it is of the wholes that percentages are of; 0 where it was in none, or where
    what it was depends on who votes, so that it can't be told exactly.
    """

    address: Address
    power: Units
    supply: Units
    linked: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """One member's, for one proposal; `by` is the member, or the moderator who recused them. It can't be undone."""

    member: MemberId
    by: MemberId
    at: Timestamp
    wallets: tuple[RecusedWallet, ...]


def taken_out(
    rules: Settled,
    wholes: Mapping[Whole, Units],
    recusals: Sequence[Recusal],
    quorum: Units,
    threshold: Threshold,
) -> tuple[dict[Whole, Units], Units, Threshold]:
    """Return wholes, quorum and threshold without the recused wallets; an amount that is no share stays."""
    gone = [wallet for recusal in recusals for wallet in recusal.wallets]
    less = {Whole.SUPPLY: sum(wallet.supply for wallet in gone), Whole.LINKED: sum(wallet.linked for wallet in gone)}
    left = {whole: Units(max(0, amount - less[whole])) for whole, amount in wholes.items()}
    if not rules.wholes:
        return left, quorum, threshold
    share, bar = resolve(rules, left, 36)
    return left, share if isinstance(rules.quorum, Share) else quorum, bar
