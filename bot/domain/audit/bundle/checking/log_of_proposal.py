"""What a log says of one proposal: gathered from its entries, in order, so that a bundle can be held against it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.audit.log.ballot_commitment import SEALED, UNSALTED
from bot.domain.audit.log.entry_kinds import AHEAD, VOTES, Kind
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.shared.clock_agreement import CLOCK_SKEW

SLACK = 2 * CLOCK_SKEW
"""Seconds by which moments may differ that were read off two clocks, or between which something was on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An entry that names the proposal, with the moment that it gives itself, and the latest of those before it."""

    seq: int
    at: int
    behind: int
    kind: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry stands in time.

    `behind` is the latest moment that an entry before it gives, `pressed` the latest of Discord's clock among them.
    `ahead` is by how many seconds the machine's clock, which gives the others, was ahead of that, as the entry says.
    """

    seq: int
    behind: int
    pressed: int
    ahead: int

    def past(self, end: int) -> bool:
        """Return whether an entry before it gives a moment behind the `end`."""
        return self.behind > end + SLACK

    def late(self, end: int) -> int:
        """Return how many seconds behind the `end` the entry was made at least, 0 if it may have been in time."""
        at = max(self.behind - self.ahead, self.pressed)
        return at - end if at > end + SLACK else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(Place):
    """A ballot as an entry has it. `at` is the entry's moment, None where the log began with the ballot."""

    at: int | None
    said: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Voter:
    """What became of a wallet's ballots: all of them in order, and the entry that says that they count no more."""

    casts: list[Cast] = field(default_factory=list)
    dropped: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Out(Place):
    """Who takes no part: `wallets` since `at`, as the last entry says; `alone` says that they asked for it."""

    at: int
    alone: bool
    wallets: frozenset[str]


class Logged:
    """Takes the entries of a log, and keeps those on the proposal of one number.

    `late` and `early` are entries about ballots behind the count and before the submission. `unfounded` are entries
    with a wallet whose ballot they cast or drop, though whoever made them could not. `odd` is the first entry that
    says something in a way in which nothing is ever logged; nothing behind it is taken. `stood` says that the log began
    with the proposal, at `began`.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self.first: int | None = None
        self.last = 0
        self.guild: str | None = None
        self.began = 0
        self.stood = False
        self.steps: list[Step] = []
        self.voters: dict[str, Voter] = {}
        self.out: dict[str, Out] = {}
        self.forgotten: set[str] = set()
        self.late: list[int] = []
        self.early: list[int] = []
        self.unfounded: list[tuple[int, str]] = []
        self.odd: int | None = None
        self._own: dict[str | None, set[str]] = {}
        """By member, the wallets whose ballot they cast themselves."""
        self._behind = self._pressed = 0
        self._beginning = False

    def take(self, entry: Entry) -> None:
        """Take the entry that comes next."""
        if self.odd is not None:
            return
        self.first, self.last = self.first or entry.seq, entry.seq
        try:
            self._take(entry.seq, json.loads(entry.content))
        except (ValueError, TypeError, KeyError, AttributeError):
            self.odd = entry.seq

    @property
    def begins(self) -> int | None:
        """The number of the entry with which the log given begins; nothing of it is taken unless it is 1."""
        return None if self.first is None else max(1, self.first - 1)

    def closed(self) -> list[Step]:
        """Return what says that the result was stood; one entry, where all is well."""
        return [step for step in self.steps if step.kind == Kind.CLOSED]

    def superseded(self) -> int:
        """Return how many ballots were replaced, or count no more."""
        every = sum(len(voter.casts) for voter in self.voters.values())
        return every - sum(bool(voter.casts) and voter.dropped is None for voter in self.voters.values())

    def before(self, moment: int) -> bool:
        """Return whether what was done at that moment may have no entry, because the log began with the proposal."""
        return self.stood and moment <= self.began + SLACK

    def recused(self) -> Collection[str]:
        """Return the wallets that take no part."""
        return {wallet for one in self.out.values() for wallet in one.wallets}

    def _take(self, seq: int, content: Mapping[str, Any]) -> None:
        kind, at = content["kind"], int(content["at"])
        self._begin(seq, kind, content)
        if kind == Kind.FORGOTTEN:
            self.forgotten.add(_text(content["by"]))
        if content.get("proposal") == self._number:
            self.steps.append(Step(seq=seq, at=at, behind=self._behind, kind=kind, said=content))
            if kind == Kind.RECUSED:
                self._recuse(seq, at, content)
        votes: Mapping[str, Any] = content.get("votes", {})
        if votes.keys() - {"proposal"} - VOTES.get(kind, frozenset()):
            raise ValueError
        if votes and votes["proposal"] == self._number:
            if kind != Kind.BEGUN:
                self._hold(seq, content, votes)
            self._place(seq, kind)
            self._vote(seq, None if kind == Kind.BEGUN else at, votes, _seconds(content.get(AHEAD, 0)))
        self._behind = max(self._behind, at)
        if kind == Kind.BALLOTS and not any(SEALED in said or UNSALTED in said for said in votes.get("cast", ())):
            self._pressed = max(self._pressed, at)

    def _begin(self, seq: int, kind: str, content: Mapping[str, Any]) -> None:
        """Only entry 1 begins a log, with those behind it that say what stood already."""
        self._beginning = kind == Kind.BEGUN and (seq == 1 or self._beginning)
        if self._beginning is not (kind == Kind.BEGUN or seq == 1):
            raise ValueError
        if self._beginning:
            if self.guild not in (None, content["guild"]):
                raise ValueError
            self.guild = _text(content["guild"])
            self.began = max(self.began, int(content["at"]))
            self.stood = self.stood or content.get("rows", {}).get(f"proposal/{self._number}") is not None

    def _place(self, seq: int, kind: str) -> None:
        """Ballots are cast between the submission and the count."""
        if kind != Kind.CLOSED and self.closed():
            self.late.append(seq)
        if not self.stood and not any(step.kind == Kind.SUBMITTED for step in self.steps):
            self.early.append(seq)

    def _hold(self, seq: int, content: Mapping[str, Any], votes: Mapping[str, Any]) -> None:
        """Whoever presses casts their own ballots and those of their delegators, and drops what delegates cast.

        No delegate casts for a wallet or a member with a ballot that its member cast, and nobody casts, or is cast for,
        who is recused. A ballot is dropped that a delegate cast, by that delegate or by who gave them the delegation,
        with the press that casts another; and whoever is recused drops what they cast for others. An entry is about
        each wallet once.
        """
        recused = content["kind"] == Kind.RECUSED
        by = content["about"]["member"] if recused else content.get("by")
        told = set[str]()
        for said in votes.get("cast", ()):
            wallet, owner = _text(said["wallet"]), said["member"]
            own = "via" not in said
            last = self._standing(wallet)
            taken = not own and (owner == by or bool(self._own.get(owner)) or bool(last and "via" not in last))
            taken = taken or owner in self.out or by in self.out
            if not by or (owner if own else said["via"]) != by or taken or wallet in told:
                self.unfounded.append((seq, wallet))
            told.add(wallet)
        for wallet in votes.get("dropped", ()):
            last = self._standing(wallet)
            owner = None if recused else last.get("member")
            alone = not recused and not votes.get("cast")
            if not by or last.get("via") is None or by not in (last["via"], owner) or alone or wallet in told:
                self.unfounded.append((seq, _text(wallet)))
            told.add(wallet)

    def _vote(self, seq: int, at: int | None, votes: Mapping[str, Any], ahead: int) -> None:
        for said in votes.get("cast", ()):
            for name in ("wallet", "commitment", *(name for name in ("via", SEALED, UNSALTED) if name in said)):
                _text(said[name])
            voter = self.voters.setdefault(said["wallet"], Voter())
            self._forget_own(said["wallet"])
            given = {"scores": None, **said}
            voter.casts.append(
                Cast(seq=seq, at=at, behind=self._behind, pressed=self._pressed, ahead=ahead, said=given)
            )
            voter.dropped = None
            if "via" not in said:
                self._own.setdefault(said.get("member"), set()).add(said["wallet"])
        for wallet in votes.get("dropped", ()):
            self._forget_own(wallet)
            self.voters.setdefault(wallet, Voter()).dropped = seq
        for wallet, scores in votes.get("rescored", {}).items():
            voter = self.voters.setdefault(wallet, Voter())
            if voter.casts and voter.dropped is None:
                last = voter.casts[-1]
                voter.casts[-1] = replace(last, said={**last.said, "scores": scores})

    def _standing(self, wallet: str) -> Mapping[str, Any]:
        """Return what an entry says of the ballot of a wallet that counts so far, nothing where there is none."""
        voter = self.voters.get(wallet)
        return voter.casts[-1].said if voter and voter.casts and voter.dropped is None else {}

    def _forget_own(self, wallet: str) -> None:
        last = self._standing(wallet)
        self._own.get(last.get("member"), set[str]()).discard(wallet)

    def _recuse(self, seq: int, at: int, content: Mapping[str, Any]) -> None:
        """Whoever is recused again has their wallets under the later moment."""
        member = _text(content["about"]["member"])
        earlier = self.out.pop(member).wallets if member in self.out else frozenset[str]()
        wallets = earlier | frozenset(map(str, content["wallets"]))
        self.out[member] = Out(
            seq=seq,
            behind=self._behind,
            pressed=self._pressed,
            ahead=_seconds(content.get(AHEAD, 0)),
            at=at,
            alone=content["by"] == member,
            wallets=wallets,
        )


def _seconds(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
