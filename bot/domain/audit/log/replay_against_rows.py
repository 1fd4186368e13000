"""Holding the log against what is stored: the first thing that does not agree, by the entry that speaks of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.audit.log.ballot_commitment import agrees
from bot.domain.audit.log.entry_kinds import FORGOTTEN, Kind, Row, StoredBallot
from bot.domain.audit.log.hash_chain import Break, Entry, first_break, reference
from bot.domain.shared.types import MemberId

NO_ENTRY = 2**53
"""Comes after every entry: the place of a problem that no entry speaks of."""
_MOST = 10
"""Problems that are kept; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that does not agree. `seq` is the last entry that speaks of it, None if none does."""

    seq: int | None
    words: str


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
        self._found: list[tuple[int, str]] = []

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
                self.broken = Break(seq=entry.seq, problem=f"it says that it is number {content.get('seq')}")
                return
            if self._posted.pop(entry.seq, entry.hash) != entry.hash:
                self._problem(entry.seq, f"entry {entry.seq} is not the one whose hash was posted")
            if entry.hash == self._wanted:
                self._wanted = None
            self._take(entry.seq, content)
            self.last = entry

    def hold_rows(self, rows: Iterable[Row]) -> None:
        """Hold rows against what the log says of them."""
        for row in rows:
            said = self._rows.pop(row.name, None)
            if said is None:
                self._problem(None, f"{row.name} is stored, and no entry says so")
            elif said.said is None:
                self._problem(said.seq, f"{row.name} is stored, and entry {said.seq} says that it is gone")
            elif said.said["digest"] != row.digest:
                self._problem(said.seq, f"{row.name} is not as entry {said.seq} says")
            else:
                for column, member in row.people.items():
                    self._hold_person(said.seq, f"{column} of {row.name}", said.said.get(column), member)

    def hold_ballots(self, ballots: Iterable[StoredBallot]) -> None:
        """Hold ballots, those of a wallet in the order in which they were cast, against what the log says of them."""
        for ballot in ballots:
            cast = ballot.cast
            name = f"the ballot of {cast.wallet} on proposal #{ballot.proposal}"
            known = self._wallets.get((ballot.proposal, cast.wallet))
            if known is None or known.met == len(known.cast):
                self._problem(
                    known.seqs[-1] if known else None, f"{name} is stored, and no entry says that it was cast"
                )
                continue
            seq, said = known.seqs[known.met], known.cast[known.met]
            known.met += 1
            counts = known.counts and known.met == len(known.cast)
            if said["commitment"] != cast.commitment:
                self._problem(seq, f"{name} is not the one of entry {seq}")
            elif not agrees(said, cast.signature):
                self._problem(seq, f"the signature on {name} is not as entry {seq} says")
            elif said["scores"] != [str(score) for score in cast.scores] or ballot.power != sum(cast.scores):
                self._problem(seq, f"the power in {name} is not as entry {seq} says")
            elif counts != ballot.counts:
                self._problem(seq, f"{name} {'counts no more' if counts else 'counts'}, and no entry says so")
            else:
                self._hold_person(seq, f"the member in {name}", said["member"], cast.member)
                self._hold_person(seq, f"the delegate in {name}", said.get("via"), cast.via)

    def verdict(self) -> list[Problem]:
        """Return the first problems, by the entry that speaks of each, once all that is stored was held."""
        if self.broken is not None:
            return [Problem(seq=self.broken.seq, words=f"entry {self.broken.seq}: {self.broken.problem}")]
        for seq in self._posted:
            self._problem(seq, f"entry {seq} is missing, whose hash was posted")
        if self._wanted is not None:
            self._problem(None, f"no entry has the hash {self._wanted}: the log was written anew since, or is another")
        for name, said in self._rows.items():
            if said.said is not None:
                self._problem(said.seq, f"{name} is stored no more, and entry {said.seq} says that it is")
        for (proposal, wallet), known in self._wallets.items():
            if known.met < len(known.cast):
                seq = known.seqs[known.met]
                self._problem(seq, f"the ballot of {wallet} on proposal #{proposal} of entry {seq} is stored no more")
        for person, seq in self._named.items():
            if person not in self._people | self._forgotten:
                self._problem(seq, f"entry {seq} names a person whose salt is gone, and who was not forgotten")
        return [
            Problem(seq=None if seq == NO_ENTRY else seq, words=words)
            for seq, words in sorted(self._found, key=lambda problem: problem[0])[:_MOST]
        ]

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

    def _hold_person(self, seq: int, what: str, said: str | None, member: MemberId | None) -> None:
        if member is None or said is None:
            right = member is None and said is None
        elif member in self._salts:
            right = said == reference(self._salts[member], member)
        else:
            right = not member and (said == FORGOTTEN or said in self._forgotten)
        if not right:
            self._problem(seq, f"{what} is not the person of entry {seq}")

    def _problem(self, seq: int | None, words: str) -> None:
        self.problems += 1
        self._found.append((NO_ENTRY if seq is None else seq, words))
