"""What every story of votes has: a town and its book, how an act is done in both, and what holds after each."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from bot.domain.shared.types import Address, MemberId, ProposalId
from bot.domain.voting.system_registry import VotingType
from tests import logs
from tests.builders import GUILD, NOW, a_wallet
from tests.model.book import Book, MemberDelegation, Vote, refused
from tests.model.checks import check_ballots, check_closed, check_log_of, check_said, check_views
from tests.model.grounds import WALLETS, Ground, InMemory
from tests.model.ledger import USD, VITA
from tests.model.rules import NONE, SYSTEMS, Plain, some_rules
from tests.model.town import Town, attempt
from tests.postgres import Server
from tests.presence import present

MEMBERS = tuple(MemberId(1_100_000_000_000_000_000 + number) for number in range(1, 6))
UNAVAILABLE = ("ChainUnavailable", "PowerUnknown")
GRACE = 60
Done = TypeVar("Done")

members = st.sampled_from(MEMBERS)
wallets = st.sampled_from(WALLETS)
numbers = st.integers(0, 2**16)
STRATEGIES = (
    ["balance"],
    ["balance"],
    ["balance", "dollars"],
    ["coins", "votes"],
    ["ticket", "balance"],
    ["ticket"],
    ["list", "gate", "dollars"],
    ["balance", "lent"],
)


def roll(seed: int) -> Random:
    """Return dice that fall the same way for the same seed."""
    return Random(seed)  # noqa: S311 - no secrets


class Story(RuleBasedStateMachine):
    """One guild, five members, eight wallets."""

    ground: Callable[[], Ground] = InMemory
    kept: bytes | Server = b""
    """A file with the newest tables, or a PostgreSQL server."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.town = Town(Path(self.folder.name), type(self).ground(), self.kept)
        self.book = Book(self.town.ground.ledger, NOW)
        self.space: dict[str | None, Plain] = {}
        self.strategies: tuple[str, ...] = ("balance",)
        self.delay, self.period, self.delegation = 0, 3 * 86_400, True
        self.expected: dict[str, int | None] = {}
        self.forgotten: set[str] = set()
        self.fine = True
        self.dirty = True

    def run(self, act: Coroutine[Any, Any, Done]) -> Done:
        """Do it; what goes wrong is not overlaid by what comes after."""
        self.fine, self.dirty = False, True
        found = self.runner.run(act)
        self.fine = True
        return found

    def begin(self, seed: int) -> None:
        """Open the town: wallets, tokens, rules, delegations."""
        dice = roll(seed)
        self.run(self._begin(dice.choice(STRATEGIES), dice))

    async def _begin(self, strategies: list[str], dice: Random) -> None:
        await self.town.open()
        await self.town.configure(strategies)
        self.strategies = tuple(strategies)
        for number, wallet in enumerate(WALLETS):
            for what, unit in ((VITA, 10**18), (USD, 10**6)):
                if dice.random() < 0.8:
                    self.town.ground.mint(what, wallet, dice.choice((1, 7, unit // 3, unit, unit, 2 * unit, 5 * unit)))
            if number < 7:
                member = MEMBERS[number % 5]
                self.book.link(member, wallet)
                async with self.town.app.store.write() as repos:
                    await logs.link(repos, a_wallet(member=member, address=wallet))
                    await repos.commit()
        self.town.ground.mine(2)
        for giver in MEMBERS:
            if dice.random() < 0.5:
                taker = dice.choice([member for member in MEMBERS if member != giver])
                await self._delegate(giver, taker)

        votings: tuple[VotingType | None, ...] = (None, "basic", dice.choice(SYSTEMS))
        for voting in votings:
            if dice.random() < 0.7:
                await self._settle_rules(dice, voting)

    async def _delegate(self, giver: MemberId, taker: MemberId) -> None:
        await self.both(
            lambda: self.town.app.member_delegations.give(GUILD, giver, taker),
            lambda book: book.give(MemberDelegation(giver, taker, None, None), SYSTEMS),
        )

    async def _settle_rules(self, dice: Random, voting: VotingType | None) -> None:
        rules, afresh = some_rules(dice, voting), dice.random() < 0.5
        delay, period = dice.choice((0, 0, 0, 120)), dice.choice((300, 2_000, 90_000))
        _, error = await attempt(
            lambda: self.town.app.spaces.set_voting(
                GUILD, delay=delay, period=period, voting=voting, rules=rules.told(), afresh=afresh
            )
        )
        assert error in ("", "InvalidInput")
        if not error:
            self.delay, self.period = delay, period
            self.space[voting] = rules.over(NONE if afresh else self.space.get(voting, NONE))

    # Doing

    async def both(self, act: Callable[[], Awaitable[Any]], model: Callable[[Book], Any]) -> tuple[Any, bool]:
        """Do it in the town and in the book, which must agree on whether it can be done; return what came of it.

        Where the chain is spoiled the town may say that it does not know; then nothing is changed.
        """
        found, error = await attempt(act)
        if error in UNAVAILABLE and self.town.ground.spoiled:
            return None, False
        tried = deepcopy(self.book)
        if (refusal := refused(lambda: model(tried))) is not None:
            assert error in refusal, (error or "granted", refusal)
            return None, False
        assert not error, (error, "the book grants it")
        self.keep(tried)
        return found, True

    def keep(self, book: Book) -> None:
        book.ledger = self.town.ground.ledger
        self.book = book

    async def link(self, member: int, wallet: Address) -> None:
        """Link a wallet to a member, in whose hands it ever was."""
        mine = self.book.wallets.get(wallet) == member
        _, error = await attempt(lambda: self.town.link(member, wallet))
        assert error == ("InvalidInput" if mine else ""), error
        if not error:
            self.book.link(member, wallet)

    async def recuse(self, vote: Vote, member: int, by: int, *, moderator: bool) -> None:
        before = len(vote.out)
        _, done = await self.both(
            lambda: self.town.app.recusals.recuse(
                GUILD, ProposalId(vote.id), MemberId(member), by=MemberId(by), moderator=moderator
            ),
            lambda book: book.recuse(book.votes[vote.id], member, by=by, moderator=moderator),
        )
        out = len(self.book.votes[vote.id].out)
        if done and out > before:
            self.expected[f"proposal/{vote.id}/recusal/{out}"] = member

    def stir(self, giver: Address, taker: Address, dice: Random) -> None:
        """Move, make or delegate tokens; what is done in the last blocks counts for no snapshot yet."""
        ground = self.town.ground
        held = ground.held(VITA, giver)
        match dice.randrange(6):
            case 0 | 1 if held and giver != taker:
                ground.transfer(giver, taker, dice.choice((held, held // 2, 1)))
            case 2:
                ground.mint(dice.choice((VITA, USD)), taker, dice.choice((1, 10**6, 10**18)))
            case 3:
                ground.delegate(giver, taker)
            case 4 if giver != taker:
                now = ground.ledger.delegate_at(ground.head(), giver)
                ground.register(giver, None if now == taker else taker)
            case _:
                ground.mine(dice.randint(1, 3))

    def vote_of(self, states: Iterable[str], number: int) -> Vote | None:
        found = [vote for vote in self.book.votes.values() if vote.state(self.book.now) in states]
        return found[-1 - number % min(len(found), 3)] if found else None

    def move_clock(self, seconds: int) -> None:
        self.book.now += seconds
        self.town.clock.time = self.book.now

    # Jobs

    async def open_due(self) -> None:
        await self.town.app.lifecycle.open_due()
        self.book_opened()

    def book_opened(self) -> None:
        for vote in self.book.votes.values():
            if not vote.opened and not vote.withdrawn and vote.start <= self.book.now:
                vote.opened = True
                self.expected[f"proposal/{vote.id}/opened"] = None

    async def close_due(self) -> None:
        """Count what is due; where the chain is well, all of it is."""
        await self.town.app.lifecycle.close_due()
        await self.book_closed()

    async def book_closed(self) -> None:
        for vote in self.book.votes.values():
            if vote.state(self.book.now) != "closing" or self.book.now < vote.end + GRACE:
                continue
            async with self.town.app.store.read() as repos:
                done = present(await repos.proposals.get(ProposalId(vote.id))).result is not None
            assert done or self.town.ground.spoiled, f"#{vote.number} is due and was not counted"
            if done:
                vote.counted = True
                self.expected[f"proposal/{vote.id}/result"] = None
                spoiled, self.town.ground.silent = self.town.ground.silent, set()
                down, alone = self.town.ground.down, self.town.ground.alone
                self.town.ground.heal()
                await check_closed(self.town, self.book, vote)
                self.town.ground.silent, self.town.ground.down, self.town.ground.alone = spoiled, down, alone

    # What always holds

    @invariant()
    def what_is_stored_agrees(self) -> None:
        if self.dirty and self.fine and hasattr(self.town, "app"):
            self.run(self._agrees())
            self.dirty = False

    async def _agrees(self) -> None:
        check_ballots(self.town, self.book)
        await check_views(self.town, self.book)

    def teardown(self) -> None:
        try:
            if self.fine and hasattr(self.town, "app"):
                self.run(self._end())
        finally:
            self.runner.run(self.town.close())
            self.runner.close()
            self.folder.cleanup()

    async def _end(self) -> None:
        """Let every vote end, say everything, and look at all of it once more."""
        town = self.town
        town.ground.heal()
        town.voice.awake, town.voice.mood = True, []
        latest = max((vote.end for vote in self.book.votes.values()), default=self.book.now)
        self.move_clock(max(0, latest + GRACE - self.book.now))
        await self.open_due()
        await self.close_due()
        check_ballots(town, self.book)
        for _ in range(4):
            await town.app.outbox.send_due(town.voice)
            self.move_clock(4_000)
        await check_log_of(town)
        check_said(town, {key for key in self.expected if key not in self.forgotten})


async def twice(job: Callable[[], Awaitable[Any]]) -> None:
    """Run a job twice at once."""
    await asyncio.gather(job(), job())


__all__ = ["GUILD", "NONE", "Story", "members", "numbers", "twice", "wallets"]
