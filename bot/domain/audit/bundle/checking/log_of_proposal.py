"""What a log says about one proposal, gathered entry by entry, so that a bundle can be compared with it."""

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
"""Seconds by which two times may differ if they come from two clocks, or if a message was under way in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An entry about the proposal: its own time, and the latest time of any entry before it."""

    seq: int
    at: int
    behind: int
    kind: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry is in time.

    `behind` is the latest time that any entry before it states, `pressed` the latest of these by Discord's clock.
    `ahead` is by how many seconds the machine's clock (which gives the other times) was ahead of Discord's, as the
    entry says.
    """

    seq: int
    behind: int
    pressed: int
    ahead: int

    def dated_after(self, end: int) -> bool:
        """Return whether an entry before it states a time after `end`."""
        return self.behind > end + SLACK

    def late(self, end: int) -> int:
        """Return by how many seconds at least the entry was made after `end`; 0 if it may have been in time."""
        at = max(self.behind - self.ahead, self.pressed)
        return at - end if at > end + SLACK else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(Place):
    """A ballot in an entry. `at` is the entry's time, None if the ballot was there before the log began."""

    at: int | None
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Place):
    """An entry that casts and drops ballots: who made it; `signed` if it casts a signed ballot, for one wallet."""

    by: str
    signed: bool


@dataclass(slots=True, kw_only=True)
class Voter:
    """A wallet's ballots in order, and the number of the entry after which none of them counts."""

    casts: list[Cast] = field(default_factory=list)
    dropped: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Out(Place):
    """A member who is recused: `wallets` since `at`, by the last entry; `alone` if they asked for it themselves."""

    at: int
    alone: bool
    wallets: frozenset[str]


class Logged:
    """Reads the entries of a log and keeps those about the proposal with one number.

    `presses` are its entries of members who voted. `late` and `early` are entries about ballots after the count and
    before the submission. `unfounded` are entries with a wallet whose ballot their author was not allowed to cast or
    drop. `odd` is the first entry in a form that the bot never writes; nothing after it is read. `stood` says that the
    proposal existed when the log began, with entry `began`.
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
        self.presses: list[Press] = []
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
        """Read the next entry."""
        if self.odd is not None:
            return
        self.first, self.last = self.first or entry.seq, entry.seq
        try:
            self._take(entry.seq, json.loads(entry.content))
        except (ValueError, TypeError, KeyError, AttributeError):
            self.odd = entry.seq

    @property
    def begins(self) -> int | None:
        """The number of the first entry that was given. Unless it is 1, no entry is read."""
        return None if self.first is None else max(1, self.first - 1)

    def closed(self) -> list[Step]:
        """Return the entries that state the result; a correct log has exactly one."""
        return [step for step in self.steps if step.kind == Kind.CLOSED]

    def superseded(self) -> int:
        """Return how many ballots were replaced or dropped."""
        every = sum(len(voter.casts) for voter in self.voters.values())
        return every - sum(bool(voter.casts) and voter.dropped is None for voter in self.voters.values())

    def before(self, moment: int) -> bool:
        """Return whether something done at `moment` may have no entry because the log began later."""
        return self.stood and moment <= self.began + SLACK

    def recused(self) -> Collection[str]:
        """Return the wallets that are recused."""
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
        if votes and votes["proposal"] != content.get("proposal", votes["proposal"]):
            raise ValueError
        if votes and votes["proposal"] == self._number:
            if kind != Kind.BEGUN:
                self._hold(seq, content, votes)
            self._place(seq, kind)
            if kind == Kind.BALLOTS:
                self._press(seq, content, votes)
            self._vote(seq, None if kind == Kind.BEGUN else at, votes, _seconds(content.get(AHEAD, 0)))
        self._behind = max(self._behind, at)
        if kind == Kind.BALLOTS and not _signed(votes):
            self._pressed = max(self._pressed, at)

    def _begin(self, seq: int, kind: str, content: Mapping[str, Any]) -> None:
        """Read entry 1, which begins the log, and those after it that say what existed already."""
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
        """Note entries about ballots before the submission or after the count."""
        if kind != Kind.CLOSED and self.closed():
            self.late.append(seq)
        if not self.stood and not any(step.kind == Kind.SUBMITTED for step in self.steps):
            self.early.append(seq)

    def _press(self, seq: int, content: Mapping[str, Any], votes: Mapping[str, Any]) -> None:
        self.presses.append(
            Press(
                seq=seq,
                behind=self._behind,
                pressed=self._pressed,
                ahead=_seconds(content.get(AHEAD, 0)),
                by=str(content.get("by") or ""),
                signed=_signed(votes),
            )
        )

    def _hold(self, seq: int, content: Mapping[str, Any], votes: Mapping[str, Any]) -> None:
        """Check that whoever made the entry was allowed to cast and drop its ballots.

        A member casts for themselves and their delegators, and replaces what delegates cast for them. A delegate casts
        nothing for a wallet or member with a ballot that the member cast. A ballot that a delegate cast is dropped by
        that delegate or by the member who gave the delegation; a member who is recused drops what they cast for others.
        An entry is about each wallet once.
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
            for name in (
                "wallet",
                "commitment",
                *(name for name in ("member", "via", SEALED, UNSALTED) if name in said),
            ):
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
        """Note a recusal. If a member is recused again, the later time counts for all their wallets."""
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


def _signed(votes: Mapping[str, Any]) -> bool:
    return any(SEALED in said or UNSALTED in said for said in votes.get("cast", ()))


def _seconds(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
