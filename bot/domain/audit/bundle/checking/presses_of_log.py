"""Whether the ballots of an entry are those of one press, and those of a press stand in one entry."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.audit.bundle.checking.log_of_proposal import Logged
from bot.domain.audit.bundle.reading.bundle_reader import Contents
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
