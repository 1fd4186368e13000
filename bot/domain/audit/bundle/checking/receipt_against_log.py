"""Whether a log commits to the ballots of a receipt, as the ballots of those wallets on that proposal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.audit.bundle.checking.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.receipts import Commitments
from bot.domain.audit.log.entry_kinds import VOTES, Kind
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.shared.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """An entry that commits to a ballot, and the number of the proposal that it says it is on."""

    seq: int
    proposal: int


class Committed:
    """Takes the entries of a log, and keeps which of them commits to which ballots of a receipt.

    A commitment that stands beside another wallet's name is nobody's ballot.
    """

    def __init__(self, receipt: Commitments) -> None:
        self._receipt, self._wanted = receipt, frozenset(receipt.made)
        self._first: int | None = None
        self._met: dict[tuple[str, str], _Met] = {}
        self._named: dict[int, set[object]] = {}
        """By number, the content identifiers that a proposal ever had."""
        self._stood: set[str] = set()
        self._closed: dict[int, dict[str, Any]] = {}
        """By its number, each entry that counts the receipt's proposal."""
        self._odd: list[int] = []

    def take(self, entry: Entry) -> None:
        """Take the entry that comes next."""
        self._first = self._first or entry.seq
        if any(word in entry.content for word in ('"commitment"', '"cid"', '"proposal/')):
            try:
                self._take(entry.seq, json.loads(entry.content))
            except (ValueError, TypeError, KeyError, AttributeError):
                self._odd.append(entry.seq)

    def _take(self, seq: int, content: dict[str, Any]) -> None:
        if "cid" in content:
            self._named.setdefault(content["proposal"], set()).add(content["cid"])
        if content["kind"] == Kind.CLOSED and content["cid"] == self._receipt.proposal:
            self._closed[seq] = content
        if content["kind"] == Kind.BEGUN:
            self._stood |= content.get("rows", {}).keys()
        if "cast" in VOTES.get(content["kind"], ()):
            votes = content.get("votes", {})
            number = votes.get("proposal")
            for said in votes.get("cast", ()):
                if (key := (said["wallet"], said["commitment"])) in self._wanted and type(number) is int:
                    self._met[key] = _Met(seq=seq, proposal=number)

    def match(self, pinned: int | None = None) -> Iterator[Finding]:
        """Say whether the log commits to the ballots of the receipt, whatever became of them since."""
        missing = [wallet for wallet, made in self._receipt.made if (wallet, made) not in self._met]
        if missing and self._first != 1:
            yield unchecked(
                "log and receipt",
                f"no entry given commits to the ballots of {', '.join(missing[:3])}, and the log lacks its first ones",
            )
            return
        problems = [f"ballot of {wallet}: no entry commits to it" for wallet in missing]
        doubtful = dict[int, int]()
        for (wallet, _), met in self._met.items():
            named = self._named.get(met.proposal)
            if named is None and (self._first != 1 or f"proposal/{met.proposal}" in self._stood):
                doubtful[met.seq] = met.proposal
            elif self._receipt.proposal not in (named or ()):
                problems.append(_elsewhere(Address(wallet), met))
        problems += self._otherwise_counted()
        problems += [f"entry {seq}: it says something in a way in which nothing is logged" for seq in self._odd]
        seqs = sorted({met.seq for met in self._met.values()})
        yield from judged("log and receipt", problems, f"committed to in {', '.join(map(str, seqs))}")
        for seq, number in doubtful.items():
            yield unchecked("log and receipt", f"no entry given names proposal {number}, which {seq} is about")
        if self._receipt.counted and not self._closed:
            words = "no entry given says that its proposal was counted: root and bundle are held against none"
            yield unchecked("log and receipt", words)
        behind = [seq for seq in (*seqs, *self._closed) if pinned is not None and seq > pinned]
        if behind:
            told = ", ".join(map(str, behind[:10]))
            yield unchecked(
                "log and heads", f"entries {told} stand behind the last head given ({pinned}): give a later one"
            )

    def _otherwise_counted(self) -> Iterator[str]:
        for seq, said in self._closed.items():
            for name, stated in self._receipt.counted.items():
                if said.get(name) != stated:
                    yield f"{name}: entry {seq} says {str(said.get(name))[:80]}, it says {stated[:80]}"


def _elsewhere(wallet: Address, met: _Met) -> str:
    return f"ballot of {wallet}: entry {met.seq} has it on number {met.proposal}, which is another proposal"
