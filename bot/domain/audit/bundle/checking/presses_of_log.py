"""Whether an entry is one press, and each press later than what it replaces."""

from __future__ import annotations

from collections.abc import Container, Iterator

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
        newest: dict[object, Cast] = {}
        for cast in voter.casts:
            before = newest.setdefault(_caster(cast), cast)
            if cast.at is None or before.at is None or cast.at >= before.at:
                newest[_caster(cast)] = cast
                continue
            words = f"entry {cast.seq} is of {cast.at}, and that of entry {before.seq} is later, which it replaces"
            yield cast.seq, f"ballot of {wallet}: {words}"


def left_behind(contents: Contents, logged: Logged) -> Iterator[tuple[int, str]]:
    """Name each counted ballot that an entry behind it should have taken out or replaced, with that entry's number.

    A recusal takes out the member's wallets and what they cast for others; who votes takes back what delegates cast for
    them; and a delegate's press is for all for whom they voted before. Who was forgotten is nobody that an entry names.
    """
    last = {press.by: press.seq for press in logged.presses if not press.signed}
    own = {
        said["member"]: said["wallet"]
        for voter in logged.voters.values()
        if voter.casts and voter.dropped is None and "via" not in (said := voter.casts[-1].said)
    }
    for ballot in contents.ballots:
        voter = logged.voters.get(ballot.wallet)
        if voter is None or not voter.casts or voter.dropped is not None:
            continue
        cast, name = voter.casts[-1], f"ballot of {ballot.wallet}"
        member, via = cast.said.get("member"), cast.said.get("via")
        for person, whose in ((member, "its member"), (via, "the delegate who cast it")):
            if person and (out := logged.out.get(person)) is not None:
                yield out.seq, f"{name}: {whose} takes no part since entry {out.seq}, and it counts"
        if via and member and member in own:
            yield cast.seq, f"{name}: a delegate cast it, and its member voted with {own[member]}"
        if via and last.get(via, 0) > cast.seq:
            yield last[via], f"{name}: the delegate who cast it voted again in entry {last[via]}, which leaves it out"


def late_presses(told: Container[int], end: int, logged: Logged) -> Iterator[tuple[int, str]]:
    """Name each entry on ballots that was made after `end`, but those that are `told` of already."""
    for press in logged.presses:
        if press.seq not in told and (late := press.late(end)):
            yield press.seq, f"entry {press.seq}: it is about ballots, and was made {late:,} s after the end at least"


def _caster(cast: Cast) -> object:
    """Return who cast it; of a signed ballot nobody who cast another."""
    signed = SEALED in cast.said or UNSALTED in cast.said
    return cast.seq if signed else cast.said.get("via", cast.said.get("member"))
