"""What members do to votes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from itertools import permutations
from random import Random
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.domain.proposals.proposal import Text
from bot.domain.shared.types import Address, MemberId, ProposalId, Timestamp
from bot.domain.voting.system_registry import VotingType
from tests.builders import GUILD
from tests.model.book import Refused, Vote, refused
from tests.model.counting import LABELS, Mark
from tests.model.grounds import UNFINAL, WALLETS, key_of
from tests.model.ledger import scale
from tests.model.machine import UNAVAILABLE, Story, members, numbers, roll
from tests.model.rules import LINKED, SUPPLY, SYSTEMS, Plain, settle, some_mark
from tests.model.town import PROPOSER, attempt
from tests.presence import present

Act = TypeVar("Act", bound=Callable[..., object])

systems = st.sampled_from(("basic", "basic", "basic", *SYSTEMS))
presses = st.lists(st.tuples(members, numbers), min_size=2, max_size=5)
rushes = st.lists(st.tuples(members, numbers), min_size=2, max_size=4)


def has(*states: str) -> Callable[[Act], Act]:
    return precondition(lambda self: self.vote_of(states, 0) is not None)


class Votes(Story):
    """From the draft to the last ballot."""

    @initialize(author=members, voting=systems, seed=numbers, presses=presses)
    def propose_first(self, author: int, voting: str, seed: int, presses: list[tuple[int, int]]) -> None:
        self.begin(seed)
        self.propose(author, voting, seed, presses)

    @precondition(lambda self: len(self.book.votes) < 4)
    @rule(author=members, voting=systems, seed=numbers, presses=presses)
    def propose(self, author: int, voting: VotingType, seed: int, presses: list[tuple[int, int]]) -> None:
        """Put something to the vote, on which some vote at once."""
        dice = roll(seed)
        self.run(self._propose(author, voting, dice))
        for _ in range(dice.randrange(4)):  # too late for this snapshot
            giver, taker = dice.sample(WALLETS, 2)
            self.stir(giver, taker, dice)
        if self.vote_of(["voting"], 0) is not None:
            self.vote(0, presses)

    async def _propose(self, author: int, voting: VotingType, dice: Random) -> None:
        app, ground = self.town.app, self.town.ground
        choices = dice.randint(2, 3 if voting == "basic" else 4)
        chosen = Plain(
            shown=dice.choice((None, None, "tally", "quorum progress", "nothing")),
            partial=dice.choice((None, None, True)),
            signed=dice.choice([None] * 7 + [True]),
        )
        text = Text(title="A study", summary="", body="We fund it.")
        space = await app.spaces.main(GUILD)
        draft = await app.proposals.draft(space, MemberId(author), text, voting, LABELS[:choices], chosen.told())
        submitted, error = await attempt(
            lambda: app.proposals.submit(GUILD, draft.number, MemberId(author), [PROPOSER])
        )
        if error:
            assert error in UNAVAILABLE, error
            assert ground.spoiled
            await app.withdrawals.discard(GUILD, draft.number, MemberId(author))
            return
        book, names, block = self.book, self.strategies, ground.head() - UNFINAL
        settled = settle(self.space, voting, chosen, 10 ** scale(names))
        power = {w: sum(ground.ledger.scores(names, block, w, set(book.wallets))) for w in book.wallets}
        wholes = {LINKED: sum(power.values())}
        if SUPPLY in settled.wholes:
            wholes[SUPPLY] = ground.ledger.supply(names, block)
        vote = Vote(
            id=submitted.id,
            number=submitted.number,
            author=author,
            voting=voting,
            choices=choices,
            strategies=names,
            block=block,
            submitted=submitted.submitted_at,
            start=submitted.submitted_at + self.delay,
            end=submitted.submitted_at + self.delay + self.period,
            bar=settled.with_wholes(wholes),
            settled=settled,
            delegates=book.in_force(voting, book.now) if self.delegation else {},
            linked=power if LINKED in settled.wholes else {},
            opened=not self.delay,
        )
        book.votes[vote.id] = vote
        self.expected[f"proposal/{vote.id}/card"] = None
        terms = submitted.terms
        assert book.now <= submitted.submitted_at <= book.now + 10
        (pinned,) = terms.snapshot.values()
        assert pinned.number == block
        assert (terms.start, terms.end, terms.quorum) == (vote.start, vote.end, vote.bar.amount)
        assert {of.value: amount for of, amount in terms.wholes.items()} == vote.bar.wholes

    @has("voting")
    @rule(number=numbers, presses=presses)
    def vote(self, number: int, presses: list[tuple[int, int]]) -> None:
        """Let some members vote, one after the other."""
        for member, seed in presses:
            vote = present(self.vote_of(["voting"], number))
            dice = roll(seed)
            match seed % 8:
                case 1 if vote.ballots:
                    self.run(self.link(member, dice.choice(sorted(vote.ballots))))
                case 2:
                    self.run(self.link(member, dice.choice(WALLETS)))
                case 3 if not self.town.ground.spoiled:
                    self.run(self.recuse(vote, member, member, moderator=False))
            wallet = roll(seed).choice(self.book.of(member) or [None])
            if vote.settled.signed and wallet is not None and seed % 9:
                self.run(self._sign(vote, member, Address(wallet), roll(seed)))
            else:
                self.run(self._vote(vote, member, roll(seed)))

    @has("voting")
    @rule(number=numbers, presses=presses)
    def vote_again(self, number: int, presses: list[tuple[int, int]]) -> None:
        self.vote(number, presses)

    @precondition(lambda self: not self.town.ground.spoiled and self.vote_of(["voting"], 0) is not None)
    @rule(number=numbers, presses=rushes)
    def vote_at_once(self, number: int, presses: list[tuple[int, int]]) -> None:
        """Let some members press at the same time: it has to come out as if one after the other, in some order."""
        vote = present(self.vote_of(["voting"], number))
        self.run(self._rush(vote, [(member, self.mark(vote, roll(seed))) for member, seed in presses]))

    async def _rush(self, vote: Vote, presses: list[tuple[int, Mark]]) -> None:
        came = await asyncio.gather(
            *(
                attempt(partial(self.town.app.voting.cast, GUILD, ProposalId(vote.id), MemberId(member), mark))
                for member, mark in presses
            )
        )
        receipts = ["" if error else found[0].id for found, error in came]
        rows = [row for row in self.town.rows() if row.counts and row.proposal == vote.id]
        stands = {row.wallet: row.receipt for row in rows}
        for order in permutations(range(len(presses))):
            tried = deepcopy(self.book)
            kept = tried.votes[vote.id]
            answers: dict[int, tuple[str, ...]] = dict.fromkeys(order, ("",))
            for place in order:
                try:
                    tried.press(kept, *presses[place], receipts[place])
                except Refused as refused:
                    answers[place] = refused.names
            fits = all(error in answers[place] for place, (_, error) in enumerate(came))
            if fits and {wallet: ballot.press for wallet, ballot in kept.ballots.items()} == stands:
                self.keep(tried)
                return
        raise AssertionError(f"in no order do these come out as they did: {came}, {stands}")

    @has("pending", "closing", "closed", "withdrawn")
    @rule(number=numbers, member=members, seed=numbers)
    def come_late(self, number: int, member: int, seed: int) -> None:
        """Try in vain: vote out of time."""
        vote = present(self.vote_of(["pending", "closing", "closed", "withdrawn"], number))
        self.run(self._vote(vote, member, roll(seed)))

    def mark(self, vote: Vote, dice: Random) -> Mark:
        return some_mark(dice, vote.voting, vote.choices, partial=vote.settled.partial)

    async def _vote(self, vote: Vote, member: int, dice: Random) -> None:
        mark = self.mark(vote, dice)
        if not self.town.ground.spoiled:
            await self._press(vote, member, mark)
            return
        behind = set() if vote.state(self.book.now) != "voting" else set(self._spared(vote, member))
        found, error = await attempt(
            lambda: self.town.app.voting.cast(GUILD, ProposalId(vote.id), MemberId(member), mark)
        )
        if error in UNAVAILABLE:
            return
        receipt = "" if error else found[0].id
        stored = {row.wallet for row in self.town.rows() if receipt and row.receipt == receipt}
        tried = deepcopy(self.book)
        refusal = refused(lambda: tried.press(tried.votes[vote.id], member, mark, receipt))
        if refusal is not None:
            assert error in refusal, (error or "granted", refusal)
            return
        left_out = {w for w, b in tried.votes[vote.id].ballots.items() if b.press == receipt or error} - stored
        assert error in ("", "NoPower"), error
        assert left_out & behind == left_out or error, "only delegators may be left out"
        if error:
            return
        doubted = stored - {w for w, b in tried.votes[vote.id].ballots.items() if b.press == receipt}
        assert not doubted or self.town.ground.alone, "only what one endpoint alone told is cast with a power of zero"
        tried = deepcopy(self.book)
        tried.press(tried.votes[vote.id], member, mark, receipt, left_out, doubted)
        self.keep(tried)

    def _spared(self, vote: Vote, member: int) -> list[str]:
        """Return the wallets without which a press may be cast: those of delegators who have no ballot by it yet."""
        theirs = self.book._behind(vote, member)
        return [
            wallet
            for wallet, owner in theirs.items()
            if owner != member
            and not (wallet in vote.ballots and member in (vote.ballots[wallet].via, vote.ballots[wallet].member))
        ]

    async def _press(self, vote: Vote, member: int, mark: Mark) -> None:
        ids: list[str] = []

        async def act() -> object:
            receipt, _ = await self.town.app.voting.cast(GUILD, ProposalId(vote.id), MemberId(member), mark)
            ids.append(receipt.id)
            return receipt

        powers: list[int] = []
        receipt, done = await self.both(
            act,
            lambda book: powers.append(book.press(book.votes[vote.id], member, mark, ids[0] if ids else "")),
        )
        if done:
            assert (receipt.mark, receipt.power) == (mark, powers[0]), (
                vote.strategies,
                receipt,
                powers,
                self.book.votes[vote.id].ballots,
                member,
            )
            assert not receipt.unread

    async def _sign(self, vote: Vote, member: int, wallet: Address, dice: Random) -> None:
        mark, app = self.mark(vote, dice), self.town.app
        ids: list[str] = []

        async def act() -> object:
            message, _ = await app.signing.message(GUILD, ProposalId(vote.id), MemberId(member), Address(wallet), mark)
            signed = key_of(wallet).sign_typed_data(full_message=message.typed_data()).signature.hex()
            receipt, _ = await app.signing.cast(
                GUILD,
                ProposalId(vote.id),
                MemberId(member),
                Address(wallet),
                mark,
                Timestamp(message.timestamp),
                signed,
            )
            ids.append(receipt.id)
            return receipt

        await self.both(act, lambda book: book.sign(book.votes[vote.id], member, wallet, mark, ids[0] if ids else ""))
