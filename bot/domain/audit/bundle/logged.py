"""What a log says of one proposal: gathered from its entries, in order, so that a bundle can be held against it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.domain.audit.commitment import SEALED, UNSALTED
from bot.domain.audit.decisions import Kind
from bot.domain.audit.log import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An entry that names the proposal, with the moment that it gives itself."""

    seq: int
    at: int
    kind: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A ballot as an entry has it. `at` is the entry's moment, None where the log began with the ballot.

    `behind` is the latest moment that an entry before it gives.
    """

    seq: int
    at: int | None
    behind: int
    said: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Voter:
    """What became of a wallet's ballots: all of them in order, and the entry that says that they count no more."""

    casts: list[Cast] = field(default_factory=list)
    dropped: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """Who takes no part: `wallets` since `at`, the last entry being `seq`; `alone` says that they asked for it."""

    seq: int
    at: int
    alone: bool
    wallets: frozenset[str]


class Committed:
    """Takes the entries of a log, and keeps which of them commits to which of the commitments that are `wanted`."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = frozenset(wanted)
        self.met: dict[str, int] = {}

    def take(self, entry: Entry) -> None:
        """Take the entry that comes next."""
        if '"commitment"' not in entry.content:
            return
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            for said in json.loads(entry.content)["votes"]["cast"]:
                if said["commitment"] in self._wanted:
                    self.met[said["commitment"]] = entry.seq


class Logged:
    """Takes the entries of a log, and keeps those on the proposal of one number.

    `odd` is the first entry that says something in a way in which nothing is ever logged; nothing behind it is taken.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self.first: int | None = None
        self.last = 0
        self.guild: str | None = None
        self.stood = False
        self.steps: list[Step] = []
        self.voters: dict[str, Voter] = {}
        self.out: dict[str, Out] = {}
        self.forgotten: set[str] = set()
        self.late: list[int] = []
        self.odd: int | None = None
        self._behind = 0
        self._beginning = True

    def take(self, entry: Entry) -> None:
        """Take the entry that comes next."""
        if self.odd is not None:
            return
        self.first, self.last = self.first or entry.seq, entry.seq
        try:
            self._take(entry.seq, json.loads(entry.content))
        except (ValueError, TypeError, KeyError, AttributeError):
            self.odd = entry.seq

    def closed(self) -> list[Step]:
        """Return what says that the result was stood; one entry, where all is well."""
        return [step for step in self.steps if step.kind == Kind.CLOSED]

    def superseded(self) -> int:
        """Return how many ballots were replaced, or count no more."""
        every = sum(len(voter.casts) for voter in self.voters.values())
        return every - sum(bool(voter.casts) and voter.dropped is None for voter in self.voters.values())

    def recused(self) -> Collection[str]:
        """Return the wallets that take no part."""
        return {wallet for one in self.out.values() for wallet in one.wallets}

    def _take(self, seq: int, content: Mapping[str, Any]) -> None:
        kind, at = content["kind"], int(content["at"])
        self._beginning = self._beginning and kind == Kind.BEGUN
        if kind == Kind.BEGUN:
            if not self._beginning:
                raise ValueError
            self.guild = _text(content["guild"])
            self.stood = self.stood or f"proposal/{self._number}" in content.get("rows", {})
        if kind == Kind.FORGOTTEN:
            self.forgotten.add(_text(content["by"]))
        if content.get("proposal") == self._number:
            self.steps.append(Step(seq=seq, at=at, kind=kind, said=content))
            if kind == Kind.RECUSED:
                self._recuse(seq, at, content)
        votes: Mapping[str, Any] = content.get("votes", {})
        if votes and votes["proposal"] == self._number:
            if kind != Kind.CLOSED and self.closed():
                self.late.append(seq)
            self._vote(seq, None if kind == Kind.BEGUN else at, votes)
        self._behind = max(self._behind, at)

    def _vote(self, seq: int, at: int | None, votes: Mapping[str, Any]) -> None:
        for said in votes.get("cast", ()):
            for name in ("wallet", "commitment", *(name for name in ("via", SEALED, UNSALTED) if name in said)):
                _text(said[name])
            voter = self.voters.setdefault(said["wallet"], Voter())
            voter.casts.append(Cast(seq=seq, at=at, behind=self._behind, said={"scores": None, **said}))
            voter.dropped = None
        for wallet in votes.get("dropped", ()):
            self.voters.setdefault(wallet, Voter()).dropped = seq
        for wallet, scores in votes.get("rescored", {}).items():
            voter = self.voters.setdefault(wallet, Voter())
            if voter.casts and voter.dropped is None:
                last = voter.casts[-1]
                said = {**last.said, "scores": scores}
                voter.casts[-1] = Cast(seq=last.seq, at=last.at, behind=last.behind, said=said)

    def _recuse(self, seq: int, at: int, content: Mapping[str, Any]) -> None:
        """Whoever is recused again has their wallets under the later moment."""
        member = _text(content["about"]["member"])
        earlier = self.out.pop(member).wallets if member in self.out else frozenset[str]()
        wallets = earlier | frozenset(map(str, content["wallets"]))
        self.out[member] = Out(seq=seq, at=at, alone=content["by"] == member, wallets=wallets)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
