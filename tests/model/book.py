"""What should be: members, wallets, delegations, votes and ballots as plain dicts, moved by the promises of the docs.

Nothing here asks the bot anything. An act that the bot must refuse raises `Refused` with the names of the errors that
are right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Any

from bot.domain.shared.types import Address
from tests.model.counting import Bar, Decided, Mark, count, decide
from tests.model.ledger import ONE_FOR_ONE, DaoContracts
from tests.model.rules import Settled

FORMER = 0
GRACE = 60


class Refused(Exception):
    """The bot has to say no, by one of these errors."""

    def __init__(self, *names: Any) -> None:
        super().__init__(*names)
        self.names = names


def refused(act: Callable[[], object]) -> tuple[str, ...] | None:
    """Do it; return the names of the errors that are right if it has to be refused, else None."""
    try:
        act()
    except Refused as refusal:
        return refusal.names
    return None


@dataclass
class MemberDelegation:
    delegator: int
    delegate: int
    topic: str | None
    until: int | None
    everywhere: bool = False


@dataclass
class Cast:
    """One ballot that counts; `press` is the receipt of the press that cast it."""

    mark: Mark
    member: int
    via: int | None
    press: str = ""


@dataclass
class Vote:
    """One proposal from its submission on."""

    id: int
    number: int
    author: int
    voting: str
    choices: int
    strategies: tuple[str, ...]
    block: int
    submitted: int
    start: int
    end: int
    bar: Bar
    settled: Settled
    delegates: dict[int, int]
    linked: dict[Address, int]
    ballots: dict[Address, Cast] = field(default_factory=dict)
    recused: list[tuple[int, set[Address]]] = field(default_factory=list)
    recused_and_forgotten: set[int] = field(default_factory=set)
    """Who was forgotten after a recusal while this vote was open, and stays out of it."""
    signed_at: dict[Address, int] = field(default_factory=dict)
    versions: int = 1
    opened: bool = False
    withdrawn: bool = False
    counted: bool = False

    @property
    def out(self) -> set[Address]:
        return {wallet for _, wallets in self.recused for wallet in wallets}

    def is_without(self, member: int) -> bool:
        return member in self.recused_and_forgotten or any(who == member for who, _ in self.recused)

    def state(self, now: int) -> str:
        if self.withdrawn or self.counted:
            return "withdrawn" if self.withdrawn else "closed"
        if now > self.end:
            return "closing"
        return "pending" if now < self.start or not self.opened else "voting"


@dataclass
class Book:
    """Everything that decides."""

    ledger: DaoContracts
    now: int
    wallets: dict[Address, int] = field(default_factory=dict)
    member_delegations: list[MemberDelegation] = field(default_factory=list)
    votes: dict[int, Vote] = field(default_factory=dict)

    # Links

    def of(self, member: int) -> list[Address]:
        return [wallet for wallet, holder in self.wallets.items() if holder == member]

    def link(self, member: int, wallet: Address) -> None:
        self.wallets.pop(wallet, None)
        self.wallets[wallet] = member

    def unlink(self, member: int, wallet: Address) -> None:
        if self.wallets.get(wallet) != member:
            raise Refused("NotFound")
        del self.wallets[wallet]

    # Delegations

    def in_force(self, topic: str, at: int, *, here: bool = True) -> dict[int, int]:
        """Return to whom each delegator's power goes on votes of a topic.

        What was given for this guild comes before what was given for every one, then what was given for the topic;
        not `here` is a guild for which nobody gave anything.
        """
        chosen: dict[int, int] = {}
        for everywhere, wanted in ((True, None), (True, topic), (False, None), (False, topic)):
            for member_delegation in self.member_delegations:
                fits = (member_delegation.everywhere, member_delegation.topic) == (everywhere, wanted) and (
                    here or everywhere
                )
                if fits and (member_delegation.until is None or at <= member_delegation.until):
                    chosen[member_delegation.delegator] = member_delegation.delegate
        return chosen

    def give(self, new: MemberDelegation, topics: Iterable[str]) -> None:
        """Let another member vote; it replaces what was given before for the same, and may close no circle."""
        if new.delegator == new.delegate:
            raise Refused("InvalidInput")
        same = (new.delegator, new.topic, new.everywhere)
        before = self.member_delegations
        self.member_delegations = [m for m in before if (m.delegator, m.topic, m.everywhere) != same] + [new]
        begins = max([self.now, *(vote.submitted + 1 for vote in self.votes.values())])
        for topic, here in product(topics, (True, False) if new.everywhere else (True,)):
            chosen, at = self.in_force(topic, begins, here=here), new.delegate
            if new.topic not in (None, topic) or self._comes_first(new, topic, here=here):
                continue
            for _ in range(10):
                at = chosen.get(at, at)
                if at == new.delegator:
                    self.member_delegations = before
                    raise Refused("DelegationCircle")

    def _comes_first(self, new: MemberDelegation, topic: str, *, here: bool) -> bool:
        """Return whether another delegation of the same delegator comes before a new one on a topic."""
        rank = (not new.everywhere, new.topic is not None)
        return any(
            m.delegator == new.delegator
            and m.topic in (None, topic)
            and (here or m.everywhere)
            and (m.until is None or self.now <= m.until)
            and (not m.everywhere, m.topic is not None) > rank
            for m in self.member_delegations
        )

    def take_back(self, delegator: int, topic: str | None, *, everywhere: bool | None) -> None:
        self.member_delegations = [
            m
            for m in self.member_delegations
            if m.delegator != delegator
            or (topic is not None and m.topic != topic)
            or (everywhere is not None and m.everywhere != everywhere)
        ]

    # Power

    def voters(self, vote: Vote) -> set[Address]:
        return set(vote.ballots) | vote.out

    def scores(self, vote: Vote, wallet: Address, voters: set[Address] | None = None) -> tuple[int, ...]:
        known = self.voters(vote) if voters is None else voters
        return self.ledger.scores(vote.strategies, vote.block, wallet, known | {wallet})

    # Voting

    def press(
        self,
        vote: Vote,
        member: int,
        mark: Mark,
        receipt: str = "",
        left_out: Collection[Address] = (),
        doubted: Collection[Address] = (),
    ) -> int:
        """Cast for the member's own wallets and those behind them; the owner's own word always comes first.

        What has a ballot already has the new mark even where its power is zero by now; of those without one, the
        `doubted` do. Return the power that it is told to have.
        """
        self._open(vote)
        if vote.settled.signed:
            raise Refused("SignatureNeeded")
        own, behind = self._own(vote, member), self._behind(vote, member)
        if not own and not behind:
            raise Refused("NoWallet")
        owners = {**behind, **dict.fromkeys(own, member)}
        # Whoever presses is a voter with all their wallets.
        voters = self.voters(vote) | set(owners)
        powers = {w: sum(self.scores(vote, w, voters)) for w in owners if w not in left_out}
        if not any(powers.values()):
            raise Refused("NoPower")
        cast = [w for w, power in powers.items() if power or w in vote.ballots or w in doubted]
        for wallet, ballot in list(vote.ballots.items()):
            if ballot.via is not None and member in (ballot.member, ballot.via) and wallet not in owners:
                del vote.ballots[wallet]
        for wallet in cast:
            owner = owners[wallet]
            vote.ballots[wallet] = Cast(mark, owner, None if owner == member else member, receipt)
        return sum(powers.values())

    def sign(self, vote: Vote, member: int, wallet: Address, mark: Mark, receipt: str = "") -> None:
        if not vote.settled.signed or self.wallets.get(wallet) != member:
            raise Refused("NotFound")
        self._open(vote)
        if wallet in vote.out or vote.is_without(member):
            raise Refused("Recused", "NotFound")
        if vote.signed_at.get(wallet, -1) >= self.now:
            raise Refused("InvalidInput")
        if not sum(self.scores(vote, wallet)):
            raise Refused("NoPower")
        vote.ballots[wallet] = Cast(mark, member, None, receipt)
        vote.signed_at[wallet] = self.now

    def _open(self, vote: Vote) -> None:
        if vote.state(self.now) != "voting":
            raise Refused("NotVoting")

    def _own(self, vote: Vote, member: int) -> list[Address]:
        linked = self.of(member)
        own = [wallet for wallet in linked if wallet not in vote.out]
        if vote.is_without(member) or (linked and not own):
            raise Refused("Recused")
        return own

    def _behind(self, vote: Vote, delegate: int) -> dict[Address, int]:
        found: dict[Address, int] = {}
        for delegator, to in vote.delegates.items():
            theirs = any(b.member == delegator and b.via is None for b in vote.ballots.values())
            if to != delegate or theirs or vote.is_without(delegator):
                continue
            for wallet in self.of(delegator):
                own = wallet in vote.ballots and vote.ballots[wallet].via is None
                if not own and wallet not in vote.out:
                    found[wallet] = delegator
        return found

    def recuse(self, vote: Vote, member: int, *, by: int, moderator: bool) -> bool:
        """Take a member out; return whether anything changed."""
        if by != member and not moderator:
            raise Refused("NotAllowed")
        if vote.state(self.now) not in ("pending", "voting"):
            raise Refused("WrongState")
        voted = {wallet for wallet, ballot in vote.ballots.items() if ballot.member == member}
        wallets = ({*self.of(member)} | voted) - vote.out
        earlier = next((gone for who, gone in vote.recused if who == member), None)
        if not wallets:
            if earlier is None:
                raise Refused("NoWallet")
            return False
        if earlier is None:
            vote.recused.append((member, wallets))
        else:
            earlier |= wallets
        for wallet, ballot in list(vote.ballots.items()):
            if ballot.via == member and ballot.member != member:
                del vote.ballots[wallet]
        return True

    # Taking back, forgetting

    def withdraw(self, vote: Vote, member: int) -> None:
        if vote.author != member:
            raise Refused("NotAllowed")
        state = vote.state(self.now)
        if state not in ("pending", "voting"):
            raise Refused("WrongState")
        if state == "voting" and vote.ballots:
            raise Refused("NotAllowed")
        vote.withdrawn = True

    def delete(self, vote: Vote) -> None:
        if vote.state(self.now) not in ("pending", "voting"):
            raise Refused("WrongState")
        vote.withdrawn = True

    def forget(self, member: int) -> None:
        """Where the member stood, a former one does; no power goes to or through them any more."""
        self.wallets = {wallet: holder for wallet, holder in self.wallets.items() if holder != member}
        self.member_delegations = [m for m in self.member_delegations if member not in (m.delegator, m.delegate)]
        for vote in self.votes.values():
            vote.author = FORMER if vote.author == member else vote.author
            vote.delegates = {giver: to for giver, to in vote.delegates.items() if member not in (giver, to)}
            if vote.is_without(member) and not vote.withdrawn and not vote.counted:
                vote.recused_and_forgotten.add(member)
            vote.recused = [(FORMER if who == member else who, gone) for who, gone in vote.recused]
            for ballot in vote.ballots.values():
                ballot.member = FORMER if ballot.member == member else ballot.member
                ballot.via = FORMER if ballot.via == member else ballot.via

    # Counting

    def counting(self, vote: Vote) -> dict[Address, Cast]:
        return {wallet: ballot for wallet, ballot in vote.ballots.items() if wallet not in vote.out}

    def tally(self, vote: Vote) -> tuple[list[Fraction], tuple[int, ...], int]:
        """Return scores, leaders and turnout of the ballots that count now."""
        cast = [(ballot.mark, sum(self.scores(vote, wallet))) for wallet, ballot in self.counting(vote).items()]
        scores, winners = count(vote.voting, vote.choices, cast)
        return scores, winners, sum(power for _, power in cast)

    def bar(self, vote: Vote) -> Bar:
        """Return the bar as it stands without the wallets that take no part."""
        gone = {wallet: self.scores(vote, wallet) for wallet in vote.out}
        supply = next((place for place, name in enumerate(vote.strategies) if name in ONE_FOR_ONE), None)
        less = {
            "token supply": sum(scores[supply] for scores in gone.values()) if supply is not None else 0,
            "linked wallets": sum(vote.linked.get(wallet, 0) for wallet in gone),
        }
        return replace(vote.bar, wholes={name: max(0, whole - less[name]) for name, whole in vote.bar.wholes.items()})

    def decided(self, vote: Vote) -> Decided:
        scores, winners, turnout = self.tally(vote)
        return decide(vote.voting, scores, winners, turnout, self.bar(vote))
