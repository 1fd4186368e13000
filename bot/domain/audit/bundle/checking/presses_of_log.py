"""Whether an entry is one press, and each press later than what it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bot.domain.audit.bundle.checking.log_of_proposal import Cast, Logged
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.audit.log.ballot_commitment import SEALED, UNSALTED
from bot.domain.voting.ballot import Ballot


def divided_presses(contents: Contents, logged: Logged) -> Iterator[tuple[int, str]]:
    """Name each ballot whose press is another one by its entry than by its receipt, with the entry's number.

    What a log began with stands there together, whatever cast it, and is left out.
    """
    by_entry: dict[int, Ballot] = {}
    by_receipt: dict[str, tuple[int, Ballot]] = {}
    for ballot in contents.ballots:
        voter = logged.voters.get(ballot.wallet)
        if voter is None or not voter.casts or (last := voter.casts[-1]).at is None:
            continue
        name, seq = f"ballot of {ballot.wallet} receipt", last.seq
        beside = by_entry.setdefault(seq, ballot)
        entry, first = by_receipt.setdefault(ballot.receipt, (seq, ballot))
        if beside.receipt != ballot.receipt:
            yield seq, f"{name}: entry {seq} is one press, and that of {beside.wallet} there is another's"
        elif entry != seq:
            yield seq, f"{name}: it is that of {first.wallet}, which entry {entry} cast, not {seq}"


def replaced_by_older(logged: Logged) -> Iterator[tuple[int, str]]:
    """Name each ballot that an older one of the same caster replaced, with the entry that says so.

    Unsigned ballots have the time of Discord's, which orders the presses of a member. A signed one has another clock's.
    """
    for wallet, voter in logged.voters.items():
        for before, cast in pairwise(voter.casts):
            if before.at is None or cast.at is None or cast.at >= before.at or _caster(before) != _caster(cast):
                continue
            words = f"entry {cast.seq} is of {cast.at}, and that of entry {before.seq} is later, which it replaces"
            yield cast.seq, f"ballot of {wallet}: {words}"


def _caster(cast: Cast) -> object:
    """Return who cast it; of a signed ballot nobody who cast another."""
    signed = SEALED in cast.said or UNSALTED in cast.said
    return cast if signed else cast.said.get("via", cast.said.get("member"))
