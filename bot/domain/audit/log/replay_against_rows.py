"""Holding the log against what is stored: the first thing that does not agree, by the entry that speaks of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.audit.log.ballot_commitment import agrees
from bot.domain.audit.log.entry_kinds import FORGOTTEN, Kind, Row, StoredBallot
from bot.domain.audit.log.hash_chain import Entry, first_break, reference
from bot.domain.audit.log.log_problem import (
    BallotFlaw,
    BallotPersonProblem,
    BallotProblem,
    Break,
    ChainFlaw,
    EntryFlaw,
    EntryProblem,
    HashUnknown,
    Person,
    Problem,
    RowFlaw,
    RowPersonProblem,
    RowProblem,
)
from bot.domain.shared.types import MemberId

_NO_ENTRY = 2**53
"""Comes after every entry: the place of a problem that no entry speaks of."""
_MOST = 10
"""Problems that are kept; the rest is counted."""


@dataclass(slots=True, kw_only=True)
class _Said:
    seq: int
    said: Mapping[str, Any] | None


@dataclass(slots=True, kw_only=True)
class _Wallet:
    """What the log says of a wallet's ballots on one proposal."""

    seqs: list[int] = field(default_factory=list)
    cast: list[Mapping[str, Any]] = field(default_factory=list)
    counts: bool = False
    met: int = 0


class Replay:
    """Takes the entries in order, then the rows and ballots that are stored, and tells what does not agree.

    It is only as good as the chain: `broken` says where that does not hold, and nothing behind is looked at.
    `posted` are hashes by the number of their entry, and `wanted` is one that an entry must have.
    """

    def __init__(
        self, salts: Mapping[MemberId, str], posted: Mapping[int, str] | None = None, *, wanted: str | None = None
    ) -> None:
        self._posted, self._wanted = dict(posted or {}), wanted
        self.last: Entry | None = None
        self.broken: Break | None = None
        self.problems = 0
        self._salts = salts
        self._people = {reference(salt, member) for member, salt in salts.items()} | {FORGOTTEN}
        self._named: dict[str, int] = {}
        self._forgotten: set[str] = set()
        self._rows: dict[str, _Said] = {}
        self._wallets: dict[tuple[int, str], _Wallet] = {}
        self._found: list[Problem] = []

    def take(self, entries: Sequence[Entry]) -> None:
        """Take the entries that come next."""
        if self.broken is not None:
            return
        self.broken = first_break(entries, after=self.last)
        if self.broken is not None:
            return
        for entry in entries:
            content = json.loads(entry.content)
            if content.get("seq") != entry.seq:
                self.broken = Break(seq=entry.seq, flaw=ChainFlaw.WRONG_NUMBER, number=str(content.get("seq")))
                return
            if self._posted.pop(entry.seq, entry.hash) != entry.hash:
                self._problem(EntryProblem(seq=entry.seq, flaw=EntryFlaw.NOT_AS_POSTED))
            if entry.hash == self._wanted:
                self._wanted = None
            self._take(entry.seq, content)
            self.last = entry

    def hold_rows(self, rows: Iterable[Row]) -> None:
        """Hold rows against what the log says of them."""
        for row in rows:
            said = self._rows.pop(row.name, None)
            if said is None:
                self._problem(RowProblem(seq=None, flaw=RowFlaw.UNTOLD, row=row.name))
            elif said.said is None:
                self._problem(RowProblem(seq=said.seq, flaw=RowFlaw.TOLD_GONE, row=row.name))
            elif said.said["digest"] != row.digest:
                self._problem(RowProblem(seq=said.seq, flaw=RowFlaw.CHANGED, row=row.name))
            else:
                for column, member in row.people.items():
                    if not self._is(said.said.get(column), member):
                        self._problem(RowPersonProblem(seq=said.seq, row=row.name, column=column))

    def hold_ballots(self, ballots: Iterable[StoredBallot]) -> None:
        """Hold ballots, those of a wallet in the order in which they were cast, against what the log says of them."""
        for ballot in ballots:
            cast = ballot.cast
            wallet, proposal = str(cast.wallet), ballot.proposal
            known = self._wallets.get((ballot.proposal, cast.wallet))
            if known is None or known.met == len(known.cast):
                last = known.seqs[-1] if known else None
                self._problem(BallotProblem(seq=last, flaw=BallotFlaw.UNTOLD, wallet=wallet, proposal=proposal))
                continue
            seq, said = known.seqs[known.met], known.cast[known.met]
            known.met += 1
            counts = known.counts and known.met == len(known.cast)
            if flaw := _flaw(said, ballot, counts=counts):
                self._problem(BallotProblem(seq=seq, flaw=flaw, wallet=wallet, proposal=proposal))
                continue
            for person, name, member in (
                (Person.MEMBER, said["member"], cast.member),
                (Person.DELEGATE, said.get("via"), cast.via),
            ):
                if not self._is(name, member):
                    self._problem(BallotPersonProblem(seq=seq, person=person, wallet=wallet, proposal=proposal))

    def verdict(self) -> list[Problem]:
        """Return the first problems, by the entry that speaks of each, once all that is stored was held."""
        if self.broken is not None:
            return [self.broken]
        for seq in self._posted:
            self._problem(EntryProblem(seq=seq, flaw=EntryFlaw.GONE))
        if self._wanted is not None:
            self._problem(HashUnknown(hash=self._wanted))
        for name, said in self._rows.items():
            if said.said is not None:
                self._problem(RowProblem(seq=said.seq, flaw=RowFlaw.GONE, row=name))
        for (proposal, wallet), known in self._wallets.items():
            if known.met < len(known.cast):
                seq = known.seqs[known.met]
                self._problem(BallotProblem(seq=seq, flaw=BallotFlaw.GONE, wallet=wallet, proposal=proposal))
        for person, seq in self._named.items():
            if person not in self._people | self._forgotten:
                self._problem(EntryProblem(seq=seq, flaw=EntryFlaw.NAMES_NOBODY_KNOWN))
        return sorted(self._found, key=lambda problem: _NO_ENTRY if problem.seq is None else problem.seq)[:_MOST]

    def _take(self, seq: int, content: Mapping[str, Any]) -> None:
        people = [content.get("by"), *content.get("about", {}).values()]
        if content["kind"] == Kind.FORGOTTEN:
            self._forgotten.add(content["by"])
        for name, said in content.get("rows", {}).items():
            self._rows[name] = _Said(seq=seq, said=said)
            people += [text for column, text in (said or {}).items() if column != "digest"]
        votes: Mapping[str, Any] = content.get("votes", {})
        for cast in votes.get("cast", ()):
            known = self._wallets.setdefault((votes["proposal"], cast["wallet"]), _Wallet())
            known.cast.append(cast)
            known.seqs.append(seq)
            known.counts = True
            people += [cast["member"], cast.get("via")]
        for wallet in votes.get("dropped", ()):
            self._wallets.setdefault((votes["proposal"], wallet), _Wallet()).counts = False
        for wallet, scores in votes.get("rescored", {}).items():
            known = self._wallets.setdefault((votes["proposal"], wallet), _Wallet())
            if known.counts:
                known.cast[-1], known.seqs[-1] = {**known.cast[-1], "scores": scores}, seq
        for person in people:
            if isinstance(person, str):
                self._named.setdefault(person, seq)

    def _is(self, said: str | None, member: MemberId | None) -> bool:
        """Return whether a name in the log is that of a member."""
        if member is None or said is None:
            return member is None and said is None
        if member in self._salts:
            return said == reference(self._salts[member], member)
        return not member and (said == FORGOTTEN or said in self._forgotten)

    def _problem(self, problem: Problem) -> None:
        self.problems += 1
        self._found.append(problem)


def _flaw(said: Mapping[str, Any], ballot: StoredBallot, *, counts: bool) -> BallotFlaw | None:
    """Return how a ballot differs from what the log says of it; people apart."""
    cast = ballot.cast
    if said["commitment"] != cast.commitment:
        return BallotFlaw.CHANGED
    if not agrees(said, cast.signature):
        return BallotFlaw.SIGNATURE
    if said["scores"] != [str(score) for score in cast.scores] or ballot.power != sum(cast.scores):
        return BallotFlaw.POWER
    if counts != ballot.counts:
        return BallotFlaw.COUNTS_NO_MORE if counts else BallotFlaw.COUNTS
    return None
